import type { LayerMachine } from '../execute/layer-machine.ts';
import { oneLine } from '../input/show.ts';
import { copyInWords, setInWords, TimelineFault } from './fault.ts';
import { inOrder } from './in-order.ts';
import type { TakenPes, TimedNode, TimedResidency, Timeline } from './timeline.ts';

/** Which PEs of the chip are taken, by which copies, and until when: a copy gives its PEs back with its last set. */
export class ResidentCopies {
  /** PEs that are taken, in order; who takes the same ones. */
  readonly #takes: readonly TakenPes[];
  readonly #takers: Int32Array;
  readonly #order: Uint32Array;
  #next = 0;
  readonly #timeline: Timeline;
  readonly #machine: LayerMachine;
  /** Per residency, sets that are not finished. */
  readonly #setsLeft: Int32Array;
  /** Per residency, when writing its PEs begins and when the last of them is written; 0 where they were there before. */
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  /** Per residency, PEs that it holds. */
  readonly #holds: Int32Array;
  /** Per layer of the network, PEs that hold its weights. */
  readonly #ofLayer: Int32Array;
  /** The same, and group: copies that have not left, of all slices. */
  readonly #toLeave = new Map<number, number>();
  #held = 0;
  readonly #onTile = new Map<number, number>();
  /** PEs that were taken after cycle 0. */
  writtenPes = 0;

  /** @throws TimelineFault where more PEs are written before cycle 0 than there are. */
  constructor(timeline: Timeline, machine: LayerMachine) {
    this.#timeline = timeline;
    this.#machine = machine;
    const { residencies, network } = timeline;
    this.#setsLeft = new Int32Array(residencies.length);
    this.#begins = Float64Array.from(residencies, ({ takes }) => least(takes.map(({ begin }) => begin)));
    this.#ends = Float64Array.from(residencies, ({ takes }) => greatest(takes.map(({ end }) => end)));
    this.#holds = new Int32Array(residencies.length);
    this.#ofLayer = new Int32Array(network.layers.length);
    this.#takes = residencies.flatMap(({ takes }) => takes);
    this.#takers = Int32Array.from(residencies.flatMap(({ takes }, number) => takes.map(() => number)));
    this.#order = inOrder(Float64Array.from(this.#takes, ({ cycle }) => cycle));
    residencies.forEach(({ pes, takes }, number) => {
      this.#change(number, 1);
      const later = takes.reduce((sum, take) => sum + take.pes, 0);
      this.#take(number, { cycle: 0, pes: pes - later, tile: -1 });
    });
  }

  /** A residency runs one set more than is known. */
  expect(residency: number): void {
    if (residency >= 0) this.#setsLeft[residency]! += 1;
  }

  /** When PEs are taken next; infinite where none are. */
  get nextCycle(): number {
    return this.#next < this.#order.length ? this.#takes[this.#order[this.#next]!]!.cycle : Infinity;
  }

  /**
   * Takes the next PEs.
   *
   * @throws TimelineFault where there are none, which names who holds them.
   */
  takeNext(): void {
    const index = this.#order[this.#next++]!;
    this.#take(this.#takers[index]!, this.#takes[index]!);
    this.writtenPes += this.#takes[index]!.pes;
  }

  /** @throws TimelineFault where the copy that a set runs on is not written. */
  demand(node: TimedNode, k: number, cycle: number): void {
    const number = node.residency(k);
    if (number < 0) {
      if (this.#timeline.residencies.length === 0 || node.kind !== 'base') return;
      throw new TimelineFault(
        'residency',
        `${setInWords(node, k, cycle)}: runs on a copy that is never written`,
      );
    }
    const end = this.#ends[number]!;
    if (end <= cycle) return;
    const copy = copyInWords(this.#timeline.residencies[number]!);
    throw new TimelineFault(
      'residency',
      `${setInWords(node, k, cycle)}: ${copy} is written only at cycle ${end}, from cycle ${this.#begins[number]} on`,
    );
  }

  /** A residency has finished one of its sets; with the last one it gives its PEs back. */
  finish(residency: number): void {
    if (residency < 0) return;
    this.#setsLeft[residency]! -= 1;
    if (this.#setsLeft[residency] === 0) this.#release(residency);
  }

  #take(number: number, { cycle, pes, tile }: Pick<TakenPes, 'cycle' | 'pes' | 'tile'>): void {
    const { totalPes, pesPerTile = totalPes, nodes, residencies } = this.#timeline;
    this.#holds[number]! += pes;
    this.#held += pes;
    this.#ofLayer[nodes[residencies[number]!.node]!.layer]! += pes;
    if (this.#held > totalPes)
      this.#refuse(number, cycle, `${this.#held} PEs are taken and there are ${totalPes}`);
    if (tile < 0) return;
    const onTile = (this.#onTile.get(tile) ?? 0) + pes;
    this.#onTile.set(tile, onTile);
    if (onTile <= pesPerTile) return;
    this.#refuse(number, cycle, `${onTile} PEs of tile ${tile} are taken and there are ${pesPerTile}`);
  }

  #release(number: number): void {
    const { nodes, residencies, network } = this.#timeline;
    const { node, takes } = residencies[number]!;
    const pes = this.#holds[number]!;
    this.#holds[number] = 0;
    this.#held -= pes;
    for (const { tile, pes: own } of takes)
      if (tile >= 0) this.#onTile.set(tile, this.#onTile.get(tile)! - own);
    const { layer } = nodes[node]!;
    this.#ofLayer[layer]! -= pes;
    // Slices of a copy are written one after the other, from weights that are read once.
    const isLast = this.#change(number, -1) === 0;
    if (isLast && this.#ofLayer[layer] === 0) this.#machine.unload(network.layers[layer]!.name);
  }

  /** Counts copies of the layer and group of a residency, which are as many then. */
  #change(number: number, by: number): number {
    const { residencies, nodes, network } = this.#timeline;
    const { node, group } = residencies[number]!;
    const key = group * network.layers.length + nodes[node]!.layer;
    const count = (this.#toLeave.get(key) ?? 0) + by;
    this.#toLeave.set(key, count);
    return count;
  }

  #refuse(number: number, cycle: number, problem: string): never {
    const { nodes, residencies } = this.#timeline;
    const words = (residency: TimedResidency) =>
      `${copyInWords(residency)} of layer ${oneLine(nodes[residency.node]!.name)}`;
    const holders = residencies.filter((_, other) => other !== number && this.#holds[other]! > 0);
    const some = holders.slice(0, 3).map(words).join('; ');
    const more = holders.length > 3 ? `; and ${holders.length - 3} more` : '';
    throw new TimelineFault(
      'capacity',
      `${words(residencies[number]!)}, cycle ${cycle}: ${problem}, by ${some}${more}`,
    );
  }
}

function least(cycles: readonly number[]): number {
  return cycles.reduce((a, b) => Math.min(a, b), cycles[0] ?? 0);
}

function greatest(cycles: readonly number[]): number {
  return cycles.reduce((a, b) => Math.max(a, b), 0);
}
