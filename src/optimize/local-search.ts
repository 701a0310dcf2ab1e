import { anneal } from './anneal.ts';
import { descend } from './descend.ts';
import type { Search, SearchPolicy } from './search.ts';

/** Rounds that the evaluations are shared out to, and how much colder each starts than the one before. */
const ROUNDS = 5;
const COOLING = 0.6;
/** Share of the evaluations of a round that is annealing; the rest is left for the descent. */
const ANNEALED = 0.8;

/** Rounds of annealing from the best so far, each with a descent through all single and pair moves in the end. */
export const localSearch: SearchPolicy = function* (search: Search) {
  const { maxEvaluations } = search.limits;
  const pairs = search.copies.length ** 2;
  // With few evaluations a descent would not come past the first layers.
  if (maxEvaluations > ROUNDS * pairs) yield* descend(search);
  const evaluations = Math.ceil(((maxEvaluations - search.evaluations) / ROUNDS) * ANNEALED);
  for (let heat = 1; !search.isOver; heat *= COOLING) {
    const before = search.evaluations;
    yield* anneal(search, evaluations, heat);
    search.goTo(search.best.copies);
    yield* descend(search);
    // Nothing can be moved.
    if (search.evaluations - before <= 1) return;
  }
};
