/** What a duplication policy knows of a base layer. */
export interface DuplicableLayer {
  /** Name of the layer, unique in the network. */
  readonly name: string;
  /** MVMs of one inference: `t` of spec.md section 3. */
  readonly mvms: number;
  /** PEs of one copy: `c` of spec.md section 3. */
  readonly pesPerCopy: number;
}

/**
 * Decides how many copies of its weights every base layer gets (spec.md section 5). On a chip with crossbars of several
 * sizes it is asked once for each of them, with the layers and PEs of these.
 *
 * @param layers The base layers in the order of the file, which is topological.
 * @param extraPes PEs beyond one copy of every layer.
 * @returns Copies of every layer, 1 or more, in the same order, with `Σ pesPerCopy·(copies - 1) <= extraPes`.
 */
export type DuplicationPolicy = (layers: readonly DuplicableLayer[], extraPes: number) => readonly number[];

/** A policy with its layers given: what it gives each budget of PEs, whoever asks for many of them in any order. */
export type CopiesByBudget = (extraPes: number) => readonly number[];
