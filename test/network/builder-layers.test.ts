import { describe, expect, test } from 'vitest';
import { type AppendedLayer, buildNetwork, NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer } from '../../src/network/network.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import { arranged, constant, type Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { c, h, w } from './digits.ts';
import { map, onMap } from './on-map.ts';

const RELU = { name: 'relu', op: 'Relu' };
const weights = { rows: 3, columns: 2, groups: 1 };

/** The layers as they were appended. */
const layersOf = (b: NetworkBuilder) => b.build().layers;
const summary = ({ name, op, shape }: Layer) => [name, op, Object.values(shape)];

/** Windows of 2 x 5 positions of a map of 4 x 5: rows of windows and rows within them have axes of their own. */
function windows(b: NetworkBuilder): Tensor {
  const output = arranged([2, 10, 3], [[h(2, 2)], [h(2, 1), w(5, 1)], [c(3)]], 'windows');
  return b.byAxes({ name: 'cut', op: 'Relu' }, [{ tensor: b.input('y', output) }], output);
}

describe('whoever wants to know is told of a layer', () => {
  test('that was appended: its unique name, whether it has weights, and how its output lies', () => {
    const { b, x } = onMap();
    const told: AppendedLayer[] = [];
    b.onLayer = (layer) => told.push(layer);
    const view = arranged([20, 3], [[h(4, 1), w(5, 1)], [c(3)]], 'tokens');
    b.onOfm({ ...RELU, name: 'x' }, { tensor: x, rows: SAME, columns: SAME }, view);
    b.positionwise({ name: 'conv', op: 'Conv2D', weights }, x, { ...map, dims: [1, 4, 5, 2] });
    expect(told).toStrictEqual([
      { name: 'x_1', op: 'Relu', isBase: false, arrangement: view },
      { name: 'conv', op: 'Conv2D', isBase: true, arrangement: { ...map, dims: [1, 4, 5, 2] } },
    ]);
  });
});

describe('a layer', () => {
  test('of a plain output has a tensor without a view', () => {
    const { b, x } = onMap();
    expect(x).toStrictEqual({ ...map, layer: 0 });
    expect(b.positionwise(RELU, x)).toStrictEqual({ ...map, layer: 1 });
  });

  test.each([
    ['a fraction', { ...weights, rows: 2.5 }],
    ['none', { ...weights, columns: 0 }],
    ['less than none', { ...weights, groups: -1 }],
    ['more in all than can be counted', { rows: 2 ** 30, columns: 2 ** 20, groups: 16 }],
    ['no number', { ...weights, rows: Number.NaN }],
  ])('whose weights are %s is refused', (_, bad) => {
    const { b, x } = onMap();
    const { code, message } = thrownBy(() => b.positionwise({ ...RELU, weights: bad }, x));
    expect(code).toBe('INVALID_INPUT');
    expect(message).toContain(`layer relu (Relu): ${bad.groups} groups of ${bad.rows} x ${bad.columns}`);
  });

  test('whose first dimension is 0 is refused', () => {
    const { b } = onMap();
    expect(thrownBy(() => b.input('input', { dims: [0, 4], h: 0, w: 1 })).message).toContain(
      'has 0 along axis 0',
    );
  });

  test('may have 2^31 - 1 positions, and not one more', () => {
    const { b } = onMap();
    const most = 2 ** 31 - 1;
    expect(b.input('input', { dims: [most], h: 0, w: -1 }).dims).toEqual([most]);
    const { code, kind } = thrownBy(() => b.input('input', { dims: [most + 1], h: 0, w: -1 }));
    expect([code, kind]).toEqual(['TOO_LARGE', 'input']);
    const values = thrownBy(() => b.input('input', { dims: [2 ** 30, 2 ** 23], h: 0, w: -1 }));
    expect(values.code).toBe('TOO_LARGE');
  });

  test('may list its positions, up to 2^23 in all layers together', () => {
    const { b, x } = onMap();
    const list: Reads = { kind: 'list', positions: new Array<number>(2 ** 22) };
    const one: Reads = { kind: 'list', positions: [0] };
    const read = (rows: Reads, columns: Reads) => b.layer(RELU, [{ tensor: x, rows, columns }], map);
    read(list, SAME);
    read(SAME, list);
    const { code, kind } = thrownBy(() => read(SAME, one));
    expect([code, kind]).toEqual(['TOO_LARGE', 'input']);
  });
});

describe('a layer without values', () => {
  const empty = constant([1, 0, 5, 3]);
  const read = (tensor: Tensor) => ({ tensor, rows: SAME, columns: SAME });

  test('is a constant where it reads one without values, whatever else it reads', () => {
    const { b, x } = onMap();
    const out = b.layer(RELU, [read(x), read(empty)], { ...map, dims: empty.dims });
    expect(out).toEqual(constant(empty.dims));
  });

  test('is refused where nothing says why, and where it has weights', () => {
    const { b, x } = onMap();
    const output = { ...map, dims: empty.dims };
    expect(thrownBy(() => b.layer(RELU, [read(x)], output)).message).toContain('has 0 along axis 1');
    expect(thrownBy(() => b.layer({ ...RELU, weights }, [read(x), read(empty)], output)).code).toBe(
      'INVALID_INPUT',
    );
  });

  test('that is read adds nothing to a layer that has some', () => {
    const { b, x } = onMap();
    b.layer(RELU, [read(x), read(empty)], map);
    expect(layersOf(b).at(-1)!.inputs).toEqual([{ from: 0, rows: SAME, columns: SAME }]);
  });
});

describe('a constant', () => {
  const numbers = constant([1, 4, 5, 3]);

  test('is what is made of nothing but constants', () => {
    const { b } = onMap();
    const operand = { tensor: numbers, rows: SAME, columns: SAME };
    expect(b.onOfm(RELU, operand, map)).toEqual(constant(map.dims));
    expect(b.layer(RELU, [operand], map)).toEqual(constant(map.dims));
    expect(b.byAxes(RELU, [operand], map)).toEqual(constant(map.dims));
    expect(layersOf(b)).toHaveLength(1);
  });

  test('waits for nothing and has no name of its own', () => {
    const { b } = onMap();
    expect([b.waitsForBase(numbers), b.nameOf(numbers)]).toEqual([false, 'constant']);
  });
});

test('what waits for a base layer is one, or reads one, whatever lies between', () => {
  const { b, x } = onMap();
  const conv = b.positionwise({ ...RELU, weights }, x, { ...map, dims: [1, 4, 5, 2] });
  const behind = b.positionwise(RELU, b.positionwise(RELU, conv));
  const beside = b.positionwise(RELU, x);
  expect([x, conv, behind, beside].map((tensor) => b.waitsForBase(tensor))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

describe('bits', () => {
  const conv = (b: NetworkBuilder, name: string, x: Tensor, bits = {}) =>
    b.positionwise({ name, op: 'Conv2D', weights: { ...weights, columns: 3 }, ...bits }, x);

  test('are those of the base layers that are appended meanwhile, which may have their own', () => {
    const { b, x } = onMap();
    const last = b.withBits({ weightBits: 8, activationBits: 4 }, () => {
      const inner = b.withBits({ weightBits: 2 }, () => conv(b, 'inner', x));
      return conv(b, 'own', conv(b, 'outer', b.positionwise(RELU, inner)), { weightBits: 3 });
    });
    conv(b, 'after', last);
    expect(
      layersOf(b).map(({ name, weightBits, activationBits }) => [name, weightBits, activationBits]),
    ).toEqual([
      ['x', undefined, undefined],
      ['inner', 2, undefined],
      ['relu', undefined, undefined],
      ['outer', 8, 4],
      ['own', 3, 4],
      ['after', undefined, undefined],
    ]);
  });

  test('end with what fails', () => {
    const { b, x } = onMap();
    const fail = () => {
      throw new Error('no');
    };
    expect(() => b.withBits({ weightBits: 8 }, fail)).toThrow('no');
    conv(b, 'after', x);
    expect(layersOf(b).at(-1)).not.toHaveProperty('weightBits');
  });
});

describe('a view', () => {
  test('is read where it is by a layer that gives one of the same positions, or reads everything', () => {
    const b = new NetworkBuilder('test');
    const view = windows(b);
    b.positionwise(RELU, view);
    b.everything({ name: 'all', op: 'ReduceSum' }, [view], { dims: [1], h: -1, w: -1 });
    expect(layersOf(b).map(summary)).toEqual([
      ['y', 'Input', [4, 5, 3]],
      ['cut', 'Relu', [4, 5, 3]],
      ['relu', 'Relu', [4, 5, 3]],
      ['all', 'ReduceSum', [1, 1, 1]],
    ]);
  });

  test('is put on axes of its own, once, for a layer that reads along one of H and W, or gives no view', () => {
    const b = new NetworkBuilder('test');
    const view = windows(b);
    const output = { dims: [2, 10, 3], h: view.h, w: view.w };
    expect([view.h, view.w]).toEqual([0, 1]);
    b.layer({ name: 'rows', op: 'ReduceSum' }, [{ tensor: view, rows: ALL, columns: SAME }], output);
    b.layer({ name: 'columns', op: 'ReduceSum' }, [{ tensor: view, rows: SAME, columns: ALL }], output);
    b.positionwise(RELU, view, output);
    const layers = layersOf(b);
    expect(layers.slice(2).map(summary)).toEqual([
      ['windows', 'Reshape', [2, 10, 3]],
      ['rows', 'ReduceSum', [2, 10, 3]],
      ['columns', 'ReduceSum', [2, 10, 3]],
      ['relu', 'Relu', [2, 10, 3]],
    ]);
    expect(layers.slice(3).map(({ inputs }) => inputs[0]!.from)).toEqual([2, 2, 2]);
  });

  test('of the same positions is what a layer makes of a plain tensor that says so', () => {
    const { b, x } = onMap();
    const tokens = arranged([20, 3], [[h(4, 1), w(5, 1)], [c(3)]], 'tokens');
    expect(b.positionwise(RELU, x, tokens)).toStrictEqual({ ...tokens, layer: 1 });
    expect(layersOf(b).at(-1)).toMatchObject({
      ...{ name: 'relu', shape: { height: 4, width: 5, channels: 3 } },
      inputs: [{ from: 0, rows: SAME, columns: SAME }],
    });
  });

  test('has a plain tensor of its own, and a plain tensor is that itself', () => {
    const { b, x } = onMap();
    expect(b.plain(x)).toBe(x);
    const view = windows(b);
    expect(b.plain(view)).toBe(b.plain(view));
  });

  test('is read in steps where blocks of its rows are repeated: a layer gathers a block first', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('x', arranged([3, 2, 5, 7], [[h(3, 2)], [h(2, 1)], [w(5, 1)], [c(7)]], 'x'));
    const output = arranged([3, 2, 5, 7], [[h(3, 2)], [h(2, 1)], [w(5, 1)], [c(7)]], 'sum');
    // Every row of a block reads the whole block.
    b.byAxes({ name: 'sum', op: 'CumSum' }, [{ tensor: x, summed: [1] }], output);
    const layers = layersOf(b);
    expect(layers.map(summary)).toEqual([
      ['x', 'Input', [6, 5, 7]],
      ['sum/blocks', 'Reshape', [3, 5, 14]],
      ['sum', 'CumSum', [6, 5, 7]],
    ]);
    const blocks: Reads = { kind: 'window', kernel: 2, stride: 2, dilation: 1, padding: 0 };
    expect(layers[1]!.inputs).toEqual([{ from: 0, rows: blocks, columns: SAME }]);
    const repeated: Reads = { kind: 'transposed', kernel: 2, stride: 2, dilation: 1, padding: 0 };
    expect(layers[2]!.inputs).toEqual([{ from: 1, rows: repeated, columns: SAME }]);
  });

  test('is read in steps in both directions at once', () => {
    const b = new NetworkBuilder('test');
    const layout = [[h(3, 2)], [h(2, 1)], [w(4, 3)], [w(3, 1)], [c(7)]];
    const x = b.input('x', arranged([3, 2, 4, 3, 7], layout, 'x'));
    b.byAxes({ name: 'sum', op: 'CumSum' }, [{ tensor: x, summed: [1, 3] }], arranged(x.dims, layout, 'sum'));
    expect(layersOf(b).map(summary)).toEqual([
      ['x', 'Input', [6, 12, 7]],
      ['sum/blocks', 'Reshape', [3, 4, 42]],
      ['sum', 'CumSum', [6, 12, 7]],
    ]);
  });
});

test('a network whose inputs lie as they are read is built once, another one once more', () => {
  const calls = { there: 0, elsewhere: 0 };
  const there = buildNetwork('there', (b) => {
    calls.there++;
    const x = b.input('x', map);
    b.expectAxes(x, 1, 2);
    b.positionwise(RELU, x);
  });
  const elsewhere = buildNetwork('elsewhere', (b) => {
    calls.elsewhere++;
    const x = b.input('x', map);
    b.expectAxes(x, 2, 3);
    b.positionwise(RELU, x);
  });
  expect(calls).toEqual({ there: 1, elsewhere: 2 });
  expect([there, elsewhere].map(({ layers }) => Object.values(layers[0]!.shape))).toEqual([
    [4, 5, 3],
    [5, 3, 4],
  ]);
});

test('inputs lie as they are read also where there are layers between them that go with the first', () => {
  const network = buildNetwork('inputs', (b) => {
    for (const name of ['first', 'second']) b.positionwise(RELU, turned(b, name));
    b.positionwise(RELU, b.input('third', map));
  });
  expect(network.layers.map(({ name, shape }) => [name, ...Object.values(shape)])).toEqual([
    ['first', 5, 3, 4],
    ['relu', 5, 3, 4],
    ['second', 5, 3, 4],
    ['relu_1', 5, 3, 4],
    ['third', 4, 5, 3],
    ['relu_2', 4, 5, 3],
  ]);
});

/** A map whose columns and channels a reader takes as rows and columns. */
function turned(b: NetworkBuilder, name: string): Tensor {
  const input = b.input(name, map);
  b.expectAxes(input, 2, 3);
  return b.withAxes(input, 2, 3);
}

test('an input that is given another layout is called after itself where it has to be moved', () => {
  const b = new NetworkBuilder('test', new Map([[0, [[h(4, 1), w(5, 1)], [c(3)]]]]));
  const x = b.input('x', { dims: [20, 3], h: -1, w: 0 });
  b.layer(RELU, [{ tensor: x, rows: SAME, columns: shift(1) }], { dims: [20, 3], h: x.h, w: x.w });
  expect(layersOf(b).map(({ name }) => name)).toEqual(['x', 'x_reshape', 'relu']);
});
