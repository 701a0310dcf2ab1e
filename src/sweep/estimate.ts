import type { ChunkRunner } from './chunk-runner.ts';
import { lineAt } from './packed-rows.ts';
import type { SweepPlan } from './plan.ts';
import type { Row } from './point.ts';
import { GridPoints } from './point-list.ts';
import type { PlannedPoint } from './point-maker.ts';

/** Points that are tried, spread evenly, as long as they take no longer than this together. */
const SAMPLE_POINTS = 64;
const SAMPLE_MS = 3000;
/** So many pairs of a model and an architecture are tried. */
const TRIED_PAIRS = 256;

/** What came of a few points. */
export interface Trial {
  /** How long all points would take one after the other. */
  readonly milliseconds: number;
  /** Models on architectures that were tried with one point each. */
  readonly pairs: number;
  /** Those whose point has failed. */
  readonly failed: readonly Row[];
}

/** Runs one point of every model on every architecture, and a few more from all over the plan. */
export async function tryPoints(plan: SweepPlan, runner: ChunkRunner, signal?: AbortSignal): Promise<Trial> {
  const { firsts, sample } = chosen(plan);
  const failed: Row[] = [];
  const run = ({ index }: PlannedPoint) => runner.run(new GridPoints(plan.maker, Uint32Array.of(index)));
  for (const point of firsts) {
    signal?.throwIfAborted();
    const row: Row = JSON.parse(lineAt((await run(point)).rows, 0));
    if (row.error !== undefined) failed.push(row);
  }
  let spent = 0;
  let tried = 0;
  for (const point of sample) {
    signal?.throwIfAborted();
    // The first run compiles and lowers; chunks of a sweep do that once for many points.
    const first = (await run(point)).milliseconds;
    spent += first > SAMPLE_MS / 10 ? first : (await run(point)).milliseconds;
    tried++;
    if (spent > SAMPLE_MS) break;
  }
  return { milliseconds: (spent / tried) * plan.count, pairs: firsts.length, failed };
}

/**
 * The first point of every model on every architecture, and a few from all over the plan; these from the ends towards the
 * middle, so that a short sample has both.
 */
function chosen(plan: SweepPlan): { readonly firsts: PlannedPoint[]; readonly sample: PlannedPoint[] } {
  const every = Math.max(1, Math.floor(plan.count / SAMPLE_POINTS));
  const firsts = new Map<string, PlannedPoint>();
  const points: PlannedPoint[] = [];
  let number = 0;
  for (const point of plan.points()) {
    const { model, architecture } = point.parameters;
    const pair = JSON.stringify([model, architecture]);
    if (firsts.size < TRIED_PAIRS && !firsts.has(pair)) firsts.set(pair, point);
    if (number++ % every === 0) points.push(point);
  }
  const sample = points.map((_, i) => points[i % 2 === 0 ? i / 2 : points.length - (i + 1) / 2]!);
  return { firsts: [...firsts.values()], sample };
}
