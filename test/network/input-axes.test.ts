import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { InputAxes } from '../../src/network/input-axes.ts';
import type { Factor, Layout } from '../../src/network/layout.ts';
import { reshape, transpose } from '../../src/network/operators/index.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';
import { c, h, w } from './digits.ts';

/** The OFM of a layer, with H and W where nobody looks for them unless it is said. */
const tensor = (layer: number, dims: readonly number[], at = { h: -1, w: -1 }): Tensor => ({
  layer,
  dims,
  ...at,
});

/** The same values in other dimensions, as an operator without a layer makes them. */
const reshaped = (from: Tensor, dims: readonly number[]): Tensor => ({
  ...from,
  dims,
  rearranged: { tensor: from },
});

const reader = { map: { h: 2, w: 3 }, line: { h: -1, w: 2 } };

/** Where the input of these dimensions lies, layer 0, that layer 1 makes something of; undefined where it may stay. */
function found(
  dims: readonly number[],
  out: readonly number[],
  read: (out: Tensor) => Tensor,
  at: { h: number; w: number },
  summed?: readonly number[],
): Layout | undefined {
  const axes = new InputAxes();
  const input = tensor(0, dims);
  axes.input(input);
  axes.layer(1, [summed === undefined ? { tensor: input } : { tensor: input, summed }]);
  axes.expect(read(tensor(1, out)), at);
  return axes.misplaced().get(0);
}

const itself = (out: Tensor) => out;
const as =
  (...dims: number[]) =>
  (out: Tensor) =>
    reshaped(out, dims);

describe('an input', () => {
  test('may stay where its reader looks for H and W', () => {
    const axes = new InputAxes();
    const places = [
      { h: 1, w: 2 },
      { h: -1, w: 2 },
      { h: 2, w: 1 },
      { h: -1, w: -1 },
    ];
    places.forEach((at, layer) => {
      axes.input(tensor(layer, [1, 4, 5, 3], at));
      axes.expect(tensor(layer, [1, 4, 5, 3], at), at);
    });
    expect(axes.misplaced()).toEqual(new Map());
  });

  test.each<[{ h: number; w: number }, Layout]>([
    [{ h: 2, w: 3 }, [[], [c(4)], [h(5, 1)], [w(3, 1)]]],
    [{ h: 2, w: 1 }, [[], [w(4, 1)], [h(5, 1)], [c(3)]]],
    [{ h: 1, w: 3 }, [[], [h(4, 1)], [c(5)], [w(3, 1)]]],
    [{ h: -1, w: 2 }, [[], [c(4)], [w(5, 1)], [c(3)]]],
    [{ h: 1, w: -1 }, [[], [h(4, 1)], [c(5)], [c(3)]]],
  ])('lies with H and W at %j where its reader says so', (at, layout) => {
    const axes = new InputAxes();
    const input = tensor(0, [1, 4, 5, 3], { h: 1, w: 2 });
    axes.input(input);
    axes.expect(input, at);
    expect(axes.misplaced()).toEqual(new Map([[0, layout]]));
  });

  test('lies as its first reader says, and constants nowhere', () => {
    const axes = new InputAxes();
    const input = tensor(0, [4, 5]);
    axes.input(input);
    axes.expect(constant([4, 5]), { h: 1, w: 0 });
    axes.expect(input, { h: 0, w: 1 });
    axes.expect(input, { h: 1, w: 0 });
    expect(axes.misplaced()).toEqual(new Map([[0, [[h(4, 1)], [w(5, 1)]]]]));
  });
});

describe('an axis that is cut down to one position', () => {
  test.each<
    [string, number[], number[], (out: Tensor) => Tensor, { h: number; w: number }, Layout | undefined]
  >([
    [
      'is W that is read as W',
      [1, 6, 4, 50],
      [1, 6, 4, 1],
      itself,
      reader.map,
      [[], [c(6)], [h(4, 1)], [w(50, 1)]],
    ],
    [
      'is H that is read as H',
      [1, 6, 50, 4],
      [1, 6, 1, 4],
      itself,
      reader.map,
      [[], [c(6)], [h(50, 1)], [w(4, 1)]],
    ],
    [
      'is counted from the last one',
      [6, 4, 50],
      [1, 6, 4, 1],
      itself,
      reader.map,
      [[c(6)], [h(4, 1)], [w(50, 1)]],
    ],
    [
      'is channels that are read as such',
      [1, 9, 4, 5],
      [1, 1, 4, 5],
      itself,
      reader.map,
      [[], [c(9)], [h(4, 1)], [w(5, 1)]],
    ],
    ['is W for a line, behind a reshape', [6, 50], [6, 1], as(1, 6, 1), reader.line, [[c(6)], [w(50, 1)]]],
    ['is W for a line, of rank 3', [6, 50, 1], [6, 1, 1], as(1, 6, 1), reader.line, [[c(6)], [w(50, 1)], []]],
    [
      'is H for a line, of rank 4',
      [1, 6, 50, 1],
      [1, 6, 1, 1],
      as(1, 6, 1),
      reader.line,
      [[], [c(6)], [h(50, 1)], []],
    ],
    ['is H for a map, behind a reshape', [6, 50], [6, 1], as(1, 6, 1, 1), reader.map, [[c(6)], [h(50, 1)]]],
    [
      'is W for a map that has H',
      [6, 4, 50],
      [6, 4, 1],
      as(1, 6, 4, 1),
      reader.map,
      [[c(6)], [h(4, 1)], [w(50, 1)]],
    ],
    [
      'is channels for a map that has both',
      [9, 4, 5],
      [1, 4, 5],
      as(1, 1, 4, 5),
      reader.map,
      [[c(9)], [h(4, 1)], [w(5, 1)]],
    ],
    ['is channels of tokens', [20, 9], [20, 1], as(1, 1, 4, 5), reader.map, [[h(4, 1), w(5, 1)], [c(9)]]],
    ['says nothing of one row and column each', [6, 40], [6, 20], as(1, 6, 4, 5), reader.map, undefined],
  ])('%s', (_, dims, out, read, at, expected) => {
    expect(found(dims, out, read, at)).toEqual(expected);
  });

  test.each<[string, number[], number[], { h: number; w: number }, Layout]>([
    ['W of a line', [1, 50, 12], [1, 1, 12], { h: -1, w: 2 }, [[], [w(50, 1)], [c(12)]]],
    ['H of a column', [1, 50, 12], [1, 1, 12], { h: 2, w: -1 }, [[], [h(50, 1)], [c(12)]]],
    ['channels of a column', [1, 4, 9], [1, 4, 1], { h: 2, w: -1 }, [[], [h(4, 1)], [c(9)]]],
    ['channels of a line', [1, 4, 9], [1, 4, 1], { h: -1, w: 2 }, [[], [w(4, 1)], [c(9)]]],
  ])('is found behind a transpose: %s', (_, dims, out, at, expected) => {
    expect(found(dims, out, (made) => transpose(made, [0, 2, 1]), at)).toEqual(expected);
  });

  test('is none of the rows where columns are missing, and rows where these come first', () => {
    const turned = (made: Tensor) => transpose(made, [2, 1, 0]);
    expect(found([1, 9, 4], [1, 1, 4], turned, { h: 0, w: -1 })).toEqual([[], [c(9)], [h(4, 1)]]);
    expect(found([50, 4], [1, 4], as(1, 4, 1), { h: 0, w: 1 })).toEqual([[h(50, 1)], [w(4, 1)]]);
  });

  test('is channels that go with the rows behind them where an input has both on one axis', () => {
    const axes = new InputAxes();
    const input = tensor(0, [36, 5]);
    axes.input(input);
    axes.layer(1, [{ tensor: reshaped(input, [1, 9, 4, 5]) }]);
    axes.expect(tensor(1, [1, 1, 4, 5]), reader.map);
    expect(axes.misplaced()).toEqual(new Map([[0, [[h(36, 1)], [w(5, 1)]]]]));
  });

  test('is found two layers on, one of which adds an axis', () => {
    for (const [dims, cut, expected] of [
      [
        [6, 4, 50],
        [6, 4, 1],
        [[c(6)], [h(4, 1)], [w(50, 1)]],
      ],
      [
        [6, 50, 4],
        [6, 1, 4],
        [[c(6)], [h(50, 1)], [w(4, 1)]],
      ],
    ] as [number[], number[], Factor[][]][]) {
      const axes = new InputAxes();
      axes.input(tensor(0, dims));
      axes.layer(1, [{ tensor: tensor(0, dims) }]);
      axes.layer(2, [{ tensor: tensor(1, cut) }]);
      axes.expect(tensor(2, [1, ...cut]), reader.map);
      expect(axes.misplaced()).toEqual(new Map([[0, expected]]));
    }
  });
});

describe('parts of H and W', () => {
  test.each<[string, number[], number[], { h: number; w: number }, Layout | undefined]>([
    ['stay tokens', [20, 6], [1, 20, 6], { h: 1, w: 2 }, [[h(4, 1), w(5, 1)], [c(6)]]],
    [
      'are numbered from the last axis',
      [12, 2, 3],
      [12, 2, 3],
      { h: 1, w: 2 },
      [[h(4, 1), w(3, 2)], [w(2, 1)], [c(3)]],
    ],
  ])('%s', (_, dims, out, at, expected) => {
    const size = dims.reduce((product, value) => product * value, 1) / 4;
    const channels = dims.at(-1)!;
    expect(found(dims, out, as(1, 4, size / channels, channels), at)).toEqual(expected);
  });

  test('take the channels behind them, or else those in front', () => {
    expect(found([40], [40], as(1, 4, 2, 5), { h: 1, w: 3 })).toEqual([[h(8, 1), w(5, 1)]]);
    expect(found([12, 5], [12, 5], as(1, 3, 4, 5), reader.map)).toEqual([[h(12, 1)], [w(5, 1)]]);
    expect(found([60], [60], as(1, 3, 4, 5), reader.map)).toEqual([[h(12, 1), w(5, 1)]]);
  });

  test('are none along an axis that is summed', () => {
    expect(found([4, 5, 3], [4, 5, 3], itself, { h: 0, w: 1 }, [0])).toEqual([[c(4)], [w(5, 1)], [c(3)]]);
    expect(found([20, 6], [20, 6], as(1, 4, 5, 6), { h: 1, w: 2 }, [1])).toEqual([
      [h(4, 1), w(5, 1)],
      [c(6)],
    ]);
  });

  test('say nothing behind a reshape that they do not fit', () => {
    expect(found([4, 6], [4, 6], as(1, 6, 4, 1), { h: 1, w: 2 })).toBeUndefined();
  });

  test('of one operand that say nothing leave those of another', () => {
    const axes = new InputAxes();
    const [fits, misfit] = [tensor(0, [20, 6]), tensor(1, [40, 6])];
    for (const input of [fits, misfit]) axes.input(input);
    axes.layer(2, [{ tensor: fits }, { tensor: misfit }]);
    axes.expect(reshaped(tensor(2, [20, 6]), [1, 4, 5, 6]), { h: 1, w: 2 });
    expect(axes.misplaced()).toEqual(new Map([[0, [[h(4, 1), w(5, 1)], [c(6)]]]]));
  });
});

describe('where an input lies is told by a reader behind a layer', () => {
  const RELU = { name: 'relu', op: 'Relu' };
  const turned: Layout = [[w(4, 1)], [h(5, 1)]];

  /** Where a matrix lies, of which `add` makes something that is read with its axes swapped. */
  function behind(add: (b: NetworkBuilder, x: Tensor) => Tensor): Layout | undefined {
    const b = new NetworkBuilder('test');
    const x = b.input('x', { dims: [4, 5], h: 0, w: 1 });
    const out = add(b, x);
    b.expectAxes(out, out.dims.length - 1, out.dims.length - 2);
    return b.misplacedInputs().get(0);
  }
  const layer = (rows: Reads, columns: Reads, ...dims: number[]) =>
    behind((b, x) => b.layer(RELU, [{ tensor: x, rows, columns }], { dims, h: 0, w: 1 }));

  test('that has the axes of its operand, longer or not', () => {
    expect(layer(SAME, SAME, 4, 5)).toEqual(turned);
    expect(layer(shift(1), SAME, 3, 5)).toEqual(turned);
    expect(layer(ALL, SAME, 1, 5)).toEqual(turned);
    expect(layer(SAME, ALL, 4, 1)).toEqual(turned);
    expect(behind((b, x) => b.byAxes(RELU, [{ tensor: x }], { dims: [1, 4, 5], h: 1, w: 2 }))).toEqual(
      turned,
    );
    expect(behind((b, x) => b.onOfm(RELU, { tensor: x, rows: SAME, columns: SAME }, x))).toEqual(turned);
  });

  test('that reads everything only where all its axes have the sizes of the operand', () => {
    expect(layer(ALL, ALL, 4, 5)).toEqual(turned);
    for (const dims of [
      [5, 4],
      [4, 7],
      [7, 5],
    ])
      expect(layer(ALL, ALL, ...dims)).toBeUndefined();
  });

  test('but not where the operand has another rank', () => {
    expect(layer(SAME, SAME, 4, 5, 3)).toBeUndefined();
    expect(layer(ALL, ALL, 4, 5, 3)).toBeUndefined();
  });

  test('but not one with weights, or behind one', () => {
    const weights = { rows: 1, columns: 1, groups: 1 };
    expect(behind((b, x) => b.positionwise({ ...RELU, weights }, x))).toBeUndefined();
    expect(behind((b, x) => b.positionwise(RELU, b.positionwise({ ...RELU, weights }, x)))).toBeUndefined();
  });

  test('also behind a reshape', () => {
    const out = behind((b, x) => reshape(b, 'reshape', b.positionwise(RELU, x), [1, 4, 1, 5, 1, 1]));
    expect(out).toEqual([[c(4)], [c(5)]]);
  });
});
