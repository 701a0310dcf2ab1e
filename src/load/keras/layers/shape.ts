import * as v from 'valibot';
import { reshape, transpose } from '../../../network/operators/index.ts';
import { type Reads, shift } from '../../../network/reads.ts';
import { elements, type Tensor } from '../../../network/tensor.ts';
import { axisOf, configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { integer, natural, perDimension, positive, sizes } from '../schema.ts';
import { alongSpatialAxes, axes, dataFormat } from './spatial.ts';

/** The dimensions of a reshape, of which one may be -1: what is left of the input's values. */
export function resolveShape(call: LayerCall, input: Tensor, wanted: readonly number[]): number[] {
  const open = wanted.filter((size) => size === -1).length;
  const known = elements(wanted.filter((size) => size !== -1));
  const rest = elements(input.dims) / known;
  if (open > 1 || wanted.some((size) => size < 1 && size !== -1) || (open === 1 && !Number.isInteger(rest))) {
    throw fail(call, `the input [${input.dims.join(', ')}] cannot be reshaped to [${wanted.join(', ')}]`);
  }
  return wanted.map((size) => (size === -1 ? rest : size));
}

const reshapeLayer: LayerKind = configured(
  v.object({ target_shape: perDimension(integer) }),
  (call, config) => {
    const input = onlyInput(call);
    return reshape(call.b, call.name, input, [1, ...resolveShape(call, input, config.target_shape)]);
  },
);

const flatten: LayerKind = (call) => {
  const input = onlyInput(call);
  return reshape(call.b, call.name, input, [1, elements(input.dims)]);
};

/** Permute counts the axes from 1, without the batch. */
const permute: LayerKind = configured(v.object({ dims: perDimension(positive) }), (call, config) => {
  return permuted(call, onlyInput(call), [0, ...config.dims]);
});

/** Transposes `input`, whose axes must each be given once. */
export function permuted(call: LayerCall, input: Tensor, permutation: readonly number[]): Tensor {
  const rank = input.dims.length;
  const all = permutation.map((axis) => axisOf(call, axis, rank));
  if (all.length !== rank || new Set(all).size !== rank) {
    throw fail(call, `[${permutation.join(', ')}] does not name each of the ${rank} axes once`);
  }
  return transpose(input, all);
}

/** RepeatVector: (C) becomes a sequence (n, C). */
const repeatVector: LayerKind = configured(v.object({ n: positive }), (call, { n }) => {
  const input = onlyInput(call);
  if (input.dims.length !== 2) throw fail(call, `needs an input of 2 dimensions, not ${input.dims.length}`);
  const dims = [1, n, input.dims[1]!];
  return call.b.positionwise({ name: call.name, op: 'Expand' }, input, { dims, ...call.sequenceAxes });
});

/** Amounts at both ends of every spatial axis: `n`, `[n, m]` or `[[n, n], [m, m]]`; for one axis `[n, n]`. */
function amounts(count: number) {
  const ends = v.pipe(v.array(natural), v.length(2));
  const message = 'an integer, or amounts at both ends of every axis';
  if (count === 1) {
    return v.pipe(
      v.union([natural, ends, v.pipe(v.array(ends), v.length(1))], message),
      v.transform((value): number[][] => (typeof value === 'number' ? [[value, value]] : [value.flat()])),
    );
  }
  return v.pipe(
    v.union([natural, ends, v.pipe(v.array(ends), v.length(2))], message),
    v.transform((value): number[][] => {
      if (typeof value === 'number')
        return [
          [value, value],
          [value, value],
        ];
      return value.map((amount) => (typeof amount === 'number' ? [amount, amount] : amount));
    }),
  );
}

function zeroPadding(count: number): LayerKind {
  const schema = v.object({ padding: v.optional(amounts(count), 1), data_format: dataFormat });
  return configured(schema, (call, config) => {
    const { dims } = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const directions = spatial.map((axis, i) => {
      const [before, after] = config.padding[i]!;
      return { size: dims[axis]! + before! + after!, reads: shift(-before!) };
    });
    return alongSpatialAxes(call, 'Pad', spatial, directions);
  });
}

function cropping(count: number): LayerKind {
  const schema = v.object({
    cropping: v.optional(amounts(count), count === 1 ? 1 : 0),
    data_format: dataFormat,
  });
  return configured(schema, (call, config) => {
    const { dims } = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const directions = spatial.map((axis, i) => {
      const [before, after] = config.cropping[i]!;
      return { size: dims[axis]! - before! - after!, reads: shift(before!) };
    });
    return alongSpatialAxes(call, 'Crop', spatial, directions);
  });
}

/** How an interpolation reads; kernels wider than cubic read everything, to be safe. */
function interpolation(mode: string): Reads {
  if (mode === 'nearest') return { kind: 'nearest' };
  if (mode === 'bilinear') return { kind: 'linear', alignment: 'half-pixel' };
  if (mode === 'bicubic') return { kind: 'cubic', alignment: 'half-pixel' };
  return { kind: 'all' };
}

function upSampling(count: number): LayerKind {
  const schema = v.object({
    size: v.optional(sizes(count), 2),
    interpolation: v.nullish(v.string('a name'), 'nearest'),
    data_format: dataFormat,
  });
  return configured(schema, (call, config) => {
    const { dims } = onlyInput(call);
    const { spatial } = axes(call, count, config.data_format);
    const reads = interpolation(config.interpolation);
    const directions = spatial.map((axis, i) => ({ size: dims[axis]! * config.size[i]!, reads }));
    return alongSpatialAxes(call, 'Resize', spatial, directions);
  });
}

/** Resizes the first two spatial axes to the given height and width. */
export function resizeTo(
  call: LayerCall,
  o: { height: number; width: number; mode: string; spatial: readonly number[] },
): Tensor {
  const reads = interpolation(o.mode);
  const directions = [o.height, o.width].map((size) => ({ size, reads }));
  return alongSpatialAxes(call, 'Resize', o.spatial, directions);
}

const targetSize = v.object({ height: positive, width: positive, data_format: dataFormat });

const resizing: LayerKind = configured(
  v.object({ ...targetSize.entries, interpolation: v.nullish(v.string('a name'), 'bilinear') }),
  (call, { height, width, interpolation: mode, data_format }) =>
    resizeTo(call, { height, width, mode, spatial: axes(call, 2, data_format).spatial }),
);

/** CenterCrop: the middle; smaller maps are resized, as Keras does. */
const centerCrop: LayerKind = configured(targetSize, (call, { height, width, data_format }) => {
  const { dims } = onlyInput(call);
  const { spatial } = axes(call, 2, data_format);
  const before = [height, width].map((size, i) => Math.floor((dims[spatial[i]!]! - size) / 2));
  if (before.some((offset) => offset < 0))
    return resizeTo(call, { height, width, mode: 'bilinear', spatial });
  const directions = [height, width].map((size, i) => ({ size, reads: shift(before[i]!) }));
  return alongSpatialAxes(call, 'Crop', spatial, directions);
});

export const SHAPE_LAYERS: Readonly<Record<string, LayerKind>> = {
  CenterCrop: centerCrop,
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Flatten: flatten,
  Permute: permute,
  RepeatVector: repeatVector,
  Reshape: reshapeLayer,
  Resizing: resizing,
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
  ZeroPadding1D: zeroPadding(1),
  ZeroPadding2D: zeroPadding(2),
};
