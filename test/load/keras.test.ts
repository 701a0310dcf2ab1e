import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { loadKeras } from '../../src/load/keras/index.ts';
import type { LoadOptions } from '../../src/load/options.ts';
import { baseLayers, type Layer, mvms, type Network } from '../../src/network/network.ts';

const MOBILENET = new URL('../../../shared/models/keras/mobilenet_v1.json', import.meta.url);

type Json = Record<string, unknown>;
type Model = { class_name: string; config: Json };
type Shape = (number | null)[];

/** A Sequential model whose first layer is an input of this shape (without the batch). */
function sequential(shape: Shape, ...layers: [className: string, config?: Json][]): string {
  const all: [string, Json?][] = [['InputLayer', { batch_input_shape: [null, ...shape] }], ...layers];
  return JSON.stringify({
    class_name: 'Sequential',
    config: {
      name: 'sequential',
      layers: all.map(([class_name, config], index) => ({
        class_name,
        config: { name: class_name === 'InputLayer' ? 'in' : `l${index}`, ...config },
      })),
    },
  });
}

function load(shape: Shape, ...layers: [className: string, config?: Json][]): Network {
  return loadKeras(sequential(shape, ...layers), 'test');
}

function last(network: Network): Layer {
  return network.layers.at(-1)!;
}

/** Height, width and channels of the last layer. */
function output(network: Network): number[] {
  const { height, width, channels } = last(network).shape;
  return [height, width, channels];
}

function ops(network: Network): string[] {
  return network.layers.map((layer) => layer.op);
}

/** A Functional model of Keras 2 from `name: [class, config, inbound nodes]`. */
function functional(layers: Record<string, [string, Json, unknown[]]>, outputs: unknown[] = []): Model {
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: Object.entries(layers).map(([name, [class_name, config, inbound_nodes]]) => ({
        name,
        class_name,
        config: { name, ...config },
        inbound_nodes,
      })),
      input_layers: [['in', 0, 0]],
      output_layers: outputs,
    },
  };
}

function loadFunctional(layers: Record<string, [string, Json, unknown[]]>, options?: LoadOptions): Network {
  return loadKeras(JSON.stringify(functional(layers)), 'test', options);
}

const IMAGE: [string, Json, unknown[]] = ['InputLayer', { batch_input_shape: [null, 8, 8, 4] }, []];
const from = (name: string, kwargs: Json = {}) => [name, 0, 0, kwargs];

describe.skipIf(!existsSync(MOBILENET))('mobilenet_v1.json (skipped without ../shared/models)', () => {
  it('has 28 base layers and the MVMs counted by hand', () => {
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
  it.each<[string, Shape, Json, number[], number[]]>([
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

  it('SeparableConv2D is two base layers', () => {
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

  it.each<[string, Shape, Json, number[], string | undefined]>([
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

  it('a softmax over channels reads the same position, one over positions everything', () => {
    expect(last(load([9, 9, 4], ['Softmax', { axis: -1 }])).inputs[0]!.rows.kind).toBe('same');
    expect(last(load([9, 9, 4], ['Softmax', { axis: 1 }])).inputs[0]!.rows.kind).toBe('all');
  });

  it('both directions are padded by one layer, at the right end', () => {
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

  it('a chain of Conv1D and pooling stays local', () => {
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

describe('merging and graphs', () => {
  it('residual, squeeze and excitation, concat, dot', () => {
    const network = loadFunctional({
      in: IMAGE,
      conv: ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }, [[from('in')]]],
      add: ['Add', {}, [[from('in'), from('conv')]]],
      pool: ['GlobalAveragePooling2D', {}, [[from('add')]]],
      gate: ['Dense', { units: 4, activation: 'sigmoid' }, [[from('pool')]]],
      shape: ['Reshape', { target_shape: [1, 1, 4] }, [[from('gate')]]],
      scale: ['Multiply', {}, [[from('add'), from('shape')]]],
      join: ['Concatenate', { axis: -1 }, [[from('scale'), from('conv')]]],
      side: ['Concatenate', { axis: 1 }, [[from('scale'), from('conv')]]],
    });
    const shapeOf = (name: string) => network.layers.find((layer) => layer.name === name)!.shape;
    expect(shapeOf('scale')).toEqual({ height: 8, width: 8, channels: 4 });
    expect(shapeOf('join')).toEqual({ height: 8, width: 8, channels: 8 });
    expect(shapeOf('side')).toEqual({ height: 16, width: 8, channels: 4 });
  });

  it('Dot is a MatMul of activations', () => {
    const network = loadFunctional({
      in: ['InputLayer', { batch_input_shape: [null, 6, 4] }, []],
      other: ['InputLayer', { batch_input_shape: [null, 9, 4] }, []],
      dot: ['Dot', { axes: [2, 2], normalize: false }, [[from('in'), from('other')]]],
    });
    expect(last(network)).toMatchObject({ op: 'MatMul', shape: { height: 6, width: 1, channels: 9 } });
  });

  it('layers in any order are brought into a topological one', () => {
    const network = loadFunctional({
      b: ['ReLU', {}, [[from('a')]]],
      a: ['ReLU', {}, [[from('in')]]],
      in: IMAGE,
    });
    expect(network.layers.map(({ name }) => name)).toEqual(['in', 'a', 'b']);
  });

  it('a chain of many layers, written backwards', () => {
    const layers: Record<string, [string, Json, unknown[]]> = {};
    for (let i = 20_000; i > 0; i--) layers[`r${i}`] = ['ReLU', {}, [[from(i === 1 ? 'in' : `r${i - 1}`)]]];
    const network = loadFunctional({ ...layers, in: IMAGE });
    expect(network.layers).toHaveLength(20_001);
    expect(last(network).name).toBe('r20000');
  });

  it('a shared layer is one layer per application, with a warning', () => {
    const network = loadFunctional({
      in: IMAGE,
      conv: ['Conv2D', { filters: 4, kernel_size: 1 }, [[from('in')], [['conv', 0, 0, {}]]]],
      add: ['Add', {}, [[from('conv'), ['conv', 1, 0, {}]]]],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['conv', 'conv_1']);
    expect(network.warnings).toEqual([expect.stringContaining('conv (Conv2D) is applied 2 times')]);
  });

  it.each([0, 1])('models in models are inlined, their applications counted from %i', (first) => {
    const inner = functional(
      { in: IMAGE, conv: ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same' }, [[from('in')]]] },
      [['conv', 0, 0]],
    );
    const network = loadFunctional({
      in: IMAGE,
      block: ['Functional', inner.config, [[from('in')], [['block', first, 0, {}]]]],
      head: ['Conv2D', { filters: 2, kernel_size: 1 }, [[['block', first + 1, 0, {}]]]],
    });
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['block/conv', 'block/conv_1', 'head']);
  });

  it('a Sequential model in a Sequential model, without input layers', () => {
    const network = loadKeras(
      JSON.stringify({
        class_name: 'Sequential',
        config: [
          {
            class_name: 'Sequential',
            config: {
              name: 'features',
              layers: [
                {
                  class_name: 'Conv2D',
                  config: {
                    name: 'conv',
                    batch_input_shape: [null, 8, 8, 3],
                    filters: 4,
                    kernel_size: [3, 3],
                  },
                },
              ],
            },
          },
          { class_name: 'Flatten', config: { name: 'flatten' } },
          { class_name: 'Dense', config: { name: 'dense', units: 10, activation: 'softmax' } },
        ],
      }),
      'test',
    );
    expect(baseLayers(network).map(({ name }) => name)).toEqual(['features/conv', 'dense']);
    expect(network.layers[0]!.name).toBe('features_input');
  });
});

describe('attention', () => {
  const sequence: [string, Json, unknown[]] = ['InputLayer', { batch_input_shape: [null, 10, 16] }, []];
  const config = { num_heads: 4, key_dim: 8, value_dim: null, use_bias: true };

  it('MultiHeadAttention of Keras 2: four Dense, two MatMuls, a softmax; its rows stay rows', () => {
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

  it('Attention', () => {
    const network = loadFunctional({ in: sequence, a: ['Attention', {}, [[from('in'), from('in')]]] });
    expect(output(network)).toEqual([10, 1, 16]);
  });
});

describe('Keras 3', () => {
  const tensor = (layer: string, node = 0, index = 0) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 8, 8, 4], dtype: 'float32', keras_history: [layer, node, index] },
  });
  const layer = (
    name: string,
    class_name: string,
    config: Json,
    args: unknown[],
    module = 'keras.layers',
  ) => ({
    module,
    class_name,
    config: { name, ...config },
    registered_name: null,
    name,
    inbound_nodes: args.length === 0 ? [] : [{ args, kwargs: {} }],
  });
  const OPS = 'keras.src.ops.numpy';

  it('references by keras_history, operations, batch_shape', () => {
    const network = loadKeras(
      JSON.stringify({
        module: 'keras.src.models.functional',
        class_name: 'Functional',
        config: {
          name: 'functional',
          layers: [
            layer('in', 'InputLayer', { batch_shape: [null, 8, 8, 4] }, []),
            layer('conv', 'Conv2D', { filters: 4, kernel_size: [1, 1] }, [tensor('in')]),
            layer('add', 'Add', {}, [[tensor('in'), tensor('conv')]]),
            layer('times', 'Multiply', {}, [tensor('add'), 2], OPS),
            layer('silu', 'Silu', {}, [tensor('times')], 'keras.src.ops.nn'),
            layer('mean', 'Mean', { axis: [1, 2], keepdims: false }, [tensor('silu')], OPS),
            layer('reshape', 'Reshape', { newshape: [-1, 2, 2] }, [tensor('mean')], OPS),
            layer('parts', 'Split', { indices_or_sections: 2, axis: -1 }, [tensor('silu')], OPS),
            layer('max', 'Maximum', {}, [tensor('parts', 0, 0), tensor('parts', 0, 1)], OPS),
          ],
          input_layers: ['in', 0, 0],
          output_layers: ['max', 0, 0],
        },
      }),
      'test',
    );
    expect(ops(network)).toEqual([
      'Input',
      'Conv2D',
      'BiasAdd',
      'Add',
      'Mul',
      'Swish',
      'ReduceMean',
      'Split',
      'Split',
      'Max',
    ]);
    expect(output(network)).toEqual([8, 8, 2]);
  });
});

describe('TensorFlow operations and TF.js', () => {
  it('TFOpLambda with keyword and constant arguments', () => {
    const op = (name: string) => ({ function: name });
    const network = loadFunctional({
      in: IMAGE,
      add: ['TFOpLambda', op('__operators__.add'), [from('in', { y: 2.0, name: null })]],
      both: ['TFOpLambda', op('math.multiply'), [from('in', { y: ['add', 0, 0] })]],
      flipped: ['TFOpLambda', op('math.subtract'), [['_CONSTANT_VALUE', -1, 1.0, { y: ['both', 0, 0] }]]],
      join: ['TFOpLambda', op('concat'), [[from('flipped', { axis: -1 }), from('in', { axis: -1 })]]],
      mean: ['TFOpLambda', op('math.reduce_mean'), [from('join', { axis: [1, 2], keepdims: true })]],
      turned: ['TFOpLambda', op('compat.v1.transpose'), [from('mean', { perm: [0, 3, 1, 2] })]],
      small: ['TFOpLambda', op('image.resize'), [from('join', { size: [4, 4], method: 'nearest' })]],
    });
    expect(ops(network)).toEqual(['Input', 'Add', 'Mul', 'Sub', 'Concat', 'ReduceMean', 'Resize']);
    expect(output(network)).toEqual([4, 4, 8]);
  });

  it('model.json of a layers model, and a document within a string', () => {
    const model: unknown = JSON.parse(sequential([8, 8, 3], ['Conv2D', { filters: 2, kernel_size: 3 }]));
    for (const document of [
      {
        format: 'layers-model',
        modelTopology: { keras_version: '2.4', model_config: model },
        weightsManifest: [],
      },
      { modelTopology: model },
      JSON.stringify(model),
    ]) {
      expect(baseLayers(loadKeras(JSON.stringify(document), 'x'))).toHaveLength(1);
    }
  });

  it('a graph model is refused', () => {
    const text = JSON.stringify({ format: 'graph-model', modelTopology: { node: [] } });
    expect(() => loadKeras(text, 'x')).toThrowError('convert the original to ONNX');
  });
});

describe('open dimensions', () => {
  const text = sequential([null, null, 3], ['Conv2D', { filters: 2, kernel_size: 3 }]);

  it('are listed, and given as INPUT:AXIS', () => {
    expect(() => loadKeras(text, 'x')).toThrowError(
      '(in:1, in:2); give them with --dim in:1=224 --dim in:2=224',
    );
    const network = loadKeras(text, 'x', { dims: { 'in:1': 10, 'in:2': 12 } });
    expect(output(network)).toEqual([8, 10, 2]);
  });

  it.each<[Record<string, number>, string]>([
    [{ 'in:1': 10, 'in:2': 12, 'x:1': 3 }, "dimension x:1: the model's inputs have in:0, in:1"],
    [{ 'in:1': 10, 'in:2': 12, 'in:3': 4 }, 'the file fixes it to 3'],
    [{ 'in:1': 0 }, 'must be a positive integer'],
  ])('%j', (dims, message) => {
    expect(() => loadKeras(text, 'x', { dims })).toThrowError(message);
  });
});

describe('errors name the layer and the field', () => {
  const conv = { filters: 8, kernel_size: 3 };
  it.each<[Shape, [string, Json?][], string]>([
    [
      [8, 8, 3],
      [['Conv2D', { ...conv, filters: -1 }]],
      'layer l1 (Conv2D): filters is -1, but must be a positive integer',
    ],
    [[8, 8, 3], [['Conv2D', { kernel_size: 3 }]], 'layer l1 (Conv2D): filters is missing'],
    [[8, 8, 3], [['Conv2D', { ...conv, kernel_size: [3, 3, 3] }]], 'kernel_size'],
    [[8, 8, 3], [['Conv2D', { ...conv, strides: 0 }]], 'strides'],
    [[8, 8, 3], [['Conv2D', { ...conv, padding: 'full' }]], 'padding is "full"'],
    [[8, 8, 3], [['Conv2D', { ...conv, kernel_size: 9 }]], 'layer l1 (Conv2D)'],
    [[8, 8, 3], [['Conv2D', { ...conv, groups: 2 }]], 'cannot be split into 2 groups'],
    [[8, 8, 3], [['Conv2D', { ...conv, activation: 'warp' }]], '--allow-unknown'],
    [[10], [['Conv2D', conv]], 'needs an input of 4 dimensions, but gets [1, 10]'],
    [[8, 8, 3], [['LSTM', { units: 3 }]], 'layer l1 (LSTM): recurrent'],
    [[8, 8, 3], [['Conv3D', conv]], 'layer l1 (Conv3D): layers of three'],
    [[8, 8, 3], [['Warp']], 'layer l1 (Warp): the layer class Warp is unknown; --allow-unknown'],
    [[8, 8, 3], [['constructor']], 'is unknown'],
    [[8, 8, 3], [['Reshape', { target_shape: [-1, -1] }]], 'cannot be reshaped'],
    [[8, 8, 3], [['Reshape', { target_shape: [5, 5] }]], 'has 192 values'],
    [[8, 8, 3], [['Permute', { dims: [1, 1, 2] }]], 'does not name each'],
    [[8, 8, 3], [['Cropping2D', { cropping: 4 }]], 'must be at least 1'],
    [[8, 8, 3], [['LayerNormalization', { axis: 7 }]], 'axis 7 does not exist'],
    [[8, -8, 3], [], 'batch_input_shape.2 is -8'],
    [[1e6, 1e6, 3], [], 'is too large'],
  ])('%j %j', (shape, layers, message) => {
    expect(() => load(shape, ...layers)).toThrowError(ClsaCimError);
    expect(() => load(shape, ...layers)).toThrowError(message);
  });

  it.each<[Record<string, [string, Json, unknown[]]>, string]>([
    [{ in: IMAGE, a: ['ReLU', {}, [[from('b')]]] }, 'layer a reads from b, which the model does not have'],
    [{ in: IMAGE, a: ['ReLU', {}, [[['in', 1, 0, {}]]]] }, 'layer a reads from application 1 of in'],
    [{ in: IMAGE, a: ['ReLU', {}, [[['in', 0, 1, {}]]]] }, 'layer a reads output 1 of in'],
    [{ in: IMAGE, a: ['ReLU', {}, [[from('a')]]] }, 'layer a reads from itself'],
    [
      { in: IMAGE, a: ['ReLU', {}, [[from('b')]]], b: ['ReLU', {}, [[from('a')]]] },
      'a cycle cannot be scheduled',
    ],
    [{ in: IMAGE, a: ['ReLU', {}, [[]]] }, 'layer a (ReLU): it reads from no other layer'],
    [{ in: IMAGE, a: ['ReLU', {}, [7]] }, 'inbound_nodes is not a list'],
    [
      { in: IMAGE, a: ['Add', {}, [[from('in'), from('b')]]], b: ['MaxPooling2D', {}, [[from('in')]]] },
      'layer a (Add): the shapes',
    ],
    [
      {
        in: IMAGE,
        a: ['TFOpLambda', { function: 'reshape' }, [from('in', { shape: [-1, ['in', 0, 0]] })]],
      },
      'its shape is computed from tensors',
    ],
    [{ in: ['InputLayer', {}, []] }, 'layer in (InputLayer): the file does not say the shape'],
    [{ in: IMAGE, a: ['Dot', { axes: 1 }, [[from('in'), from('in')]]] }, 'needs two tensors'],
  ])('%j', (layers, message) => {
    expect(() => loadFunctional(layers)).toThrowError(ClsaCimError);
    expect(() => loadFunctional(layers)).toThrowError(message);
  });

  it.each([
    ['', 'no valid JSON'],
    ['{"class_name": "Sequential", "con', 'is the file cut short?'],
    ['{}', 'this JSON is no network'],
    ['null', 'this JSON is no network'],
    ['[1]', 'this JSON is no network'],
    ['{"class_name": "MyModel", "config": {}}', 'class_name MyModel'],
    ['{"class_name": "Sequential", "config": {"layers": []}}', 'no layers'],
    ['{"class_name": "Sequential", "config": {"layers": [7]}}', 'layers.0'],
    ['{"class_name": "Sequential", "config": {"layers": [{"class_name": "ReLU"}]}}', 'name is missing'],
    [JSON.stringify(functional({ in: IMAGE })).replace('"in"', '"a\\nb"'), 'must be a name'],
  ])('%j', (text, message) => {
    expect(() => loadKeras(text, 'x')).toThrowError(ClsaCimError);
    expect(() => loadKeras(text, 'x')).toThrowError(message);
  });

  it('two layers of one name', () => {
    const text = JSON.stringify(functional({ in: IMAGE, on: IMAGE })).replaceAll('"on"', '"in"');
    expect(() => loadKeras(text, 'x')).toThrowError('two layers are called in');
  });

  it('an unknown class passes with --allow-unknown and a warning', () => {
    const network = loadKeras(sequential([8, 8, 3], ['Warp']), 'x', { allowUnknown: true });
    expect(last(network)).toMatchObject({ op: 'Warp', shape: { channels: 3 } });
    expect(network.warnings).toHaveLength(1);
  });

  it('models that multiply by being nested, or that are nested too deep', () => {
    const nest = (times: number, depth: number): Model => {
      let model = functional({ in: IMAGE, out: ['ReLU', {}, [[from('in')]]] }, [['out', 0, 0]]);
      for (let i = 0; i < depth; i++) {
        const chain = Array.from({ length: times }, (_, k) => [
          k === 0 ? from('in') : ['block', k - 1, 0, {}],
        ]);
        model = functional({ in: IMAGE, block: ['Model', model.config, chain] }, [['block', times - 1, 0]]);
      }
      return model;
    };
    expect(() => loadKeras(JSON.stringify(nest(40, 4)), 'x')).toThrowError('more than 500000 layers');
    expect(() => loadKeras(JSON.stringify(nest(1, 40)), 'x')).toThrowError('nested too deep');
  });

  it('nothing but ClsaCimError for a damaged file', () => {
    const text = JSON.stringify(
      functional({
        in: IMAGE,
        conv: [
          'Conv2D',
          { filters: 4, kernel_size: [3, 3], padding: 'same', activation: 'relu' },
          [[from('in')]],
        ],
        up: ['UpSampling2D', { size: [2, 2] }, [[from('conv')]]],
        pad: [
          'ZeroPadding2D',
          {
            padding: [
              [1, 1],
              [1, 1],
            ],
          },
          [[from('up')]],
        ],
        join: ['Concatenate', { axis: 3 }, [[from('up'), from('up')]]],
        op: ['TFOpLambda', { function: 'split' }, [from('join', { num_or_size_splits: 2, axis: -1 })]],
        flat: ['Reshape', { target_shape: [-1, 2] }, [[['op', 0, 1, {}]]]],
        dense: ['Dense', { units: 3 }, [[from('flat')]]],
        mha: ['MultiHeadAttention', { num_heads: 2, key_dim: 2 }, [[from('dense'), from('dense')]]],
      }),
    );
    const junk = fc.constantFrom(
      '-1',
      '0',
      '1e9',
      '2147483647',
      '1e308',
      'null',
      '[]',
      '{}',
      '"x"',
      '[[[[1]]]]',
      'true',
    );
    const numbers = [...text.matchAll(/\d+|"[a-z_]+"|\[/g)];
    const damaged = fc.tuple(fc.nat(numbers.length - 1), junk).map(([at, value]) => {
      const match = numbers[at]!;
      return text.slice(0, match.index) + value + text.slice(match.index + match[0].length);
    });
    const cut = fc.nat(text.length).map((end) => text.slice(0, end));
    fc.assert(
      fc.property(
        fc.oneof({ weight: 8, arbitrary: damaged }, cut, fc.string(), fc.json()),
        fc.boolean(),
        (json, allowUnknown) => {
          try {
            loadKeras(json, 'fuzz', { allowUnknown });
          } catch (error) {
            if (!(error instanceof ClsaCimError)) throw error;
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('outputs', () => {
  const outputsOf = ({ layers, outputs }: Network) => outputs.map((index) => layers[index]!.name);
  const from = (name: string) => [[[name, 0, 0, {}]]];
  const conv: [string, Json] = ['Conv2D', { filters: 4, kernel_size: 3, padding: 'same' }];
  const layers: Record<string, [string, Json, unknown[]]> = {
    in: IMAGE,
    inner: [...conv, from('in')],
    pooled: ['GlobalAveragePooling2D', {}, from('inner')],
    unread: ['ReLU', {}, from('inner')],
  };

  it('of a functional model are those that it says, with their biases', () => {
    const said = functional(layers, [
      ['pooled', 0, 0],
      ['inner', 0, 0],
      ['in', 0, 0],
    ]);
    expect(outputsOf(loadKeras(JSON.stringify(said), 'test'))).toEqual(['inner/bias', 'pooled']);
  });

  it('of a functional model with one may stand without a list around it, as Keras 3 writes it', () => {
    const said = functional(layers, ['inner', 0, 0]);
    expect(outputsOf(loadKeras(JSON.stringify(said), 'test'))).toEqual(['inner/bias']);
  });

  it('of a functional model that says none are the layers that nobody reads', () => {
    expect(outputsOf(loadFunctional(layers))).toEqual(['pooled', 'unread']);
  });

  it('of a sequential model is its last layer, with its activation', () => {
    const network = load([8, 8, 4], conv, ['Dense', { units: 3, activation: 'softmax' }], ['Dropout']);
    expect(network.outputs).toEqual([network.layers.length - 1]);
    expect(last(network).op).toBe('Softmax');
  });
});
