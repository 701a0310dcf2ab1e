import type { NetworkBuilder } from '../builder.ts';
import { extent, isSpatial, type Tensor } from '../tensor.ts';
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
 * True where the second of two spatial axes carries H and the first W: a map that was transposed. It keeps the H and
 * W that it had, since its positions would have to wait for everything otherwise; what is there
 * at time 0 costs nothing, and has them as the file says.
 */
export function areSwapped(b: NetworkBuilder, input: Tensor, first: number, second: number): boolean {
  const lie = (h: number, w: number) =>
    (input.h === h || extent(input, input.h) === 1) && (input.w === w || extent(input, input.w) === 1);
  return b.waitsForBase(input) && lie(second, first) && !lie(first, second);
}

/**
 * Which of H and W the axes of a sliding window are. Of two axes the first is H, unless they are swapped. One axis alone is W: Conv1D
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
  if (second !== undefined && areSwapped(b, input, first!, second)) {
    return { h: second, w: first!, rows: secondWindow!, columns: window! };
  }
  if (second !== undefined) return { h: first!, w: second, rows: window!, columns: secondWindow! };
  const isSequence = input.h === first && isSpatial(input, first!) && b.waitsForBase(input);
  return isSequence
    ? { h: first!, w: -1, rows: window!, columns: UNIT_WINDOW }
    : { h: -1, w: first!, rows: UNIT_WINDOW, columns: window! };
}
