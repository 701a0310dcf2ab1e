/**
 * What one output position of a layer reads of one operand, in one direction (rows or columns): the table
 * of spec.md section 4, Stage II. The two directions are independent of each other.
 *
 * - `same`: the same position; an operand of size 1 in this direction is broadcast.
 * - `all`: everything.
 * - `window`: positions `p·stride - padding + i·dilation` for `0 <= i < kernel`, clipped to the operand.
 *   Convolution and pooling; with `kernel` 1 also shifts: pad, crop, slice, concat over H or W.
 * - `transposed`: the positions `q` whose kernel window reaches `p`: `q·stride - padding + i·dilation = p`.
 * - `list`: the `taps` positions (1 where it is left out) from `positions[p·taps]` on; -1 reads nothing. Resizing,
 *   gathering, padding that copies.
 */
export type Reads =
  | { readonly kind: 'same' }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'window' | 'transposed';
      readonly kernel: number;
      readonly stride: number;
      readonly dilation: number;
      readonly padding: number;
    }
  | ListReads;

/** Positions that are listed one by one; see {@link Reads}. */
export interface ListReads {
  /** Tells them from other reads. */
  readonly kind: 'list';
  /** The positions of all output positions behind each other; -1 reads nothing. */
  readonly positions: readonly number[];
  /** How many of them each output position has; 1 where it is left out. */
  readonly taps?: number;
}

/** Longer lists would fill the memory, and belong to no real model. */
export const MAX_LISTED = 2 ** 22;

export const SAME: Reads = { kind: 'same' };
export const ALL: Reads = { kind: 'all' };

/** A shift: output position `p` reads input position `p·stride + offset`, if there is one. */
export function shift(offset: number, stride = 1): Reads {
  return { kind: 'window', kernel: 1, stride, dilation: 1, padding: -offset };
}
