import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { baseLayers } from '../../src/network/network.ts';
import { intervalsOf } from '../../src/optimize/interval.ts';
import { optimize } from '../../src/optimize/optimize.ts';
import { setPixels } from '../../src/optimize/set-pixels.ts';
import { simulate } from '../../src/simulate/index.ts';
import { setShape } from '../../src/workload/granularity.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { allCopies, withPes } from './brute-force.ts';

const paper = findPreset('paper')!;
const cells = { ...paper, name: 'cells', crossbarRows: 1, crossbarColumns: 1 };

/** The recurrence of one layer over many inferences, literally: cycles per inference in the long run. */
function measuredInterval(pixels: Float64Array, copies: number): number {
  const sets = pixels.length;
  // Whatever cycle there is closes after this many inferences, so that starts grow by the same from then on.
  const period = 2520;
  const starts: number[] = [];
  for (let k = 0; k <= 3 * period * sets; k++) {
    const freed = k < copies ? 0 : starts[k - copies]! + pixels[(k - copies) % sets]!;
    starts.push(Math.max(starts[k - 1] ?? 0, freed));
  }
  return (starts[3 * period * sets]! - starts[2 * period * sets]!) / period;
}

describe('the interval of a layer', () => {
  test('is t / d where all sets take equally long', () => {
    expect(intervalsOf(new Float64Array(12).fill(4))(5)).toBe(48 / 5);
  });

  test('is that of the sets that share a copy where some are cut: by hand', () => {
    // Set 0 is always on copy 0: 16 cycles per inference, though there are 25 cycles of work for 4 copies.
    expect(intervalsOf(Float64Array.of(16, 4, 4, 1))(4)).toBe(16);
    // Set 0 is on copy 0 or 4 of 8 in turn.
    expect(intervalsOf(Float64Array.of(16, 4, 4, 1))(8)).toBe(8);
    expect(intervalsOf(Float64Array.of(16, 4, 4, 1))(1)).toBe(25);
  });

  test('is what the recurrence over inferences comes to', () => {
    const pixels = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(pixels, fc.integer({ min: 1, max: 9 }), (list, copies) => {
      const sets = Float64Array.from(list);
      expect(intervalsOf(sets)(copies)).toBeCloseTo(measuredInterval(sets, copies), 9);
    });
    fc.assert(property, { numRuns: 300 });
  }, 60_000);
});

describe('optimize for throughput', () => {
  test('finds the least interval of all copies, with the fewest PEs', async () => {
    const drawn = fc.record({
      network: randomNetwork(),
      pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      extraPes: fc.nat(6),
      granularity: randomGranularity(),
    });
    const property = fc.asyncProperty(drawn, async ({ network: random, pes, extraPes, granularity }) => {
      fc.pre(baseLayers(random).length <= 5);
      const network = withPes(random, pes);
      const { layers, totalPes } = mapNetwork(network, cells, { extraPes });
      const perCopy = layers.map((layer) => layer.pesPerCopy);
      const pixels = baseLayers(network).map(({ shape }) => setPixels(shape, setShape(granularity, shape)));
      const mvms = layers.map((layer) => layer.mvms);
      let least = { interval: Infinity, pes: Infinity };
      for (const copies of allCopies(perCopy, totalPes, mvms)) {
        const interval = Math.max(...pixels.map((sets, i) => intervalsOf(sets)(copies[i]!)));
        const used = copies.reduce((sum, value, i) => sum + value * perCopy[i]!, 0);
        if (interval < least.interval || (interval === least.interval && used < least.pes)) {
          least = { interval, pes: used };
        }
      }
      const result = await optimize(network, cells, { objective: 'throughput', extraPes, granularity });
      const text = describeCase({ network, copies: perCopy, granularity });
      expect({ interval: result.best.intervalCycles, pes: result.usedPes }, text).toEqual(least);
      expect(result).toMatchObject({ bound: least.interval, gap: 0, stoppedBy: 'optimal' });
    });
    await fc.assert(property, { numRuns: 200 });
  }, 120_000);

  test('stops in time, with a bound and no worse than greedy, where cut sets have very many copies', async () => {
    const network = zooNetwork('vgg16');
    const result = await optimize(network, paper, {
      objective: 'throughput',
      extraPes: 100_000,
      granularity: { height: 3, width: 3 },
      maxSeconds: 0.2,
    });
    expect(result.stoppedBy).toBe('time');
    expect(result.best.intervalCycles).toBeLessThanOrEqual(result.greedy.intervalCycles);
    // By hand: the least mean is that of 224 x 224 MVMs, of which each has a copy, or of all PEs together.
    const { layers, totalPes } = mapNetwork(network, paper, { extraPes: 100_000 });
    const work = layers.reduce((sum, { mvms, pesPerCopy }) => sum + mvms * pesPerCopy, 0);
    expect(result.bound).toBeCloseTo(Math.max(1, work / totalPes), 9);
    expect(result.gap).toBeGreaterThan(0);
  }, 30_000);

  test('gives others their turn', async () => {
    const slow = optimize(zooNetwork('vgg16'), paper, {
      objective: 'throughput',
      extraPes: 100_000,
      granularity: { height: 3, width: 3 },
      signal: AbortSignal.timeout(100),
    });
    await expect(slow).rejects.toThrow(/abort|timeout/i);
  }, 30_000);

  test.each([
    ['one after the other', 1400],
    ['four at a time', 350],
  ])(
    'is what a simulation of a long batch comes to, with MVMs %s',
    async (_, mvmIntervalNs) => {
      const network = zooNetwork('tinyyolov4');
      const chip = { ...paper, mvmIntervalNs };
      const budget = { extraPes: 32, granularity: 'row' } as const;
      const { best } = await optimize(network, chip, { objective: 'throughput', ...budget });
      const duplication = Object.values(best.copies);
      const simulation = simulate(network, chip, { ...budget, duplication, batch: 33 });
      expect(simulation.intervalCycles! / best.intervalCycles).toBeCloseTo(1, 1);
      expect(best.throughputPerSecond).toBe(1e9 / (best.intervalCycles * mvmIntervalNs));
      expect(simulation.throughputPerSecond / best.throughputPerSecond).toBeCloseTo(1, 1);
    },
    60_000,
  );
});
