/** Weights that take turns (docs/simulation.md section 13): which PEs are written when. Slow and plain. */
import type { SimulationGraph, SimulationWrite } from '../../../src/simulate/model/graph.ts';
import { type SetOf, SimulationSets } from './sets.ts';

/** A PE that is written; its number is its place in the order of writing. */
export type PeWrite = Omit<SimulationWrite, 'pes'>;

const keyOf = (node: number, copy: number) => `${node}/${copy}`;

/** The PEs that are written after cycle 0. */
export class Writes {
  readonly #graph: SimulationGraph;
  readonly #sets: SimulationSets;
  readonly pes: readonly PeWrite[];
  /** Per gate: sets that are not finished. */
  readonly #setsLeft: number[];
  /** Per copy: PEs that are not written. */
  readonly #unwritten = new Map<string, number>();
  /** Per tile: when each of its write ports is free; none where they have no limit. */
  readonly #ports: number[][];
  #next = 0;
  #underWay = 0;

  constructor(graph: SimulationGraph) {
    const { turns, chip } = graph;
    this.#graph = graph;
    this.#sets = new SimulationSets({ ...graph, edges: [] });
    this.pes = (turns?.writes ?? []).flatMap(({ pes, ...write }) => Array.from({ length: pes }, () => write));
    for (const { node, copy } of this.pes) {
      this.#unwritten.set(keyOf(node, copy), (this.#unwritten.get(keyOf(node, copy)) ?? 0) + 1);
    }
    this.#setsLeft = (turns?.gates ?? []).map((copies) =>
      copies.reduce((sum, { node, copy }) => sum + this.#setsOn(node, copy), 0),
    );
    const ports = () => Array.from({ length: chip.tileWritePorts ?? 0 }, () => 0);
    this.#ports = Array.from({ length: chip.tiles }, ports);
  }

  #setsOn(node: number, copy: number): number {
    const all = Array.from({ length: this.#sets.count(node) }, (_, set) => set);
    return all.filter((set) => this.#sets.copyNumber({ node, set }) === copy).length;
  }

  /** True for a copy with PEs that are written after cycle 0. */
  isLate(node: number, copy: number): boolean {
    return this.#unwritten.has(keyOf(node, copy));
  }

  /** False while PEs of a copy are not written. */
  isWritten(node: number, copy: number): boolean {
    return (this.#unwritten.get(keyOf(node, copy)) ?? 0) === 0;
  }

  /** A set is finished: its copy has one less left. */
  finished(of: SetOf): void {
    const copy = this.#sets.copyNumber(of);
    this.#graph.turns?.gates.forEach((copies, gate) => {
      if (copies.some((other) => other.node === of.node && other.copy === copy)) this.#setsLeft[gate]! -= 1;
    });
  }

  /** Starts the next write, if its gate is open and not too many are under way. Its number; undefined where it has to wait. */
  startNext(): number | undefined {
    const pe = this.pes[this.#next];
    const { parallelWrites = Infinity } = this.#graph.turns ?? {};
    if (pe === undefined || this.#setsLeft[pe.gate]! > 0 || this.#underWay === parallelWrites)
      return undefined;
    this.#underWay++;
    return this.#next++;
  }

  /** The weights of a PE are on its tile at cycle `now`. When the PE is written. */
  arrived(n: number, now: number): number {
    const { writeCycles } = this.#graph.turns!;
    const ports = this.#ports[this.pes[n]!.tile]!;
    if (ports.length === 0) return now + writeCycles;
    const port = ports.indexOf(Math.min(...ports));
    ports[port] = Math.max(now, ports[port]!) + writeCycles;
    return ports[port]!;
  }

  /** A PE is written. True where it was the last one of its copy. */
  written(n: number): boolean {
    const { node, copy } = this.pes[n]!;
    this.#underWay--;
    this.#unwritten.set(keyOf(node, copy), this.#unwritten.get(keyOf(node, copy))! - 1);
    return this.isWritten(node, copy);
  }
}
