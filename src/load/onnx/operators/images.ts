import * as network from '../../../network/operators/index.ts';
import { ALL, SAME } from '../../../network/reads.ts';
import { elements, isConstant } from '../../../network/tensor.ts';
import { type Operator, type Operators, shown } from '../node-context.ts';
import { perImage } from './convolution.ts';
import { channelsFirst, windowsOf } from './windows.ts';

/** Every axis to its size, from the middle of the input, or with the input in its middle. */
const centerCropPad: Operator = (node) => {
  const { dims } = node.input(0, 1);
  const target = node.integers(1);
  const axes = node.axes(node.ints('axes') ?? dims.map((_, axis) => axis), dims.length);
  if (target.length !== axes.length) node.fail(`the shape ${shown(target)} does not fit ${axes.length} axes`);
  const output = axes.reduce((tensor, axis, i) => {
    const size = tensor.dims[axis]!;
    // The batch that the file gives counts as 1.
    const wanted = axis === 0 && size === 1 && target[i] === node.fileBatch ? 1 : target[i]!;
    const missing = node.positive(wanted, 'a size of the shape') - size;
    const before = missing < 0 ? -Math.floor(-missing / 2) : Math.floor(missing / 2);
    return missing === 0
      ? tensor
      : network.pad(node.b, node.name, tensor, { axis, before, after: missing - before });
  }, node.input(0));
  return [output];
};

/**
 * The opposite of im2col: (N, C · kernel, blocks) to (N, C, spatial…), where blocks that overlap are added. The
 * blocks of a map lie behind each other in one axis, so that a position waits for all of them.
 */
const col2Im: Operator = (node) => {
  const input = node.input(0, 3);
  const [sizes, kernel] = [node.integers(1), node.integers(2)];
  const counts = windowsOf(node, sizes, kernel).map((window, i) => network.windowOutput(sizes[i]!, window));
  const channels = input.dims[1]! / elements(kernel);
  if (input.dims.length !== 3 || !Number.isInteger(channels) || elements(counts) !== input.dims[2]) {
    node.fail(
      `${shown(input.dims)} is not made of blocks of ${shown(kernel)} that make up an image of ${shown(sizes)}`,
    );
  }
  const dims = [input.dims[0]!, channels, ...sizes];
  const [h, w] = sizes.length < 2 ? [-1, 2] : [dims.length - 2, dims.length - 1];
  return [node.reading([], [input], { dims, h, w }, elements(input.dims))];
};

/** Where GridSample has to look, computed from a matrix: (N, H, W, 2), or (N, D, H, W, 3). */
const affineGrid: Operator = (node) => {
  const size = node.integers(1);
  const rank = size.length - 2;
  if (rank !== 2 && rank !== 3) node.fail(`the size ${shown(size)} must have 4 or 5 dimensions`);
  const dims = [node.input(0, 3).dims[0]!, ...size.slice(2), rank];
  return [node.b.everything(node.kind, [node.input(0)], { dims, h: rank - 1, w: rank })];
};

/**
 * A convolution that looks where its offsets say, which may be anywhere in its input. The GPEU gathers and
 * interpolates what is under the kernel of every position; what is left is a product with the weights.
 */
const deformConv: Operator = (node) => {
  const [input, weights, offsets] = [node.input(0, 4), node.input(1, 4), node.input(2, 4)];
  const mask = node.optional(4);
  const groups = node.positive(node.int('group', 1), 'group');
  if (weights.dims.length !== 4 || weights.dims[1]! * groups !== input.dims[1]) {
    node.fail(
      `weights of shape ${shown(weights.dims)} in ${groups} groups do not fit an input of shape ${shown(input.dims)}`,
    );
  }
  const kernel = node.ints('kernel_shape') ?? weights.dims.slice(2);
  const windows = windowsOf(node, input.dims.slice(2), kernel);
  const sizes = windows.map((window, i) => network.windowOutput(input.dims[i + 2]!, window));
  for (const tensor of [offsets, mask]) {
    if (tensor === undefined || shown(tensor.dims.slice(2)) === shown(sizes)) continue;
    node.fail(`offsets or a mask of shape ${shown(tensor.dims)} do not fit an output of ${shown(sizes)}`);
  }
  const dims = [input.dims[0]!, input.dims[1]! * elements(kernel), ...sizes];
  channelsFirst(node, input);
  const operands = [offsets, mask].flatMap((tensor) => {
    if (tensor === undefined) return [];
    return [{ tensor: node.b.withAxes(channelsFirst(node, tensor), 2, 3), rows: SAME, columns: SAME }];
  });
  // Each value is interpolated from four.
  const kind = { name: `${node.name}/sample`, op: 'DeformSample', operations: 4 * elements(dims) };
  const sampled = node.b.layer(kind, [{ tensor: input, rows: ALL, columns: ALL }, ...operands], {
    dims,
    h: 2,
    w: 3,
  });
  return [
    perImage(node, sampled, {
      windows: [network.UNIT_WINDOW, network.UNIT_WINDOW],
      spatialAxes: [2, 3],
      channelAxis: 1,
      outputChannels: weights.dims[0]!,
      groups,
      bias: node.optional(3) !== undefined,
      ...(isConstant(weights) ? {} : { kernel: weights }),
    }),
  ];
};

/** Operators of images: crops, blocks, and sampling at positions that are computed. */
export const images: Operators = {
  AffineGrid: affineGrid,
  CenterCropPad: centerCropPad,
  Col2Im: col2Im,
  DeformConv: deformConv,
};
