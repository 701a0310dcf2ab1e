import { describe, expect, test } from 'vitest';
import { loadKeras } from '../../../src/load/keras/index.ts';
import {
  from,
  IMAGE,
  type Json,
  kerasTensor,
  last,
  loadFunctional,
  loadOperation,
  ones,
  sequential,
} from './helpers.ts';

const CONV = { class_name: 'Conv2D', config: { name: 'c', trainable: true, filters: 4, kernel_size: 3 } };

describe('what is not known and has weights or windows', () => {
  test.each<[string, Json]>([
    ['DeformConv', {}],
    ['Mystery', { filters: 8 }],
    ['Mystery', { units: 8 }],
    ['Mystery', { kernel_size: [3, 3] }],
    ['Mystery', { kernel_initializer: { class_name: 'GlorotUniform', config: {} } }],
    ['Mystery', { depthwise_quantizer: null, pointwise_quantizer: 'x' }],
    ['Mystery', { equation: 'ab,bc->ac' }],
    ['Mystery', { num_heads: 4 }],
    ['Mystery', { hidden_dim: 64 }],
    ['Mystery', { pool_size: 2 }],
    ['Mystery', { strides: 2 }],
    ['Mystery', { layer: CONV }],
    ['Mystery', { first: CONV }],
    ['Mystery', { blocks: [CONV] }],
    ['MyDense', {}],
  ])('%s %j is never taken for element-wise, nor is the option offered', (className, config) => {
    const text = sequential([8, 8, 3], [className, config]);
    for (const allowUnknown of [false, true]) {
      const load = () => loadKeras(text, 'x', { allowUnknown });
      expect(load).toThrowError('replace it by layers that are known');
      expect(load).not.toThrowError('allowUnknown');
    }
  });

  test('a constant with the rank of weights says so for an operation', () => {
    const operation = () => loadOperation([[8, 4]], 'Mystery', {}, [kerasTensor('in0'), ones(4, 4)]);
    expect(operation).toThrowError('a constant operand of the shape [4, 4], as weights are');
  });

  test('a class of TensorFlow functions is told by its function', () => {
    const layers = {
      in: IMAGE,
      a: ['TFOpLambda', { function: 'nn.conv2d' }, [from('in')]] as [string, Json, unknown[]],
    };
    expect(() => loadFunctional(layers, { allowUnknown: true })).toThrowError(
      'the operation nn.conv2d is unknown',
    );
  });
});

describe('allowUnknown', () => {
  test.each<[string, Json]>([
    ['Warp', {}],
    ['Warp', { gamma_initializer: { class_name: 'Ones', config: {} }, kernel_size: null, rate: 0.5 }],
    ['Lambda', { function: ['4wEAAAA='], function_type: 'lambda', output_shape: null }],
    ['Lambda', { output_shape: [8, 8, 3] }],
    ['Lambda', { output_shape: [null, 8, 8, 3] }],
  ])('takes %s %j as element-wise', (className, config) => {
    const text = sequential([8, 8, 3], [className, config]);
    expect(() => loadKeras(text, 'x')).toThrowError('allowUnknown');
    const network = loadKeras(text, 'x', { allowUnknown: true });
    expect(last(network)).toMatchObject({ op: className, shape: { height: 8, width: 8, channels: 3 } });
    expect(network.warnings).toHaveLength(1);
  });

  test('refuses a Lambda whose output has another shape', () => {
    const text = sequential([8, 8, 3], ['Lambda', { output_shape: [4, 4, 3] }]);
    expect(() => loadKeras(text, 'x', { allowUnknown: true })).toThrowError(
      'it has the output_shape [4,4,3]',
    );
  });

  test('reads all inputs, and refuses those that do not fit together', () => {
    const layers = (second: string): Record<string, [string, Json, unknown[]]> => ({
      in: IMAGE,
      small: ['MaxPooling2D', {}, [[from('in')]]],
      warp: ['Warp', {}, [[from('in'), from(second)]]],
    });
    const network = loadFunctional(layers('in'), { allowUnknown: true });
    expect(last(network).inputs).toHaveLength(2);
    expect(() => loadFunctional(layers('small'), { allowUnknown: true })).toThrowError(
      'cannot work position by position on [1, 8, 8, 4] and [1, 4, 4, 4]',
    );
  });
});

describe('what is refused, and why', () => {
  test.each([
    ['Bidirectional', 'recurrent'],
    ['QBidirectional', 'recurrent'],
    ['QLSTM', 'recurrent'],
    ['ConvLSTM2D', 'recurrent'],
    ['StackedRNNCells', 'recurrent'],
    ['AdaptiveMaxPooling3D', 'three spatial dimensions'],
    ['QuantLocallyConnected2D', 'locally connected'],
    ['TorchModuleWrapper', 'a program of another framework'],
    ['JaxLayer', 'a program of another framework'],
    ['TextVectorization', 'prepares texts'],
  ])('%s', (className, reason) => {
    const text = sequential([8, 8, 3], [className, {}]);
    expect(() => loadKeras(text, 'x', { allowUnknown: true })).toThrowError(reason);
  });
});
