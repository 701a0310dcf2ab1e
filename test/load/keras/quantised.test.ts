import { describe, expect, test } from 'vitest';
import { baseLayers, type Network } from '../../../src/network/network.ts';
import { from, IMAGE, type Json, load, loadFunctional, ops, output } from './helpers.ts';

/** Bits of weights and of activations of every base layer; nothing where the file says nothing. */
function bits(network: Network): (number | undefined)[][] {
  return baseLayers(network).map(({ weightBits, activationBits }) => [weightBits, activationBits]);
}

const quantiser = (class_name: string, config: Json = {}) => ({ class_name, config });
const kernel_quantizer = quantiser('quantized_bits', { bits: 4, integer: 0 });
const conv = { filters: 4, kernel_size: 3, kernel_quantizer };

describe('QKeras', () => {
  test('keeps the bits of weights, and of activations through what only moves them', () => {
    const network = load(
      [16, 16, 3],
      ['QActivation', { activation: 'quantized_bits(8, 0)' }],
      ['QConv2D', { ...conv, activation: quantiser('quantized_relu', { bits: 6 }) }],
      ['MaxPooling2D'],
      ['QDepthwiseConv2D', { kernel_size: 3, depthwise_quantizer: 'ternary()' }],
      ['QActivation', { activation: quantiser('quantized_relu', { bits: 3 }) }],
      ['Flatten'],
      ['QDense', { units: 10, kernel_quantizer: 'quantized_bits(bits=2, integer=0)' }],
      ['Dense', { units: 5 }],
    );
    expect(bits(network)).toEqual([
      [4, 8],
      [2, 6],
      [2, 3],
      [undefined, undefined],
    ]);
    expect(ops(network).filter((op) => /Quantize|Relu/.test(op))).toEqual(['Quantize', 'Relu', 'Relu']);
  });

  test('separable convolutions have two quantisers, and only the first reads the activation', () => {
    const network = load(
      [8, 8, 4],
      ['QActivation', { activation: 'quantized_relu(5)' }],
      [
        'QSeparableConv2D',
        {
          filters: 8,
          kernel_size: 3,
          depthwise_quantizer: quantiser('binary', { alpha: 1 }),
          pointwise_quantizer: quantiser('quantized_po2', { bits: 3 }),
        },
      ],
    );
    expect(bits(network)).toEqual([
      [1, 5],
      [3, undefined],
    ]);
  });

  test.each<[string, Json, number[], number[]]>([
    ['QConv2D', conv, [6, 6, 4], [36, 4, 1]],
    [
      'QConv2DBatchnorm',
      { ...conv, use_bias: false, folding_mode: 'ema_stats_folding', axis: -1 },
      [6, 6, 4],
      [36, 4, 1],
    ],
    ['QDepthwiseConv2DBatchnorm', { kernel_size: 3, use_bias: false }, [6, 6, 4], [9, 1, 4]],
    ['QConv2DTranspose', { ...conv, strides: 2, padding: 'same' }, [16, 16, 4], [36, 4, 1]],
    ['QDepthwiseConv2DTranspose', { kernel_size: 3, strides: 2, padding: 'same' }, [16, 16, 4], [9, 1, 4]],
  ])('%s', (className, config, expected, [rows, columns, groups]) => {
    const network = load([8, 8, 4], [className, config]);
    expect(output(network)).toEqual(expected);
    expect(baseLayers(network).map(({ weights }) => weights)).toEqual([{ rows, columns, groups }]);
    expect(ops(network).at(-1)).toBe('BiasAdd');
  });

  test('QSeparableConv2DTranspose is two base layers', () => {
    const network = load(
      [8, 8, 4],
      ['QSeparableConv2DTranspose', { filters: 6, kernel_size: 3, strides: 2 }],
    );
    expect(baseLayers(network).map(({ name, weights }) => [name, weights.rows, weights.columns])).toEqual([
      ['l1/depthwise', 9, 1],
      ['l1/pointwise', 4, 6],
    ]);
    expect(output(network)).toEqual([17, 17, 6]);
  });

  test('QConv1D, QBatchNormalization, poolings and QAdaptiveActivation', () => {
    const network = load(
      [16, 4],
      ['QConv1D', { ...conv, use_bias: false }],
      ['QBatchNormalization', { beta_quantizer: null }],
      ['QAdaptiveActivation', { activation: 'quantized_relu', total_bits: 7 }],
      ['QDense', { units: 2 }],
    );
    expect(ops(network)).toEqual(['Input', 'Conv2D', 'BiasAdd', 'Relu', 'Dense', 'BiasAdd']);
    expect(bits(network)).toEqual([
      [4, undefined],
      [undefined, 7],
    ]);
    const pooled = load(
      [8, 8, 4],
      ['QAveragePooling2D', { activation: 'quantized_bits(4)' }],
      ['QGlobalAveragePooling2D'],
    );
    expect(ops(pooled)).toEqual(['Input', 'AveragePool', 'Quantize', 'GlobalAveragePool']);
  });

  test('tensors of different bits that are joined have none', () => {
    const join = (second: string) =>
      loadFunctional({
        in: IMAGE,
        a: ['QActivation', { activation: 'quantized_relu(4)' }, [[from('in')]]],
        b: ['QActivation', { activation: second }, [[from('in')]]],
        join: ['Concatenate', { axis: -1 }, [[from('a'), from('b')]]],
        conv: ['QConv2D', conv, [[from('join')]]],
      });
    expect(bits(join('quantized_relu(4)'))).toEqual([[4, 4]]);
    expect(bits(join('quantized_relu(3)'))).toEqual([[4, undefined]]);
  });
});

describe('Larq', () => {
  test.each<[string, Json, number[], (number | undefined)[]]>([
    ['QuantConv2D', { filters: 8, kernel_size: 3, padding: 'same', pad_values: 1 }, [36, 8, 1], [1, 1]],
    ['QuantDepthwiseConv2D', { kernel_size: 3 }, [9, 1, 4], [1, 1]],
    ['QuantConv2DTranspose', { filters: 8, kernel_size: 3 }, [36, 8, 1], [1, 1]],
    ['QuantDense', { units: 8 }, [4, 8, 1], [1, 1]],
  ])('%s', (className, config, [rows, columns, groups], expected) => {
    const quantisers = {
      input_quantizer: quantiser('SteSign', { clip_value: 1 }),
      kernel_quantizer: 'ste_sign',
      depthwise_quantizer: quantiser('Larq>MagnitudeAwareSign'),
    };
    const network = load([8, 8, 4], [className, { ...config, ...quantisers }]);
    expect(baseLayers(network).map(({ weights }) => weights)).toEqual([{ rows, columns, groups }]);
    expect(bits(network)).toEqual([expected]);
    expect(network.layers[1]).toMatchObject({ name: 'l1/quantize', op: 'Quantize' });
  });

  test('DoReFa says its bits, SteTern and NoOp have theirs', () => {
    const network = load(
      [8, 8, 4],
      ['QuantConv2D', { filters: 8, kernel_size: 3, kernel_quantizer: quantiser('DoReFa', { k_bit: 3 }) }],
      ['QuantConv2D', { filters: 8, kernel_size: 3, kernel_quantizer: quantiser('SteTern') }],
      [
        'QuantSeparableConv2D',
        { filters: 8, kernel_size: 3, pointwise_quantizer: quantiser('NoOp', { precision: 5 }) },
      ],
    );
    expect(bits(network)).toEqual([
      [3, undefined],
      [2, undefined],
      [undefined, undefined],
      [5, undefined],
    ]);
  });
});

describe("Keras' own quantisation", () => {
  test.each<[unknown, (number | undefined)[]]>([
    [{ class_name: 'QuantizedDTypePolicy', config: { mode: 'int8', source_name: 'float32' } }, [8, 8]],
    ['int8_from_float32', [8, 8]],
    ['int4_from_bfloat16', [4, 8]],
    [{ class_name: 'GPTQDTypePolicy', config: { mode: 'gptq/4/128' } }, [4, undefined]],
    [{ class_name: 'DTypePolicy', config: { name: 'float32' } }, [undefined, undefined]],
    ['float32', [undefined, undefined]],
  ])('%j', (dtype, expected) => {
    expect(bits(load([8], ['Dense', { units: 4, dtype }]))).toEqual([expected]);
  });
});
