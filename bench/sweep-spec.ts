import type { SweepSpec } from '../src/sweep/spec.ts';

/** Ideal points over networks: three policies and two granularities at so many PEs beyond the minimum. */
export function sweepSpec(networks: readonly string[], points: number): SweepSpec {
  return {
    models: [...networks],
    product: {
      extraPes: { from: 0, to: Math.ceil(points / (networks.length * 6)) - 1, step: 1 },
      granularity: ['row', 'pixel'],
      duplication: ['none', 'greedy', 'sum'],
    },
  };
}
