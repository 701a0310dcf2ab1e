import type { SimulationEdge, SimulationGraph } from '../model/graph.ts';

/** The most that a node sends to a tile has there at a time, in bits. */
export interface StreamWindow {
  readonly node: number;
  readonly tile: number;
  readonly bits: number;
}

/** What goes through off-chip memory where buffers are too small for all that waits in them. */
export interface SpillPlan {
  /** Per node: the tiles to which its results are not sent where there is no room for them, but stored. */
  readonly spilled: readonly ReadonlySet<number>[];
  /** Per tile: the most bits of them that one set reads there. */
  readonly largestReads: Float64Array;
  /** Per tile: 1 where the output buffer is too small for windows. */
  readonly isTight: Uint8Array;
  /** A set that does not fit: then nothing can be played. */
  readonly tooLarge?: TooLarge;
}

/** A set of which no pixel fits a buffer, the largest of them: its value in an input buffer, or its result in its own output buffer. */
export interface TooLarge {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly buffer: 'input' | 'output';
  /** The least that the buffer has to hold. */
  readonly bits: number;
}

/** The set of a node whose pixels are the largest, and their bits. */
interface LargestPixel {
  readonly set: number;
  readonly bits: number;
}

/** So many inferences are played to find windows. */
const PLAYED_INFERENCES = 4;

/** Decides what spills so that every set can run, whatever the others wait for (docs/simulation.md). */
export function spillPlan(graph: SimulationGraph, windows: readonly StreamWindow[]): SpillPlan {
  const planner = new Planner(graph, windows);
  return planner.plan();
}

class Planner {
  readonly #graph: SimulationGraph;
  readonly #windows: readonly StreamWindow[][];
  readonly #spilled: Set<number>[];
  /** Per tile: nodes with a copy there. */
  readonly #nodesOn: readonly ReadonlySet<number>[];
  /** Per node: the edges to it. */
  readonly #edgesTo: readonly (readonly SimulationEdge[])[];
  /** What looks at every set is found where it is asked for, and once: per node the bits of its values, the largest pixel of them, and the most that a set reads along an edge. */
  readonly #widest: (node: number) => Int32Array;
  readonly #largestPixel: (node: number) => LargestPixel;
  readonly #mostRead: (edge: SimulationEdge) => number;

  constructor(graph: SimulationGraph, windows: readonly StreamWindow[]) {
    const { nodes, edges, chip } = graph;
    this.#graph = graph;
    const byTile = Array.from({ length: chip.tiles }, (): StreamWindow[] => []);
    for (const window of windows) byTile[window.tile]!.push(window);
    this.#windows = byTile;
    this.#spilled = nodes.map(() => new Set());
    const nodesOn = byTile.map(() => new Set<number>());
    nodes.forEach(({ copies }, node) => {
      for (const { tiles } of copies) for (const tile of tiles) nodesOn[tile]!.add(node);
    });
    this.#nodesOn = nodesOn;
    const edgesTo = nodes.map((): SimulationEdge[] => []);
    for (const edge of edges) edgesTo[edge.to]!.push(edge);
    this.#edgesTo = edgesTo;
    this.#widest = remembered((node) => widestOf(graph, node));
    this.#largestPixel = remembered((node) => largestPixel(this.#widest(node), nodes[node]!.pixels));
    this.#mostRead = remembered((edge) =>
      mostRead(edge, nodes[edge.from]!.setColumns, this.#widest(edge.from)),
    );
  }

  plan(): SpillPlan {
    const { nodes, chip, turns } = this.#graph;
    // Where weights take turns, what sets wait for is so various that all streams spill, and every result can leave.
    const isTight = turns === undefined ? this.#tightTiles() : new Uint8Array(chip.tiles).fill(1);
    if (chip.inputBufferBits !== undefined) {
      nodes.forEach(({ copies }, node) => {
        if (!copies.some(({ tiles }) => isTight[tiles.at(-1)!])) return;
        for (let tile = 0; tile < chip.tiles; tile++) this.#spilled[node]!.add(tile);
      });
      this.#windows.forEach((windows, tile) => {
        this.#spillOn(tile, windows, chip.inputBufferBits!);
      });
    }
    const largestReads = Float64Array.from(this.#windows, (_, tile) => this.#largestReads(tile).bits);
    const tooLarge = this.#tooLarge();
    return { spilled: this.#spilled, largestReads, isTight, ...(tooLarge === undefined ? {} : { tooLarge }) };
  }

  #tightTiles(): Uint8Array {
    const { nodes, chip } = this.#graph;
    const bits = new Float64Array(chip.tiles);
    for (const { copies, resultBits } of nodes) {
      const most = resultBits.reduce((a, b) => Math.max(a, b), 0);
      for (const home of new Set(copies.map(({ tiles }) => tiles.at(-1)!))) bits[home]! += most;
    }
    return Uint8Array.from(bits, (all) =>
      all > (chip.outputBufferBits ?? Number.POSITIVE_INFINITY) ? 1 : 0,
    );
  }

  #spillOn(tile: number, windows: readonly StreamWindow[], size: number): void {
    for (const node of this.#unsureStreams(tile)) this.#spilled[node]!.add(tile);
    const kept = windows
      .filter(({ node }) => !this.#spilled[node]!.has(tile))
      .sort((a, b) => b.bits - a.bits || a.node - b.node);
    let bits = kept.reduce((sum, window) => sum + window.bits, 0);
    for (const window of kept) {
      if (bits + this.#largestReads(tile).bits <= size) return;
      this.#spilled[window.node]!.add(tile);
      bits -= window.bits;
    }
  }

  /** Nodes whose stream to a tile may need more than its window: inferences after those that were played use other copies. */
  #unsureStreams(tile: number): number[] {
    const { nodes, batch } = this.#graph;
    if (batch <= PLAYED_INFERENCES) return [];
    const periods = new Map<number, number>();
    for (const reader of this.#nodesOn[tile]!) {
      const { copies, setRows, setColumns } = nodes[reader]!;
      const period = copies.length / greatestCommonDivisor(setRows * setColumns, copies.length);
      for (const { from } of this.#edgesTo[reader]!) {
        const before = periods.get(from) ?? 1;
        periods.set(from, (before / greatestCommonDivisor(before, period)) * period);
      }
    }
    return [...periods].filter(([, period]) => period > PLAYED_INFERENCES).map(([node]) => node);
  }

  /**
   * The node whose sets need most room for what they read of spilled streams on a tile, the first of several: all of it, or where
   * that is more than the buffer, the largest pixel of a value that they read.
   */
  #largestReads(tile: number): { readonly node: number; readonly set: number; readonly bits: number } {
    const { inputBufferBits = Number.POSITIVE_INFINITY } = this.#graph.chip;
    let largest = { node: -1, set: -1, bits: 0 };
    for (const node of this.#nodesOn[tile]!) {
      let all = 0;
      let piece = { node: -1, set: -1, bits: 0 };
      for (const edge of this.#edgesTo[node]!) {
        const { from } = edge;
        if (!this.#spilled[from]!.has(tile)) continue;
        const bits = this.#mostRead(edge);
        if (bits === 0) continue;
        all += bits;
        const pixel = this.#largestPixel(from);
        if (pixel.bits > piece.bits) piece = { node: from, ...pixel };
      }
      const bits = all > inputBufferBits ? Math.min(all, piece.bits) : all;
      if (bits > largest.bits) largest = { ...piece, bits };
    }
    return largest;
  }

  #tooLarge(): TooLarge | undefined {
    const { inputBufferBits = Number.POSITIVE_INFINITY, outputBufferBits = Number.POSITIVE_INFINITY } =
      this.#graph.chip;
    return this.#largestInput(inputBufferBits) ?? this.#largestOutput(outputBufferBits);
  }

  #largestInput(size: number): TooLarge | undefined {
    let largest: TooLarge | undefined;
    for (let tile = 0; tile < this.#graph.chip.tiles; tile++) {
      const reads = this.#largestReads(tile);
      if (reads.bits > (largest?.bits ?? size)) largest = { ...reads, tile, buffer: 'input' };
    }
    return largest;
  }

  #largestOutput(size: number): TooLarge | undefined {
    if (size === Number.POSITIVE_INFINITY) return undefined;
    let largest: TooLarge | undefined;
    this.#graph.nodes.forEach(({ copies, resultBits, pixels }, node) => {
      const { set, bits } = largestPixel(resultBits, pixels);
      if (bits <= (largest?.bits ?? size)) return;
      largest = { node, set, tile: copies[set % copies.length]!.tiles.at(-1)!, buffer: 'output', bits };
    });
    return largest;
  }
}

/** A function that is called once for each argument. */
function remembered<Argument, Result>(make: (argument: Argument) => Result): (argument: Argument) => Result {
  const known = new Map<Argument, Result>();
  return (argument) => {
    const before = known.get(argument);
    if (before !== undefined) return before;
    const made = make(argument);
    known.set(argument, made);
    return made;
  };
}

/** The bits of each set of a node along its widest edge. */
function widestOf({ nodes, edges }: SimulationGraph, node: number): Int32Array {
  const { setRows, setColumns } = nodes[node]!;
  const widest = new Int32Array(setRows * setColumns);
  for (const { from, bits } of edges) {
    if (from !== node) continue;
    bits.forEach((size, set) => {
      if (size > widest[set]!) widest[set] = size;
    });
  }
  return widest;
}

/** The most bits that a set reads along an edge. */
function mostRead({ rows, columns }: SimulationEdge, setColumns: number, bits: Int32Array): number {
  let most = 0;
  for (const fromRows of rows) {
    for (const fromColumns of columns) {
      let sum = 0;
      for (const row of fromRows) for (const column of fromColumns) sum += bits[row * setColumns + column]!;
      if (sum > most) most = sum;
    }
  }
  return most;
}

/** The first of the sets whose pixels are the largest, given the bits of all sets. */
function largestPixel(bits: Int32Array, pixels: Int32Array | undefined): LargestPixel {
  let largest = { set: 0, bits: 0 };
  bits.forEach((all, set) => {
    const ofPixel = Math.ceil(all / (pixels?.[set] ?? 1));
    if (ofPixel > largest.bits) largest = { set, bits: ofPixel };
  });
  return largest;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
