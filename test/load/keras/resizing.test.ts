import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import type { Network } from '../../../src/network/network.ts';
import { columnsRead } from '../onnx/columns-read.ts';

type Json = Record<string, unknown>;

/** A model of one layer over a map of 4 x `width` positions of 3 channels. */
function load(width: number, className: string, config: Json): Network {
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 4, width, 3] } },
    { class_name: className, config: { name: 'y', ...config } },
  ];
  return loadKeras(JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers } }), 'test');
}

/** A call of a TensorFlow function or, in Keras 3, of `keras.ops`. */
function call(width: number, className: string, config: Json, inbound: unknown): Network {
  const input = {
    class_name: 'InputLayer',
    name: 'in',
    config: { name: 'in', batch_shape: [null, 4, width, 3] },
    inbound_nodes: [],
  };
  const op = {
    module: 'keras.src.ops.numpy',
    class_name: className,
    name: 'y',
    config: { name: 'y', ...config },
    inbound_nodes: inbound,
  };
  const model = {
    class_name: 'Functional',
    config: {
      name: 'm',
      layers: [input, op],
      input_layers: [['in', 0, 0]],
      output_layers: [['y', 0, 0]],
    },
  };
  return loadKeras(JSON.stringify(model), 'test');
}

const tf = (name: string, kwargs: Json, width = 5) =>
  call(width, 'TFOpLambda', { function: name }, [['in', 0, 0, kwargs]]);
const TENSOR = {
  class_name: '__keras_tensor__',
  config: { shape: [null, 4, 5, 3], dtype: 'float32', keras_history: ['in', 0, 0] },
};
const ops = (className: string, config: Json) => call(5, className, config, [{ args: [TENSOR], kwargs: {} }]);

const size = ({ layers }: Network) => {
  const { height, width, channels } = layers.at(-1)!.shape;
  return [height, width, channels];
};

describe('resizing', () => {
  test.each<[string, Json, number, string]>([
    ['UpSampling2D', { size: [1, 2] }, 3, '0 0 1 1 2 2'],
    ['UpSampling2D', { size: [1, 3], interpolation: 'bilinear' }, 3, '0 0 0+1 0+1 1 1+2 1+2 2 2'],
    ['Resizing', { height: 4, width: 2, interpolation: 'nearest' }, 5, '0 2'],
    ['Resizing', { height: 4, width: 2 }, 6, '1 4'],
    ['Resizing', { height: 4, width: 2, antialias: true }, 6, '0+1+2+3 2+3+4+5'],
    ['Resizing', { height: 4, width: 2, interpolation: 'bicubic' }, 4, '0+1+2 1+2+3'],
    ['Resizing', { height: 4, width: 2, interpolation: 'area' }, 4, '0+1+2+3 0+1+2+3'],
    // 4 x 10 is cut to 4 x 4 first, or padded to 10 x 10.
    ['Resizing', { height: 2, width: 2, crop_to_aspect_ratio: true }, 10, '3+4 5+6'],
    ['Resizing', { height: 5, width: 5, pad_to_aspect_ratio: true }, 10, '0+1 2+3 4+5 6+7 8+9'],
    ['CenterCrop', { height: 8, width: 4 }, 6, '2 2+3 2+3 3'],
  ])('%s %o', (className, config, width, expected) => {
    expect(columnsRead(load(width, className, config))).toBe(expected);
  });

  test('pads to the ratio of its target', () => {
    const network = load(10, 'Resizing', { height: 5, width: 5, pad_to_aspect_ratio: true });
    const [, pad, resize] = network.layers;
    expect(pad).toMatchObject({ op: 'Pad', shape: { height: 10, width: 10 } });
    expect(pad!.inputs[0]!.rows).toMatchObject({ kind: 'window', padding: 3 });
    expect(resize!.shape).toEqual({ height: 5, width: 5, channels: 3 });
  });

  test('image.resize', () => {
    expect(columnsRead(tf('image.resize', { size: [4, 2], method: 'nearest' }))).toBe('0 2');
    expect(columnsRead(tf('image.resize', { size: [4, 2], antialias: true }, 6))).toBe('0+1+2+3 2+3+4+5');
    expect(size(tf('image.resize', { size: [8, 8], preserve_aspect_ratio: true }, 8))).toEqual([4, 8, 3]);
    expect(size(ops('Resize', { size: [2, 6], data_format: 'channels_first' }))).toEqual([2, 6, 4]);
  });
});

describe('padding', () => {
  const paddings = [
    [0, 0],
    [1, 0],
    [2, 1],
    [0, 0],
  ];
  test.each<[string, string]>([
    ['constant', '- - 0 1 2 3 4 -'],
    ['reflect', '2 1 0 1 2 3 4 3'],
    ['symmetric', '1 0 0 1 2 3 4 4'],
    ['edge', '0 0 0 1 2 3 4 4'],
    ['wrap', '3 4 0 1 2 3 4 0'],
  ])('%s', (mode, expected) => {
    const networks = [
      tf('compat.v1.pad', { paddings, mode: mode.toUpperCase() }),
      ops('Pad', { pad_width: paddings, mode }),
    ];
    for (const network of networks) {
      expect(size(network)).toEqual([5, 8, 3]);
      expect(columnsRead(network)).toBe(expected);
    }
  });

  test('is constant where nothing is said', () => {
    expect(columnsRead(ops('Pad', { pad_width: paddings }))).toBe('- - 0 1 2 3 4 -');
  });

  test('takes layers of zeros, which read nothing', () => {
    expect(
      columnsRead(
        load(3, 'ZeroPadding2D', {
          padding: [
            [0, 0],
            [2, 1],
          ],
        }),
      ),
    ).toBe('- - 0 1 2 -');
  });

  test.each<[Json, string]>([
    [{ pad_width: paddings, mode: 'median' }, 'mode is median, and must be one of constant, edge'],
    [{ pad_width: 1 }, 'the batch cannot be padded'],
    [
      {
        pad_width: [
          [0, 0],
          [1, 1],
        ],
      },
      '2 pairs of amounts do not fit 4 axes',
    ],
  ])('%o is refused', (config, message) => {
    expect(() => ops('Pad', config)).toThrowError(message);
  });
});

describe('transposed convolutions', () => {
  const conv = (config: Json) =>
    columnsRead(load(3, 'Conv2DTranspose', { filters: 1, use_bias: false, ...config }));

  test.each<[Json, string]>([
    [{ kernel_size: [1, 3], strides: [1, 2] }, '0 0 0+1 1 1+2 2 2'],
    [{ kernel_size: [1, 3], strides: [1, 2], padding: 'same' }, '0 0 0+1 1 1+2 2'],
    [{ kernel_size: [1, 4], strides: [1, 2], padding: 'same' }, '0 0+1 0+1 1+2 1+2 2'],
    [{ kernel_size: [1, 2], strides: [1, 3] }, '0 0 - 1 1 - 2 2 -'],
    [{ kernel_size: [1, 3], strides: [1, 2], output_padding: [0, 1] }, '0 0 0+1 1 1+2 2 2 -'],
    [{ kernel_size: [1, 3], strides: [1, 2], padding: 'same', output_padding: [0, 0] }, '0 0+1 1 1+2 2'],
  ])('%o', (config, expected) => {
    expect(conv(config)).toBe(expected);
  });
});

describe('expand_dims', () => {
  test('counts negative axes from the end of what it makes', () => {
    const network = call(5, 'ExpandDims', { axis: [-4, -1] }, [{ args: [TENSOR], kwargs: {} }]);
    expect(size(network)).toEqual([4, 5, 3]);
    const reduced = tf('expand_dims', { axis: -1 });
    expect(size(reduced)).toEqual([4, 5, 3]);
  });
});
