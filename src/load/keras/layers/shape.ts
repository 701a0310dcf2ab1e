import * as v from 'valibot';
import { type Interpolation, interpolated, reshape, transpose } from '../../../network/operators/index.ts';
import { type Reads, shift } from '../../../network/reads.ts';
import { elements, type Tensor } from '../../../network/tensor.ts';
import { axisOf, configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { flag, integer, natural, perDimension, positive, sizes } from '../schema.ts';
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

const INTERPOLATIONS: Readonly<Record<string, Interpolation>> = {
  nearest: 'nearest',
  bilinear: 'linear',
  bicubic: 'cubic',
  gaussian: 'gaussian',
  lanczos3: 'lanczos3',
  lanczos5: 'lanczos5',
  mitchellcubic: 'mitchell',
};

/** How an interpolation reads; one that is not known reads everything, to be safe. */
function interpolation(
  { name }: LayerCall,
  sizes: { input: number; output: number },
  mode: string,
  antialias = false,
): Reads {
  return Object.hasOwn(INTERPOLATIONS, mode)
    ? interpolated(name, sizes, INTERPOLATIONS[mode]!, antialias)
    : { kind: 'all' };
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
    const directions = spatial.map((axis, i) => {
      const input = dims[axis]!;
      const output = input * config.size[i]!;
      return { size: output, reads: interpolation(call, { input, output }, config.interpolation) };
    });
    return alongSpatialAxes(call, 'Resize', spatial, directions);
  });
}

/** What `Resizing` does before it resizes: nothing, or cropping or padding to the ratio of its target. */
export type AspectRatio = 'stretch' | 'crop' | 'pad';

/** Resizes the first two spatial axes to the given height and width. */
export function resizeTo(
  call: LayerCall,
  o: {
    height: number;
    width: number;
    mode: string;
    spatial: readonly number[];
    antialias?: boolean;
    aspectRatio?: AspectRatio;
  },
): Tensor {
  const targets = [o.height, o.width];
  const input = toRatio(call, o.spatial, targets, o.aspectRatio ?? 'stretch');
  const directions = targets.map((output, i) => {
    const from = input.dims[o.spatial[i]!]!;
    return { size: output, reads: interpolation(call, { input: from, output }, o.mode, o.antialias) };
  });
  return alongSpatialAxes(call, 'Resize', o.spatial, directions, input);
}

/** The middle of the input, or the input in the middle, with the ratio of height and width of the target. */
function toRatio(
  call: LayerCall,
  spatial: readonly number[],
  targets: readonly number[],
  aspectRatio: AspectRatio,
): Tensor {
  const input = onlyInput(call);
  if (aspectRatio === 'stretch') return input;
  const old = spatial.map((axis) => input.dims[axis]!);
  const directions = old.map((size, i) => {
    const fitting = Math.floor((old[1 - i]! * targets[i]!) / targets[1 - i]!);
    const wanted = aspectRatio === 'crop' ? Math.max(Math.min(size, fitting), 1) : Math.max(size, fitting);
    return { size: wanted, reads: shift(Math.trunc((size - wanted) / 2)) };
  });
  if (directions.every(({ size }, i) => size === old[i])) return input;
  return alongSpatialAxes(call, aspectRatio === 'crop' ? 'Crop' : 'Pad', spatial, directions);
}

const targetSize = v.object({ height: positive, width: positive, data_format: dataFormat });

const resizing: LayerKind = configured(
  v.object({
    ...targetSize.entries,
    interpolation: v.nullish(v.string('a name'), 'bilinear'),
    antialias: flag,
    crop_to_aspect_ratio: flag,
    pad_to_aspect_ratio: flag,
  }),
  (call, { height, width, interpolation: mode, data_format, antialias, ...config }) =>
    resizeTo(call, {
      height,
      width,
      mode,
      spatial: axes(call, 2, data_format).spatial,
      antialias,
      aspectRatio: config.crop_to_aspect_ratio ? 'crop' : config.pad_to_aspect_ratio ? 'pad' : 'stretch',
    }),
);

/** CenterCrop: the middle; smaller maps are resized, as Keras does. */
const centerCrop: LayerKind = configured(targetSize, (call, { height, width, data_format }) => {
  const { dims } = onlyInput(call);
  const { spatial } = axes(call, 2, data_format);
  const before = [height, width].map((size, i) => Math.floor((dims[spatial[i]!]! - size) / 2));
  if (before.some((offset) => offset < 0))
    return resizeTo(call, { height, width, mode: 'bilinear', spatial, aspectRatio: 'crop' });
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
