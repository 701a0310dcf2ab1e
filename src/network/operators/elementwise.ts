import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { whole } from '../layout.ts';
import {
  type Arrangement,
  arranged,
  extent,
  isConstant,
  layoutOf,
  ofmExtent,
  type Tensor,
} from '../tensor.ts';

/** Dimensions of the result of numpy broadcasting, or undefined where the shapes do not fit. */
export function broadcastDims(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = shapes.reduce((most, dims) => Math.max(most, dims.length), 0);
  const out = new Array<number>(rank).fill(1);
  for (const dims of shapes) {
    for (const [i, size] of dims.entries()) {
      const axis = rank - dims.length + i;
      if (out[axis] === 1) out[axis] = size;
      else if (size !== 1 && size !== out[axis]) return undefined;
    }
  }
  return out;
}

/** Where `axis` of a tensor of rank `rank` lies in a broadcast result of rank `outRank`. */
function aligned(axis: number, rank: number, outRank: number): number {
  return axis < 0 ? -1 : axis + outRank - rank;
}

/** Those with positions that have to be waited for, or all of them. */
function awaited(b: NetworkBuilder, tensors: readonly Tensor[]): readonly Tensor[] {
  const found = tensors.filter((tensor) => b.waitsForBase(tensor) && positions(tensor) > 1);
  return found.length > 0 ? found : tensors.filter((tensor) => !isConstant(tensor));
}

function positions(tensor: Tensor): number {
  const { height, width } = ofmExtent(tensor);
  return height * width;
}

/**
 * Where H and W lie in the broadcast result of several tensors. Of views it is that of the first tensor with most
 * positions; axes that it does not have are channels.
 */
export function broadcastArrangement(
  b: NetworkBuilder,
  name: string,
  tensors: readonly Tensor[],
  dims: readonly number[],
): Arrangement {
  if (tensors.every(({ view }) => view === undefined)) {
    return { dims, ...broadcastAxes(b, tensors, dims.length) };
  }
  const leader = awaited(b, tensors).reduce((a, b) => (positions(b) > positions(a) ? b : a));
  const offset = dims.length - leader.dims.length;
  const layout = layoutOf(leader);
  const axes = dims.map((size, axis) =>
    size === leader.dims[axis - offset] ? layout[axis - offset]! : whole('c', size),
  );
  return arranged(dims, axes, `${name}_reshape`);
}

/**
 * The axes of H and W in the broadcast result of several tensors: those of the first tensor that carries
 * them, with more than one position if there is one. A tensor whose H or W lies elsewhere does not have
 * the positions of the result. What depends on the network's input alone (a mask of attention scores, a cache
 * of keys) is there at time 0 and gives way to what has to be waited for.
 */
export function broadcastAxes(
  b: NetworkBuilder,
  tensors: readonly Tensor[],
  rank: number,
): { h: number; w: number } {
  const candidates = awaited(b, tensors);
  let h = -1;
  let w = -1;
  for (const narrow of [false, true]) {
    for (const tensor of candidates) {
      const carried = (axis: number) =>
        narrow || extent(tensor, axis) > 1 ? aligned(axis, tensor.dims.length, rank) : -1;
      if (h < 0 && carried(tensor.h) !== w) h = carried(tensor.h);
      if (w < 0 && carried(tensor.w) !== h) w = carried(tensor.w);
    }
  }
  return { h, w };
}

/**
 * Add, Mul, Max, Where, … of any number of tensors, with broadcasting: a position reads the same position
 * of every operand.
 */
export function elementwise(b: NetworkBuilder, name: string, op: string, tensors: readonly Tensor[]): Tensor {
  const dims = broadcastDims(tensors.map((tensor) => tensor.dims));
  if (dims === undefined) {
    const shapes = tensors.map((tensor) => `[${tensor.dims.join(', ')}]`).join(' and ');
    throw new ClsaCimError(`layer ${name} (${op}): the shapes ${shapes} do not fit together`);
  }
  return b.byAxes(
    { name, op },
    tensors.map((tensor) => ({ tensor })),
    broadcastArrangement(b, name, tensors, dims),
  );
}
