import { describe, expect, test } from 'vitest';
import { baseLayers, mvms } from '../../../src/network/network.ts';
import { layerOf, load, ops, reads, shapeOf } from './helpers.ts';
import { int, ints, type ModelSpec, type NodeSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

/** A convolution of a map of 9 x 12 to 8 channels, and then the given nodes. */
function afterConv(nodes: readonly NodeSpec[], initializers: ModelSpec['initializers'] = {}, opset = 18) {
  return load({
    inputs: { x: [1, 3, 9, 12] },
    nodes: [node('Conv', 'x w', 'c', {}, 'c'), ...nodes],
    initializers: { w: weights(8, 3, 1, 1), ...initializers },
    opset,
  });
}

describe('CenterCropPad', () => {
  test('takes the middle, or lays the input in the middle', () => {
    const nodes = [node('CenterCropPad', 'c s', 'p', { axes: [2, 3] }), node('Relu', 'p', 'y', {}, 'y')];
    const network = afterConv(nodes, { s: ints(6, 15) });
    expect(shapeOf(network, 'y')).toEqual([6, 15, 8]);
    // Rows 1 to 6 of 9, and one column in front of 12, two behind.
    expect(waitsFor(network, 'y', 0, 1)).toEqual({ c: '1 x 0' });
    expect(waitsFor(network, 'y', 5, 12)).toEqual({ c: '6 x 11' });
    for (const column of [0, 13, 14]) expect(waitsFor(network, 'y', 0, column)).toEqual({});
  });

  test('without axes all have a size, and one that stays costs nothing', () => {
    const same = afterConv([node('CenterCropPad', 'c s', 'p')], { s: ints(1, 8, 9, 12) });
    expect(ops(same)).toEqual(['Conv2D']);
    const channels = afterConv([node('CenterCropPad', 'c s', 'p', {}, 'p')], { s: ints(1, 4, 9, 12) });
    expect(reads(channels, 'p').map(([, ...kinds]) => kinds)).toEqual([['same', 'same']]);
    expect(() => afterConv([node('CenterCropPad', 'c s', 'p')], { s: ints(4, 4) })).toThrow(/does not fit/);
  });
});

describe('Col2Im', () => {
  const fold = (sizes: number[], attributes = {}) =>
    load({
      inputs: { x: [1, 18, 16] },
      initializers: { w: weights(18, 18, 1), s: ints(...sizes), k: ints(3, 3) },
      nodes: [node('Conv', 'x w', 'c', {}, 'c'), node('Col2Im', 'c s k', 'y', attributes, 'y')],
      opset: 18,
    });

  test('adds blocks up to an image', () => {
    const network = fold([6, 6]);
    expect(shapeOf(network, 'y')).toEqual([6, 6, 2]);
    expect(waitsFor(network, 'y', 0, 0)).toEqual({ c: 'everything' });
    expect(layerOf(network, 'y').operations).toBe(18 * 16);
    expect(shapeOf(fold([8, 8], { strides: [2, 2], pads: [1, 0, 0, 1] }), 'y')).toEqual([8, 8, 2]);
  });

  test('blocks must make up the image', () => {
    expect(() => fold([7, 6])).toThrow(/\[1, 18, 16\] is not made of blocks of \[3, 3\]/);
  });
});

test('AffineGrid computes where GridSample looks', () => {
  const flat = load({
    inputs: { t: [1, 2, 3] },
    initializers: { s: ints(1, 8, 5, 7), w: weights(3, 3) },
    nodes: [node('MatMul', 't w', 'm', {}, 'm'), node('AffineGrid', 'm s', 'g', {}, 'g')],
    opset: 20,
  });
  expect(shapeOf(flat, 'g')).toEqual([5, 7, 2]);
  expect(waitsFor(flat, 'g', 2, 2)).toEqual({ m: 'everything' });
  const solid = load({
    inputs: { t: [1, 3, 4] },
    initializers: { s: ints(1, 8, 2, 5, 7) },
    nodes: [node('AffineGrid', 't s', 'g', {}, 'g')],
    opset: 20,
  });
  expect(shapeOf(solid, 'g')).toEqual([5, 7, 2 * 3]);
});

describe('DeformConv', () => {
  const deform = (attributes = {}, offsets = 18, more: Partial<ModelSpec> = {}) =>
    load({
      inputs: { x: [1, 4, 9, 9] },
      initializers: {
        w: weights(4, 4, 1, 1),
        o: weights(offsets, 4, 3, 3),
        v: weights(6, 4, 3, 3),
        b: weights(6),
      },
      nodes: [
        node('Conv', 'x w', 'c', {}, 'c'),
        node('Conv', 'x o', 'f', { pads: [1, 1, 1, 1] }, 'f'),
        node('DeformConv', 'c v f b', 'y', { pads: [1, 1, 1, 1], ...attributes }, 'y'),
      ],
      opset: 19,
      ...more,
    });

  test('is a base layer that waits for the whole map, and for its own offsets', () => {
    const network = deform();
    expect(layerOf(network, 'y').weights).toEqual({ rows: 36, columns: 6, groups: 1 });
    expect(mvms(layerOf(network, 'y'))).toBe(81);
    expect(waitsFor(network, 'y', 4, 5)).toEqual({ c: 'everything', f: '4 x 5' });
    expect(layerOf(network, 'y/sample').operations).toBe(4 * 36 * 81);
    expect(ops(network).at(-1)).toBe('BiasAdd');
  });

  test('groups, strides, dilations and a mask', () => {
    const initializers = {
      w: weights(4, 4, 1, 1),
      o: weights(18, 4, 1, 1),
      k: weights(9, 4, 1, 1),
      v: weights(6, 2, 3, 3),
    };
    const network = deform({}, 18, {
      initializers,
      nodes: [
        node('Conv', 'x w', 'c', {}, 'c'),
        node('Conv', 'x o', 'f', { strides: [2, 2] }, 'f'),
        node('Conv', 'x k', 'm', { strides: [2, 2] }, 'm'),
        node(
          'DeformConv',
          'c v f _ m',
          'y',
          { group: 2, strides: [2, 2], dilations: [2, 2], pads: [2, 2, 2, 2] },
          'y',
        ),
      ],
    });
    expect(layerOf(network, 'y').weights).toEqual({ rows: 18, columns: 3, groups: 2 });
    expect(shapeOf(network, 'y')).toEqual([5, 5, 6]);
    expect(waitsFor(network, 'y', 4, 1)).toEqual({ c: 'everything', f: '4 x 1', m: '4 x 1' });
  });

  test('offsets that do not fit, and weights that do not', () => {
    expect(() => deform({ pads: [0, 0, 0, 0] })).toThrow(/offsets .* do not fit an output of \[7, 7\]/);
    expect(() => deform({ group: 2 })).toThrow(/weights of shape \[6, 4, 3, 3\] in 2 groups/);
  });

  test('weights that are computed stay on the GPEU', () => {
    const network = deform({}, 18, {
      inputs: { x: [1, 4, 9, 9], v: [6, 4, 3, 3] },
      initializers: { w: weights(4, 4, 1, 1), o: weights(18, 4, 3, 3), b: weights(6) },
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['c', 'f']);
  });
});

describe('Fourier transforms', () => {
  const projected = (nodes: readonly NodeSpec[], initializers: ModelSpec['initializers'] = {}, opset = 17) =>
    load({
      inputs: { x: [1, 40, 1] },
      initializers: { w: weights(1, 1), ...initializers },
      nodes: [node('MatMul', 'x w', 'm', {}, 'm'), ...nodes],
      opset,
    });

  test('STFT: a frame waits for its part of the signal', () => {
    const values = { step: int(4), window: weights(16), length: int(8) };
    const network = projected([node('STFT', 'm step window', 'y', {}, 'y')], values);
    expect(shapeOf(network, 'y')).toEqual([7, 1, 9 * 2]);
    expect(waitsFor(network, 'y', 2, 0)).toEqual({ m: '8-23 x 0' });
    const whole = projected([node('STFT', 'm step _ length', 'y', { onesided: 0 }, 'y')], values);
    expect(shapeOf(whole, 'y')).toEqual([9, 1, 8 * 2]);
    expect(waitsFor(whole, 'y', 8, 0)).toEqual({ m: '32-39 x 0' });
    expect(() => projected([node('STFT', 'm step', 'y', {}, 'y')], values)).toThrow(/frame_length/);
  });

  test.each([
    [17, { axis: 1, onesided: 1 }, '', [21, 1, 2]],
    [17, {}, ' length', [64, 1, 2]],
    [20, { onesided: 1 }, ' _ axis', [21, 1, 2]],
    [20, {}, '', [40, 1, 2]],
    [20, { onesided: 1, inverse: 1 }, ' _ axis', [78, 1, 1]],
  ] as const)('DFT, opset %i %j', (opset, attributes, operands, shape) => {
    const nodes = [node('DFT', `m${operands}`, 'y', { ...attributes }, 'y')];
    const network = projected(nodes, { length: int(64), axis: int(-2) }, opset);
    expect(shapeOf(network, 'y')).toEqual([...shape]);
    expect(waitsFor(network, 'y', 3, 0)).toEqual({ m: 'everything' });
  });

  test('DFT over channels costs no dependency', () => {
    const network = load({
      inputs: { x: [1, 6, 16] },
      initializers: { w: weights(16, 16), s: ints(1, 6, 16, 1) },
      nodes: [
        node('MatMul', 'x w', 'm', {}, 'm'),
        node('Reshape', 'm s', 'r'),
        node('DFT', 'r', 'y', { axis: 2 }, 'y'),
      ],
    });
    expect(shapeOf(network, 'y')).toEqual([6, 1, 32]);
    expect(waitsFor(network, 'y', 3, 0)).toEqual({ m: '3 x 0' });
  });

  test('windows and mel filters are constants', () => {
    const network = load({
      inputs: { x: [1, 12, 9] },
      initializers: { n: int(16), bins: int(5), rate: int(8000) },
      nodes: [
        node('HannWindow', 'n', 'h'),
        node('HammingWindow', 'n', 'i'),
        node('BlackmanWindow', 'n', 'j'),
        node('MelWeightMatrix', 'bins n rate rate rate', 'w'),
        node('MatMul', 'x w', 'y', {}, 'y'),
      ],
    });
    expect(baseLayers(network).map(({ weights: matrix }) => matrix)).toEqual([
      { rows: 9, columns: 5, groups: 1 },
    ]);
  });
});

describe('pooling over channels', () => {
  /** PyTorch's LocalResponseNorm of size 5. */
  const lrn = (kernel: number[], pads: number[]) => [
    node('Mul', 'c c', 'squares'),
    node('Unsqueeze', 'squares one', 'u'),
    node('Pad', 'u pads', 'padded'),
    node(
      'AveragePool',
      'padded',
      'mean',
      { kernel_shape: kernel, strides: kernel.map(() => 1), pads },
      'mean',
    ),
    node('Squeeze', 'mean one', 'q'),
    node('Div', 'c q', 'y', {}, 'y'),
  ];

  test("PyTorch's LocalResponseNorm waits for its own position", () => {
    const network = afterConv(lrn([5, 1, 1], [0, 0, 0, 0, 0, 0]), {
      one: ints(1),
      pads: ints(0, 0, 2, 0, 0, 0, 0, 2, 0, 0),
    });
    expect(shapeOf(network, 'y')).toEqual([9, 12, 8]);
    expect(waitsFor(network, 'y', 3, 4)).toEqual({ c: '3 x 4' });
    expect(layerOf(network, 'mean').operations).toBe(9 * 12 * 8 * 5);
  });

  test('of a sequence too', () => {
    const network = load({
      inputs: { x: [1, 4, 20] },
      initializers: { w: weights(8, 4, 3), one: ints(1), pads: ints(0, 0, 2, 0, 0, 0, 2, 0) },
      nodes: [node('Conv', 'x w', 'c', {}, 'c'), ...lrn([5, 1], [0, 0, 0, 0])],
    });
    expect(waitsFor(network, 'y', 0, 7)).toEqual({ c: '0 x 7' });
  });

  test('windows over H and W of three dimensions are read as they are', () => {
    const pool = { kernel_shape: [2, 3, 2], strides: [2, 3, 2] };
    const network = afterConv([node('Unsqueeze', 'c one', 'u'), node('MaxPool', 'u', 'y', pool, 'y')], {
      one: ints(1),
    });
    expect(shapeOf(network, 'y')).toEqual([3, 6, 4]);
    expect(waitsFor(network, 'y', 1, 5)).toEqual({ c: '3-5 x 10-11' });
  });
});

describe('adaptive pooling that PyTorch falls back to', () => {
  const pool = (sizes: number[], op = 'org.pytorch.aten:ATen') =>
    afterConv([node(op, 'c s', 'y', { operator: 'adaptive_avg_pool2d' }, 'y')], { s: ints(...sizes) });

  test.each(['org.pytorch.aten:ATen', 'ATen', 'aten:adaptive_avg_pool2d'])('%s', (op) => {
    const network = pool([3, 4], op);
    expect(shapeOf(network, 'y')).toEqual([3, 4, 8]);
    expect(waitsFor(network, 'y', 1, 3)).toEqual({ c: '3-5 x 9-11' });
  });

  test('windows that differ are from the floor to the ceiling of where they end', () => {
    // 9 rows in halves: the middle one is in both. 12 columns to 5: 2.4 each.
    const network = pool([2, 5]);
    expect(waitsFor(network, 'y', 0, 1)).toEqual({ c: '0-4 x 2-4' });
    expect(waitsFor(network, 'y', 1, 4)).toEqual({ c: '4-8 x 9-11' });
  });

  test('other operators of PyTorch are unknown ones', () => {
    const nodes = [node('org.pytorch.aten:ATen', 'c', 'y', { operator: 'frobnicate' }, 'n')];
    expect(() => afterConv(nodes)).toThrow(/node n .*not known/);
  });
});

test('PRelu before opset 7 has a slope for each channel', () => {
  for (const opset of [1, 6]) {
    const network = afterConv([node('PRelu', 'c s', 'y', {}, 'y')], { s: weights(8) }, opset);
    expect(shapeOf(network, 'y')).toEqual([9, 12, 8]);
    expect(reads(network, 'y')).toEqual([['c', 'same', 'same']]);
  }
  // From opset 7 on it is broadcast from the end.
  const broadcast = () => afterConv([node('PRelu', 'c s', 'y', {}, 'y')], { s: weights(8) }, 7);
  expect(broadcast).toThrow(/do not fit together/);
});
