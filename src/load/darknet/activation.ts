import { elementwise } from '../../network/operators/index.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { SectionCall } from './section-kind.ts';

/** Darknet's activations by the name in the file: op and layer name. `linear` has none. */
const ACTIVATIONS: Readonly<Record<string, readonly [op: string, name: string]>> = {
  elu: ['Elu', 'elu'],
  gelu: ['Gelu', 'gelu'],
  hard_mish: ['HardMish', 'hard_mish'],
  hardtan: ['HardTanh', 'hard_tanh'],
  leaky: ['LeakyRelu', 'leaky_relu'],
  lhtan: ['LeakyHardTanh', 'leaky_hard_tanh'],
  loggy: ['Loggy', 'loggy'],
  logistic: ['Logistic', 'logistic'],
  mish: ['Mish', 'mish'],
  normalize_channels: ['NormalizeChannels', 'normalize_channels'],
  normalize_channels_softmax: ['NormalizeChannels', 'normalize_channels'],
  normalize_channels_softmax_maxval: ['NormalizeChannels', 'normalize_channels'],
  plse: ['Plse', 'plse'],
  ramp: ['Ramp', 'ramp'],
  relie: ['Relie', 'relie'],
  relu: ['Relu', 'relu'],
  relu6: ['Relu6', 'relu6'],
  revleaky: ['LeakyRelu', 'leaky_relu'],
  selu: ['Selu', 'selu'],
  stair: ['Stair', 'stair'],
  swish: ['Swish', 'swish'],
  tanh: ['Tanh', 'tanh'],
};

/**
 * The activation that `activation=` names, as a layer of its own behind `tensor`.
 *
 * @throws ClsaCimError for a name that Darknet does not know, unless unknown operators are allowed.
 */
export function activate(call: SectionCall, tensor: Tensor, otherwise: string): Tensor {
  const { b, section, options } = call;
  const activation = section.text('activation', otherwise);
  if (activation === 'linear') return tensor;
  const known = Object.hasOwn(ACTIVATIONS, activation) ? ACTIVATIONS[activation] : undefined;
  if (known !== undefined) return elementwise(b, known[1], known[0], [tensor]);
  if (!options.allowUnknown) {
    throw section.error(
      `activation=${activation} is unknown; allowUnknown takes it as one that works position by position`,
      section.line,
      { code: 'UNKNOWN_OPERATOR' },
    );
  }
  b.warnings.push(
    `line ${section.line}, [${section.kind}]: the unknown activation ${activation} is taken to work position by position`,
  );
  return elementwise(b, 'activation', activation, [tensor]);
}
