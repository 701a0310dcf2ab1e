import { intervalsOf } from './interval.ts';
import { isLate, type Limits } from './search.ts';
import { pesLeft, type Space } from './space.ts';

/** Copies with the least interval between inferences that a budget allows. */
export interface LeastInterval {
  readonly copies: readonly number[];
  readonly intervalCycles: number;
  /** What no copies within the budget go below: the interval itself, unless it was late. */
  readonly bound: number;
  /** Numbers of copies of a layer that were looked at. */
  readonly evaluations: number;
}

/**
 * The copies with the least `max interval` over all layers, exactly, and of these the ones with the fewest PEs:
 * the slowest layer gets the fewest copies that make it faster, until there are not enough PEs for them. Every
 * layer then has the fewest copies with which it is faster than the slowest was before; whoever wants to be
 * faster than the slowest is now needs those that could not be had. A generator, since many copies of cut sets
 * take long.
 *
 * @param pixels Per base layer the cycles of its sets.
 * @param limits When its time is over; what is found by then is returned.
 */
export function* leastInterval(
  pixels: readonly Float64Array[],
  space: Space,
  limits: Pick<Limits, 'deadline' | 'stop'>,
): Generator<void, LeastInterval> {
  const intervalOf = pixels.map(intervalsOf);
  const copies = pixels.map(() => 1);
  const intervals = intervalOf.map((of) => of(1));
  /** Copies and interval of each layer before it got its last. */
  const before = pixels.map(() => ({ copies: 1, interval: Infinity }));
  const left = pesLeft(space, copies);
  let evaluations = pixels.length;
  let isOver = false;
  for (;;) {
    const slowest = intervals.reduce((most, interval, i) => (interval > intervals[most]! ? i : most), 0);
    const crossbar = space.crossbars[slowest]!;
    const affordable = copies[slowest]! + Math.floor(left[crossbar]! / space.pesPerCopy[slowest]!);
    const most = Math.min(affordable, space.most[slowest]!);
    let next = copies[slowest]!;
    let interval = intervals[slowest]!;
    while (next < most && interval >= intervals[slowest]! && !isOver) {
      yield;
      isOver = isLate(limits);
      next += 1;
      evaluations += 1;
      interval = intervalOf[slowest]!(next);
    }
    if (interval >= intervals[slowest]!) {
      const intervalCycles = intervals[slowest]!;
      // Of several layers that are the slowest together, some got copies that did not help in the end.
      const needed = copies.map((value, i) =>
        before[i]!.interval <= intervalCycles ? before[i]!.copies : value,
      );
      const bound = isOver ? Math.min(intervalCycles, meanBound(space)) : intervalCycles;
      return { copies: needed, intervalCycles, bound, evaluations };
    }
    before[slowest] = { copies: copies[slowest]!, interval: intervals[slowest]! };
    left[crossbar]! -= (next - copies[slowest]!) * space.pesPerCopy[slowest]!;
    copies[slowest] = next;
    intervals[slowest] = interval;
  }
}

/** An interval that no copies go below: as if all copies were always busy, and could be had in parts. */
function meanBound({ pesPerCopy, work, most, budgets, crossbars }: Space): number {
  const shared = budgets.map((pes, crossbar) => {
    const own = (sum: number, cycles: number, i: number) =>
      crossbars[i] === crossbar ? sum + pesPerCopy[i]! * cycles : sum;
    return pes === 0 ? 0 : work.reduce(own, 0) / pes;
  });
  return work.reduce((bound, cycles, i) => Math.max(bound, cycles / most[i]!), Math.max(...shared));
}

/** Cycles from one inference to the next with these copies: those of the slowest layer. */
export function networkInterval(pixels: readonly Float64Array[], copies: readonly number[]): number {
  return pixels.reduce((most, sets, i) => Math.max(most, intervalsOf(sets)(copies[i]!)), 0);
}
