import * as network from '../../../network/operators/index.ts';
import type { Alignment } from '../../../network/reads.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';

const alignments: Readonly<Record<string, Alignment>> = {
  align_corners: 'align-corners',
  asymmetric: 'asymmetric',
  half_pixel: 'half-pixel',
  half_pixel_symmetric: 'half-pixel',
  pytorch_half_pixel: 'half-pixel',
  tf_half_pixel_for_nn: 'half-pixel',
};

/** Resize since opset 11: input, region, scales, sizes. Before, it had no region and no modes. */
const resize: Operator = (node) => {
  const scales = node.opset < 11 ? 1 : 2;
  const transformation = node.text(
    'coordinate_transformation_mode',
    node.opset < 11 ? 'asymmetric' : 'half_pixel',
  );
  return [resized(node, scaledDims(node, scales), transformation)];
};

/** Upsample, deprecated since opset 10: scales are an attribute before opset 9. */
const upsample: Operator = (node) => [resized(node, scaledDims(node, 1), 'asymmetric')];

function resized(node: NodeContext, dims: readonly number[], transformation: string): Tensor {
  const input = node.input(0, 1);
  if (dims.every((size, axis) => size === input.dims[axis])) return input;
  const mode = node.text('mode', 'nearest').replace('bilinear', 'linear');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic') {
    return node.fail(`mode is ${mode}, and must be nearest, linear or cubic`);
  }
  const output = { dims, h: input.h, w: input.w };
  // With antialias a position reads as much as it shrinks; a region to crop may lie anywhere.
  const shrinks = dims.some((size, axis) => size < input.dims[axis]!);
  if (transformation === 'tf_crop_and_resize' || (shrinks && node.int('antialias', 0) !== 0)) {
    return node.b.everything(node.kind, [input], output);
  }
  if (!Object.hasOwn(alignments, transformation)) {
    node.fail(
      `coordinate_transformation_mode is ${transformation}; known are ${Object.keys(alignments).join(', ')}`,
    );
  }
  return network.resize(node.b, node.name, input, {
    dims,
    mode,
    alignment: alignments[transformation]!,
    ...(mode === 'nearest' && node.op === 'Resize' && node.opset >= 11
      ? { rounding: rounding(node, dims, transformation) }
      : {}),
    op: node.op,
  });
}

const roundings: readonly network.Rounding[] = ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'];

/** Which neighbour is nearest. `tf_half_pixel_for_nn` is half a position further on, and rounds down then. */
function rounding(node: NodeContext, dims: readonly number[], transformation: string): network.Rounding {
  for (const size of dims) node.listed(size);
  if (transformation === 'tf_half_pixel_for_nn') return 'round_prefer_ceil';
  const mode = node.text('nearest_mode', 'round_prefer_floor');
  return (
    roundings.find((known) => known === mode) ?? node.fail(`nearest_mode is ${mode}, which is not known`)
  );
}

/** The dimensions after scaling by the factors in `scales`, or to the sizes behind it. */
function scaledDims(node: NodeContext, scales: number): readonly number[] {
  const { dims } = node.input(0);
  const axes = node.axes(node.ints('axes') ?? dims.map((_, axis) => axis), dims.length);
  const factors = node.floats('scales') ?? node.optionalValues(scales);
  const sizes = factors === undefined ? node.optionalValues(scales + 1) : undefined;
  const given = factors ?? sizes ?? node.fail('it has neither scales nor sizes; export the model again');
  if (given.length !== axes.length) node.fail(`${shown(given)} does not fit the shape ${shown(dims)}`);
  const wanted = factors
    ? factors.map((factor, i) => Math.floor(dims[axes[i]!]! * factor))
    : aspect(node, axes, given);
  return dims.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return size;
    // The batch that the file gives counts as 1.
    return axis === 0 && size === 1 && wanted[i] === node.fileBatch ? 1 : wanted[i]!;
  });
}

/** Sizes, made smaller or larger where the node wants to keep the ratio of the input. */
function aspect(node: NodeContext, axes: readonly number[], sizes: readonly number[]): readonly number[] {
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return sizes;
  const inputs = axes.map((axis) => node.input(0).dims[axis]!);
  const ratios = sizes.map((size, i) => size / inputs[i]!);
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return inputs.map((size) => Math.floor(size * ratio + 0.5));
}

/** Blocks of channels become positions, or positions become channels. */
function blocks(change: typeof network.depthToSpace): Operator {
  return (node) => {
    const input = node.input(0, 4);
    if (input.dims.length !== 4)
      node.fail(`its input has shape ${shown(input.dims)}, and must have 4 dimensions`);
    const block = node.positive(node.int('blocksize', 0), 'blocksize');
    return [change(node.b, node.name, input, { block, channelAxis: 1, op: node.op })];
  };
}

/** Operators that change the number of positions. */
export const resizing: Operators = {
  DepthToSpace: blocks(network.depthToSpace),
  SpaceToDepth: blocks(network.spaceToDepth),
  Resize: resize,
  Upsample: upsample,
};
