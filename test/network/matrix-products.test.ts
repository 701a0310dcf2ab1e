import { describe, expect, test } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Layer } from '../../src/network/network.ts';
import { dense, matmul, reshape, transpose } from '../../src/network/operators/index.ts';
import { ALL, type Reads, SAME } from '../../src/network/reads.ts';
import { constant, type Tensor } from '../../src/network/tensor.ts';
import { thrownBy } from '../thrown.ts';
import { computed } from './computed.ts';
import { c, h, w } from './digits.ts';

/** The layers of a network without its inputs. */
function layersOf(build: (b: NetworkBuilder) => Tensor): { out: Tensor; layers: readonly Layer[] } {
  const b = new NetworkBuilder('test');
  const out = build(b);
  b.output(out);
  return { out, layers: b.build().layers.filter(({ op }) => op !== 'Input') };
}

/** A sequence of 5 tokens that have 4 features. */
const sequence = (b: NetworkBuilder, name = 'x') => b.input(name, { dims: [1, 5, 4], h: 1, w: -1 });

/** A tensor whose values all lie in one position. */
const features = (b: NetworkBuilder, dims: readonly number[], name = 'x') =>
  b.input(name, { dims, h: -1, w: -1 });

const summary = ({ name, op, shape }: Layer) => [name, op, ...Object.values(shape)];
const readsOf = (layer: Layer): readonly (readonly [Reads, Reads])[] =>
  layer.inputs.map(({ rows, columns }) => [rows, columns]);

describe('MatMul with a vector on the right', () => {
  test('has no columns: each row is one product', () => {
    const { out, layers } = layersOf((b) => matmul(b, 'm', sequence(b), constant([4])));
    expect(out.dims).toEqual([1, 5]);
    expect(layers).toMatchObject([
      {
        op: 'MatMul',
        weights: { rows: 4, columns: 1, groups: 1 },
        shape: { height: 5, width: 1, channels: 1 },
      },
    ]);
  });

  test('of activations reads the same row and the whole vector', () => {
    const { out, layers } = layersOf((b) => matmul(b, 'm', sequence(b), features(b, [4], 'v')));
    expect(out.dims).toEqual([1, 5]);
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 5, 1, 1]]);
    expect(readsOf(layers[0]!)).toEqual([
      [SAME, SAME],
      [ALL, ALL],
    ]);
  });

  test('that is too long is refused', () => {
    const b = new NetworkBuilder('test');
    expect(thrownBy(() => matmul(b, 'm', sequence(b), constant([5]))).code).toBe('INVALID_INPUT');
  });
});

test('matrices of batches that cannot be broadcast are refused', () => {
  const b = new NetworkBuilder('test');
  const product = () => matmul(b, 'm', features(b, [2, 5, 4]), constant([3, 4, 6]));
  expect(thrownBy(product).message).toContain('layer m (MatMul): the shapes [2, 5, 4] and [3, 4, 6]');
});

describe('MatMul of nothing', () => {
  test('is nothing, whatever is on the other side', () => {
    const b = new NetworkBuilder('test');
    const x = features(b, [5, 4]);
    expect(matmul(b, 'm', x, constant([4, 0]))).toEqual(constant([5, 0]));
    expect(matmul(b, 'm', constant([0, 5]), x)).toEqual(constant([0, 4]));
  });

  test('along the axis that is summed is all zeros', () => {
    const b = new NetworkBuilder('test');
    expect(matmul(b, 'm', constant([5, 0]), constant([0, 4]))).toEqual(constant([5, 4]));
  });
});

describe('MatMul with several matrices of weights', () => {
  test('reads an activation for each of them: they are groups', () => {
    const { out, layers } = layersOf((b) =>
      matmul(b, 'm', b.input('x', { dims: [5, 4], h: 0, w: -1 }), constant([2, 4, 6])),
    );
    expect(out.dims).toEqual([2, 5, 6]);
    expect(layers.map(summary)).toEqual([
      ['m/broadcast', 'Expand', 5, 1, 8],
      ['m', 'MatMul', 5, 1, 12],
    ]);
    expect(layers[1]!.weights).toEqual({ rows: 4, columns: 6, groups: 2 });
    expect(layers.flatMap(readsOf)).toEqual([
      [SAME, SAME],
      [SAME, SAME],
    ]);
  });

  test('of which each has an activation of its own is one layer', () => {
    const { layers } = layersOf((b) =>
      matmul(b, 'm', b.input('x', { dims: [2, 5, 4], h: 1, w: -1 }), constant([2, 4, 6])),
    );
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 5, 1, 12]]);
    expect(layers[0]!.weights).toEqual({ rows: 4, columns: 6, groups: 2 });
  });
});

describe('MatMul of activations', () => {
  test('takes as many operations as it multiplies', () => {
    const { layers } = layersOf((b) => matmul(b, 'm', sequence(b), features(b, [4, 6], 'y')));
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 5, 1, 6]]);
    expect(layers[0]!.operations).toBe(5 * 6 * 4);
  });

  test('has the rows of the left one where the right one has a batch: batches are channels', () => {
    const { layers } = layersOf((b) =>
      matmul(b, 'm', b.input('x', { dims: [5, 4], h: 0, w: -1 }), features(b, [3, 4, 6], 'y')),
    );
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 5, 1, 3 * 6]]);
    expect(readsOf(layers[0]!)[0]).toEqual([SAME, SAME]);
  });

  test('has no positions along its columns, though there are as many as summed rows', () => {
    // Five features of four rows: the tokens of the left one are summed, those of the result are none.
    const { layers } = layersOf((b) =>
      matmul(b, 'm', transpose(sequence(b), [0, 2, 1]), features(b, [5, 5], 'y')),
    );
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 1, 1, 4 * 5]]);
  });

  test('has the columns of the right one where the left one has no rows, as of an attention over channels', () => {
    const { layers } = layersOf((b) => {
      const x = computed(b, { dims: [1, 5, 4], h: 1, w: -1 });
      const transposed = transpose(x, [0, 2, 1]);
      const context = matmul(b, 'context', matmul(b, 'scores', transposed, x), transposed);
      return dense(b, 'project', transpose(context, [0, 2, 1]), { outputFeatures: 3 });
    });
    expect(layers.map(summary)).toEqual([
      ['base', 'Conv2D', 5, 1, 4],
      ['scores', 'MatMul', 1, 1, 4 * 4],
      ['context', 'MatMul', 5, 1, 4],
      ['project', 'Dense', 5, 1, 3],
    ]);
    expect(readsOf(layers[3]!)).toEqual([[SAME, SAME]]);
  });

  test('reads all that it sums, also where its columns are as many positions', () => {
    const { layers } = layersOf((b) => {
      const left = transpose(sequence(b), [0, 2, 1]);
      return matmul(b, 'm', left, b.input('y', { dims: [1, 5, 5], h: 2, w: -1 }));
    });
    expect(layers.map(summary)).toEqual([['m', 'MatMul', 5, 1, 4]]);
    expect(readsOf(layers[0]!)).toEqual([
      [ALL, ALL],
      [ALL, ALL],
    ]);
  });

  test('is called after its layer where its windows have to be put on axes of their own', () => {
    const b = new NetworkBuilder('test');
    const map = computed(b, { dims: [1, 4, 6, 2], h: 1, w: 2 });
    const product = matmul(b, 'm', reshape(b, 'tokens', map, [1, 24, 2]), features(b, [2, 3]));
    expect(product.view?.layout).toEqual([[], [h(4, 1), w(6, 1)], [c(3)]]);
    expect(b.nameOf(b.plain(product))).toBe('m_reshape');
  });
});

describe('a dense layer', () => {
  /** What a base layer gives, of 5 x 4 values with 3 features, of which H and W lie as told. */
  const fullyConnected = (at: { h: number; w: number }) =>
    layersOf((b) => dense(b, 'fc', computed(b, { dims: [1, 5, 4, 3], ...at }), { outputFeatures: 2 })).layers;

  test.each([
    ['rows stay rows', { h: 1, w: -1 }, [5, 4]],
    ['rows stay rows where they are the second axis', { h: 2, w: -1 }, [4, 5]],
    ['columns stay columns', { h: -1, w: 2 }, [5, 4]],
    ['columns stay columns where they are the first axis', { h: -1, w: 1 }, [4, 5]],
  ])('has its positions on axes of their own, and %s', (_, at, map) => {
    const layers = fullyConnected(at);
    expect(layers.map(summary)).toEqual([
      expect.arrayContaining(['base', 'Conv2D']),
      ['base_reshape', 'Reshape', ...map, 3],
      ['fc', 'Dense', ...map, 2],
    ]);
    expect(layers.slice(1).flatMap(readsOf)).toEqual([
      [SAME, SAME],
      [SAME, SAME],
    ]);
  });

  test.each([
    { h: 1, w: 2 },
    { h: 2, w: 1 },
  ])('leaves them where they are, at %j', (at) => {
    expect(fullyConnected(at).map(({ op }) => op)).toEqual(['Conv2D', 'Dense']);
  });

  test('that takes positions as they are does not say where an input has its H and W', () => {
    for (const output of [
      { dims: [1, 8, 4, 5], h: 1, w: 2 },
      { dims: [1, 5, 4], h: 1, w: -1 },
    ]) {
      const b = new NetworkBuilder('test');
      const x = b.input('x', output);
      dense(b, 'fc', x, { outputFeatures: 2 });
      expect(b.misplacedInputs().size).toBe(0);
      // The next reader does.
      b.expectAxes(x, output.w, output.dims.length - 1);
      expect(b.misplacedInputs().size).toBe(1);
    }
  });

  test('of more axes of positions than a map has takes them as rows, and back', () => {
    const { out, layers } = layersOf((b) => dense(b, 'fc', features(b, [3, 4, 2, 5]), { outputFeatures: 7 }));
    expect(out.dims).toEqual([3, 4, 2, 7]);
    expect(layers.map(summary)).toEqual([
      ['fc/positions', 'Reshape', 24, 1, 5],
      ['fc', 'Dense', 24, 1, 7],
      ['fc/axes', 'Reshape', 1, 1, 168],
    ]);
  });

  test('of tokens of a map has their positions, and its name where they are put on axes of their own', () => {
    const b = new NetworkBuilder('test');
    const map = computed(b, { dims: [1, 4, 6, 2], h: 1, w: 2 });
    const out = dense(b, 'fc', reshape(b, 'tokens', map, [1, 24, 2]), { outputFeatures: 3 });
    expect(out.view?.layout).toEqual([[], [h(4, 1), w(6, 1)], [c(3)]]);
    expect(b.nameOf(b.plain(out))).toBe('fc_reshape');
  });

  test('whose weights differ from block to block of rows has the blocks as channels', () => {
    const b = new NetworkBuilder('test');
    const map = computed(b, { dims: [1, 4, 6, 3], h: 1, w: 2 });
    // Two blocks of two rows, and two of three columns.
    const blocks = reshape(b, 'blocks', map, [2, 2, 2, 3, 3]);
    const out = dense(b, 'fc', blocks, { outputFeatures: 5, groupAxes: [0] });
    expect(out.view?.layout).toEqual([[c(2)], [h(2, 1)], [w(2, 3)], [w(3, 1)], [c(5)]]);
    b.output(reshape(b, 'out', out, [2, 2, 6, 5]));
    const layers = b.build().layers.slice(2);
    expect(layers.map(summary)).toEqual([
      ['blocks', 'Reshape', 2, 6, 6],
      ['fc', 'Dense', 2, 6, 10],
    ]);
    expect(layers[1]!.weights).toEqual({ rows: 3, columns: 5, groups: 2 });
  });
});
