import * as v from 'valibot';
import { adaptiveReads, pooling, reduce } from '../../../network/operators/index.ts';
import { configured, type LayerKind, onlyInput } from '../layer-kind.ts';
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
    const input = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    if (count === 2) call.b.expectAxes(input, spatial[0]!, spatial[1]!);
    return reduce(call.b, { name: call.name, op }, input, spatial, { keepDims: config.keepdims });
  });
}

/** Adaptive pooling over `count` axes: as many windows as the output has positions, over all of the input. */
function adaptive(op: string, count: number): LayerKind {
  const schema = v.object({ output_size: sizes(count), data_format: dataFormat });
  return configured(schema, (call, config) => {
    const { dims } = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const directions = spatial.map((axis, i) => {
      const size = config.output_size[i]!;
      return { size, reads: adaptiveReads(call.name, dims[axis]!, size) };
    });
    return alongSpatialAxes(call, op, spatial, directions);
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
