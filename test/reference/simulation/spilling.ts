/**
 * Which streams go through off-chip memory where not all windows fit. Slow and plain.
 *
 * What is spilled. On a tile whose windows do not fit its input buffer, streams are spilled, those with the largest windows first
 * (then by node), until the windows of the others fit beside the most that one set there reads of spilled ones. So are streams
 * that may need more than their window, since inferences behind the first four use other copies. Where the output windows of a
 * tile do not fit, it has none, and of all nodes with a home there every stream is spilled, so that their results always leave.
 *
 * Room. What the windows of an input buffer leave is shared. Values that are sent may take of it all but the most that one set
 * reads there of spilled streams, and only what fetched values leave. A result for a spilled stream that finds no room there by this
 * rule waits for none: it is stored. The port is then one more destination of its message, with the widest of the bits for all
 * tiles that it is stored for and of those that leave the chip.
 *
 * Grants. A set that reads a value of a spilled stream needs a grant. Sets of base layers and inputs are granted in order, of a join
 * the lowest that can be, in phase 3, behind the starts of the node; a set is granted as soon as everything that it reads is on its
 * tiles or stored, the layer before is finished (`lbl`), every tile of its copy has room for what is missing there, beside what
 * other granted sets need and what was sent, and there is room for its result, which is reserved then. Its copy may be
 * busy. Fetched values that no granted set needs go when room is wanted, those first that were needed first ago. What
 * is missing is fetched, by node and set: `offChipLatencyCycles` later it asks for the input side of the port, then goes as one message
 * to all tiles of the copy that lack it. A granted set starts when all has arrived, in order, on a free copy.
 *
 * Why it comes to an end. A granted set finishes, whatever others wait for: all its room is its own. Take the first set that is not
 * finished in the order in which sets are asked for (docs/simulation.md section 6). What it reads is finished; of kept streams it arrives, as there;
 * of spilled ones it is sent or stored, since these results wait for no room. If no set is granted, its own room is free.
 */
import type { SimulationEdge, SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { on, type SetOf, SimulationSets } from './sets.ts';
import { inputWindows, outputWindows, PLAYED_INFERENCES, type Window } from './windows.ts';

/** A value or result of which no chip with these buffers can hold a pixel. */
export interface TooLarge {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly buffer: 'input' | 'output';
  /** The least that the buffer has to hold for it. */
  readonly bits: number;
}

/** What is spilled. */
export interface SpillPlan {
  /** False where nothing may spill. */
  readonly isSpilling: boolean;
  /** Streams, node@tile, that go through off-chip memory. */
  readonly spilled: ReadonlySet<string>;
  readonly inputWindows: readonly Window[];
  readonly outputWindows: readonly Window[];
  /** Per tile: the most bits of spilled streams that one set reads there. */
  readonly largestReads: readonly number[];
  /** The first set that does not fit: then nothing can be played. */
  readonly tooLarge?: TooLarge;
}

/** Nothing is spilled: what finds no room waits. */
export function noSpilling(graph: SimulationGraph): SpillPlan {
  const { inputBufferBits, outputBufferBits, tiles } = graph.chip;
  // Sets run round by round then, which is not the order that windows are made for.
  const isInTurns = graph.turns !== undefined;
  return {
    isSpilling: false,
    spilled: new Set(),
    inputWindows: inputBufferBits === undefined || isInTurns ? [] : inputWindows(graph),
    outputWindows: outputBufferBits === undefined || isInTurns ? [] : outputWindows(graph),
    largestReads: Array.from({ length: tiles }, () => 0),
  };
}

/** The streams that have to be spilled so that every set can run, whatever the others wait for. */
export function spillPlan(graph: SimulationGraph): SpillPlan {
  return new Planner(graph).plan();
}

class Planner {
  readonly #graph: SimulationGraph;
  readonly #sets: SimulationSets;
  readonly #all: SpillPlan;
  readonly #spilled = new Set<string>();

  constructor(graph: SimulationGraph) {
    this.#graph = graph;
    this.#sets = new SimulationSets(graph);
    this.#all = noSpilling(graph);
  }

  plan(): SpillPlan {
    const { tiles } = this.#graph.chip;
    const everyTile = Array.from({ length: tiles }, (_, tile) => tile);
    const isTight = (tile: number) => this.#graph.turns !== undefined || !this.#outputWindowsFit(tile);
    const tight = new Set(everyTile.filter(isTight));
    // Where input buffers have no limit every result leaves.
    if (this.#graph.chip.inputBufferBits !== undefined) this.#spillNodesOn(tight);
    for (const tile of everyTile) this.#spillOn(tile);
    const largestReads = everyTile.map((tile) => this.#largestReads(tile).bits);
    const tooLarge = this.#tooLarge();
    return {
      isSpilling: true,
      spilled: this.#spilled,
      inputWindows: this.#all.inputWindows.filter(({ node, tile }) => !this.#spilled.has(on(node, tile))),
      outputWindows: this.#all.outputWindows.filter(({ tile }) => !tight.has(tile)),
      largestReads,
      ...(tooLarge === undefined ? {} : { tooLarge }),
    };
  }

  #outputWindowsFit(tile: number): boolean {
    const windows = this.#all.outputWindows.filter((window) => window.tile === tile);
    return bitsOf(windows) <= (this.#graph.chip.outputBufferBits ?? Infinity);
  }

  #spillNodesOn(tight: ReadonlySet<number>): void {
    this.#graph.nodes.forEach(({ copies }, node) => {
      if (!copies.some(({ tiles }) => tight.has(tiles.at(-1)!))) return;
      for (let tile = 0; tile < this.#graph.chip.tiles; tile++) this.#spilled.add(on(node, tile));
    });
  }

  /** Spills streams of a tile until the others fit, or all are spilled. */
  #spillOn(tile: number): void {
    const size = this.#graph.chip.inputBufferBits;
    if (size === undefined) return;
    for (const node of this.#unsureStreams(tile)) this.#spilled.add(on(node, tile));
    const kept = this.#all.inputWindows
      .filter((window) => window.tile === tile && !this.#spilled.has(on(window.node, tile)))
      .sort((a, b) => b.bits - a.bits || a.node - b.node);
    while (kept.length > 0 && bitsOf(kept) + this.#largestReads(tile).bits > size) {
      this.#spilled.add(on(kept.shift()!.node, tile));
    }
  }

  /** Nodes whose stream to a tile may need more than its window, since inferences after those that were played use other copies. */
  #unsureStreams(tile: number): number[] {
    const { nodes, edges, batch } = this.#graph;
    return nodes.flatMap((_, from) => {
      const readers = edges
        .filter(
          (edge) => edge.from === from && nodes[edge.to]!.copies.some(({ tiles }) => tiles.includes(tile)),
        )
        .map(({ to }) => to);
      const period = readers.map((to) => this.#period(to)).reduce(leastCommonMultiple, 1);
      return Math.min(period, batch) > PLAYED_INFERENCES ? [from] : [];
    });
  }

  /** After so many inferences the sets of a node are on the same copies again. */
  #period(node: number): number {
    const { length } = this.#graph.nodes[node]!.copies;
    return length / greatestCommonDivisor(this.#sets.perInference(node), length);
  }

  /**
   * The most that one set with a copy on a tile may need there of spilled streams: over all nodes with a copy there, the sum over the
   * edges of spilled streams of the most that a set reads along the edge; or where that is more than the buffer, the largest pixel of a
   * value of their sources, if that is less. A value is as large as along the widest edge from its node.
   */
  #largestReads(tile: number): { readonly node: number; readonly set: number; readonly bits: number } {
    let largest = { node: -1, set: -1, bits: 0 };
    this.#graph.nodes.forEach(({ copies }, node) => {
      if (!copies.some(({ tiles }) => tiles.includes(tile))) return;
      const edges = this.#graph.edges.filter(
        (edge) => edge.to === node && this.#spilled.has(on(edge.from, tile)) && this.#mostRead(edge) > 0,
      );
      const all = edges.reduce((sum, edge) => sum + this.#mostRead(edge), 0);
      const pixels = edges.map(({ from }) => ({ node: from, ...this.#largestPixel(from) }));
      const [pixel] = pixels.sort((a, b) => b.bits - a.bits);
      const bits = all > (this.#graph.chip.inputBufferBits ?? Infinity) ? Math.min(all, pixel!.bits) : all;
      if (bits > largest.bits) largest = { ...pixel!, bits };
    });
    return largest;
  }

  #mostRead(edge: SimulationEdge): number {
    const reads = Array.from({ length: this.#sets.perInference(edge.to) }, (_, set) =>
      this.#sets.readsAlong(edge, set).reduce((sum, value) => sum + this.#width(value), 0),
    );
    return Math.max(0, ...reads);
  }

  #width(value: SetOf): number {
    const edges = this.#graph.edges.filter(({ from }) => from === value.node);
    return Math.max(...edges.map((edge) => this.#sets.bitsAlong(edge, value)));
  }

  /** The set of a node whose value has the largest pixels. */
  #largestPixel(node: number): { readonly set: number; readonly bits: number } {
    const pixels = Array.from({ length: this.#sets.perInference(node) }, (_, set) =>
      Math.ceil(this.#width({ node, set }) / this.#pixels(node, set)),
    );
    const bits = Math.max(...pixels);
    return { set: pixels.indexOf(bits), bits };
  }

  #pixels(node: number, set: number): number {
    return this.#graph.nodes[node]!.pixels?.[set] ?? 1;
  }

  /** The largest piece that does not fit, of input buffers first; the lowest tile, node and set of equal ones. */
  #tooLarge(): TooLarge | undefined {
    const { inputBufferBits = Infinity, outputBufferBits = Infinity, tiles } = this.#graph.chip;
    const reads = Array.from({ length: tiles }, (_, tile) => ({ tile, ...this.#largestReads(tile) }));
    const [read] = reads.filter(({ bits }) => bits > inputBufferBits).sort((a, b) => b.bits - a.bits);
    if (read !== undefined) return { buffer: 'input', ...read };
    const results = this.#graph.nodes.flatMap(({ resultBits }, node) =>
      Array.from(resultBits, (all, set) => {
        const tile = this.#sets.home({ node, set });
        return { node, set, tile, bits: Math.ceil(all / this.#pixels(node, set)) };
      }),
    );
    const [result] = results.filter(({ bits }) => bits > outputBufferBits).sort((a, b) => b.bits - a.bits);
    return result && { buffer: 'output', ...result };
  }
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
const leastCommonMultiple = (a: number, b: number) => (a / greatestCommonDivisor(a, b)) * b;
const bitsOf = (windows: readonly Pick<Window, 'bits'>[]) => windows.reduce((sum, { bits }) => sum + bits, 0);
