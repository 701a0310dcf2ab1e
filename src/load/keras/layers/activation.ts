import * as v from 'valibot';
import { alongAxes } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
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

/** Activations over the last axis, whose values depend on each other. */
const NORMALISING: Readonly<Record<string, string>> = {
  log_softmax: 'LogSoftmax',
  softmax: 'Softmax',
  sparsemax: 'Sparsemax',
};

/** The activation that a layer does after its own work, as a layer of its own behind `tensor`. */
export function activate(call: LayerCall, tensor: Tensor): Tensor {
  const activation = activationName(call.config.activation);
  return activation === 'linear' ? tensor : apply(call, `${call.name}/${activation}`, tensor, activation);
}

/** One activation function, by its name in the file, as the layer `name`. */
function apply(call: LayerCall, name: string, tensor: Tensor, activation: string): Tensor {
  const { b, options } = call;
  const op = lookUp(ACTIVATIONS, activation);
  if (op !== undefined) return b.positionwise({ name, op }, tensor);
  const normalising = lookUp(NORMALISING, activation);
  if (normalising !== undefined) {
    return alongAxes(b, { name, op: normalising }, tensor, [tensor.dims.length - 1]);
  }
  if (!options.allowUnknown) {
    throw fail(
      call,
      `activation ${JSON.stringify(activation)} is unknown; --allow-unknown takes it as one that works position by position`,
    );
  }
  b.warnings.push(
    `layer ${call.name}: the unknown activation ${activation} is taken to work position by position`,
  );
  return b.positionwise({ name, op: activation }, tensor);
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Activations are written as names, or as objects of a class or a function. */
function activationName(activation: unknown): string {
  if (activation === undefined || activation === null) return 'linear';
  if (typeof activation === 'string') return snakeCase(activation);
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

export const ACTIVATION_LAYERS: Readonly<Record<string, LayerKind>> = {
  Activation: (call) => {
    const activation = activationName(call.config.activation);
    const input = onlyInput(call);
    return activation === 'linear' ? input : apply(call, call.name, input, activation);
  },
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
