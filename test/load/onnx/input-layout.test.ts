import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { load, ops, shapeOf } from './helpers.ts';
import { floats, INT64, ints, type ModelSpec, type NodeSpec, node, weights } from './onnx-writer.ts';

/** OFM of input `x`, and what else is there besides layers of its own kind. */
function layout(spec: ModelSpec): { x: number[]; ops: string[] } {
  const network = load(spec);
  return { x: shapeOf(network, 'x'), ops: ops(network) };
}

const conv = (from: string) => node('Conv', `${from} w`, 'y', {}, 'y');

/** A model of one input, which is read by a convolution of 6 channels after these nodes. */
function convolved(dims: readonly number[], nodes: readonly NodeSpec[], rest: Partial<ModelSpec> = {}) {
  const initializers = { w: weights(5, 6, 1, 1), ...rest.initializers };
  return layout({
    inputs: { x: dims },
    nodes: [...nodes, conv(nodes.at(-1)?.outputs[0] ?? 'x')],
    ...rest,
    initializers,
  });
}

describe('who reads an input says where its H and W are, whatever the sizes', () => {
  test.each([
    [40, 4],
    [100, 1],
    [1, 100],
    [7, 7],
    [3, 3],
  ])('a convolution reads NCHW: %i x %i', (h, w) => {
    expect(convolved([1, 6, h, w], [])).toEqual({ x: [h, w, 6], ops: ['Conv2D'] });
  });

  test('behind a transpose it is NHWC, also of three rows', () => {
    const nchw = node('Transpose', 'x', 't', { perm: [0, 3, 1, 2] });
    expect(convolved([1, 40, 4, 6], [nchw])).toEqual({ x: [40, 4, 6], ops: ['Conv2D'] });
    expect(convolved([1, 3, 3, 6], [nchw])).toEqual({ x: [3, 3, 6], ops: ['Conv2D'] });
    expect(convolved([1, 3, 200, 6], [nchw])).toEqual({ x: [3, 200, 6], ops: ['Conv2D'] });
    const turned = node('Transpose', 'x', 't', { perm: [0, 3, 2, 1] });
    expect(convolved([1, 9, 8, 6], [turned])).toEqual({ x: [8, 9, 6], ops: ['Conv2D'] });
  });

  test('behind casts, arithmetic, padding and slices', () => {
    const nodes = [
      node('Cast', 'x', 'a', { to: 1 }),
      node('Sub', 'a mean', 'b'),
      node('Pad', 'b pads', 'c'),
      node('Slice', 'c starts ends axes', 'd'),
    ];
    const constants = { pads: ints(0, 0, 0, 0, 0, 2, 0, 0), starts: ints(1), ends: ints(9), axes: ints(1) };
    const nhwc = [...nodes, node('Transpose', 'd', 'e', { perm: [0, 3, 1, 2] })];
    expect(convolved([1, 40, 4, 6], nhwc, { initializers: { mean: weights(6), ...constants } })).toEqual({
      x: [40, 4, 6],
      ops: ['Sub', 'Pad', 'Slice', 'Conv2D'],
    });
    expect(
      convolved([1, 6, 9, 2], nodes.slice(0, 2), { initializers: { mean: weights(1, 6, 1, 1) } }),
    ).toEqual({
      x: [9, 2, 6],
      ops: ['Sub', 'Conv2D'],
    });
  });

  test('behind a reshape that adds or drops axes (EEG: channels become rows)', () => {
    const initializers = { w: weights(5, 1, 3, 1), axes: ints(1) };
    const spec = {
      inputs: { x: [1, 22, 100] },
      initializers,
      nodes: [node('Unsqueeze', 'x axes', 'u'), conv('u')],
    };
    expect(layout(spec)).toEqual({ x: [22, 100, 1], ops: ['Conv2D'] });
    const shape = [
      node('Shape', 'x', 's'),
      node('Slice', 's from to', 'n'),
      node('Concat', 'one n', 'd', { axis: 0 }),
    ];
    const computed = {
      inputs: { x: [1, 22, 100] },
      initializers: { ...initializers, from: ints(1), to: ints(3), one: ints(1, 1) },
      nodes: [...shape, node('Reshape', 'x d', 'u'), conv('u')],
    };
    expect(layout(computed)).toEqual({ x: [22, 100, 1], ops: ['Conv2D'] });
    const dropped = {
      inputs: { x: [1, 30, 5, 1] },
      initializers: { w: weights(5, 1, 1, 1), t: ints(1, 1, 30, 5) },
      nodes: [node('Reshape', 'x t', 'u'), conv('u')],
    };
    expect(layout(dropped)).toEqual({ x: [30, 5, 1], ops: ['Conv2D'] });
  });

  test('a convolution of one dimension reads NCW, or NWC behind a transpose', () => {
    const initializers = { w: weights(5, 6, 3) };
    expect(layout({ inputs: { x: [1, 6, 40] }, initializers, nodes: [conv('x')] })).toEqual({
      x: [1, 40, 6],
      ops: ['Conv2D'],
    });
    const nodes = [node('Transpose', 'x', 't', { perm: [0, 2, 1] }), conv('t')];
    expect(layout({ inputs: { x: [1, 40, 6] }, initializers, nodes })).toEqual({
      x: [1, 40, 6],
      ops: ['Conv2D'],
    });
  });

  test.each([
    ['MaxPool', node('MaxPool', 'x', 'y', { kernel_shape: [2, 1] })],
    ['GlobalAveragePool', node('GlobalAveragePool', 'x', 'y')],
    ['BatchNormalization', node('BatchNormalization', 'x s s s s', 'y')],
    ['InstanceNormalization', node('InstanceNormalization', 'x s s', 'y')],
    ['RoiAlign', node('RoiAlign', 'x rois s', 'y')],
    ['SpaceToDepth', node('SpaceToDepth', 'x', 'y', { blocksize: 2 })],
    ['Resize', node('Resize', 'x _ f', 'y')],
  ])('%s reads NCHW', (_, reader) => {
    const initializers = { s: weights(6), rois: weights(2, 4), f: floats(1, 1, 2, 2) };
    expect(layout({ inputs: { x: [1, 6, 8, 4] }, initializers, nodes: [reader] }).x).toEqual([8, 4, 6]);
  });

  test('one channel of several, or one step of a sequence, is none of the rows', () => {
    const cut = (axis: number, channels: number) =>
      layout({
        inputs: { x: [1, 12, 50] },
        nodes: [node('Slice', 'x zero one axis', 's'), node('Conv', 's w', 'y', {}, 'y')],
        initializers: { zero: ints(0), one: ints(1), axis: ints(axis), w: weights(5, channels, 1) },
      });
    expect(cut(1, 1)).toEqual({ x: [1, 50, 12], ops: ['Slice', 'Conv2D'] });
    expect(cut(2, 12)).toEqual({ x: [1, 50, 12], ops: ['Slice', 'Conv2D'] });
  });

  test('the mean of all channels, in front of a convolution of a map of one column', () => {
    const mean = node('ReduceMean', 'x', 'm', { axes: [1] });
    const sum = node('Add', 'x m', 's');
    expect(convolved([1, 6, 40, 1], [mean, sum])).toEqual({
      x: [40, 1, 6],
      ops: ['ReduceMean', 'Add', 'Conv2D'],
    });
    const one = { w: weights(5, 1, 3, 1) };
    expect(convolved([1, 6, 40, 1], [mean], { initializers: one }).x).toEqual([40, 1, 6]);
    expect(convolved([1, 6, 1, 40], [mean], { initializers: { w: weights(5, 1, 1, 3) } }).x).toEqual([
      1, 40, 6,
    ]);
  });

  test('a matrix product reads everything but the last axis', () => {
    const nodes = [node('MatMul', 'x m', 'y', {}, 'y')];
    expect(layout({ inputs: { x: [1, 14, 12, 6] }, initializers: { m: weights(6, 4) }, nodes })).toEqual({
      x: [14, 12, 6],
      ops: ['MatMul'],
    });
  });

  test.each([[[1, 100]], [[100]], [[1, 100, 1, 1]]])('a latent vector %j has one position', (dims) => {
    const initializers = { m: weights(100, 4), t: ints(1, 100), w: weights(100, 8, 4, 4) };
    const dense = [node('Reshape', 'x t', 'v'), node('Gemm', 'v m', 'y', {}, 'y')];
    expect(layout({ inputs: { x: dims }, initializers, nodes: dense })).toEqual({
      x: [1, 1, 100],
      ops: ['Dense'],
    });
    const up = [node('ConvTranspose', 'x w', 'y', {}, 'y')];
    if (dims.length === 4)
      expect(layout({ inputs: { x: dims }, initializers, nodes: up }).x).toEqual([1, 1, 100]);
  });

  test('every input that is merged on the way has the axes of the result', () => {
    const network = load({
      inputs: { x: [1, 40, 4, 6], mask: [1, 40, 4], gain: [40, 4, 1] },
      initializers: { w: weights(5, 6, 1, 1), axis: ints(3) },
      nodes: [
        node('Unsqueeze', 'mask axis', 'm'),
        node('Mul', 'x m', 'p'),
        node('Mul', 'p gain', 'q'),
        node('Transpose', 'q', 't', { perm: [0, 3, 1, 2] }),
        conv('t'),
      ],
    });
    expect(['x', 'mask'].map((name) => shapeOf(network, name))).toEqual([
      [40, 4, 6],
      [40, 4, 1],
    ]);
    expect(ops(network)).toEqual(['Mul', 'Mul', 'Conv2D']);
    for (const { inputs } of network.layers)
      for (const { rows, columns } of inputs) expect([rows.kind, columns.kind]).not.toContain('all');
  });

  describe('through views', () => {
    const map = { t: ints(1, 6, 40, 4), nhwc: ints(1, 40, 4, 6), mean: weights(6) };
    const nchw = (from: string) => node('Transpose', from, 'n', { perm: [0, 3, 1, 2] });

    test('a map whose rows are one behind the other in an axis is a map', () => {
      const expected = { x: [40, 4, 6], ops: ['Conv2D'] };
      expect(convolved([1, 6, 160], [node('Reshape', 'x t', 'r')], { initializers: map })).toEqual(expected);
      const tokens = [node('Reshape', 'x nhwc', 'r'), nchw('r')];
      expect(convolved([1, 160, 6], tokens, { initializers: map })).toEqual(expected);
      const swapped = [
        node('Transpose', 'x', 'f', { perm: [0, 2, 1] }),
        node('Sub', 'f mean', 's'),
        node('Reshape', 's nhwc', 'r'),
        nchw('r'),
      ];
      expect(convolved([1, 6, 160], swapped, { initializers: map })).toEqual({
        x: [40, 4, 6],
        ops: ['Sub', 'Conv2D'],
      });
    });

    test('the windows of a map tell its rows and columns', () => {
      const patches = (dims: number[], split: number[], perm: number[]) => {
        const network = load({
          inputs: { x: dims },
          initializers: { split: ints(...split), rows: ints(1, 6, 48), m: weights(48, 5) },
          nodes: [
            node('Reshape', 'x split', 's'),
            node('Transpose', 's', 't', { perm }),
            node('Reshape', 't rows', 'r'),
            node('MatMul', 'r m', 'y', {}, 'y'),
          ],
        });
        expect(ops(network).at(-1)).toBe('MatMul');
        for (const { inputs } of network.layers)
          for (const { rows, columns } of inputs) expect([rows.kind, columns.kind]).not.toContain('all');
        return ['x', 'y'].map((name) => shapeOf(network, name));
      };
      const shapes = [
        [8, 12, 3],
        [2, 3, 5],
      ];
      expect(patches([1, 3, 8, 12], [1, 3, 2, 4, 3, 4], [0, 2, 4, 1, 3, 5])).toEqual(shapes);
      expect(patches([1, 8, 12, 3], [1, 2, 4, 3, 4, 3], [0, 1, 3, 2, 4, 5])).toEqual(shapes);
    });

    test('a slice that leaves one row is a slice of rows', () => {
      const nodes = [
        node('Slice', 'x from to axis', 's'),
        node('Transpose', 's', 't', { perm: [0, 3, 1, 2] }),
      ];
      const initializers = { from: ints(7), to: ints(8), axis: ints(1) };
      expect(convolved([1, 40, 4, 6], nodes, { initializers })).toEqual({
        x: [40, 4, 6],
        ops: ['Slice', 'Conv2D'],
      });
    });
  });

  test('the first reader counts; another one waits for all of the input', () => {
    const network = load({
      inputs: { x: [1, 6, 40, 6] },
      initializers: { w: weights(5, 6, 1, 1) },
      nodes: [
        node('Transpose', 'x', 't', { perm: [0, 3, 1, 2] }),
        node('Conv', 't w', 'a', {}, 'a'),
        node('Conv', 'x w', 'b', {}, 'b'),
      ],
    });
    expect(shapeOf(network, 'x')).toEqual([6, 40, 6]);
    expect(ops(network)).toEqual(['Conv2D', 'Reshape', 'Conv2D']);
  });

  test('nobody says: images are NCHW, sequences have their tokens in front', () => {
    const read = (dims: number[], types = {}) =>
      layout({ inputs: { x: dims }, types, nodes: [node('Relu', 'x', 'y')] }).x;
    expect(read([1, 40, 4, 6])).toEqual([4, 6, 40]);
    expect(read([1, 40, 6])).toEqual([40, 1, 6]);
    expect(read([1, 40], { x: INT64 })).toEqual([40, 1, 1]);
  });
});

describe('in Keras, too', () => {
  const keras = (shape: number[], ...layers: [string, object][]) => {
    const all = layers.map(([class_name, config], i) => ({
      class_name,
      config: { name: `l${i}`, ...(i === 0 ? { batch_input_shape: [null, ...shape] } : {}), ...config },
    }));
    const network = loadKeras(JSON.stringify({ class_name: 'Sequential', config: all }), 'test');
    return { x: shapeOf(network, 'l0_input'), ops: ops(network) };
  };
  const first = { data_format: 'channels_first' };
  const conv2d = { filters: 4, kernel_size: 1, use_bias: false };

  test('channels_first and channels_last, with other layers in front', () => {
    expect(keras([6, 40, 4], ['Conv2D', { ...conv2d, ...first }])).toEqual({
      x: [40, 4, 6],
      ops: ['Conv2D'],
    });
    expect(keras([6, 40, 4], ['Conv2D', conv2d])).toEqual({ x: [6, 40, 4], ops: ['Conv2D'] });
    expect(keras([6, 40, 4], ['ReLU', {}], ['ZeroPadding2D', first])).toEqual({
      x: [40, 4, 6],
      ops: ['Relu', 'Pad'],
    });
    expect(keras([6, 40, 4], ['GlobalMaxPooling2D', first]).x).toEqual([40, 4, 6]);
  });

  test('a permutation between input and convolution', () => {
    const permute: [string, object] = ['Permute', { dims: [2, 3, 1] }];
    expect(keras([6, 40, 4], permute, ['Conv2D', conv2d])).toEqual({ x: [40, 4, 6], ops: ['Conv2D'] });
    const channels = keras([40, 4, 6], ['Permute', { dims: [3, 1, 2] }], ['Conv2D', { ...conv2d, ...first }]);
    expect(channels).toEqual({ x: [40, 4, 6], ops: ['Conv2D'] });
    const lines = keras([6, 40], ['Permute', { dims: [2, 1] }], ['Conv1D', conv2d]);
    expect(lines).toEqual({ x: [1, 40, 6], ops: ['Conv2D'] });
  });
});
