import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { pesPerCopy } from '../../../src/map/tiling.ts';
import { leastPartialBits, simulationCopy } from '../../../src/simulate/placement/partial-sums.ts';

const drawn = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 40 }),
  groups: fc.integer({ min: 1, max: 3 }),
  crossbarRows: fc.integer({ min: 1, max: 8 }),
  crossbarColumns: fc.integer({ min: 1, max: 8 }),
  pesPerTile: fc.integer({ min: 1, max: 12 }),
  cuts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
});

test('no copy sends home less, however its PEs are cut, and some send as little', () => {
  let [cut, met] = [0, 0];
  const property = fc.property(drawn, ({ pesPerTile, cuts, crossbarRows, crossbarColumns, ...weights }) => {
    const architecture = normalArchitecture({
      ...{ ...paper, crossbarRows, crossbarColumns },
      chip: { meshRows: 64, meshColumns: 64, pesPerTile },
    });
    const crossbar = architecture.crossbars.classes[0]!;
    const pes = pesPerCopy(weights, architecture, crossbar);
    const shares: { tile: number; pes: number }[] = [];
    for (let left = pes, i = 0; left > 0; i++) {
      const own = Math.min(left, pesPerTile, cuts[i % cuts.length]!);
      shares.push({ tile: i, pes: own });
      left -= own;
    }
    const { partialBitsPerPixel } = simulationCopy(shares, weights, architecture, crossbar);
    const sent = partialBitsPerPixel.reduce((sum, bits) => sum + bits, 0);
    const least = leastPartialBits(weights, architecture, crossbar, pes, pesPerTile);
    expect(least).toBeLessThanOrEqual(sent);
    if (sent > 0) cut += 1;
    if (sent > 0 && least === sent) met += 1;
  });
  fc.assert(property, {
    numRuns: 500,
    examples: [
      // One value in the last of two column blocks: a tile with nothing else sends less for each PE than a full one.
      [{ rows: 4, columns: 8, groups: 3, crossbarRows: 1, crossbarColumns: 7, pesPerTile: 3, cuts: [3, 1] }],
    ],
  });
  expect(cut).toBeGreaterThan(100);
  expect(met).toBeGreaterThan(20);
});
