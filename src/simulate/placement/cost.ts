import type { SimulationChip, SimulationGraph } from '../model/graph.ts';
import { type Traffic, trafficOf } from './traffic.ts';

/**
 * Bits times links: what all messages of a graph put on the links of the chip, results (every link of a multicast
 * once), partial sums, and what enters and leaves the chip. What a simulation that comes to its end adds up to.
 */
export function bitHops(graph: SimulationGraph): number {
  const trees = new Trees(graph.chip);
  return trafficOf(graph).reduce((sum, traffic) => sum + traffic.bits * trees.links(traffic), 0);
}

/** Counts the links of multicast trees. */
export class Trees {
  /** Tile of every endpoint (see {@link Traffic}); at first that of its number. May be changed, in its first half. */
  readonly tileOf: Int32Array;
  /** Tiles looked at so far: what counting has cost. */
  steps = 0;
  readonly #chip: SimulationChip;
  /** Per tile that something is sent from: for every tile the one before it on the way; -1 if not known yet. */
  readonly #before: (Int32Array | undefined)[] = [];
  /** Per tile the last tree that it was in. */
  readonly #tree: Int32Array;
  #count = 0;

  constructor(chip: SimulationChip) {
    this.#chip = chip;
    this.#tree = new Int32Array(chip.tiles);
    this.tileOf = Int32Array.from({ length: 2 * chip.tiles }, (_, endpoint) => endpoint % chip.tiles);
  }

  /** Links of the tree from one endpoint to some others. */
  links({ from: endpoint, to }: Traffic): number {
    const from = this.tileOf[endpoint]!;
    this.#before[from] ??= new Int32Array(this.#chip.tiles).fill(-1);
    const before = this.#before[from];
    const tree = this.#tree;
    const number = ++this.#count;
    tree[from] = number;
    let links = 0;
    for (let i = 0; i < to.length; i++) {
      let tile = this.tileOf[to[i]!]!;
      if (before[tile]! < 0) this.#learn(before, from, tile);
      for (; tree[tile] !== number; tile = before[tile]!) {
        tree[tile] = number;
        links++;
      }
    }
    this.steps += links + to.length;
    return links;
  }

  #learn(before: Int32Array, from: number, to: number): void {
    before[from] = from;
    for (const link of this.#chip.route(from, to)) {
      const [start, end] = this.#chip.links[link]!;
      before[end] = start;
    }
  }
}
