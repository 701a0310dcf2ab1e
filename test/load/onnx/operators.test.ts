import { describe, expect, test } from 'vitest';
import { baseLayers, mvms } from '../../../src/network/network.ts';
import { layerOf, load, ops, reads, shapeOf } from './helpers.ts';
import { floats, INT64, int, ints, type ModelSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

const image = { x: [1, 3, 16, 16] };
const conv3 = node('Conv', 'x w', 'c', { pads: [1, 1, 1, 1] }, 'c');

/** One 3 x 3 convolution to 8 channels on a map of 16 x 16, and then the given nodes. */
function afterConv(
  nodes: ModelSpec['nodes'],
  initializers: ModelSpec['initializers'] = {},
  opset = 17,
): ModelSpec {
  return {
    inputs: image,
    nodes: [conv3, ...nodes],
    initializers: { w: weights(8, 3, 3, 3), ...initializers },
    opset,
  };
}

describe('axes and ranks', () => {
  test.each([
    [-1, 12, 16],
    [-2, 3, 64],
    [-4, 1, 192],
    [2, 3, 64],
    [4, 192, 1],
  ])('Flatten at axis %i', (axis, rows, columns) => {
    const network = load({
      inputs: { x: [1, 3, 4, 16] },
      nodes: [node('Flatten', 'x', 'f', { axis }), node('MatMul', 'f w', 'y', {}, 'y')],
      // Matrices of other sizes are refused.
      initializers: { w: weights(columns, 2) },
      outputs: ['y'],
    });
    expect(baseLayers(network).map(mvms)).toEqual([rows]);
  });

  test('GridSample of rank 5 has the depth of its grid', () => {
    const network = load({
      opset: 20,
      inputs: { x: [1, 3, 4, 5, 6], grid: [1, 2, 7, 8, 3] },
      nodes: [node('GridSample', 'x grid', 'y', {}, 'y')],
      outputs: ['y'],
    });
    expect(shapeOf(network, 'y')).toEqual([7, 8, 6]);
  });

  test('GridSample refuses a grid of another rank', () => {
    const spec = {
      inputs: { x: [1, 3, 4, 5], grid: [1, 2, 7, 8, 3] },
      nodes: [node('GridSample', 'x grid', 'y', {}, 'y')],
      outputs: ['y'],
    };
    expect(() => load(spec)).toThrowError('a grid of shape [1, 2, 7, 8, 3] does not fit an input of shape');
  });
});

describe('attributes that became inputs', () => {
  const slices = {
    9: [node('Slice', 'c', 's', { starts: [2], ends: [9], axes: [2] }, 's')],
    13: [node('Slice', 'c a b d', 's', {}, 's')],
  };
  test.each([9, 13] as const)('Slice, opset %i', (opset) => {
    const network = load(afterConv(slices[opset], { a: ints(2), b: ints(9), d: ints(2) }, opset));
    expect(shapeOf(network, 's')).toEqual([7, 16, 8]);
    expect(layerOf(network, 's').inputs[0]!.rows).toMatchObject({ kind: 'window', padding: -2 });
  });

  test('Slice with open ends and negative steps', () => {
    const network = load(
      afterConv([node('Slice', 'c a b d e', 's', {}, 's')], {
        a: ints(-1, 0),
        b: { dims: [2], ints: [-(2 ** 62), 2 ** 62] },
        d: ints(3, 2),
        e: ints(-1, 2),
      }),
    );
    expect(shapeOf(network, 's_1')).toEqual([8, 16, 8]);
    expect(ops(network)).toContain('Slice');
  });

  test.each([
    [11, { axes: [2, 3], keepdims: 0 }, ''],
    [18, { keepdims: 0 }, ' a'],
  ] as const)('ReduceMean, opset %i', (opset, attributes, extra) => {
    const network = load(
      afterConv([node('ReduceMean', `c${extra}`, 'r', { ...attributes }, 'r')], { a: ints(2, 3) }, opset),
    );
    expect(shapeOf(network, 'r')).toEqual([1, 1, 8]);
    expect(reads(network, 'r')).toEqual([['c', 'all', 'all']]);
  });

  test.each([
    [7, node('Upsample', 'c', 'u', { scales: { floats: [1, 1, 2, 2] } }, 'u')],
    [9, node('Upsample', 'c s', 'u', {}, 'u')],
    [10, node('Resize', 'c s', 'u', {}, 'u')],
    [13, node('Resize', 'c _ s', 'u', {}, 'u')],
    [13, node('Resize', 'c _ _ z', 'u', {}, 'u')],
    [18, node('Resize', 'c _ t', 'u', { axes: [2, 3] }, 'u')],
  ])('upsampling, opset %i', (opset, upsample) => {
    const sizes = { s: floats(1, 1, 2, 2), t: floats(2, 2), z: ints(1, 8, 32, 32) };
    const network = load(afterConv([upsample], sizes, opset));
    expect(shapeOf(network, 'u')).toEqual([32, 32, 8]);
    expect(reads(network, 'u')).toEqual([['c', 'list', 'list']]);
    expect(waitsFor(network, 'u', 5, 31)).toEqual({ c: '2 x 15' });
  });

  test.each([
    [11, node('Split', 'c', 'a b', { axis: 1, split: [3, 5] })],
    [13, node('Split', 'c s', 'a b', { axis: 1 })],
  ])('Split, opset %i', (opset, split) => {
    const network = load(afterConv([split, node('Relu', 'b', 'r', {}, 'r')], { s: ints(3, 5) }, opset));
    expect(shapeOf(network, 'r')).toEqual([16, 16, 5]);
  });

  test.each([
    [7, node('Pad', 'c', 'p', { pads: [0, 0, 1, 2, 0, 0, 3, 4] }, 'p')],
    [11, node('Pad', 'c s', 'p', {}, 'p')],
    [18, node('Pad', 'c t _ a', 'p', {}, 'p')],
  ])('Pad, opset %i', (opset, pad) => {
    const values = { s: ints(0, 0, 1, 2, 0, 0, 3, 4), t: ints(1, 2, 3, 4), a: ints(2, 3) };
    const network = load(afterConv([pad, node('Relu', 'p', 'r', {}, 'r')], values, opset));
    expect(shapeOf(network, 'r')).toEqual([20, 22, 8]);
  });

  test('Softmax takes all axes from its axis on before opset 13', () => {
    const softmax = [node('Softmax', 'c', 's', {}, 's')];
    expect(reads(load(afterConv(softmax, {}, 11)), 's')).toEqual([['c', 'all', 'all']]);
    const channels = [node('Softmax', 'c', 's', { axis: 1 }, 's')];
    expect(reads(load(afterConv(channels)), 's')).toEqual([['c', 'same', 'same']]);
  });
});

describe('convolutions and pooling', () => {
  test.each([
    ['SAME_UPPER', 8],
    ['SAME_LOWER', 8],
    ['VALID', 7],
  ])('auto_pad %s', (mode, size) => {
    const conv = node('Conv', 'x w', 'c', { auto_pad: mode, strides: [2, 2] }, 'c');
    const network = load({ inputs: image, nodes: [conv], initializers: { w: weights(8, 3, 3, 3) } });
    expect(shapeOf(network, 'c')).toEqual([size, size, 8]);
  });

  test('groups, dilation and bias', () => {
    const network = load(
      afterConv([node('Conv', 'c v b', 'd', { group: 8, dilations: [2, 2] }, 'd')], {
        v: weights(8, 1, 3, 3),
        b: weights(8),
      }),
    );
    expect(layerOf(network, 'd').weights).toEqual({ rows: 9, columns: 1, groups: 8 });
    expect(shapeOf(network, 'd')).toEqual([12, 12, 8]);
    expect(ops(network)).toContain('BiasAdd');
  });

  test('a one-dimensional convolution has H = 1', () => {
    const network = load({
      inputs: { x: [1, 4, 20] },
      nodes: [node('Conv', 'x w', 'c', { pads: [1, 1] }, 'c')],
      initializers: { w: weights(8, 4, 3) },
    });
    expect(shapeOf(network, 'c')).toEqual([1, 20, 8]);
  });

  test('a transposed convolution', () => {
    const up = node(
      'ConvTranspose',
      'c v',
      'u',
      { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
      'u',
    );
    const network = load(afterConv([up], { v: weights(8, 5, 3, 3) }));
    expect(shapeOf(network, 'u')).toEqual([32, 32, 5]);
    expect(layerOf(network, 'u').weights).toEqual({ rows: 72, columns: 5, groups: 1 });
    const sized = node('ConvTranspose', 'c v', 'u', { strides: [2, 2], output_shape: [31, 32] }, 'u');
    expect(shapeOf(load(afterConv([sized], { v: weights(8, 5, 3, 3) })), 'u')).toEqual([31, 32, 5]);
  });

  test('several images in one convolution are rows of one map', () => {
    const network = load(
      afterConv([node('Reshape', 'c s', 'r', {}, 'r'), node('Conv', 'r v', 'd', {}, 'd')], {
        s: ints(4, 8, 8, 8),
        v: weights(2, 8, 1, 1),
      }),
    );
    expect(mvms(layerOf(network, 'd'))).toBe(256);
  });

  test('ceil_mode counts a last window that is cut', () => {
    const pool = (ceil: number) =>
      node('MaxPool', 'c', 'p', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: ceil }, 'p');
    expect(shapeOf(load(afterConv([pool(0)])), 'p')).toEqual([7, 7, 8]);
    expect(shapeOf(load(afterConv([pool(1)])), 'p')).toEqual([8, 8, 8]);
  });

  test('quantised operators', () => {
    const network = load({
      inputs: image,
      initializers: { s: floats(1), z: ints(0), w: weights(8, 3, 3, 3), b: weights(8), m: weights(8, 4) },
      nodes: [
        node('QuantizeLinear', 'x s z', 'q'),
        node('QLinearConv', 'q s z w s z s z b', 'c', {}, 'c'),
        node('com.microsoft:QLinearLeakyRelu', 'c s z s z', 'r', {}, 'r'),
        node('com.microsoft:QLinearAdd', 'c s z r s z s z', 'a', {}, 'a'),
        node('com.microsoft:QLinearConcat', 's z c s z a s z', 'k', { axis: 1 }, 'k'),
        node('com.microsoft:QLinearGlobalAveragePool', 'a s z s z', 'g', { channels_last: 0 }, 'g'),
        node('Flatten', 'g', 'f'),
        node('QLinearMatMul', 'f s z m s z s z', 'y', {}, 'y'),
      ],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['c', 'y']);
    expect(shapeOf(network, 'k')).toEqual([14, 14, 16]);
    expect(reads(network, 'a').map(([from]) => from)).toEqual(['c/bias', 'r']);
  });
});

test('dynamic quantisation: weights of integers are base layers, and one warning names the assumption', () => {
  const network = load({
    inputs: { x: [1, 6, 16] },
    initializers: { w: weights(16, 8), v: weights(8, 4), z: int(0), scale: floats(1) },
    nodes: [
      node('DynamicQuantizeLinear', 'x', 'q qs qz'),
      node('MatMulInteger', 'q w qz z', 'a', {}, 'first'),
      node('Cast', 'a', 'f', { to: 1 }),
      node('Mul', 'qs scale', 's'),
      node('Mul', 'f s', 'd'),
      node('DynamicQuantizeLinear', 'd', 'r rs rz'),
      node('MatMulInteger', 'r v rz z', 'y', {}, 'second'),
    ],
  });
  expect(baseLayers(network).map((layer) => [layer.name, mvms(layer)])).toEqual([
    ['first', 6],
    ['second', 6],
  ]);
  expect(network.warnings).toHaveLength(1);
});

describe('shape arithmetic', () => {
  test('x.view(x.size(0), -1) as PyTorch writes it', () => {
    const network = load(
      afterConv(
        [
          node('Shape', 'c', 'shape'),
          node('Gather', 'shape zero', 'n', { axis: 0 }),
          node('Unsqueeze', 'n axes', 'nu'),
          node('Concat', 'nu rest', 'target', { axis: 0 }),
          node('Reshape', 'c target', 'flat', {}, 'flat'),
          node('Gemm', 'flat m', 'y', { transB: 1 }, 'y'),
        ],
        { zero: int(0), axes: ints(0), rest: ints(-1), m: weights(10, 2048) },
      ),
    );
    expect(layerOf(network, 'y').weights).toEqual({ rows: 2048, columns: 10, groups: 1 });
    expect(reads(network, 'flat')).toEqual([['c', 'all', 'all']]);
  });

  test('interpolation to computed sizes', () => {
    const network = load(
      afterConv(
        [
          node('Shape', 'c', 'shape'),
          node('Slice', 'shape from to axis', 'hw'),
          node('Cast', 'hw', 'f', { to: 1 }),
          node('Mul', 'f factor', 'scaled'),
          node('Floor', 'scaled', 'floor'),
          node('Cast', 'floor', 'size', { to: INT64 }),
          node('Slice', 'shape zero from axis', 'nc'),
          node('Concat', 'nc size', 'sizes', { axis: 0 }),
          node('Resize', 'c _ _ sizes', 'u', { mode: 'linear' }, 'u'),
        ],
        { from: ints(2), to: ints(4), axis: ints(0), zero: ints(0), factor: floats(1.5) },
      ),
    );
    expect(shapeOf(network, 'u')).toEqual([24, 24, 8]);
    expect(reads(network, 'u')).toEqual([['c', 'list', 'list']]);
    // (p + 1/2) / 1.5 - 1/2 is 0.5 and 15.167.
    expect(waitsFor(network, 'u', 1, 23)).toEqual({ c: '0-1 x 15' });
  });

  test('integers divide without a rest, ranges and comparisons are known', () => {
    const network = load(
      afterConv(
        [
          node('Constant', '', 'seven', { value_int: 7 }),
          node('Div', 'seven two', 'three'),
          node('Range', 'zero three one', 'range'),
          node('ReduceProd', 'range', 'product', { keepdims: 0 }),
          node('Equal', 'product zero', 'yes'),
          node('Where', 'yes four five', 'chosen'),
          node('Mod', 'seven chosen', 'rest'),
          node('Unsqueeze', 'rest axes', 'end'),
          node('Slice', 'c axes end two1', 's', {}, 's'),
        ],
        {
          zero: int(0),
          one: int(1),
          two: int(2),
          four: int(4),
          five: int(5),
          axes: ints(0),
          two1: ints(2),
        },
      ),
    );
    // 7 / 2 = 3; 0, 1, 2 have the product 0; so it is 4, and 7 mod 4 = 3 rows.
    expect(shapeOf(network, 's')).toEqual([3, 16, 8]);
  });

  test('casts change how constants divide', () => {
    const halve = (to: number) =>
      load(
        afterConv(
          [
            node('Cast', 'five', 'a', { to }),
            node('Cast', 'two', 'b', { to }),
            node('Div', 'a b', 'c1'),
            node('Mul', 'c1 b', 'd1'),
            node('Cast', 'd1', 'e1', { to: INT64 }),
            node('Max', 'e1 one', 'f1'),
            node('Slice', 'c zero f1 two', 's', {}, 's'),
          ],
          { zero: ints(0), one: ints(1), two: ints(2), five: ints(5) },
        ),
      );
    expect(shapeOf(halve(INT64), 's')).toEqual([4, 16, 8]);
    expect(shapeOf(halve(1), 's')).toEqual([5, 16, 8]);
  });

  test('If with a known condition is one of its branches', () => {
    const branch = (op: string) => ({ graph: { nodes: [node(op, 'c', 'o', {}, op)], outputs: ['o'] } });
    const spec = afterConv(
      [
        node('Shape', 'c', 'shape'),
        node('Size', 'shape', 'rank'),
        node('Equal', 'rank four', 'isFour'),
        node('If', 'isFour', 'y', { then_branch: branch('Relu'), else_branch: branch('Sigmoid') }),
        node('Tanh', 'y', 'z', {}, 'z'),
      ],
      { four: int(4) },
    );
    expect(ops(load(spec))).toEqual(['Pad', 'Conv2D', 'Relu', 'Tanh']);
  });

  test('functions of the file are written out', () => {
    const body = {
      name: 'Silu',
      domain: 'mine',
      inputs: ['a'],
      outputs: ['b'],
      nodes: [node('Sigmoid', 'a', 's'), node('Mul', 'a s', 'b')],
    };
    const network = load({ ...afterConv([node('mine:Silu', 'c', 'y', {}, 'silu')]), functions: [body] });
    expect(network.layers.map(({ name }) => name).slice(-2)).toEqual(['silu/s', 'silu/b']);
  });
});

describe('what a position waits for', () => {
  test('a channel shuffle costs nothing', () => {
    const network = load(
      afterConv(
        [
          node('Reshape', 'c split', 'g'),
          node('Transpose', 'g', 't', { perm: [0, 2, 1, 3, 4] }),
          node('Reshape', 't join', 'j'),
          node('Conv', 'j v', 'd', {}, 'd'),
        ],
        { split: ints(1, 2, 4, 16, 16), join: ints(1, -1, 16, 16), v: weights(4, 8, 1, 1) },
      ),
    );
    expect(ops(network)).toEqual(['Pad', 'Conv2D', 'Conv2D']);
    expect(reads(network, 'd')).toEqual([['c', 'window', 'window']]);
  });

  test('squeeze and excite waits for the whole map once', () => {
    const network = load(
      afterConv(
        [
          node('GlobalAveragePool', 'c', 'g', {}, 'g'),
          node('Conv', 'g v', 's', {}, 's'),
          node('Sigmoid', 's', 'e', {}, 'e'),
          node('Mul', 'c e', 'm', {}, 'm'),
        ],
        { v: weights(8, 8, 1, 1) },
      ),
    );
    expect(reads(network, 'g')).toEqual([['c', 'all', 'all']]);
    expect(reads(network, 'm')).toEqual([
      ['c', 'same', 'same'],
      ['e', 'same', 'same'],
    ]);
    expect(shapeOf(network, 'm')).toEqual([16, 16, 8]);
  });

  /** Self attention with two heads, as PyTorch writes it. */
  const heads = (x: string, name: string, perm: number[]) => [
    node('MatMul', `${x} w${name}`, `${name}0`, {}, name),
    node('Reshape', `${name}0 split`, `${name}1`),
    node('Transpose', `${name}1`, `${name}2`, { perm }),
  ];
  const attention: ModelSpec = {
    inputs: { x: [1, 10, 16] },
    initializers: {
      wq: weights(16, 16),
      wk: weights(16, 16),
      wv: weights(16, 16),
      wo: weights(16, 16),
      split: ints(1, -1, 2, 8),
      join: ints(0, 0, 16),
      scale: floats(0.35),
    },
    nodes: [
      ...heads('x', 'q', [0, 2, 1, 3]),
      ...heads('x', 'k', [0, 2, 3, 1]),
      ...heads('x', 'v', [0, 2, 1, 3]),
      node('MatMul', 'q2 k2', 's', {}, 's'),
      node('Mul', 's scale', 'ss', {}, 'ss'),
      node('Softmax', 'ss', 'p', { axis: -1 }, 'p'),
      node('MatMul', 'p v2', 'o0', {}, 'context'),
      node('Transpose', 'o0', 'o1', { perm: [0, 2, 1, 3] }),
      node('Reshape', 'o1 join', 'o2'),
      node('MatMul', 'o2 wo', 'o', {}, 'o'),
      node('Add', 'o x', 'y', {}, 'y'),
      node('LayerNormalization', 'y scale', 'z', {}, 'z'),
    ],
  };

  test('the heads of an attention leave the rows alone', () => {
    const network = load(attention);
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['q', 'k', 'v', 'o']);
    expect(baseLayers(network).map(mvms)).toEqual([10, 10, 10, 10]);
    expect(ops(network)).not.toContain('Reshape');
    expect(reads(network, 's')).toEqual([
      ['q', 'same', 'same'],
      ['k', 'all', 'all'],
    ]);
    expect(reads(network, 'p')).toEqual([['ss', 'same', 'same']]);
    expect(reads(network, 'context')).toEqual([
      ['p', 'same', 'same'],
      ['v', 'all', 'all'],
    ]);
    expect(reads(network, 'o')).toEqual([['context', 'same', 'same']]);
  });

  test('attention in one node, and by Einsum', () => {
    const fused = load({
      inputs: { x: [1, 10, 16] },
      initializers: { w: weights(16, 48), b: weights(48) },
      nodes: [node('com.microsoft:Attention', 'x w b', 'y', { num_heads: 2 }, 'y')],
    });
    expect(shapeOf(fused, 'y/qkv')).toEqual([10, 1, 48]);
    expect(shapeOf(fused, 'y')).toEqual([10, 1, 16]);

    const einsum = load({
      inputs: { x: [1, 10, 16] },
      initializers: { w: weights(16, 2, 8) },
      nodes: [
        node('Einsum', 'x w', 'q', { equation: 'bsc,chd->bshd' }, 'q'),
        node('Einsum', 'q q', 's', { equation: 'bqhd,bkhd->bhqk' }, 's'),
      ],
    });
    expect(baseLayers(einsum).map(({ weights: matrix }) => matrix)).toEqual([
      { rows: 16, columns: 16, groups: 1 },
    ]);
    expect(reads(einsum, 's')).toEqual([
      ['q', 'same', 'same'],
      ['q', 'all', 'all'],
    ]);
    expect(shapeOf(einsum, 's')).toEqual([10, 1, 20]);
  });

  test('token ids become a sequence of embeddings', () => {
    const network = load(
      {
        inputs: { ids: ['batch', 'sequence'] },
        types: { ids: INT64 },
        initializers: { table: weights(1000, 16), w: weights(16, 4) },
        nodes: [node('Gather', 'table ids', 'e', {}, 'e'), node('MatMul', 'e w', 'y', {}, 'y')],
      },
      { dims: { sequence: 12 } },
    );
    expect(shapeOf(network, 'e')).toEqual([12, 1, 16]);
    expect(mvms(layerOf(network, 'y'))).toBe(12);
  });

  test('a detection head that flattens its boxes', () => {
    const network = load({
      ...afterConv(
        [
          node('Reshape', 'c s', 'r'),
          node('Transpose', 'r', 't', { perm: [0, 1, 3, 4, 2] }),
          node('Sigmoid', 't', 'g', {}, 'g'),
          node('Split', 'g parts', 'a b', { axis: 4 }),
          node('Concat', 'b a', 'k', { axis: 4 }, 'k'),
          node('Reshape', 'k flat', 'y', {}, 'y'),
        ],
        { s: ints(1, 2, 4, 16, 16), parts: ints(1, 3), flat: ints(1, -1, 4) },
      ),
      outputs: ['y'],
    });
    expect(reads(network, 'g')).toEqual([['c', 'same', 'same']]);
    expect(reads(network, 'y')).toEqual([['k', 'all', 'all']]);
  });

  test('gathered rows are the positions that the indices list', () => {
    const network = load(afterConv([node('Gather', 'c i', 'g', { axis: 2 }, 'g')], { i: ints(3, 1, -1) }));
    expect(layerOf(network, 'g').inputs[0]!.rows).toEqual({ kind: 'list', positions: [3, 1, 15] });
  });

  test('QDQ keeps weights constant', () => {
    const network = load({
      inputs: image,
      initializers: { w: weights(8, 3, 3, 3), s: floats(1), z: ints(0) },
      nodes: [
        node('QuantizeLinear', 'x s z', 'q'),
        node('DequantizeLinear', 'q s z', 'd'),
        node('DequantizeLinear', 'w s z', 'v'),
        node('Conv', 'd v', 'c', {}, 'c'),
      ],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['c']);
  });
});
