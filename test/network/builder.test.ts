import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';

const map = { dims: [1, 4, 5, 3], h: 1, w: 2 };

describe('NetworkBuilder', () => {
  test('numbers names that come twice', () => {
    const b = new NetworkBuilder('test');
    for (const name of ['x', 'x_1', 'x', 'x']) b.input(name, map);
    expect(b.build().layers.map(({ name }) => name)).toEqual(['x', 'x_1', 'x_2', 'x_3']);
  });

  test('takes H and W from the axes and the rest as channels', () => {
    const b = new NetworkBuilder('test');
    b.input('map', map);
    b.input('row', { dims: [1, 4, 5, 3], h: -1, w: 2 });
    b.input('vector', { dims: [7], h: -1, w: -1 });
    expect(b.build().layers.map(({ shape }) => Object.values(shape))).toEqual([
      [4, 5, 3],
      [1, 5, 12],
      [1, 1, 7],
    ]);
  });

  test.each([
    [[1, 0, 5, 3]],
    [[1, 4, -5, 3]],
    [[1, 4, 2.5, 3]],
    [[1, 4, Number.NaN, 3]],
    [[1, 2 ** 16, 2 ** 16, 3]],
  ])('refuses a map of %j', (dims) => {
    const b = new NetworkBuilder('test');
    expect(() => b.input('input', { ...map, dims })).toThrow(ClsaCimError);
    expect(() => b.input('input', { ...map, dims })).toThrow(/layer input \(Input\)/);
  });

  describe('outputs', () => {
    const outputsOf = (b: NetworkBuilder) => {
      const { layers, outputs } = b.build();
      return outputs.map((index) => layers[index]!.name);
    };
    const relu = (b: NetworkBuilder, name: string, x: Tensor) => b.positionwise({ name, op: 'Relu' }, x);

    test('are those that are said, once and in order, whoever reads them', () => {
      const b = new NetworkBuilder('test');
      const x = b.input('input', map);
      const inner = relu(b, 'inner', x);
      const last = relu(b, 'last', inner);
      relu(b, 'unread', inner);
      for (const tensor of [last, inner, { ...last }]) b.output(tensor);
      expect(outputsOf(b)).toEqual(['inner', 'last']);
    });

    test('are the layers that nobody reads where nothing is said; inputs and constants never', () => {
      const b = new NetworkBuilder('test');
      const x = b.input('input', map);
      b.input('unused', map);
      relu(b, 'left', x);
      relu(b, 'right', relu(b, 'inner', x));
      b.output(x);
      b.output(constant([3]));
      expect(outputsOf(b)).toEqual(['left', 'right']);
    });
  });

  describe('withAxes', () => {
    test('costs nothing where H and W are there, or have one position', () => {
      const b = new NetworkBuilder('test');
      const x = b.input('input', { dims: [1, 4, 1, 3], h: 1, w: -1 });
      expect(b.withAxes(x, 1, 2)).toMatchObject({ layer: x.layer, h: 1, w: 2 });
      expect(b.withAxes(constant([2, 3]), 0, 1)).toMatchObject({ h: 0, w: 1 });
      expect(b.build().layers).toHaveLength(1);
    });

    test('puts a Reshape that reads everything between, where they are elsewhere', () => {
      const b = new NetworkBuilder('test');
      const x = b.input('input', map);
      b.withAxes(x, 2, 3);
      const [, reshape] = b.build().layers;
      expect(reshape).toMatchObject({
        name: 'input_reshape',
        shape: { height: 5, width: 3, channels: 4 },
        inputs: [{ rows: { kind: 'all' }, columns: { kind: 'all' } }],
      });
    });
  });
});
