import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';
import { chooseCrossbars } from '../../src/map/choose-crossbars.ts';
import type { DuplicationPolicy } from '../../src/map/duplication/index.ts';
import { type MappingOptions, mapEvenIfTooLarge, mapNetwork } from '../../src/map/mapping.ts';
import type { ClassBudget, PesByClass } from '../../src/map/search-crossbars.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { SAME } from '../../src/network/reads.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { validateSchedule } from '../../src/schedule/validate.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const { crossbarRows: _, crossbarColumns: __, pes: ___, ...bits } = paper;

/** A chip with so many PEs of 256 x 256 and so many of 64 x 64. */
function chip(large: number, small: number): Architecture {
  const crossbars = [
    { name: 'large', crossbarRows: 256, crossbarColumns: 256, pes: large },
    { name: 'small', crossbarRows: 64, crossbarColumns: 64, pes: small },
  ];
  return { ...bits, name: 'two', crossbars };
}

function conv(name: string, from: number, side: number, rows: number, columns: number): Layer {
  const shape = { height: side, width: side, channels: columns };
  const inputs = [{ from, rows: SAME, columns: SAME }];
  return { name, op: 'Conv2D', shape, inputs, weights: { rows, columns, groups: 1 } };
}

/**
 * PEs of 256 x 256 or of 64 x 64, and cells of them in units of 64 x 64: first 1 or 1 (16 or 1), wide 2 or 32 (32 or
 * 32), odd 1 or 9 (16 or 9), last 6 or 50 (96 or 50).
 */
const network: Network = {
  name: 'small',
  outputs: [4],
  warnings: [],
  layers: [
    { name: 'image', op: 'Input', shape: { height: 8, width: 8, channels: 3 }, inputs: [] },
    conv('first', 0, 8, 27, 64),
    conv('wide', 1, 8, 256, 512),
    conv('odd', 2, 4, 150, 150),
    conv('last', 3, 4, 257, 600),
  ],
};

const classesOf = (architecture: Architecture, options: MappingOptions = {}) =>
  mapNetwork(network, architecture, options).layers.map(({ crossbar }) => crossbar);

function errorOf(architecture: Architecture, options: MappingOptions = {}): ClsaCimError {
  try {
    mapNetwork(network, architecture, options);
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    expect(error.message).not.toMatch(/[\r\n]/);
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('every layer goes to the crossbars of which it takes the fewest cells', () => {
  test('and says why', () => {
    const { layers, ...sums } = mapNetwork(network, chip(10, 100), { duplication: 'none' });
    expect(sums).toEqual({ minimumPes: 62, totalPes: 110, usedPes: 62 });
    expect(layers.map(({ pesPerCopy, crossbar, reason }) => [pesPerCopy, crossbar, reason])).toEqual([
      [1, 1, 'fills 42 % of its 64 x 64 crossbars, 3 % of 256 x 256 ones'],
      // Both take the same cells: fewer PEs.
      [2, 0, 'fills 100 % of its 256 x 256 crossbars, 100 % of 64 x 64 ones'],
      [9, 1, 'fills 61 % of its 64 x 64 crossbars, 34 % of 256 x 256 ones'],
      [50, 1, 'fills 75 % of its 64 x 64 crossbars, 39 % of 256 x 256 ones'],
    ]);
  });

  test('if it has room there; otherwise those layers go elsewhere that lose least', () => {
    expect(classesOf(chip(10, 60))).toEqual([1, 0, 1, 1]);
    // One PE is missing: odd takes 7 cells more elsewhere, first 15, last 46.
    expect(classesOf(chip(10, 59))).toEqual([1, 0, 0, 1]);
    expect(classesOf(chip(10, 51))).toEqual([1, 0, 0, 1]);
    // Ten PEs are missing: odd and first together cost 22 cells.
    expect(classesOf(chip(10, 50))).toEqual([0, 0, 0, 1]);
    expect(classesOf(chip(10, 49))).toEqual([1, 0, 1, 0]);
    expect(classesOf(chip(10, 8))).toEqual([1, 0, 0, 0]);
    expect(mapNetwork(network, chip(10, 55)).layers[2]!.reason).toBe(
      'would fill more of small (61 % instead of 34 %), but small has only 4 of 9 PEs left',
    );
    expect(mapNetwork(network, chip(10, 51)).layers[2]!.reason).toBe(
      'would fill more of small (61 % instead of 34 %), but small has no PEs left',
    );
  });

  test('of one class alone: all of them, and no reason', () => {
    const { crossbars } = chip(60, 60);
    const { layers } = mapNetwork(network, { ...bits, name: 'one', crossbars: crossbars!.slice(0, 1) });
    expect(layers.map(({ pesPerCopy, crossbar }) => [pesPerCopy, crossbar])).toEqual([
      [1, 0],
      [2, 0],
      [1, 0],
      [6, 0],
    ]);
    expect(layers[0]).not.toHaveProperty('reason');
  });
});

describe('what does not fit', () => {
  test('is refused with what is missing', () => {
    const error = errorOf(chip(8, 8));
    expect(error.kind).toBe('input');
    expect(error.message).toBe(
      'network small: does not fit the crossbars: PEs are missing, 2 of small (needed 10, there are 8); the largest ' +
        'layers are odd (9 of small), last (6 of large), wide (2 of large); give these PEs or use ' +
        'larger crossbars',
    );
    expect(classesOf(chip(8, 10))).toEqual([1, 0, 1, 0]);
  });

  test('can be looked at', () => {
    const { layers, ...sums } = mapEvenIfTooLarge(network, chip(8, 8));
    expect(sums).toEqual({ minimumPes: 18, totalPes: 16, usedPes: 18 });
    expect(layers.map(({ crossbar, copies }) => [crossbar, copies])).toEqual([
      [1, 1],
      [0, 1],
      [1, 1],
      [0, 1],
    ]);
    expect(mapEvenIfTooLarge(network, chip(20, 20))).toEqual(mapNetwork(network, chip(20, 20)));
    expect(mapEvenIfTooLarge(network, paper, { pes: 3 })).toMatchObject({ minimumPes: 10, totalPes: 3 });
  });

  test.each<[MappingOptions, string]>([
    [{ pes: 20 }, 'pes: the architecture two gives the PEs of each of its crossbars; change pes in its list'],
    [{ extraPes: 0 }, 'extraPes: the architecture two gives the PEs of each of its crossbars'],
    [{ duplication: [1, 1] }, 'the list of copies: must give the copies of 4 base layers as a list, found 2'],
    [{ duplication: [1, 1, 1, 1.5] }, 'copies of layer last must be a whole number of 1 or more, found 1.5'],
    [
      { duplication: [1, 6, 1, 1] },
      'the list of copies: takes 10 PEs of crossbar large beyond the minimum and 8 are left, 2 too few; give at least ' +
        '10 PEs beyond the minimum in the architecture or fewer copies',
    ],
    [{ duplication: () => [1] }, 'the duplication policy: must give the copies of 1 base layers as a list'],
  ])('%j is refused', (options, message) => {
    const wrong = message.startsWith('the duplication policy') ? { duplication: () => [1, 1] } : options;
    const error = errorOf(chip(10, 100), wrong);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
  });
});

describe('copies', () => {
  const copies = (duplication: MappingOptions['duplication']) =>
    mapNetwork(network, chip(10, 71), { duplication }).layers.map((layer) => layer.copies);

  test('take PEs of the class of their layer', () => {
    // large has 8 PEs for wide; small has 11 for first and odd, with 64 and 16 MVMs.
    expect(copies('greedy')).toEqual([12, 5, 1, 1]);
    // Eleven copies are as fast as twelve.
    expect(copies('sum')).toEqual([11, 5, 1, 1]);
    expect(copies('none')).toEqual([1, 1, 1, 1]);
    expect(copies([3, 5, 2, 1])).toEqual([3, 5, 2, 1]);
  });

  test('by a function that is called for each class', () => {
    const calls: [string[], number][] = [];
    const policy: DuplicationPolicy = (layers, extraPes) => {
      calls.push([layers.map(({ name }) => name), extraPes]);
      return layers.map(({ name }) => (name === 'wide' ? 4 : 2 - Number(name === 'last')));
    };
    expect(copies(policy)).toEqual([2, 4, 2, 1]);
    expect(calls).toEqual([
      [['wide'], 8],
      [['first', 'odd', 'last'], 11],
    ]);
  });
});

const cellsOf = (layers: readonly PesByClass[], budgets: readonly ClassBudget[], choice: readonly number[]) =>
  layers.reduce((sum, pes, i) => sum + pes[choice[i]!]! * budgets[choice[i]!]!.cells, 0);

const fits = (layers: readonly PesByClass[], budgets: readonly ClassBudget[], choice: readonly number[]) =>
  budgets.every(({ pes }, k) => {
    const own = layers.filter((_, i) => choice[i] === k);
    return own.reduce((sum, layer) => sum + layer[k]!, 0) <= pes;
  });

/** The fewest cells of all choices that fit; Infinity where none does. */
function fewestCells(layers: readonly PesByClass[], budgets: readonly ClassBudget[]): number {
  let fewest = Infinity;
  for (let number = 0; number < budgets.length ** layers.length; number++) {
    const choice = layers.map((_, i) => Math.floor(number / budgets.length ** i) % budgets.length);
    if (fits(layers, budgets, choice)) fewest = Math.min(fewest, cellsOf(layers, budgets, choice));
  }
  return fewest;
}

/** Layers and budgets such that these suffice about half of the time. */
const problem = (most: number) =>
  fc.integer({ min: 2, max: 3 }).chain((classes) =>
    fc.record({
      layers: fc.array(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: classes, maxLength: classes }),
        {
          minLength: 1,
          maxLength: most,
        },
      ),
      budgets: fc.array(
        fc.record({ pes: fc.integer({ min: 1, max: 16 }), cells: fc.constantFrom(1, 4, 6, 16) }),
        {
          minLength: classes,
          maxLength: classes,
        },
      ),
    }),
  );

describe('chooseCrossbars', () => {
  test('finds what takes the fewest cells of all choices that fit, if there is any', () => {
    let both = 0;
    fc.assert(
      fc.property(problem(6), ({ layers, budgets }) => {
        const choice = chooseCrossbars(layers, budgets);
        const fewest = fewestCells(layers, budgets);
        expect(fits(layers, budgets, choice)).toBe(fewest < Infinity);
        if (fewest < Infinity) expect(cellsOf(layers, budgets, choice)).toBe(fewest);
        both |= fewest < Infinity ? 1 : 2;
      }),
      { numRuns: 300 },
    );
    expect(both).toBe(3);
  });

  test('ends soon with many layers and PEs, in something that no move makes better', () => {
    // Numbers without a pattern, so that hardly any choice dominates another.
    const layers = Array.from({ length: 200 }, (_, i) => [
      1000 + ((i * 7919) % 1013),
      4000 + ((i * 104729) % 4093),
      9000 + ((i * 1299709) % 8209),
    ]);
    const budgets = [
      { pes: 80_000, cells: 65536 },
      { pes: 330_000, cells: 16384 },
      { pes: 1_100_000, cells: 4096 },
    ];
    const choice = chooseCrossbars(layers, budgets);
    expect(fits(layers, budgets, choice)).toBe(true);
    const cells = cellsOf(layers, budgets, choice);
    layers.forEach((_, i) => {
      for (const k of [0, 1, 2]) {
        const moved = choice.with(i, k);
        if (fits(layers, budgets, moved))
          expect(cellsOf(layers, budgets, moved)).toBeGreaterThanOrEqual(cells);
      }
    });
  }, 20_000);
});

test('a schedule has the crossbars of every layer, and is valid', () => {
  const vgg16 = zooNetwork('vgg16');
  const { sets = [], ...result } = schedule(vgg16, chip(400, 400), { granularity: 'row', keepSets: true });
  validateSchedule(vgg16, sets, result.cycles);
  expect(new Set(result.layers.map(({ crossbar }) => crossbar))).toEqual(new Set(['large', 'small']));
  for (const { reason } of result.layers) expect(reason).toMatch(/^(fills|would fill) .* %/);
  for (const layer of schedule(vgg16, paper).layers) {
    expect(layer).not.toHaveProperty('crossbar');
    expect(layer).not.toHaveProperty('reason');
  }
  const used = (name: string) =>
    result.layers.reduce((sum, { crossbar, pes, copies }) => sum + (crossbar === name ? pes * copies : 0), 0);
  expect(used('large')).toBeLessThanOrEqual(400);
  expect(used('small')).toBeLessThanOrEqual(400);
  expect(result).toMatchObject({ totalPes: 800, usedPes: used('large') + used('small') });
});
