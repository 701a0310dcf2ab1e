import { FlowIndex } from '../../workload/flow-index.ts';
import type { WorkEdge, WorkNode } from '../../workload/work.ts';

/**
 * A network on a chip as the simulation plays it (docs/simulation.md sections 3 to 5): nodes whose sets are
 * computed, and edges along which their values travel. All numbers are integers; times are clock cycles,
 * sizes are bits.
 */

/** A base layer, a join of several operands that the GPEU computes, or an input of the network. */
export interface SimulationNode extends WorkNode {
  /** One for joins and inputs. */
  readonly copies: readonly SimulationCopy[];
  /**
   * Where weights take turns: the inferences of its group; all of the batch where absent. Nodes that an edge joins have the
   * same. Set k of inference i has number k + (i - first)·n then.
   */
  readonly inferences?: InferenceRange;
  /** The node of the same layer in the group before. An input starts behind all sets of it. */
  readonly groupBefore?: number;
  /**
   * Of a run that is told, where the nodes of all groups are one: sets of a group, and copies that run them; the last group may have
   * fewer of both.
   */
  readonly perGroup?: { readonly sets: number; readonly copies: number };
}

/** The copy that runs set k of a node: an index in its copies. */
export function copyOfSet(
  { copies, perGroup }: Pick<SimulationNode, 'copies' | 'perGroup'>,
  k: number,
): number {
  if (perGroup === undefined) return k % copies.length;
  const first = Math.floor(k / perGroup.sets) * perGroup.copies;
  return first + ((k % perGroup.sets) % Math.min(perGroup.copies, copies.length - first));
}

/** Copies of a node that run sets; where weights take turns, those of a group. */
export function copiesInUse({ copies, perGroup }: Pick<SimulationNode, 'copies' | 'perGroup'>): number {
  return perGroup?.copies ?? copies.length;
}

/** Inferences that follow each other. */
export interface InferenceRange {
  /** The first of them. */
  readonly first: number;
  /** How many there are. */
  readonly count: number;
}

/** What a node reads of another one. */
export type SimulationEdge = WorkEdge;

/** Where a copy of a node is. */
export interface SimulationCopy {
  /** Distinct tiles that hold it, in the order of its PEs; the last one is its home. */
  readonly tiles: readonly number[];
  /** Per tile of `tiles` but the home: bits of partial sums that it sends home per pixel of a set. */
  readonly partialBitsPerPixel: readonly number[];
}

/** One copy of a node. */
export interface CopyOfNode {
  /** Index of the node. */
  readonly node: number;
  /** Number of the copy. */
  readonly copy: number;
}

/** PEs of one copy on one tile that are written one after the other. */
export interface SimulationWrite extends CopyOfNode {
  /** The tile that they are on, one of those of the copy. */
  readonly tile: number;
  /** How many there are, 1 or more. */
  readonly pes: number;
  /** Bits of the weights of one of them. */
  readonly bits: number;
  /** Index of the gate that has to be open. */
  readonly gate: number;
}

/** Weights that are written while the chip computes (docs/simulation.md section 13). */
export interface SimulationTurns {
  /** In the order of writing. A copy is free when all of its PEs are written; copies that are in none are there from the start. */
  readonly writes: readonly SimulationWrite[];
  /** A gate is open when all sets of these copies are finished. A copy is in one gate at most. */
  readonly gates: readonly (readonly CopyOfNode[])[];
  /** Clock cycles to write one PE, 1 or more. */
  readonly writeCycles: number;
  /** PEs of the chip that are on their way or written at a time; unlimited where absent. */
  readonly parallelWrites?: number;
  /** The copies of a node are free together, when all that are written are: layer by layer. */
  readonly freesTogether?: boolean;
}

/** The chip as the simulation sees it. `undefined`: free or unlimited. */
export interface SimulationChip {
  /** Number of tiles. */
  readonly tiles: number;
  /** Links by number: from tile, to tile. */
  readonly links: readonly (readonly [from: number, to: number])[];
  /** Route between two tiles: the numbers of its links in order; empty for a tile to itself. */
  route(from: number, to: number): readonly number[];
  /** Bits that a link takes per cycle, each direction on its own. */
  readonly linkBitsPerCycle?: number;
  /** Cycles of a router and its wire, per hop. */
  readonly hopCycles: number;
  /** Size of the input buffer of a tile. */
  readonly inputBufferBits?: number;
  /** Size of the output buffer of a tile. */
  readonly outputBufferBits?: number;
  /** Ports of the input buffer of a tile. */
  readonly inputBufferPorts?: number;
  /** Bits that such a port reads per cycle. */
  readonly inputBufferPortBitsPerCycle?: number;
  /** Bits per cycle of the port to the outside, input and output each. */
  readonly offChipBitsPerCycle?: number;
  /** Cycles until off-chip memory begins to give what is fetched. */
  readonly offChipLatencyCycles?: number;
  /** Size of the shared buffer beside the port, for what spills. */
  readonly sharedBufferBits?: number;
  /** Bits per cycle of each of its sides, input and output. */
  readonly sharedBufferBitsPerCycle?: number;
  /** The tile that has the port. */
  readonly offChipTile: number;
  /** PEs of a tile that are written at a time. */
  readonly tileWritePorts?: number;
}

/** What a simulation plays: nodes with their sets, what they read of each other, and the chip. */
export interface SimulationGraph {
  /** In topological order. */
  readonly nodes: readonly SimulationNode[];
  /** What nodes read of each other. */
  readonly edges: readonly SimulationEdge[];
  /** Tiles, links and buffers. */
  readonly chip: SimulationChip;
  /** Clock cycles from the start of an MVM to its result. Absent: 1. */
  readonly mvmCycles?: number;
  /**
   * Clock cycles between the starts of two MVMs of a copy: a set of a base layer has `durations[k] / mvmIntervalCycles`
   * pixels. At most `mvmCycles`, and that where it is absent: MVMs do not overlap.
   */
  readonly mvmIntervalCycles?: number;
  /** Inferences that go through the chip one after the other. */
  readonly batch: number;
  /** Across layers or layer by layer. */
  readonly scheduling: 'xinf' | 'lbl';
  /** Where weights take turns: how they are written. */
  readonly turns?: SimulationTurns;
}

/** A graph of which is known who reads whom. */
export interface IndexedGraph extends SimulationGraph {
  /** Of `nodes` and `edges`. */
  readonly index: FlowIndex;
}

/** A graph with its index. It may have been built by hand, or of one that has an index, with other edges. */
export function indexed(graph: SimulationGraph | IndexedGraph): IndexedGraph {
  return 'index' in graph && graph.index.isOf(graph) ? graph : { ...graph, index: new FlowIndex(graph) };
}

/** Clock cycles from when a set of a base layer gives its copy free to its last result; 0 unless MVMs overlap. */
export function resultDelayOf({
  mvmCycles = 1,
  mvmIntervalCycles = mvmCycles,
}: Pick<SimulationGraph, 'mvmCycles' | 'mvmIntervalCycles'>): number {
  return mvmCycles - mvmIntervalCycles;
}
