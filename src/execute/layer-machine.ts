import type { TileRange } from '../map/tile-range.ts';

/**
 * What computes the sets of a network when it is told to, as verification drives it: base layers, joins and inputs are
 * run and published set by set; everything between them is computed when somebody reads it.
 */
export interface LayerMachine {
  /** True where it can run a layer of this name; of base layers and inputs always. */
  has(layer: string): boolean;
  /**
   * Reads what positions of a layer need, and adds what some PEs contribute. Of joins and inputs `pes` is empty.
   *
   * @param inference Index in the batch.
   * @param positions Positions of its OFM: `y·W + x`.
   * @throws MissingValue where a layer that is published has not been, for this inference.
   */
  run(layer: string, inference: number, positions: Int32Array, pes: readonly TileRange[]): void;
  /** Positions of a layer are complete: from now on they can be read. */
  publish(layer: string, inference: number, positions: Int32Array): void;
  /** The weights of a layer are on no crossbar any longer; they are read again when it runs again. */
  unload(layer: string): void;
}

/** Something reads what has not been computed. */
export class MissingValue extends Error {
  /** @internal */
  constructor(
    /** Name of the layer whose value is missing. */
    readonly layer: string,
    /** Position of its OFM: `y·W + x`. */
    readonly position: number,
    /** The inference whose value lies there instead; -1 for none. */
    readonly found: number,
  ) {
    super(`position ${position} of layer ${layer} has not been computed`);
  }
}
