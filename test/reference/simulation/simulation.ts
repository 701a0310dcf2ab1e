/**
 * The slow truth of the cycle simulation: docs/simulation.md sections 5 to 7, event by event. What these leave open
 * is decided in its section 10; "decision n" is number n there. A set is numbered k + i·n: set k of inference i, of a
 * node with n sets. Events of phase 1 are taken by kind (in the order of events.ts), node, set and tile, which makes
 * no difference. Times of what has not happened are -1.
 */
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { Buffers, type Charge } from './buffers.ts';
import { Counts } from './counts.ts';
import { type Event, Events, type Fetch, type Server, Servers, type Task } from './events.ts';
import { cyclesFor, type Destination, Links } from './links.ts';
import type { Arrival, Deadlock, NodeUse, ReferenceSimulation } from './result.ts';
import { at, bySet, on, type SetOf, SimulationSets } from './sets.ts';
import { SharedBuffer } from './shared-buffer.ts';
import { noSpilling, type SpillPlan } from './spilling.ts';
import { Use } from './use.ts';
import { Writes } from './writes.ts';

/** An injected message that gets its links at the end of phase 2 (decision 13). */
interface Injected extends SetOf {
  /** Which tile of the copy sends. */
  readonly position: number;
  readonly grant: () => void;
}

/**
 * Plays a network on a chip, event by event, by the letter of docs/simulation.md sections 5 to 7 and
 * 10. Slow and plain on purpose; tests hold the engine against it. A graph with missing or
 * contradicting figures is a bug of the caller.
 */
export function referenceSimulation(graph: SimulationGraph, plan = noSpilling(graph)): ReferenceSimulation {
  const simulation = new Simulation(graph, plan);
  simulation.play();
  return simulation.result();
}

class Simulation {
  readonly #graph: SimulationGraph;
  readonly #plan: SpillPlan;
  readonly #sets: SimulationSets;
  #now = 0;
  readonly #events = new Events();

  // The state of the chip.
  readonly #start: number[][];
  readonly #finish: number[][];
  /** Per node and set: its result was injected, or had nowhere to go. */
  readonly #hasGone: boolean[][];
  /** Values that are whole in the input buffer of a tile. */
  readonly #isThere = new Set<string>();
  /** Values that are whole in off-chip memory. */
  readonly #isStored = new Set<string>();
  /** Sets that have all room that they need until they are finished, and fetch what they read. */
  readonly #isGranted = new Set<string>();
  /** Those of them for which something had to be fetched. */
  readonly #hasFetched = new Set<string>();
  /** Per value: bits of it that are stored. */
  readonly #toStore = new Map<string, number>();
  readonly #shared: SharedBuffer;
  /** Per value: bits that it takes on its way to the port. */
  readonly #toPort = new Map<string, number>();
  /** Per node: which of its copies are held. */
  readonly #busyCopies: Set<number>[];
  readonly #servers: Servers;
  readonly #links: Links;
  /** Per tile: when each port of its input buffer is free. */
  readonly #readPorts: number[][];
  readonly #input: Buffers;
  readonly #output: Buffers;
  /** Per set: partial sums that are not sent yet, and when the latest of those sent arrives. */
  readonly #partialsLeft = new Map<string, number>();
  readonly #latestPartial = new Map<string, number>();

  readonly #writes: Writes;
  /** Per copy of each node: when its last PE was written. */
  readonly #copyWritten: number[][];

  // What waits.
  /** Results of each node that wait to be injected. */
  readonly #ready: SetOf[][];
  #newPartials: Injected[] = [];
  #newFetches: Fetch[] = [];
  /** Numbers of PEs whose weights are on the chip. */
  #newWeights: number[] = [];

  // What is counted.
  #cycles = 0;
  #messages = 0;
  readonly #arrivals: Arrival[] = [];
  readonly #counts: Counts;
  readonly #use: Use;
  /** Per node: its last start, and whether a set found no output room since then. */
  readonly #lastStart: number[];
  readonly #passedOver: boolean[];
  /** Per copy of each node: when it was given free. */
  readonly #copyFreed: number[][];

  constructor(graph: SimulationGraph, plan: SpillPlan) {
    const { nodes, chip } = graph;
    this.#graph = graph;
    this.#plan = plan;
    this.#sets = new SimulationSets(graph);
    const perSet = <T>(value: T) =>
      nodes.map((_, node) => Array.from({ length: this.#sets.count(node) }, () => value));
    this.#start = perSet(-1);
    this.#finish = perSet(-1);
    this.#hasGone = perSet(false);
    this.#writes = new Writes(graph);
    this.#busyCopies = nodes.map(() => new Set());
    for (const { node, copy } of this.#writes.pes) this.#busyCopies[node]!.add(copy);
    this.#copyWritten = nodes.map(({ copies }) => copies.map(() => -1));
    this.#ready = nodes.map(() => []);
    this.#shared = new SharedBuffer(plan.isSpilling ? (chip.sharedBufferBits ?? 0) : 0);
    this.#servers = new Servers(chip.tiles);
    this.#use = new Use(nodes.length, chip.links.length, chip.tiles);
    this.#links = new Links(chip, this.#use);
    const ports = () => Array.from({ length: chip.inputBufferPorts ?? 1 }, () => 0);
    this.#readPorts = Array.from({ length: chip.tiles }, ports);
    this.#input = new Buffers(graph, chip.inputBufferBits, plan.inputWindows, plan.largestReads);
    this.#output = new Buffers(graph, chip.outputBufferBits, plan.outputWindows);
    this.#counts = new Counts(nodes.length, chip.tiles);
    this.#lastStart = nodes.map(() => 0);
    this.#passedOver = nodes.map(() => false);
    this.#copyFreed = nodes.map(({ copies }) => copies.map(() => -1));
  }

  play(): void {
    while (true) {
      this.#completions();
      this.#injections();
      this.#starts();
      this.#startWrites();
      this.#service();
      this.#use.noteHeld(this.#now, this.#input.used, this.#output.used);
      const next = this.#events.nextTime;
      if (next === undefined) return;
      this.#now = next;
    }
  }

  result(): ReferenceSimulation {
    const deadlock = this.#deadlock();
    for (const result of this.#ready.flat()) this.#countSendWait(result); // they have waited until now
    return {
      cycles: this.#cycles,
      nodes: this.#counts.ofNode.map((counts, node) => ({ ...this.#times(node), ...this.#told(counts) })),
      arrivals: this.#arrivals.toSorted((a, b) => bySet(a, b) || a.tile - b.tile),
      links: this.#links.use,
      tiles: this.#counts.ofTile.map((waits, tile) => ({
        ...this.#told(waits),
        inputPeakBits: this.#input.peak[tile]!,
        outputPeakBits: this.#output.peak[tile]!,
        inputWindowBits: this.#input.windowBits(tile),
        outputWindowBits: this.#output.windowBits(tile),
        inputEndBits: this.#input.used[tile]!,
        outputEndBits: this.#output.used[tile]!,
        gpeuBusyCycles: this.#counts.gpeuBusy[tile]!,
        busyCycles: this.#counts.busyCycles(tile),
      })),
      inferenceEnds: this.#inferenceEnds(),
      inputWindows: this.#input.windows,
      outputWindows: this.#output.windows,
      messages: this.#messages,
      sharedPeakBits: this.#shared.peak,
      use: this.#use,
      ...(deadlock === undefined ? {} : { deadlock }),
    };
  }

  /** What is told of counts: of writes only where weights take turns. */
  #told<T extends { waitWriteCycles: number }>(counts: T): Omit<T, 'waitWriteCycles'> {
    const { waitWriteCycles: _, ...others } = counts;
    return this.#graph.turns === undefined ? others : counts;
  }

  #times(node: number): Pick<NodeUse, 'start' | 'finish' | 'startCycle' | 'endCycle'> {
    const start = this.#start[node]!;
    const finish = this.#finish[node]!;
    const started = start.filter((cycle) => cycle >= 0);
    const startCycle = started.length === 0 ? -1 : Math.min(...started);
    return { start, finish, startCycle, endCycle: Math.max(-1, ...finish) };
  }

  #inferenceEnds(): number[] {
    return Array.from({ length: this.#graph.batch }, (_, inference) => {
      const ends = this.#finish.flatMap((finish, node) => {
        const n = this.#sets.perInference(node);
        const own = inference - this.#sets.inferences(node).first;
        return own < 0 ? [] : finish.slice(own * n, (own + 1) * n);
      });
      return Math.max(-1, ...ends);
    });
  }

  // ---------------------------------------------------------------- phase 1: completions

  #completions(): void {
    for (const event of this.#events.takeUntil(this.#now)) {
      if (event.server !== undefined) event.server.isBusy = false;
      this.#complete(event);
    }
  }

  #complete(event: Event): void {
    switch (event.kind) {
      case 'COPY_DONE':
        this.#copyDone(event);
        break;
      case 'MVMS_DONE':
        this.#mvmsDone(event);
        break;
      case 'READ_DONE':
        this.#askGpeuForJoin(event);
        break;
      case 'PARTIALS_DONE':
        this.#computed(event);
        break;
      case 'GPEU_DONE':
        if (this.#sets.node(event.node).kind === 'join') this.#freeCopy(event);
        this.#finished(event);
        break;
      case 'SENT':
        this.#giveOutputRoomBack(event);
        break;
      case 'ARRIVE':
        this.#arrived(event);
        break;
      case 'ARRIVE_AT_PORT':
        this.#arrivedAtPort(event);
        break;
      case 'PORT_DONE':
        this.#countMemory(event, this.#toPort.get(at(event))!);
        this.#throughPort(event);
        break;
      case 'MEMORY_DONE':
        this.#askPortForFetch(event.fetch!);
        break;
      case 'FETCHED':
        this.#countMemory(event, event.fetch!.bits);
        this.#counts.ofNode[event.node]!.fetchedBits += event.fetch!.bits;
        this.#newFetches.push(event.fetch!);
        break;
      case 'ARRIVE_FETCHED':
        this.#isThere.add(at(event, event.tile));
        break;
      case 'WEIGHTS_MEMORY_DONE':
        this.#askPortForWeights(event.set);
        break;
      case 'WEIGHTS_FETCHED':
        this.#weightsFetched(event.set);
        break;
      case 'WEIGHTS_ARRIVE':
        this.#addWriteEvent(this.#writes.arrived(event.set, this.#now), 'WRITTEN', event.set);
        break;
      case 'WRITTEN':
        this.#written(event.set);
        break;
    }
  }

  /** Counts bits that went through the port, or into the shared buffer or out of it. */
  #countMemory({ node, set }: SetOf, bits: number): void {
    this.#counts.ofNode[node]![this.#shared.has({ node, set }) ? 'sharedBufferBits' : 'offChipBits'] += bits;
  }

  #freeCopy(of: SetOf): void {
    this.#busyCopies[of.node]!.delete(this.#sets.copyNumber(of));
    this.#copyFreed[of.node]![this.#sets.copyNumber(of)] = this.#now;
  }

  /** The copy is free; of a base layer the last result is to come (decision 3), at once where MVMs do not overlap. */
  #copyDone({ node, set, tile, server }: Event): void {
    const of = { node, set };
    this.#freeCopy(of);
    if (server === this.#servers.portIn)
      this.#counts.ofNode[node]!.offChipBits += this.#sets.figure(of, 'resultBits');
    const delay = this.#resultDelay();
    if (this.#sets.node(node).kind !== 'base') this.#computed(of);
    else if (delay === 0) this.#mvmsDone(of);
    else this.#events.add({ time: this.#now + delay, kind: 'MVMS_DONE', ...of, tile });
  }

  /** Cycles from the end of the last interval of a set to its last result. */
  #resultDelay(): number {
    return (this.#graph.mvmCycles ?? 1) - this.#mvmInterval();
  }

  #mvmInterval(): number {
    return this.#graph.mvmIntervalCycles ?? this.#graph.mvmCycles ?? 1;
  }

  /** The MVMs are done: partial sums go home (decision 9). */
  #mvmsDone({ node, set }: SetOf): void {
    const of = { node, set };
    const { tiles, partialBitsPerPixel } = this.#sets.copy(of);
    const pixels = this.#sets.figure(of, 'durations') / this.#mvmInterval();
    const messages: Injected[] = [];
    tiles.slice(0, -1).forEach((from, position) => {
      const bits = pixels * partialBitsPerPixel[position]!;
      if (bits > 0) messages.push({ ...of, position, grant: () => this.#sendPartials(of, from, bits) });
    });
    if (messages.length === 0) this.#computed(of);
    this.#partialsLeft.set(at(of), messages.length);
    this.#newPartials.push(...messages);
  }

  /** MVMs and partial sums are done; the fused layers are left. */
  #computed({ node, set }: SetOf): void {
    const cycles = this.#sets.figure({ node, set }, 'gpeuCycles');
    if (cycles === 0) this.#finished({ node, set });
    else this.#askGpeu({ node, set }, cycles);
  }

  /** The result is complete (decision 10). */
  #finished({ node, set }: SetOf): void {
    const of = { node, set };
    this.#finish[node]![set] = this.#now;
    this.#cycles = Math.max(this.#cycles, this.#now);
    this.#writes.finished(of);
    for (const value of this.#sets.reads(of).sort(bySet)) {
      for (const tile of this.#sets.copy(of).tiles) {
        const readers = this.#sets.readers(value, tile);
        const isLast = readers.every((reader) => this.#finish[reader.node]![reader.set]! >= 0);
        if (isLast && this.#input.has(value, tile)) this.#input.giveBack(value, tile);
        if (isLast) this.#shared.release(value, tile);
        if (this.#input.release(value, tile, !isLast)) this.#isThere.delete(at(value, tile));
      }
    }
    for (const tile of this.#sets.copy(of).tiles) this.#input.endPieces(of, tile);
    if (this.#sets.toTiles(of).size > 0 || this.#leaves(of)) {
      this.#ready[node]!.push(of);
    } else {
      this.#hasGone[node]![set] = true;
      this.#giveOutputRoomBack(of);
    }
  }

  /** True for a result of an output. */
  #leaves({ node }: SetOf): boolean {
    const { chip } = this.#graph;
    return this.#sets.node(node).outputBits !== undefined && chip.offChipBitsPerCycle !== undefined;
  }

  #giveOutputRoomBack({ node, set }: SetOf): void {
    this.#output.giveBack({ node, set }, this.#sets.home({ node, set }));
  }

  #arrived({ node, set, tile }: Event): void {
    const bits = this.#sets.toTiles({ node, set }).get(tile)!;
    this.#arrivals.push({ node, set, tile, bits, cycle: this.#now });
    this.#isThere.add(at({ node, set }, tile));
  }

  /** Decision 15. */
  #arrivedAtPort({ node, set, tile }: Event): void {
    const bits = this.#toPort.get(at({ node, set }))!;
    const isShared = this.#shared.has({ node, set });
    const { offChipBitsPerCycle, sharedBufferBitsPerCycle } = this.#graph.chip;
    const cycles = cyclesFor(bits, isShared ? sharedBufferBitsPerCycle : offChipBitsPerCycle);
    const server = isShared ? this.#servers.sharedIn : this.#servers.portOut;
    if (cycles === 0) this.#throughPort({ node, set });
    else this.#ask(server, { node, set, tile, cycles, done: 'PORT_DONE' });
  }

  /** A result has left the chip, or is stored. */
  #throughPort({ node, set }: SetOf): void {
    this.#isStored.add(at({ node, set }));
    this.#counts.ofNode[node]!.spilledBits += this.#toStore.get(at({ node, set }))!;
    if (this.#leaves({ node, set })) this.#cycles = Math.max(this.#cycles, this.#now);
  }

  // ---------------------------------------------------------------- phase 2: injections

  #injections(): void {
    const injected = [
      ...this.#newPartials,
      ...this.#injectResults(),
      ...this.#injectFetches(),
      ...this.#injectWeights(),
    ];
    this.#newPartials = [];
    injected.sort((a, b) => bySet(a, b) || a.position - b.position);
    for (const { grant } of injected) grant();
  }

  /** Decision 12: reserves room for what may be sent. */
  #injectResults(): Injected[] {
    const injected: Injected[] = [];
    for (const ready of this.#ready.toReversed()) {
      ready.sort(bySet);
      for (let result = ready[0]; result !== undefined; result = ready[0]) {
        const of = result;
        const rooms = this.#inputRooms(of);
        if (rooms.some(({ tile, charge }) => charge === undefined && !this.#isSpilled(of, tile))) break;
        for (const { tile, bits, charge } of rooms) {
          if (charge === undefined) continue;
          this.#input.reserve(of, tile, bits, charge);
          this.#use.noteReserved('input', tile, this.#now, this.#input.used[tile]!);
          this.#counts.ofNode[of.node]!.inputWrittenBits += bits;
        }
        const stored = rooms.filter(({ charge }) => charge === undefined);
        const tiles = stored.map(({ tile }) => tile);
        // What leaves the chip is stored out there.
        if (!this.#leaves(of)) this.#shared.keep(of, tiles, Math.max(0, ...stored.map(({ bits }) => bits)));
        ready.shift();
        this.#hasGone[of.node]![of.set] = true;
        this.#countSendWait(of);
        injected.push({ ...of, position: Infinity, grant: () => this.#sendResult(of) });
      }
    }
    return injected;
  }

  #injectFetches(): Injected[] {
    const fetches = this.#newFetches;
    this.#newFetches = [];
    return fetches.map((fetch) => ({
      ...fetch.value,
      position: Infinity,
      grant: () => this.#sendFetched(fetch),
    }));
  }

  #sendFetched({ value, tiles }: Fetch): void {
    const destinations = tiles.map((tile) => {
      return { tile, bits: this.#sets.toTiles(value).get(tile)!, kind: 'ARRIVE_FETCHED' as const };
    });
    const { arrivals } = this.#travel(value.node, this.#graph.chip.offChipTile, destinations);
    arrivals.forEach((time, i) => {
      this.#events.add({ time, kind: 'ARRIVE_FETCHED', ...value, tile: tiles[i]! });
    });
  }

  /** True where what a node sends to a tile goes through off-chip memory if there is no room for it. */
  #isSpilled({ node }: SetOf, tile: number): boolean {
    return this.#plan.spilled.has(on(node, tile));
  }

  /** Where a result may be charged on every tile that it goes to. */
  #inputRooms(of: SetOf): { tile: number; bits: number; charge: Charge | undefined }[] {
    const isInTurn = this.#isInTurn(of);
    return [...this.#sets.toTiles(of)].map(([tile, bits]) => {
      return { tile, bits, charge: this.#input.roomFor(of, tile, bits, isInTurn) };
    });
  }

  /** True where all lower-numbered sets of the node are finished, and their results injected (decision 12). */
  #isInTurn({ node, set }: SetOf): boolean {
    return this.#hasGone[node]!.slice(0, set).every((hasGone) => hasGone);
  }

  #countSendWait(of: SetOf): void {
    const waited = this.#now - this.#finish[of.node]![of.set]!;
    this.#counts.add('waitSendCycles', of.node, this.#sets.home(of), waited);
  }

  #sendResult(of: SetOf): void {
    const { node, set } = of;
    const home = this.#sets.home(of);
    const everywhere = [...this.#sets.toTiles(of)].sort(([a], [b]) => a - b);
    const destinations: Destination[] = everywhere
      .filter(([tile]) => this.#input.has(of, tile))
      .map(([tile, bits]) => ({ tile, bits, kind: 'ARRIVE' }));
    const stored = everywhere.filter(([tile]) => !this.#input.has(of, tile)).map(([, bits]) => bits);
    if (stored.length > 0 || this.#leaves(of)) {
      const leaving = this.#leaves(of) ? this.#sets.figure(of, 'outputBits') : 0;
      const bits = Math.max(leaving, ...stored);
      this.#toStore.set(at(of), Math.max(0, ...stored));
      this.#toPort.set(at(of), bits);
      destinations.push({ tile: this.#graph.chip.offChipTile, bits, kind: 'ARRIVE_AT_PORT' });
    }
    this.#counts.ofNode[node]!.outputReadBits += this.#sets.figure(of, 'resultBits');
    const { arrivals, sent } = this.#travel(node, home, destinations);
    arrivals.forEach((time, i) => {
      const { kind, tile } = destinations[i]!;
      this.#events.add({ time, kind, node, set, tile });
    });
    this.#events.add({ time: sent, kind: 'SENT', node, set, tile: home });
  }

  #sendPartials(of: SetOf, from: number, bits: number): void {
    const home = this.#sets.home(of);
    const kind = 'PARTIALS_DONE';
    const [arrival] = this.#travel(of.node, from, [{ tile: home, bits, kind }]).arrivals;
    const left = this.#partialsLeft.get(at(of))! - 1;
    this.#partialsLeft.set(at(of), left);
    const latest = Math.max(this.#latestPartial.get(at(of)) ?? 0, arrival!);
    this.#latestPartial.set(at(of), latest);
    if (left === 0) this.#events.add({ time: latest, kind, ...of, tile: home });
  }

  #travel(node: number, from: number, destinations: readonly Destination[]) {
    this.#messages++;
    const { arrivals, sent, hopBits, waitedCycles } = this.#links.travel(this.#now, from, destinations);
    this.#counts.ofNode[node]!.hopBits += hopBits;
    this.#counts.add('waitLinkCycles', node, from, waitedCycles);
    return { arrivals, sent };
  }

  // ---------------------------------------------------------------- phase 3: starts

  #starts(): void {
    this.#graph.nodes.forEach((_, node) => {
      while (this.#startNext(node) || this.#grantNext(node));
    });
  }

  /** False for an input of a group while that of the group before has sets to start. */
  #isOpen(node: number): boolean {
    const { kind, groupBefore } = this.#sets.node(node);
    if (kind !== 'input' || groupBefore === undefined) return true;
    return this.#start[groupBefore]!.every((cycle) => cycle >= 0);
  }

  /** Starts the next set of a node, if it may. */
  #startNext(node: number): boolean {
    const of = this.#next(node);
    if (of === undefined || this.#busyCopies[node]!.has(this.#sets.copyNumber(of))) return false;
    if (!this.#isOpen(node)) return false;
    if (this.#isGranted.has(at(of)) ? !this.#hasValues(of) : this.#needsGrant(of)) return false;
    const waitsFor = this.#isGranted.has(at(of)) ? undefined : this.#waits(of);
    if (waitsFor === 'output room') this.#passedOver[node] = true;
    if (waitsFor !== undefined) return false;
    this.#startSet(of);
    return true;
  }

  /** The set of a node that has to start next: in order, but for joins (decision 4). */
  #next(node: number): SetOf | undefined {
    const start = this.#start[node]!;
    if (this.#sets.node(node).kind !== 'join') {
      const set = start.indexOf(-1);
      return set < 0 ? undefined : { node, set };
    }
    const waiting = start.flatMap((cycle, set) =>
      cycle < 0 && this.#hasValues({ node, set }) ? [{ node, set }] : [],
    );
    // What has its room already waits for nobody.
    return waiting.find((of) => this.#isGranted.has(at(of))) ?? waiting.find((of) => !this.#needsGrant(of));
  }

  /** True for a set that reads something that may have to be fetched. */
  #needsGrant(of: SetOf): boolean {
    const { tiles } = this.#sets.copy(of);
    return this.#sets.reads(of).some((value) => tiles.some((tile) => this.#isSpilled(value, tile)));
  }

  /** Gives the next set of a node that needs it all room until it is finished, and fetches what it lacks. */
  #grantNext(node: number): boolean {
    const isOpen = (start: number, set: number) => start < 0 && !this.#isGranted.has(at({ node, set }));
    const isJoin = this.#sets.node(node).kind === 'join';
    const set = this.#start[node]!.findIndex(
      (start, k) =>
        isOpen(start, k) &&
        (!isJoin || (this.#needsGrant({ node, set: k }) && this.#canGetValues({ node, set: k }))),
    );
    const of = { node, set };
    // A set whose copy waits for the room of others would wait for itself.
    if (set >= 0 && this.#isToBeWritten(of)) return false;
    if (set < 0 || !this.#needsGrant(of) || !this.#canGetValues(of) || !this.#layerBeforeIsFinished(of))
      return false;
    const { tiles } = this.#sets.copy(of);
    const spilled = (tile: number) =>
      this.#sets
        .reads(of)
        .filter((value) => this.#isSpilled(value, tile))
        .sort(bySet);
    const bitsOn = (tile: number) => (value: SetOf) => this.#sets.toTiles(value).get(tile)!;
    if (tiles.some((tile) => this.#input.wayToFetch(spilled(tile), tile, bitsOn(tile)) === undefined))
      return false;
    const charge = this.#outputRoom(of);
    if (charge === undefined) {
      this.#passedOver[node] = true;
      return false;
    }
    this.#isGranted.add(at(of));
    this.#reserveOutput(of, charge);
    const missing = new Map<string, { value: SetOf; tiles: number[] }>();
    for (const tile of tiles.toSorted((a, b) => a - b)) {
      const { missing: here, gone, most } = this.#input.need(of, spilled(tile), tile, bitsOn(tile));
      if (here.length > 0) this.#use.noteReserved('input', tile, this.#now, most);
      for (const key of gone) this.#isThere.delete(key);
      for (const value of here) {
        const fetch = missing.get(at(value)) ?? { value, tiles: [] };
        missing.set(at(value), fetch);
        fetch.tiles.push(tile);
      }
    }
    if (!this.#hasValues(of)) this.#hasFetched.add(at(of));
    for (const { value, tiles } of [...missing.values()].sort((a, b) => bySet(a.value, b.value))) {
      const bits = Math.max(...tiles.map((tile) => bitsOn(tile)(value)));
      for (const tile of tiles) this.#counts.ofNode[value.node]!.inputWrittenBits += bitsOn(tile)(value);
      this.#fetch({ value, tiles, bits });
    }
    return true;
  }

  /** True where what a set reads is on its tiles, has room there and is on its way, or can be fetched. */
  #canGetValues(of: SetOf): boolean {
    const { tiles } = this.#sets.copy(of);
    return this.#sets.reads(of).every((value) =>
      tiles.every(
        (tile) =>
          this.#isThere.has(at(value, tile)) ||
          // A value that was sent there and is on its way is not fetched.
          (this.#isSpilled(value, tile) && this.#isStored.has(at(value)) && !this.#input.has(value, tile)),
      ),
    );
  }

  #fetch(fetch: Fetch): void {
    const { offChipTile } = this.#graph.chip;
    const { offChipLatencyCycles = 0 } = this.#shared.has(fetch.value) ? {} : this.#graph.chip;
    const time = this.#now + offChipLatencyCycles;
    if (offChipLatencyCycles === 0) this.#askPortForFetch(fetch);
    else this.#events.add({ time, kind: 'MEMORY_DONE', ...fetch.value, tile: offChipTile, fetch });
  }

  #askPortForFetch(fetch: Fetch): void {
    const { offChipBitsPerCycle, sharedBufferBitsPerCycle, offChipTile } = this.#graph.chip;
    const isShared = this.#shared.has(fetch.value);
    const cycles = cyclesFor(fetch.bits, isShared ? sharedBufferBitsPerCycle : offChipBitsPerCycle);
    this.#ask(isShared ? this.#servers.sharedOut : this.#servers.portIn, {
      ...fetch.value,
      tile: offChipTile,
      cycles,
      done: 'FETCHED',
      fetch,
    });
  }

  #hasValues(of: SetOf): boolean {
    return this.#sets.reads(of).every((value) => this.#isHere(value, of));
  }

  /** True where a value is on every tile of the copy of its reader. */
  #isHere(value: SetOf, reader: SetOf): boolean {
    return this.#sets.copy(reader).tiles.every((tile) => this.#isThere.has(at(value, tile)));
  }

  /** What a set waits for, apart from its copy. */
  #waits(of: SetOf): Deadlock['sets'][number]['waitsFor'] | undefined {
    if (!this.#hasValues(of)) return 'values';
    if (!this.#layerBeforeIsFinished(of) || !this.#isOpen(of.node)) return 'layer before';
    if (this.#isToBeWritten(of)) return 'weights';
    return this.#outputRoom(of) === undefined ? 'output room' : undefined;
  }

  #outputRoom(of: SetOf): Charge | undefined {
    const mayUseWindow = this.#sets.node(of.node).kind !== 'join' || this.#isInTurn(of);
    return this.#output.roomFor(of, this.#sets.home(of), this.#resultRoom(of), mayUseWindow);
  }

  /** Room that a result takes: where values spill, one that is larger than a buffer leaves it in pieces. */
  #resultRoom(of: SetOf): number {
    const bits = this.#sets.figure(of, 'resultBits');
    return this.#plan.isSpilling ? Math.min(bits, this.#graph.chip.outputBufferBits ?? bits) : bits;
  }

  /** Layer by layer: all sets of this inference of the base layer before. */
  #layerBeforeIsFinished({ node, set }: SetOf): boolean {
    if (this.#graph.scheduling !== 'lbl' || this.#sets.node(node).kind !== 'base') return true;
    const before = this.#graph.nodes.slice(0, node).findLastIndex(({ kind }) => kind === 'base');
    if (before < 0) return true;
    const n = this.#sets.perInference(before);
    const first = Math.floor(set / this.#sets.perInference(node)) * n;
    return this.#finish[before]!.slice(first, first + n).every((finish) => finish >= 0);
  }

  #startSet(of: SetOf): void {
    const home = this.#sets.home(of);
    this.#countStart(of);
    this.#start[of.node]![of.set] = this.#now;
    this.#busyCopies[of.node]!.add(this.#sets.copyNumber(of));
    if (!this.#isGranted.has(at(of))) this.#reserveOutput(of, this.#outputRoom(of)!);
    switch (this.#sets.node(of.node).kind) {
      case 'base':
        this.#startMvms(of);
        break;
      case 'join': {
        const readEnd = this.#read(of);
        if (readEnd > this.#now) this.#events.add({ time: readEnd, kind: 'READ_DONE', ...of, tile: home });
        else this.#askGpeuForJoin(of);
        break;
      }
      case 'input':
        this.#askPortIn(of);
        break;
    }
  }

  #reserveOutput(of: SetOf, charge: Charge): void {
    const home = this.#sets.home(of);
    this.#output.reserve(of, home, this.#resultRoom(of), charge);
    this.#use.noteReserved('output', home, this.#now, this.#output.used[home]!);
  }

  /** Charges the time since the last start of the node to what it waited for. */
  #countStart(of: SetOf): void {
    const layer = this.#firstGroup(of.node);
    const waited = this.#now - this.#lastStart[layer]!;
    this.#counts.add(this.#causeOf(of), of.node, this.#sets.home(of), waited);
    this.#lastStart[layer] = this.#now;
    this.#passedOver[of.node] = false;
  }

  /** What a set that starts has waited for. */
  #causeOf(of: SetOf) {
    const copy = this.#sets.copyNumber(of);
    if (this.#passedOver[of.node]) return 'waitSpaceCycles';
    if (this.#copyWritten[of.node]![copy] === this.#now) return 'waitWriteCycles';
    if (this.#copyFreed[of.node]![copy] === this.#now) return 'waitCopyCycles';
    return this.#hasFetched.has(at(of)) ? 'waitFetchCycles' : 'waitDataCycles';
  }

  /** The node of the same layer in the first group. */
  #firstGroup(node: number): number {
    const { groupBefore } = this.#sets.node(node);
    return groupBefore === undefined ? node : this.#firstGroup(groupBefore);
  }

  #countCompute(of: SetOf, cycles: number): void {
    this.#counts.add('computeCycles', of.node, this.#sets.home(of), cycles);
  }

  #startMvms(of: SetOf): void {
    const cycles = this.#sets.figure(of, 'durations');
    const home = this.#sets.home(of);
    const end = Math.max(this.#now + cycles, this.#read(of));
    this.#countCompute(of, cycles);
    this.#counts.busy(home, this.#now, end + this.#resultDelay());
    this.#use.noteMvms(of.node, home, this.#now, cycles, end + this.#resultDelay());
    this.#events.add({ time: end, kind: 'COPY_DONE', ...of, tile: home });
  }

  /** Takes ports of input buffers to read what a set reads; when the last of them has done so (decision 20). */
  #read(of: SetOf): number {
    let bits = 0;
    for (const edge of this.#graph.edges) {
      if (edge.to !== of.node) continue;
      for (const value of this.#sets.readsAlong(edge, of.set)) bits += this.#sets.bitsAlong(edge, value);
    }
    const cycles = cyclesFor(bits, this.#graph.chip.inputBufferPortBitsPerCycle);
    if (cycles === 0) return this.#now;
    const ends = this.#sets.copy(of).tiles.map((tile) => {
      const ports = this.#readPorts[tile]!;
      const port = ports.indexOf(Math.min(...ports));
      const begin = Math.max(this.#now, ports[port]!);
      this.#counts.add('waitReadCycles', of.node, tile, begin - this.#now);
      ports[port] = begin + cycles;
      return begin + cycles;
    });
    return Math.max(...ends);
  }

  // ---------------------------------------------------------------- phase 4: writes

  /** Starts all writes that may start: first their weights are fetched. */
  #startWrites(): void {
    const { offChipLatencyCycles = 0 } = this.#graph.chip;
    for (let n = this.#writes.startNext(); n !== undefined; n = this.#writes.startNext()) {
      if (offChipLatencyCycles === 0) this.#askPortForWeights(n);
      else this.#addWriteEvent(this.#now + offChipLatencyCycles, 'WEIGHTS_MEMORY_DONE', n);
    }
  }

  /** Weights are a node behind all others, whose sets are the PEs in the order of writing. */
  #weights(n: number) {
    return { node: this.#graph.nodes.length, set: n, tile: this.#writes.pes[n]!.tile };
  }

  #addWriteEvent(time: number, kind: Event['kind'], n: number): void {
    this.#events.add({ ...this.#weights(n), time, kind });
  }

  #weightCycles(n: number): number {
    return cyclesFor(this.#writes.pes[n]!.bits, this.#graph.chip.offChipBitsPerCycle);
  }

  #askPortForWeights(n: number): void {
    const cycles = this.#weightCycles(n);
    this.#ask(this.#servers.portIn, { ...this.#weights(n), cycles, done: 'WEIGHTS_FETCHED' });
  }

  #weightsFetched(n: number): void {
    const { node, bits } = this.#writes.pes[n]!;
    if (this.#weightCycles(n) > 0) this.#counts.ofNode[node]!.offChipBits += bits;
    this.#newWeights.push(n);
  }

  #injectWeights(): Injected[] {
    const weights = this.#newWeights;
    this.#newWeights = [];
    return weights.map((n) => ({
      ...this.#weights(n),
      position: 0,
      grant: () => {
        const { node, tile, bits } = this.#writes.pes[n]!;
        const kind = 'WEIGHTS_ARRIVE';
        const { arrivals } = this.#travel(node, this.#graph.chip.offChipTile, [{ tile, bits, kind }]);
        this.#addWriteEvent(arrivals[0]!, kind, n);
      },
    }));
  }

  /** True where the copy of a set is held since it is still to be written. */
  #isToBeWritten(of: SetOf): boolean {
    const copy = this.#sets.copyNumber(of);
    return this.#writes.isLate(of.node, copy) && this.#copyWritten[of.node]![copy]! < 0;
  }

  #written(n: number): void {
    const { node, copy } = this.#writes.pes[n]!;
    if (!this.#writes.written(n)) return;
    const { copies } = this.#sets.node(node);
    const together = this.#graph.turns!.freesTogether ? [...copies.keys()] : [copy];
    if (!together.every((other) => this.#writes.isWritten(node, other))) return;
    for (const other of together) {
      this.#busyCopies[node]!.delete(other);
      this.#copyWritten[node]![other] = this.#now;
    }
  }

  // ---------------------------------------------------------------- phase 4: queues

  #askGpeuForJoin({ node, set }: SetOf): void {
    const of = { node, set };
    const cycles = this.#sets.figure(of, 'durations') + this.#sets.figure(of, 'gpeuCycles');
    this.#countCompute(of, cycles);
    this.#askGpeu(of, cycles);
  }

  #askGpeu(of: SetOf, cycles: number): void {
    const tile = this.#sets.home(of);
    this.#counts.gpeuBusy[tile]! += cycles;
    this.#ask(this.#servers.gpeus[tile]!, { ...of, tile, cycles, done: 'GPEU_DONE' });
  }

  #askPortIn(of: SetOf): void {
    const bits = this.#sets.figure(of, 'resultBits');
    const cycles = cyclesFor(bits, this.#graph.chip.offChipBitsPerCycle);
    this.#ask(this.#servers.portIn, { ...of, tile: this.#sets.home(of), cycles, done: 'COPY_DONE' });
  }

  /** A task of no cycles waits for nobody (decision 8). */
  #ask(server: Server, task: Omit<Task, 'asked'>): void {
    const { done: kind, cycles, ...of } = task;
    if (cycles === 0) this.#events.add({ ...of, time: this.#now, kind });
    else this.#servers.ask(server, { ...task, asked: this.#now });
  }

  #service(): void {
    this.#servers.serve((server, task) => {
      this.#countTask(server, task);
      const { node, set, tile, cycles, done: kind, fetch } = task;
      const time = this.#now + cycles;
      this.#events.add({ node, set, tile, time, kind, server, ...(fetch === undefined ? {} : { fetch }) });
    });
  }

  #countTask({ gpeuOf }: Server, { node, set, cycles, asked }: Task): void {
    const waited = this.#now - asked;
    if (gpeuOf === undefined) {
      const isOfWeights = node === this.#graph.nodes.length;
      this.#counts.ofNode[isOfWeights ? this.#writes.pes[set]!.node : node]!.waitOffChipCycles += waited;
      return;
    }
    this.#counts.add('waitGpeuCycles', node, gpeuOf, waited);
    this.#counts.busy(gpeuOf, this.#now, this.#now + cycles);
    this.#use.noteGpeu(this.#sets.node(node).kind === 'join' ? node : undefined, gpeuOf, this.#now, cycles);
  }

  // ---------------------------------------------------------------- the end

  #deadlock(): Deadlock | undefined {
    const sets = this.#graph.nodes.flatMap((_, node) => {
      const of = this.#next(node) ?? { node, set: this.#start[node]!.indexOf(-1) };
      return of.set < 0 ? [] : [this.#waitingSet(of)];
    });
    const messages = this.#ready.flatMap(([first]) => {
      if (first === undefined) return [];
      const full = this.#inputRooms(first).filter(({ charge }) => charge === undefined);
      return [{ ...first, tiles: full.map(({ tile }) => tile).sort((a, b) => a - b) }];
    });
    if (sets.length + messages.length === 0) return undefined;
    const full = new Set(messages.flatMap(({ tiles }) => tiles));
    const fullBuffers = [...full].sort((a, b) => a - b).map((tile) => ({ tile, holds: this.#holds(tile) }));
    return { cycle: this.#now, sets, messages, fullBuffers };
  }

  #waitingSet(of: SetOf): Deadlock['sets'][number] {
    const waitsFor = this.#waits(of)!;
    if (waitsFor === 'output room') return { ...of, waitsFor, tile: this.#sets.home(of) };
    if (waitsFor === 'layer before' || waitsFor === 'weights') return { ...of, waitsFor };
    const edges = this.#graph.edges.filter(({ to }) => to === of.node);
    const missing = edges.find((edge) =>
      this.#sets.readsAlong(edge, of.set).some((value) => !this.#isHere(value, of)),
    );
    return { ...of, waitsFor, source: missing!.from };
  }

  /** Bits of every node in the input buffer of a tile. */
  #holds(tile: number): { node: number; bits: number }[] {
    return this.#graph.nodes.flatMap((_, node) => {
      let bits = 0;
      for (let set = 0; set < this.#sets.count(node); set++) {
        bits += this.#input.bitsOf({ node, set }, tile);
      }
      return bits === 0 ? [] : [{ node, bits }];
    });
  }
}
