/**
 * The slow truth of the cycle simulation: docs/simulation.md sections 5 to 7, event by event, and what that
 * leaves open decided as follows. An engine that does the same gets the same cycle everywhere. "Set" means
 * set k of inference i, numbered k + i·n of its node (n = setRows·setColumns); "(node, set)" sorts by
 * these numbers.
 *
 *  1. ROUNDS. Time goes from event to event. At a cycle T rounds of four phases are played until no event
 *     is left at T: (1) completions: all events at T that existed when the round began; (2) messages are
 *     injected; (3) sets start; (4) idle GPEUs and off-chip ports take the next task of their queue. An
 *     event that a round creates at T itself (zero durations) belongs to the next round at T. Before the
 *     first event one round is played at cycle 0, without completions.
 *  2. The order INSIDE phase 1 makes no difference (what it hands to phases 2 and 4 is sorted there); the
 *     reference takes COPY_DONE, PARTIALS_DONE, GPEU_DONE, SENT, ARRIVE, ARRIVE_AT_PORT, PORT_DONE, each
 *     by (node, set, tile). Room is given back in phase 1 only and reserved in phases 2 (input buffers)
 *     and 3 (output buffers) only; peaks count what is reserved, at the moment of reserving.
 *  3. COPY of a set: (k + i·n) mod d. A base set holds its copy for durations[k] cycles. An event
 *     COPY_DONE is made even if that is 0.
 *  4. START (phase 3): nodes by number, and for each node its next set again and again until that one may
 *     not start. The next set of a base layer or input is the one after the last started one ((b) of
 *     section 5; across inferences too). JOINS DO NOT KEEP (b): the next set of a join is the lowest-
 *     numbered one that is not started and has everything that it reads. (With (b) a join would delay sets
 *     that the schedule of spec.md does not, where sets finish out of order: cut blocks with several
 *     copies.) (c) holds for joins: one set at a time, from start to GPEU_DONE. A set whose result finds
 *     no room in the output buffer is passed over in this round, and so are the later ones of its node; it
 *     reserves nothing, and other nodes may take the room before it.
 *  5. A set that reads nothing has everything from the start. A value that a set reads along several edges
 *     counts once.
 *  6. JOIN: start = when it enters the queue of the GPEU of its tile, with ONE task of durations[k] +
 *     gpeuCycles[k] cycles.
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
 *     reads it. Of a node with isOutput: the port at offChipTile, with resultBits, if offChipBitsPerCycle
 *     is given. No destination (nobody reads the set, or an output without off-chip figure): no message;
 *     output room is given back at finish, in phase 1.
 * 12. INJECTION (phase 2). Each node has a queue of ready results: in the order of the rounds of their
 *     finish, then by set. Nodes with a non-empty queue stand in one line; a node joins at its end, in the
 *     round in which its queue becomes non-empty, several by node number. The line is walked once per
 *     round: a node may inject the first message of its queue if no node before it in the line that stays
 *     has a destination tile in common with it and every destination tile (its own too) has room; all room
 *     is reserved then. Otherwise it stays, and blocks ALL destination tiles of its message for those
 *     behind it. A node that has injected leaves its place; if its queue is not empty it goes to the end
 *     of the line and comes up again in the same walk. The port needs no room and blocks nobody.
 * 13. LINKS. After the walk the messages of the round (results and partial sums) get their links in the
 *     order (node, set, position of the sending tile in the copy): entries are computed at once for the
 *     whole tree and the links are held: link free = entry + s. Nothing injected later gets in before,
 *     even if the link is idle until then. Root links: entry = max(T, free); a following link: max(entry
 *     of the link before + hopCycles, free). The bits on a link are the widest of the destinations behind
 *     it, s = ceil(bits / linkBitsPerCycle); arrival at a tile = entry of the last link of its route +
 *     hopCycles + s of that link. Bits reserved in a tile's buffer: those for that tile. Tree: union of
 *     the routes from the home, tiles ascending; a link that two routes share is entered once.
 * 14. SENT (output room is given back): the latest of entry + s over the root links; at T (next round) for
 *     a message that needs no link (own tile, or port at home). The own tile's ARRIVE and the port's (at
 *     home) are at T (next round).
 * 15. PORT OUT: a message that has arrived whole at offChipTile becomes a task of ceil(bits /
 *     offChipBitsPerCycle). Its queue is outside of the input buffer and has no limit.
 * 16. A 0-bit result goes its way like others (it takes no room and holds links for 0 cycles).
 * 17. cycles = max(all finishes, all PORT_DONE), 0 for none. messages = injected results + partial-sum
 *     messages. links[].bits: sum over messages, busyCycles: sum of s. gpeuBusyCycles = sum of the tasks
 *     (durations of joins + gpeuCycles).
 * 18. DEADLOCK: no events are left and sets are not started or messages stand in line (sets that have
 *     started always finish). Times of what has not happened are -1; cycles counts what has.
 */
import type {
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../src/simulate/graph.ts';

/** What the chip did, cycle for cycle. Times of what never happened (a deadlock) are -1. */
export interface ReferenceSimulation {
  readonly cycles: number;
  /** Per node and set; set `k` of input `i` of a node with `n` sets is at `k + i·n`. */
  readonly nodes: readonly { readonly start: readonly number[]; readonly finish: readonly number[] }[];
  /** When each result was whole in the input buffer of each tile that reads it; by (node, set, tile). */
  readonly arrivals: readonly Arrival[];
  /** Per link of the chip: bits that went over it, and cycles that it was held. */
  readonly links: readonly { readonly bits: number; readonly busyCycles: number }[];
  readonly tiles: readonly TileUse[];
  /** Injected results and partial sums. */
  readonly messages: number;
  readonly deadlock?: Deadlock;
}

export interface Arrival {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly bits: number;
  readonly cycle: number;
}

/** What was used of a tile. Peaks count reserved room; what is in the buffers at the end is 0 unless there is a deadlock. */
export interface TileUse {
  readonly inputPeakBits: number;
  readonly outputPeakBits: number;
  readonly inputEndBits: number;
  readonly outputEndBits: number;
  readonly gpeuBusyCycles: number;
}

/** Nothing can happen any more at `cycle`, though sets are left: the first of every node, and the messages in line. */
export interface Deadlock {
  readonly cycle: number;
  readonly sets: readonly {
    readonly node: number;
    readonly set: number;
    readonly waitsFor: 'values' | 'output room' | 'layer before';
    /** Where room is missing. */
    readonly tile?: number;
  }[];
  /** `tiles`: those without room for it. Empty: it stands in line behind a message that has none. */
  readonly messages: readonly {
    readonly node: number;
    readonly set: number;
    readonly tiles: readonly number[];
  }[];
}

/** Kinds of events, in the order in which phase 1 takes them (decision 2). */
const KINDS = [
  'COPY_DONE',
  'PARTIALS_DONE',
  'GPEU_DONE',
  'SENT',
  'ARRIVE',
  'ARRIVE_AT_PORT',
  'PORT_DONE',
] as const;

interface Event {
  readonly time: number;
  readonly kind: (typeof KINDS)[number];
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  /** The queue whose task this was: it is idle again. */
  readonly server?: Server;
}

/** A GPEU, or one side of the off-chip port (decision 8). */
interface Server {
  readonly queue: Task[];
  busy: boolean;
}

interface Task {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly cycles: number;
  readonly done: Event['kind'];
}

/** A result that is ready to be sent: bits per destination tile, or to the port (decision 11). */
interface Result {
  readonly node: number;
  readonly set: number;
  readonly toTiles: ReadonlyMap<number, number>;
  readonly toPort: boolean;
}

/** An injected message that gets its links at the end of phase 2 (decision 13). */
interface Injected {
  readonly node: number;
  readonly set: number;
  /** Which tile of the copy sends. */
  readonly position: number;
  readonly grant: () => void;
}

/** A set, or the value that it computes. */
interface SetOf {
  readonly node: number;
  readonly set: number;
}

const at = ({ node, set }: SetOf, tile?: number) => `${node}.${set}${tile === undefined ? '' : `@${tile}`}`;

const bySet = (a: SetOf, b: SetOf) => a.node - b.node || a.set - b.set;

const byEvent = (a: Event, b: Event) =>
  a.time - b.time || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || bySet(a, b) || a.tile - b.tile;

/** Cycles that `bits` need at so many bits per cycle; unlimited: none. */
const cyclesFor = (bits: number, bitsPerCycle: number | undefined) =>
  bitsPerCycle === undefined ? 0 : Math.ceil(bits / bitsPerCycle);

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
  #now = 0;
  /** Sorted by {@link byEvent}. */
  readonly #events: Event[] = [];

  // What is read where, known beforehand; keys are value@tile and set.
  readonly #readersLeft = new Map<string, number>();
  readonly #waitingFor = new Map<string, SetOf[]>();
  readonly #missing = new Map<string, number>();
  /** Per value: bits for each tile. */
  readonly #toTiles = new Map<string, Map<number, number>>();

  // The state of the chip.
  readonly #start: number[][];
  readonly #finish: number[][];
  /** Per node: which of its copies compute. */
  readonly #busyCopies: Set<number>[];
  readonly #gpeus: Server[];
  readonly #portIn: Server = { queue: [], busy: false };
  readonly #portOut: Server = { queue: [], busy: false };
  readonly #linkFree: number[];
  readonly #inputBits: number[];
  readonly #outputBits: number[];
  /** Per set: partial sums that are not sent yet, and when the latest of those sent arrives. */
  readonly #partialsLeft = new Map<string, number>();
  readonly #latestPartial = new Map<string, number>();

  // What waits.
  /** Results of each node, in the order in which they got ready. */
  readonly #ready: Result[][];
  /** Nodes that have ready results, in the order in which they began to wait. */
  #line: number[] = [];
  #newResults: Result[] = [];
  #newPartials: Injected[] = [];
  #newTasks: { readonly server: Server; readonly task: Task }[] = [];

  // What is counted.
  #cycles = 0;
  #messages = 0;
  readonly #arrivals: Arrival[] = [];
  readonly #linkUse: { bits: number; busyCycles: number }[];
  readonly #inputPeak: number[];
  readonly #outputPeak: number[];
  readonly #gpeuBusy: number[];

  constructor(graph: SimulationGraph) {
    this.#graph = graph;
    const { nodes, chip } = graph;
    const perTile = () => Array.from({ length: chip.tiles }, () => 0);
    this.#start = nodes.map((_, node) => Array.from({ length: this.#count(node) }, () => -1));
    this.#finish = nodes.map((_, node) => Array.from({ length: this.#count(node) }, () => -1));
    this.#busyCopies = nodes.map(() => new Set());
    this.#ready = nodes.map(() => []);
    this.#gpeus = perTile().map(() => ({ queue: [], busy: false }));
    this.#linkFree = chip.links.map(() => 0);
    this.#linkUse = chip.links.map(() => ({ bits: 0, busyCycles: 0 }));
    this.#inputBits = perTile();
    this.#outputBits = perTile();
    this.#inputPeak = perTile();
    this.#outputPeak = perTile();
    this.#gpeuBusy = perTile();
    for (const edge of graph.edges) this.#noteReads(edge);
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
    return {
      cycles: this.#cycles,
      nodes: this.#start.map((start, node) => ({ start, finish: this.#finish[node]! })),
      arrivals: this.#arrivals.toSorted((a, b) => bySet(a, b) || a.tile - b.tile),
      links: this.#linkUse,
      tiles: this.#gpeuBusy.map((gpeuBusyCycles, tile) => ({
        inputPeakBits: this.#inputPeak[tile]!,
        outputPeakBits: this.#outputPeak[tile]!,
        inputEndBits: this.#inputBits[tile]!,
        outputEndBits: this.#outputBits[tile]!,
        gpeuBusyCycles,
      })),
      messages: this.#messages,
      ...(deadlock === undefined ? {} : { deadlock }),
    };
  }

  // ---------------------------------------------------------------- the graph

  /** Sets of a node of one inference. */
  #perInput(node: number): number {
    return this.#node(node).setRows * this.#node(node).setColumns;
  }

  /** Sets of a node of all inferences. */
  #count(node: number): number {
    return this.#perInput(node) * this.#graph.batch;
  }

  #node(node: number): SimulationNode {
    return this.#graph.nodes[node]!;
  }

  /** Number of the copy that runs a set (decision 3). */
  #copyNumber({ node, set }: SetOf): number {
    return set % this.#node(node).copies.length;
  }

  #copy(of: SetOf): SimulationCopy {
    return this.#node(of.node).copies[this.#copyNumber(of)]!;
  }

  #home(of: SetOf): number {
    return this.#copy(of).tiles.at(-1)!;
  }

  /** A figure that a node gives per set of one inference. */
  #perSet(of: SetOf, figure: 'durations' | 'gpeuCycles' | 'resultBits'): number {
    return this.#node(of.node)[figure][of.set % this.#perInput(of.node)]!;
  }

  /** The values that a set reads, each once. */
  #reads(of: SetOf): SetOf[] {
    const values = new Map<string, SetOf>();
    for (const edge of this.#graph.edges) {
      if (edge.to !== of.node) continue;
      for (const value of this.#readsAlong(edge, of.set)) values.set(at(value), value);
    }
    return [...values.values()];
  }

  /** The values that a set of `edge.to` reads along one edge: of the same inference. */
  #readsAlong({ from, to, rows, columns }: SimulationEdge, set: number): SetOf[] {
    const input = Math.floor(set / this.#perInput(to));
    const k = set % this.#perInput(to);
    const { setColumns } = this.#node(to);
    const values: SetOf[] = [];
    for (const row of rows[Math.floor(k / setColumns)]!) {
      for (const column of columns[k % setColumns]!) {
        const read = row * this.#node(from).setColumns + column;
        values.push({ node: from, set: read + input * this.#perInput(from) });
      }
    }
    return values;
  }

  /** Notes for one edge which values have to be on which tiles, for whom, and with how many bits. */
  #noteReads(edge: SimulationEdge): void {
    for (let set = 0; set < this.#count(edge.to); set++) {
      const reader = { node: edge.to, set };
      for (const value of this.#readsAlong(edge, set)) {
        const tiles = this.#toTiles.get(at(value)) ?? new Map<number, number>();
        this.#toTiles.set(at(value), tiles);
        const bits = edge.bits[value.set % this.#perInput(value.node)]!;
        for (const tile of this.#copy(reader).tiles) {
          tiles.set(tile, Math.max(tiles.get(tile) ?? 0, bits));
          this.#noteReader(value, tile, reader);
        }
      }
    }
  }

  #noteReader(value: SetOf, tile: number, reader: SetOf): void {
    const key = at(value, tile);
    const readers = this.#waitingFor.get(key) ?? [];
    if (readers.some((other) => bySet(other, reader) === 0)) return; // along another edge
    this.#waitingFor.set(key, [...readers, reader]);
    this.#readersLeft.set(key, readers.length + 1);
    this.#missing.set(at(reader), (this.#missing.get(at(reader)) ?? 0) + 1);
  }

  // ---------------------------------------------------------------- phase 1: completions

  #completions(): void {
    const later = this.#events.findIndex(({ time }) => time > this.#now);
    const completed = this.#events.splice(0, later < 0 ? this.#events.length : later);
    for (const event of completed) {
      if (event.server !== undefined) event.server.busy = false;
      this.#complete(event);
    }
  }

  #complete(event: Event): void {
    switch (event.kind) {
      case 'COPY_DONE':
        this.#copyDone(event);
        break;
      case 'PARTIALS_DONE':
        this.#computed(event);
        break;
      case 'GPEU_DONE':
        if (this.#node(event.node).kind === 'join') this.#freeCopy(event);
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
        this.#cycles = Math.max(this.#cycles, this.#now);
        break;
    }
  }

  #freeCopy(of: SetOf): void {
    this.#busyCopies[of.node]!.delete(this.#copyNumber(of));
  }

  /** The MVMs are done: the copy is free, and partial sums go home (decision 9). */
  #copyDone({ node, set }: Event): void {
    const of = { node, set };
    this.#freeCopy(of);
    const { tiles, partialBitsPerPixel } = this.#copy(of);
    const pixels = this.#perSet(of, 'durations') / (this.#graph.mvmCycles ?? 1);
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
    const cycles = this.#perSet({ node, set }, 'gpeuCycles');
    if (cycles === 0) this.#finished({ node, set });
    else this.#askGpeu({ node, set }, cycles);
  }

  /** The result is complete (decision 10). */
  #finished({ node, set }: SetOf): void {
    const of = { node, set };
    this.#finish[node]![set] = this.#now;
    this.#cycles = Math.max(this.#cycles, this.#now);
    for (const value of this.#reads(of)) {
      for (const tile of this.#copy(of).tiles) this.#hasRead(value, tile);
    }
    const toTiles = this.#toTiles.get(at(of)) ?? new Map<number, number>();
    const toPort = this.#node(node).isOutput && this.#graph.chip.offChipBitsPerCycle !== undefined;
    if (toPort && toTiles.size > 0) throw new Error(`node ${node} is an output, but somebody reads it`);
    if (toTiles.size === 0 && !toPort) this.#giveOutputRoomBack(of);
    else this.#newResults.push({ ...of, toTiles, toPort });
  }

  /** One of the sets that read a value on a tile is finished; the last one gives the room back. */
  #hasRead(value: SetOf, tile: number): void {
    const left = this.#readersLeft.get(at(value, tile))! - 1;
    this.#readersLeft.set(at(value, tile), left);
    if (left === 0) this.#inputBits[tile]! -= this.#toTiles.get(at(value))!.get(tile)!;
  }

  #giveOutputRoomBack(of: SetOf): void {
    this.#outputBits[this.#home(of)]! -= this.#perSet(of, 'resultBits');
  }

  #arrived({ node, set, tile }: Event): void {
    const bits = this.#toTiles.get(at({ node, set }))!.get(tile)!;
    this.#arrivals.push({ node, set, tile, bits, cycle: this.#now });
    for (const reader of this.#waitingFor.get(at({ node, set }, tile))!) {
      this.#missing.set(at(reader), this.#missing.get(at(reader))! - 1);
    }
  }

  /** Decision 15. */
  #arrivedAtPort({ node, set, tile }: Event): void {
    const cycles = cyclesFor(this.#perSet({ node, set }, 'resultBits'), this.#graph.chip.offChipBitsPerCycle);
    if (cycles === 0) this.#cycles = Math.max(this.#cycles, this.#now);
    else this.#newTasks.push({ server: this.#portOut, task: { node, set, tile, cycles, done: 'PORT_DONE' } });
  }

  // ---------------------------------------------------------------- phase 2: injections

  #injections(): void {
    this.#joinLine();
    const injected = [...this.#newPartials, ...this.#walkLine()];
    this.#newPartials = [];
    injected.sort((a, b) => bySet(a, b) || a.position - b.position);
    for (const { grant } of injected) grant();
  }

  /** The results that got ready in this round wait behind those that were before (decision 12). */
  #joinLine(): void {
    for (const result of this.#newResults.toSorted(bySet)) {
      this.#ready[result.node]!.push(result);
      if (!this.#line.includes(result.node)) this.#line.push(result.node);
    }
    this.#newResults = [];
  }

  /** Decision 12: reserves room for what may be sent. */
  #walkLine(): Injected[] {
    const injected: Injected[] = [];
    const blocked = new Set<number>();
    const staying: number[] = [];
    const coming = this.#line;
    for (let node = coming.shift(); node !== undefined; node = coming.shift()) {
      const result = this.#ready[node]![0]!;
      const tiles = [...result.toTiles];
      if (tiles.every(([tile, bits]) => !blocked.has(tile) && this.#hasInputRoom(tile, bits))) {
        for (const [tile, bits] of tiles) this.#reserveInput(tile, bits);
        this.#ready[node]!.shift();
        injected.push({ ...result, position: Infinity, grant: () => this.#sendResult(result) });
        if (this.#ready[node]!.length > 0) coming.push(node);
      } else {
        for (const [tile] of tiles) blocked.add(tile);
        staying.push(node);
      }
    }
    this.#line = staying;
    return injected;
  }

  #hasInputRoom(tile: number, bits: number): boolean {
    return this.#inputBits[tile]! + bits <= (this.#graph.chip.inputBufferBits ?? Infinity);
  }

  #reserveInput(tile: number, bits: number): void {
    this.#inputBits[tile]! += bits;
    this.#inputPeak[tile] = Math.max(this.#inputPeak[tile]!, this.#inputBits[tile]!);
  }

  #sendResult(result: Result): void {
    const { node, set, toTiles, toPort } = result;
    const { offChipTile } = this.#graph.chip;
    const destinations = toPort ? new Map([[offChipTile, this.#perSet(result, 'resultBits')]]) : toTiles;
    const { arrivals, sent } = this.#travel(this.#home(result), destinations);
    const kind = toPort ? 'ARRIVE_AT_PORT' : 'ARRIVE';
    for (const [tile, time] of arrivals) this.#expect({ time, kind, node, set, tile });
    this.#expect({ time: sent, kind: 'SENT', node, set, tile: this.#home(result) });
  }

  #sendPartials(of: SetOf, from: number, bits: number): void {
    const home = this.#home(of);
    const arrival = this.#travel(from, new Map([[home, bits]])).arrivals.get(home)!;
    const left = this.#partialsLeft.get(at(of))! - 1;
    this.#partialsLeft.set(at(of), left);
    const latest = Math.max(this.#latestPartial.get(at(of)) ?? 0, arrival);
    this.#latestPartial.set(at(of), latest);
    if (left === 0) this.#expect({ time: latest, kind: 'PARTIALS_DONE', ...of, tile: home });
  }

  /** Takes the links of one message, now (decision 13). */
  #travel(from: number, destinations: ReadonlyMap<number, number>) {
    this.#messages++;
    const { chip } = this.#graph;
    const bitsOn = this.#bitsOnLinks(from, destinations);
    const entries = new Map<number, number>();
    const arrivals = new Map<number, number>();
    let sent = this.#now;
    for (const tile of [...destinations.keys()].sort((a, b) => a - b)) {
      let earliest = this.#now;
      let arrival = this.#now;
      chip.route(from, tile).forEach((link, hop) => {
        const held = cyclesFor(bitsOn.get(link)!, chip.linkBitsPerCycle);
        const entry = entries.get(link) ?? this.#enter(link, earliest, bitsOn.get(link)!, held);
        entries.set(link, entry);
        if (hop === 0) sent = Math.max(sent, entry + held);
        earliest = entry + chip.hopCycles;
        arrival = entry + chip.hopCycles + held;
      });
      arrivals.set(tile, arrival);
    }
    return { arrivals, sent };
  }

  /** On every link of the tree the widest of the destinations behind it. */
  #bitsOnLinks(from: number, destinations: ReadonlyMap<number, number>): Map<number, number> {
    const bitsOn = new Map<number, number>();
    for (const [tile, bits] of destinations) {
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
        if (this.#busyCopies[node]!.has(this.#copyNumber(of)) || this.#waits(of) !== undefined) return;
        this.#startSet(of);
      }
    });
  }

  /** The set of a node that has to start next: in order, but for joins (decision 4). */
  #next(node: number): SetOf | undefined {
    const isNext = (start: number, set: number) =>
      start < 0 && (this.#node(node).kind !== 'join' || this.#hasValues({ node, set }));
    const set = this.#start[node]!.findIndex(isNext);
    return set < 0 ? undefined : { node, set };
  }

  #hasValues(of: SetOf): boolean {
    return (this.#missing.get(at(of)) ?? 0) === 0;
  }

  /** What a set waits for, apart from its copy. */
  #waits(of: SetOf): Deadlock['sets'][number]['waitsFor'] | undefined {
    if (!this.#hasValues(of)) return 'values';
    if (!this.#layerBeforeIsFinished(of)) return 'layer before';
    const room = this.#graph.chip.outputBufferBits ?? Infinity;
    const bits = this.#outputBits[this.#home(of)]! + this.#perSet(of, 'resultBits');
    return bits > room ? 'output room' : undefined;
  }

  /** Layer by layer: all sets of this inference of the base layer before. */
  #layerBeforeIsFinished({ node, set }: SetOf): boolean {
    if (this.#graph.scheduling !== 'lbl' || this.#node(node).kind !== 'base') return true;
    const before = this.#graph.nodes.slice(0, node).findLastIndex(({ kind }) => kind === 'base');
    if (before < 0) return true;
    const first = Math.floor(set / this.#perInput(node)) * this.#perInput(before);
    return this.#finish[before]!.slice(first, first + this.#perInput(before)).every((finish) => finish >= 0);
  }

  #startSet(of: SetOf): void {
    const home = this.#home(of);
    this.#start[of.node]![of.set] = this.#now;
    this.#busyCopies[of.node]!.add(this.#copyNumber(of));
    this.#outputBits[home]! += this.#perSet(of, 'resultBits');
    this.#outputPeak[home] = Math.max(this.#outputPeak[home]!, this.#outputBits[home]!);
    const cycles = this.#perSet(of, 'durations');
    switch (this.#node(of.node).kind) {
      case 'base':
        this.#expect({ time: this.#now + cycles, kind: 'COPY_DONE', ...of, tile: home });
        break;
      case 'join':
        this.#askGpeu(of, cycles + this.#perSet(of, 'gpeuCycles'));
        break;
      case 'input':
        this.#askPortIn(of);
        break;
    }
  }

  // ---------------------------------------------------------------- phase 4: queues

  #askGpeu(of: SetOf, cycles: number): void {
    const tile = this.#home(of);
    this.#gpeuBusy[tile]! += cycles;
    this.#ask(this.#gpeus[tile]!, { ...of, tile, cycles, done: 'GPEU_DONE' });
  }

  #askPortIn(of: SetOf): void {
    const cycles = cyclesFor(this.#perSet(of, 'resultBits'), this.#graph.chip.offChipBitsPerCycle);
    this.#ask(this.#portIn, { ...of, tile: this.#home(of), cycles, done: 'COPY_DONE' });
  }

  /** A task of no cycles waits for nobody (decision 8). */
  #ask(server: Server, task: Task): void {
    const { done: kind, cycles, ...of } = task;
    if (cycles === 0) this.#expect({ ...of, time: this.#now, kind });
    else this.#newTasks.push({ server, task });
  }

  #service(): void {
    for (const { server, task } of this.#newTasks.sort((a, b) => bySet(a.task, b.task))) {
      server.queue.push(task);
    }
    this.#newTasks = [];
    for (const server of [...this.#gpeus, this.#portIn, this.#portOut]) {
      if (server.busy) continue;
      const task = server.queue.shift();
      if (task === undefined) continue;
      server.busy = true;
      const { cycles, done: kind, ...of } = task;
      this.#expect({ ...of, time: this.#now + cycles, kind, server });
    }
  }

  // ---------------------------------------------------------------- events and the end

  #expect(event: Event): void {
    const later = this.#events.findIndex((other) => byEvent(other, event) > 0);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, event);
  }

  #deadlock(): Deadlock | undefined {
    const sets: Deadlock['sets'][number][] = [];
    this.#graph.nodes.forEach((_, node) => {
      const of = this.#next(node) ?? { node, set: this.#start[node]!.indexOf(-1) };
      if (of.set < 0) return;
      const waitsFor = this.#waits(of)!;
      sets.push({ ...of, waitsFor, ...(waitsFor === 'output room' ? { tile: this.#home(of) } : {}) });
    });
    const messages = this.#line.map((inLine) => {
      const { node, set, toTiles } = this.#ready[inLine]![0]!;
      const tiles = [...toTiles].filter(([tile, bits]) => !this.#hasInputRoom(tile, bits));
      return { node, set, tiles: tiles.map(([tile]) => tile).sort((a, b) => a - b) };
    });
    return sets.length + messages.length === 0 ? undefined : { cycle: this.#now, sets, messages };
  }
}
