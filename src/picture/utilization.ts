import type { DetailedSimulation } from '../simulate/index.ts';
import type { Timeline } from './timeline.ts';

/** How many of the chip's PEs run MVMs over time. */
export interface BusyPes {
  /** Until the end. */
  readonly cycles: number;
  /** Cycles of one bin of {@link shares}; the last bin may be cut short. */
  readonly binCycles: number;
  /** Per bin the share of the chip's PEs that run an MVM, 0 to 1. */
  readonly shares: Float64Array;
  /** The same over all cycles. */
  readonly share: number;
}

/** How much of the time PEs run MVMs. */
export interface Utilization extends BusyPes {
  /** Time of a cycle. */
  readonly cycleNs: number;
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
  return {
    ...busyPesOf(onPes, { cycles, binCycles, totalPes }),
    cycleNs,
    layers: onPes.map(({ name, pes, copies, busy }) => ({
      ...{ name, pes: pes * copies, share: sum(busy) / (copies * cycles) },
    })),
  };
}

/** The utilization of the chip over time, of a simulation that kept its use and its placement; absent where it did not. */
export function busyPesOfSimulation(simulation: DetailedSimulation): BusyPes | undefined {
  const { use, placement, cycles, totalPes } = simulation;
  if (use === undefined || placement === undefined) return undefined;
  const layers = use.nodes.map(({ computeCycles }, node) => ({
    pes: placement[node]!.pes,
    busy: computeCycles,
  }));
  return busyPesOf(layers, { cycles, binCycles: use.binCycles, totalPes });
}

/** What has so many PEs, and per bin the cycles in which its copies run MVMs. */
interface BusyLayer {
  readonly pes: number;
  readonly busy: Float64Array;
}

function busyPesOf(
  layers: readonly BusyLayer[],
  { cycles, binCycles, totalPes }: { cycles: number; binCycles: number; totalPes: number },
): BusyPes {
  const shares = new Float64Array(Math.max(1, Math.ceil(cycles / binCycles)));
  for (const { pes, busy } of layers) {
    for (let bin = 0; bin < shares.length; bin++) shares[bin]! += pes * busy[bin]!;
  }
  const busyPeCycles = sum(shares);
  for (let bin = 0; bin < shares.length; bin++) {
    shares[bin]! /= totalPes * Math.min(binCycles, cycles - bin * binCycles);
  }
  return { cycles, binCycles, shares, share: busyPeCycles / (totalPes * cycles) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
