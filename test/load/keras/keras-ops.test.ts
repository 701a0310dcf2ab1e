import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers, type Edge, type Network } from '../../../src/network/network.ts';
import { visitPositionsRead } from '../../../src/network/positions-read.ts';
import {
  type Json,
  keras3,
  keras3Model,
  kerasTensor,
  last,
  loadOperation,
  ones,
  output,
  range,
  type Shape,
} from './helpers.ts';

const MAP: Shape = [6, 8, 4];
const x = kerasTensor('in0');

/** The rows (columns) of its only operand that each row (column) of the last layer reads. */
function readsOf(network: Network, direction: 'rows' | 'columns'): number[][] {
  const layer = last(network);
  const edge: Edge = layer.inputs[0]!;
  const side = direction === 'rows' ? 'height' : 'width';
  const size = network.layers[edge.from]!.shape[side];
  return Array.from({ length: layer.shape[side] }, (_, p) => {
    const read: number[] = [];
    visitPositionsRead(edge[direction], p, size, (q) => read.push(q));
    return read;
  });
}

describe('operations of keras.ops', () => {
  test.each<[string, Shape[], Json, unknown[] | undefined, number[]]>([
    // class, inputs, config, arguments, height, width and channels of the output
    ['Swapaxes', [MAP], { axis1: 1, axis2: -1 }, undefined, [6, 8, 4]],
    ['Moveaxis', [MAP], { source: 1, destination: -1 }, undefined, [6, 8, 4]],
    ['Transpose', [MAP], { axes: [0, 3, 1, 2] }, undefined, [6, 8, 4]],
    ['Reshape', [MAP], { newshape: [-1, 48, 4] }, undefined, [48, 1, 4]],
    ['ExpandDims', [MAP], { axis: -1 }, undefined, [6, 8, 4]],
    ['Squeeze', [[6, 1, 4]], { axis: 2 }, undefined, [6, 1, 4]],
    ['Stack', [MAP, MAP], { axis: 1 }, [[x, kerasTensor('in1')]], [6, 8, 8]],
    ['Concatenate', [MAP, MAP], { axis: 1 }, [[x, kerasTensor('in1')]], [12, 8, 4]],
    ['Hstack', [MAP, MAP], {}, [[x, kerasTensor('in1')]], [12, 8, 4]],
    ['Split', [MAP], { indices_or_sections: [2], axis: 2 }, undefined, [6, 6, 4]],
    ['Unstack', [MAP], { axis: 1 }, undefined, [1, 8, 4]],
    ['Repeat', [MAP], { repeats: 3, axis: 1 }, undefined, [18, 8, 4]],
    ['Tile', [MAP], { repeats: [1, 2, 1, 3] }, undefined, [12, 8, 12]],
    ['BroadcastTo', [[1, 8, 4]], { shape: [1, 6, 8, 4] }, undefined, [1, 8, 24]],
    ['Mean', [MAP], { axis: [1, 2], keepdims: false }, undefined, [1, 1, 4]],
    ['Max', [MAP], { axis: -1, keepdims: true }, undefined, [6, 8, 1]],
    ['Argmax', [MAP], { axis: 1 }, undefined, [1, 8, 4]],
    ['TopK', [MAP], { k: 2 }, undefined, [6, 8, 2]],
    ['Moments', [MAP], { axes: [1, 2] }, undefined, [1, 1, 4]],
    ['Cumsum', [MAP], { axis: 1 }, undefined, [6, 8, 4]],
    ['Diff', [MAP], { n: 1, axis: 1 }, undefined, [5, 8, 4]],
    ['Norm', [MAP], { axis: -1 }, undefined, [6, 8, 1]],
    ['Glu', [MAP], {}, undefined, [6, 8, 2]],
    ['OneHot', [[6]], { num_classes: 5 }, undefined, [1, 1, 30]],
    ['Take', [MAP], { axis: 1 }, [x, [0, 3, 3]], [3, 8, 4]],
    ['Take', [MAP], { axis: 2 }, [x, 2], [6, 1, 4]],
    [
      'Matmul',
      [
        [6, 4],
        [4, 7],
      ],
      {},
      undefined,
      [6, 1, 7],
    ],
    [
      'Einsum',
      [
        [6, 4],
        [4, 7],
      ],
      { subscripts: 'bij,bjk->bik' },
      undefined,
      [6, 1, 7],
    ],
    ['Where', [MAP], {}, [x, x, 0.5], [6, 8, 4]],
    ['Multiply', [[6, 1, 4]], {}, [x, ones(8, 1)], [6, 8, 4]],
    ['Add', [MAP], {}, [x, ones(4)], [6, 8, 4]],
    ['MaxPool', [MAP], { pool_size: 2 }, undefined, [3, 4, 4]],
    ['Resize', [MAP], { size: [12, 16], interpolation: 'nearest' }, undefined, [12, 16, 4]],
    ['DepthToSpace', [MAP], { block_size: 2 }, undefined, [12, 16, 1]],
    ['SpaceToDepth', [MAP], { block_size: 2 }, undefined, [3, 4, 16]],
    ['LogSoftmax', [MAP], { axis: -1 }, undefined, [6, 8, 4]],
  ])('%s of %j with %j', (className, shapes, config, args, expected) => {
    const network = loadOperation(shapes, className, config, args);
    expect(output(network)).toEqual(expected);
    expect(baseLayers(network)).toEqual([]);
    expect(network.warnings).toEqual([]);
  });

  test.each<[string, Json, unknown[], number[], number[]]>([
    // class, config, arguments, output, rows/columns/groups of the weights
    ['Matmul', {}, [x, ones(4, 5)], [6, 8, 5], [4, 5, 1]],
    ['Dot', {}, [x, ones(4, 5)], [6, 8, 5], [4, 5, 1]],
    ['Inner', {}, [x, ones(5, 4)], [6, 8, 5], [4, 5, 1]],
    ['Tensordot', { axes: 1 }, [x, ones(4, 5)], [6, 8, 5], [4, 5, 1]],
    [
      'Tensordot',
      {
        axes: [
          [2, 3],
          [0, 1],
        ],
      },
      [x, ones(8, 4, 5)],
      [6, 1, 5],
      [32, 5, 1],
    ],
    ['Einsum', { subscripts: 'bhwc,cd->bhwd' }, [x, ones(4, 5)], [6, 8, 5], [4, 5, 1]],
    ['Conv', { padding: 'same' }, [x, ones(3, 3, 4, 5)], [6, 8, 5], [36, 5, 1]],
    ['Conv', {}, [x, ones(3, 3, 2, 6)], [4, 6, 6], [18, 3, 2]],
    ['DepthwiseConv', {}, [x, ones(3, 3, 4, 2)], [4, 6, 8], [9, 2, 4]],
    ['ConvTranspose', { strides: 2, padding: 'same' }, [x, ones(3, 3, 5, 4)], [12, 16, 5], [36, 5, 1]],
  ])(
    '%s with a constant is a base layer: %j',
    (className, config, args, expected, [rows, columns, groups]) => {
      const network = loadOperation([MAP], className, config, args);
      expect(output(network)).toEqual(expected);
      expect(baseLayers(network).map(({ weights }) => weights)).toEqual([{ rows, columns, groups }]);
    },
  );

  test('a constant on the left of a product holds weights, too', () => {
    const network = loadOperation([[6, 4]], 'Matmul', {}, [ones(9, 6), x]);
    expect(baseLayers(network)[0]).toMatchObject({ weights: { rows: 6, columns: 9 }, shape: { height: 4 } });
  });

  test('dot_product_attention, where heads share keys and values', () => {
    const [key, value] = [kerasTensor('in1'), kerasTensor('in1')];
    const network = loadOperation(
      [
        [6, 4, 8],
        [7, 2, 8],
      ],
      'DotProductAttention',
      {},
      [x, key, value],
    );
    expect(output(network)).toEqual([6, 4, 8]);
    expect(network.layers.filter(({ op }) => op === 'MatMul')).toHaveLength(2);
  });
});

describe('what operations read', () => {
  test.each<[string, Json, unknown[] | undefined, number[][]]>([
    ['Flip', { axis: 1 }, undefined, [[5], [4], [3], [2], [1], [0]]],
    ['Roll', { shift: 2, axis: 1 }, undefined, [[4], [5], [0], [1], [2], [3]]],
    ['Roll', { shift: -1, axis: 1 }, undefined, [[1], [2], [3], [4], [5], [0]]],
    ['Tile', { repeats: [1, 2, 1, 1] }, undefined, [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5].map((q) => [q])],
    ['Repeat', { repeats: 2, axis: 1 }, undefined, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5].map((q) => [q])],
    ['Take', { axis: 1 }, [x, [5, 0, -2]], [[5], [0], [4]]],
    [
      'Pad',
      {
        pad_width: [
          [0, 0],
          [1, 2],
          [0, 0],
          [0, 0],
        ],
      },
      undefined,
      [[], [0], [1], [2], [3], [4], [5], [], []],
    ],
    [
      'Pad',
      {
        pad_width: [
          [0, 0],
          [2, 1],
          [0, 0],
          [0, 0],
        ],
        mode: 'reflect',
      },
      undefined,
      [[2], [1], [0], [1], [2], [3], [4], [5], [4]],
    ],
    ['GetItem', {}, [x, [range(null, null), range(1, 5, 2)]], [[1], [3]]],
    ['GetItem', {}, [x, [range(null, null), range(null, null, -2)]], [[5], [3], [1]]],
    ['GetItem', {}, [x, [range(null, null), range(-2, null)]], [[4], [5]]],
    ['GetItem', {}, [x, [range(null, null), 3]], [[3]]],
    [
      'AdaptiveAveragePool',
      { output_size: [4, 2] },
      undefined,
      [
        [0, 1],
        [1, 2],
        [3, 4],
        [4, 5],
      ],
    ],
    [
      'AdaptiveMaxPool',
      { output_size: [3, 2] },
      undefined,
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
  ])('%s %j %j', (className, config, args, expected) => {
    expect(readsOf(loadOperation([MAP], className, config, args), 'rows')).toEqual(expected);
  });

  test('x[:, 0], x[..., None, 1:] and the like give the axes of numpy', () => {
    const all = range(null, null);
    const item = (...key: unknown[]) => output(loadOperation([MAP], 'GetItem', {}, [x, key]));
    expect(item(all, 0)).toEqual([1, 8, 4]);
    expect(item(all, all, 7)).toEqual([6, 1, 4]);
    expect(item({ class_name: '__ellipsis__', config: {} }, null, range(1, null))).toEqual([6, 8, 3]);
    expect(item(all, all, all, -1)).toEqual([6, 8, 1]);
  });

  test('SlicingOpLambda of TensorFlow is the same', () => {
    const spec = [{ start: null, stop: null, step: null }, 0];
    const model = {
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          {
            name: 'in',
            class_name: 'InputLayer',
            config: { batch_input_shape: [null, 5, 4] },
            inbound_nodes: [],
          },
          {
            name: 'first',
            class_name: 'SlicingOpLambda',
            config: { function: '__operators__.getitem' },
            inbound_nodes: [['in', 0, 0, { slice_spec: spec }]],
          },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['first', 0, 0]],
      },
    };
    expect(output(loadKeras(JSON.stringify(model), 'test'))).toEqual([1, 1, 4]);
  });

  test.each<[string, Json, unknown[], string]>([
    ['GetItem', {}, [x, [0]], 'axis 0 is the batch'],
    ['GetItem', {}, [x, [range(null, null), 9]], 'index 9 does not exist along axis 1 of 6'],
    ['GetItem', {}, [x, [0, 0, 0, 0, 0]], 'too many'],
    ['GetItem', {}, [x, [range(null, null), range(0, 2, 0)]], 'must not be 0'],
    ['Take', { axis: 1 }, [x, [6]], 'does not exist'],
    ['Roll', { shift: 1 }, [x], 'an axis has to be given'],
    ['Concatenate', { axis: 0 }, [[x, x]], 'axis 0 is the batch'],
    ['Stack', { axis: 0 }, [[x, x]], 'axis 0 is the batch'],
    ['Split', { indices_or_sections: 5, axis: 1 }, [x], 'cannot be split into 5 parts'],
    ['Tile', { repeats: [1, 2_000_000, 1, 1] }, [x], 'cannot be listed'],
    ['Conv', {}, [x, x], 'its kernel is computed'],
  ])('%s %j %j is refused', (className, config, args, message) => {
    expect(() => loadOperation([MAP], className, config, args)).toThrowError(message);
  });
});

describe('shapes that a file states', () => {
  const relu = (shape: Shape) => keras3('relu', 'ReLU', {}, [kerasTensor('conv', shape)]);
  const conv = keras3('conv', 'Conv2D', { filters: 5, kernel_size: 3 }, [kerasTensor('in0', [8, 8, 4])]);

  test('are compared, and one that differs is told', () => {
    const fits = loadKeras(keras3Model([[8, 8, 4]], conv, relu([6, null, 5])), 'test');
    expect(fits.warnings).toEqual([]);
    const differs = loadKeras(keras3Model([[8, 8, 4]], conv, relu([8, 8, 5])), 'test');
    expect(differs.warnings).toEqual([
      expect.stringContaining('says that conv has the shape [?, 8, 8, 5], but its layers give [1, 6, 6, 5]'),
    ]);
  });

  test('are compared with what a layer was built for', () => {
    const built = { ...conv, build_config: { input_shape: [null, 9, 9, 4] } };
    const { warnings } = loadKeras(keras3Model([[8, 8, 4]], built), 'test');
    expect(warnings).toEqual([expect.stringContaining('the input of conv has the shape [?, 9, 9, 4]')]);
  });

  test('show that a guess is wrong', () => {
    const warp = keras3('warp', 'Warp', {}, [kerasTensor('in0', [8, 8, 4])], 'mine');
    const reader = (shape: Shape) => keras3('relu', 'ReLU', {}, [kerasTensor('warp', shape)]);
    const guess = (shape: Shape) =>
      loadKeras(keras3Model([[8, 8, 4]], warp, reader(shape)), 'test', { allowUnknown: true });
    expect(guess([8, 8, 4]).warnings).toHaveLength(1);
    expect(() => guess([4, 4, 4])).toThrowError(
      'layer warp (Warp): it cannot work position by position: warp would have the shape [1, 8, 8, 4]',
    );
  });
});
