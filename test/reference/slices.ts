import type { ReferenceAnalysis } from './reference.ts';

/** A base layer that is its own only slice, or a slice of one (spec.md section 9). */
export interface ReferenceSlice {
  /** `x`, or `x[2/5]` for the second of five slices of layer `x`. */
  readonly name: string;
  /** Index into `ReferenceAnalysis.layers`. */
  readonly base: number;
  /** Which slice of its layer it is, from 0. */
  readonly index: number;
  /** Slices of its layer. */
  readonly of: number;
  /** PEs of one copy. */
  readonly pes: number;
}

/**
 * The slices of a network, in order: layers that take more PEs than there are give up `totalPes` to one slice after
 * the other, and the rest to the last one.
 *
 * @param pes PEs of one copy of each base layer.
 */
export function slicesOf(
  { network, layers }: ReferenceAnalysis,
  pes: readonly number[],
  totalPes: number,
): ReferenceSlice[] {
  return layers.flatMap(({ layer }, base) => {
    const { name } = network.layers[layer]!;
    const parts: number[] = [];
    for (let left = pes[base]!; left > 0; left -= totalPes) parts.push(Math.min(left, totalPes));
    const of = parts.length;
    return parts.map((own, index) => ({
      ...{ name: of === 1 ? name : `${name}[${index + 1}/${of}]`, base, index, of },
      pes: own,
    }));
  });
}
