import * as v from 'valibot';
import { pooling, reduce } from '../../../network/operators/index.ts';
import { configured, type LayerKind, onlyInput } from '../layer-kind.ts';
import { flag, sizes } from '../schema.ts';
import { axes, dataFormat, paddingMode, window } from './spatial.ts';

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

export const POOLING_LAYERS: Readonly<Record<string, LayerKind>> = {
  AveragePooling1D: windowed('AveragePool', 1),
  AveragePooling2D: windowed('AveragePool', 2),
  GlobalAveragePooling1D: global('GlobalAveragePool', 1),
  GlobalAveragePooling2D: global('GlobalAveragePool', 2),
  GlobalMaxPooling1D: global('GlobalMaxPool', 1),
  GlobalMaxPooling2D: global('GlobalMaxPool', 2),
  MaxPooling1D: windowed('MaxPool', 1),
  MaxPooling2D: windowed('MaxPool', 2),
};
