/**
 * Weights that come onto the chip while it runs: through the port, over the links, into the PEs of a copy, which is
 * held until then. What belongs to weights is that of a node behind all others, whose sets are the PEs in the order
 * of writing.
 */
import type { Event } from './events.ts';
import { cyclesFor } from './links.ts';
import type { SetOf } from './sets.ts';
import type { Injected, State } from './state.ts';
import { Writes } from './writes.ts';

export class Weights {
  readonly #state: State;
  readonly #writes: Writes;
  /** Per copy of each node: when its last PE was written. */
  readonly #copyWritten: number[][];
  /** Per PE: when its write started, and when its tile began to write it. */
  readonly times: { readonly start: number[]; readonly begin: number[] };
  /** Numbers of PEs whose weights are on the chip. */
  #newWeights: number[] = [];

  constructor(state: State) {
    this.#state = state;
    this.#writes = new Writes(state.graph);
    this.#copyWritten = state.graph.nodes.map(({ copies }) => copies.map(() => -1));
    this.times = { start: this.#writes.pes.map(() => -1), begin: this.#writes.pes.map(() => -1) };
    for (const { node, copy } of this.#writes.pes) state.busyCopies[node]!.add(copy);
  }

  /** The node whose weights, or whose set, this is. */
  nodeOf({ node, set }: SetOf): number {
    return node === this.#state.graph.nodes.length ? this.#writes.pes[set]!.node : node;
  }

  /** True where the copy of a set is held since it is still to be written. */
  isToBeWritten(of: SetOf): boolean {
    const copy = this.#state.sets.copyNumber(of);
    return this.#writes.isLate(of.node, copy) && this.#copyWritten[of.node]![copy]! < 0;
  }

  /** True where the copy of a set was written in this cycle. */
  isWrittenNow(of: SetOf): boolean {
    return this.#copyWritten[of.node]![this.#state.sets.copyNumber(of)] === this.#state.now;
  }

  /** A set is finished. */
  finished(of: SetOf): void {
    this.#writes.finished(of);
  }

  /** Phase 4: starts all writes that may start; first their weights are fetched. */
  start(): void {
    const { offChipLatencyCycles = 0 } = this.#state.graph.chip;
    for (let n = this.#writes.startNext(); n !== undefined; n = this.#writes.startNext()) {
      this.times.start[n] = this.#state.now;
      if (offChipLatencyCycles === 0) this.askPort(n);
      else this.#addEvent(this.#state.now + offChipLatencyCycles, 'WEIGHTS_MEMORY_DONE', n);
    }
  }

  /** The memory has the weights of a PE ready. */
  askPort(n: number): void {
    const cycles = this.#portCycles(n);
    this.#state.ask(this.#state.servers.portIn, { ...this.#of(n), cycles, done: 'WEIGHTS_FETCHED' });
  }

  fetched(n: number): void {
    const { node, bits } = this.#writes.pes[n]!;
    if (this.#portCycles(n) > 0) this.#state.counts.ofNode[node]!.offChipBits += bits;
    this.#newWeights.push(n);
  }

  /** The weights that were fetched since, on their way to their tiles. */
  injected(): Injected[] {
    const weights = this.#newWeights;
    this.#newWeights = [];
    return weights.map((n) => ({ ...this.#of(n), position: 0, grant: () => this.#send(n) }));
  }

  #send(n: number): void {
    const { node, tile, bits } = this.#writes.pes[n]!;
    const kind = 'WEIGHTS_ARRIVE';
    const { arrivals } = this.#state.travel(node, this.#state.graph.chip.offChipTile, [{ tile, bits, kind }]);
    this.#addEvent(arrivals[0]!, kind, n);
  }

  arrived(n: number): void {
    const written = this.#writes.arrived(n, this.#state.now);
    this.times.begin[n] = written - this.#state.graph.turns!.writeCycles;
    this.#addEvent(written, 'WRITTEN', n);
  }

  written(n: number): void {
    const { graph, sets, busyCopies, now } = this.#state;
    const { node, copy } = this.#writes.pes[n]!;
    if (!this.#writes.written(n)) return;
    const { copies } = sets.node(node);
    const together = graph.turns!.freesTogether ? [...copies.keys()] : [copy];
    if (!together.every((other) => this.#writes.isWritten(node, other))) return;
    for (const other of together) {
      busyCopies[node]!.delete(other);
      this.#copyWritten[node]![other] = now;
    }
  }

  #of(n: number): SetOf & { readonly tile: number } {
    return { node: this.#state.graph.nodes.length, set: n, tile: this.#writes.pes[n]!.tile };
  }

  #addEvent(time: number, kind: Event['kind'], n: number): void {
    this.#state.events.add({ ...this.#of(n), time, kind });
  }

  #portCycles(n: number): number {
    return cyclesFor(this.#writes.pes[n]!.bits, this.#state.graph.chip.offChipBitsPerCycle);
  }
}
