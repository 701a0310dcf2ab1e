import type { PlannedPoint, SweepPlan } from './plan.ts';
import { PointRunner, type RunnerSetup } from './point-runner.ts';

/** Points that are tried, spread evenly, as long as they take no longer than this together. */
const SAMPLE_POINTS = 64;
const SAMPLE_MS = 3000;

/**
 * How long the points of a plan would take one after the other, in milliseconds, from a few that are run.
 *
 * @throws ClsaCimError where the user's policies cannot be loaded.
 */
export async function estimateMilliseconds(plan: SweepPlan, setup: RunnerSetup): Promise<number> {
  const runner = await PointRunner.create(setup);
  let spent = 0;
  let tried = 0;
  for (const point of spread(plan)) {
    // The first run compiles and lowers; chunks of a sweep do that once for many points.
    const first = runner.run([point]).milliseconds;
    spent += first > SAMPLE_MS / 10 ? first : runner.run([point]).milliseconds;
    tried++;
    if (spent > SAMPLE_MS) break;
  }
  return (spent / tried) * plan.count;
}

/** A few points from all over the plan; from the ends towards the middle, so that a short sample has both. */
function spread(plan: SweepPlan): PlannedPoint[] {
  const every = Math.max(1, Math.floor(plan.count / SAMPLE_POINTS));
  const points: PlannedPoint[] = [];
  let number = 0;
  for (const point of plan.points()) if (number++ % every === 0) points.push(point);
  return points.map((_, i) => points[i % 2 === 0 ? i / 2 : points.length - (i + 1) / 2]!);
}
