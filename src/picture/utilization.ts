import type { Timeline } from './timeline.ts';

/** How much of the time PEs run MVMs. */
export interface Utilization {
  /** Until the end. */
  readonly cycles: number;
  /** Time of a cycle. */
  readonly cycleNs: number;
  /** Cycles of one bin of {@link shares}; the last bin may be cut short. */
  readonly binCycles: number;
  /** Per bin the share of the chip's PEs that run an MVM, 0 to 1. */
  readonly shares: Float64Array;
  /** The same over all cycles. */
  readonly share: number;
  /** Of what has PEs, in the order of the file. */
  readonly layers: readonly LayerUtilization[];
}

/** How much of the time the PEs of a layer run MVMs. */
export interface LayerUtilization {
  /** Name of the layer or slice: anybody's text. */
  readonly name: string;
  /** PEs of all its copies. */
  readonly pes: number;
  /** Share of all cycles in which its PEs run an MVM, 0 to 1. */
  readonly share: number;
}

/** The utilization of the chip over time, and of each layer. */
export function utilizationOf({ cycles, cycleNs, binCycles, totalPes, lanes }: Timeline): Utilization {
  const onPes = lanes.filter(({ pes }) => pes > 0);
  const bins = Math.max(1, Math.ceil(cycles / binCycles));
  const shares = new Float64Array(bins);
  for (const { pes, busy } of onPes) {
    for (let bin = 0; bin < bins; bin++) shares[bin]! += pes * busy[bin]!;
  }
  const busyPeCycles = sum(shares);
  for (let bin = 0; bin < bins; bin++) {
    shares[bin]! /= totalPes * Math.min(binCycles, cycles - bin * binCycles);
  }
  return {
    ...{ cycles, cycleNs, binCycles, shares, share: busyPeCycles / (totalPes * cycles) },
    layers: onPes.map(({ name, pes, copies, busy }) => ({
      ...{ name, pes: pes * copies, share: sum(busy) / (copies * cycles) },
    })),
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
