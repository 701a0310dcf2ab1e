import { topologyOf } from '../../simulate/model/topology.ts';
import { snakeOrder } from '../../simulate/placement/placement.ts';
import type { FoundPlacement, Task } from '../objective.ts';
import { Random } from '../random.ts';
import { isLate } from '../search.ts';
import { CyclesSimulator } from './cycles-simulator.ts';

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
 * @param snakeCycles Clock cycles along the snake.
 * @param most Simulations that there may be, at most.
 * @returns The best, what was better than all before in turn, and how many simulations there were.
 */
export function* searchPlacement(
  task: Task,
  copies: readonly number[],
  snakeCycles: number,
  most: number,
): Generator<void, PlacementFound> {
  const topology = topologyOf(task.workload.architecture, task.mapping.totalPes);
  const snake: FoundPlacement = { placement: 'snake', tileOrder: snakeOrder(topology) };
  const better: PlacedCycles[] = [];
  let best: PlacedCycles = { ...snake, cycles: snakeCycles, evaluations: 0 };
  let evaluations = 0;
  const onSnake = new CyclesSimulator(task, 'snake');
  const usedTiles = topology.tiles > 1 ? onSnake.usedTiles(copies) : new Set();
  const used = snake.tileOrder.flatMap((tile, i) => (usedTiles.has(tile) ? [i] : []));
  const tryOrder = (placement: FoundPlacement['placement'], tileOrder: readonly number[]) => {
    evaluations += 1;
    const cycles = cyclesOn(task, copies, tileOrder);
    if (cycles >= best.cycles) return;
    best = { placement, tileOrder, cycles, evaluations };
    better.push(best);
  };
  const isOver = () => evaluations >= most || isLate(task);
  if (topology.tiles > 1 && !isOver()) {
    yield;
    tryOrder('optimised', onSnake.optimisedOrder(copies));
  }
  const random = new Random(task.seed);
  while (topology.tiles > 1 && !isOver()) {
    yield;
    const { tileOrder } = best;
    const one = used[random.below(used.length)]!;
    const other = random.below(tileOrder.length);
    if (one === other) continue;
    tryOrder('swapped', tileOrder.with(one, tileOrder[other]!).with(other, tileOrder[one]!));
  }
  return { best, better, evaluations };
}

function cyclesOn(task: Task, copies: readonly number[], order: readonly number[]): number {
  const simulator = new CyclesSimulator(task, order);
  try {
    return simulator.cycles(copies);
  } finally {
    simulator.release();
  }
}
