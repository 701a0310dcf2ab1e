import type { NetworkBuilder } from '../builder.ts';
import { isSpatial, type Tensor } from '../tensor.ts';
import { UNIT_WINDOW, type Window } from './window.ts';

/** What a window over one or two axes does along H and along W. */
export interface Directions {
  /** The axes of H and W, -1 for none. */
  readonly h: number;
  readonly w: number;
  readonly rows: Window;
  readonly columns: Window;
}

/**
 * Which of H and W the axes of a sliding window are. Of two axes the first is H. One axis alone is W: Conv1D
 * is Conv2D with H = 1 (spec.md section 2) – unless it is the axis that a sequence's tokens lie along, which is
 * H, and stays so: nothing more has to be waited for then.
 *
 * @param windows One window per axis.
 */
export function directions(
  b: NetworkBuilder,
  input: Tensor,
  axes: readonly number[],
  windows: readonly Window[],
): Directions {
  const [first, second] = axes;
  const [window, secondWindow] = windows;
  b.expectAxes(input, second === undefined ? -1 : first!, second ?? first!);
  if (second !== undefined) return { h: first!, w: second, rows: window!, columns: secondWindow! };
  const isSequence = input.h === first && isSpatial(input, first!) && b.waitsForBase(input);
  return isSequence
    ? { h: first!, w: -1, rows: window!, columns: UNIT_WINDOW }
    : { h: -1, w: first!, rows: UNIT_WINDOW, columns: window! };
}
