/**
 * A tensor while a network is being built: a loader's view of one layer's OFM, with the axes that the
 * file's format gives it. Which axis carries H and which W is tracked here, so that reshapes and
 * transposes which only rearrange channels cost no dependency (spec.md section 4).
 *
 * Invariant: with `layer` set, that layer's OFM has height `extent(tensor, tensor.h)`, width
 * `extent(tensor, tensor.w)`, and the product of the other dimensions as channels.
 */
export interface Tensor {
  readonly dims: readonly number[];
  /** Index of the layer whose OFM this is; absent for constants, which are there before time 0. */
  readonly layer?: number;
  /** The axis that carries H, or -1 where the height is 1. */
  readonly h: number;
  /** The axis that carries W, or -1 where the width is 1. */
  readonly w: number;
  /**
   * For every axis, the axis of the layer's output as it was appended, or -1 where that was split or merged; absent
   * where they are the same.
   */
  readonly view?: readonly number[];
  /** The values in row-major order, where they are known: small constants such as shapes. */
  readonly values?: readonly number[];
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

/** Number of values in a tensor of these dimensions. */
export function elements(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Axes with more than one position, other than those in `except`. */
export function wideAxes(dims: readonly number[], except: readonly number[] = []): number[] {
  return dims.flatMap((size, axis) => (size > 1 && !except.includes(axis) ? [axis] : []));
}

/** True where `axis` carries the H or W of a map that has more than one position in that direction. */
export function isSpatial(tensor: Tensor, axis: number): boolean {
  return (axis === tensor.h || axis === tensor.w) && extent(tensor, axis) > 1;
}

/** An axis as the file writes it (negative counts from the end), as an index into `dims`. */
export function normaliseAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
