import { PoolKind } from '../../../assembly/execute/elements-layout.ts';
import { samePoolPadding } from '../../load/onnx/operators/pooling.ts';
import { windowsOf } from '../../load/onnx/operators/windows.ts';
import type { Window } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { INT64 } from '../data-types.ts';
import { Elementwise } from '../elementwise.ts';
import { Reduction, type ReductionFunction } from '../reduction.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { sums } from '../value-layout.ts';
import { Whole } from '../whole.ts';
import { type WindowFunction, Windows } from '../window.ts';
import { type AxisTaps, tapsOfPoints } from './points.ts';
import { ofQonnx } from './qonnx.ts';
import { stridesOf, upTo } from './rearrangement.ts';
import { reductions } from './reduction.ts';
import { channelsLast } from './view.ts';

const greatest: WindowFunction = {
  initial: Number.NEGATIVE_INFINITY,
  add: (sum, value) => Math.max(sum, value),
  finish: (sum) => sum,
  kernel: PoolKind.MAX,
};

const average: WindowFunction = {
  initial: 0,
  add: (sum, value) => sum + value,
  finish: (sum, count) => sum / count,
  kernel: PoolKind.MEAN,
};

function power(p: number): WindowFunction {
  return { initial: 0, add: (sum, value) => sum + Math.abs(value) ** p, finish: (sum) => sum ** (1 / p) };
}

/** The indices of the input under each window of an axis, and how many there are with the padding that the file names. */
interface AxisWindows {
  readonly indices: readonly (readonly number[])[];
  readonly counts: readonly number[];
}

function axisWindows(
  output: number,
  input: number,
  { kernel, stride, dilation, before, after }: Window,
): AxisWindows {
  const indices: number[][] = [];
  const counts: number[] = [];
  for (let i = 0; i < output; i++) {
    const all = Array.from({ length: kernel }, (_, tap) => i * stride - before + tap * dilation);
    indices.push(all.filter((at) => at >= 0 && at < input));
    counts.push(all.filter((at) => at < input + after).length);
  }
  return { indices, counts };
}

/** An operator that may say in an attribute that its channels are last. */
function eitherWay(lowering: Lowering): Lowering {
  const last = channelsLast(lowering);
  return (step) => (step.node.int('channels_last', 0) !== 0 ? last : lowering)(step);
}

function pool(functionOf: (step: StepContext) => WindowFunction): Lowering {
  return (step) => {
    const { node } = step;
    const input = step.input(0);
    const output = step.value(step.layout(), [input]);
    const kernel = node.ints('kernel_shape') ?? [];
    const sizes = input.layout.dims.slice(2);
    const windows = windowsOf(node, sizes, kernel, samePoolPadding);
    const axes = windows.map((window, i) => axisWindows(output.layout.dims[i + 2]!, sizes[i]!, window));
    pooled(output, input, axes, functionOf(step), node.int('count_include_pad', 0) !== 0);
    return step.step.outputs.length < 2 ? [output] : [output, greatestIndices(step, input, axes)];
  };
}

/** Windows over the axes behind the second one. */
function pooled(
  output: StoredValue,
  input: StoredValue,
  windows: readonly AxisWindows[],
  compute: WindowFunction,
  countsPads: boolean,
): void {
  const { taps, indices } = tapsOfPoints(
    output,
    input,
    tapsOfWindows(windows, () => 1),
    (a, b) => a * b,
  );
  const counts = taps.starts.slice(1).map((end, point) => end - taps.starts[point]!);
  if (countsPads) {
    counts.fill(1);
    windows.forEach((window, i) => {
      indices(i + 2).forEach((index, point) => {
        counts[point]! *= window.counts[index]!;
      });
    });
  }
  new Windows(output, input, { ...taps, counts }, compute);
}

/** Per axis of (N, C, spatial…): what is under each window, with a number for each position. */
function tapsOfWindows(
  windows: readonly AxisWindows[],
  numberOf: (position: number, axis: number) => number,
): AxisTaps[] {
  const spatial = windows.map(({ indices }, axis) =>
    indices.map((list) => list.map((position) => ({ position, weight: numberOf(position, axis) }))),
  );
  return [undefined, undefined, ...spatial];
}

/** Where the greatest values are: their indices in the whole input, in row-major order; of equals the first one. */
function greatestIndices(
  step: StepContext,
  input: StoredValue,
  windows: readonly AxisWindows[],
): StoredValue {
  const layout = step.layout(1);
  const { dims } = input.layout;
  if (step.node.int('storage_order', 0) !== 0) step.fail('indices of columns first are not executed');
  const strides = stridesOf(dims);
  const inMap = step.value(layout, [input], INT64);
  const numbered = tapsOfWindows(windows, (position, axis) => position * strides[axis + 2]!);
  const { taps } = tapsOfPoints(inMap, input, numbered, (a, b) => a + b);
  let best = 0;
  new Windows(inMap, input, taps, {
    initial: -1,
    add: (found, value, index) => {
      if (found >= 0 && !(value > best)) return found;
      best = value;
      return index;
    },
    finish: (found) => found,
  });
  const maps = upTo(dims[0]! * dims[1]!).map((map) => map * strides[1]!);
  const firsts = step.constant([dims[0]!, dims[1]!, ...windows.map(() => 1)], maps, INT64);
  const output = step.value(layout, [inMap, firsts], INT64);
  new Elementwise(output, [inMap, firsts], (index, first) => index! + first!);
  return output;
}

/** Puts values where the indices of a MaxPool say; everything else is 0. */
const maxUnpool: Lowering = (step) => {
  const operands = [step.input(0), step.input(1)];
  const output = step.value(step.layout(), operands);
  const size = elements(output.layout.dims);
  new Whole(output, operands, ([values, indices]) => {
    const all = new Float64Array(size);
    values!.values.forEach((value, i) => {
      all[indices!.values[i]!] = value;
    });
    return all;
  });
  return [output];
};

/** Windows side by side, as PyTorch spreads them: from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉. */
const adaptivePool =
  (compute: WindowFunction): Lowering =>
  (step) => {
    const input = step.input(0);
    const { dims } = input.layout;
    const wanted = step.layout().dims;
    if (dims.length !== step.given(1).length + 2) step.fail('its input has no batch, which is not executed');
    const output = step.value(step.layout(), [input]);
    const axes = dims.slice(2).map((size, i): AxisWindows => {
      const count = wanted[i + 2]!;
      const indices = Array.from({ length: count }, (_, at) => {
        const from = Math.floor((at * size) / count);
        return Array.from({ length: Math.ceil(((at + 1) * size) / count) - from }, (__, k) => from + k);
      });
      return { indices, counts: indices.map(({ length }) => length) };
    });
    pooled(output, input, axes, compute, false);
    return [output];
  };

/** Pooling over all of H and W. */
function globalPool(kind: ReductionFunction | 'Lp'): Lowering {
  return (step) => {
    const input = step.input(0);
    const { dims, axes } = input.layout;
    const output = step.value(step.layout(), [input]);
    const loops = dims.map((_, axis) => ({
      out: output.layout.axes[axis]!,
      into: axis < 2 ? axes[axis]! : new Int32Array(1),
    }));
    const functionOf = kind === 'Lp' ? powerSum(step.node.int('p', 2)) : kind;
    new Reduction(output, input, loops, sums(axes.slice(2)), functionOf);
    return [output];
  };
}

function powerSum(p: number) {
  return {
    initial: 0,
    add: (sum: number, value: number) => sum + Math.abs(value) ** p,
    finish: (sum: number) => sum ** (1 / p),
  };
}

const maxPool = eitherWay(pool(() => greatest));
const averagePool = eitherWay(pool(() => average));
const globalAveragePool = eitherWay(globalPool(reductions.Mean!));
const globalMaxPool = eitherWay(globalPool(greatest));

/** Pooling, also of tensors in another layout. */
export const pooling: Lowerings = {
  AveragePool: averagePool,
  LpPool: pool((step) => power(step.node.int('p', 2))),
  MaxPool: maxPool,
  MaxUnpool: maxUnpool,
  GlobalAveragePool: globalAveragePool,
  GlobalLpPool: globalPool('Lp'),
  GlobalMaxPool: globalMaxPool,
  'com.microsoft.nchwc:AveragePool': averagePool,
  'com.microsoft.nchwc:MaxPool': maxPool,
  'com.microsoft.nchwc:GlobalAveragePool': globalAveragePool,
  'com.microsoft.nchwc:GlobalMaxPool': globalMaxPool,
  'com.microsoft:NhwcMaxPool': channelsLast(maxPool),
  'com.ms.internal.nhwc:AveragePool': channelsLast(averagePool),
  'com.ms.internal.nhwc:MaxPool': channelsLast(maxPool),
  'com.ms.internal.nhwc:GlobalAveragePool': channelsLast(globalAveragePool),
  'com.ms.internal.nhwc:GlobalMaxPool': channelsLast(globalMaxPool),
  'qonnx.custom_op.channels_last:MaxPool': channelsLast(maxPool),
  'aten:adaptive_avg_pool1d': adaptivePool(average),
  'aten:adaptive_avg_pool2d': adaptivePool(average),
  'aten:adaptive_max_pool1d': adaptivePool(greatest),
  'aten:adaptive_max_pool2d': adaptivePool(greatest),
  ...ofQonnx('MaxPoolNHWC', channelsLast(maxPool)),
};
