import type { TileRange } from '../map/tile-range.ts';
import { type FeatureMap, isInput, type Network } from '../network/network.ts';

/**
 * A schedule or a simulated run as verification plays it: what runs when, on which copy, and when copies are written. All
 * times are cycles: of the schedule, or of the chip's clock.
 */
export interface Timeline {
  /** What is computed. */
  readonly network: Network;
  /** Inferences of the batch. */
  readonly inferences: number;
  /** Base layers, or slices of them, of a simulated run joins and inputs too; in topological order. */
  readonly nodes: readonly TimedNode[];
  /** True where inputs are nodes, and not there from the start. */
  readonly hasInputs: boolean;
  /** PEs of the chip. */
  readonly totalPes: number;
  /** PEs of a tile; left out where nothing is known of tiles. */
  readonly pesPerTile?: number;
  /** Where weights take turns: the copies that run sets, group by group. */
  readonly residencies: readonly TimedResidency[];
  /** What the chip needs to write them, where the run itself says when it does; else they are written by the rules. */
  readonly writing?: TimedWriting;
}

/** How the PEs of a chip are written. */
export interface TimedWriting {
  /** Cycles to write a PE. */
  readonly writeCycles: number;
  /** PEs of the chip that are written at a time, at most. */
  readonly parallelWrites: number;
  /** The same of a tile. */
  readonly tilePorts: number;
}

/** The sets of a base layer (or slice), a join or an input. Set `s` of inference `i` is set `i·sets + s`. */
export interface TimedNode {
  /** A base layer or slice, a join of several operands, or an input of the network. */
  readonly kind: 'base' | 'join' | 'input';
  /** Index in `Network.layers`. */
  readonly layer: number;
  /** What messages call it: the name of the layer or slice. */
  readonly name: string;
  /** OFM of its layer. */
  readonly ofm: FeatureMap;
  /** Slices of the layer, of which this is one; 1 where it is not cut. */
  readonly slices: number;
  /** What lies on the PEs of one copy; empty for joins and inputs. */
  readonly tiles: readonly TileRange[];
  /** PEs of one copy. */
  readonly pes: number;
  /** PEs of all slices of the layer, as its weights need them. */
  readonly layerPes: number;
  /** Copies of it that are on the chip together, or 0 for joins and inputs. */
  readonly copies: number;
  /** Sets of one inference. */
  readonly sets: number;
  /** When set `k` starts. */
  start(k: number): number;
  /** When its result is complete. */
  finish(k: number): number;
  /** When its copy may start the next set. */
  free(k: number): number;
  /** When it was granted what was fetched for it, and has read; -1 where it reads when it starts. */
  granted(k: number): number;
  /** Its copy, numbered through all groups; -1 where it is not on one copy, or on none. */
  copy(k: number): number;
  /** Where weights take turns: which of the residencies it runs on; -1 for none. */
  residency(k: number): number;
  /** Its positions, `y·W + x`: to be read before the next call, which may use the same array. */
  positions(k: number): Int32Array;
}

/** A copy on the chip for one group; layer by layer all copies of a layer. */
export interface TimedResidency {
  /** Index of its node. */
  readonly node: number;
  /** Which group. */
  readonly group: number;
  /** Which copy of its group; -1 for all of them together. */
  readonly copy: number;
  /** PEs that it takes. */
  readonly pes: number;
  /** When its PEs are taken and written; those that are in no entry have been written before cycle 0. */
  readonly takes: readonly TakenPes[];
}

/** PEs that are taken at a time, and written. */
export interface TakenPes {
  /** When they are taken: nothing else may be on them from then on. */
  readonly cycle: number;
  /** When writing the first of them begins. */
  readonly begin: number;
  /** When the last of them is written. */
  readonly end: number;
  /** How many. */
  readonly pes: number;
  /** The tile that they are on; -1 where that is not known. */
  readonly tile: number;
}

/** Names of the layers that are published: base layers, inputs, of a simulated run joins too. */
export function publishedLayers({ network, nodes, hasInputs }: Timeline): ReadonlySet<string> {
  const names = nodes.map(({ layer }) => network.layers[layer]!.name);
  return new Set(hasInputs ? names : [...names, ...inputsOf(network).map(({ name }) => name)]);
}

/** The inputs of a network. */
export function inputsOf({ layers }: Network) {
  return layers.filter(isInput);
}

/**
 * How many inferences need room at a time: values of inference `i` may take that of inference `i - n`, since all sets of
 * that one are finished before the first of `i` starts. Inputs do not count, and need room of their own: they may come long before.
 */
export function inferencesInFlight({ inferences, nodes }: Timeline): number {
  const first = new Float64Array(inferences).fill(Infinity);
  const last = new Float64Array(inferences).fill(-Infinity);
  for (const node of nodes) {
    for (let k = 0; k < node.sets * inferences; k++) {
      const inference = Math.floor(k / node.sets);
      if (node.kind !== 'input')
        first[inference] = Math.min(first[inference]!, node.start(k), readTime(node, k));
      last[inference] = Math.max(last[inference]!, node.finish(k));
    }
  }
  // The first start of this inference and all behind it.
  for (let i = inferences - 2; i >= 0; i--) first[i] = Math.min(first[i]!, first[i + 1]!);
  let most = 1;
  for (let i = 0; i < inferences; i++) while (i + most < inferences && first[i + most]! <= last[i]!) most++;
  return most;
}

/** When a set has all that it reads. */
export function readTime(node: Pick<TimedNode, 'granted' | 'start'>, k: number): number {
  const granted = node.granted(k);
  return granted < 0 ? node.start(k) : granted;
}
