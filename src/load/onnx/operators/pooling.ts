import * as network from '../../../network/operators/index.ts';
import { elements, normaliseAxis, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import { channelsFirst, spatialAxes, windowsOf } from './windows.ts';

/** Max, average and Lp pooling. The second output of MaxPool, the indices, lies as the first does. */
export const pool: Operator = (node) => {
  const input = node.input(0, 3);
  const last = node.int('channels_last', 0) !== 0;
  const axes = last ? spatialAxes(input.dims.length).map((axis) => axis - 1) : spatialAxes(input.dims.length);
  const kernel = node.ints('kernel_shape') ?? node.fail('kernel_shape is missing; export the model again');
  const sizes = axes.map((axis) => input.dims[axis]!);
  const ceil = node.int('ceil_mode', 0) !== 0;
  const windows = windowsOf(node, sizes, kernel, samePoolPadding);
  const output = network.pooling(node.b, node.name, input, {
    op: node.op,
    windows,
    spatialAxes: axes,
    outputSizes: windows.map((window, i) => windowCount(sizes[i]!, window, ceil)),
  });
  return new Array<Tensor>(Math.min(2, Math.max(1, node.outputCount))).fill(output);
};

/**
 * The padding of SAME as ONNX Runtime counts it for pooling: without dilation, and negative where strides are larger
 * than the kernel, so that windows begin inside the map.
 */
export function samePoolPadding(
  size: number,
  { kernel, stride }: Pick<network.Window, 'kernel' | 'stride'>,
  oddOne: 'begin' | 'end' = 'end',
): { before: number; after: number } {
  const total = (Math.ceil(size / stride) - 1) * stride + kernel - size;
  const before = Math.trunc((oddOne === 'begin' ? total + 1 : total) / 2);
  return { before, after: total - before };
}

/** Windows along one axis; ONNX Runtime takes one that is larger than the map, if by less than its stride. */
function windowCount(size: number, window: network.Window, ceil: boolean): number {
  const { kernel, stride, dilation, before, after } = window;
  const left = size + before + after - dilation * (kernel - 1) - 1;
  return left < 0 && left > -stride ? 1 : network.windowOutput(size, window, ceil);
}

/** Pooling over all of H and W. */
export const globalPool: Operator = (node) => {
  const input = node.input(0, 3);
  const last = node.int('channels_last', 0) !== 0;
  const axes = spatialAxes(input.dims.length).map((axis) => (last ? axis - 1 : axis));
  if (axes.length === 2) node.b.expectAxes(input, axes[0]!, axes[1]!);
  return [network.reduce(node.b, node.kind, input, axes)];
};

/** A position may come from anywhere in the indices' window: it waits for everything. */
const maxUnpool: Operator = (node) => {
  const input = node.input(0, 3);
  const kernel = node.ints('kernel_shape') ?? node.fail('kernel_shape is missing; export the model again');
  const windows = windowsOf(node, input.dims.slice(2), kernel);
  const computed = windows.map(
    ({ kernel: size, stride, before, after }, i) => (input.dims[i + 2]! - 1) * stride + size - before - after,
  );
  const sizes = node.optional(2) ? node.integers(2).slice(2) : computed;
  if (sizes.length !== windows.length) node.fail(`output_shape ${shown(sizes)} does not fit the input`);
  return [everywhere(node, [input, node.input(1)], [...input.dims.slice(0, 2), ...sizes])];
};

/** Pooling of regions: (regions, C, height, width). */
const roiAlign: Operator = (node) => {
  const input = node.input(0, 4);
  const [height, width] = [node.int('output_height', 1), node.int('output_width', 1)];
  return [everywhere(node, node.present(), [node.input(1, 1).dims[0]!, input.dims[1]!, height, width])];
};

const maxRoiPool: Operator = (node) => {
  const input = node.input(0, 4);
  const pooled = node.ints('pooled_shape') ?? [];
  if (pooled.length !== 2) node.fail('pooled_shape must be two numbers');
  const regions = node.input(1, 1).dims[0]!;
  const dims = [regions, input.dims[1]!, ...pooled];
  // Where the regions lie only the data say: each may be the whole map.
  return [everywhere(node, node.present(), dims, regions * elements(input.dims))];
};

/** Sampling at positions that the network computes: (N, C) of the input, (D, H, W) of the grid. */
const gridSample: Operator = (node) => {
  const input = node.input(0, 4);
  const grid = node.input(1, 4);
  if (grid.dims.length !== input.dims.length) {
    node.fail(`a grid of shape ${shown(grid.dims)} does not fit an input of shape ${shown(input.dims)}`);
  }
  return [everywhere(node, node.present(), [...input.dims.slice(0, 2), ...grid.dims.slice(1, -1)])];
};

/** Every position reads all of the tensors, of which the first is a map (N, C, H, W). */
function everywhere(
  node: NodeContext,
  tensors: readonly Tensor[],
  dims: readonly number[],
  operations?: number,
): Tensor {
  const [h, w] = [-2, -1].map((axis) => normaliseAxis(axis, dims.length));
  if (tensors[0] !== undefined) channelsFirst(node, tensors[0]);
  const output = dims.length > 3 ? { dims, h: h!, w: w! } : { dims, h: -1, w: w! };
  return node.reading([], tensors, output, operations);
}

/** Pooling, whole maps included. */
export const pooling: Operators = {
  AveragePool: pool,
  LpPool: pool,
  MaxPool: pool,
  'com.microsoft:QLinearAveragePool': pool,
  GlobalAveragePool: globalPool,
  GlobalLpPool: globalPool,
  GlobalMaxPool: globalPool,
  'com.microsoft:QLinearGlobalAveragePool': globalPool,
  GridSample: gridSample,
  MaxRoiPool: maxRoiPool,
  MaxUnpool: maxUnpool,
  RoiAlign: roiAlign,
};
