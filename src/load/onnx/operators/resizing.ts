import * as network from '../../../network/operators/index.ts';
import { type Reads, SAME } from '../../../network/reads.ts';
import { isConstant } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import {
  coordinates,
  mostTaps,
  nearestPositions,
  positionsOf,
  type ResizedAxis,
  type ResizeModes,
} from './resize-taps.ts';

const f = Math.fround;

/** What a node does to every axis. */
export interface Resizing {
  /** Every axis of the input, in order. */
  readonly axes: readonly ResizedAxis[];
  readonly modes: ResizeModes;
  /** True where the network computes the region to crop, which may lie anywhere. */
  readonly isComputed: boolean;
}

/** What a Resize or an Upsample does to every axis. */
export function resizingOf(node: NodeContext): Resizing {
  const o = operandsOf(node);
  const modes = modesOf(node, o);
  const sizes = scaled(node, o.scales);
  const regions = modes.extrapolates ? regionsOf(node, o.region, sizes.length) : undefined;
  const isComputed = regions === 'computed';
  const axes = sizes.map((size, axis): ResizedAxis => {
    return { ...size, region: isComputed ? [0, 1] : (regions?.[axis] ?? [0, 1]) };
  });
  return { axes, modes, isComputed };
}

/** Where a node has its operands, and what its opset lets it say about coordinates. */
interface Operands {
  readonly region?: number;
  readonly scales: number;
  readonly transformation: string;
  readonly nearest: string;
}

/**
 * Resize since opset 11: input, region, scales, sizes. Before, it had no region and no modes, as Upsample, which is
 * deprecated since opset 10 and has its scales as an attribute before opset 9.
 */
function operandsOf(node: NodeContext): Operands {
  if (node.op === 'Upsample' || node.opset < 11) {
    return { scales: 1, transformation: 'asymmetric', nearest: 'simple' };
  }
  return {
    region: 1,
    scales: 2,
    transformation: node.text('coordinate_transformation_mode', 'half_pixel'),
    nearest: node.text('nearest_mode', 'round_prefer_floor'),
  };
}

const resize: Operator = (node) => {
  const input = node.input(0, 1);
  const { axes, modes, isComputed } = resizingOf(node);
  const dims = axes.map(({ output }) => output);
  if (dims.every((size, axis) => size === input.dims[axis])) return [input];
  network.expectResized(node.b, input, dims);
  const output = { dims, h: input.h, w: input.w };
  if (isComputed) return [node.b.everything(node.kind, node.present(), output)];
  const along = (index: number): Reads => {
    const axis = axes[index];
    if (axis === undefined || axis.scale === 1) return SAME;
    return network.listed(node.name, axis.output, mostTaps(axis, modes), positionsOf(axis, modes));
  };
  const operand = { tensor: input, rows: along(input.h), columns: along(input.w) };
  return [node.b.layer(node.kind, [operand], output)];
};

function modesOf(node: NodeContext, o: Operands): ResizeModes {
  const known = <T>(table: Readonly<Record<string, T>>, value: string, what: string): T =>
    Object.hasOwn(table, value)
      ? table[value]!
      : node.fail(`${what} is ${value}; known are ${Object.keys(table).join(', ')}`);
  const mode = node.text('mode', 'nearest').replace('bilinear', 'linear');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic') {
    return node.fail(`mode is ${mode}, and must be nearest, linear or cubic`);
  }
  return {
    mode,
    coordinates: known(coordinates, o.transformation, 'coordinate_transformation_mode'),
    nearest: known(nearestPositions, o.nearest, 'nearest_mode'),
    extrapolates: o.transformation === 'tf_crop_and_resize',
    antialias: node.int('antialias', 0) !== 0,
    excludesOutside: node.int('exclude_outside', 0) !== 0,
    cubicCoefficient: node.float('cubic_coeff_a', f(-0.75)),
  };
}

/** Start and end of the region to crop along every axis: by default all of it. */
function regionsOf(
  node: NodeContext,
  index: number | undefined,
  rank: number,
): 'computed' | readonly [number, number][] {
  const region = index === undefined ? undefined : node.optional(index);
  if (region !== undefined && !isConstant(region)) return 'computed';
  const values = index === undefined ? undefined : node.optionalValues(index);
  const axes = resizedAxes(node, rank);
  if (values !== undefined && values.length !== 2 * axes.length) {
    node.fail(`a region of ${values.length} numbers does not fit ${axes.length} axes`);
  }
  return Array.from({ length: rank }, (_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 || values === undefined ? [0, 1] : [values[i]!, values[i + axes.length]!];
  });
}

function resizedAxes(node: NodeContext, rank: number): number[] {
  return node.axes(node.ints('axes') ?? Array.from({ length: rank }, (_, axis) => axis), rank);
}

type ScaledAxis = Omit<ResizedAxis, 'region'>;

/** Every axis after scaling by the factors in input `scales`, or to the sizes behind it. */
function scaled(node: NodeContext, scales: number): ScaledAxis[] {
  const { dims } = node.input(0);
  const axes = resizedAxes(node, dims.length);
  const factors = node.floats('scales') ?? node.optionalValues(scales);
  const given =
    factors ??
    node.optionalValues(scales + 1) ??
    node.fail('it has neither scales nor sizes; export the model again');
  if (given.length !== axes.length) node.fail(`${shown(given)} does not fit the shape ${shown(dims)}`);
  const all = dims.map((input, axis): ScaledAxis => {
    const i = axes.indexOf(axis);
    const value = i < 0 ? undefined : given[i]!;
    // The batch that the file gives counts as 1.
    const isBatch = axis === 0 && input === 1 && value === node.fileBatch;
    if (value === undefined || isBatch) return { input, output: input, scale: 1 };
    return factors === undefined
      ? { input, output: value, scale: f(value / input) }
      : { input, output: Math.floor(f(value * input)), scale: value };
  });
  return factors === undefined ? keepingAspect(node, all, axes) : all;
}

/** Sizes, made smaller or larger where the node wants to keep the ratio of the input. */
function keepingAspect(node: NodeContext, all: ScaledAxis[], axes: readonly number[]): ScaledAxis[] {
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return all;
  const scales = axes.map((axis) => all[axis]!.scale);
  const scale = policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales);
  return all.map((size, axis) =>
    axes.includes(axis)
      ? { input: size.input, output: Math.floor(f(scale * size.input) + 0.5), scale }
      : size,
  );
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
  Upsample: resize,
};
