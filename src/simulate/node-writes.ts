import type { IndexedGraph } from './model/graph.ts';
import { firstGroup } from './one-group.ts';
import type { SimulationRun } from './play/engine.ts';

/** The writing of a copy's PEs on one tile, after cycle 0 (docs/simulation.md section 13). All in clock cycles. */
export interface TileWrite {
  /** Which group of inferences they were written for. */
  readonly group: number;
  /** Which copy, among those of the group. */
  readonly copy: number;
  /** The tile that they are on. */
  readonly tile: number;
  /** How many there are. */
  readonly pes: number;
  /** When the first write started: its weights were asked for. */
  readonly startCycle: number;
  /** When the tile began to write the first of them. */
  readonly writeCycle: number;
  /** When the last of them was written. */
  readonly endCycle: number;
}

/** Per node of the first group what was written of its layer for all groups, in the order of writing; none where weights stay. */
export function nodeWrites(graph: IndexedGraph, { peWrites }: SimulationRun): TileWrite[][] {
  const nodes = firstGroup(graph);
  const ofNodes = Array.from({ length: nodes }, (): TileWrite[] => []);
  if (graph.turns === undefined || peWrites === undefined) return ofNodes;
  const { writes, writeCycles } = graph.turns;
  let first = 0;
  for (const { node, copy, tile, pes } of writes) {
    const begins = peWrites.begins.subarray(first, first + pes);
    ofNodes[node % nodes]!.push({
      ...{ group: Math.floor(node / nodes), copy, tile, pes },
      startCycle: peWrites.starts[first]!,
      writeCycle: begins.reduce((least, begin) => Math.min(least, begin)),
      endCycle: begins.reduce((most, begin) => Math.max(most, begin)) + writeCycles,
    });
    first += pes;
  }
  return ofNodes;
}
