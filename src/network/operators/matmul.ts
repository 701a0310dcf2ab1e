import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { isChannels, renumbered, whole } from '../layout.ts';
import {
  arranged,
  constant,
  elements,
  extent,
  isConstant,
  isEmpty,
  isSpatial,
  layoutOf,
  type Tensor,
  wideAxes,
} from '../tensor.ts';
import { broadcastDims } from './elementwise.ts';
import { reshape } from './reshape.ts';

/** The weights of a dense layer. */
export interface DenseOptions {
  /** What the layer is called in reports: `Dense` or `MatMul`. */
  readonly op?: string;
  /** Features of the output: columns of the matrix of weights. */
  readonly outputFeatures: number;
  /** The axis that the weights are multiplied with; the last by default. */
  readonly axis?: number;
  /** Axes along which every index has weights of its own: the groups of a batched MatMul. */
  readonly groupAxes?: readonly number[];
  /** Whether a bias is added. */
  readonly bias?: boolean;
}

/**
 * Dense, Gemm or MatMul with constant weights: a base layer whose OFM has one position for every index of
 * the axes that are not multiplied.
 */
export function dense(b: NetworkBuilder, name: string, input: Tensor, o: DenseOptions): Tensor {
  const axis = o.axis ?? input.dims.length - 1;
  const groupAxes = o.groupAxes ?? [];
  const dims = [...input.dims];
  dims[axis] = o.outputFeatures;
  const positions = wideAxes(input.dims, [axis, ...groupAxes]);
  const weights = {
    rows: input.dims[axis]!,
    columns: o.outputFeatures,
    groups: groupAxes.reduce((product, group) => product * input.dims[group]!, 1),
  };
  const kind = { name, op: o.op ?? 'Dense', weights, bias: o.bias ?? false };
  const multiplied = [axis, ...groupAxes];
  const places = input.view?.layout.filter((_, i) => !multiplied.includes(i)).flat();
  if (places?.every(({ of }) => of !== 'c')) {
    const tensor = asChannels(b, input, multiplied);
    const layout = layoutOf(tensor).with(axis, whole('c', o.outputFeatures));
    return b.positionwise(kind, tensor, arranged(dims, layout, `${name}_reshape`));
  }
  if (positions.length <= 2) {
    const tensor = withPositions(b, input, positions);
    // An H or W of size 1 on the multiplied axis: that axis holds channels from here on.
    const kept = (position: number) => (position === axis ? -1 : position);
    return b.positionwise(kind, tensor, { dims, h: kept(tensor.h), w: kept(tensor.w) });
  }
  // More axes of positions than a map has: they become the rows of one, in order.
  const rows = positions.reduce((product, position) => product * dims[position]!, 1);
  const merged = b.everything({ name: `${name}/positions`, op: 'Reshape' }, [input], {
    dims: [rows, elements(input.dims) / rows],
    h: 0,
    w: -1,
  });
  const out = b.positionwise(kind, merged, { dims: [rows, elements(dims) / rows], h: 0, w: -1 });
  return b.everything({ name: `${name}/axes`, op: 'Reshape' }, [out], { dims, h: -1, w: -1 });
}

/** The tensor with channels alone on some axes: a position has all that lay along them. */
function asChannels(b: NetworkBuilder, input: Tensor, axes: readonly number[]): Tensor {
  const { dims } = input;
  const layout = layoutOf(input);
  if (axes.every((axis) => isChannels(layout[axis]!))) return input;
  const name = input.view!.name;
  const output = renumbered(layout.map((factors, i) => (axes.includes(i) ? whole('c', dims[i]!) : factors)));
  return b.byAxes({ name, op: 'Reshape' }, [{ tensor: input }], arranged(dims, output, name));
}

/** The tensor with H and W on exactly these axes (at most two), left alone where they are there already. */
function withPositions(b: NetworkBuilder, input: Tensor, positions: readonly number[]): Tensor {
  const tracked = [input.h, input.w].filter((axis) => extent(input, axis) > 1);
  if (tracked.length === positions.length && positions.every((axis) => tracked.includes(axis))) return input;
  const [first = -1, second = -1] = positions;
  b.expectAxes(input, first, second);
  // What is H or W already stays so, since rows cannot be read as columns.
  const isSwapped = tracked.some((axis) => (axis === input.h ? axis === second : axis === first));
  return isSwapped ? b.withAxes(input, second, first) : b.withAxes(input, first, second);
}

/** MatMul as numpy and ONNX define it, of constants and activations in any combination. */
export function matmul(b: NetworkBuilder, name: string, left: Tensor, right: Tensor): Tensor {
  if (left.dims.length === 1) {
    const out = matmul(b, name, reshape(b, name, left, [1, ...left.dims]), right);
    return reshape(b, name, out, out.dims.toSpliced(-2, 1));
  }
  if (right.dims.length === 1) {
    const out = matmul(b, name, left, reshape(b, name, right, [...right.dims, 1]));
    return reshape(b, name, out, out.dims.slice(0, -1));
  }
  const batch = broadcastDims([left.dims.slice(0, -2), right.dims.slice(0, -2)]);
  if (batch === undefined || left.dims.at(-1) !== right.dims.at(-2)) {
    throw new ClsaCimError(
      `layer ${name} (MatMul): the shapes [${left.dims.join(', ')}] and [${right.dims.join(', ')}] do not fit together`,
    );
  }
  const dims = [...batch, left.dims.at(-2)!, right.dims.at(-1)!];
  // Weights have values: a product with nothing is no base layer, but all zeros, or nothing again.
  if (isEmpty(left) || isEmpty(right)) return constant(dims);
  if (isConstant(right)) return weighted(b, name, left, right, dims, dims.length - 1);
  if (isConstant(left)) return weighted(b, name, right, left, dims, dims.length - 2);
  return ofActivations(b, name, left, right, dims);
}

/** MatMul with constant weights; `axis` of the activations is the one that is multiplied. */
function weighted(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  weights: Tensor,
  dims: readonly number[],
  axis: number,
): Tensor {
  const rank = dims.length;
  const padded = [...new Array<number>(rank - input.dims.length).fill(1), ...input.dims];
  const groupAxes = weights.dims.slice(0, -2).flatMap((size, i) => {
    const group = i + rank - weights.dims.length;
    return size > 1 ? [group] : [];
  });
  const view = reshape(b, name, input, padded);
  // An activation of size 1 against several weight matrices is read by each of them.
  const spread = groupAxes.some((group) => padded[group] !== dims[group])
    ? b.positionwise({ name: `${name}/broadcast`, op: 'Expand' }, view, {
        dims: padded.map((size, i) => (groupAxes.includes(i) ? dims[i]! : size)),
        h: view.h,
        w: view.w,
      })
    : view;
  return dense(b, name, spread, { op: 'MatMul', outputFeatures: dims[axis]!, axis, groupAxes });
}

/**
 * MatMul of two activations (attention): the same row of the left operand, everything of the right one. Along an
 * axis that both have, as of the windows of an attention, the same index of both.
 */
function ofActivations(
  b: NetworkBuilder,
  name: string,
  left: Tensor,
  right: Tensor,
  dims: readonly number[],
): Tensor {
  const inner = left.dims.length - 1;
  const columns = right.dims.length - 1;
  const offset = dims.length - left.dims.length;
  const layout = layoutOf(left);
  const rows = renumbered(
    dims.map((size, axis) =>
      axis < dims.length - 1 && size === left.dims[axis - offset] ? layout[axis - offset]! : whole('c', size),
    ),
  );
  // Where the left operand has no rows of its own, the columns of the right one are the positions.
  const swaps = rows.every(isChannels) && isSpatial(right, columns);
  const output = swaps ? { dims, h: dims.length - 1, w: -1 } : arranged(dims, rows, `${name}_reshape`);
  return b.byAxes(
    { name, op: 'MatMul', operations: elements(dims) * left.dims[inner]! },
    [
      { tensor: left, summed: [inner] },
      { tensor: right, summed: [columns - 1, columns] },
    ],
    output,
  );
}
