/**
 * A network on a chip as the simulation plays it (docs/simulation.md sections 3 to 5): nodes whose sets are
 * computed, and edges along which their values travel. All numbers are integers; times are clock cycles,
 * sizes are bits.
 */

/** A base layer, a join of several operands that the GPEU computes, or an input of the network. */
export interface SimulationNode {
  /** A base layer, a join of several operands, or an input of the network. */
  readonly kind: 'base' | 'join' | 'input';
  /** Index in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** Rows of sets. */
  readonly setRows: number;
  /** Columns of sets. */
  readonly setColumns: number;
  /** Per set: cycles on its copy (base: pixels · MVM), or of the GPEU (join), 0 for an input. */
  readonly durations: Int32Array;
  /** Per set: cycles of the GPEU for the fused layers that belong to it, after it is computed. */
  readonly gpeuCycles: Int32Array;
  /** Per set: bits that its result takes in the output buffer of its tile. */
  readonly resultBits: Int32Array;
  /** One for joins and inputs. */
  readonly copies: readonly SimulationCopy[];
  /**
   * Per set: bits that leave the chip through the off-chip port. Only of outputs of the network; others may read
   * their results as well.
   */
  readonly outputBits?: Int32Array;
}

/** Where a copy of a node is. */
export interface SimulationCopy {
  /** Distinct tiles that hold it, in the order of its PEs; the last one is its home. */
  readonly tiles: readonly number[];
  /** Per tile of `tiles` but the home: bits of partial sums that it sends home per pixel of a set. */
  readonly partialBitsPerPixel: readonly number[];
}

/** What node `to` reads of node `from`: set (r, c) of `to` reads the sets `rows[r]` x `columns[c]` of `from`. */
export interface SimulationEdge {
  /** Index of the node that is read. */
  readonly from: number;
  /** Index of the node that reads. */
  readonly to: number;
  /** Per row of sets of the node that reads: the rows of sets that it reads. */
  readonly rows: readonly Int32Array[];
  /** The same for columns of sets. */
  readonly columns: readonly Int32Array[];
  /** Per set of `from`: bits of a message along this edge. */
  readonly bits: Int32Array;
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
  /** The tile that has the port. */
  readonly offChipTile: number;
}

/** What a simulation plays: nodes with their sets, what they read of each other, and the chip. */
export interface SimulationGraph {
  /** In topological order. */
  readonly nodes: readonly SimulationNode[];
  /** What nodes read of each other. */
  readonly edges: readonly SimulationEdge[];
  /** Tiles, links and buffers. */
  readonly chip: SimulationChip;
  /** Cycles of one MVM: a set of a base layer has `durations[k] / mvmCycles` pixels. Absent: 1. */
  readonly mvmCycles?: number;
  /** Inferences that go through the chip one after the other. */
  readonly batch: number;
  /** Across layers or layer by layer; `xinf` where it is absent. */
  readonly scheduling: 'xinf' | 'lbl';
}
