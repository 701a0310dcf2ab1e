import { extentOf, fused, isChannels, type Layout, plainAxes, plainLayout, positionAxes } from './layout.ts';

/**
 * A tensor while a network is being built: a loader's view of one layer's OFM, with the axes that the
 * file's format gives it. Which axis carries H and which W is tracked here, so that reshapes and
 * transposes which only rearrange channels cost no dependency (spec.md section 4).
 *
 * Invariant: with `layer` set and no `view`, that layer's OFM has height `extent(tensor, tensor.h)`, width
 * `extent(tensor, tensor.w)`, and the product of the other dimensions as channels.
 */
export interface Tensor {
  /** Its dimensions, all of them known. */
  readonly dims: readonly number[];
  /** Index of the layer whose OFM this is; absent for constants, which are there before time 0. */
  readonly layer?: number;
  /** The axis that carries H, or -1 where the height is 1. */
  readonly h: number;
  /** The axis that carries W, or -1 where the width is 1. */
  readonly w: number;
  /** Set where H and W of the layer's OFM do not lie along axes of their own. */
  readonly view?: View;
  /** What a reshape or a transpose (with `permutation`) without a layer has made this tensor of. */
  readonly rearranged?: { readonly tensor: Tensor; readonly permutation?: readonly number[] };
  /** The values in row-major order, where they are known: small constants such as shapes. */
  readonly values?: readonly number[];
}

/**
 * How a tensor lies in the OFM of its layer where H or W is split over several axes, or shares one: windows of an
 * attention, tokens of a map. Operators that work position by position read it where it is. For all others
 * the builder makes a `Reshape` that has H and W along the axes `h` and `w` of the tensor.
 */
export interface View {
  /** What every axis of the tensor is made of. */
  readonly layout: Layout;
  /** What the `Reshape` is called. */
  readonly name: string;
}

/** The dimensions of a tensor, and where H and W lie. */
export type Arrangement = Pick<Tensor, 'dims' | 'h' | 'w' | 'view'>;

/** What every axis of a tensor is made of. */
export function layoutOf(tensor: Arrangement): Layout {
  return tensor.view?.layout ?? plainLayout(tensor.dims, tensor);
}

/** Rows and columns of the OFM that a tensor lies in. */
export function ofmExtent(tensor: Arrangement): { height: number; width: number } {
  const { view, dims, h, w } = tensor;
  return view === undefined
    ? { height: h < 0 ? 1 : dims[h]!, width: w < 0 ? 1 : dims[w]! }
    : extentOf(view.layout);
}

/** Dimensions with a layout; `name` is what a `Reshape` to H and W along axes of their own would be called. */
export function arranged(dims: readonly number[], layout: Layout, name: string): Arrangement {
  const plain = plainAxes(layout);
  if (plain !== undefined) return { dims, ...plain };
  const axes = layout.map(fused);
  return { dims, ...positionAxes(axes), view: { layout: axes, name } };
}

/** A tensor that does not depend on the network's input. One without values has no unknown ones. */
export function constant(dims: readonly number[], values?: readonly number[]): Tensor {
  const known = values ?? (isEmpty({ dims }) ? [] : undefined);
  return known === undefined ? { dims, h: -1, w: -1 } : { dims, h: -1, w: -1, values: known };
}

/** True for a tensor of no values at all, such as a slice of length 0: it depends on nothing. */
export function isEmpty({ dims }: Pick<Tensor, 'dims'>): boolean {
  return dims.includes(0);
}

/** True for a tensor that does not depend on the network's input: weights, shapes, tables. */
export function isConstant(tensor: Tensor): boolean {
  return tensor.layer === undefined;
}

/** Size along `axis`; 1 for axis -1. */
export function extent(tensor: Tensor, axis: number): number {
  return axis < 0 ? 1 : tensor.dims[axis]!;
}

/** True where two axes carry the same direction: they are one, or both have a single position. */
export function isSameAxis(tensor: Tensor, axis: number, other: number): boolean {
  return axis === other || (extent(tensor, axis) === 1 && extent(tensor, other) === 1);
}

/** Number of values in a tensor of these dimensions. */
export function elements(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Axes with more than one position, other than those in `except`. */
export function wideAxes(dims: readonly number[], except: readonly number[] = []): number[] {
  return dims.flatMap((size, axis) => (size > 1 && !except.includes(axis) ? [axis] : []));
}

/** True where `axis` carries H or W, or a part of them, of a map that has more than one position in that direction. */
export function isSpatial(tensor: Tensor, axis: number): boolean {
  if (tensor.view !== undefined) return axis >= 0 && !isChannels(tensor.view.layout[axis]!);
  return (axis === tensor.h || axis === tensor.w) && extent(tensor, axis) > 1;
}

/** An axis as the file writes it (negative counts from the end), as an index into `dims`. */
export function normaliseAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
