import { better } from '../descend.ts';
import type { Search } from '../search.ts';
import { greedyCopies, type TurnProblem } from './turn-problem.ts';

/** By how many slices a cut is moved. */
const SHIFTS = [-1, 1, -2, 2, -4, 4];

/**
 * Goes down through moves of one cut between rounds: it is moved, taken out, or put in, and the rounds that change get the
 * copies of greedy.
 *
 * @param starts The rounds that the copies of the search are of.
 * @param maxEvaluations Of the search, when this has to end.
 */
export function* descendCuts(
  search: Search,
  problem: TurnProblem,
  starts: readonly number[],
  maxEvaluations: number,
): Generator<void, void> {
  let cuts = [...starts];
  let failed = 0;
  const moves = problem.slices.length * (SHIFTS.length + 1);
  for (let move = 0; failed < moves; move = (move + 1) % moves) {
    if (search.isOver || search.evaluations >= maxEvaluations) return;
    const slice = Math.floor(move / (SHIFTS.length + 1));
    const moved = movedCut(cuts, slice, SHIFTS[(move % (SHIFTS.length + 1)) - 1], problem.slices.length);
    const isBetter = moved !== undefined && tryCuts(search, problem, cuts, moved);
    if (isBetter) cuts = moved;
    failed = isBetter ? 0 : failed + 1;
    if (moved !== undefined) yield;
  }
}

/** Cuts with the one at a slice moved, or without `shift` taken out or put in; undefined where that is none. */
function movedCut(
  cuts: readonly number[],
  slice: number,
  shift: number | undefined,
  slices: number,
): number[] | undefined {
  if (slice === 0) return undefined;
  const isCut = cuts.includes(slice);
  if (shift === undefined && !isCut) return [...cuts, slice].sort((a, b) => a - b);
  if (!isCut) return undefined;
  const others = cuts.filter((cut) => cut !== slice);
  if (shift === undefined) return others;
  const to = slice + shift;
  const at = cuts.indexOf(slice);
  if (to <= cuts[at - 1]! || to >= (cuts[at + 1] ?? slices)) return undefined;
  return [...others, to].sort((a, b) => a - b);
}

/** Goes to the copies of greedy in the rounds that change; true where they fit and are better. */
function tryCuts(
  search: Search,
  problem: TurnProblem,
  before: readonly number[],
  cuts: readonly number[],
): boolean {
  const ends = problem.slices.length;
  const known = new Set(before.map((start, i) => `${start} ${before[i + 1] ?? ends}`));
  const layers: number[] = [];
  const copies: number[] = [];
  for (const [i, start] of cuts.entries()) {
    const end = cuts[i + 1] ?? ends;
    if (known.has(`${start} ${end}`)) continue;
    const pes = problem.slices.slice(start, end).reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
    if (pes > problem.pes) return false;
    greedyCopies(problem, start, end).forEach((own, at) => {
      layers.push(start + at);
      copies.push(own);
    });
  }
  return search.move(layers, copies, better(search.cost));
}

/** Factors by which copies are changed at once, besides one more and one less. */
const FACTORS = [2, 0.5, 1.25, 0.8];

/** Goes down through all changes of the copies of one slice, and of one more here and one less nearby. */
export function* descendCopies(search: Search): Generator<void, void> {
  const slices = search.copies.length;
  let failed = 0;
  for (let slice = 0; failed < slices; slice = (slice + 1) % slices) {
    if (search.isOver) return;
    failed = trySlice(search, slice) ? 0 : failed + 1;
    yield;
  }
}

function trySlice(search: Search, slice: number): boolean {
  const now = search.copiesOf(slice);
  const most = search.space.most[slice]!;
  const changed = [now + 1, now - 1, ...FACTORS.map((factor) => Math.round(now * factor)), 1, most];
  for (const [i, copies] of changed.entries()) {
    if (copies < 1 || copies > most || copies === now || changed.indexOf(copies) < i) continue;
    // The same cost with fewer writes is better too.
    if (search.move([slice], [copies], copies < now ? search.cost : better(search.cost))) return true;
  }
  return false;
}

/** Share of the cost that a move may lose, at the start and at the end. */
const HOT = 0.1;
const COLD = 0.00005;
const MOVES_PER_TURN = 16;
/** Slices that are changed together are at most so far apart. */
const REACH = 12;
/** Draws are given up after so many that change nothing. */
const MAX_DRAWS = 1000;

/** Simulated annealing from where the search is, by changes of the copies of up to three slices that are near each other. */
export function* annealCopies(search: Search, evaluations: number, heat: number): Generator<void, void> {
  const first = search.evaluations;
  const scale = search.cost;
  for (;;) {
    const done = (search.evaluations - first) / evaluations;
    if (done >= 1 || search.isOver) return;
    const temperature = scale * heat * HOT * (COLD / HOT) ** done;
    for (let i = 0; i < MOVES_PER_TURN; i++) {
      const [slices, copies] = randomMove(search);
      if (slices.length === 0) return;
      const loss = -temperature * Math.log(1 - search.random.next());
      search.move(slices, copies, search.cost + loss);
    }
    yield;
  }
}

/** Slices and other copies of them; none where there seem to be none. */
function randomMove(search: Search): [number[], number[]] {
  for (let i = 0; i < MAX_DRAWS; i++) {
    const drawn = drawMove(search);
    if (drawn[0].length > 0) return drawn;
  }
  return [[], []];
}

function drawMove({ space: { most }, copies, random }: Search): [number[], number[]] {
  const around = random.below(copies.length);
  const slices: number[] = [];
  const changed: number[] = [];
  for (let more = 1 + random.below(3); more > 0; more--) {
    const slice = around + random.below(2 * REACH + 1) - REACH;
    if (slice < 0 || slice >= copies.length || slices.includes(slice)) continue;
    const now = copies[slice]!;
    const step = random.below(3) === 0 ? 1 + random.below(1 + (now >> 1)) : 1;
    const own = Math.min(most[slice]!, Math.max(1, random.below(2) === 0 ? now + step : now - step));
    if (own === now) continue;
    slices.push(slice);
    changed.push(own);
  }
  return [slices, changed];
}
