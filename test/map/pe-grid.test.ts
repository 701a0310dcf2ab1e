import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { type CrossbarSize, pesOf, pesOfSlice } from '../../src/map/pe-grid.ts';
import type { TileRange } from '../../src/map/tile-range.ts';
import { pesPerCopy } from '../../src/map/tiling.ts';
import type { WeightMatrix } from '../../src/network/network.ts';
import { readArchitecture } from '../../src/node/architecture.ts';

const paper = readArchitecture('paper');

/** Small crossbars, weights of 1 to 6 columns, matrices of all kinds: several on a PE, one, or cut into blocks. */
const cases = fc.record({
  crossbar: fc.record({
    crossbarRows: fc.integer({ min: 1, max: 8 }),
    crossbarColumns: fc.integer({ min: 1, max: 8 }),
  }),
  weightBits: fc.integer({ min: 1, max: 6 }),
  weights: fc.record({
    rows: fc.integer({ min: 1, max: 20 }),
    columns: fc.integer({ min: 1, max: 9 }),
    groups: fc.integer({ min: 1, max: 7 }),
  }),
});

function chipOf({ crossbar, weightBits }: { crossbar: CrossbarSize; weightBits: number }): Architecture {
  return { ...paper, ...crossbar, weightBits, cellBits: 1, differentialPairs: false } as Architecture;
}

/** How often each weight lies on some PE: by group, row, column. */
function held(tiles: readonly TileRange[], { rows, columns, groups }: WeightMatrix): Int32Array {
  const times = new Int32Array(groups * rows * columns);
  for (const tile of tiles) {
    for (let group = tile.groups.from; group < tile.groups.to; group++) {
      for (let row = tile.rows.from; row < tile.rows.to; row++) {
        for (let column = tile.columns.from; column < tile.columns.to; column++)
          times[(group * rows + row) * columns + column]! += 1;
      }
    }
  }
  return times;
}

const once = (weights: WeightMatrix) =>
  new Int32Array(weights.groups * weights.rows * weights.columns).fill(1);

test('every weight lies on exactly one PE', () => {
  fc.assert(
    fc.property(cases, ({ weights, ...chip }) => {
      const tiles = pesOf(weights, chipOf(chip), chip.crossbar);
      expect(tiles).toHaveLength(pesPerCopy(weights, chipOf(chip), chip.crossbar));
      expect(held(tiles, weights)).toEqual(once(weights));
    }),
  );
});

test('slices of any size together hold every weight once', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 9 }), ({ weights, ...chip }, size) => {
      const slices = Math.ceil(pesPerCopy(weights, chipOf(chip), chip.crossbar) / size);
      const tiles = Array.from({ length: slices }, (_, slice) =>
        pesOfSlice(weights, chipOf(chip), chip.crossbar, slice * size, size),
      );
      expect(tiles.slice(0, -1).every(({ length }) => length === size)).toBe(true);
      expect(held(tiles.flat(), weights)).toEqual(once(weights));
    }),
  );
});

test('no PE has more than its rows and columns of cells', () => {
  fc.assert(
    fc.property(cases, ({ weights, ...chip }) => {
      const { crossbarRows, crossbarColumns } = chip.crossbar;
      for (const { groups, rows, columns } of pesOf(weights, chipOf(chip), chip.crossbar)) {
        const shared = groups.to - groups.from;
        expect(shared * (rows.to - rows.from)).toBeLessThanOrEqual(crossbarRows);
        const first = columns.from * chip.weightBits;
        // The last weight may have cells on the next PE.
        const cells = shared * ((columns.to - 1) * chip.weightBits + 1 - first);
        expect(cells).toBeLessThanOrEqual(crossbarColumns);
      }
    }),
  );
});

const tile = (groups: number[], rows: number[], columns: number[]) => ({
  groups: { from: groups[0], to: groups[1] },
  rows: { from: rows[0], to: rows[1] },
  columns: { from: columns[0], to: columns[1] },
});

test('a copy goes row block by row block, a slice column block by column block', () => {
  const crossbar = { crossbarRows: 4, crossbarColumns: 4 };
  const weights = { rows: 6, columns: 7, groups: 1 };
  const chip = chipOf({ crossbar, weightBits: 1 });
  const [a, b, c, d] = [
    tile([0, 1], [0, 4], [0, 4]),
    tile([0, 1], [0, 4], [4, 7]),
    tile([0, 1], [4, 6], [0, 4]),
    tile([0, 1], [4, 6], [4, 7]),
  ];
  expect(pesOf(weights, chip, crossbar)).toEqual([a, b, c, d]);
  expect(pesOfSlice(weights, chip, crossbar, 0, 3)).toEqual([a, c, b]);
  expect(pesOfSlice(weights, chip, crossbar, 3, 3)).toEqual([d]);
});

test('a slice may cut a column block of one of several groups', () => {
  const crossbar = { crossbarRows: 4, crossbarColumns: 4 };
  const weights = { rows: 6, columns: 5, groups: 2 };
  const chip = chipOf({ crossbar, weightBits: 1 });
  expect(pesOfSlice(weights, chip, crossbar, 3, 3)).toEqual([
    tile([0, 1], [4, 6], [4, 5]),
    tile([1, 2], [0, 4], [0, 4]),
    tile([1, 2], [4, 6], [0, 4]),
  ]);
});

test('groups on the diagonal are whole, a weight in two column blocks belongs to the first', () => {
  const crossbar = { crossbarRows: 4, crossbarColumns: 8 };
  const depthwise = chipOf({ crossbar, weightBits: 1 });
  expect(pesOf({ rows: 2, columns: 3, groups: 3 }, depthwise, crossbar)).toEqual([
    tile([0, 2], [0, 2], [0, 3]),
    tile([2, 3], [0, 2], [0, 3]),
  ]);
  const wide = chipOf({ crossbar, weightBits: 6 });
  expect(pesOf({ rows: 2, columns: 3, groups: 1 }, wide, crossbar)).toEqual([
    tile([0, 1], [0, 2], [0, 2]),
    tile([0, 1], [0, 2], [2, 3]),
    tile([0, 1], [0, 2], [3, 3]),
  ]);
});
