import type { Value, Values } from './point.ts';

/** Parameters that vary together: one of `product`, all of a block of `zip`. */
export interface Axis {
  readonly names: readonly string[];
  /** For every step along the axis the values of all names. */
  readonly rows: readonly (readonly Value[])[];
}

/** The product of axes; point `i` is the number `i` in the mixed radix of their lengths, the last axis fastest. */
export interface Grid {
  readonly axes: readonly Axis[];
  readonly size: number;
}

/** The grid over these axes. Nothing is laid out: points are computed from their index. */
export function createGrid(axes: readonly Axis[]): Grid {
  return { axes, size: axes.reduce((size, { rows }) => size * rows.length, 1) };
}

/** For every axis the step at which the point of this index is; into `digits`. */
export function digitsOf({ axes }: Grid, index: number, digits: Int32Array): void {
  let rest = index;
  for (let i = axes.length - 1; i >= 0; i--) {
    const { length } = axes[i]!.rows;
    digits[i] = rest % length;
    rest = Math.floor(rest / length);
  }
}

/** The index of the point at these steps: the inverse of {@link digitsOf}. */
export function indexOf({ axes }: Grid, digits: ArrayLike<number>): number {
  return axes.reduce((index, { rows }, i) => index * rows.length + digits[i]!, 0);
}

/** The values of all parameters at these steps. */
export function valuesAt({ axes }: Grid, digits: ArrayLike<number>): Values {
  const values: Record<string, Value> = {};
  for (let i = 0; i < axes.length; i++) {
    const { names, rows } = axes[i]!;
    const row = rows[digits[i]!]!;
    for (let j = 0; j < names.length; j++) values[names[j]!] = row[j]!;
  }
  return values;
}
