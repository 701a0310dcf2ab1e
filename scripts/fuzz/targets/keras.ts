import { loadModelBytes } from '../../../src/load/index.ts';
import { LAYER_KINDS } from '../../../src/load/keras/layer-kinds.ts';
import { OPERATIONS } from '../../../src/load/keras/operations/index.ts';
import {
  from,
  functional,
  type Json,
  keras3,
  keras3Model,
  kerasTensor,
  ones,
  range,
  type Shape,
  sequential,
} from '../../../test/load/keras/helpers.ts';
import { fileTarget } from '../file-target.ts';
import { lines } from '../lines.ts';
import type { Sample } from '../target.ts';
import { json } from '../value-tree.ts';
import { realFiles, textSample } from './real-files.ts';
import { useNetwork } from './use-network.ts';

/** JSON of Keras models: each layer and operation by itself, some models of several, and real ones. */
export const keras = fileTarget({
  name: 'keras',
  suffix: '.json',
  formats: [json, lines],
  corpus: (isWithRealFiles) => [
    ...layerSamples(),
    ...operationSamples(),
    ...wholeModels(),
    ...(isWithRealFiles ? realFiles('.json') : []),
  ],
  run(bytes) {
    useNetwork(loadModelBytes(bytes, 'fuzz.json', { allowUnknown: true }));
  },
});

const inner = { class_name: 'Conv2D', config: { name: 'inner', filters: 3, kernel_size: [3, 3] } };

/** What layers are told, all at once: each takes what it knows. */
const CONFIG: Json = {
  ...{ filters: 4, units: 5, kernel_size: [3, 3], strides: [1, 1], padding: 'same', dilation_rate: [1, 1] },
  ...{ data_format: 'channels_last', activation: 'relu', use_bias: true, depth_multiplier: 2, groups: 1 },
  ...{
    pool_size: [2, 2],
    axis: -1,
    size: [2, 2],
    cropping: [
      [1, 1],
      [1, 1],
    ],
    dims: [2, 1, 3],
    n: 3,
  },
  ...{ target_shape: [-1, 4], height: 6, width: 6, interpolation: 'nearest', num_heads: 2, key_dim: 4 },
  ...{ num_query_heads: 2, num_key_value_heads: 1, head_dim: 4, axes: [1, 2], output_size: 2, layer: inner },
  ...{ equation: 'abcd,de->abce', output_shape: [null, 8, 5], input_dim: 10, output_dim: 4, layers: [inner] },
  ...{ kernel_quantizer: 'quantized_bits(4,0,1)', epsilon: 0.001, rate: 0.5, noise_shape: null },
};

function layerSamples(): Sample[] {
  const shapes: Shape[] = [
    [8, 8, 4],
    [8, 4],
  ];
  return Object.keys(LAYER_KINDS).flatMap((className) =>
    shapes.map((shape) => {
      const one =
        shape.length === 2
          ? { kernel_size: 3, strides: 1, pool_size: 2, size: 2, cropping: 1, dims: [2, 1] }
          : {};
      const isMerge = /Add|Average$|Concat|Dot|imum|Multiply|Subtract|Attention/.test(className);
      const config = { ...CONFIG, ...one };
      const text = isMerge
        ? JSON.stringify(
            functional(
              {
                in: ['InputLayer', { batch_input_shape: [null, ...shape] }, []],
                a: [className, config, [[from('in'), from('in')]]],
              },
              [['a', 0, 0]],
            ),
          )
        : sequential(shape, [className, config], ['Conv2D', { filters: 3, kernel_size: 1 }]);
      return textSample(`${className} on ${shape.length} axes`, text);
    }),
  );
}

/** Arguments that operations of keras.ops have. */
const ARGUMENTS: Json = {
  ...{ axis: 1, shape: [8, 32], newshape: [8, 32], repeats: 2, shift: 1, indices_or_sections: 2, num: 2 },
  ...{
    source: 1,
    destination: 2,
    axis1: 1,
    axis2: 2,
    keepdims: true,
    pad_width: [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
  },
  ...{ pool_size: [2, 2], size: [6, 6], subscripts: 'abcd,abcd->abcd', axes: [0, 2, 1, 3], strides: 1 },
  ...{ padding: 'same', block_size: 2, num_classes: 4, k: 2, indices: [0, 1], axis_: 0, output_size: 2 },
};

function operationSamples(): Sample[] {
  const operands: [string, unknown[]][] = [
    ['one', [kerasTensor('in0')]],
    ['two', [kerasTensor('in0'), kerasTensor('in1')]],
    ['several', [[kerasTensor('in0'), kerasTensor('in1')]]],
    ['a constant', [kerasTensor('in0'), ones(4)]],
    ['an index', [kerasTensor('in0'), [range(null, null), 1, range(0, 4, 2)]]],
  ];
  return Object.keys(OPERATIONS).flatMap((name, i) => {
    const [note, args] = operands[i % operands.length]!;
    const [other, more] = operands[i % 2]!;
    return [
      textSample(`${name} of ${note}`, operation(name, args)),
      textSample(`${name} of ${other}`, operation(name, more)),
    ];
  });
}

function operation(className: string, args: unknown[]): string {
  const shapes: Shape[] = [
    [8, 8, 4],
    [8, 8, 4],
  ];
  return keras3Model(
    shapes,
    keras3('conv', 'Conv2D', { filters: 4, kernel_size: 1 }, [kerasTensor('in0')]),
    keras3('op', className, ARGUMENTS, args, 'keras.src.ops.numpy'),
  );
}

function wholeModels(): Sample[] {
  const block = functional(
    {
      in: ['InputLayer', { batch_input_shape: [null, 8, 8, 4] }, []],
      a: ['Conv2D', { filters: 4, kernel_size: [3, 3], padding: 'same' }, [[from('in')]]],
      b: ['Add', {}, [[from('in'), from('a')]]],
    },
    [['b', 0, 0]],
  );
  const nested = functional(
    {
      in: ['InputLayer', { batch_input_shape: [null, 8, 8, 4] }, []],
      one: [block.class_name, block.config, [[from('in')]]],
      two: ['MaxPooling2D', { pool_size: [2, 2] }, [[from('one')]]],
      three: ['Dense', { units: 10 }, [[from('two')]]],
    },
    [['three', 0, 0]],
  );
  const shared = functional(
    {
      in: ['InputLayer', { batch_input_shape: [null, 8, 8, 4] }, []],
      conv: ['Conv2D', { filters: 4, kernel_size: 1 }, [[from('in')], [['conv', 0, 0, {}]]]],
      sum: [
        'Concatenate',
        { axis: -1 },
        [
          [
            ['conv', 0, 0, {}],
            ['conv', 1, 0, {}],
          ],
        ],
      ],
    },
    [['sum', 0, 0]],
  );
  return [
    textSample('a model in a model', JSON.stringify(nested)),
    textSample('a layer that is applied twice', JSON.stringify(shared)),
    textSample(
      'of TF.js',
      JSON.stringify({ format: 'layers-model', modelTopology: { model_config: nested } }),
    ),
    textSample('text in text', JSON.stringify(JSON.stringify(block))),
  ];
}
