/** What a set goes through on its tiles: reading, MVMs or a join, partial sums, fused layers, until its result is complete. */
import type { Event } from './events.ts';
import { cyclesFor } from './links.ts';
import type { Sending } from './sending.ts';
import { at, bySet, type SetOf } from './sets.ts';
import type { State } from './state.ts';
import type { Weights } from './weights.ts';

export class Computing {
  readonly #state: State;
  readonly #sending: Sending;
  readonly #weights: Weights;
  /** Per tile: when each port of its input buffer is free. */
  readonly #readPorts: number[][];

  constructor(state: State, sending: Sending, weights: Weights) {
    const { chip } = state.graph;
    this.#state = state;
    this.#sending = sending;
    this.#weights = weights;
    const ports = () => Array.from({ length: chip.inputBufferPorts ?? 1 }, () => 0);
    this.#readPorts = Array.from({ length: chip.tiles }, ports);
  }

  /** Begins what a set does, which has all that it needs. */
  begin(of: SetOf): void {
    switch (this.#state.sets.node(of.node).kind) {
      case 'base':
        this.#beginMvms(of);
        break;
      case 'join':
        this.#beginJoin(of);
        break;
      case 'input':
        this.#askPortIn(of);
        break;
    }
  }

  #beginMvms(of: SetOf): void {
    const { sets, counts, use, events, now } = this.#state;
    const cycles = sets.figure(of, 'durations');
    const home = sets.home(of);
    const end = Math.max(now + cycles, this.#read(of));
    this.#countCompute(of, cycles);
    counts.busy(home, now, end + this.#resultDelay());
    use.noteMvms(of.node, home, now, cycles, end + this.#resultDelay());
    events.add({ time: end, kind: 'COPY_DONE', ...of, tile: home });
  }

  #beginJoin(of: SetOf): void {
    const { sets, events, now } = this.#state;
    const readEnd = this.#read(of);
    if (readEnd > now) events.add({ time: readEnd, kind: 'READ_DONE', ...of, tile: sets.home(of) });
    else this.readDone(of);
  }

  #askPortIn(of: SetOf): void {
    const { sets, graph, servers } = this.#state;
    const cycles = cyclesFor(sets.figure(of, 'resultBits'), graph.chip.offChipBitsPerCycle);
    this.#state.ask(servers.portIn, { ...of, tile: sets.home(of), cycles, done: 'COPY_DONE' });
  }

  /** Takes ports of input buffers to read what a set reads; when the last of them has done so (decision 20). */
  #read(of: SetOf): number {
    const { graph, sets, counts, now } = this.#state;
    let bits = 0;
    for (const edge of graph.edges) {
      if (edge.to !== of.node) continue;
      for (const value of sets.readsAlong(edge, of.set)) bits += sets.bitsAlong(edge, value);
    }
    const cycles = cyclesFor(bits, graph.chip.inputBufferPortBitsPerCycle);
    if (cycles === 0) return now;
    const ends = sets.copy(of).tiles.map((tile) => {
      const ports = this.#readPorts[tile]!;
      const port = ports.indexOf(Math.min(...ports));
      const begin = Math.max(now, ports[port]!);
      counts.add('waitReadCycles', of.node, tile, begin - now);
      ports[port] = begin + cycles;
      return begin + cycles;
    });
    return Math.max(...ends);
  }

  /** The copy is free; of a base layer the last result is to come (decision 3), at once where MVMs do not overlap. */
  copyDone({ node, set, tile, server }: Event): void {
    const { sets, counts, servers, events, now } = this.#state;
    const of = { node, set };
    this.#state.freeCopy(of);
    if (server === servers.portIn) counts.ofNode[node]!.offChipBits += sets.figure(of, 'resultBits');
    const delay = this.#resultDelay();
    if (sets.node(node).kind !== 'base') this.computed(of);
    else if (delay === 0) this.mvmsDone(of);
    else events.add({ time: now + delay, kind: 'MVMS_DONE', ...of, tile });
  }

  /** Cycles from the end of the last interval of a set to its last result. */
  #resultDelay(): number {
    return (this.#state.graph.mvmCycles ?? 1) - this.#mvmInterval();
  }

  #mvmInterval(): number {
    return this.#state.graph.mvmIntervalCycles ?? this.#state.graph.mvmCycles ?? 1;
  }

  /** The MVMs are done: partial sums go home (decision 9). */
  mvmsDone({ node, set }: SetOf): void {
    const of = { node, set };
    const { tiles, partialBitsPerPixel } = this.#state.sets.copy(of);
    const pixels = this.#state.sets.figure(of, 'durations') / this.#mvmInterval();
    const messages = tiles.slice(0, -1).map((from, position) => {
      return { position, from, bits: pixels * partialBitsPerPixel[position]! };
    });
    const sent = messages.filter(({ bits }) => bits > 0);
    if (sent.length === 0) this.computed(of);
    else this.#sending.addPartials(of, sent);
  }

  /** A join has read its operands. */
  readDone({ node, set }: SetOf): void {
    const { sets } = this.#state;
    const of = { node, set };
    const cycles = sets.figure(of, 'durations') + sets.figure(of, 'gpeuCycles');
    this.#countCompute(of, cycles);
    this.#askGpeu(of, cycles);
  }

  /** MVMs and partial sums are done; the fused layers are left. */
  computed({ node, set }: SetOf): void {
    const cycles = this.#state.sets.figure({ node, set }, 'gpeuCycles');
    if (cycles === 0) this.#finished({ node, set });
    else this.#askGpeu({ node, set }, cycles);
  }

  #askGpeu(of: SetOf, cycles: number): void {
    const { sets, counts, servers } = this.#state;
    const tile = sets.home(of);
    counts.gpeuBusy[tile]! += cycles;
    this.#state.ask(servers.gpeus[tile]!, { ...of, tile, cycles, done: 'GPEU_DONE' });
  }

  gpeuDone({ node, set }: SetOf): void {
    if (this.#state.sets.node(node).kind === 'join') this.#state.freeCopy({ node, set });
    this.#finished({ node, set });
  }

  /** The result is complete (decision 10). */
  #finished(of: SetOf): void {
    const { sets, finish, hasGone, now } = this.#state;
    finish[of.node]![of.set] = now;
    this.#state.noteEnd();
    this.#weights.finished(of);
    this.#giveInputRoomBack(of);
    if (sets.toTiles(of).size > 0 || this.#state.leaves(of)) {
      this.#sending.ready[of.node]!.push(of);
    } else {
      hasGone[of.node]![of.set] = true;
      this.#state.giveOutputRoomBack(of);
    }
  }

  /** A set is finished: what it read goes where it was the last to read it. */
  #giveInputRoomBack(of: SetOf): void {
    const { sets, finish, input, shared, isThere } = this.#state;
    const { tiles } = sets.copy(of);
    for (const value of sets.reads(of).sort(bySet)) {
      for (const tile of tiles) {
        const isLast = sets.readers(value, tile).every(({ node, set }) => finish[node]![set]! >= 0);
        if (isLast && input.has(value, tile)) input.giveBack(value, tile);
        if (isLast) shared.release(value, tile);
        if (input.release(value, tile, !isLast)) isThere.delete(at(value, tile));
      }
    }
    for (const tile of tiles) input.endPieces(of, tile);
  }

  #countCompute(of: SetOf, cycles: number): void {
    this.#state.counts.add('computeCycles', of.node, this.#state.sets.home(of), cycles);
  }
}
