import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { ALL, SAME } from '../reads.ts';
import { extent, isConstant, type Tensor } from '../tensor.ts';
import { reshape } from './reshape.ts';

/** Dimensions of the result of numpy broadcasting, or undefined where the shapes do not fit. */
export function broadcastDims(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((dims) => dims.length));
  const out = new Array<number>(rank).fill(1);
  for (const dims of shapes) {
    for (let i = 0; i < dims.length; i++) {
      const axis = rank - dims.length + i;
      const size = dims[i]!;
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
  const awaited = tensors.filter(
    (tensor) => b.waitsForBase(tensor) && (extent(tensor, tensor.h) > 1 || extent(tensor, tensor.w) > 1),
  );
  const candidates = awaited.length > 0 ? awaited : tensors;
  let h = -1;
  let w = -1;
  for (const narrow of [false, true]) {
    for (const tensor of candidates) {
      if (isConstant(tensor)) continue;
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
  const { h, w } = broadcastAxes(b, tensors, dims.length);
  const operands = tensors.map((given) => {
    const missing = new Array<number>(dims.length - given.dims.length).fill(1);
    const tensor = missing.length > 0 ? reshape(b, name, given, [...missing, ...given.dims]) : given;
    const fits = (axis: number, wanted: number) => extent(tensor, axis) === 1 || axis === wanted;
    const reads = fits(tensor.h, h) && fits(tensor.w, w) ? SAME : ALL;
    return { tensor, rows: reads, columns: reads };
  });
  return b.layer({ name, op }, operands, { dims, h, w });
}
