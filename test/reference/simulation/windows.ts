/**
 * Windows of buffers by the letter of docs/simulation.md section 6: how much room every node is sure to have on
 * a tile. Slow and plain.
 */
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { at, on, type SetOf, SimulationSets } from './sets.ts';

/** Room that is kept for the values of a node on a tile. */
export interface Window {
  readonly node: number;
  readonly tile: number;
  readonly bits: number;
}

/** So many inferences are played on demand (copies rotate from one to the next). */
export const PLAYED_INFERENCES = 4;

/** Windows of all streams in input buffers; by (node, tile). */
export function inputWindows(graph: SimulationGraph): Window[] {
  return new PlayOnDemand(graph).windows();
}

/** Windows of all nodes in the output buffers of the homes of their copies; by (node, tile). */
export function outputWindows(graph: SimulationGraph): Window[] {
  return graph.nodes.flatMap(({ copies, resultBits }, node) => {
    const homes = new Set(copies.map(({ tiles }) => tiles.at(-1)!));
    return [...homes].sort((a, b) => a - b).map((tile) => ({ node, tile, bits: Math.max(0, ...resultBits) }));
  });
}

/** Plays sets one after the other, each when somebody asks for it, and notes how much of each stream is on a tile. */
class PlayOnDemand {
  readonly #sets: SimulationSets;
  /** Keys of the sets that have been played. */
  readonly #played = new Set<string>();
  /** Per stream, node@tile: bits now, and the most there were. */
  readonly #bits = new Map<string, number>();
  readonly #windows = new Map<string, { node: number; tile: number; bits: number }>();

  constructor(graph: SimulationGraph) {
    const inferences = Math.min(graph.batch, PLAYED_INFERENCES);
    // Sets of later inferences read nothing of these.
    this.#sets = new SimulationSets({ ...graph, batch: inferences });
    for (let inference = 0; inference < inferences; inference++) {
      for (const root of this.#roots()) this.#demand(root.node, root.set, inference);
    }
  }

  windows(): Window[] {
    return [...this.#windows.values()].sort((a, b) => a.node - b.node || a.tile - b.tile);
  }

  /** The sets k of one inference that are asked for, in order. What is left in the end is asked for too. */
  #roots(): SetOf[] {
    const { nodes, edges, scheduling } = this.#sets.graph;
    const all = nodes.flatMap((_, node) => this.#setsOf(node));
    const isSink = ({ node }: SetOf) => !edges.some(({ from }) => from === node);
    const isBase = ({ node }: SetOf) => nodes[node]!.kind === 'base';
    const left = nodes.flatMap((_, node) => this.#setsOf(nodes.length - 1 - node));
    if (scheduling === 'lbl') return [...all.filter(isBase), ...all.filter(isSink), ...left];
    const n = ({ node }: SetOf) => this.#sets.perInference(node);
    const sinks = all.filter(isSink);
    sinks.sort((a, b) => (a.set + 1) * n(b) - (b.set + 1) * n(a) || a.node - b.node);
    return [...sinks, ...left];
  }

  #setsOf(node: number): SetOf[] {
    return Array.from({ length: this.#sets.perInference(node) }, (_, set) => ({ node, set }));
  }

  /** Plays the sets of a node up to set k, and before each of them what it reads. */
  #demand(node: number, k: number, inference: number): void {
    for (let lower = 0; lower <= k; lower++) {
      const of = { node, set: lower + inference * this.#sets.perInference(node) };
      if (this.#played.has(at(of))) continue;
      for (const edge of this.#sets.graph.edges) {
        if (edge.to !== node) continue;
        const values = this.#sets.readsAlong(edge, of.set).map(({ set }) => set);
        if (values.length === 0) continue;
        this.#demand(edge.from, Math.max(...values) % this.#sets.perInference(edge.from), inference);
      }
      this.#play(of);
    }
  }

  /** Puts the result of a set where it goes, then takes away what it was the last reader of. */
  #play(of: SetOf): void {
    this.#played.add(at(of));
    for (const [tile, bits] of this.#sets.toTiles(of)) this.#put(of.node, tile, bits);
    for (const value of this.#sets.reads(of)) {
      for (const tile of this.#sets.copy(of).tiles) {
        const isRead = this.#sets.readers(value, tile).every((reader) => this.#played.has(at(reader)));
        if (isRead) this.#put(value.node, tile, -this.#sets.toTiles(value).get(tile)!);
      }
    }
  }

  #put(node: number, tile: number, bits: number): void {
    const stream = on(node, tile);
    const now = (this.#bits.get(stream) ?? 0) + bits;
    const window = this.#windows.get(stream) ?? { node, tile, bits: 0 };
    this.#bits.set(stream, now);
    this.#windows.set(stream, { node, tile, bits: Math.max(window.bits, now) });
  }
}
