import type { MappedLayer } from '../map/mapping.ts';

/** The vectors of copies that are searched: one number per base layer, all together within a budget of PEs. */
export interface Space {
  /** PEs of one copy of each base layer. */
  readonly pesPerCopy: readonly number[];
  /** MVMs of each base layer. */
  readonly work: readonly number[];
  /** The most copies of each base layer that the budget allows and that are of any use. */
  readonly most: readonly number[];
  /** PEs that there are. */
  readonly totalPes: number;
}

/**
 * The space of a mapping.
 *
 * @param useful Copies of each base layer beyond which more are idle.
 */
export function spaceOf(layers: readonly MappedLayer[], totalPes: number, useful: readonly number[]): Space {
  const pesPerCopy = layers.map((layer) => layer.pesPerCopy);
  const extraPes = totalPes - pesPerCopy.reduce((sum, pes) => sum + pes, 0);
  const most = pesPerCopy.map((pes, i) => Math.min(useful[i]!, 1 + Math.floor(extraPes / pes)));
  return { pesPerCopy, work: layers.map(({ mvms }) => mvms), most, totalPes };
}

/** PEs that a vector of copies takes. */
export function pesOf({ pesPerCopy }: Space, copies: ArrayLike<number>): number {
  return pesPerCopy.reduce((sum, pes, i) => sum + pes * copies[i]!, 0);
}

/** Copies with as many more as fit, always for the layer with the most MVMs per copy of those that still do. */
export function filled(space: Space, copies: readonly number[]): number[] {
  const { pesPerCopy, work, most, totalPes } = space;
  const result = [...copies];
  let left = totalPes - pesOf(space, copies);
  for (;;) {
    let slowest = -1;
    for (let i = 0; i < result.length; i++) {
      if (pesPerCopy[i]! > left || result[i]! >= most[i]!) continue;
      if (slowest < 0 || work[i]! / result[i]! > work[slowest]! / result[slowest]!) slowest = i;
    }
    if (slowest < 0) return result;
    result[slowest]! += 1;
    left -= pesPerCopy[slowest]!;
  }
}
