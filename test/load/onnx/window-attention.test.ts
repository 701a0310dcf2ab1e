import { describe, expect, test } from 'vitest';
import { baseLayers } from '../../../src/network/network.ts';
import { load } from './helpers.ts';
import { int, ints, type ModelSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

/** A map of 8 x 8 positions and 8 channels before and behind `nodes`, which make `y` of `c`, both (1, 8, 8, 8). */
const between = (nodes: ModelSpec['nodes'], initializers: ModelSpec['initializers']): ModelSpec => ({
  inputs: { x: [1, 3, 8, 8] },
  initializers: { w: weights(8, 3, 1, 1), wh: weights(4, 8, 1, 1), ...initializers },
  nodes: [
    node('Conv', 'x w', 'nchw', {}, 'stem'),
    node('Transpose', 'nchw', 'c', { perm: [0, 2, 3, 1] }),
    ...nodes,
    node('Transpose', 'y', 'back', { perm: [0, 3, 1, 2] }),
    node('Conv', 'back wh', 'z', {}, 'head'),
  ],
  outputs: ['z'],
});

const rolled = (input: string, output: string, [from, to]: readonly [string, string]) =>
  [1, 2].flatMap((axis) => {
    const source = axis === 1 ? input : `${output}1`;
    return [
      node('Slice', `${source} ${from} end a${axis}`, `${output}b${axis}`),
      node('Slice', `${source} zeros ${to} a${axis}`, `${output}f${axis}`),
      node('Concat', `${output}b${axis} ${output}f${axis}`, axis === 1 ? `${output}1` : output, { axis }),
    ];
  });

const cutting = {
  cut: ints(1, 2, 4, 2, 4, 8),
  windows: ints(-1, 16, 8),
  joined: ints(1, 2, 2, 4, 4, 8),
  map: ints(1, 8, 8, 8),
  flat: ints(1, -1, 8),
};

const toWindows = (input: string, output: string) => [
  node('Reshape', `${input} cut`, `${output}1`),
  node('Transpose', `${output}1`, `${output}2`, { perm: [0, 1, 3, 2, 4, 5] }),
  node('Reshape', `${output}2 windows`, output),
];

const fromWindows = (input: string, output: string) => [
  node('Reshape', `${input} joined`, `${output}1`),
  node('Transpose', `${output}1`, `${output}2`, { perm: [0, 1, 3, 2, 4, 5] }),
  node('Reshape', `${output}2 map`, output),
];

describe('window attention', () => {
  test('Swin as PyTorch exports it: shifted, masked, packed projections, an MLP on tokens', () => {
    const network = load(
      between(
        [
          node('Reshape', 'c flat', 'tokens'),
          node('LayerNormalization', 'tokens scale', 'normed', { axis: -1 }),
          node('Reshape', 'normed map', 'm'),
          ...rolled('m', 's', ['two', 'two']),
          ...toWindows('s', 'win'),
          node('MatMul', 'win wqkv', 'qkv0', {}, 'qkv'),
          node('Add', 'bqkv qkv0', 'qkv1'),
          node('Reshape', 'qkv1 packed', 'qkv2'),
          node('Transpose', 'qkv2', 'qkv3', { perm: [2, 0, 3, 1, 4] }),
          ...['q', 'k', 'v'].map((name, i) => node('Gather', `qkv3 i${i}`, name, { axis: 0 })),
          node('Mul', 'q half', 'qs'),
          node('Transpose', 'k', 'kt', { perm: [0, 1, 3, 2] }),
          node('MatMul', 'qs kt', 'score0'),
          node('Add', 'score0 position', 'score1'),
          node('Reshape', 'score1 masked', 'score2'),
          node('Add', 'score2 mask', 'score3'),
          node('Reshape', 'score3 scores', 'score4'),
          node('Softmax', 'score4', 'score5', { axis: -1 }),
          node('MatMul', 'score5 v', 'o0'),
          node('Transpose', 'o0', 'o1', { perm: [0, 2, 1, 3] }),
          node('Reshape', 'o1 windows', 'o2'),
          node('MatMul', 'o2 wo', 'o3', {}, 'project'),
          ...fromWindows('o3', 'r'),
          ...rolled('r', 'u', ['minusTwo', 'minusTwo']),
          node('Reshape', 'u flat', 'u2'),
          node('Add', 'tokens u2', 'sum'),
          node('MatMul', 'sum w1', 'h', {}, 'expand'),
          node('Gelu', 'h', 'g'),
          node('MatMul', 'g w2', 'p', {}, 'contract'),
          node('Add', 'sum p', 'sum2'),
          node('Reshape', 'sum2 map', 'y'),
        ],
        {
          ...cutting,
          scale: weights(8),
          wqkv: weights(8, 24),
          bqkv: weights(24),
          wo: weights(8, 8),
          w1: weights(8, 32),
          w2: weights(32, 8),
          half: weights(1),
          position: weights(1, 2, 16, 16),
          mask: weights(1, 4, 1, 16, 16),
          packed: ints(4, 16, 3, 2, 4),
          masked: ints(1, 4, 2, 16, 16),
          scores: ints(-1, 2, 16, 16),
          i0: int(0),
          i1: int(1),
          i2: int(2),
          two: ints(2),
          minusTwo: ints(-2),
          zeros: ints(0),
          end: ints(2 ** 31 - 1),
          a1: ints(1),
          a2: ints(2),
        },
      ),
    );
    expect(baseLayers(network).map(({ name, shape }) => [name, shape.height, shape.width])).toEqual(
      ['stem', 'qkv', 'project', 'expand', 'contract', 'head'].map((name) => [name, 8, 8]),
    );
    // Position (3, 3) is (1, 1) of the shifted map, whose first window is rows and columns 2 to 5.
    expect(waitsFor(network, 'qkv', 0, 7)).toEqual({ stem: '2 x 1' });
    expect(waitsFor(network, 'project', 1, 1)).toEqual({ qkv: '0-3 x 0-3' });
    expect(waitsFor(network, 'project', 6, 1)).toEqual({ qkv: '4-7 x 0-3' });
    expect(waitsFor(network, 'expand', 3, 3)).toEqual({ stem: '3 x 3', project: '1 x 1' });
    expect(waitsFor(network, 'contract', 5, 6)).toEqual({ expand: '5 x 6' });
    expect(waitsFor(network, 'head', 0, 0)).toEqual({ stem: '0 x 0', project: '6 x 6', contract: '0 x 0' });
  });

  test.each([
    ['of onnxruntime', node('com.microsoft:MultiHeadAttention', 'q k v', 'o', { num_heads: 2 })],
    [
      'of onnxruntime, with its projections',
      node('com.microsoft:Attention', 'win wa ba', 'o', { num_heads: 2 }),
    ],
    ['of ONNX', node('Attention', 'q k v', 'o', { q_num_heads: 2, kv_num_heads: 2 })],
  ])('an attention in one node %s keeps windows apart', (_, attention) => {
    const projections = ['q', 'k', 'v'].map((name) => node('MatMul', `win w${name}`, name, {}, name));
    const network = load(
      between([...toWindows('c', 'win'), ...projections, attention, ...fromWindows('o', 'y')], {
        ...cutting,
        wq: weights(8, 8),
        wk: weights(8, 8),
        wv: weights(8, 8),
        wa: weights(8, 24),
        ba: weights(24),
      }),
    );
    const read = waitsFor(network, 'head', 5, 2);
    expect(Object.keys(read).length).toBeGreaterThan(0);
    expect(Object.values(read).filter((places) => !['4-7 x 0-3', '5 x 2'].includes(places))).toEqual([]);
    expect(Object.values(read)).toContain('4-7 x 0-3');
  });
});
