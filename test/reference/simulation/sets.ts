/** What a graph says of single sets: their copies, what they read, and where their results go. Slow and plain. */
import type {
  InferenceRange,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../../src/simulate/model/graph.ts';

/** A set, or the value that it computes: set k of inference i of a node with n sets is number k + i·n. */
export interface SetOf {
  readonly node: number;
  readonly set: number;
}

/** A key for what belongs to a set, or to its value on a tile. */
export const at = ({ node, set }: SetOf, tile?: number) =>
  `${node}.${set}${tile === undefined ? '' : `@${tile}`}`;

/** A key for what belongs to a node on a tile. */
export const on = (node: number, tile: number) => `${node}@${tile}`;

/** Sorts by node, then by set. */
export const bySet = (a: SetOf, b: SetOf) => a.node - b.node || a.set - b.set;

export class SimulationSets {
  readonly graph: SimulationGraph;
  /** Per value@tile: the sets that read it there, each once. */
  readonly #readers = new Map<string, SetOf[]>();
  /** Per value: bits for each tile that it goes to. */
  readonly #toTiles = new Map<string, Map<number, number>>();

  constructor(graph: SimulationGraph) {
    this.graph = graph;
    for (const edge of graph.edges) this.#noteReads(edge);
  }

  node(node: number): SimulationNode {
    return this.graph.nodes[node]!;
  }

  /** Sets of a node of one inference. */
  perInference(node: number): number {
    return this.node(node).setRows * this.node(node).setColumns;
  }

  /** Sets of a node of all inferences. */
  count(node: number): number {
    return this.perInference(node) * this.inferences(node).count;
  }

  /** The inferences of a node: those of its group, or all. */
  inferences(node: number): InferenceRange {
    return this.node(node).inferences ?? { first: 0, count: this.graph.batch };
  }

  /** Number of the copy that runs a set. */
  copyNumber({ node, set }: SetOf): number {
    return set % this.node(node).copies.length;
  }

  copy(of: SetOf): SimulationCopy {
    return this.node(of.node).copies[this.copyNumber(of)]!;
  }

  home(of: SetOf): number {
    return this.copy(of).tiles.at(-1)!;
  }

  /** A figure that a node gives per set of one inference. */
  figure(of: SetOf, figure: 'durations' | 'gpeuCycles' | 'resultBits' | 'outputBits'): number {
    return this.node(of.node)[figure]![of.set % this.perInference(of.node)]!;
  }

  /** The values that a set reads, each once. */
  reads(of: SetOf): SetOf[] {
    const values = new Map<string, SetOf>();
    for (const edge of this.graph.edges) {
      if (edge.to !== of.node) continue;
      for (const value of this.readsAlong(edge, of.set)) values.set(at(value), value);
    }
    return [...values.values()];
  }

  /** The values that a set of `edge.to` reads along one edge: of the same inference. */
  readsAlong({ from, to, rows, columns }: SimulationEdge, set: number): SetOf[] {
    const inference = Math.floor(set / this.perInference(to));
    const k = set % this.perInference(to);
    const { setColumns } = this.node(to);
    const values: SetOf[] = [];
    for (const row of rows[Math.floor(k / setColumns)]!) {
      for (const column of columns[k % setColumns]!) {
        const read = row * this.node(from).setColumns + column;
        values.push({ node: from, set: read + inference * this.perInference(from) });
      }
    }
    return values;
  }

  /** Bits of a value along an edge. */
  bitsAlong(edge: SimulationEdge, value: SetOf): number {
    return edge.bits[value.set % this.perInference(value.node)]!;
  }

  /** Tiles that a value goes to, and the bits for each: those of the widest edge along which it is read there. */
  toTiles(value: SetOf): ReadonlyMap<number, number> {
    return this.#toTiles.get(at(value)) ?? new Map();
  }

  /** The sets that read a value on a tile. */
  readers(value: SetOf, tile: number): readonly SetOf[] {
    return this.#readers.get(at(value, tile)) ?? [];
  }

  #noteReads(edge: SimulationEdge): void {
    for (let set = 0; set < this.count(edge.to); set++) {
      const reader = { node: edge.to, set };
      for (const value of this.readsAlong(edge, set)) {
        const tiles = this.#toTiles.get(at(value)) ?? new Map<number, number>();
        this.#toTiles.set(at(value), tiles);
        for (const tile of this.copy(reader).tiles) {
          tiles.set(tile, Math.max(tiles.get(tile) ?? 0, this.bitsAlong(edge, value)));
          this.#noteReader(value, tile, reader);
        }
      }
    }
  }

  #noteReader(value: SetOf, tile: number, reader: SetOf): void {
    const readers = this.readers(value, tile);
    if (readers.some((other) => bySet(other, reader) === 0)) return; // along another edge
    this.#readers.set(at(value, tile), [...readers, reader]);
  }
}
