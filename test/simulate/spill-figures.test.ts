import { expect, test } from 'vitest';
import { simulated } from '../scarce-chips.ts';

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

test.each(['spilling', 'shared'] as const)(
  'what spills is told of tiles and layers, and when it came back: %s',
  (chip) => {
    const { layers, inputs, tiles, spill, sets, use, cycles, sharedBuffer, criticalSets } = simulated[chip];
    const own = tiles.map((tile) => tile.spill!);
    expect(sum(own.map(({ spilledBits }) => spilledBits))).toBe(spill!.spilledBits);
    // A value that comes to several tiles is fetched once, and counted on each.
    expect(sum(own.map(({ fetchedBits }) => fetchedBits))).toBeGreaterThanOrEqual(spill!.fetchedBits);
    expect(sum(own.map(({ sharedBufferBits }) => sharedBufferBits)) > 0).toBe(chip === 'shared');
    for (const key of ['spilledBits', 'fetchedBits', 'sharedBufferBits'] as const)
      expect(sum([...layers, ...inputs].map((layer) => layer.spill![key]))).toBe(spill![key]);
    let fetched = 0;
    for (const { name, count, start, fetchStart, fetchEnd } of sets!) {
      const times = Array.from({ length: count }, (_, k) => [fetchStart(k), fetchEnd(k), start(k)] as const);
      const own = times.filter(([from]) => from >= 0);
      fetched += own.length;
      for (const [from, until, begin] of own) {
        expect(until).toBeGreaterThan(from);
        expect(begin).toBeGreaterThanOrEqual(until);
      }
      expect(times.filter(([from, until]) => from < 0 !== until < 0)).toEqual([]);
      const waited = layers.find((layer) => layer.name === name)?.waitFetchCycles ?? 0;
      if (own.length === 0) expect(waited).toBe(0);
    }
    expect(fetched).toBeGreaterThan(0);
    const fetches = criticalSets!.filter(({ cause }) => cause === 'fetch');
    expect(fetches.length).toBeGreaterThan(0);
    for (const { node, set, start, valuesOf } of fetches) {
      expect(sets![node]!.fetchEnd(set)).toBe(start);
      expect(valuesOf).toBeDefined();
    }
    const { inputBusyCycles, outputBusyCycles, sharedPeakBits } = use!.offChip;
    expect(sum([...outputBusyCycles])).toBeGreaterThan(0);
    expect(sum([...inputBusyCycles])).toBeLessThanOrEqual(cycles);
    expect(Math.ceil(Math.max(...sharedPeakBits) / 8)).toBe(sharedBuffer?.peakBytes ?? 0);
  },
);

test('nothing of that is told where there is room', () => {
  const { layers, tiles, sets } = simulated.ample;
  for (const each of [...layers, ...tiles]) {
    expect(each).not.toHaveProperty('spill');
    expect(each).not.toHaveProperty('writtenPes');
  }
  expect(sets!.flatMap(({ writes, fetchStart }) => [...writes, fetchStart(0)])).toEqual(sets!.map(() => -1));
});
