import {
  BufferWide,
  Header,
  HeaderWide,
  Link,
  LinkWide,
  Node,
  NodeWide,
  OffChip,
  PeWrite,
  Stalls,
  Tile,
  TilePlan,
  TileWide,
  UNLIMITED,
} from '../../../assembly/simulation/layout.ts';
import { EngineInstance } from '../../engine/instance.ts';
import type { EngineMemory, EngineRecord } from '../../engine/memory.ts';
import { aFunction, flag, optionsOf } from '../../input/options.ts';
import type { OnProgress } from '../../progress.ts';
import type { SimulationChip, SimulationCopy, SimulationGraph, SimulationTurns } from '../model/graph.ts';
import { type SpillPlan, type StreamWindow, spillPlan, type TooLarge } from '../spill/plan.ts';
import { type SpillTraffic, spillTraffic } from '../spill/traffic.ts';
import { deadlockOf, type SimulationDeadlock } from './deadlock.ts';
import { FlatGraph } from './flat-graph.ts';
import { type NodeRecord, nodeAt, shareDone } from './node-record.ts';
import { cyclesOf, playOn, playWords, prepareWords } from './play-words.ts';
import type { ReplayWords } from './second-thread.ts';
import { type KeepUse, keepUseSchema, mostBins, type RunUse, useOf } from './use.ts';

/** What a network did on a chip (docs/simulation.md sections 5 to 7). Times are clock cycles, sizes bits. */
export interface SimulationRun {
  /** When the last set was finished and everything that leaves the chip had left. */
  readonly cycles: number;
  /** Of the nodes of the graph. */
  readonly nodes: readonly NodeRun[];
  /** Of the links of the chip. */
  readonly links: readonly LinkRun[];
  /** Of the tiles of the chip. */
  readonly tiles: readonly TileRun[];
  /** Per inference: when its last set was finished; -1 where none was. */
  readonly inferenceEnds: Float64Array;
  /** Results that were sent, and partial sums. */
  readonly messages: number;
  /** Things that were over (computations, messages), and entries of messages into links. */
  readonly events: number;
  /** The most that was in the shared buffer. */
  readonly sharedPeakBits: number;
  /** Of the PEs that were written after cycle 0, in the order of writing; with `keepSets`, where weights take turns. */
  readonly peWrites?: PeWrites;
  /** What was used over time; with `keepUse`. */
  readonly use?: RunUse;
  /** Where nothing could happen any more, though sets or messages were left; all else counts what happened until then. */
  readonly deadlock?: SimulationDeadlock;
}

/** When PEs were written, in clock cycles; -1 for not yet. */
export interface PeWrites {
  /** When the write started: its weights were asked for. */
  readonly starts: Float64Array;
  /** When its tile began to write them; it took `writeCycles` from then on. */
  readonly begins: Float64Array;
}

/** Cycles that sets of a node, or those that run on a tile, computed and waited. */
export interface Waits {
  /** Cycles of all copies together; of a join, cycles of the GPEU. */
  readonly computeCycles: number;
  /**
   * The time until the first start of a node and between the starts of one set and the next, by what was met last:
   * here values (or the layer before), in the next two room in the output buffer and a free copy (of a join: its GPEU
   * task before). A tile is charged for the sets that it is the home of.
   */
  readonly waitDataCycles: number;
  /** Sets waited for room for their result. */
  readonly waitSpaceCycles: number;
  /** Sets waited for a copy that was at work. */
  readonly waitCopyCycles: number;
  /** What all sets waited for a port of an input buffer. */
  readonly waitReadCycles: number;
  /** What all sets waited in the queue of a GPEU. */
  readonly waitGpeuCycles: number;
  /** What all results waited for room in input buffers. */
  readonly waitSendCycles: number;
  /** What all messages waited for links. */
  readonly waitLinkCycles: number;
  /** As `waitDataCycles`, for sets that had to have something fetched from off-chip memory. */
  readonly waitFetchCycles: number;
}

/** One more cause of the time between starts, where weights take turns. */
export interface WriteWaits {
  /** Sets waited for a copy that was being written. */
  readonly waitWriteCycles?: number;
}

/** What a node did. */
export interface NodeRun extends Waits, WriteWaits {
  /** First start of a set; -1 for none. */
  readonly startCycle: number;
  /** Last finish of a set; -1 for none. */
  readonly endCycle: number;
  /** What sets waited in the queues of the off-chip port. */
  readonly waitOffChipCycles: number;
  /** Bits that were reserved for its results in input buffers, on every tile that they were sent to. */
  readonly inputWrittenBits: number;
  /** Bits of its results that were sent, each counted once. */
  readonly outputReadBits: number;
  /** Bits of its results and partial sums times the links that they went over. */
  readonly hopBits: number;
  /** Bits through the off-chip port, in and out. */
  readonly offChipBits: number;
  /** Of those the bits of its results that were stored off the chip since input buffers had no room for them. */
  readonly spilledBits: number;
  /** And those of its results that were fetched from there. */
  readonly fetchedBits: number;
  /** Of both, those that went into the shared buffer and came out of it, not through the port. */
  readonly sharedBufferBits: number;
  /** Start of every set (set k of inference i at k + i·n), -1 for none; with `keepSets`. */
  readonly starts?: Float64Array;
  /** Finish of every set, likewise. */
  readonly finishes?: Float64Array;
  /** When every set was granted for which something was fetched, likewise; with `keepSets`, in a run in which values may spill. */
  readonly fetchStarts?: Float64Array;
  /** When all was there, likewise. */
  readonly fetchEnds?: Float64Array;
}

/** What a link did. */
export interface LinkRun {
  /** Bits that went over it. */
  readonly bits: number;
  /** How long messages held it. */
  readonly busyCycles: number;
}

/**
 * What a tile did. What spilled of results is counted at the home of the copy that had them, and what was fetched at every tile that
 * it was fetched to.
 */
export interface TileRun extends Waits, WriteWaits, SpillTraffic {
  /** The most that was in its input buffer. */
  readonly inputPeakBits: number;
  /** The most that was in its output buffer. */
  readonly outputPeakBits: number;
  /** What all windows of the input buffer take together; 0 where the buffer has no limit. */
  readonly inputWindowBits: number;
  /** The same of the output buffer. */
  readonly outputWindowBits: number;
  /** Cycles in which its GPEU was at work. */
  readonly gpeuBusyCycles: number;
  /** Cycles in which a copy whose home it is, or its GPEU, was at work. */
  readonly busyCycles: number;
}

/** What is kept of a run, and who is told of it. */
export interface SimulateOptions {
  /** Keep the start and the finish of every set. */
  readonly keepSets?: boolean | undefined;
  /** Keep what is used over time of nodes, links and tiles, and in how many bins at most. */
  readonly keepUse?: KeepUse | undefined;
  /** Is told now and then how far the run is. */
  readonly onProgress?: OnProgress | undefined;
}

/** What is kept of a run. */
type Kept = Pick<SimulateOptions, 'keepSets' | 'keepUse'>;

const checkedOptions = optionsOf<SimulateOptions>('simulateGraph', {
  keepSets: flag,
  keepUse: keepUseSchema,
  onProgress: aFunction,
});

const OUT_OF_MEMORY =
  'the simulation has more sets than memory holds (4 GiB at most); use coarser sets, such as ' +
  'granularity row, or a smaller batch';

/**
 * Plays a network on a chip, event by event. Deterministic. A deadlock is no error here, see
 * {@link SimulationRun.deadlock}.
 *
 * @throws ClsaCimError where the state does not fit memory, or an option is unknown or out of range.
 */
export function simulateGraph(graph: SimulationGraph, options: SimulateOptions = {}): SimulationRun {
  checkedOptions(options);
  const engine = new SimulationEngine();
  try {
    engine.load(graph, options);
    engine.play(options.onProgress);
    return engine.run();
  } finally {
    engine.release();
  }
}

/** Plays a graph as often as wanted, with other figures of the chip and other copies. */
export class SimulationEngine {
  readonly #instance = new EngineInstance(OUT_OF_MEMORY);
  /** What is played: with the figures and copies that were set last. */
  #graph: SimulationGraph | undefined;
  #flat: FlatGraph | undefined;
  #keeps = { keepsSets: false, useBins: 0 };
  #hasWindows = false;
  #hasPlayed = false;
  #isLate = false;
  readonly #playsAll: boolean;

  /** @param how `playsAll`: every inference is played, even where it is known what happens, as tests want it. */
  constructor({ playsAll = false }: { readonly playsAll?: boolean } = {}) {
    this.#playsAll = playsAll;
  }

  /** Bytes that the graph and its state take. */
  get bytes(): number {
    return this.#instance.usedBytes;
  }

  /**
   * Loads a graph in place of the one before.
   *
   * @throws ClsaCimError where it does not fit memory.
   */
  load(graph: SimulationGraph, kept: Kept = {}): void {
    this.#forget();
    const flat = new FlatGraph(graph);
    this.#keeps = keepsOf(kept);
    flat.setKept(this.#keeps);
    this.#instance.load(flat.words());
    this.#graph = graph;
    this.#flat = flat;
  }

  /** Says what the next {@link play} keeps: nothing that is left out. */
  setKept(kept: Kept): void {
    const { flat } = this.#loaded();
    this.#hasPlayed = false;
    this.#keeps = keepsOf(kept);
    flat.setKept(this.#keeps);
    this.#instance.memory.write(this.#instance.start, flat.records);
  }

  /**
   * Takes widths, sizes and times of another chip, which has to have the same tiles, links and routes, for the next
   * {@link play}.
   */
  setFigures(chip: SimulationChip): void {
    const { graph, flat } = this.#loaded();
    this.#hasPlayed = false;
    flat.setFigures(chip);
    this.#graph = { ...graph, chip };
    this.#instance.memory.write(this.#instance.start, flat.records);
  }

  /** What is loaded as words, for another thread that plays it with figures of other chips. */
  replayWords(chips: readonly SimulationChip[]): ReplayWords {
    const { graph, flat } = this.#loaded();
    this.#findWindows();
    const words = flat.words();
    const records = chips.map((chip) => {
      flat.setFigures(chip);
      return flat.records.slice();
    });
    flat.setFigures(graph.chip);
    return { words, records, hasWindows: this.#hasWindows };
  }

  /**
   * Puts other copies on the tiles of the chip, for the next {@link play}.
   *
   * @param copies Of each node, in order.
   * @throws ClsaCimError where it does not fit memory.
   */
  setCopies(copies: readonly (readonly SimulationCopy[])[]): void {
    const { graph, flat } = this.#loaded();
    this.#hasPlayed = false;
    this.#hasWindows = false;
    flat.setCopies(copies);
    this.#graph = { ...graph, nodes: graph.nodes.map((node, i) => ({ ...node, copies: copies[i]! })) };
    // What depends on the sets alone stays where it is.
    this.#instance.reserve(flat.length);
    const { start, memory } = this.#instance;
    const { offset, words } = flat.copyTables();
    memory.write(start, flat.records);
    memory.write(start + offset * 4, words);
  }

  /**
   * Plays what is loaded, from cycle 0 on.
   *
   * @param limit Stops soon after it is later than this clock cycle; {@link isLate} then.
   * @throws ClsaCimError where its state does not fit memory, or it takes more than 2^53 clock cycles.
   */
  play(onProgress?: OnProgress, limit = Infinity): void {
    this.#loaded();
    this.#findWindows();
    this.#play(false, onProgress, limit);
  }

  /**
   * Goes on where {@link play} came to no end, in input buffers that are larger by as little as lets something happen, until nothing can
   * happen any more. What is counted is of no size of buffers then: another one would have been of use from the start.
   *
   * @returns Their size in bits; infinity where no result waits for room in them.
   */
  playOnInLargerBuffers(): number {
    this.#played();
    const bits = this.#instance.exports.growInput();
    playOn(this.#instance);
    return bits;
  }

  #play(spills: boolean, onProgress: OnProgress | undefined, limit: number): void {
    const { graph } = this.#loaded();
    this.#hasPlayed = false;
    const report = onProgress && (() => onProgress(shareDone(graph, this.#instance)));
    const how = { spills, playsAll: this.#playsAll, limit, ...(report && { report }) };
    this.#isLate = playWords(this.#instance, how);
    this.#hasPlayed = true;
  }

  /** True where the last play was stopped, since it was later than its limit. */
  get isLate(): boolean {
    this.#played();
    return this.#isLate;
  }

  /**
   * Plays what is loaded with values that go through off-chip memory where there is no room for them.
   *
   * @param limit As of {@link play}.
   * @returns The layer whose sets do not fit, if there is one: then nothing was played.
   */
  playSpilling(onProgress?: OnProgress, limit = Infinity): TooLarge | undefined {
    const { graph } = this.#loaded();
    this.#findWindows();
    const plan = spillPlan(graph, this.#windows());
    if (plan.tooLarge !== undefined) return plan.tooLarge;
    this.#writePlan(plan);
    this.#play(true, onProgress, limit);
    return undefined;
  }

  /** True where some results would be stored off the chip if there were no room for them, were it played with {@link playSpilling}. */
  get maySpill(): boolean {
    const { graph } = this.#loaded();
    this.#findWindows();
    return spillPlan(graph, this.#windows()).spilled.some(({ size }) => size > 0);
  }

  /** Windows in input buffers, which have been found. */
  #windows(): StreamWindow[] {
    const { graph } = this.#loaded();
    const { memory, start } = this.#instance;
    return graph.nodes.flatMap((_, node) => {
      const record = nodeAt(this.#instance, node);
      const count = record.word(Node.DESTINATION_COUNT);
      const tiles = memory.words(start + record.word(Node.DESTINATIONS) * 4, count);
      const bits = memory.wides(start + record.word(Node.WINDOW_SIZES) * 4, count);
      return Array.from(tiles, (tile, i) => ({ node, tile, bits: bits[i]! }));
    });
  }

  #writePlan({ spilled, largestReads, isTight }: SpillPlan): void {
    const { graph } = this.#loaded();
    const { memory, start } = this.#instance;
    for (let node = 0; node < graph.nodes.length; node++) {
      const record = nodeAt(this.#instance, node);
      const tiles = memory.words(
        start + record.word(Node.DESTINATIONS) * 4,
        record.word(Node.DESTINATION_COUNT),
      );
      const flags = Int32Array.from(tiles, (tile) => (spilled[node]!.has(tile) ? 1 : 0));
      memory.write(start + record.word(Node.SPILLED) * 4, flags);
    }
    const plans = new Int32Array(graph.chip.tiles * TilePlan.WORDS);
    const view = new DataView(plans.buffer);
    for (let tile = 0; tile < graph.chip.tiles; tile++) {
      const at = tile * TilePlan.WORDS;
      view.setBigInt64((at + TilePlan.LARGEST_READS) * 4, BigInt(largestReads[tile]!), true);
      plans[at + TilePlan.IS_TIGHT] = isTight[tile]!;
    }
    const header = memory.record<Header, HeaderWide>(start);
    memory.write(start + header.word(Header.TILE_PLANS) * 4, plans);
  }

  /** Windows depend on no figures, so they are found once for all that are tried; without limits there are none. */
  #findWindows(): void {
    const { start, memory } = this.#instance;
    const header = memory.record<Header, HeaderWide>(start);
    if (
      this.#hasWindows ||
      this.#graph?.turns !== undefined ||
      header.wide(HeaderWide.INPUT_CAPACITY) === UNLIMITED
    )
      return;
    prepareWords(this.#instance);
    this.#hasWindows = true;
  }

  /** True where the last {@link play} came to no end: nothing could happen any more, though sets or messages were left. */
  get isDeadlocked(): boolean {
    this.#played();
    return !this.#isLate && this.#instance.exports.isStuck() !== 0;
  }

  /** As {@link SimulationRun.cycles}, of the last {@link play}. */
  get cycles(): number {
    this.#played();
    return cyclesOf(this.#instance);
  }

  /** Inferences that the last {@link play} did not play, since what happens in them was known. */
  get skippedInferences(): number {
    this.#played();
    return this.#instance.memory.record<Header>(this.#instance.start).word(Header.SKIPPED);
  }

  /** What went off the chip for want of room in the last {@link play}, and came back. */
  get spillTraffic(): SpillTraffic {
    const { nodes } = this.#played();
    return spillTraffic(nodes.map((_, index) => nodeRun(nodeAt(this.#instance, index), false)));
  }

  /** As {@link SimulationRun.events}, of the last {@link play}. */
  get events(): number {
    this.#played();
    return this.#instance.memory.record<Header, HeaderWide>(this.#instance.start).wide(HeaderWide.EVENTS);
  }

  /**
   * What happened in the last {@link play}.
   *
   * @throws ClsaCimError where what explains a deadlock does not fit memory.
   */
  run(): SimulationRun {
    const graph = this.#played();
    const deadlock = this.isDeadlocked ? deadlockOf(graph, this.#instance) : undefined;
    const { keepsSets, useBins } = this.#keeps;
    return {
      ...runOf(graph, this.#instance, keepsSets),
      ...(useBins > 0 && { use: useOf(graph, this.#instance) }),
      ...(deadlock && { deadlock }),
    };
  }

  /** Gives the instance back; the next one to simulate or to schedule starts from it. */
  release(): void {
    this.#instance.release();
    this.#forget();
  }

  #forget(): void {
    this.#graph = undefined;
    this.#flat = undefined;
    this.#hasWindows = false;
    this.#hasPlayed = false;
  }

  /** What is loaded, unless the instance has trapped since. */
  #loaded(): { readonly graph: SimulationGraph; readonly flat: FlatGraph } {
    const graph = this.#graph;
    const flat = this.#flat;
    if (graph === undefined || flat === undefined || !this.#instance.isThere) {
      throw new Error('no simulation is loaded; call load first');
    }
    return { graph, flat };
  }

  #played(): SimulationGraph {
    const { graph } = this.#loaded();
    if (!this.#hasPlayed) throw new Error('nothing has been played; call play first');
    return graph;
  }
}

function keepsOf({ keepSets = false, keepUse = false }: Kept) {
  return { keepsSets: keepSets, useBins: mostBins(keepUse) };
}

function runOf(graph: SimulationGraph, instance: EngineInstance, keepsSets: boolean): SimulationRun {
  const { memory, start } = instance;
  const isInTurns = graph.turns !== undefined;
  const header = memory.record<Header, HeaderWide>(start);
  const link = (index: number) =>
    memory.recordOf<Link, LinkWide>(header.pointer(Header.LINK_RECORDS), index, Link.WORDS);
  const tile = (index: number) =>
    memory.recordOf<Tile, TileWide>(header.pointer(Header.TILE_RECORDS), index, Tile.WORDS);
  return {
    cycles: header.wide(HeaderWide.CYCLES),
    sharedPeakBits: memory
      .record<OffChip, BufferWide>(header.pointer(Header.OFF_CHIP) + OffChip.SHARED * 4)
      .wide(BufferWide.PEAK),
    nodes: graph.nodes.map((_, index) => ({
      ...nodeRun(nodeAt(instance, index), isInTurns),
      ...(keepsSets && setTimes(memory, nodeAt(instance, index))),
    })),
    links: graph.chip.links.map((_, index) => linkRun(link(index))),
    tiles: Array.from({ length: graph.chip.tiles }, (_, index) => tileRun(tile(index), isInTurns)),
    messages: header.wide(HeaderWide.MESSAGES),
    events: header.wide(HeaderWide.EVENTS),
    inferenceEnds: memory.wides(header.pointer(Header.INFERENCE_ENDS), graph.batch),
    ...(keepsSets && graph.turns !== undefined && { peWrites: peWritesOf(graph.turns, instance) }),
  };
}

function waits(stalls: EngineRecord<never, Stalls>, isInTurns: boolean): Waits & WriteWaits {
  const told = {
    computeCycles: stalls.wide(Stalls.COMPUTE),
    waitDataCycles: stalls.wide(Stalls.DATA),
    waitSpaceCycles: stalls.wide(Stalls.ROOM),
    waitCopyCycles: stalls.wide(Stalls.COPY),
    waitReadCycles: stalls.wide(Stalls.READ),
    waitGpeuCycles: stalls.wide(Stalls.GPEU),
    waitSendCycles: stalls.wide(Stalls.SEND),
    waitLinkCycles: stalls.wide(Stalls.LINK),
    waitFetchCycles: stalls.wide(Stalls.FETCH),
  };
  return isInTurns ? { ...told, waitWriteCycles: stalls.wide(Stalls.WRITE) } : told;
}

function nodeRun(node: NodeRecord, isInTurns: boolean): NodeRun {
  return {
    startCycle: node.wide(NodeWide.START),
    endCycle: node.wide(NodeWide.END),
    ...waits(node.part(Node.STALLS), isInTurns),
    waitOffChipCycles: node.wide(NodeWide.WAIT_PORT),
    inputWrittenBits: node.wide(NodeWide.INPUT_WRITTEN),
    outputReadBits: node.wide(NodeWide.OUTPUT_READ),
    hopBits: node.wide(NodeWide.HOP_BITS),
    offChipBits: node.wide(NodeWide.OFF_CHIP),
    spilledBits: node.wide(NodeWide.SPILLED),
    fetchedBits: node.wide(NodeWide.FETCHED),
    sharedBufferBits: node.wide(NodeWide.SHARED),
  };
}

type SetTimes = Pick<NodeRun, 'starts' | 'finishes' | 'fetchStarts' | 'fetchEnds'>;

function setTimes(memory: EngineMemory, node: NodeRecord): SetTimes {
  const firings = node.word(Node.FIRINGS);
  return {
    starts: memory.wides(node.pointer(Node.STARTS), firings),
    finishes: memory.wides(node.pointer(Node.FINISHES), firings),
    ...(node.pointer(Node.FETCH_STARTS) !== 0 && {
      fetchStarts: memory.wides(node.pointer(Node.FETCH_STARTS), firings),
      fetchEnds: memory.wides(node.pointer(Node.FETCH_ENDS), firings),
    }),
  };
}

function peWritesOf({ writes }: SimulationTurns, { memory, start }: EngineInstance): PeWrites {
  const count = writes.reduce((sum, { pes }) => sum + pes, 0);
  const perPe = PeWrite.WORDS / 2;
  const address = memory.record<Header>(start).pointer(Header.PE_WRITES);
  const all = memory.wides(address, count * perPe);
  return {
    starts: all.filter((_, i) => i % perPe === PeWrite.START / 2),
    begins: all.filter((_, i) => i % perPe === PeWrite.BEGIN / 2),
  };
}

function linkRun(link: EngineRecord<Link, LinkWide>): LinkRun {
  return { bits: link.wide(LinkWide.BITS), busyCycles: link.wide(LinkWide.BUSY) };
}

function tileRun(tile: EngineRecord<Tile, TileWide>, isInTurns: boolean): TileRun {
  const input = tile.part<never, BufferWide>(Tile.INPUT);
  const output = tile.part<never, BufferWide>(Tile.OUTPUT);
  return {
    ...waits(tile.part(Tile.STALLS), isInTurns),
    inputPeakBits: input.wide(BufferWide.PEAK),
    outputPeakBits: output.wide(BufferWide.PEAK),
    inputWindowBits: input.wide(BufferWide.WINDOWS),
    outputWindowBits: output.wide(BufferWide.WINDOWS),
    gpeuBusyCycles: tile.wide(TileWide.GPEU_BUSY),
    busyCycles: tile.wide(TileWide.BUSY),
    spilledBits: tile.wide(TileWide.SPILLED),
    fetchedBits: tile.wide(TileWide.FETCHED),
    sharedBufferBits: tile.wide(TileWide.SHARED),
  };
}
