import { describe, expect, test } from 'vitest';
import { type Architecture, areaOf, cellsOf, tileCount } from '../../src/architecture/index.ts';
import { paper } from '../../src/architecture/presets.ts';

const twoClasses: Architecture = {
  ...{ name: 'two', weightBits: 8, cellBits: 8, differentialPairs: false, activationBits: 8, dacBits: 8 },
  mvmLatencyNs: 100,
  crossbars: [
    { name: 'large', crossbarRows: 256, crossbarColumns: 256, pes: 10, peAreaMm2: 0.5 },
    { name: 'small', crossbarRows: 64, crossbarColumns: 32, pes: 20, peAreaMm2: 0.25 },
  ],
  chip: { routerAreaMm2: 3 },
};

describe('areas', () => {
  test('are those of all PEs and tiles', () => {
    const architecture = { ...paper, chip: { peAreaMm2: 0.5, routerAreaMm2: 2 } };
    expect(areaOf(architecture, { totalPes: 8 }, 3)).toEqual({
      ...{ total: 10, parts: { pes: 4, routers: 6 }, missing: ['buffers', 'gpeus'] },
    });
  });

  test('of which nothing is known are null', () => {
    const missing = ['pes', 'buffers', 'gpeus', 'routers'];
    expect(areaOf(paper, { totalPes: 8 }, 3)).toEqual({ total: null, parts: {}, missing });
    const nothing = { peAreaMm2: 0, bufferAreaMm2: 0, gpeuAreaMm2: 0, routerAreaMm2: 0 };
    expect(areaOf({ ...paper, chip: nothing }, { totalPes: 8 }, 3)).toMatchObject({ total: 0, missing: [] });
  });

  test('of several classes of crossbars are told apart', () => {
    expect(areaOf(twoClasses, { totalPes: 30 }, 2)).toEqual({
      total: 5 + 5 + 6,
      parts: { pes: 10, routers: 6 },
      missing: ['buffers', 'gpeus'],
      crossbars: { large: 5, small: 5 },
    });
    const [large, small] = twoClasses.crossbars!;
    const { peAreaMm2: _, ...unknown } = small!;
    expect(areaOf({ ...twoClasses, crossbars: [large!, unknown] }, { totalPes: 30 }, 2)).toMatchObject({
      ...{ parts: { pes: 5 }, missing: ['pes', 'buffers', 'gpeus'], crossbars: { large: 5 } },
    });
  });
});

test('cells are those of all PEs, of every class', () => {
  expect(cellsOf(paper, { totalPes: 3 })).toBe(3 * 256 * 256);
  expect(cellsOf(twoClasses, { totalPes: 30 })).toBe(10 * 256 * 256 + 20 * 64 * 32);
});

test('tiles are those of the mesh, or as many as links name or PEs take', () => {
  expect(tileCount(paper, 500)).toBe(1);
  expect(tileCount({ ...paper, chip: { meshRows: 3, meshColumns: 4, pesPerTile: 2 } }, 500)).toBe(12);
  const links: [number, number][] = [
    [0, 1],
    [1, 4],
  ];
  expect(tileCount({ ...paper, chip: { links, pesPerTile: 10 } }, 11)).toBe(5);
  expect(tileCount({ ...paper, chip: { links, pesPerTile: 10 } }, 61)).toBe(7);
});
