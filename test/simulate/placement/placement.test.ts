import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { type MappedLayer, mapNetwork, pesUsed } from '../../../src/map/mapping.ts';
import type { WeightMatrix } from '../../../src/network/network.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { simulationCopy } from '../../../src/simulate/placement/partial-sums.ts';
import {
  alongTiles,
  type PlacedCopy,
  type Placement,
  place,
  snakeOrder,
  type Tiles,
} from '../../../src/simulate/placement/placement.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const layer = (pesPerCopy: number, copies = 1, crossbar = 0): MappedLayer => ({
  crossbar,
  layer: 0,
  name: `of ${pesPerCopy}`,
  mvms: 1,
  pesPerCopy,
  copies,
});
const SIZE = { crossbarRows: 64, crossbarColumns: 64 };
const tilesOf = (meshRows: number, meshColumns: number, ...pesPerTile: number[]): Tiles => ({
  crossbars: pesPerTile.map((_, i) => ({ name: `class ${i}`, ...SIZE })),
  tiles: meshRows * meshColumns,
  meshRows,
  meshColumns,
  pesPerTile,
});
/** `tile x pes` of every copy. */
const shown = (placed: ReturnType<Placement>) =>
  placed.map((copies) => copies.map((copy) => copy.map(({ tile, pes }) => `${tile}x${pes}`).join(' ')));

describe('the snake', () => {
  test('turns at the end of every row', () => {
    expect(snakeOrder(tilesOf(3, 3, 1))).toEqual([0, 1, 2, 5, 4, 3, 6, 7, 8]);
  });

  test('cuts no copy that fits into a tile', () => {
    expect(shown(place([layer(3, 2), layer(2)], tilesOf(2, 2, 4)))).toEqual([['0x3', '1x3'], ['3x2']]);
  });

  test('starts a copy that is larger than a tile at a new one', () => {
    expect(shown(place([layer(1), layer(9), layer(2)], tilesOf(2, 3, 4)))).toEqual([
      ['0x1'],
      ['1x4 2x4 5x1'],
      ['5x2'],
    ]);
  });

  test('packs copies without gaps where tiles run out', () => {
    expect(shown(place([layer(3, 2), layer(2)], tilesOf(1, 2, 4)))).toEqual([['0x3', '0x1 1x2'], ['1x2']]);
  });

  test('says how many PEs are missing', () => {
    expect(() => place([layer(9, 2)], tilesOf(2, 2, 4))).toThrow(
      /^chip: the mapping uses 18 PEs, and 4 tiles of 4 have 16: 2 missing; give more tiles or a larger pesPerTile, or pes: 16, /,
    );
  });
});

describe('a placement of the user', () => {
  const layers = [layer(2, 2), layer(3)];
  const tiles = tilesOf(2, 2, 4);

  test('is an order of tiles', () => {
    expect(shown(place(layers, tiles, [3, 1]))).toEqual([['3x2', '3x2'], ['1x3']]);
  });

  test.each([
    [[0, 4], 'the placement: entry 1: 4 is no tile; tiles are 0 to 3'],
    [[0, 1.5], 'entry 1: 1.5 is no tile'],
    [[2, 2], 'the placement: entry 1: tile 2 is given twice; keep one'],
    [[2], 'chip: the mapping uses 7 PEs, and 1 tiles of 4 have 4: 3 missing'],
  ])('%j', (order, message) => {
    expect(() => place(layers, tiles, order)).toThrow(message);
  });

  test('is a function', () => {
    const own: Placement = () => [
      [[{ tile: 0, pes: 2 }], [{ tile: 2, pes: 1 }, { tile: 0, pes: 1 }]], // biome-ignore format: a table
      [[{ tile: 3, pes: 3 }]],
    ];
    expect(place(layers, tiles, own)).toEqual(own(layers, tiles));
    expect(shown(place(layers, tiles, alongTiles([1, 2])))).toEqual([['1x2', '1x2'], ['2x3']]);
  });

  test.each<[ReturnType<Placement>, string]>([
    [[], 'the placement: has 0 of 2 base layers'],
    [[[], []], 'layer of 2: has 0 of 2 copies'],
    [[[[{ tile: 9, pes: 2 }], []], []], 'layer of 2, copy 0: 9 is no tile; tiles are 0 to 3'],
    [[[[{ tile: 0, pes: 5 }], []], []], 'copy 0: more than 4 PEs on tile 0'],
    [[[[{ tile: 0, pes: -2 }], []], []], 'copy 0: -2 PEs on tile 0'],
    [[[[{ tile: 0, pes: 1 }], []], []], 'layer of 2, copy 0: has 1 of 2 PEs'],
  ])('that is wrong is named: %j', (placed, message) => {
    expect(() => place(layers, tiles, () => placed)).toThrow(message);
  });
});

describe('classes of crossbars', () => {
  test('share tiles, each with PEs of its own', () => {
    const layers = [layer(3, 1, 0), layer(1, 3, 1), layer(2, 1, 0)];
    expect(shown(place(layers, tilesOf(1, 3, 4, 2)))).toEqual([['0x3'], ['0x1', '0x1', '1x1'], ['1x2']]);
  });

  test('run backwards where that brings layers together', () => {
    // Forwards the first layer of class 1 would be on tile 0, and the one before it ends on tile 3.
    const layers = [layer(4), layer(4), layer(4), layer(4), layer(2, 1, 1), layer(2, 1, 1)];
    expect(shown(place(layers, tilesOf(1, 9, 4, 2)))).toEqual([
      ['0x4'],
      ['1x4'],
      ['2x4'],
      ['3x4'],
      ['3x2'],
      ['2x2'],
    ]);
    const between = [layer(4), layer(2, 1, 1), layer(4), layer(2, 1, 1)];
    expect(shown(place(between, tilesOf(1, 9, 4, 2)))).toEqual([['0x4'], ['0x2'], ['1x4'], ['1x2']]);
  });

  test('are packed each by itself, and say which one lacks PEs', () => {
    const layers = [layer(3, 2, 0), layer(2, 1, 0), layer(1, 1, 1), layer(2, 1, 1)];
    expect(shown(place(layers, tilesOf(1, 2, 4, 2)))).toEqual([
      ['0x3', '0x1 1x2'],
      ['1x2'],
      // Backwards: the layer before it ends on tile 1.
      ['1x1'],
      ['0x2'],
    ]);
    expect(() => place([layer(1), layer(9, 1, 1)], tilesOf(2, 2, 4, 2))).toThrow(
      /^chip: the mapping uses 9 PEs of crossbar class 1, and 4 tiles of 2 have 8: 1 missing; give more tiles/,
    );
  });

  test('limit a function of the user', () => {
    const layers = [layer(4), layer(3, 1, 1)];
    expect(() =>
      place(layers, tilesOf(1, 2, 4, 2), () => [[[{ tile: 0, pes: 4 }]], [[{ tile: 0, pes: 3 }]]]),
    ).toThrow('layer of 3, copy 0: more than 2 PEs of crossbar class 1 on tile 0');
  });
});

test('every PE of every copy is somewhere, and no tile has too many', () => {
  const one = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), fc.nat(1));
  const some = fc.array(one, { minLength: 1, maxLength: 10 });
  const side = fc.integer({ min: 1, max: 6 });
  const perTile = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(some, side, side, perTile, (sizes, rows, columns, pesPerTile) => {
      const layers = sizes.map(([pes, copies, crossbar]) => layer(pes, copies, crossbar));
      const tiles = tilesOf(rows, columns, ...pesPerTile);
      const used = pesUsed(layers);
      for (const k of [0, 1]) {
        fc.pre(pesUsed(layers.filter(({ crossbar }) => crossbar === k)) <= tiles.tiles * pesPerTile[k]!);
      }
      const placed = place(layers, tiles);
      // What a user's placement must be, the default is.
      expect(place(layers, tiles, () => placed)).toBe(placed);
      const shares = placed.flat(2);
      expect(shares.reduce((sum, { pes }) => sum + pes, 0)).toBe(used);
    }),
  );
});

describe('partial sums', () => {
  const small = { ...paper, crossbarRows: 4, crossbarColumns: 4 };
  const copyOf = (shares: PlacedCopy, weights: WeightMatrix, architecture: Architecture = small) => {
    const normal = normalArchitecture(architecture);
    return simulationCopy(shares, weights, normal, normal.crossbars.classes[0]!);
  };
  const on = (...pes: number[]) => pes.map((count, tile) => ({ tile, pes: count }));

  test('are sent by every tile but the home, one for every value of its column blocks', () => {
    // 3 row blocks x 3 column blocks of 4, 4 and 2 values: PEs 0 to 3 have all columns, 4 to 6 as well.
    const weights = { rows: 12, columns: 10, groups: 1 };
    expect(copyOf(on(4, 3, 2), weights)).toEqual({
      tiles: [0, 1, 2],
      partialBitsPerPixel: [10 * 32, 10 * 32],
    });
    // PEs 0 and 1: 8 values; 2 to 4: column blocks 2, 0 and 1.
    expect(copyOf(on(2, 3, 4), weights).partialBitsPerPixel).toEqual([8 * 32, 10 * 32]);
  });

  test('have the width that the chip gives, and several columns a weight', () => {
    const architecture = { ...small, cellBits: 4, chip: { partialSumBits: 20 } };
    // 5 weights of 2 columns: blocks of 2, 2 and 1 values.
    const weights = { rows: 4, columns: 5, groups: 1 };
    expect(copyOf(on(2, 1), weights, architecture).partialBitsPerPixel).toEqual([4 * 20]);
    expect(copyOf(on(1, 1, 1), weights, architecture).partialBitsPerPixel).toEqual([40, 40]);
  });

  test('of groups are values of their own', () => {
    const diagonal = { rows: 2, columns: 1, groups: 6 };
    expect(copyOf(on(1, 2), diagonal).partialBitsPerPixel).toEqual([2 * 32]);
    const large = { rows: 8, columns: 3, groups: 3 };
    expect(copyOf(on(3, 3), large).partialBitsPerPixel).toEqual([2 * 3 * 32]);
  });

  test('come home from tiles that a copy leaves and comes back to', () => {
    const shares = [
      { tile: 2, pes: 1 },
      { tile: 0, pes: 1 },
      { tile: 2, pes: 1 },
    ];
    expect(copyOf(shares, { rows: 12, columns: 3, groups: 1 })).toEqual({
      tiles: [0, 2],
      partialBitsPerPixel: [3 * 32],
    });
  });
});

test('a network on a mesh', () => {
  const chip = { meshRows: 5, meshColumns: 6, pesPerTile: 8, offChipTile: 29 };
  const network = zooNetwork('tinyyolov4');
  const mapping = mapNetwork(network, paper, { extraPes: 32 });
  const { nodes } = buildGraph(network, mapping, { ...paper, chip }, { granularity: 'row' });
  for (const node of nodes) {
    for (const { tiles, partialBitsPerPixel } of node.copies) {
      expect(partialBitsPerPixel).toHaveLength(tiles.length - 1);
      expect(new Set(tiles).size).toBe(tiles.length);
    }
    if (node.kind === 'input') expect(node.copies[0]!.tiles).toEqual([29]);
  }
  const tooSmall = { ...paper, chip: { ...chip, pesPerTile: 4 } };
  expect(() => buildGraph(network, mapping, tooSmall)).toThrow(
    /uses 149 PEs, and 30 tiles of 4 have 120: 29 missing/,
  );
});
