import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { planSweep, SweepSession } from '../../src/sweep/session.ts';
import type { SweepSpec } from '../../src/sweep/spec.ts';
import { type Axis, decades } from './axis.ts';

const NETWORKS = ['tinyyolov3', 'tinyyolov4', 'vgg16', 'vgg19', 'resnet50', 'resnet101', 'resnet152'];
const POLICIES = ['none', 'greedy', 'sum'];

/** About so many ideal points at row sets: numbers of PEs for every network and policy. */
function specOf(points: number): SweepSpec {
  const budgets = Math.ceil(points / NETWORKS.length / POLICIES.length);
  return {
    models: NETWORKS,
    product: {
      extraPes: { from: 0, to: budgets - 1, step: 1 },
      granularity: ['row'],
      duplication: POLICIES,
    },
  };
}

async function sweep(spec: SweepSpec, folder: string): Promise<void> {
  const planned = await planSweep(spec);
  const session = new SweepSession(planned, folder, { workers: 1 });
  try {
    for await (const _ of session.run());
    await session.finish();
  } finally {
    await session.close();
  }
}

/** Work over the points of a sweep. */
export const pointAxes: readonly Axis[] = [
  {
    name: 'sweep-points',
    unit: 'points',
    does: "ideal points of the paper's seven networks at row sets with one worker, from the spec to the tables",
    sizes: decades(3, 6),
    quickSizes: [42, 105],
    prepare: async (points, folder) => {
      const spec = specOf(points);
      const { plan } = await planSweep(spec);
      const results = join(folder, 'sweep');
      const run = async () => {
        rmSync(results, { recursive: true, force: true });
        await sweep(spec, results);
      };
      return { count: plan.count, run };
    },
  },
];
