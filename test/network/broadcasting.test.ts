import { describe, expect, test } from 'vitest';
import { NetworkBuilder, type Output } from '../../src/network/builder.ts';
import { broadcastDims, dense, elementwise, reduce, reshape } from '../../src/network/operators/index.ts';
import { SAME } from '../../src/network/reads.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { computed } from './computed.ts';
import { c, h, w } from './digits.ts';

/** Where H and W lie in the sum of inputs that lie like this, all of them there at time 0. */
function sumOf(outputs: readonly Output[], ...constants: readonly (readonly number[])[]) {
  const b = new NetworkBuilder('test');
  const inputs = outputs.map((output, i) => b.input(`x${i}`, output));
  const { dims, h, w } = elementwise(b, 'add', 'Add', [
    ...inputs,
    ...constants.map((dims) => constant(dims)),
  ]);
  return { dims, h, w };
}

describe('shapes', () => {
  test('are broadcast from their last axis on', () => {
    const shapes = [[5, 1, 4], [3, 1], []];
    expect(broadcastDims(shapes)).toEqual([5, 3, 4]);
    expect(
      broadcastDims([
        [5, 4],
        [4, 5],
      ]),
    ).toBeUndefined();
  });

  test('that do not fit are told', () => {
    const b = new NetworkBuilder('test');
    const add = () => elementwise(b, 'add', 'Add', [constant([2, 3]), constant([4, 5])]);
    expect(thrownBy(add).message).toContain('layer add (Add): the shapes [2, 3] and [4, 5]');
  });
});

describe('H and W of a sum', () => {
  const dims = [5, 4, 3];

  test.each<[string, Output[], { h: number; w: number }]>([
    [
      'are those of the first tensor that has them',
      [
        { dims, h: 0, w: 1 },
        { dims, h: 2, w: 1 },
      ],
      { h: 0, w: 1 },
    ],
    [
      'are not those of a later one, W neither',
      [
        { dims, h: 0, w: 1 },
        { dims, h: 0, w: 2 },
      ],
      { h: 0, w: 1 },
    ],
    [
      'may be the first axis, for W too',
      [
        { dims, h: 1, w: 0 },
        { dims, h: 1, w: 2 },
      ],
      { h: 1, w: 0 },
    ],
    [
      'are one of each',
      [
        { dims, h: 0, w: -1 },
        { dims, h: -1, w: 1 },
      ],
      { h: 0, w: 1 },
    ],
    [
      'do not share an axis that is rows',
      [
        { dims, h: 1, w: -1 },
        { dims, h: -1, w: 1 },
      ],
      { h: 1, w: -1 },
    ],
    [
      'do not share an axis that is columns',
      [
        { dims, h: -1, w: 1 },
        { dims, h: 1, w: -1 },
      ],
      { h: -1, w: 1 },
    ],
    [
      'are not those of a single row where another tensor has columns there',
      [
        { dims: [1, 1, 2], h: 1, w: -1 },
        { dims: [1, 5, 2], h: -1, w: 1 },
      ],
      { h: -1, w: 1 },
    ],
  ])('%s', (_, outputs, axes) => {
    expect(sumOf(outputs)).toMatchObject(axes);
  });

  test('are those of a map of one row or column that is broadcast', () => {
    const outputs = [{ dims: [1, 1, 4, 2], h: 1, w: 2 }];
    expect(sumOf(outputs, [1, 5, 4, 2])).toEqual({ dims: [1, 5, 4, 2], h: 1, w: 2 });
  });

  test('are none where a vector is broadcast to several', () => {
    expect(sumOf([{ dims: [5], h: -1, w: -1 }], [3, 5])).toEqual({ dims: [3, 5], h: -1, w: -1 });
  });

  test('move with axes that are put in front', () => {
    expect(sumOf([{ dims: [5, 4], h: 0, w: 1 }], [1, 1, 4])).toEqual({ dims: [1, 5, 4], h: 1, w: 2 });
  });

  test('are not those of a constant', () => {
    const b = new NetworkBuilder('test');
    const table = b.withAxes(constant([1, 5, 4]), 1, -1);
    const x = b.input('x', { dims: [1, 5, 4], h: -1, w: 1 });
    expect(elementwise(b, 'add', 'Add', [table, x])).toMatchObject({ h: -1, w: 1 });
  });
});

describe('what is there at time 0', () => {
  test('gives way to what has to be waited for, which may be a single row', () => {
    const b = new NetworkBuilder('test');
    const mask = b.input('mask', { dims: [1, 1, 4, 3], h: 2, w: 3 });
    const scores = computed(b, { dims: [1, 1, 4, 3], h: -1, w: 2 });
    expect(elementwise(b, 'add', 'Add', [mask, scores])).toMatchObject({ h: -1, w: 2 });
  });

  test('is the map where only one value a channel has to be waited for', () => {
    const b = new NetworkBuilder('test');
    const x = b.input('x', { dims: [1, 4, 5, 2], h: 1, w: 2 });
    const squeezed = reduce(b, { name: 'gap', op: 'GlobalAveragePool' }, x, [1, 2]);
    const excited = dense(b, 'fc', squeezed, { outputFeatures: 2 });
    b.output(elementwise(b, 'mul', 'Mul', [reshape(b, 'scale', excited, [2]), x]));
    const { layers } = b.build();
    expect(layers.at(-1)).toMatchObject({ op: 'Mul', shape: { height: 4, width: 5, channels: 2 } });
    const inputs = layers.at(-1)!.inputs.map(({ rows, columns }) => [rows, columns]);
    expect(inputs).toEqual([
      [SAME, SAME],
      [SAME, SAME],
    ]);
  });
});

describe('of views', () => {
  const tokenAxes = [h(4, 1), w(6, 1)];

  /** Tokens of a map of 4 x 6. */
  const tokens = (b: NetworkBuilder, dims = [1, 24, 2]): Tensor =>
    reshape(b, 'tokens', computed(b, { dims: [1, 4, 6, 2], h: 1, w: 2 }), dims);

  /** The features of these tokens as rows: 2 positions, of 24 channels each. */
  const features = (b: NetworkBuilder) => computed(b, { dims: [1, 24, 2], h: 2, w: -1 }, 'features');
  /** A sequence of 24 tokens that are rows. */
  const sequence = (b: NetworkBuilder) => computed(b, { dims: [1, 24, 2], h: 1, w: -1 }, 'sequence');

  test('and others the one with most positions says where they lie, in whatever order', () => {
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const b = new NetworkBuilder('test');
      const operands = [tokens(b), features(b), features(b)];
      const sum = elementwise(
        b,
        'add',
        'Add',
        order.map((i) => operands[i]!),
      );
      expect(sum.view?.layout).toEqual([[], tokenAxes, [c(2)]]);
    }
  });

  test('and others of as many positions the first one does', () => {
    const b = new NetworkBuilder('test');
    const [map, rows] = [tokens(b), sequence(b)];
    expect(elementwise(b, 'add', 'Add', [map, rows]).view?.layout).toEqual([[], tokenAxes, [c(2)]]);
    expect(elementwise(b, 'add', 'Add', [rows, map])).toMatchObject({ h: 1, w: -1 });
  });

  test('axes that are broadcast are channels, those in front and those of size 1', () => {
    const layout = [[c(3)], tokenAxes, [c(2)]];
    const b = new NetworkBuilder('test');
    const short = elementwise(b, 'add', 'Add', [tokens(b, [24, 2]), constant([3, 1, 2])]);
    expect([short.dims, short.view?.layout]).toEqual([[3, 24, 2], layout]);
    const wide = elementwise(b, 'add', 'Add', [tokens(b), constant([3, 24, 2])]);
    expect([wide.dims, wide.view?.layout]).toEqual([[3, 24, 2], layout]);
  });

  test('the sum is called after its layer where it has to be put on axes of its own', () => {
    const b = new NetworkBuilder('test');
    const sum = elementwise(b, 'add', 'Add', [tokens(b), constant([1])]);
    expect(b.nameOf(b.plain(sum))).toBe('add_reshape');
  });
});
