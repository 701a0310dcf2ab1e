import type { LayerSimulation, Simulation } from '../simulate/index.ts';

/** What layers of a simulation waited for. */
export interface Stalls {
  /** Clock cycles of the run. */
  readonly cycles: number;
  /** Time of a clock cycle. */
  readonly clockNs: number;
  /** Of base layers and joins, in the order of the file. */
  readonly layers: readonly string[];
  /** What there was to wait for. */
  readonly causes: readonly StallCause[];
}

/** Something that layers waited for. */
export interface StallCause {
  /** In one or two words. */
  readonly name: string;
  /**
   * True where the time from one start to the next is charged to it: these add up to the last start of a layer. The others are
   * sums over sets, results and messages that wait at the same time (docs/simulation.md section 7).
   */
  readonly isBetweenStarts: boolean;
  /** Clock cycles, by layer. */
  readonly waitCycles: readonly number[];
}

/** A cause; one that few chips know is told only where a layer waited for it. */
type Cause = readonly [
  name: string,
  isBetweenStarts: boolean,
  cycles: (layer: LayerSimulation) => number,
  isRare?: boolean,
];

const CAUSES: readonly Cause[] = [
  ['data', true, ({ waitDataCycles }) => waitDataCycles],
  ['buffer space', true, ({ waitSpaceCycles }) => waitSpaceCycles],
  ['a copy', true, ({ waitCopyCycles }) => waitCopyCycles],
  ['weights', true, ({ waitWriteCycles = 0 }) => waitWriteCycles, true],
  ['fetched values', true, ({ waitFetchCycles }) => waitFetchCycles, true],
  ['read port', false, ({ waitReadCycles }) => waitReadCycles],
  ['GPEU', false, ({ waitGpeuCycles }) => waitGpeuCycles],
  ['space to send', false, ({ waitSendCycles }) => waitSendCycles],
  ['links', false, ({ waitLinkCycles }) => waitLinkCycles],
];

/** What layers waited for, by cause. */
export function stallsOf({ cycles, clockNs, layers }: Simulation): Stalls {
  return {
    ...{ cycles, clockNs, layers: layers.map(({ name }) => name) },
    causes: CAUSES.flatMap(([name, isBetweenStarts, waited, isRare = false]) => {
      const waitCycles = layers.map(waited);
      if (isRare && waitCycles.every((cycles) => cycles === 0)) return [];
      return [{ name, isBetweenStarts, waitCycles }];
    }),
  };
}
