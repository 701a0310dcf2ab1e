import type { Tensor } from '../../../network/tensor.ts';
import { bitsOf, quantiserBits, withBits } from '../bits.ts';
import { type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { activate, activationLayer } from './activation.ts';
import { CONVOLUTION_LAYERS } from './convolution.ts';
import { DENSE_LAYERS } from './dense.ts';
import { NORMALISATION_LAYERS } from './normalisation.ts';
import { POOLING_LAYERS } from './pooling.ts';

const PLAIN = { ...CONVOLUTION_LAYERS, ...DENSE_LAYERS, ...NORMALISATION_LAYERS, ...POOLING_LAYERS };

/** A layer of QKeras that is one of Keras, whose quantisers the latter reads. */
function like(className: string): LayerKind {
  return PLAIN[className]!;
}

/** QConv2DBatchnorm and its like: the batch norm is folded into the convolution, and leaves a bias. */
function withBatchNorm(className: string): LayerKind {
  return (call) => like(className)({ ...call, config: { ...call.config, use_bias: true } });
}

/** A pooling of QKeras, which has an activation behind it. */
function activated(className: string): LayerKind {
  return (call) => {
    const output = like(className)(call);
    return 'dims' in output ? activate(call, output) : output;
  };
}

/** QDepthwiseConv2DTranspose: groups of channels by themselves, one channel each by default. */
function depthwiseTranspose(call: LayerCall, more: Readonly<Record<string, unknown>> = {}): Tensor {
  const { config } = call;
  const channels = onlyInput(call).dims.at(config.data_format === 'channels_first' ? 1 : -1)!;
  const groupSize = typeof config.group_size === 'number' ? config.group_size : 1;
  const kernel_quantizer = config.depthwise_kernel_quantizer;
  const plain = { ...config, filters: channels, groups: channels / groupSize, kernel_quantizer, ...more };
  return [like('Conv2DTranspose')({ ...call, config: plain })].flat()[0]!;
}

/** QSeparableConv2DTranspose: that, and a convolution of 1 x 1 behind it. */
function separableTranspose(call: LayerCall): ReturnType<LayerKind> {
  const { config, name } = call;
  const first = { ...call, name: `${name}/depthwise` };
  const middle = depthwiseTranspose(first, { use_bias: false, activation: 'linear' });
  const kernel_quantizer = config.pointwise_kernel_quantizer;
  const plain = {
    ...config,
    kernel_size: 1,
    strides: 1,
    dilation_rate: 1,
    padding: 'valid',
    kernel_quantizer,
  };
  return like('Conv2D')({ ...call, name: `${name}/pointwise`, inputs: [middle], named: {}, config: plain });
}

/** QAdaptiveActivation finds its range while it is trained; the number of bits is fixed. */
function adaptiveActivation(call: LayerCall): ReturnType<LayerKind> {
  const { activation, total_bits: bits } = call.config;
  const quantiser = { class_name: activation, config: { bits } };
  return activationLayer({ ...call, config: { ...call.config, activation: quantiser } });
}

/** A layer of Larq, which quantises what it reads before it works like one of Keras. */
function larq(className: string): LayerKind {
  return (call) => {
    const { b, name, config } = call;
    const input = onlyInput(call);
    if (config.input_quantizer === null || config.input_quantizer === undefined) return like(className)(call);
    const bits = quantiserBits(config.input_quantizer) ?? bitsOf(input);
    const read = withBits(b.positionwise({ name: `${name}/quantize`, op: 'Quantize' }, input), bits);
    return like(className)({ ...call, inputs: [read], named: {} });
  };
}

/** Layers of QKeras and Larq, by class. */
export const QUANTISED_LAYERS: Readonly<Record<string, LayerKind>> = {
  QActivation: activationLayer,
  QAdaptiveActivation: adaptiveActivation,
  QAveragePooling2D: activated('AveragePooling2D'),
  QBatchNormalization: like('BatchNormalization'),
  QConv1D: like('Conv1D'),
  QConv2D: like('Conv2D'),
  QConv2DBatchnorm: withBatchNorm('Conv2D'),
  QConv2DTranspose: like('Conv2DTranspose'),
  QDense: like('Dense'),
  QDepthwiseConv2D: like('DepthwiseConv2D'),
  QDepthwiseConv2DBatchnorm: withBatchNorm('DepthwiseConv2D'),
  QDepthwiseConv2DTranspose: (call) => depthwiseTranspose(call),
  QGlobalAveragePooling2D: activated('GlobalAveragePooling2D'),
  QScaleShift: (call) => activate(call, call.b.positionwise({ name: call.name, op: 'Mul' }, onlyInput(call))),
  QSeparableConv1D: like('SeparableConv1D'),
  QSeparableConv2D: like('SeparableConv2D'),
  QSeparableConv2DTranspose: separableTranspose,
  QuantConv1D: larq('Conv1D'),
  QuantConv2D: larq('Conv2D'),
  QuantConv2DTranspose: larq('Conv2DTranspose'),
  QuantDense: larq('Dense'),
  QuantDepthwiseConv2D: larq('DepthwiseConv2D'),
  QuantSeparableConv1D: larq('SeparableConv1D'),
  QuantSeparableConv2D: larq('SeparableConv2D'),
};
