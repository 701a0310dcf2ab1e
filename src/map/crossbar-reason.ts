import type { CrossbarClass } from '../architecture/crossbar.ts';
import { oneLine } from '../input/show.ts';
import type { WeightMatrix } from '../network/network.ts';
import { favourite } from './choose-crossbars.ts';

/** What there is of every class of crossbars, and what all layers take of it. */
export interface Room {
  readonly columnsPerWeight: number;
  readonly classes: readonly CrossbarClass[];
  readonly needed: readonly number[];
  readonly there: readonly number[];
}

/**
 * Why a layer is in its class of crossbars, in one sentence.
 *
 * @param pesByClass PEs of one copy in every class.
 * @param choice The class that the layer is in.
 */
export function reasonFor(
  weights: WeightMatrix,
  pesByClass: readonly number[],
  choice: number,
  { columnsPerWeight, classes, needed, there }: Room,
): string {
  const used = weights.rows * weights.columns * weights.groups * columnsPerWeight;
  const cells = classes.map(({ crossbarRows, crossbarColumns }) => crossbarRows * crossbarColumns);
  const filled = (k: number) => percent(used / (pesByClass[k]! * cells[k]!));
  const budgets = classes.map((_, k) => ({ pes: there[k]!, cells: cells[k]! }));
  const best = favourite(pesByClass, budgets);
  if (pesByClass[best]! * cells[best]! === pesByClass[choice]! * cells[choice]!) {
    const others = classes.flatMap((other, k) => (k === choice ? [] : [`${filled(k)} of ${size(other)}`]));
    return `fills ${filled(choice)} of its ${size(classes[choice]!)} crossbars, ${listed(others)} ones`;
  }
  const left = Math.max(0, there[best]! - needed[best]!);
  const pes = left === 0 ? 'no PEs left' : `only ${left} of ${pesByClass[best]} PEs left`;
  const name = oneLine(classes[best]!.name);
  return `would fill more of ${name} (${filled(best)} instead of ${filled(choice)}), but ${name} has ${pes}`;
}

function size({ crossbarRows, crossbarColumns }: CrossbarClass): string {
  return `${crossbarRows} x ${crossbarColumns}`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function percent(share: number): string {
  if (share < 0.01) return 'less than 1 %';
  // 100 % is what is full.
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100} %`;
}
