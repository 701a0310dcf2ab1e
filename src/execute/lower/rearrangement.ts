import { elements } from '../../network/tensor.ts';
import { unfit } from '../not-executable.ts';
import { sums } from '../value-layout.ts';

/** A tensor of places, in row-major order: what a rearrangement makes of the places of its input. */
export interface Places {
  readonly dims: readonly number[];
  readonly places: Int32Array;
}

/**
 * Picks indices along every axis; -1 for nothing.
 *
 * @throws NotExecutable where an index is none of its axis.
 */
export function picked(
  { dims, places }: Places,
  indices: readonly ArrayLike<number>[],
  nothing: number,
): Places {
  const strides = stridesOf(dims);
  if (indices.length !== dims.length) unfit();
  const from = sums(
    indices.map((list, axis) =>
      Int32Array.from(list, (index) => (index < dims[axis]! ? Math.max(0, index) * strides[axis]! : unfit())),
    ),
  );
  const lost = sums(indices.map((list) => Int32Array.from(list, (index) => (index < 0 ? 1 : 0))));
  return {
    dims: indices.map(({ length }) => length),
    places: from.map((place, i) => (lost[i]! > 0 ? nothing : places[place]!)),
  };
}

/**
 * Axes in another order.
 *
 * @throws NotExecutable where the dimensions are not those of so many places.
 */
export function transposed({ dims, places }: Places, permutation: readonly number[]): Places {
  if (elements(dims) !== places.length) unfit();
  const strides = stridesOf(dims);
  const from = sums(
    permutation.map((axis) => Int32Array.from({ length: dims[axis]! }, (_, i) => i * strides[axis]!)),
  );
  return { dims: permutation.map((axis) => dims[axis]!), places: from.map((place) => places[place]!) };
}

/**
 * Several, one behind the other along an axis.
 *
 * @throws NotExecutable where their other dimensions are not the same.
 */
export function joined(parts: readonly Places[], axis: number): Places {
  const dims = [...(parts[0] ?? unfit()).dims];
  const isAlike = (part: Places) =>
    part.dims.length === dims.length && part.dims.every((size, at) => at === axis || size === dims[at]);
  if (!(axis < dims.length && parts.every(isAlike))) unfit();
  dims[axis] = parts.reduce((sum, part) => sum + part.dims[axis]!, 0);
  const places = new Int32Array(dims.reduce((product, size) => product * size, 1));
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const row = dims[axis]! * inner;
  let first = 0;
  for (const part of parts) {
    const width = part.dims[axis]! * inner;
    for (let from = 0, to = first; from < part.places.length; from += width, to += row) {
      places.set(part.places.subarray(from, from + width), to);
    }
    first += width;
  }
  return { dims, places };
}

/** Numbers from 0 on. */
export function upTo(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => i);
}

/** Values from one index of each axis to the next, in row-major order. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}
