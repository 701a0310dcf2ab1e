import { instantiateSync } from '@assemblyscript/loader';
import {
  BUFFER_PEAK,
  BUFFER_WINDOWS,
  LINK_BITS,
  LINK_BUSY,
  LINK_WORDS,
  NODE_END,
  NODE_FINISHES,
  NODE_HOP_BITS,
  NODE_INPUT_WRITTEN,
  NODE_INSTANCES,
  NODE_NEXT_INFERENCE,
  NODE_NEXT_SET,
  NODE_OFF_CHIP,
  NODE_OUTPUT_READ,
  NODE_SETS,
  NODE_START,
  NODE_STARTS,
  NODE_WAIT_PORT,
  NODE_WAITS,
  NODE_WORDS,
  SIMULATION_CYCLES,
  SIMULATION_EVENTS,
  SIMULATION_HEADER_WORDS,
  SIMULATION_INFERENCE_ENDS,
  SIMULATION_LINK_RECORDS,
  SIMULATION_MESSAGES,
  SIMULATION_TILE_RECORDS,
  TILE_BUSY,
  TILE_GPEU_BUSY,
  TILE_INPUT,
  TILE_OUTPUT,
  TILE_WAITS,
  TILE_WORDS,
  WAITS_COMPUTE,
  WAITS_COPY,
  WAITS_DATA,
  WAITS_GPEU,
  WAITS_LINK,
  WAITS_READ,
  WAITS_ROOM,
  WAITS_SEND,
} from '../../assembly/simulation/layout.ts';
import { engineModule } from '../engine/module.ts';
import { ClsaCimError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { deadlockOf, type SimulationDeadlock } from './engine-deadlock.ts';
import { EngineMemory } from './engine-memory.ts';
import { differInFigures, flatten, writeFigures } from './flatten.ts';
import type { SimulationChip, SimulationGraph } from './graph.ts';

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
  /** Where nothing could happen any more, though sets or messages were left; all else counts what happened until then. */
  readonly deadlock?: SimulationDeadlock;
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
}

/** What a node did. */
export interface NodeRun extends Waits {
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
  /** Start of every set (set k of inference i at k + i·n), -1 for none; with `keepSets`. */
  readonly starts?: Float64Array;
  /** Finish of every set, likewise. */
  readonly finishes?: Float64Array;
}

/** What a link did. */
export interface LinkRun {
  /** Bits that went over it. */
  readonly bits: number;
  /** How long messages held it. */
  readonly busyCycles: number;
}

/** What a tile did. */
export interface TileRun extends Waits {
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
  readonly keepSets?: boolean;
  /** Is told now and then how far the run is. */
  readonly onProgress?: OnProgress | undefined;
}

/** Rounds of the engine's phases between two reports of progress: some tenths of a second. */
const ROUNDS_PER_REPORT = 2 ** 16;

/** What assembly/index.ts exports. */
interface EngineExports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory & { readonly buffer: ArrayBuffer };
  reserve(words: number): number;
  prepareSimulation(address: number): number;
  beginSimulation(address: number): number;
  playSimulation(rounds: number): number;
  isExhausted(): number;
}

/** An instance that has grown beyond this is dropped when its work is done, and its memory with it. */
const KEPT_BYTES = 64 * 2 ** 20;

let shared: SimulationEngine | undefined;

/**
 * Plays a network on a chip, event by event. Deterministic. A deadlock is no error here, see
 * {@link SimulationRun.deadlock}.
 *
 * @throws ClsaCimError where the state does not fit memory.
 */
export function simulateGraph(graph: SimulationGraph, options: SimulateOptions = {}): SimulationRun {
  shared ??= new SimulationEngine();
  shared.load(graph, options);
  shared.play(options.onProgress);
  const run = shared.run();
  if (shared.bytes > KEPT_BYTES) shared = undefined;
  return run;
}

/** An instance of the engine, and the simulation that is loaded into it. */
export class SimulationEngine {
  #instance: EngineExports | undefined;
  #graph: SimulationGraph | undefined;
  #keepsSets = false;
  #hasWindows = false;
  #address = 0;

  /** Bytes of memory of the instance. */
  get bytes(): number {
    return this.#instance?.memory.buffer.byteLength ?? 0;
  }

  /**
   * Loads a graph, and finds the windows that its streams have in buffers with a limit. Where it is the one that is
   * loaded, with other figures of the chip (`{ ...graph, chip: { ...chip, inputBufferBits } }`), these are all that is new.
   *
   * @throws ClsaCimError where it does not fit memory.
   */
  load(graph: SimulationGraph, { keepSets = false }: SimulateOptions = {}): void {
    const loaded = this.#graph;
    if (loaded !== undefined && this.#keepsSets === keepSets && differInFigures(loaded, graph)) {
      const { buffer } = this.#exports().memory;
      writeFigures(new Int32Array(buffer, this.#address, SIMULATION_HEADER_WORDS), graph.chip);
    } else {
      this.#graph = undefined;
      const words = flatten(graph, keepSets);
      this.#address = this.#call((instance) => instance.reserve(words.length)) >>> 0;
      new Int32Array(this.#exports().memory.buffer).set(words, this.#address >>> 2);
      this.#hasWindows = false;
      this.#keepsSets = keepSets;
    }
    this.#findWindows(graph.chip);
    this.#graph = graph;
  }

  /** Windows depend on no figures, so they are found once. */
  #findWindows({ inputBufferBits }: SimulationChip): void {
    if (this.#hasWindows) return;
    if (!this.#call((instance) => instance.prepareSimulation(this.#address))) this.#throwNoSimulation();
    this.#hasWindows = inputBufferBits !== undefined;
  }

  /**
   * Plays what is loaded, from cycle 0 on.
   *
   * @throws ClsaCimError where its state does not fit memory.
   */
  play(onProgress?: OnProgress): void {
    if (!this.#call((instance) => instance.beginSimulation(this.#address))) this.#throwNoSimulation();
    while (this.#call((instance) => instance.playSimulation(ROUNDS_PER_REPORT)))
      onProgress?.(this.#shareDone());
  }

  /** Share of all sets that have started. */
  #shareDone(): number {
    const { nodes, batch } = this.#graph!;
    const memory = new EngineMemory(this.#exports().memory.buffer, this.#address);
    let done = 0;
    let all = 0;
    for (let node = 0; node < nodes.length; node++) {
      const record = memory.nodeRecord(node, NODE_WORDS);
      const sets = memory.word(record, NODE_SETS);
      done += memory.word(record, NODE_NEXT_INFERENCE) * sets + memory.word(record, NODE_NEXT_SET);
      all += batch * sets;
    }
    return done / all;
  }

  /** What happened in the last {@link play}. */
  run(): SimulationRun {
    const graph = this.#graph;
    if (graph === undefined) throw new Error('no simulation is loaded');
    const memory = new EngineMemory(this.#exports().memory.buffer, this.#address);
    const header = (word: number) => memory.wide(memory.header, word);
    const links = memory.address(memory.header, SIMULATION_LINK_RECORDS);
    const tiles = memory.address(memory.header, SIMULATION_TILE_RECORDS);
    const deadlock = deadlockOf(graph, memory);
    return {
      cycles: header(SIMULATION_CYCLES),
      nodes: graph.nodes.map((_, node) =>
        nodeRun(memory, memory.nodeRecord(node, NODE_WORDS), this.#keepsSets),
      ),
      links: graph.chip.links.map((_, link) => linkRun(memory, links + link * LINK_WORDS * 4)),
      tiles: Array.from({ length: graph.chip.tiles }, (_, tile) =>
        tileRun(memory, tiles + tile * TILE_WORDS * 4),
      ),
      messages: header(SIMULATION_MESSAGES),
      events: header(SIMULATION_EVENTS),
      inferenceEnds: memory.wides(memory.address(memory.header, SIMULATION_INFERENCE_ENDS), graph.batch),
      ...(deadlock && { deadlock }),
    };
  }

  #throwNoSimulation(): never {
    throw new Error(`the words at ${this.#address} are no simulation of this version of the engine`);
  }

  #exports(): EngineExports {
    this.#instance ??= instantiateSync<EngineExports>(engineModule()).exports;
    return this.#instance;
  }

  /** Calls into the instance, and drops it where it traps. */
  #call<T>(work: (instance: EngineExports) => T): T {
    const instance = this.#exports();
    try {
      return work(instance);
    } catch (error) {
      this.#instance = undefined;
      this.#graph = undefined;
      if (!instance.isExhausted()) throw error;
      throw new ClsaCimError(
        'the simulation has more sets than memory holds (4 GiB at most); use coarser sets, such as ' +
          '--granularity row, or a smaller batch',
      );
    }
  }
}

/** The record of waits that starts at a word of the record of a node or tile. */
function waits(memory: EngineMemory, record: number, first: number): Waits {
  return {
    computeCycles: memory.wide(record, first + WAITS_COMPUTE),
    waitDataCycles: memory.wide(record, first + WAITS_DATA),
    waitSpaceCycles: memory.wide(record, first + WAITS_ROOM),
    waitCopyCycles: memory.wide(record, first + WAITS_COPY),
    waitReadCycles: memory.wide(record, first + WAITS_READ),
    waitGpeuCycles: memory.wide(record, first + WAITS_GPEU),
    waitSendCycles: memory.wide(record, first + WAITS_SEND),
    waitLinkCycles: memory.wide(record, first + WAITS_LINK),
  };
}

function nodeRun(memory: EngineMemory, record: number, keepsSets: boolean): NodeRun {
  const instances = memory.word(record, NODE_INSTANCES);
  return {
    startCycle: memory.wide(record, NODE_START),
    endCycle: memory.wide(record, NODE_END),
    ...waits(memory, record, NODE_WAITS),
    waitOffChipCycles: memory.wide(record, NODE_WAIT_PORT),
    inputWrittenBits: memory.wide(record, NODE_INPUT_WRITTEN),
    outputReadBits: memory.wide(record, NODE_OUTPUT_READ),
    hopBits: memory.wide(record, NODE_HOP_BITS),
    offChipBits: memory.wide(record, NODE_OFF_CHIP),
    ...(keepsSets && {
      starts: memory.wides(memory.address(record, NODE_STARTS), instances),
      finishes: memory.wides(memory.address(record, NODE_FINISHES), instances),
    }),
  };
}

function linkRun(memory: EngineMemory, record: number): LinkRun {
  return { bits: memory.wide(record, LINK_BITS), busyCycles: memory.wide(record, LINK_BUSY) };
}

function tileRun(memory: EngineMemory, record: number): TileRun {
  return {
    ...waits(memory, record, TILE_WAITS),
    inputPeakBits: memory.wide(record, TILE_INPUT + BUFFER_PEAK),
    outputPeakBits: memory.wide(record, TILE_OUTPUT + BUFFER_PEAK),
    inputWindowBits: memory.wide(record, TILE_INPUT + BUFFER_WINDOWS),
    outputWindowBits: memory.wide(record, TILE_OUTPUT + BUFFER_WINDOWS),
    gpeuBusyCycles: memory.wide(record, TILE_GPEU_BUSY),
    busyCycles: memory.wide(record, TILE_BUSY),
  };
}
