import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { baseLayers } from '../../src/network/network.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { optimize } from '../../src/optimize/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { allCopies, withPes } from './brute-force.ts';

/** Crossbars of one cell on a chip that does nothing but leak; an MVM every so many ns, with a result after 70. */
const leaking = (mvmIntervalNs: number) => ({
  ...findPreset('paper')!,
  ...{ name: 'leaking', crossbarRows: 1, crossbarColumns: 1, mvmLatencyNs: 70, mvmIntervalNs },
  chip: { clockNs: 10, leakageMw: 1 },
});

test('no bound is above the least energy of all copies, where MVMs overlap too', async () => {
  let [cases, met] = [0, 0];
  const drawn = fc.record({
    network: randomNetwork(),
    pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    extraPes: fc.nat(4),
    granularity: randomGranularity(),
    interval: fc.constantFrom(10, 20, 30, 35, 69, 70),
  });
  const property = fc.asyncProperty(drawn, async ({ network: any, pes, extraPes, granularity, interval }) => {
    fc.pre(baseLayers(any).length <= 4);
    const network = withPes(any, pes);
    const chip = leaking(interval);
    const { layers, totalPes } = mapNetwork(network, chip, { extraPes });
    const perCopy = layers.map(({ pesPerCopy }) => pesPerCopy);
    const most = layers.map(({ mvms }) => mvms);
    const all = [...allCopies(perCopy, totalPes, most)].map(
      (duplication) => simulate(network, chip, { extraPes, granularity, duplication }).energyPj.total!,
    );
    const least = Math.min(...all);
    const { bound, best } = await optimize(network, chip, { objective: 'energy', extraPes, granularity });
    const text = `${describeCase({ network, copies: perCopy, granularity })}, interval ${interval}`;
    expect(bound, text).toBeLessThanOrEqual(least * (1 + 1e-12));
    expect(best.energyPj, text).toBeGreaterThanOrEqual(least);
    cases += 1;
    if (bound > 0.999 * least) met += 1;
  });
  await fc.assert(property, { numRuns: 60 });
  expect(met).toBeGreaterThan(0.5 * cases);
}, 120_000);

test('of one layer the bound is the least energy, though its result is out between two intervals', async () => {
  const b = new NetworkBuilder('one layer');
  const input = b.input('input', { dims: [1, 9, 1], h: 0, w: 1 });
  convolution(b, 'conv', input, {
    ...{ windows: [UNIT_WINDOW, UNIT_WINDOW], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 1 },
  });
  const result = await optimize(b.build(), leaking(30), { objective: 'energy', extraPes: 2 });
  // 3 MVMs a copy: two intervals and an MVM.
  expect(result).toMatchObject({ bound: 130, best: { energyPj: 130 }, stoppedBy: 'optimal' });
});
