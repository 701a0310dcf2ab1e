import * as v from 'valibot';
import { alongAxes } from '../../../network/operators/index.ts';
import { isSpatial, type Tensor } from '../../../network/tensor.ts';
import { quantiserBits, withBits } from '../bits.ts';
import { axesOf, configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { isRecord } from '../model.ts';
import { integers } from '../schema.ts';

/** Activation functions by their name in the file, and what they are called in the network. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  celu: 'Celu',
  elu: 'Elu',
  exponential: 'Exp',
  gelu: 'Gelu',
  hard_shrink: 'HardShrink',
  hard_sigmoid: 'HardSigmoid',
  hard_silu: 'HardSwish',
  hard_swish: 'HardSwish',
  hard_tanh: 'HardTanh',
  leaky_relu: 'LeakyRelu',
  leaky_tanh: 'Tanh',
  log_sigmoid: 'LogSigmoid',
  mish: 'Mish',
  relu: 'Relu',
  relu6: 'Relu6',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  silu: 'Swish',
  soft_shrink: 'SoftShrink',
  softplus: 'Softplus',
  softsign: 'Softsign',
  sparse_plus: 'SparsePlus',
  sparse_sigmoid: 'SparseSigmoid',
  squareplus: 'Squareplus',
  swish: 'Swish',
  tanh: 'Tanh',
  tanh_shrink: 'TanhShrink',
  threshold: 'Threshold',
};

/** Quantisers of QKeras and Larq, which are written as activations; their bits are kept ({@link quantiserBits}). */
const QUANTISERS: Readonly<Record<string, string>> = {
  approx_sign: 'Sign',
  bernoulli: 'Quantize',
  binary: 'Sign',
  binary_sigmoid: 'Sigmoid',
  binary_tanh: 'Tanh',
  do_re_fa: 'Quantize',
  dorefa_quantizer: 'Quantize',
  magnitude_aware_sign: 'Sign',
  quantized_bits: 'Quantize',
  quantized_hswish: 'HardSwish',
  quantized_linear: 'Quantize',
  quantized_po2: 'Quantize',
  quantized_relu: 'Relu',
  quantized_relu_po2: 'Relu',
  quantized_sigmoid: 'Sigmoid',
  quantized_tanh: 'Tanh',
  quantized_ulaw: 'Quantize',
  smooth_sigmoid: 'Sigmoid',
  smooth_tanh: 'Tanh',
  ste_heaviside: 'Quantize',
  ste_sign: 'Sign',
  ste_tern: 'Quantize',
  stochastic_binary: 'Quantize',
  stochastic_ternary: 'Quantize',
  swish_sign: 'Sign',
  ternary: 'Quantize',
};

/** Activations over the last axis, whose values depend on each other. */
const NORMALISING: Readonly<Record<string, string>> = {
  log_softmax: 'LogSoftmax',
  softmax: 'Softmax',
  sparsemax: 'Sparsemax',
};

/** The activation that a layer does after its own work, as a layer of its own behind `tensor`. */
export function activate(call: LayerCall, tensor: Tensor): Tensor {
  const { activation: written } = call.config;
  const activation = activationName(written);
  if (activation === 'linear') return tensor;
  return withBits(apply(call, `${call.name}/${activation}`, tensor, activation), quantiserBits(written));
}

/** One activation function, by its name in the file, as the layer `name`. */
function apply(call: LayerCall, name: string, tensor: Tensor, activation: string): Tensor {
  const { b, options } = call;
  const op = lookUp(ACTIVATIONS, activation) ?? lookUp(QUANTISERS, activation);
  if (op !== undefined) return b.positionwise({ name, op }, tensor);
  if (activation === 'glu') return gated(call, name, tensor, tensor.dims.length - 1);
  const normalising = lookUp(NORMALISING, activation);
  if (normalising !== undefined) {
    return alongAxes(b, { name, op: normalising }, tensor, [tensor.dims.length - 1]);
  }
  if (!options.allowUnknown) {
    throw fail(
      call,
      `activation ${JSON.stringify(activation)} is unknown; allowUnknown takes it as one that works position by position`,
      { code: 'UNKNOWN_OPERATOR' },
    );
  }
  b.warnings.push(
    `layer ${call.name}: the unknown activation ${activation} is taken to work position by position`,
  );
  return b.positionwise({ name, op: activation }, tensor);
}

/** GLU: one half of the values along `axis` is multiplied with the sigmoid of the other. */
export function gated({ b }: LayerCall, name: string, tensor: Tensor, axis: number): Tensor {
  const { h, w } = tensor;
  const output = { dims: tensor.dims.with(axis, Math.floor(tensor.dims[axis]! / 2)), h, w };
  if (isSpatial(tensor, axis)) return b.everything({ name, op: 'Glu' }, [tensor], output);
  return b.positionwise({ name, op: 'Glu' }, tensor, output);
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Activations are written as names, or as objects of a class or a function. */
function activationName(activation: unknown): string {
  if (activation === undefined || activation === null) return 'linear';
  // The arguments of a quantiser, as in `quantized_relu(4)`, say nothing about what it reads.
  if (typeof activation === 'string') return snakeCase(activation.replace(/\(.*$/s, ''));
  if (isRecord(activation)) {
    const { class_name: className, config } = activation;
    if (className === 'function' && typeof config === 'string') return snakeCase(config);
    const inner = isRecord(config) ? config.activation : undefined;
    if (className === 'Activation' && typeof inner === 'string') return snakeCase(inner);
    if (typeof className === 'string') return snakeCase(className);
  }
  return typeof activation;
}

/** `LeakyReLU` and `leakyReLU` (TF.js) are leaky_relu; paths and custom scopes before the name are dropped. */
function snakeCase(name: string): string {
  const last = name.split(/[.>]/).at(-1)!;
  return last
    .replace('ReLU', 'Relu')
    .replace('ELU', 'Elu')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** A layer that is one activation function of its own. */
function positionwise(op: string): LayerKind {
  return (call) => call.b.positionwise({ name: call.name, op }, onlyInput(call));
}

/** A layer that is the activation in its configuration. */
export function activationLayer(call: LayerCall): Tensor {
  const { activation: written } = call.config;
  const activation = activationName(written);
  const input = onlyInput(call);
  if (activation === 'linear') return input;
  return withBits(apply(call, call.name, input, activation), quantiserBits(written));
}

export const ACTIVATION_LAYERS: Readonly<Record<string, LayerKind>> = {
  Activation: activationLayer,
  ELU: positionwise('Elu'),
  LeakyReLU: positionwise('LeakyRelu'),
  PReLU: positionwise('PRelu'),
  ReLU: positionwise('Relu'),
  Softmax: configured(v.object({ axis: v.nullish(integers, -1) }), (call, { axis }) => {
    const input = onlyInput(call);
    return alongAxes(
      call.b,
      { name: call.name, op: 'Softmax' },
      input,
      axesOf(call, axis, input.dims.length),
    );
  }),
  ThresholdedReLU: positionwise('ThresholdedRelu'),
};
