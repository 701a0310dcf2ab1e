import { describe, expect, test } from 'vitest';
import { baseLayers, type Layer, type Network } from '../../../src/network/network.ts';
import { from, type Json, last, load, loadFunctional, output, type Shape } from './helpers.ts';

/** One layer of the class, applied to an input of the shape as query and value. */
function attention(shape: Shape, className: string, config: Json): Network {
  return loadFunctional({
    in: ['InputLayer', { batch_input_shape: [null, ...shape] }, []],
    a: [className, config, [[from('in'), from('in')]]],
  });
}

const matrices = (network: Network) =>
  baseLayers(network).map(({ weights }) => [weights.rows, weights.columns]);
const reads = ({ inputs }: Layer) => inputs.map(({ rows, columns }) => [rows.kind, columns.kind]);

describe('GroupQueryAttention', () => {
  const config = { head_dim: 8, num_query_heads: 4, num_key_value_heads: 2 };

  test('is four Dense, of which those of keys and values have fewer heads', () => {
    const network = attention([10, 16], 'GroupQueryAttention', config);
    expect(matrices(network)).toEqual([
      [16, 32],
      [16, 16],
      [16, 16],
      [32, 16],
    ]);
    expect(output(network)).toEqual([10, 1, 16]);
    const scores = network.layers.find(({ name }) => name === 'a/scores')!;
    expect(reads(scores).map(([rows]) => rows)).toEqual(['same', 'all']);
  });

  test('has a gate where it says so, and heads that fit', () => {
    const gated = attention([10, 16], 'GroupQueryAttention', { ...config, use_gate: true });
    expect(matrices(gated)).toHaveLength(5);
    expect(() =>
      attention([10, 16], 'GroupQueryAttention', { ...config, num_key_value_heads: 3 }),
    ).toThrowError('4 heads of queries cannot share 3');
  });
});

describe('MultiHeadAttention', () => {
  const config = { num_heads: 4, key_dim: 8 };

  test('over one axis of a map keeps the other apart in its softmax', () => {
    const network = attention([5, 6, 16], 'MultiHeadAttention', { ...config, attention_axes: [2] });
    expect(output(network)).toEqual([5, 6, 16]);
    expect(matrices(network)).toEqual([
      [16, 32],
      [16, 32],
      [16, 32],
      [32, 16],
    ]);
    expect(network.layers.find(({ name }) => name === 'a/softmax')!.shape.channels).toBe(4 * 6);
  });

  test('over all positions of a map, with a gate and an output of two axes', () => {
    const network = attention([5, 6, 16], 'MultiHeadAttention', {
      ...config,
      use_gate: true,
      output_shape: [2, 3],
    });
    expect(matrices(network)).toHaveLength(5);
    expect(output(network)).toEqual([5, 6, 6]);
    expect(network.layers.find(({ name }) => name === 'a/softmax')!.shape.channels).toBe(4 * 30);
  });

  test.each<[Shape, Json, string]>([
    [[16], config, 'the same number of dimensions, 3 at least'],
    [[5, 16], { ...config, attention_axes: [2] }, 'name the batch or the features'],
  ])('%j %j is refused', (shape, given, message) => {
    expect(() => attention(shape, 'MultiHeadAttention', given)).toThrowError(message);
  });
});

test('AdditiveAttention reads its row of the queries, and all keys and values', () => {
  const network = attention([10, 16], 'AdditiveAttention', {});
  expect(output(network)).toEqual([10, 1, 16]);
  expect(reads(last(network))).toEqual([
    ['same', 'same'],
    ['all', 'all'],
    ['all', 'all'],
  ]);
});

describe('EinsumDense', () => {
  test.each<[Shape, Json, number[], number[], number]>([
    // input, config, output, rows and columns of the weights, MVMs
    [
      [5, 4],
      { equation: 'abc,cde->abde', output_shape: [null, 8, 64], bias_axes: 'de' },
      [5, 1, 512],
      [4, 512],
      5,
    ],
    [[6, 8, 4], { equation: '...x,xy->...y', output_shape: 7 }, [6, 8, 7], [4, 7], 48],
    [[5, 4], { equation: 'abc,bd->adc', output_shape: [6, 4] }, [4, 1, 6], [5, 6], 4],
    [[5, 4, 8], { equation: 'abhd,hdm->abm', output_shape: [null, 16] }, [5, 1, 16], [32, 16], 5],
  ])('%j %j', (shape, config, expected, matrix, mvms) => {
    const network = load(shape, ['EinsumDense', config]);
    expect(output(network)).toEqual(expected);
    expect(matrices(network)).toEqual([matrix]);
    const [{ shape: ofm }] = baseLayers(network) as [Layer];
    expect(ofm.height * ofm.width).toBe(mvms);
    expect(last(network).op).toBe(config.bias_axes === undefined ? 'MatMul' : 'BiasAdd');
  });

  test.each<[Json, string]>([
    [{ equation: 'abc,cd', output_shape: 3 }, 'is none of two terms and a result'],
    [{ equation: 'abc,cd->abd', output_shape: [null, null] }, 'says how large d of abc,cd->abd is'],
    [{ equation: 'ab,bc->ac', output_shape: 3 }, 'does not fit'],
    [{ output_shape: 3 }, 'equation is missing'],
  ])('%j is refused', (config, message) => {
    expect(() => load([5, 4], ['EinsumDense', config])).toThrowError(message);
  });
});

test('ReversibleEmbedding is a table, or a product with it', () => {
  const config = { input_dim: 100, output_dim: 16 };
  expect(baseLayers(load([9], ['ReversibleEmbedding', config]))).toEqual([]);
  const reversed = loadFunctional({
    in: ['InputLayer', { batch_input_shape: [null, 9, 16] }, []],
    a: ['ReversibleEmbedding', config, [[from('in', { reverse: true })]]],
  });
  expect(matrices(reversed)).toEqual([[16, 100]]);
});
