import type { MappedLayer } from '../map/mapping.ts';

/**
 * The vectors of copies that are searched: one number per base layer, all together within a budget of PEs; of chips with
 * crossbars of several sizes, those in each class of crossbars within its PEs.
 */
export interface Space {
  /** PEs of one copy of each base layer. */
  readonly pesPerCopy: readonly number[];
  /** MVMs of each base layer. */
  readonly work: readonly number[];
  /** The most copies of each base layer that the budget allows and that are of any use. */
  readonly most: readonly number[];
  /** PEs that there are, in all classes of crossbars together. */
  readonly totalPes: number;
  /** PEs that there are of each class of crossbars: one number where all are of one size. */
  readonly budgets: readonly number[];
  /** Class of crossbars of each base layer: index in `budgets`. */
  readonly crossbars: readonly number[];
}

/**
 * The space of a mapping.
 *
 * @param useful Copies of each base layer beyond which more are idle.
 */
export function spaceOf(
  layers: readonly Omit<MappedLayer, 'copies'>[],
  budgets: readonly number[],
  useful: readonly number[],
): Space {
  const pesPerCopy = layers.map((layer) => layer.pesPerCopy);
  const crossbars = layers.map(({ crossbar }) => crossbar);
  const left = pesLeft(
    { pesPerCopy, budgets, crossbars },
    layers.map(() => 1),
  );
  const most = pesPerCopy.map((pes, i) => Math.min(useful[i]!, 1 + Math.floor(left[crossbars[i]!]! / pes)));
  const totalPes = budgets.reduce((sum, pes) => sum + pes, 0);
  return { pesPerCopy, work: layers.map(({ mvms }) => mvms), most, totalPes, budgets, crossbars };
}

/** PEs of each class of crossbars that a vector of copies leaves; below 0 where there are too few. */
export function pesLeft(
  { pesPerCopy, budgets, crossbars }: Pick<Space, 'pesPerCopy' | 'budgets' | 'crossbars'>,
  copies: ArrayLike<number>,
): number[] {
  const left = [...budgets];
  for (let i = 0; i < pesPerCopy.length; i++) left[crossbars[i]!]! -= pesPerCopy[i]! * copies[i]!;
  return left;
}

/** Copies with as many more as fit, always for the layer with the most MVMs per copy of those that still do. */
export function filled(space: Space, copies: readonly number[]): number[] {
  const { pesPerCopy, work, most, crossbars } = space;
  const result = [...copies];
  const left = pesLeft(space, copies);
  for (;;) {
    let slowest = -1;
    for (let i = 0; i < result.length; i++) {
      if (pesPerCopy[i]! > left[crossbars[i]!]! || result[i]! >= most[i]!) continue;
      if (slowest < 0 || work[i]! / result[i]! > work[slowest]! / result[slowest]!) slowest = i;
    }
    if (slowest < 0) return result;
    result[slowest]! += 1;
    left[crossbars[slowest]!]! -= pesPerCopy[slowest]!;
  }
}
