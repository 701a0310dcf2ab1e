import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import { baseLayers, mvms } from '../../../src/network/network.ts';
import { from, type Json, last, load, loadFunctional, ops, output, type Shape } from './helpers.ts';

const MOBILENET = new URL('../../../../shared/models/keras/mobilenet_v1.json', import.meta.url);

describe.skipIf(!existsSync(MOBILENET))('mobilenet_v1.json (skipped without ../shared/models)', () => {
  test('has 28 base layers and the MVMs counted by hand', () => {
    const network = loadKeras(readFileSync(MOBILENET, 'utf8'), 'mobilenet_v1');
    const layers = baseLayers(network);
    expect(layers).toHaveLength(28);
    expect(layers.filter(({ weights }) => weights.groups > 1)).toHaveLength(13);
    // conv1 and one pair at 112², two pairs at 56², two at 28², six at 14², two at 7², the classifier at 1.
    const expected = 112 ** 2 * 3 + 56 ** 2 * 4 + 28 ** 2 * 4 + 14 ** 2 * 12 + 7 ** 2 * 4 + 1;
    expect(expected).toBe(55861);
    expect(layers.reduce((sum, layer) => sum + mvms(layer), 0)).toBe(expected);
    expect(layers.at(-1)).toMatchObject({
      name: 'conv_preds',
      weights: { rows: 1024, columns: 1000, groups: 1 },
    });
    expect(network.warnings).toEqual([]);
    expect(network.layers.filter(({ op }) => op === 'BatchNormalization')).toHaveLength(0);
  });
});

describe('layers', () => {
  test.each<[string, Shape, Json, number[], number[]]>([
    // class, input, config, output, rows/columns/groups of the weights
    ['Conv2D', [9, 9, 4], { filters: 8, kernel_size: [3, 3] }, [7, 7, 8], [36, 8, 1]],
    ['Conv2D', [9, 9, 4], { filters: 8, kernel_size: 3, strides: 2, padding: 'same' }, [5, 5, 8], [36, 8, 1]],
    ['Conv2D', [9, 9, 4], { filters: 8, kernel_size: 3, dilation_rate: [2, 1] }, [5, 7, 8], [36, 8, 1]],
    ['Conv2D', [9, 9, 4], { filters: 8, kernel_size: 3, groups: 2 }, [7, 7, 8], [18, 4, 2]],
    [
      'Conv2D',
      [4, 9, 7],
      { filters: 8, kernel_size: 3, data_format: 'channels_first' },
      [7, 5, 8],
      [36, 8, 1],
    ],
    ['DepthwiseConv2D', [9, 9, 4], { kernel_size: 3, depth_multiplier: 2 }, [7, 7, 8], [9, 2, 4]],
    [
      'Conv2DTranspose',
      [4, 4, 3],
      { filters: 2, kernel_size: 3, strides: 2, padding: 'same' },
      [8, 8, 2],
      [27, 2, 1],
    ],
    ['Conv2DTranspose', [4, 4, 3], { filters: 2, kernel_size: 3, strides: 2 }, [9, 9, 2], [27, 2, 1]],
    [
      'Conv2DTranspose',
      [4, 4, 3],
      { filters: 2, kernel_size: 3, strides: 2, padding: 'same', output_padding: 0 },
      [7, 7, 2],
      [27, 2, 1],
    ],
    [
      'Conv1D',
      [16, 4],
      { filters: 8, kernel_size: [3], padding: 'causal', dilation_rate: 2 },
      [1, 16, 8],
      [12, 8, 1],
    ],
    ['Conv1DTranspose', [16, 4], { filters: 8, kernel_size: 4, strides: 4 }, [1, 64, 8], [16, 8, 1]],
    ['DepthwiseConv1D', [16, 4], { kernel_size: 3 }, [1, 14, 4], [3, 1, 4]],
    ['Dense', [10], { units: 5 }, [1, 1, 5], [10, 5, 1]],
    ['Dense', [7, 6, 10], { units: 5 }, [7, 6, 5], [10, 5, 1]],
    ['Dense', [20, 10], { units: 5 }, [20, 1, 5], [10, 5, 1]],
  ])('%s %j %j', (className, shape, config, expected, [rows, columns, groups]) => {
    const network = load(shape, [className, config]);
    expect(output(network)).toEqual(expected);
    expect(baseLayers(network)[0]!.weights).toEqual({ rows, columns, groups });
    expect(last(network).op).toBe('BiasAdd');
  });

  test('SeparableConv2D is two base layers', () => {
    const network = load(
      [9, 9, 4],
      ['SeparableConv2D', { filters: 8, kernel_size: 3, strides: 2, activation: 'relu' }],
    );
    expect(
      baseLayers(network).map(({ name, weights }) => [name, weights.rows, weights.columns, weights.groups]),
    ).toEqual([
      ['l1/depthwise', 9, 1, 4],
      ['l1/pointwise', 4, 8, 1],
    ]);
    expect(output(network)).toEqual([4, 4, 8]);
    expect(last(network)).toMatchObject({ name: 'l1/relu', op: 'Relu' });
  });

  test.each<[string, Shape, Json, number[], string | undefined]>([
    ['MaxPooling2D', [9, 9, 4], {}, [4, 4, 4], 'MaxPool'],
    ['MaxPooling2D', [9, 9, 4], { pool_size: 3, strides: 2, padding: 'same' }, [5, 5, 4], 'MaxPool'],
    ['AveragePooling1D', [9, 4], { pool_size: [3], strides: null }, [1, 3, 4], 'AveragePool'],
    ['GlobalAveragePooling2D', [9, 9, 4], { keepdims: true }, [1, 1, 4], 'GlobalAveragePool'],
    ['GlobalMaxPooling1D', [9, 4], {}, [1, 1, 4], 'GlobalMaxPool'],
    [
      'ZeroPadding2D',
      [9, 9, 4],
      {
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      [12, 16, 4],
      'Pad',
    ],
    ['ZeroPadding2D', [9, 9, 4], { padding: 2 }, [13, 13, 4], 'Pad'],
    ['ZeroPadding1D', [9, 4], { padding: [1, 2] }, [12, 1, 4], 'Pad'],
    [
      'Cropping2D',
      [9, 9, 4],
      {
        cropping: [
          [1, 2],
          [3, 4],
        ],
      },
      [6, 2, 4],
      'Crop',
    ],
    ['Cropping1D', [9, 4], { cropping: 1 }, [7, 1, 4], 'Crop'],
    ['UpSampling2D', [9, 9, 4], { size: [2, 3], interpolation: 'bilinear' }, [18, 27, 4], 'Resize'],
    ['UpSampling1D', [9, 4], { size: 2 }, [18, 1, 4], 'Resize'],
    ['Resizing', [9, 9, 4], { height: 4, width: 5 }, [4, 5, 4], 'Resize'],
    ['CenterCrop', [9, 9, 4], { height: 4, width: 5 }, [4, 5, 4], 'Crop'],
    ['Flatten', [9, 9, 4], {}, [1, 1, 324], 'Reshape'],
    ['Reshape', [10], { target_shape: [5, -1] }, [1, 1, 10], 'Input'],
    ['Reshape', [4, 4, 3], { target_shape: [16, 3] }, [16, 1, 3], 'Reshape'],
    ['Permute', [4, 6, 3], { dims: [2, 1, 3] }, [4, 6, 3], 'Input'],
    ['RepeatVector', [10], { n: 7 }, [7, 1, 10], 'Expand'],
    ['Embedding', [12], { input_dim: 1000, output_dim: 16 }, [12, 1, 16], 'Embedding'],
    ['LayerNormalization', [12, 8], { axis: [-1] }, [12, 1, 8], 'LayerNormalization'],
    ['GroupNormalization', [9, 9, 4], { groups: 2 }, [9, 9, 4], 'GroupNormalization'],
    ['Rescaling', [9, 9, 4], { scale: 2 }, [9, 9, 4], 'Rescaling'],
    ['PReLU', [9, 9, 4], {}, [9, 9, 4], 'PRelu'],
    ['Activation', [9, 9, 4], { activation: 'hard_swish' }, [9, 9, 4], 'HardSwish'],
    [
      'Activation',
      [9, 9, 4],
      { activation: { class_name: 'LeakyReLU', config: {} } },
      [9, 9, 4],
      'LeakyRelu',
    ],
    [
      'Activation',
      [9, 9, 4],
      { activation: { module: 'builtins', class_name: 'function', config: 'relu6' } },
      [9, 9, 4],
      'Relu6',
    ],
    ['Softmax', [9, 9, 4], { axis: -1 }, [9, 9, 4], 'Softmax'],
    ['Dropout', [9, 9, 4], { rate: 0.5 }, [9, 9, 4], 'Input'],
  ])('%s %j %j', (className, shape, config, expected, op) => {
    const network = load(shape, [className, config]);
    expect(output(network)).toEqual(expected);
    expect(last(network).op).toBe(op);
    expect(baseLayers(network)).toEqual([]);
  });

  test('a softmax over channels reads the same position, one over positions everything', () => {
    expect(last(load([9, 9, 4], ['Softmax', { axis: -1 }])).inputs[0]!.rows.kind).toBe('same');
    expect(last(load([9, 9, 4], ['Softmax', { axis: 1 }])).inputs[0]!.rows.kind).toBe('all');
  });

  test('both directions are padded by one layer, at the right end', () => {
    const layer = last(
      load(
        [9, 9, 4],
        [
          'ZeroPadding2D',
          {
            padding: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
      ),
    );
    expect(layer.inputs[0]).toMatchObject({ rows: { padding: 1 }, columns: { padding: 3 } });
  });

  test('a chain of Conv1D and pooling stays local', () => {
    const network = load(
      [16, 4],
      ['Conv1D', { filters: 8, kernel_size: 3 }],
      ['MaxPooling1D'],
      ['Dense', { units: 3 }],
    );
    expect(ops(network)).toEqual(['Input', 'Conv2D', 'BiasAdd', 'MaxPool', 'Dense', 'BiasAdd']);
    expect(output(network)).toEqual([1, 7, 3]);
  });
});

describe('attention', () => {
  const sequence: [string, Json, unknown[]] = ['InputLayer', { batch_input_shape: [null, 10, 16] }, []];
  const config = { num_heads: 4, key_dim: 8, value_dim: null, use_bias: true };

  test('MultiHeadAttention of Keras 2: four Dense, two MatMuls, a softmax; its rows stay rows', () => {
    const network = loadFunctional({
      in: sequence,
      mha: ['MultiHeadAttention', config, [[from('in', { value: ['in', 0, 0] })]]],
      add: ['Add', {}, [[from('in'), from('mha')]]],
    });
    expect(
      baseLayers(network).map(({ name, weights, shape }) => [
        name,
        weights.rows,
        weights.columns,
        shape.height,
      ]),
    ).toEqual([
      ['mha/query', 16, 32, 10],
      ['mha/key', 16, 32, 10],
      ['mha/value', 16, 32, 10],
      ['mha/attention_output', 32, 16, 10],
    ]);
    expect(ops(network).filter((op) => op === 'MatMul' || op === 'Softmax' || op === 'Reshape')).toEqual([
      'MatMul',
      'Softmax',
      'MatMul',
    ]);
    const scores = network.layers.find(({ name }) => name === 'mha/scores')!;
    expect(scores.inputs.map(({ rows }) => rows.kind)).toEqual(['same', 'all']);
  });

  test('Attention', () => {
    const network = loadFunctional({ in: sequence, a: ['Attention', {}, [[from('in'), from('in')]]] });
    expect(output(network)).toEqual([10, 1, 16]);
  });
});
