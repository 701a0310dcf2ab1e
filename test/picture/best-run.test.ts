import { expect, test } from 'vitest';
import { type Architecture, readArchitecture, zooNetwork } from '../../src/index.ts';
import { type OptimizeOptions, optimize } from '../../src/optimize/index.ts';
import { optimizationReport } from '../../src/page/optimization-report.ts';
import { runOfBest } from '../../src/picture/best-run.ts';

const network = zooNetwork('tinyyolov4');
const mesh: Architecture = {
  ...{ ...readArchitecture('paper'), name: 'mesh', peWriteNs: 56_000 },
  chip: {
    ...{ clockNs: 100, meshRows: 3, meshColumns: 4, pesPerTile: 12, linkBitsPerCycle: 64, hopCycles: 2 },
    ...{ gpeuOperationsPerCycle: 64, offChipBitsPerCycle: 64, mvmEnergyPj: 10 },
  },
};
const small = { ...mesh, chip: { ...mesh.chip, inputBufferBytes: 2 ** 14 } };
const few = { ...mesh, chip: { ...mesh.chip, meshRows: 2, meshColumns: 3, pesPerTile: 10 } };

test.each<[string, Architecture, OptimizeOptions]>([
  ['simulated-latency', mesh, { objective: 'simulated-latency', pes: 144 }],
  ['simulated-latency where values spill', small, { objective: 'simulated-latency', pes: 144 }],
  ['simulated-throughput', mesh, { objective: 'simulated-throughput', batch: 3, pes: 144 }],
  [
    'on a placement that is given',
    mesh,
    { objective: 'simulated-latency', placement: 'optimised', pes: 144 },
  ],
  ['energy', mesh, { objective: 'energy', pes: 144 }],
  ['simulated-latency of a group in turns', few, { objective: 'simulated-latency', group: 2, pes: 60 }],
  [
    'simulated-throughput in turns',
    few,
    { objective: 'simulated-throughput', batch: 4, group: 2, reload: 'barrier', pes: 60 },
  ],
])(
  'the best of %s is shown as it was simulated',
  async (_, architecture, options) => {
    const { pes, placement } = options;
    const result = await optimize(network, architecture, {
      ...{ granularity: 'row', maxEvaluations: 12 },
      ...options,
    });
    const best = runOfBest({ network, architecture, budget: { pes }, placement, result });
    const { simulation, timeline } = best;
    expect(simulation!.cycles).toBe((result.best as { cycles: number }).cycles);
    expect(timeline.cycles).toBe(simulation!.cycles);
    expect(simulation).not.toHaveProperty('tried');
    expect(simulation!.roundCount).toBe(result.best.rounds?.length);
    const report = optimizationReport({ network, optimization: result, ...best, origin: { version: '0' } });
    expect(Object.keys(report.drawing)).toEqual(
      expect.arrayContaining([
        'timeline',
        'utilization',
        'copies',
        'stalls',
        'energy',
        'mesh',
        'use',
        'search',
      ]),
    );
    expect(report.meshOverTime).toBeDefined();
    expect(report.details!.length).toBeGreaterThan(0);
    const { batch } = simulation!;
    expect(report.remarks[1]).toBe(
      `The pictures show the best copies as they are simulated for ${batch === 1 ? 'one inference' : `${batch} inferences`}, ` +
        'with all that the chip does.',
    );
  },
  60_000,
);

test('the best of a schedule is shown as it is scheduled', async () => {
  const result = await optimize(network, mesh, { granularity: 'row', pes: 144, maxEvaluations: 100 });
  const { simulation, timeline } = runOfBest({ network, architecture: mesh, budget: { pes: 144 }, result });
  expect(simulation).toBeUndefined();
  expect(timeline.cycles).toBe(result.best.cycles);
});
