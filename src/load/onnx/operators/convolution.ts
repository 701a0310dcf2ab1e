import * as network from '../../../network/operators/index.ts';
import { elements, isConstant, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import type { Value } from '../value.ts';
import { padsOf, perAxis, spatialAxes, windowsOf } from './windows.ts';

/** Where a convolution has its operands. */
interface Operands {
  readonly weights: number;
  readonly bias: number;
}

/** Conv of any kind: input (N, C, spatial…), weights (M, C/g, kernel…). */
export function conv(operands: Operands): Operator {
  return (node) => {
    const input = node.input(0, 3);
    const weights = weightsOf(node, operands, input);
    const groups = node.positive(node.int('group', 1), 'group');
    if (weights.dims[1]! * groups !== input.dims[1]) {
      node.fail(
        `weights of shape ${shown(weights.dims)} in ${groups} groups do not fit an input of shape ${shown(input.dims)}`,
      );
    }
    const kernel = node.ints('kernel_shape') ?? weights.dims.slice(2);
    if (kernel.some((size, i) => size !== weights.dims[i + 2])) {
      node.fail(`kernel_shape ${shown(kernel)} does not fit weights of shape ${shown(weights.dims)}`);
    }
    return [
      perImage(node, input, {
        windows: windowsOf(node, input.dims.slice(2), kernel),
        spatialAxes: spatialAxes(input.dims.length),
        channelAxis: 1,
        outputChannels: weights.dims[0]!,
        groups,
        bias: node.optional(operands.bias) !== undefined,
        ...(isConstant(weights) ? {} : { kernel: weights }),
      }),
    ];
  };
}

function weightsOf(node: NodeContext, operands: Operands, input: Value): Value {
  const weights = node.input(operands.weights, 3);
  if (weights.dims.length === input.dims.length && elements(weights.dims) > 0) return weights;
  return node.fail(
    `weights of shape ${shown(weights.dims)} do not fit an input of shape ${shown(input.dims)}`,
  );
}

/** ConvTranspose: input (N, C, spatial…), weights (C, M/g, kernel…). */
const convTranspose: Operator = (node) => {
  const input = node.input(0, 3);
  const weights = weightsOf(node, { weights: 1, bias: 2 }, input);
  const groups = node.positive(node.int('group', 1), 'group');
  if (weights.dims[0] !== input.dims[1]) {
    node.fail(`weights of shape ${shown(weights.dims)} do not fit an input of shape ${shown(input.dims)}`);
  }
  const rank = input.dims.length - 2;
  const outputPadding = node.ints('output_padding') ?? new Array<number>(rank).fill(0);
  if (outputPadding.length !== rank)
    node.fail(`output_padding ${shown(outputPadding)} must be ${rank} numbers`);
  const sizes = outputSizes(node, rank);
  return [
    perImage(node, input, {
      windows: transposedWindows(node, input.dims.slice(2), weights.dims.slice(2), outputPadding),
      ...(sizes === undefined ? {} : { outputSizes: sizes }),
      spatialAxes: spatialAxes(input.dims.length),
      channelAxis: 1,
      outputChannels: weights.dims[1]! * groups,
      groups,
      bias: node.optional(2) !== undefined,
      transposed: true,
      outputPadding,
      ...(isConstant(weights) ? {} : { kernel: weights }),
    }),
  ];
};

/** The sizes along H and W that `output_shape` gives; older files have those of batch and channels in front. */
function outputSizes(node: NodeContext, rank: number): readonly number[] | undefined {
  const given = node.ints('output_shape');
  if (given === undefined || given.length === 0) return undefined;
  if (given.length !== rank && given.length !== rank + 2) {
    node.fail(`output_shape ${shown(given)} does not fit a map of ${rank} dimensions`);
  }
  return given.slice(-rank).map((size) => node.positive(size, 'a size of output_shape'));
}

/**
 * The windows of a transposed convolution; `output_shape` and `auto_pad` decide about their padding, which is never
 * negative: a size beyond what the kernels reach is not padded, but has positions at its end that read nothing.
 */
export function transposedWindows(
  node: NodeContext,
  sizes: readonly number[],
  kernel: readonly number[],
  outputPadding: readonly number[],
): network.Window[] {
  const rank = sizes.length;
  const strides = perAxis(node, 'strides', rank);
  const dilations = perAxis(node, 'dilations', rank);
  const pads = padsOf(node, rank);
  const mode = node.text('auto_pad', 'NOTSET');
  const given = outputSizes(node, rank);
  return sizes.map((size, i) => {
    const window = { kernel: kernel[i]!, stride: strides[i]!, dilation: dilations[i]! };
    const wanted = given?.[i] ?? (mode.startsWith('SAME') ? size * window.stride : undefined);
    if (wanted === undefined) {
      const before = mode === 'VALID' ? 0 : pads[i]!;
      return { ...window, before, after: mode === 'VALID' ? 0 : pads[i + rank]! };
    }
    const reach = window.stride * (size - 1) + outputPadding[i]! + (window.kernel - 1) * window.dilation + 1;
    const total = Math.max(0, reach - wanted);
    const half = Math.floor(total / 2);
    return mode === 'SAME_UPPER'
      ? { ...window, before: half, after: total - half }
      : { ...window, before: total - half, after: half };
  });
}

/**
 * A convolution of several images at once (windows or frames that the network has cut itself): every pixel
 * of each is an MVM, so the images lie below each other in the rows of one map. Which rows a row reads is
 * then no window any more, so it waits for everything.
 */
export function perImage(node: NodeContext, input: Tensor, o: network.ConvolutionOptions): Tensor {
  const images = input.dims[0]!;
  if (images === 1 || isConstant(input) || o.windows.length > 2) {
    return network.convolution(node.b, node.name, input, o);
  }
  const computed = o.windows.map((window, i) => {
    const size = input.dims[o.spatialAxes[i]!]!;
    if (!o.transposed) return network.windowOutput(size, window);
    const reach = (size - 1) * window.stride + window.dilation * (window.kernel - 1) + 1;
    return reach - window.before - window.after + (o.outputPadding?.[i] ?? 0);
  });
  const sizes = o.outputSizes ?? computed;
  const groups = o.groups ?? 1;
  const weights = {
    rows: (elements(o.windows.map(({ kernel }) => kernel)) * input.dims[1]!) / groups,
    columns: o.outputChannels / groups,
    groups,
  };
  const [height, width] = sizes.length === 1 ? [images, sizes[0]!] : [images * sizes[0]!, sizes[1]!];
  const operand = { tensor: input, rows: { kind: 'all' }, columns: { kind: 'all' } } as const;
  const kind = {
    name: node.name,
    op: o.transposed ? 'Conv2DTranspose' : 'Conv2D',
    weights,
    bias: o.bias ?? false,
  };
  const stacked = node.b.layer(kind, [operand], { dims: [height, width, o.outputChannels], h: 0, w: 1 });
  const dims = [images, o.outputChannels, ...sizes];
  const [h, w] = sizes.length === 1 ? [-1, 2] : [2, 3];
  return node.b.everything({ name: `${node.name}/images`, op: 'Reshape' }, [stacked], { dims, h, w });
}

/** FusedConv of onnxruntime: a tensor may be added to the result, and an activation follows. */
export const fusedConv: Operator = (node) => {
  const [output] = conv({ weights: 1, bias: 2 })(node);
  const added = node.optional(3);
  const sum =
    added === undefined ? output! : network.elementwise(node.b, `${node.name}/add`, 'Add', [output!, added]);
  return [activated(node, sum)];
};

/** The activation that onnxruntime has fused into a node. */
export function activated(node: NodeContext, tensor: Tensor): Tensor {
  const op = node.text('activation', '');
  return op === '' ? tensor : node.b.positionwise({ name: `${node.name}/activation`, op }, tensor);
}

/** Convolutions: base layers where their weights are constant. */
export const convolution: Operators = {
  Conv: conv({ weights: 1, bias: 2 }),
  ConvInteger: conv({ weights: 1, bias: -1 }),
  QLinearConv: conv({ weights: 3, bias: 8 }),
  ConvTranspose: convTranspose,
  'com.microsoft:FusedConv': fusedConv,
};
