/** The chip while a network is played on it: what is where, what is held and what was counted. All parts share it. */
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { Buffers, type Charge } from './buffers.ts';
import { Counts } from './counts.ts';
import { Events, type Server, Servers, type Task } from './events.ts';
import { type Destination, Links } from './links.ts';
import { at, on, type SetOf, SimulationSets } from './sets.ts';
import { SharedBuffer } from './shared-buffer.ts';
import type { SpillPlan } from './spilling.ts';
import { Use } from './use.ts';

/** An injected message that gets its links at the end of phase 2 (decision 13). */
export interface Injected extends SetOf {
  /** Which tile of the copy sends; Infinity where it is the whole copy. */
  readonly position: number;
  readonly grant: () => void;
}

/** The state of the chip, questions about it, and the steps that more than one part takes. */
export class State {
  readonly graph: SimulationGraph;
  readonly plan: SpillPlan;
  readonly sets: SimulationSets;
  now = 0;
  readonly events = new Events();

  /** Per node and set: when it started, and when its result was complete. */
  readonly start: number[][];
  readonly finish: number[][];
  /** Per node and set: its result was injected, or had nowhere to go. */
  readonly hasGone: boolean[][];
  /** Values that are whole in the input buffer of a tile. */
  readonly isThere = new Set<string>();
  /** Per node: which of its copies are held. */
  readonly busyCopies: Set<number>[];
  /** Per copy of each node: when it was given free. */
  readonly copyFreed: number[][];
  /** Per node: whether a set found no output room since its last start. */
  readonly passedOver: boolean[];
  readonly servers: Servers;
  readonly links: Links;
  readonly input: Buffers;
  readonly output: Buffers;
  readonly shared: SharedBuffer;

  cycles = 0;
  messages = 0;
  readonly counts: Counts;
  readonly use: Use;

  constructor(graph: SimulationGraph, plan: SpillPlan, keepsUse: boolean) {
    const { nodes, chip } = graph;
    this.graph = graph;
    this.plan = plan;
    this.sets = new SimulationSets(graph);
    const perSet = <T>(value: T) =>
      nodes.map((_, node) => Array.from({ length: this.sets.count(node) }, () => value));
    this.start = perSet(-1);
    this.finish = perSet(-1);
    this.hasGone = perSet(false);
    this.busyCopies = nodes.map(() => new Set());
    this.copyFreed = nodes.map(({ copies }) => copies.map(() => -1));
    this.passedOver = nodes.map(() => false);
    this.servers = new Servers(chip.tiles);
    this.use = new Use(nodes.length, chip.links.length, chip.tiles, keepsUse);
    this.links = new Links(chip, this.use);
    this.input = new Buffers(graph, chip.inputBufferBits, plan.inputWindows, plan.largestReads);
    this.output = new Buffers(graph, chip.outputBufferBits, plan.outputWindows);
    this.shared = new SharedBuffer(plan.isSpilling ? (chip.sharedBufferBits ?? 0) : 0);
    this.counts = new Counts(nodes.length, chip.tiles);
  }

  /** True for a result of an output. */
  leaves({ node }: SetOf): boolean {
    return this.sets.node(node).outputBits !== undefined && this.graph.chip.offChipBitsPerCycle !== undefined;
  }

  /** True where what a node sends to a tile goes through off-chip memory if there is no room for it. */
  isSpilled({ node }: SetOf, tile: number): boolean {
    return this.plan.spilled.has(on(node, tile));
  }

  /** True where all that a set reads is on all tiles of its copy. */
  hasValues(of: SetOf): boolean {
    return this.sets.reads(of).every((value) => this.isHere(value, of));
  }

  /** True where a value is on every tile of the copy of its reader. */
  isHere(value: SetOf, reader: SetOf): boolean {
    return this.sets.copy(reader).tiles.every((tile) => this.isThere.has(at(value, tile)));
  }

  /** True where all lower-numbered sets of the node are finished, and their results injected (decision 12). */
  isInTurn({ node, set }: SetOf): boolean {
    return this.hasGone[node]!.slice(0, set).every((hasGone) => hasGone);
  }

  /** Layer by layer: all sets of this inference of the base layer before. */
  layerBeforeIsFinished({ node, set }: SetOf): boolean {
    if (this.graph.scheduling !== 'lbl' || this.sets.node(node).kind !== 'base') return true;
    const before = this.graph.nodes.slice(0, node).findLastIndex(({ kind }) => kind === 'base');
    if (before < 0) return true;
    const n = this.sets.perInference(before);
    const first = Math.floor(set / this.sets.perInference(node)) * n;
    return this.finish[before]!.slice(first, first + n).every((finish) => finish >= 0);
  }

  /** Where a result may be charged on every tile that it goes to. */
  inputRooms(of: SetOf): { tile: number; bits: number; charge: Charge | undefined }[] {
    const isInTurn = this.isInTurn(of);
    return [...this.sets.toTiles(of)].map(([tile, bits]) => {
      return { tile, bits, charge: this.input.roomFor(of, tile, bits, isInTurn) };
    });
  }

  /** Where the result of a set may be charged in the output buffer of its home. */
  outputRoom(of: SetOf): Charge | undefined {
    const mayUseWindow = this.sets.node(of.node).kind !== 'join' || this.isInTurn(of);
    return this.output.roomFor(of, this.sets.home(of), this.#resultRoom(of), mayUseWindow);
  }

  reserveOutput(of: SetOf, charge: Charge): void {
    const home = this.sets.home(of);
    this.output.reserve(of, home, this.#resultRoom(of), charge);
    this.use.noteReserved('output', home, this.now, this.output.used[home]!);
  }

  giveOutputRoomBack({ node, set }: SetOf): void {
    this.output.giveBack({ node, set }, this.sets.home({ node, set }));
  }

  /** Room that a result takes: where values spill, one that is larger than a buffer leaves it in pieces. */
  #resultRoom(of: SetOf): number {
    const bits = this.sets.figure(of, 'resultBits');
    return this.plan.isSpilling ? Math.min(bits, this.graph.chip.outputBufferBits ?? bits) : bits;
  }

  freeCopy(of: SetOf): void {
    this.busyCopies[of.node]!.delete(this.sets.copyNumber(of));
    this.copyFreed[of.node]![this.sets.copyNumber(of)] = this.now;
  }

  /** A task of no cycles waits for nobody (decision 8). */
  ask(server: Server, task: Omit<Task, 'asked'>): void {
    const { done: kind, cycles, ...of } = task;
    if (cycles === 0) this.events.add({ ...of, time: this.now, kind });
    else this.servers.ask(server, { ...task, asked: this.now });
  }

  /** Sends a message of a node from a tile. When it arrives at each of its destinations, and has left the tile. */
  travel(node: number, from: number, destinations: readonly Destination[]) {
    this.messages++;
    const { arrivals, sent, hopBits, waitedCycles } = this.links.travel(this.now, from, destinations);
    this.counts.ofNode[node]!.hopBits += hopBits;
    this.counts.add('waitLinkCycles', node, from, waitedCycles);
    return { arrivals, sent };
  }

  /** The run is no shorter than until now. */
  noteEnd(): void {
    this.cycles = Math.max(this.cycles, this.now);
  }
}
