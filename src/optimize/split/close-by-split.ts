import type { Search } from '../search.ts';
import type { SplitBound } from './split-bound.ts';

/**
 * Raises the bound and lowers the best towards each other with a {@link SplitBound}: first right below the best, as
 * long as that finds better copies, then by bisection.
 *
 * @param bound What is proven so far.
 * @param gap Share of the best that may be left between them.
 * @returns The bound: no copies within the budget end earlier.
 */
export function* closeBySplit(
  search: Search,
  split: SplitBound,
  bound: number,
  gap: number,
): Generator<void, number> {
  let proven = bound;
  // No copies that end by a cycle from here to the best were found, nor proven not to be.
  let open = search.best.cost;
  for (;;) {
    search.noteBound(proven);
    search.target = proven / (1 - gap);
    if (proven >= open || search.isOver) return proven;
    const isBelowBest = open === search.best.cost;
    const cycles = isBelowBest ? open - 1 : proven + ((open - proven) >> 1);
    const answer = yield* inTime(search, split.ask(cycles));
    if (answer === undefined) return proven;
    proven = Math.max(proven, Math.min(answer.least, cycles + 1));
    if (answer.copies !== undefined) search.goTo(answer.copies);
    if (search.best.cost <= cycles) open = search.best.cost;
    else if (answer.least <= cycles) open = cycles;
  }
}

/** Does some work; undefined where the search is over before it is done. */
export function* inTime<T>(search: Search, steps: Generator<void, T>): Generator<void, T | undefined> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    search.readClock();
    if (search.isOver) return undefined;
    yield;
  }
}
