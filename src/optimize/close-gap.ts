import { descend } from './descend.ts';
import type { Box, LatencyBound } from './latency-bound.ts';
import type { Search } from './search.ts';
import { filled, type Space } from './space.ts';
import { closeBySplit, inTime } from './split/close-by-split.ts';
import type { SplitBound } from './split/split-bound.ts';

/** Sets that a proof may go through, all boxes together: about a second. Few boxes always, and never very many. */
const SETS_PER_PROOF = 2 ** 23;
/** The same before a split is asked, which takes longer where this is enough, and behind one that has found out something. */
const SETS_BEFORE_SPLIT = 2 ** 17;
const SETS_BEHIND_SPLIT = 2 ** 21;
const LEAST_BOXES = 8;
const MOST_BOXES = 2000;

/**
 * Raises the bound and lowers the best towards each other by bisection: is a makespan possible? Either it is
 * proven not to be, or a proof comes across copies that reach it, or it remains unknown.
 *
 * @param gap Share of the best that may be left between them.
 * @param sets Sets that the proof of one makespan may go through.
 * @param split What is asked before, where it is there: it answers more, and takes longer.
 * @returns The bound: no copies within the budget end earlier.
 */
export function* closeGap(
  search: Search,
  proof: LatencyBound,
  gap: number,
  sets?: number,
  split?: SplitBound,
): Generator<void, number> {
  // What was proven of the same search before counts on.
  let bound = Math.max(search.bound, proof.below(search.best.cost));
  if (split !== undefined) {
    bound = yield* closeGap(search, proof, gap, SETS_BEFORE_SPLIT);
    bound = yield* closeBySplit(search, split, bound, gap);
  }
  const helper = split?.hasAnswered === true ? split : undefined;
  const most = sets ?? (helper === undefined ? SETS_PER_PROOF : SETS_BEHIND_SPLIT);
  let open = search.best.cost;
  for (;;) {
    search.noteBound(bound);
    search.target = bound / (1 - gap);
    if (bound >= open || search.isOver) break;
    const middle = bound + Math.floor((open - bound) / 2);
    const isPossible = yield* prove(search, proof, middle, most, helper);
    if (isPossible === false) bound = middle + 1;
    else open = middle;
    if (isPossible === true) {
      search.goTo(search.best.copies);
      yield* descend(search);
      open = Math.min(open, search.best.cost);
    }
  }
  search.goTo(search.best.copies);
  return bound;
}

/** True where the search has found copies that end at `cycles`, false where none do, undefined where it is unknown. */
function* prove(
  search: Search,
  proof: LatencyBound,
  cycles: number,
  sets: number,
  split?: SplitBound,
): Generator<void, boolean | undefined> {
  const { space } = search;
  const boxes = Math.max(LEAST_BOXES, Math.min(MOST_BOXES, Math.floor(sets / proof.sets)));
  const open: Box[] = [proof.wholeSpace()];
  for (let looked = 0; looked < boxes; looked++) {
    const box = open.pop();
    if (box === undefined) return false;
    search.readClock();
    if (search.isOver) return undefined;
    yield;
    if (proof.isEmpty(box, cycles)) continue;
    if (split !== undefined) {
      const answer = yield* inTime(search, split.ask(cycles, box));
      if (answer !== undefined && answer.least > cycles) continue;
      if (answer?.copies !== undefined) search.goTo(answer.copies);
      if (search.best.cost <= cycles) return true;
    }
    const layer = widest(box, space);
    // With cut sets the proof may keep a vector that is too slow.
    search.goTo(layer < 0 ? box.least : filled(space, box.least));
    if (search.best.cost <= cycles) return true;
    if (layer >= 0) open.push(...halves(box, layer));
  }
  return open.length === 0 ? false : undefined;
}

/** The layer whose copies differ by the most PEs; -1 where there is but one vector in the box. */
function widest({ least, most }: Box, { pesPerCopy }: Space): number {
  const width = (i: number) => (most[i]! - least[i]!) * pesPerCopy[i]!;
  const layer = least.reduce((best, _, i) => (width(i) > width(best) ? i : best), 0);
  return width(layer) > 0 ? layer : -1;
}

/** The two halves of a box, the one with fewer copies of `layer` last, so that it is looked at first. */
function halves({ least, most }: Box, layer: number): [Box, Box] {
  const middle = least[layer]! + ((most[layer]! - least[layer]!) >> 1);
  const set = (copies: readonly number[], value: number) =>
    copies.map((old, i) => (i === layer ? value : old));
  return [
    { least: set(least, middle + 1), most: [...most] },
    { least: [...least], most: set(most, middle) },
  ];
}
