import * as v from 'valibot';
import { pooling, reduce, UNIT_WINDOW, type Window } from '../../../network/operators/index.ts';
import { type Reads, SAME } from '../../../network/reads.ts';
import { configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { flag, sizes } from '../schema.ts';
import { alongSpatialAxes, axes, dataFormat, paddingMode, window } from './spatial.ts';

/** MaxPooling and AveragePooling over `count` axes. The strides are the pool size by default. */
function windowed(op: string, count: number): LayerKind {
  const schema = v.object({
    pool_size: v.optional(sizes(count), 2),
    strides: v.nullish(sizes(count)),
    padding: paddingMode,
    data_format: dataFormat,
  });
  return configured(schema, (call, config) => {
    const input = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const strides = config.strides ?? config.pool_size;
    return pooling(call.b, call.name, input, {
      op,
      windows: spatial.map((axis, i) =>
        window(input.dims[axis]!, {
          kernel: config.pool_size[i]!,
          stride: strides[i]!,
          padding: config.padding,
        }),
      ),
      spatialAxes: spatial,
    });
  });
}

function global(op: string, count: number): LayerKind {
  const schema = v.object({ data_format: dataFormat, keepdims: flag });
  return configured(schema, (call, config) => {
    const { spatial } = axes(call, count, config.data_format);
    return reduce(call.b, { name: call.name, op }, onlyInput(call), spatial, { keepDims: config.keepdims });
  });
}

/** Windows of a direction, and what has to be laid out first where they differ in size. */
interface AdaptiveWindows {
  readonly size: number;
  readonly reads: Reads;
  readonly window: Window;
}

/** More positions than this are not listed one by one. */
const MAX_LISTED = 2 ** 22;

/**
 * Position `p` of `count` reads from `floor(p · size / count)` to in front of `ceil((p + 1) · size / count)`, as
 * Keras and PyTorch do. Windows of different sizes are laid out side by side, all with room for the longest.
 */
function adaptiveWindows(call: LayerCall, size: number, count: number): AdaptiveWindows {
  const start = (p: number) => Math.floor((p * size) / count);
  const longest = Math.ceil(size / count) + 1;
  if (count * longest > MAX_LISTED) throw fail(call, `${count} windows over ${size} positions are too many`);
  const ranges = Array.from({ length: count }, (_, p) => {
    return { from: start(p), length: Math.ceil(((p + 1) * size) / count) - start(p) };
  });
  const kernel = Math.max(...ranges.map(({ length }) => length));
  const stride = ranges[1]?.from ?? 1;
  if (ranges.every(({ from, length }, p) => from === p * stride && length === kernel)) {
    return { size, reads: SAME, window: { ...UNIT_WINDOW, kernel, stride: Math.max(1, stride) } };
  }
  const positions = ranges.flatMap(({ from, length }) => {
    return Array.from({ length: kernel }, (_, i) => (i < length ? from + i : -1));
  });
  const window = { ...UNIT_WINDOW, kernel, stride: kernel };
  return { size: positions.length, reads: { kind: 'list', positions }, window };
}

/** Adaptive pooling over `count` axes: as many windows as the output has positions, over all of the input. */
function adaptive(op: string, count: number): LayerKind {
  const schema = v.object({ output_size: sizes(count), data_format: dataFormat });
  return configured(schema, (call, config) => {
    const { b, name } = call;
    const input = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const all = spatial.map((axis, i) => adaptiveWindows(call, input.dims[axis]!, config.output_size[i]!));
    const isSpread = all.some(({ reads }) => reads !== SAME);
    const spread = isSpread
      ? alongSpatialAxes({ ...call, name: `${name}/windows` }, 'Gather', spatial, all)
      : input;
    const windows = all.map(({ window }) => window);
    return pooling(b, name, spread, { op, windows, spatialAxes: spatial, outputSizes: config.output_size });
  });
}

export const POOLING_LAYERS: Readonly<Record<string, LayerKind>> = {
  AdaptiveAveragePooling1D: adaptive('AveragePool', 1),
  AdaptiveAveragePooling2D: adaptive('AveragePool', 2),
  AdaptiveMaxPooling1D: adaptive('MaxPool', 1),
  AdaptiveMaxPooling2D: adaptive('MaxPool', 2),
  AveragePooling1D: windowed('AveragePool', 1),
  AveragePooling2D: windowed('AveragePool', 2),
  GlobalAveragePooling1D: global('GlobalAveragePool', 1),
  GlobalAveragePooling2D: global('GlobalAveragePool', 2),
  GlobalMaxPooling1D: global('GlobalMaxPool', 1),
  GlobalMaxPooling2D: global('GlobalMaxPool', 2),
  MaxPooling1D: windowed('MaxPool', 1),
  MaxPooling2D: windowed('MaxPool', 2),
};
