import { describe, expect, test } from 'vitest';
import { baseLayers, mvms, type Network } from '../../../src/network/network.ts';
import { load } from './helpers.ts';
import { floats, INT64, int, ints, type ModelSpec, type NodeSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

/** The base layers of a network, in the order of the file, with their MVMs. */
function counts(network: Network): [string, number][] {
  return baseLayers(network).map((layer) => [layer.name, mvms(layer)]);
}

const same3 = { pads: [1, 1, 1, 1] };

describe('convolutional networks, as exporters write them', () => {
  test('EfficientNet: squeeze and excite by 1 x 1 convolutions waits for the whole map', () => {
    const network = load({
      inputs: { x: ['batch', 16, 16, 3] },
      initializers: {
        stem: weights(8, 3, 3, 3),
        filter: weights(8, 1, 3, 3),
        squeeze: weights(2, 8, 1, 1),
        excite: weights(8, 2, 1, 1),
        project: weights(4, 8, 1, 1),
      },
      nodes: [
        node('Transpose', 'x', 'nchw', { perm: [0, 3, 1, 2] }),
        node('Conv', 'nchw stem', 'c', { strides: [2, 2], auto_pad: 'SAME_UPPER' }, 'stem'),
        node('HardSwish', 'c', 'h'),
        node('Conv', 'h filter', 'd', { group: 8, auto_pad: 'SAME_UPPER' }, 'depthwise'),
        node('ReduceMean', 'd', 'mean', { axes: [2, 3], keepdims: 1 }),
        node('Conv', 'mean squeeze', 's', {}, 'squeeze'),
        node('Conv', 's excite', 'e', {}, 'excite'),
        node('HardSigmoid', 'e', 'gate'),
        node('Mul', 'gate d', 'scaled'),
        node('Conv', 'scaled project', 'p', {}, 'project'),
      ],
    });
    expect(counts(network)).toEqual([
      ['stem', 64],
      ['depthwise', 64],
      ['squeeze', 1],
      ['excite', 1],
      ['project', 64],
    ]);
    expect(waitsFor(network, 'depthwise', 0, 3)).toEqual({ stem: '0-1 x 2-4' });
    expect(waitsFor(network, 'squeeze', 0, 0)).toEqual({ depthwise: 'everything' });
    expect(waitsFor(network, 'project', 2, 5)).toEqual({ depthwise: '2 x 5', excite: 'everything' });
  });

  test('U-Net: padding to a computed size moves the positions and waits for nothing', () => {
    const difference = (axis: string, name: string) => [
      node('Gather', `cs ${axis}`, `${name}c`),
      node('Gather', `us ${axis}`, `${name}u`),
      node('Sub', `${name}c ${name}u`, name),
      node('Div', `${name} two`, `${name}before`),
      node('Sub', `${name} ${name}before`, `${name}after`),
      node('Unsqueeze', `${name}before zero`, `${name}b`),
      node('Unsqueeze', `${name}after zero`, `${name}a`),
    ];
    const network = load({
      inputs: { x: [1, 3, 9, 9] },
      initializers: {
        w: weights(4, 3, 3, 3),
        t: weights(4, 4, 2, 2),
        v: weights(2, 8, 1, 1),
        h: int(2),
        width: int(3),
        two: int(2),
        four: ints(4),
        zero: ints(0),
        last: ints(-1),
        first: ints(-(2 ** 62)),
        pairs: ints(-1, 2),
        flat: ints(-1),
      },
      nodes: [
        node('Conv', 'x w', 'c', same3, 'encoder'),
        node('MaxPool', 'c', 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('ConvTranspose', 'p t', 'u', { strides: [2, 2] }, 'up'),
        node('Shape', 'c', 'cs'),
        node('Shape', 'u', 'us'),
        ...difference('h', 'dy'),
        ...difference('width', 'dx'),
        node('Concat', 'dxb dxa dyb dya', 'given', { axis: 0 }),
        node('ConstantOfShape', 'four', 'none', { value: { tensor: ints(0) } }),
        node('Concat', 'given none', 'all', { axis: 0 }),
        node('Reshape', 'all pairs', 'rows'),
        node('Slice', 'rows last first zero last', 'reversed'),
        node('Transpose', 'reversed', 'columns', { perm: [1, 0] }),
        node('Reshape', 'columns flat', 'pads'),
        node('Pad', 'u pads', 'padded'),
        node('Concat', 'c padded', 'skip', { axis: 1 }),
        node('Conv', 'skip v', 'd', {}, 'decoder'),
      ],
    });
    expect(counts(network)).toEqual([
      ['encoder', 81],
      ['up', 64],
      ['decoder', 81],
    ]);
    expect(waitsFor(network, 'up', 3, 4)).toEqual({ encoder: '2-3 x 4-5' });
    expect(waitsFor(network, 'decoder', 5, 7)).toEqual({ encoder: '5 x 7', up: '5 x 7' });
    // The ninth row is padding.
    expect(waitsFor(network, 'decoder', 8, 0)).toEqual({ encoder: '8 x 0' });
  });

  test('DeepLab: the pooled branch is spread over a computed size, dilation is respected', () => {
    const network = load({
      inputs: { x: [1, 3, 16, 16] },
      initializers: {
        w: weights(4, 3, 3, 3),
        d: weights(4, 4, 3, 3),
        g: weights(4, 4, 1, 1),
        k: weights(2, 8, 1, 1),
        zero: ints(0),
        two: ints(2),
        four: ints(4),
      },
      nodes: [
        node('Conv', 'x w', 'c', same3, 'backbone'),
        node('Conv', 'c d', 'a', { dilations: [6, 6], pads: [6, 6, 6, 6] }, 'atrous'),
        node('GlobalAveragePool', 'c', 'mean'),
        node('Conv', 'mean g', 'pooled', {}, 'pooled'),
        node('Shape', 'c', 'shape'),
        node('Slice', 'shape two four zero', 'hw'),
        node('Shape', 'pooled', 'one'),
        node('Slice', 'one zero two zero', 'nc'),
        node('Concat', 'nc hw', 'size', { axis: 0 }),
        node('Resize', 'pooled _ _ size', 'spread', { mode: 'linear' }),
        node('Concat', 'a spread', 'joined', { axis: 1 }),
        node('Conv', 'joined k', 'y', {}, 'project'),
      ],
    });
    expect(waitsFor(network, 'atrous', 0, 8)).toEqual({ backbone: '0-6 x 2-14' });
    expect(waitsFor(network, 'project', 9, 2)).toEqual({ atrous: '9 x 2', pooled: 'everything' });
  });

  test('a group norm written out keeps the residual beside it position by position', () => {
    const network = load({
      inputs: { x: [1, 4, 8, 8] },
      initializers: {
        w: weights(4, 4, 3, 3),
        v: weights(4, 4, 1, 1),
        groups: ints(0, 2, -1),
        ones: floats(1, 1),
        scale: weights(4, 1, 1),
      },
      nodes: [
        node('Conv', 'x w', 'a', same3, 'a'),
        node('Conv', 'x v', 'b', {}, 'b'),
        node('Shape', 'a', 'shape'),
        node('Reshape', 'a groups', 'grouped'),
        node('InstanceNormalization', 'grouped ones ones', 'normalised'),
        node('Reshape', 'normalised shape', 'back'),
        node('Mul', 'back scale', 'scaled'),
        node('Add', 'scaled b', 'sum'),
        node('Conv', 'sum w', 'y', same3, 'y'),
      ],
    });
    expect(waitsFor(network, 'y', 4, 0)).toEqual({ a: 'everything', b: '3-5 x 0-1' });
  });

  test('nearest: shrinking reads the middle of what it stands for, growing by a factor the floor', () => {
    const resized = (size: number, attributes: Record<string, string>) =>
      load({
        inputs: { x: [1, 4, 8, 8] },
        initializers: { w: weights(4, 4, 1, 1), sizes: ints(1, 4, size, size) },
        nodes: [node('Conv', 'x w', 'c', {}, 'c'), node('Resize', 'c _ _ sizes', 'r', attributes, 'r')],
      });
    const floor = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    expect(waitsFor(resized(2, {}), 'r', 0, 1)).toEqual({ c: '1 x 5' });
    expect(waitsFor(resized(2, floor), 'r', 0, 1)).toEqual({ c: '0 x 4' });
    const tensorflow = { coordinate_transformation_mode: 'tf_half_pixel_for_nn', nearest_mode: 'floor' };
    expect(waitsFor(resized(2, tensorflow), 'r', 0, 1)).toEqual({ c: '2 x 6' });
    expect(waitsFor(resized(32, {}), 'r', 3, 4)).toEqual({ c: '0 x 1' });
    expect(waitsFor(resized(32, floor), 'r', 3, 4)).toEqual({ c: '0 x 1' });
  });

  test('super-resolution: a pixel shuffle waits for one position, by reshapes and by DepthToSpace', () => {
    const shuffle = (nodes: NodeSpec[]) =>
      load({
        inputs: { x: [1, 4, 8, 8] },
        initializers: {
          w: weights(16, 4, 3, 3),
          v: weights(4, 4, 1, 1),
          blocks: ints(1, 4, 2, 2, 8, 8),
          out: ints(1, 4, 16, 16),
        },
        nodes: [node('Conv', 'x w', 'c', same3, 'c'), ...nodes, node('Conv', 's v', 'y', {}, 'y')],
      });
    const reshapes = shuffle([
      node('Reshape', 'c blocks', 'r'),
      node('Transpose', 'r', 't', { perm: [0, 1, 4, 2, 5, 3] }),
      node('Reshape', 't out', 's'),
    ]);
    expect(waitsFor(reshapes, 'y', 5, 9)).toEqual({ c: '2 x 4' });
    const depthToSpace = shuffle([node('DepthToSpace', 'c', 's', { blocksize: 2 })]);
    expect(waitsFor(depthToSpace, 'y', 5, 9)).toEqual({ c: '2 x 4' });
    for (const network of [reshapes, depthToSpace]) {
      expect(counts(network)).toEqual([
        ['c', 64],
        ['y', 256],
      ]);
    }
  });
});

describe('transformers, as exporters write them', () => {
  test('ViT: the class token reads no convolution', () => {
    const network = load({
      inputs: { x: ['batch', 3, 8, 8] },
      initializers: {
        w: weights(6, 3, 2, 2),
        flat: ints(0, 0, -1),
        token: weights(1, 1, 6),
        position: weights(1, 17, 6),
        q: weights(6, 6),
        head: weights(3, 6),
        zero: int(0),
        axis: ints(0),
        rest: ints(1, 1),
      },
      nodes: [
        node('Conv', 'x w', 'c', { strides: [2, 2] }, 'patches'),
        node('Reshape', 'c flat', 'r'),
        node('Transpose', 'r', 't', { perm: [0, 2, 1] }),
        node('Shape', 't', 'shape'),
        node('Gather', 'shape zero', 'batch'),
        node('Unsqueeze', 'batch axis', 'n'),
        node('Concat', 'n rest', 'target', { axis: 0 }),
        node('Expand', 'token target', 'cls'),
        node('Concat', 'cls t', 'tokens', { axis: 1 }),
        node('Add', 'tokens position', 'x0'),
        node('MatMul', 'x0 q', 'q0', {}, 'q'),
        node('Gather', 'q0 zero', 'first', { axis: 1 }),
        node('Gemm', 'first head', 'y', { transB: 1 }, 'head'),
      ],
    });
    expect(counts(network)).toEqual([
      ['patches', 16],
      ['q', 17],
      ['head', 1],
    ]);
    expect(waitsFor(network, 'q', 0, 0)).toEqual({});
    expect(waitsFor(network, 'q', 1, 0)).toEqual({ patches: 'everything' });
    expect(waitsFor(network, 'head', 0, 0)).toEqual({ q: '0 x 0' });
  });

  test('Swin: every token of every window is one MVM', () => {
    const network = load({
      inputs: { x: [1, 3, 16, 16] },
      initializers: {
        w: weights(6, 3, 2, 2),
        qkv: weights(6, 18),
        cut: ints(1, 2, 4, 2, 4, 6),
        windows: ints(-1, 16, 6),
        joined: ints(-1, 2, 2, 4, 4, 6),
        map: ints(1, 8, 8, 6),
        v: weights(18, 6),
      },
      nodes: [
        node('Conv', 'x w', 'c', { strides: [2, 2] }, 'patches'),
        node('Transpose', 'c', 'nhwc', { perm: [0, 2, 3, 1] }),
        node('Reshape', 'nhwc cut', 'a'),
        node('Transpose', 'a', 'b', { perm: [0, 1, 3, 2, 4, 5] }),
        node('Reshape', 'b windows', 'd'),
        node('MatMul', 'd qkv', 'e', {}, 'qkv'),
        node('MatMul', 'e v', 'f', {}, 'project'),
        node('Reshape', 'f joined', 'g'),
        node('Transpose', 'g', 'h', { perm: [0, 1, 3, 2, 4, 5] }),
        node('Reshape', 'h map', 'm'),
        node('Add', 'm nhwc', 'sum'),
        node('MatMul', 'sum qkv', 'y', {}, 'mlp'),
      ],
    });
    expect(counts(network)).toEqual([
      ['patches', 64],
      ['qkv', 64],
      ['project', 64],
      ['mlp', 64],
    ]);
    expect(waitsFor(network, 'project', 3, 7)).toEqual({ qkv: '3 x 7' });
    expect(waitsFor(network, 'mlp', 3, 7)).toEqual({ patches: '3 x 7', project: '3 x 7' });
  });

  /** Projection to two heads of four channels, with shapes that are computed from `x` (1, S, 8). */
  const heads = (name: string, perm: number[]) => [
    node('MatMul', `x w${name}`, `${name}0`, {}, name),
    node('Add', `bias ${name}0`, `${name}1`),
    node('Concat', 'n s split', `${name}shape`, { axis: 0 }),
    node('Reshape', `${name}1 ${name}shape`, `${name}2`),
    node('Transpose', `${name}2`, `${name}3`, { perm }),
  ];
  const attention: ModelSpec = {
    inputs: { ids: ['batch', 'sequence'], mask: ['batch', 'sequence'] },
    types: { ids: INT64, mask: INT64 },
    initializers: {
      table: weights(100, 8),
      positions: weights(512, 8),
      wq: weights(8, 8),
      wk: weights(8, 8),
      wv: weights(8, 8),
      wo: weights(8, 8),
      bias: weights(8),
      zero: int(0),
      one: int(1),
      axis: ints(0),
      middle: ints(1, 2),
      split: ints(2, 4),
      open: ints(-1),
      channels: ints(8),
      low: floats(-1e9),
    },
    nodes: [
      node('Shape', 'ids', 'shape'),
      node('Gather', 'shape zero', 'n0'),
      node('Gather', 'shape one', 's0'),
      node('Unsqueeze', 'n0 axis', 'n'),
      node('Unsqueeze', 's0 axis', 's'),
      node('Range', 'zero s0 one', 'range'),
      node('Gather', 'table ids', 'words'),
      node('Gather', 'positions range', 'places'),
      node('Add', 'words places', 'x'),
      ...heads('q', [0, 2, 1, 3]),
      ...heads('k', [0, 2, 3, 1]),
      ...heads('v', [0, 2, 1, 3]),
      node('MatMul', 'q3 k3', 'scores'),
    ],
  };

  test.each([
    ['first, by Where (DistilBERT)', [node('Where', 'spread low scores', 'masked')]],
    ['first, by Add', [node('Cast', 'spread', 'number', { to: 1 }), node('Add', 'number scores', 'masked')]],
    [
      'second, by Add (BERT)',
      [node('Cast', 'wide', 'number', { to: 1 }), node('Add', 'scores number', 'masked')],
    ],
  ])('BERT: a mask of the scores, %s, is no barrier', (_, masking) => {
    const network = load(
      {
        ...attention,
        nodes: [
          ...attention.nodes,
          node('Equal', 'mask zero', 'hidden'),
          node('Unsqueeze', 'hidden middle', 'wide'),
          node('Shape', 'scores', 'square'),
          node('Expand', 'wide square', 'spread'),
          ...masking,
          node('Softmax', 'masked', 'p', { axis: -1 }),
          node('MatMul', 'p v3', 'c'),
          node('Transpose', 'c', 'ct', { perm: [0, 2, 1, 3] }),
          node('Concat', 'n open channels', 'flat', { axis: 0 }),
          node('Reshape', 'ct flat', 'context'),
          node('MatMul', 'context wo', 'y', {}, 'o'),
        ],
      },
      { dims: { sequence: 6 } },
    );
    expect(counts(network)).toEqual([
      ['q', 6],
      ['k', 6],
      ['v', 6],
      ['o', 6],
    ]);
    expect(waitsFor(network, 'o', 4, 0)).toEqual({ q: '4 x 0', k: 'everything', v: 'everything' });
  });

  test('a cache of keys that is an input joins the keys where they lie', () => {
    const network = load({
      inputs: { x: [1, 5, 8], past: [1, 2, 3, 4] },
      initializers: {
        wk: weights(8, 8),
        wo: weights(8, 8),
        split: ints(0, 0, 2, 4),
        flat: ints(0, 0, 8),
      },
      nodes: [
        node('MatMul', 'x wk', 'k0', {}, 'k'),
        node('Reshape', 'k0 split', 'k1'),
        node('Transpose', 'k1', 'k2', { perm: [0, 2, 1, 3] }),
        node('Concat', 'past k2', 'k3', { axis: 2 }),
        node('Transpose', 'k3', 'k4', { perm: [0, 2, 1, 3] }),
        node('Reshape', 'k4 flat', 'k5'),
        node('MatMul', 'k5 wo', 'y', {}, 'o'),
      ],
    });
    expect(counts(network)).toEqual([
      ['k', 5],
      ['o', 8],
    ]);
    expect(waitsFor(network, 'o', 2, 0)).toEqual({});
    expect(waitsFor(network, 'o', 3, 0)).toEqual({ k: '0 x 0' });
  });

  test('GPT-2: a Gemm on the flattened batch and sequence keeps the rows', () => {
    const network = load(
      {
        inputs: { ids: ['batch', 'sequence'] },
        types: { ids: INT64 },
        initializers: {
          table: weights(100, 8),
          w: weights(8, 24),
          v: weights(24, 8),
          bias: weights(24),
          zero: ints(0),
          last: ints(-1),
          open: ints(-1),
          eight: ints(8),
          wide: ints(24),
        },
        nodes: [
          node('Gather', 'table ids', 'x'),
          node('Shape', 'x', 'shape'),
          node('Slice', 'shape zero last zero', 'front'),
          node('Concat', 'open eight', 'flat', { axis: 0 }),
          node('Reshape', 'x flat', 'x2'),
          node('Gemm', 'x2 w bias', 'a2', {}, 'expand'),
          node('Concat', 'front wide', 'back', { axis: 0 }),
          node('Reshape', 'a2 back', 'a'),
          node('Gelu', 'a', 'g'),
          node('Concat', 'open wide', 'flatWide', { axis: 0 }),
          node('Reshape', 'g flatWide', 'g2'),
          node('Gemm', 'g2 v', 'y2', {}, 'contract'),
        ],
      },
      { dims: { sequence: 6 } },
    );
    expect(counts(network)).toEqual([
      ['expand', 6],
      ['contract', 6],
    ]);
    expect(waitsFor(network, 'contract', 3, 0)).toEqual({ expand: '3 x 0' });
  });

  test('Llama: rotated halves and repeated heads keep the rows', () => {
    const network = load({
      inputs: { x: [1, 5, 16] },
      initializers: {
        wk: weights(16, 8),
        wo: weights(16, 16),
        split: ints(0, 0, 2, 4),
        cos: weights(1, 1, 5, 4),
        sin: weights(1, 1, 5, 4),
        zero: ints(0),
        half: ints(2),
        end: ints(2 ** 62),
        last: ints(3),
        two: ints(2),
        spread: ints(1, 2, 2, 5, 4),
        full: ints(1, 4, 5, 4),
        flat: ints(0, 0, 16),
      },
      nodes: [
        node('MatMul', 'x wk', 'k0', {}, 'k'),
        node('Reshape', 'k0 split', 'k1'),
        node('Transpose', 'k1', 'k2', { perm: [0, 2, 1, 3] }),
        node('Mul', 'k2 cos', 'kc'),
        node('Slice', 'k2 zero half last', 'low'),
        node('Slice', 'k2 half end last', 'high'),
        node('Neg', 'high', 'minus'),
        node('Concat', 'minus low', 'turned', { axis: -1 }),
        node('Mul', 'turned sin', 'ks'),
        node('Add', 'kc ks', 'rotated'),
        node('Unsqueeze', 'rotated two', 'k5'),
        node('Expand', 'k5 spread', 'k6'),
        node('Reshape', 'k6 full', 'k7'),
        node('Transpose', 'k7', 'k8', { perm: [0, 2, 1, 3] }),
        node('Reshape', 'k8 flat', 'k9'),
        node('MatMul', 'k9 wo', 'y', {}, 'o'),
      ],
    });
    expect(counts(network)).toEqual([
      ['k', 5],
      ['o', 5],
    ]);
    expect(waitsFor(network, 'o', 2, 0)).toEqual({ k: '2 x 0' });
  });

  test('MLP-Mixer: mixing tokens is one MVM per channel and waits for all tokens', () => {
    const network = load({
      inputs: { x: [1, 16, 6] },
      initializers: { embed: weights(6, 6), mix: weights(16, 16), out: weights(6, 6) },
      nodes: [
        node('MatMul', 'x embed', 't', {}, 'embed'),
        node('Transpose', 't', 'a', { perm: [0, 2, 1] }),
        node('MatMul', 'a mix', 'b', {}, 'mix'),
        node('Transpose', 'b', 'c', { perm: [0, 2, 1] }),
        node('Add', 't c', 'd'),
        node('MatMul', 'd out', 'y', {}, 'out'),
      ],
    });
    expect(counts(network)).toEqual([
      ['embed', 16],
      ['mix', 6],
      ['out', 16],
    ]);
    expect(waitsFor(network, 'mix', 0, 0)).toEqual({ embed: 'everything' });
    expect(waitsFor(network, 'out', 7, 0)).toEqual({ embed: '7 x 0', mix: 'everything' });
  });
});

describe('control flow', () => {
  const image = { x: [1, 3, 8, 8] };
  const conv = node('Conv', 'x w', 'c', {}, 'c');
  const initializers = { w: weights(8, 3, 1, 1), v: weights(4, 8, 1, 1) };
  const branch = (op: string) => ({ graph: { nodes: [node(op, 'c', 'o')], outputs: ['o'] } });
  const unknownIf = (op: string) => [
    conv,
    node('ReduceMax', 'c', 'most', { keepdims: 0 }),
    node('If', 'most', 'y', { then_branch: branch(op), else_branch: branch('Relu') }, 'choice'),
    node('Relu', 'y', 'z'),
  ];

  test('an If or a loop without base layers is post-processing where no base layer needs it', () => {
    const network = load({ inputs: image, initializers, nodes: unknownIf('Sigmoid') });
    expect(counts(network)).toEqual([['c', 64]]);
    expect(network.warnings).toEqual([
      'node choice (If) and 1 operators after it are left out as post-processing; its condition is not known ' +
        'before the network runs; export the model with one branch only',
    ]);
    const body = { graph: { nodes: [node('Relu', 'i', 'o')], outputs: ['o'] } };
    const loop = load({ inputs: image, initializers, nodes: [conv, node('Loop', '_ _ c', 'l', { body })] });
    expect(counts(loop)).toEqual([['c', 64]]);
    expect(loop.warnings).toHaveLength(1);
  });

  test('base layers in it or behind it are refused', () => {
    const inside = { inputs: image, initializers, nodes: unknownIf('Conv') };
    expect(() => load(inside)).toThrow(/node choice \(If\).*condition is not known/);
    const behind = [node('Loop', '_ _ x', 'l', {}, 'resize'), node('Conv', 'l w', 'c', {}, 'c')];
    expect(() => load({ inputs: image, initializers, nodes: behind })).toThrow(
      /node c \(Conv\).* needs the output of node resize \(Loop\), and loops cannot be scheduled/,
    );
    const body = { graph: { nodes: [node('mine:Layer', 'c', 'o')], outputs: ['o'] } };
    const layer = {
      name: 'Layer',
      domain: 'mine',
      inputs: ['a'],
      outputs: ['b'],
      nodes: [node('Conv', 'a v', 'b')],
    };
    const hidden = { inputs: image, initializers, nodes: [conv, node('Loop', '_ _ c', 'l', { body })] };
    expect(() => load({ ...hidden, functions: [layer] })).toThrow(/Loop.*loops cannot be scheduled/);
  });
});
