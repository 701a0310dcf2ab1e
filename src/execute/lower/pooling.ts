import { samePoolPadding } from '../../load/onnx/operators/pooling.ts';
import { windowsOf } from '../../load/onnx/operators/windows.ts';
import type { Window } from '../../network/operators/index.ts';
import { Access } from '../access.ts';
import { Reduction } from '../reduction.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { sums } from '../value-layout.ts';
import { type WindowFunction, Windows } from '../window.ts';
import { ofQonnx } from './qonnx.ts';
import { reductions } from './reduction.ts';
import { channelsLast } from './view.ts';

const greatest: WindowFunction = {
  initial: Number.NEGATIVE_INFINITY,
  add: (sum, value) => Math.max(sum, value),
  finish: (sum) => sum,
};

const average: WindowFunction = {
  initial: 0,
  add: (sum, value) => sum + value,
  finish: (sum, count) => sum / count,
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
    if (step.step.outputs.length > 1 && node.op === 'MaxPool')
      step.fail('indices of a MaxPool are not executed');
    const input = step.input(0);
    const output = step.value(step.layout(), [input]);
    const kernel = node.ints('kernel_shape') ?? [];
    const sizes = input.layout.dims.slice(2);
    const windows = windowsOf(node, sizes, kernel, samePoolPadding);
    const axes = windows.map((window, i) => axisWindows(output.layout.dims[i + 2]!, sizes[i]!, window));
    pooled(output, input, axes, functionOf(step), node.int('count_include_pad', 0) !== 0);
    return [output];
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
  const { layout } = output;
  const kept = [0, 1];
  // The cell of an output by its spatial indices, and that of the first channel in the input.
  const base = new Access(
    layout,
    input.layout,
    layout.dims.map((size, axis) => ({
      out: layout.axes[axis]!,
      into: kept.includes(axis) ? input.layout.axes[axis]! : new Int32Array(size),
    })),
  );
  const indexOf = layout.dims.map((_, axis) =>
    kept.includes(axis) ? undefined : indicesByCell(output, axis),
  );
  if (base.all !== undefined || indexOf.slice(2).some((list) => list === 'channels')) {
    throw new Error('a pooling slides along channels');
  }
  const starts = new Int32Array(layout.cells + 1);
  const places: number[] = [];
  const counts = new Int32Array(layout.cells);
  for (let cell = 0; cell < layout.cells; cell++) {
    const at = windows.map((_, i) => (indexOf[i + 2] as Int32Array)[cell]!);
    const lists = windows.map(({ indices }, i) =>
      Int32Array.from(indices[at[i]!]!, (index) => input.layout.axes[i + 2]![index]!),
    );
    for (const place of sums(lists)) places.push(base.cells[cell]! + place);
    starts[cell + 1] = places.length;
    counts[cell] = countsPads
      ? windows.reduce((product, window, i) => product * window.counts[at[i]!]!, 1)
      : starts[cell + 1]! - starts[cell]!;
  }
  new Windows(
    output,
    input,
    { starts, places: Int32Array.from(places), channels: base.channels, counts },
    compute,
  );
}

/** Per cell of a tensor: its index along an axis of positions. */
export function indicesByCell({ layout }: StoredValue, axis: number): Int32Array | 'channels' {
  const { dims, axes, channels, cells } = layout;
  const result = new Int32Array(cells);
  if (dims[axis] === 1) return result;
  if (axes[axis]!.some((offset) => offset % channels !== 0)) return 'channels';
  const all = dims.map((size, other) =>
    other === axis ? Int32Array.from({ length: size }, (_, i) => i) : new Int32Array(size),
  );
  const [places, indices] = [sums(axes), sums(all)];
  places.forEach((place, i) => {
    result[Math.floor(place / channels)] = indices[i]!;
  });
  return result;
}

/** Windows side by side, as PyTorch spreads them: from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉. */
const adaptivePool =
  (compute: WindowFunction): Lowering =>
  (step) => {
    const input = step.input(0);
    const { dims } = input.layout;
    const wanted = step.layout().dims;
    if (dims.length !== step.constants(1)!.length + 2)
      step.fail('its input has no batch, which is not executed');
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
function globalPool(reduction: string): Lowering {
  return (step) => {
    const input = step.input(0);
    const { dims, axes } = input.layout;
    const output = step.value(step.layout(), [input]);
    const loops = dims.map((_, axis) => ({
      out: output.layout.axes[axis]!,
      into: axis < 2 ? axes[axis]! : new Int32Array(1),
    }));
    const functionOf = reduction === 'Lp' ? powerSum(step.node.int('p', 2)) : reductions[reduction]!;
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
const globalAveragePool = eitherWay(globalPool('Mean'));
const globalMaxPool = eitherWay(globalPool('Max'));

/** Pooling, also of tensors in another layout. */
export const pooling: Lowerings = {
  AveragePool: averagePool,
  LpPool: pool((step) => power(step.node.int('p', 2))),
  MaxPool: maxPool,
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
