import { snakeOrder } from '../../simulate/placement/placement.ts';
import type { FoundPlacement, Task } from '../objective.ts';
import { Random } from '../random.ts';
import { isLate } from '../search.ts';
import type { CyclesSimulator } from './cycles-simulator.ts';

/** Clock cycles of copies on a placement, and after how many simulations that was known. */
interface PlacedCycles extends FoundPlacement {
  readonly cycles: number;
  readonly evaluations: number;
}

/** What a search for a placement found. */
interface PlacementFound {
  readonly best: PlacedCycles;
  readonly better: readonly PlacedCycles[];
  readonly evaluations: number;
}

/**
 * Looks for where copies lie better than along the snake: where the fewest bits go over the fewest links, then with two tiles
 * swapped, again and again, in the best so far.
 *
 * @param onSnake Plays it along the snake.
 * @param most Simulations that there may be, at most.
 * @returns The best, what was better than all before in turn, and how many simulations there were.
 */
export function* searchPlacement<Candidate>(
  onSnake: CyclesSimulator<Candidate>,
  candidate: Candidate,
  limits: Pick<Task, 'seed' | 'deadline' | 'stop'>,
  most: number,
): Generator<void, PlacementFound> {
  const { topology } = onSnake;
  const snake: FoundPlacement = { placement: 'snake', tileOrder: snakeOrder(topology) };
  const better: PlacedCycles[] = [];
  let best: PlacedCycles = { ...snake, cycles: onSnake.cycles(candidate), evaluations: 0 };
  let evaluations = 0;
  const tryOrder = (placement: FoundPlacement['placement'], tileOrder: readonly number[]) => {
    evaluations += 1;
    const cycles = cyclesAt(onSnake.placed(tileOrder), candidate);
    if (cycles >= best.cycles) return;
    best = { placement, tileOrder, cycles, evaluations };
    better.push(best);
  };
  const isOver = () => evaluations >= most || isLate(limits);
  if (topology.tiles === 1 || isOver()) return { best, better, evaluations };
  yield;
  tryOrder('optimised', onSnake.optimisedOrder(candidate));
  // Places in the order of tiles.
  const tiles = onSnake.usedTiles(candidate);
  const used = snake.tileOrder.flatMap((tile, i) => (tiles.has(tile) ? [i] : []));
  const random = new Random(limits.seed);
  while (!isOver()) {
    yield;
    const { tileOrder } = best;
    const one = used[random.below(used.length)]!;
    const other = random.below(tileOrder.length);
    if (one === other) continue;
    tryOrder('swapped', tileOrder.with(one, tileOrder[other]!).with(other, tileOrder[one]!));
  }
  return { best, better, evaluations };
}

function cyclesAt<Candidate>(simulator: CyclesSimulator<Candidate>, candidate: Candidate): number {
  try {
    return simulator.cycles(candidate);
  } finally {
    simulator.release();
  }
}
