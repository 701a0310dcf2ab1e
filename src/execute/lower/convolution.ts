import { transposedWindows } from '../../load/onnx/operators/convolution.ts';
import { windowsOf } from '../../load/onnx/operators/windows.ts';
import type { Window } from '../../network/operators/index.ts';
import { BaseOperation, type IntegerWeights, type MatrixPlace, PADDING } from '../base-operation.ts';
import { ConstantValues } from '../constant-values.ts';
import { FLOAT, INT32 } from '../data-types.ts';
import { ADD } from '../element-kernel.ts';
import { Elementwise } from '../elementwise.ts';
import { unfit } from '../not-executable.ts';
import { FILLED, type Lowering, type Lowerings, type StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { layoutByAxes, plainLayout, storedPlaces, sums } from '../value-layout.ts';
import { picked, upTo } from './rearrangement.ts';
import { kernelOf, unaryFunctions } from './unary.ts';
import { channelsLast, trailed } from './view.ts';

/** What a convolution is, apart from its operands. */
interface Convolution {
  readonly groups: number;
  readonly kernel: readonly number[];
  /** Per spatial axis, output index and tap: the index of the input, or {@link PADDING}. */
  readonly taps: readonly Int32Array[];
  /** Dimensions of the output. */
  readonly dims: readonly number[];
  readonly weightPlaces: {
    readonly vectors: readonly MatrixPlace[];
    readonly values: readonly MatrixPlace[];
  };
}

/** The zero points of a base layer whose values are integers. */
export interface Integers {
  /** Of what it reads. */
  readonly zeroPoint: number;
  /** Of its weights. */
  readonly integers: IntegerWeights;
}

/** Indices of the input that each index of the output reads, one per tap. */
function tapsOf(output: number, input: number, window: Window): Int32Array {
  const { kernel, stride, dilation, before } = window;
  return Int32Array.from({ length: output * kernel }, (_, i) => {
    const at = Math.floor(i / kernel) * stride - before + (i % kernel) * dilation;
    return at >= 0 && at < input ? at : PADDING;
  });
}

/** The same of a transposed convolution: input `p` writes output `p·stride − before + tap·dilation`. */
function transposedTapsOf(output: number, input: number, window: Window): Int32Array {
  const { kernel, stride, dilation, before } = window;
  return Int32Array.from({ length: output * kernel }, (_, i) => {
    const from = Math.floor(i / kernel) + before - (i % kernel) * dilation;
    const at = from / stride;
    return Number.isInteger(at) && at >= 0 && at < input ? at : PADDING;
  });
}

/** The MVMs of a convolution, without bias, as (N, M, spatial…). */
export function convolved(
  step: StepContext,
  input: StoredValue,
  weights: StoredValue,
  integers?: Integers,
): StoredValue {
  const { node } = step;
  if (!weights.store.isConstant) step.fail('its kernel is computed, and only constant ones are executed');
  const [dims, kernel] = [input.layout.dims, weights.layout.dims.slice(2)];
  const windows = windowsOf(node, dims.slice(2), kernel);
  const groups = node.int('group', 1);
  const sizes = step.layout().dims.slice(2);
  return base(step, input, weights, integers, {
    groups,
    kernel,
    taps: windows.map((window, i) => tapsOf(sizes[i]!, dims[i + 2]!, window)),
    dims: [dims[0]!, weights.layout.dims[0]!, ...sizes],
    weightPlaces: forward(weights.layout.dims, groups),
  });
}

function convolvedBack(step: StepContext, input: StoredValue, weights: StoredValue): StoredValue {
  const { node } = step;
  if (!weights.store.isConstant) step.fail('its kernel is computed, and only constant ones are executed');
  const [dims, kernel] = [input.layout.dims, weights.layout.dims.slice(2)];
  const groups = node.int('group', 1);
  const sizes = step.layout().dims.slice(2);
  const padding = node.ints('output_padding') ?? kernel.map(() => 0);
  const windows = transposedWindows(node, dims.slice(2), kernel, padding);
  return base(step, input, weights, undefined, {
    groups,
    kernel,
    taps: windows.map((window, i) => transposedTapsOf(sizes[i]!, dims[i + 2]!, window)),
    dims: [dims[0]!, weights.layout.dims[1]! * groups, ...sizes],
    weightPlaces: backward(weights.layout.dims, groups),
  });
}

/** Weights (M, Ci/g, kernel…): a vector is all of an output channel. */
function forward(dims: readonly number[], groups: number) {
  const columns = dims[0]! / groups;
  const perTap = dims[1]!;
  const taps = dims.slice(2).reduce((product, size) => product * size, 1);
  return {
    vectors: Array.from({ length: dims[0]! }, (_, m): MatrixPlace => {
      return { group: Math.floor(m / columns), row: 0, column: m % columns };
    }),
    values: Array.from({ length: perTap * taps }, (_, i): MatrixPlace => {
      return { group: 0, row: (i % taps) * perTap + Math.floor(i / taps), column: 0 };
    }),
  };
}

/** Weights (Ci, M/g, kernel…): a vector is all of an input channel. */
function backward(dims: readonly number[], groups: number) {
  const perTap = dims[0]! / groups;
  const columns = dims[1]!;
  const taps = dims.slice(2).reduce((product, size) => product * size, 1);
  return {
    vectors: Array.from({ length: dims[0]! }, (_, c): MatrixPlace => {
      return { group: Math.floor(c / perTap), row: c % perTap, column: 0 };
    }),
    values: Array.from({ length: columns * taps }, (_, i): MatrixPlace => {
      return { group: 0, row: (i % taps) * perTap, column: Math.floor(i / taps) };
    }),
  };
}

function base(
  step: StepContext,
  input: StoredValue,
  tensor: StoredValue,
  integers: Integers | undefined,
  { groups, kernel, taps, dims, weightPlaces }: Convolution,
): StoredValue {
  if (dims.length !== kernel.length + 2) unfit();
  const { axes } = input.layout;
  const channels = input.layout.dims[1]!;
  const count = kernel.reduce((product, size) => product * size, 1);
  const weights = { rows: (count * channels) / groups, columns: dims[1]! / groups, groups };
  ConstantValues.use(tensor.store, { kind: 'weights', rows: weights.rows });
  const spatial = dims.map((_, axis) => axis).filter((axis) => axis !== 1);
  const output = step.value(
    layoutByAxes(dims, spatial, [1]),
    [input],
    integers === undefined ? FLOAT : INT32,
  );
  const reads = { places: tapPlaces(axes, dims, kernel, taps), taps: count, channels: axes[1]! };
  if (input.store.isConstant) step.fail('it convolves constants');
  const layer = step.step.layers.find(({ isBase }) => isBase)?.name ?? step.fail('it is no base layer');
  new BaseOperation(output, input, {
    layer,
    weights,
    places: { tensor, ...weightPlaces },
    reads,
    ...integers,
  });
  return output;
}

/** Per position (image, then row by row) and tap: where its first channel lies. */
function tapPlaces(
  axes: readonly Int32Array[],
  dims: readonly number[],
  kernel: readonly number[],
  taps: readonly Int32Array[],
): Int32Array {
  const lost = -(2 ** 28);
  // Per axis: for each index of the output the places of its taps. One that is lost makes the sum negative.
  const places = taps.map((ofAxis, i) => ofAxis.map((at) => (at === PADDING ? lost : axes[i + 2]![at]!)));
  const positions = [dims[0]!, ...dims.slice(2)].reduce((product, size) => product * size, 1);
  const count = kernel.reduce((product, size) => product * size, 1);
  const result = new Int32Array(positions * count);
  const sizes = dims.slice(2);
  let next = 0;
  const visit = (axis: number, lists: readonly Int32Array[]) => {
    if (axis === sizes.length) {
      const sum = sums(lists);
      for (const place of sum) result[next++] = place < 0 ? PADDING : place;
      return;
    }
    const k = kernel[axis]!;
    for (let i = 0; i < sizes[axis]!; i++)
      visit(axis + 1, [...lists, places[axis]!.subarray(i * k, (i + 1) * k)]);
  };
  for (const image of axes[0]!) visit(0, [Int32Array.of(image)]);
  return result;
}

/** A bias per channel, on axis 1. */
export function withBias(step: StepContext, sums: StoredValue, bias: StoredValue | undefined): StoredValue {
  if (bias === undefined) return sums;
  ConstantValues.use(bias.store, { kind: 'bias' });
  const perChannel = trailed(bias, sums.layout.dims.length - 2);
  const output = step.value(sums.layout, [sums, bias], sums.store.dataType);
  new Elementwise(output, [sums, perChannel], (a, b) => a! + b!, ADD);
  return output;
}

const conv: Lowering = (step) => [
  step.arranged(withBias(step, convolved(step, step.input(0), step.input(1)), step.inputs[2]), step.layout()),
];

const convTranspose: Lowering = (step) => [
  step.arranged(
    withBias(step, convolvedBack(step, step.input(0), step.input(1)), step.inputs[2]),
    step.layout(),
  ),
];

/** FusedConv of onnxruntime: a tensor may be added to the result, and an activation follows. */
const fusedConv: Lowering = (step) => {
  const [output] = conv(step);
  const added = step.inputs[3];
  const sum = added === undefined ? output! : step.value(step.layout(), [output!, added]);
  if (added !== undefined) new Elementwise(sum, [output!, added], (a, b) => a! + b!, ADD);
  return [activated(step, sum)];
};

/** The activation that onnxruntime has fused into a node. */
export function activated(step: StepContext, input: StoredValue): StoredValue {
  const op = step.node.text('activation', '');
  if (op === '') return input;
  const parameters = step.node.floats('activation_params') ?? [];
  const names = { LeakyRelu: ['alpha'], HardSigmoid: ['alpha', 'beta'], Clip: ['min', 'max'] }[op] ?? [];
  const attributes = names.map((name, i) => ({ name, float: parameters[i] ?? 0 }));
  const functionOf = unaryFunctions[op] ?? step.fail(`activation ${op} is not known`);
  const output = step.value(input.layout, [input]);
  const own = step.with(attributes);
  new Elementwise(output, [input], functionOf(own), kernelOf(op, own));
  return output;
}

/** The weights as a tensor (M, C, …), which lies in the file in another order. */
const ownWeights =
  (lowering: Lowering): Lowering =>
  (step) => {
    const weights = step.input(1);
    const tensor = step.arranged(weights, plainLayout(weights.layout.dims));
    return lowering(step.as({ inputs: step.inputs.map((input, i) => (i === 1 ? tensor : input)) }));
  };

/** Channels in blocks (NCHWc of ONNX Runtime): as many as the weights say, the last ones filled up. */
const blockedConv: Lowering = (step) => {
  const channels = step.input(1).layout.dims[1]! * step.node.int('group', 1);
  const [input, ...others] = step.inputs;
  return fusedConv(step.as({ inputs: [input && filledUp(step, input, channels), ...others] }));
};

/** More channels, of zeros. */
function filledUp(step: StepContext, input: StoredValue, channels: number): StoredValue {
  const { dims } = input.layout;
  const more = channels - dims[1]!;
  if (more <= 0) return input;
  const wanted = dims.map((size, axis) =>
    upTo(axis === 1 ? channels : size).map((i) => (i < size ? i : FILLED)),
  );
  const { places } = picked({ dims, places: storedPlaces(input.layout) }, wanted, FILLED);
  const positions = dims.map((_, axis) => axis).filter((axis) => axis !== 1);
  return step.moved(layoutByAxes(dims.with(1, channels), positions, [1]), [input], places);
}

/** Convolutions. */
export const convolution: Lowerings = {
  Conv: conv,
  'com.microsoft.nchwc:Conv': blockedConv,
  'com.microsoft:NhwcConv': channelsLast(ownWeights(conv), [0, 1]),
  'com.microsoft:NhwcFusedConv': channelsLast(fusedConv, [0, 3]),
  'com.ms.internal.nhwc:Conv': channelsLast(conv),
  'com.ms.internal.nhwc:ConvTranspose': channelsLast(convTranspose),
  'qonnx.custom_op.channels_last:Conv': channelsLast(ownWeights(conv), [0, 1]),
  ConvTranspose: convTranspose,
  'com.microsoft:FusedConv': fusedConv,
};
