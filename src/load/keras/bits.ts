import type { Bits } from '../../network/builder.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { LayerCall } from './layer-kind.ts';
import { isRecord } from './model.ts';

/** Quantisers that always have as many bits, by their class or function in lower case without underscores. */
const FIXED_BITS: Readonly<Record<string, number>> = {
  // QKeras
  bernoulli: 1,
  binary: 1,
  binarysigmoid: 1,
  binarytanh: 1,
  stochasticbinary: 1,
  stochasticternary: 2,
  ternary: 2,
  // Larq
  approxsign: 1,
  magnitudeawaresign: 1,
  steheaviside: 1,
  stesign: 1,
  stetern: 2,
  swishsign: 1,
};

/** What QKeras and Larq call the number of bits in the configuration of a quantiser. */
const BITS_FIELDS = ['bits', 'k_bit', 'precision', 'total_bits', 'num_bits'];

/** Modes of Keras' own quantisation: bits of weights and of what is multiplied with them. */
const POLICIES: readonly (readonly [mode: RegExp, bits: (match: RegExpExecArray) => Bits])[] = [
  [/^int8/, () => ({ weightBits: 8, activationBits: 8 })],
  [/^int4/, () => ({ weightBits: 4, activationBits: 8 })],
  [/^float8/, () => ({ weightBits: 8, activationBits: 8 })],
  [/^(?:gptq|awq)\/(\d+)/, ([, bits]) => ({ weightBits: Number(bits) })],
];

/** The bits that a quantiser leaves, written as an object or as `quantized_bits(4, 0)`; undefined for none. */
export function quantiserBits(quantiser: unknown): number | undefined {
  if (typeof quantiser === 'string') {
    const [, name = '', given = ''] = /^([^(]*)(?:\((.*)\))?$/s.exec(quantiser) ?? [];
    const [first = ''] = given.split(',');
    const bits = /(?:^|,)\s*bits\s*=\s*(\d+)/.exec(given)?.[1] ?? /^\s*(\d+)\s*$/.exec(first)?.[1];
    return bitsOfKind(name, bits === undefined ? undefined : Number(bits));
  }
  if (!isRecord(quantiser) || typeof quantiser.class_name !== 'string') return undefined;
  const config = isRecord(quantiser.config) ? quantiser.config : {};
  return bitsOfKind(
    quantiser.class_name,
    BITS_FIELDS.map((field) => config[field]).find((bits) => typeof bits === 'number'),
  );
}

function bitsOfKind(name: string, given: number | undefined): number | undefined {
  const kind = name.split(/[.>]/).at(-1)!.replaceAll('_', '').toLowerCase();
  const fixed = Object.hasOwn(FIXED_BITS, kind) ? FIXED_BITS[kind] : undefined;
  // QKeras' quantized_… have 8 bits where nothing is said, DoReFa of Larq 2.
  const usual = kind.startsWith('quantized') ? 8 : kind.startsWith('dorefa') ? 2 : undefined;
  const isQuantiser = fixed !== undefined || usual !== undefined || kind === 'noop';
  const bits = fixed ?? given ?? usual;
  return isQuantiser && bits !== undefined && Number.isInteger(bits) && bits >= 1 && bits <= 64
    ? bits
    : undefined;
}

/** A tensor of values of as many bits; undefined leaves it as it is. */
export function withBits(tensor: Tensor, bits: number | undefined): Tensor {
  return bits === undefined ? tensor : Object.assign({ ...tensor }, { bits });
}

/** Bits of a tensor's values, where a quantiser has said so. */
export function bitsOf(tensor: Tensor): number | undefined {
  return 'bits' in tensor && typeof tensor.bits === 'number' ? tensor.bits : undefined;
}

/** Layers whose outputs have the values of their inputs, in other places. */
const MOVEMENT =
  /^Q?((Global)?MaxPooling[12]D|AdaptiveMaxPooling[12]D|Flatten|Reshape|Permute|RepeatVector|(ZeroPadding|Cropping|UpSampling)[12]D|CenterCrop|Concatenate|Transpose|Swapaxes|Moveaxis|GetItem|SlicingOpLambda|Split|Stack|Squeeze|ExpandDims)$/;

/** The outputs of a layer of that class, with the bits of what it only moves. */
export function movedBits(
  className: string,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): readonly Tensor[] {
  const [bits] = inputs.map(bitsOf);
  if (bits === undefined || !MOVEMENT.test(className) || inputs.some((input) => bitsOf(input) !== bits)) {
    return outputs;
  }
  return outputs.map((output) => withBits(output, bits));
}

/**
 * What `build` returns, whose base layers have the bits of the weights that the layer's quantiser `key` leaves, and
 * of the activations that they read from `input`.
 */
export function quantised<T>(call: LayerCall, input: Tensor | undefined, key: string, build: () => T): T {
  const weightBits = quantiserBits(call.config[key]);
  const activationBits = input === undefined ? undefined : bitsOf(input);
  const bits = {
    ...policyBits(call.config.dtype),
    ...(weightBits === undefined ? {} : { weightBits }),
    ...(activationBits === undefined ? {} : { activationBits }),
  };
  return call.b.withBits(bits, build);
}

/** `dtype` of a layer that Keras itself has quantised: `int8_from_float32`, or an object with its mode. */
function policyBits(dtype: unknown): Bits {
  const config = isRecord(dtype) && isRecord(dtype.config) ? dtype.config : {};
  const mode = typeof dtype === 'string' ? dtype : (config.mode ?? config.name);
  // `int8` alone is a type of numbers, not a way to quantise.
  if (typeof mode !== 'string' || (config.mode === undefined && !mode.includes('_from_'))) return {};
  for (const [pattern, bits] of POLICIES) {
    const match = pattern.exec(mode);
    if (match !== null) return bits(match);
  }
  return {};
}
