import { type Reads, SAME } from '../../../network/reads.ts';
import { constant, extent, isSpatial } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';

/** Frequencies of a transform of `length` values; of real ones, half of them may be left out. */
function frequencies(length: number, oneSided: boolean): number {
  return oneSided ? Math.floor(length / 2) + 1 : length;
}

/**
 * The Fourier transform along an axis, of real (…, 1) or complex numbers (…, 2). The axis was an attribute before
 * opset 20.
 */
const dft: Operator = (node) => {
  const input = node.input(0, 2);
  const rank = input.dims.length;
  const given = node.opset < 20 ? node.int('axis', 1) : (node.optionalValues(2)?.[0] ?? -2);
  const axis = node.axis(given, rank);
  if (axis === rank - 1)
    node.fail(`axis ${given} holds the parts of complex numbers, which are not transformed`);
  const [oneSided, inverse] = [node.int('onesided', 0) !== 0, node.int('inverse', 0) !== 0];
  const length = node.optionalValues(1)?.[0];
  // The inverse of half of the frequencies has twice as many values.
  const size =
    inverse && oneSided
      ? (length ?? 2 * (input.dims[axis]! - 1))
      : frequencies(length ?? input.dims[axis]!, oneSided);
  const dims = input.dims.with(axis, node.positive(size, 'the size of the transform'));
  const output = { dims: dims.with(rank - 1, inverse && oneSided ? 1 : 2), h: input.h, w: input.w };
  return [
    isSpatial(input, axis) || isSpatial(input, rank - 1)
      ? node.b.everything(node.kind, [input], output)
      : node.b.positionwise(node.kind, input, output),
  ];
};

/** The Fourier transforms of the frames of a signal (N, L, 1 or 2): (N, frames, frequencies, 2). */
const stft: Operator = (node) => {
  const signal = node.input(0, 2);
  const step = node.positive(node.values(1)[0] ?? 0, 'frame_step');
  const length = node.positive(
    node.optionalValues(3)?.[0] ?? node.optional(2)?.dims[0] ?? 0,
    'frame_length, or the length of the window,',
  );
  const frames = Math.floor((signal.dims[1]! - length) / step) + 1;
  if (frames < 1) node.fail(`a signal of shape ${shown(signal.dims)} has no frame of ${length} values`);
  const dims = [signal.dims[0]!, frames, frequencies(length, node.int('onesided', 1) !== 0), 2];
  const frame: Reads = { kind: 'window', kernel: length, stride: step, dilation: 1, padding: 0 };
  // What lies along the signal is H or W; anything else has to be there as a whole.
  const other = signal.h === 1 ? signal.w : signal.h;
  const inPlace = extent(signal, other) === 1 && isSpatial(signal, 1);
  if (!inPlace) return [node.b.everything(node.kind, [signal], { dims, h: 1, w: -1 })];
  return [
    signal.h === 1
      ? node.b.layer(node.kind, [{ tensor: signal, rows: frame, columns: SAME }], { dims, h: 1, w: -1 })
      : node.b.layer(node.kind, [{ tensor: signal, rows: SAME, columns: frame }], { dims, h: -1, w: 1 }),
  ];
};

/** A window function of so many values: a constant. */
const windowFunction: Operator = (node) => [constant([size(node, 0)])];

/** The matrix from frequencies to mel bins: a constant. */
const melWeightMatrix: Operator = (node) => [constant([frequencies(size(node, 1), true), size(node, 0)])];

function size(node: NodeContext, index: number): number {
  return node.positive(node.values(index)[0] ?? 0, `input ${index}`);
}

/** Operators of signals. */
export const signal: Operators = {
  BlackmanWindow: windowFunction,
  DFT: dft,
  HammingWindow: windowFunction,
  HannWindow: windowFunction,
  MelWeightMatrix: melWeightMatrix,
  STFT: stft,
};
