/**
 * The slow truth of the cycle simulation: docs/simulation.md sections 5 to 7, event by event, and what that
 * leaves open decided as follows (by the numbers of section 10). An engine that does the same gets the same
 * cycle everywhere. "Set" means set k of inference i, numbered k + i·n of its node (n = setRows·setColumns);
 * "(node, set)" sorts by these numbers.
 *
 *  1. ROUNDS. Time goes from event to event. At a cycle T rounds of four phases are played until no event
 *     is left at T: (1) completions: all events at T that existed when the round began; (2) messages are
 *     injected; (3) sets start; (4) idle GPEUs and off-chip ports take the next task of their queue. An
 *     event that a round creates at T itself (zero durations) belongs to the next round at T. Before the
 *     first event one round is played at cycle 0, without completions.
 *  2. The order INSIDE phase 1 makes no difference (what it hands to phases 2 and 4 is sorted there); the
 *     reference takes COPY_DONE, READ_DONE, PARTIALS_DONE, GPEU_DONE, SENT, ARRIVE, ARRIVE_AT_PORT,
 *     PORT_DONE, each by (node, set, tile). Room is given back in phase 1 only, to where it was charged, and
 *     reserved in phases 2 (input buffers) and 3 (output buffers) only; peaks count what is reserved, at the
 *     moment of reserving.
 *  3. COPY of a set: (k + i·n) mod d. A base set holds its copy for durations[k] cycles, longer where reading
 *     takes longer (20). An event COPY_DONE is made even if that is 0.
 *  4. START (phase 3): nodes by number, and for each node its next set again and again until that one may
 *     not start. The next set of a base layer or input is the one after the last started one ((b) of
 *     section 5; across inferences too). JOINS DO NOT KEEP (b): the next set of a join is the lowest-
 *     numbered one that is not started and has everything that it reads. (With (b) a join would delay sets
 *     that the schedule of spec.md does not, where sets finish out of order: cut blocks with several
 *     copies.) (c) holds for joins: one set at a time, from start to GPEU_DONE. A set whose result finds
 *     no room in the output buffer (19) is passed over in this round, and so are the later ones of its node;
 *     it reserves nothing, and other nodes may take the room before it.
 *  5. A set that reads nothing has everything from the start. A value that a set reads along several edges
 *     counts once.
 *  6. JOIN: at its start, or when it has read (20), it enters the queue of the GPEU of its tile, with ONE
 *     task of durations[k] + gpeuCycles[k] cycles.
 *  7. INPUT: start = when it enters the queue of the input side of the off-chip port, with a task of
 *     ceil(resultBits[k] / offChipBitsPerCycle) cycles (0 without that figure; `durations` are not used).
 *     All inputs share that one queue. Then COPY_DONE. It takes room in the output buffer of its tile like
 *     every set ((d)).
 *  8. QUEUES (GPEU per tile, port in, port out): first come first served; tasks that came in the same
 *     round (phases 1 and 3): by (node, set). A task of 0 cycles is not queued and waits for nobody: fused
 *     work of 0 cycles and a leaving result of 0 cycles are done at once, in phase 1; a join of 0 cycles
 *     makes its GPEU_DONE, an input set of 0 cycles its COPY_DONE at T (next round).
 *  9. PARTIAL SUMS: at COPY_DONE every tile of the copy but the home for which partialBitsPerPixel ·
 *     pixels > 0 sends one message home (pixels = durations[k] / mvmCycles of the graph). It needs no room
 *     (it is added up in the room that the result has reserved). The links are granted in phase 2 of the
 *     same round; PARTIALS_DONE = arrival of the last one.
 * 10. FINISH of a set (the one meaning of the word): its result is complete – after MVMs, partial sums and
 *     its GPEU work. Then, in phase 1: room of the values it was the last reader of on a tile is given
 *     back on every tile of its copy (home or not); its result is ready to be sent. `lbl` waits for
 *     finish: a base set of inference i waits until all sets of inference i of the base node before it (in
 *     node order) are finished.
 * 11. DESTINATIONS of a result: every tile that holds (as home or not) a copy that runs a set (of the same
 *     inference) that reads it; the bits for a tile are the widest of the edges along which such a set
 *     reads it. Of a node with outputBits also the port at offChipTile, with outputBits[k], if
 *     offChipBitsPerCycle is given. No destination: no message; output room is given back at finish, in
 *     phase 1, and for 12 the result counts as injected.
 * 12. INJECTION (phase 2). Each node has a queue of ready results, the lowest set first; those that got
 *     ready in this round are in it. Nodes are taken once per round, from the last to the first; each injects
 *     the first result of its queue again and again until that one may not. A result may be injected if on
 *     EVERY destination tile (its own too), with b bits for that tile,
 *       used + b <= inputBufferBits, and
 *       (it is in turn and windowUsed + b <= window of the stream (node, tile)) or sharedUsed + b <= shared.
 *     The whole value is charged to the window if that holds, to the shared room otherwise; all room is
 *     reserved at once. In turn: every lower-numbered set of the node is finished and injected. The port
 *     needs no room. Without inputBufferBits everything is injected at once.
 * 13. LINKS. After that the messages of the round (results and partial sums) get their links in the
 *     order (node, set, position of the sending tile in the copy): entries are computed at once for the
 *     whole tree and the links are held: link free = entry + s. Nothing injected later gets in before,
 *     even if the link is idle until then. Root links: entry = max(T, free); a following link: max(entry
 *     of the link before + hopCycles, free). The bits on a link are the widest of the destinations behind
 *     it, s = ceil(bits / linkBitsPerCycle); arrival at a tile = entry of the last link of its route +
 *     hopCycles + s of that link. Bits reserved in a tile's buffer: those for that tile. Tree: union of
 *     the routes from the home, tiles ascending, the port last; a link that two routes share is entered once.
 * 14. SENT (output room is given back): the latest of entry + s over the root links; at T (next round) for
 *     a message that needs no link (own tile, or port at home). The own tile's ARRIVE and the port's (at
 *     home) are at T (next round).
 * 15. PORT OUT: a message that has arrived whole at offChipTile becomes a task of ceil(outputBits[k] /
 *     offChipBitsPerCycle). Its queue is outside of the input buffer and has no limit.
 * 16. A 0-bit result goes its way like others (it takes no room and holds links for 0 cycles).
 * 17. cycles = max(all finishes, all PORT_DONE and what leaves in 0 cycles), 0 for none. messages = injected
 *     results + partial-sum messages. links[].bits: sum over messages, busyCycles: sum of s. gpeuBusyCycles =
 *     sum of the tasks (durations of joins + gpeuCycles). Waits and bits: see the code where they are counted.
 * 18. DEADLOCK: no events are left and sets are not started or results wait to be sent (sets that have
 *     started always finish). Times of what has not happened are -1; cycles counts what has.
 * 19. WINDOWS (simulation-windows.ts). shared(T) = max(0, size of the buffer − Σ windows on T). Output buffer: a
 *     set may start if used + b <= outputBufferBits and (windowUsed + b <= window of (node, home), for a join
 *     only if the set is in turn (12)) or sharedUsed + b <= shared.
 * 20. PORTS OF INPUT BUFFERS, where they have a width. A set of a base layer or join that starts at T0 takes
 *     on every tile of its copy, in their order, the port that is free first (the lowest of several): from
 *     begin = max(T0, free) to end = begin + ceil(R / width), R = Σ over edges to the node of the bits of all
 *     sets that it reads along the edge. R = 0 takes none. A base set is done with its copy at the later of T0
 *     + durations[k] and the last end; a join makes READ_DONE at the last end and asks for the GPEU then.
 */
import type { NodeRun, TileRun } from '../../src/simulate/engine.ts';
import type { SimulationGraph } from '../../src/simulate/graph.ts';
import { at, bySet, on, type SetOf, SimulationSets } from './simulation-sets.ts';
import { inputWindows, outputWindows, type Window } from './simulation-windows.ts';

/** What the chip did, cycle for cycle. Times of what never happened (a deadlock) are -1. */
export interface ReferenceSimulation {
  readonly cycles: number;
  readonly nodes: readonly NodeUse[];
  /** When each result was whole in the input buffer of each tile that reads it; by (node, set, tile). */
  readonly arrivals: readonly Arrival[];
  /** Per link of the chip: bits that went over it, and cycles that it was held. */
  readonly links: readonly { readonly bits: number; readonly busyCycles: number }[];
  readonly tiles: readonly TileUse[];
  /** Per inference: the latest finish of its sets. */
  readonly inferenceEnds: readonly number[];
  /** Windows of streams in input buffers, and of nodes in output buffers; none where the buffer has no limit. */
  readonly inputWindows: readonly Window[];
  readonly outputWindows: readonly Window[];
  /** Injected results and partial sums. */
  readonly messages: number;
  readonly deadlock?: Deadlock;
}

/** What a node did; set `k` of inference `i` of a node with `n` sets is at `k + i·n`. */
export interface NodeUse extends Omit<NodeRun, 'starts' | 'finishes'> {
  readonly start: readonly number[];
  readonly finish: readonly number[];
}

export interface Arrival {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly bits: number;
  readonly cycle: number;
}

/** What was used of a tile. Peaks count reserved room; what is in the buffers at the end is 0 unless there is a deadlock. */
export interface TileUse extends TileRun {
  readonly inputEndBits: number;
  readonly outputEndBits: number;
}

/** Nothing can happen any more at `cycle`, though sets are left: the first of every node, and the first results that wait. */
export interface Deadlock {
  readonly cycle: number;
  readonly sets: readonly {
    readonly node: number;
    readonly set: number;
    readonly waitsFor: 'values' | 'output room' | 'layer before';
    /** Where room is missing. */
    readonly tile?: number;
    /** The node of the first value that is not there: of the first edge, the lowest set. */
    readonly source?: number;
  }[];
  /** By node. `tiles`: those without room for it. */
  readonly messages: readonly {
    readonly node: number;
    readonly set: number;
    readonly tiles: readonly number[];
  }[];
  /** Of every tile without room: bits of the values that are in its input buffer, by their node. */
  readonly rooms: readonly {
    readonly tile: number;
    readonly holds: readonly { readonly node: number; readonly bits: number }[];
  }[];
}

/** Kinds of events, in the order in which phase 1 takes them (decision 2). */
const KINDS = [
  'COPY_DONE',
  'READ_DONE',
  'PARTIALS_DONE',
  'GPEU_DONE',
  'SENT',
  'ARRIVE',
  'ARRIVE_AT_PORT',
  'PORT_DONE',
] as const;

interface Event extends SetOf {
  readonly time: number;
  readonly kind: (typeof KINDS)[number];
  readonly tile: number;
  /** The queue whose task this was: it is idle again. */
  readonly server?: Server;
}

/** A GPEU, or one side of the off-chip port (decision 8). */
interface Server {
  readonly queue: Task[];
  /** The tile whose GPEU it is. */
  readonly gpeuOf?: number;
  isBusy: boolean;
}

interface Task extends SetOf {
  readonly tile: number;
  readonly cycles: number;
  readonly done: Event['kind'];
  readonly asked: number;
}

/** An injected message that gets its links at the end of phase 2 (decision 13). */
interface Injected extends SetOf {
  /** Which tile of the copy sends. */
  readonly position: number;
  readonly grant: () => void;
}

/** A place that a message goes to: a tile, or the port at a tile. */
interface Destination {
  readonly tile: number;
  readonly bits: number;
  readonly kind: 'ARRIVE' | 'ARRIVE_AT_PORT' | 'PARTIALS_DONE';
}

/** Where room is charged (decisions 12 and 19). */
type Charge = 'window' | 'shared';

/** The buffers of one kind, one on every tile. */
interface Buffers {
  /** Undefined: no limit, and no windows. */
  readonly size: number | undefined;
  readonly windows: readonly Window[];
  readonly used: number[];
  readonly peak: number[];
  readonly sharedUsed: number[];
  /** Per node@tile. */
  readonly windowUsed: Map<string, number>;
  /** Per value@tile that is in it. */
  readonly charges: Map<string, { readonly charge: Charge; readonly bits: number }>;
}

const byEvent = (a: Event, b: Event) =>
  a.time - b.time || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || bySet(a, b) || a.tile - b.tile;

/** Cycles that `bits` need at so many bits per cycle; unlimited: none. */
const cyclesFor = (bits: number, bitsPerCycle: number | undefined) =>
  bitsPerCycle === undefined ? 0 : Math.ceil(bits / bitsPerCycle);

const noWaits = () => ({
  computeCycles: 0,
  waitDataCycles: 0,
  waitSpaceCycles: 0,
  waitCopyCycles: 0,
  waitReadCycles: 0,
  waitGpeuCycles: 0,
  waitSendCycles: 0,
  waitLinkCycles: 0,
});

const noMoves = () => ({
  waitOffChipCycles: 0,
  inputWrittenBits: 0,
  outputReadBits: 0,
  hopBits: 0,
  offChipBits: 0,
});

/** How many cycles lie in at least one of the intervals. */
function cyclesIn(intervals: readonly (readonly [begin: number, end: number])[]): number {
  let [total, until] = [0, 0];
  for (const [begin, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    total += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return total;
}

/**
 * Plays a network on a chip, event by event, by the letter of docs/simulation.md sections 5 to 7 and the
 * decisions above. Slow and plain on purpose; tests hold the engine against it. A graph with missing or
 * contradicting figures is a bug of the caller.
 */
export function referenceSimulation(graph: SimulationGraph): ReferenceSimulation {
  const simulation = new Simulation(graph);
  simulation.play();
  return simulation.result();
}

class Simulation {
  readonly #graph: SimulationGraph;
  readonly #sets: SimulationSets;
  #now = 0;
  /** Sorted by {@link byEvent}. */
  readonly #events: Event[] = [];

  // The state of the chip.
  readonly #start: number[][];
  readonly #finish: number[][];
  /** Per node and set: its result was injected, or had nowhere to go. */
  readonly #hasGone: boolean[][];
  /** Values that are whole in the input buffer of a tile. */
  readonly #isThere = new Set<string>();
  /** Per node: which of its copies are held. */
  readonly #busyCopies: Set<number>[];
  readonly #gpeus: Server[];
  readonly #portIn: Server = { queue: [], isBusy: false };
  readonly #portOut: Server = { queue: [], isBusy: false };
  readonly #linkFree: number[];
  /** Per tile: when each port of its input buffer is free. */
  readonly #readPorts: number[][];
  readonly #input: Buffers;
  readonly #output: Buffers;
  /** Per set: partial sums that are not sent yet, and when the latest of those sent arrives. */
  readonly #partialsLeft = new Map<string, number>();
  readonly #latestPartial = new Map<string, number>();

  // What waits.
  /** Results of each node that wait to be injected. */
  readonly #ready: SetOf[][];
  #newPartials: Injected[] = [];
  #newTasks: { readonly server: Server; readonly task: Task }[] = [];

  // What is counted.
  #cycles = 0;
  #messages = 0;
  readonly #arrivals: Arrival[] = [];
  readonly #linkUse: { bits: number; busyCycles: number }[];
  readonly #ofNode: (ReturnType<typeof noWaits> & ReturnType<typeof noMoves>)[];
  readonly #ofTile: ReturnType<typeof noWaits>[];
  readonly #gpeuBusy: number[];
  /** Per tile: when copies of base layers whose home it is were held, and when its GPEU had a task. */
  readonly #busy: [begin: number, end: number][][];
  /** Per node: its last start, and whether a set found no output room since then. */
  readonly #lastStart: number[];
  readonly #passedOver: boolean[];
  /** Per copy of each node: when it was given free. */
  readonly #copyFreed: number[][];

  constructor(graph: SimulationGraph) {
    const { nodes, chip } = graph;
    this.#graph = graph;
    this.#sets = new SimulationSets(graph);
    const perTile = () => Array.from({ length: chip.tiles }, () => 0);
    const perSet = <T>(value: T) =>
      nodes.map((_, node) => Array.from({ length: this.#sets.count(node) }, () => value));
    this.#start = perSet(-1);
    this.#finish = perSet(-1);
    this.#hasGone = perSet(false);
    this.#busyCopies = nodes.map(() => new Set());
    this.#ready = nodes.map(() => []);
    this.#gpeus = perTile().map((_, tile) => ({ queue: [], gpeuOf: tile, isBusy: false }));
    this.#linkFree = chip.links.map(() => 0);
    this.#linkUse = chip.links.map(() => ({ bits: 0, busyCycles: 0 }));
    this.#readPorts = perTile().map(() => Array.from({ length: chip.inputBufferPorts ?? 1 }, () => 0));
    this.#input = this.#buffers(chip.inputBufferBits, inputWindows);
    this.#output = this.#buffers(chip.outputBufferBits, outputWindows);
    this.#ofNode = nodes.map(() => ({ ...noWaits(), ...noMoves() }));
    this.#ofTile = perTile().map(noWaits);
    this.#gpeuBusy = perTile();
    this.#busy = perTile().map(() => []);
    this.#lastStart = nodes.map(() => 0);
    this.#passedOver = nodes.map(() => false);
    this.#copyFreed = nodes.map(({ copies }) => copies.map(() => -1));
  }

  #buffers(size: number | undefined, windows: (graph: SimulationGraph) => Window[]): Buffers {
    const perTile = () => Array.from({ length: this.#graph.chip.tiles }, () => 0);
    return {
      size,
      windows: size === undefined ? [] : windows(this.#graph),
      used: perTile(),
      peak: perTile(),
      sharedUsed: perTile(),
      windowUsed: new Map(),
      charges: new Map(),
    };
  }

  play(): void {
    while (true) {
      this.#completions();
      this.#injections();
      this.#starts();
      this.#service();
      const next = this.#events[0];
      if (next === undefined) return;
      this.#now = next.time;
    }
  }

  result(): ReferenceSimulation {
    const deadlock = this.#deadlock();
    for (const result of this.#ready.flat()) this.#countSendWait(result); // they have waited until now
    return {
      cycles: this.#cycles,
      nodes: this.#ofNode.map((counts, node) => this.#nodeUse(node, counts)),
      arrivals: this.#arrivals.toSorted((a, b) => bySet(a, b) || a.tile - b.tile),
      links: this.#linkUse,
      tiles: this.#ofTile.map((waits, tile) => ({
        ...waits,
        inputPeakBits: this.#input.peak[tile]!,
        outputPeakBits: this.#output.peak[tile]!,
        inputWindowBits: this.#windowsOf(this.#input, tile),
        outputWindowBits: this.#windowsOf(this.#output, tile),
        inputEndBits: this.#input.used[tile]!,
        outputEndBits: this.#output.used[tile]!,
        gpeuBusyCycles: this.#gpeuBusy[tile]!,
        busyCycles: cyclesIn(this.#busy[tile]!),
      })),
      inferenceEnds: this.#inferenceEnds(),
      inputWindows: this.#input.windows,
      outputWindows: this.#output.windows,
      messages: this.#messages,
      ...(deadlock === undefined ? {} : { deadlock }),
    };
  }

  #nodeUse(node: number, counts: ReturnType<typeof noWaits> & ReturnType<typeof noMoves>): NodeUse {
    const start = this.#start[node]!;
    const finish = this.#finish[node]!;
    const started = start.filter((cycle) => cycle >= 0);
    const startCycle = started.length === 0 ? -1 : Math.min(...started);
    return { start, finish, startCycle, endCycle: Math.max(-1, ...finish), ...counts };
  }

  #inferenceEnds(): number[] {
    return Array.from({ length: this.#graph.batch }, (_, inference) => {
      const ends = this.#finish.flatMap((finish, node) => {
        const n = this.#sets.perInference(node);
        return finish.slice(inference * n, (inference + 1) * n);
      });
      return Math.max(-1, ...ends);
    });
  }

  // ---------------------------------------------------------------- room in buffers

  #windowsOf({ windows }: Buffers, tile: number): number {
    return windows.filter((window) => window.tile === tile).reduce((sum, { bits }) => sum + bits, 0);
  }

  /** Where `bits` of a node may be charged on a tile; `undefined` where there is no room. */
  #roomFor(buffers: Buffers, of: SetOf, tile: number, bits: number, mayUseWindow: boolean) {
    const { size } = buffers;
    if (size === undefined) return 'shared';
    if (buffers.used[tile]! + bits > size) return undefined;
    // None for a tile that only inferences beyond those that windows are made for come to.
    const window = buffers.windows.find((other) => other.node === of.node && other.tile === tile)?.bits ?? 0;
    const windowUsed = buffers.windowUsed.get(on(of.node, tile)) ?? 0;
    if (mayUseWindow && windowUsed + bits <= window) return 'window';
    const shared = Math.max(0, size - this.#windowsOf(buffers, tile));
    return buffers.sharedUsed[tile]! + bits <= shared ? 'shared' : undefined;
  }

  #reserve(buffers: Buffers, of: SetOf, tile: number, bits: number, charge: Charge): void {
    buffers.charges.set(at(of, tile), { charge, bits });
    this.#addUse(buffers, of, tile, bits, charge);
    buffers.peak[tile] = Math.max(buffers.peak[tile]!, buffers.used[tile]!);
  }

  #giveBack(buffers: Buffers, of: SetOf, tile: number): void {
    const { charge, bits } = buffers.charges.get(at(of, tile))!;
    buffers.charges.delete(at(of, tile));
    this.#addUse(buffers, of, tile, -bits, charge);
  }

  #addUse(buffers: Buffers, { node }: SetOf, tile: number, bits: number, charge: Charge): void {
    buffers.used[tile]! += bits;
    if (charge === 'shared') buffers.sharedUsed[tile]! += bits;
    else buffers.windowUsed.set(on(node, tile), (buffers.windowUsed.get(on(node, tile)) ?? 0) + bits);
  }

  /** True where all lower-numbered sets of the node are finished, and their results injected (decision 12). */
  #isInTurn({ node, set }: SetOf): boolean {
    return this.#hasGone[node]!.slice(0, set).every((hasGone) => hasGone);
  }

  // ---------------------------------------------------------------- phase 1: completions

  #completions(): void {
    const later = this.#events.findIndex(({ time }) => time > this.#now);
    const completed = this.#events.splice(0, later < 0 ? this.#events.length : later);
    for (const event of completed) {
      if (event.server !== undefined) event.server.isBusy = false;
      this.#complete(event);
    }
  }

  #complete(event: Event): void {
    switch (event.kind) {
      case 'COPY_DONE':
        this.#copyDone(event);
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
        this.#ofNode[event.node]!.offChipBits += this.#sets.figure(event, 'outputBits');
        this.#cycles = Math.max(this.#cycles, this.#now);
        break;
    }
  }

  #freeCopy(of: SetOf): void {
    this.#busyCopies[of.node]!.delete(this.#sets.copyNumber(of));
    this.#copyFreed[of.node]![this.#sets.copyNumber(of)] = this.#now;
  }

  /** The MVMs are done: the copy is free, and partial sums go home (decision 9). */
  #copyDone({ node, set, server }: Event): void {
    const of = { node, set };
    this.#freeCopy(of);
    if (server === this.#portIn) this.#ofNode[node]!.offChipBits += this.#sets.figure(of, 'resultBits');
    const { tiles, partialBitsPerPixel } = this.#sets.copy(of);
    const pixels = this.#sets.figure(of, 'durations') / (this.#graph.mvmCycles ?? 1);
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
    for (const value of this.#sets.reads(of)) {
      for (const tile of this.#sets.copy(of).tiles) {
        const readers = this.#sets.readers(value, tile);
        const isLast = readers.every((reader) => this.#finish[reader.node]![reader.set]! >= 0);
        if (isLast) this.#giveBack(this.#input, value, tile);
      }
    }
    if (this.#sets.toTiles(of).size > 0 || this.#goesToPort(of)) {
      this.#ready[node]!.push(of);
    } else {
      this.#hasGone[node]![set] = true;
      this.#giveOutputRoomBack(of);
    }
  }

  #goesToPort({ node }: SetOf): boolean {
    const { chip } = this.#graph;
    return this.#sets.node(node).outputBits !== undefined && chip.offChipBitsPerCycle !== undefined;
  }

  #giveOutputRoomBack({ node, set }: SetOf): void {
    this.#giveBack(this.#output, { node, set }, this.#sets.home({ node, set }));
  }

  #arrived({ node, set, tile }: Event): void {
    const bits = this.#sets.toTiles({ node, set }).get(tile)!;
    this.#arrivals.push({ node, set, tile, bits, cycle: this.#now });
    this.#isThere.add(at({ node, set }, tile));
  }

  /** Decision 15. */
  #arrivedAtPort({ node, set, tile }: Event): void {
    const bits = this.#sets.figure({ node, set }, 'outputBits');
    const cycles = cyclesFor(bits, this.#graph.chip.offChipBitsPerCycle);
    if (cycles === 0) this.#cycles = Math.max(this.#cycles, this.#now);
    else this.#ask(this.#portOut, { node, set, tile, cycles, done: 'PORT_DONE' });
  }

  // ---------------------------------------------------------------- phase 2: injections

  #injections(): void {
    const injected = [...this.#newPartials, ...this.#injectResults()];
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
        if (rooms.some(({ charge }) => charge === undefined)) break;
        for (const { tile, bits, charge } of rooms) {
          this.#reserve(this.#input, of, tile, bits, charge!);
          this.#ofNode[of.node]!.inputWrittenBits += bits;
        }
        ready.shift();
        this.#hasGone[of.node]![of.set] = true;
        this.#countSendWait(of);
        injected.push({ ...of, position: Infinity, grant: () => this.#sendResult(of) });
      }
    }
    return injected;
  }

  /** Where a result may be charged on every tile that it goes to. */
  #inputRooms(of: SetOf): { tile: number; bits: number; charge: Charge | undefined }[] {
    const isInTurn = this.#isInTurn(of);
    return [...this.#sets.toTiles(of)].map(([tile, bits]) => {
      return { tile, bits, charge: this.#roomFor(this.#input, of, tile, bits, isInTurn) };
    });
  }

  #countSendWait(of: SetOf): void {
    const waited = this.#now - this.#finish[of.node]![of.set]!;
    this.#ofNode[of.node]!.waitSendCycles += waited;
    this.#ofTile[this.#sets.home(of)]!.waitSendCycles += waited;
  }

  #sendResult(of: SetOf): void {
    const { node, set } = of;
    const home = this.#sets.home(of);
    const destinations: Destination[] = [...this.#sets.toTiles(of)]
      .map(([tile, bits]) => ({ tile, bits, kind: 'ARRIVE' as const }))
      .sort((a, b) => a.tile - b.tile);
    if (this.#goesToPort(of)) {
      const bits = this.#sets.figure(of, 'outputBits');
      destinations.push({ tile: this.#graph.chip.offChipTile, bits, kind: 'ARRIVE_AT_PORT' });
    }
    this.#ofNode[node]!.outputReadBits += this.#sets.figure(of, 'resultBits');
    const { arrivals, sent } = this.#travel(node, home, destinations);
    arrivals.forEach((time, i) => {
      const { kind, tile } = destinations[i]!;
      this.#expect({ time, kind, node, set, tile });
    });
    this.#expect({ time: sent, kind: 'SENT', node, set, tile: home });
  }

  #sendPartials(of: SetOf, from: number, bits: number): void {
    const home = this.#sets.home(of);
    const kind = 'PARTIALS_DONE';
    const [arrival] = this.#travel(of.node, from, [{ tile: home, bits, kind }]).arrivals;
    const left = this.#partialsLeft.get(at(of))! - 1;
    this.#partialsLeft.set(at(of), left);
    const latest = Math.max(this.#latestPartial.get(at(of)) ?? 0, arrival!);
    this.#latestPartial.set(at(of), latest);
    if (left === 0) this.#expect({ time: latest, kind, ...of, tile: home });
  }

  /** Takes the links of one message, now, and says when it arrives at each of its destinations (decision 13). */
  #travel(node: number, from: number, destinations: readonly Destination[]) {
    this.#messages++;
    const { chip } = this.#graph;
    const bitsOn = this.#bitsOnLinks(from, destinations);
    const entries = new Map<number, number>();
    let sent = this.#now;
    const arrivals = destinations.map(({ tile }) => {
      let earliest = this.#now;
      let arrival = this.#now;
      chip.route(from, tile).forEach((link, hop) => {
        const bits = bitsOn.get(link)!;
        const held = cyclesFor(bits, chip.linkBitsPerCycle);
        let entry = entries.get(link);
        if (entry === undefined) {
          entry = this.#enter(link, earliest, bits, held);
          entries.set(link, entry);
          this.#ofNode[node]!.hopBits += bits;
          this.#ofNode[node]!.waitLinkCycles += entry - earliest;
          this.#ofTile[from]!.waitLinkCycles += entry - earliest;
        }
        if (hop === 0) sent = Math.max(sent, entry + held);
        earliest = entry + chip.hopCycles;
        arrival = entry + chip.hopCycles + held;
      });
      return arrival;
    });
    return { arrivals, sent };
  }

  /** On every link of the tree the widest of the destinations behind it. */
  #bitsOnLinks(from: number, destinations: readonly Destination[]): Map<number, number> {
    const bitsOn = new Map<number, number>();
    for (const { tile, bits } of destinations) {
      for (const link of this.#graph.chip.route(from, tile)) {
        bitsOn.set(link, Math.max(bitsOn.get(link) ?? 0, bits));
      }
    }
    return bitsOn;
  }

  #enter(link: number, earliest: number, bits: number, held: number): number {
    const entry = Math.max(earliest, this.#linkFree[link]!);
    this.#linkFree[link] = entry + held;
    this.#linkUse[link]!.bits += bits;
    this.#linkUse[link]!.busyCycles += held;
    return entry;
  }

  // ---------------------------------------------------------------- phase 3: starts

  #starts(): void {
    this.#graph.nodes.forEach((_, node) => {
      for (let of = this.#next(node); of !== undefined; of = this.#next(node)) {
        if (this.#busyCopies[node]!.has(this.#sets.copyNumber(of))) return;
        const waitsFor = this.#waits(of);
        if (waitsFor === 'output room') this.#passedOver[node] = true;
        if (waitsFor !== undefined) return;
        this.#startSet(of);
      }
    });
  }

  /** The set of a node that has to start next: in order, but for joins (decision 4). */
  #next(node: number): SetOf | undefined {
    const isNext = (start: number, set: number) =>
      start < 0 && (this.#sets.node(node).kind !== 'join' || this.#hasValues({ node, set }));
    const set = this.#start[node]!.findIndex(isNext);
    return set < 0 ? undefined : { node, set };
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
    if (!this.#layerBeforeIsFinished(of)) return 'layer before';
    return this.#outputRoom(of) === undefined ? 'output room' : undefined;
  }

  #outputRoom(of: SetOf): Charge | undefined {
    const mayUseWindow = this.#sets.node(of.node).kind !== 'join' || this.#isInTurn(of);
    const bits = this.#sets.figure(of, 'resultBits');
    return this.#roomFor(this.#output, of, this.#sets.home(of), bits, mayUseWindow);
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
    this.#reserve(this.#output, of, home, this.#sets.figure(of, 'resultBits'), this.#outputRoom(of)!);
    switch (this.#sets.node(of.node).kind) {
      case 'base':
        this.#startMvms(of);
        break;
      case 'join': {
        const readEnd = this.#read(of);
        if (readEnd > this.#now) this.#expect({ time: readEnd, kind: 'READ_DONE', ...of, tile: home });
        else this.#askGpeuForJoin(of);
        break;
      }
      case 'input':
        this.#askPortIn(of);
        break;
    }
  }

  /** Charges the time since the last start of the node to what it waited for. */
  #countStart(of: SetOf): void {
    const waited = this.#now - this.#lastStart[of.node]!;
    const isCopyNew = this.#copyFreed[of.node]![this.#sets.copyNumber(of)] === this.#now;
    const cause = this.#passedOver[of.node]
      ? 'waitSpaceCycles'
      : isCopyNew
        ? 'waitCopyCycles'
        : 'waitDataCycles';
    this.#ofNode[of.node]![cause] += waited;
    this.#ofTile[this.#sets.home(of)]![cause] += waited;
    this.#lastStart[of.node] = this.#now;
    this.#passedOver[of.node] = false;
  }

  #countCompute(of: SetOf, cycles: number): void {
    this.#ofNode[of.node]!.computeCycles += cycles;
    this.#ofTile[this.#sets.home(of)]!.computeCycles += cycles;
  }

  #startMvms(of: SetOf): void {
    const cycles = this.#sets.figure(of, 'durations');
    const home = this.#sets.home(of);
    const end = Math.max(this.#now + cycles, this.#read(of));
    this.#countCompute(of, cycles);
    this.#busy[home]!.push([this.#now, end]);
    this.#expect({ time: end, kind: 'COPY_DONE', ...of, tile: home });
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
      this.#ofNode[of.node]!.waitReadCycles += begin - this.#now;
      this.#ofTile[tile]!.waitReadCycles += begin - this.#now;
      ports[port] = begin + cycles;
      return begin + cycles;
    });
    return Math.max(...ends);
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
    this.#gpeuBusy[tile]! += cycles;
    this.#ask(this.#gpeus[tile]!, { ...of, tile, cycles, done: 'GPEU_DONE' });
  }

  #askPortIn(of: SetOf): void {
    const bits = this.#sets.figure(of, 'resultBits');
    const cycles = cyclesFor(bits, this.#graph.chip.offChipBitsPerCycle);
    this.#ask(this.#portIn, { ...of, tile: this.#sets.home(of), cycles, done: 'COPY_DONE' });
  }

  /** A task of no cycles waits for nobody (decision 8). */
  #ask(server: Server, task: Omit<Task, 'asked'>): void {
    const { done: kind, cycles, ...of } = task;
    if (cycles === 0) this.#expect({ ...of, time: this.#now, kind });
    else this.#newTasks.push({ server, task: { ...task, asked: this.#now } });
  }

  #service(): void {
    for (const { server, task } of this.#newTasks.sort((a, b) => bySet(a.task, b.task))) {
      server.queue.push(task);
    }
    this.#newTasks = [];
    for (const server of [...this.#gpeus, this.#portIn, this.#portOut]) {
      if (server.isBusy) continue;
      const task = server.queue.shift();
      if (task === undefined) continue;
      server.isBusy = true;
      this.#countTask(server, task);
      const { node, set, tile, cycles, done: kind } = task;
      this.#expect({ node, set, tile, time: this.#now + cycles, kind, server });
    }
  }

  #countTask({ gpeuOf }: Server, { node, cycles, asked }: Task): void {
    const waited = this.#now - asked;
    if (gpeuOf === undefined) {
      this.#ofNode[node]!.waitOffChipCycles += waited;
      return;
    }
    this.#ofNode[node]!.waitGpeuCycles += waited;
    this.#ofTile[gpeuOf]!.waitGpeuCycles += waited;
    this.#busy[gpeuOf]!.push([this.#now, this.#now + cycles]);
  }

  // ---------------------------------------------------------------- events and the end

  #expect(event: Event): void {
    const later = this.#events.findIndex((other) => byEvent(other, event) > 0);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, event);
  }

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
    const rooms = [...full].sort((a, b) => a - b).map((tile) => ({ tile, holds: this.#holds(tile) }));
    return { cycle: this.#now, sets, messages, rooms };
  }

  #waitingSet(of: SetOf): Deadlock['sets'][number] {
    const waitsFor = this.#waits(of)!;
    if (waitsFor === 'output room') return { ...of, waitsFor, tile: this.#sets.home(of) };
    if (waitsFor === 'layer before') return { ...of, waitsFor };
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
        bits += this.#input.charges.get(at({ node, set }, tile))?.bits ?? 0;
      }
      return bits === 0 ? [] : [{ node, bits }];
    });
  }
}
