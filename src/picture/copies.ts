import type { Timeline } from './timeline.ts';

/** What layers take of the chip. */
export interface CopiesPicture {
  /** PEs of the chip, used or not. */
  readonly totalPes: number;
  /** PEs that hold weights; where weights take turns, those of all rounds together. */
  readonly usedPes: number;
  /** Of what has PEs, in the order of the file. */
  readonly layers: readonly LayerCopies[];
  /** Index of the layer whose copies compute longest: nothing is faster with these copies. */
  readonly bottleneck: number;
}

/** What a layer takes of the chip. */
export interface LayerCopies {
  /** Name of the layer or slice: anybody's text. */
  readonly name: string;
  /** PEs of one copy. */
  readonly pes: number;
  /** Copies of its weights. */
  readonly copies: number;
  /** Cycles that each copy computes, on average. */
  readonly busyCycles: number;
}

/** Bins add up to what was put into them but for the rounding of numbers. */
const ROUNDING = 1e-9;

/** PEs and copies of each layer, and the bottleneck; the first one of several. */
export function copiesOf({ totalPes, lanes }: Timeline): CopiesPicture {
  const layers = lanes
    .filter(({ pes }) => pes > 0)
    .map(({ name, pes, copies, busy }): LayerCopies => {
      const busyCycles = busy.reduce((total, cycles) => total + cycles, 0) / copies;
      return { name, pes, copies, busyCycles };
    });
  const bottleneck = layers.reduce(
    (most, { busyCycles }, i) => (busyCycles > layers[most]!.busyCycles * (1 + ROUNDING) ? i : most),
    0,
  );
  const usedPes = layers.reduce((total, { pes, copies }) => total + pes * copies, 0);
  return { totalPes, usedPes, layers, bottleneck };
}
