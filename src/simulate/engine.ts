import { instantiateSync } from '@assemblyscript/loader';
import {
  LINK_BITS,
  LINK_BUSY,
  LINK_WORDS,
  NODE_COMPUTE,
  NODE_END,
  NODE_FINISHES,
  NODE_INSTANCES,
  NODE_START,
  NODE_STARTS,
  NODE_WAIT_COPY,
  NODE_WAIT_DATA,
  NODE_WAIT_GPEU,
  NODE_WAIT_LINK,
  NODE_WAIT_PORT,
  NODE_WAIT_ROOM,
  NODE_WAIT_SEND,
  NODE_WORDS,
  SIMULATION_CYCLES,
  SIMULATION_EVENTS,
  SIMULATION_INPUT_WRITTEN,
  SIMULATION_LINK_RECORDS,
  SIMULATION_MESSAGES,
  SIMULATION_OFF_CHIP_IN,
  SIMULATION_OFF_CHIP_OUT,
  SIMULATION_OUTPUT_READ,
  SIMULATION_OUTPUT_WRITTEN,
  SIMULATION_TILE_RECORDS,
  TILE_GPEU_BUSY,
  TILE_INPUT_PEAK,
  TILE_OUTPUT_PEAK,
  TILE_WORDS,
} from '../../assembly/simulation/layout.ts';
import { engineModule } from '../engine/module.ts';
import { ClsaCimError } from '../errors.ts';
import { deadlockOf, type SimulationDeadlock } from './engine-deadlock.ts';
import { EngineMemory } from './engine-memory.ts';
import { flatten } from './flatten.ts';
import type { SimulationGraph } from './graph.ts';

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
  /** Results that were sent, and partial sums. */
  readonly messages: number;
  /** Things that were over (computations, messages), and entries of messages into links. */
  readonly events: number;
  readonly moved: MovedBits;
  /** Where nothing could happen any more, though sets or messages were left; all else counts what happened until then. */
  readonly deadlock?: SimulationDeadlock;
}

/** What a node did. */
export interface NodeRun {
  /** First start and last finish of a set; -1 for none. */
  readonly startCycle: number;
  readonly endCycle: number;
  /** Cycles of all copies together; of a join, cycles of the GPEU. */
  readonly computeCycles: number;
  /**
   * The time until the first start and between the starts of one set and the next, by what was met last: values (or
   * the layer before), room in the output buffer, a free copy (of a join: its GPEU task before).
   */
  readonly waitDataCycles: number;
  readonly waitSpaceCycles: number;
  readonly waitCopyCycles: number;
  /** What all sets waited in the queue of a GPEU, and in those of the off-chip port. */
  readonly waitGpeuCycles: number;
  readonly waitOffChipCycles: number;
  /** What all results waited for room in input buffers, and what messages waited for links. */
  readonly waitSendCycles: number;
  readonly waitLinkCycles: number;
  /** Start and finish of every set (set k of inference i at k + i·n), -1 for none; with `keepSets`. */
  readonly starts?: Float64Array;
  readonly finishes?: Float64Array;
}

export interface LinkRun {
  readonly bits: number;
  /** How long messages held it. */
  readonly busyCycles: number;
}

export interface TileRun {
  readonly inputPeakBits: number;
  readonly outputPeakBits: number;
  readonly gpeuBusyCycles: number;
}

/** Bits written to and read from buffers (for reads of input buffers see `readBits`), and through the off-chip port. */
export interface MovedBits {
  readonly inputWrittenBits: number;
  readonly outputWrittenBits: number;
  readonly outputReadBits: number;
  readonly offChipInBits: number;
  readonly offChipOutBits: number;
}

export interface SimulateOptions {
  /** Keep the start and the finish of every set. */
  readonly keepSets?: boolean;
}

/** What assembly/index.ts exports. */
interface EngineExports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory & { readonly buffer: ArrayBuffer };
  reserve(words: number): number;
  simulate(address: number): number;
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
  shared.play();
  const run = shared.run();
  if (shared.bytes > KEPT_BYTES) shared = undefined;
  return run;
}

/** An instance of the engine, and the simulation that is loaded into it. */
export class SimulationEngine {
  #instance: EngineExports | undefined;
  #graph: SimulationGraph | undefined;
  #keepsSets = false;
  #address = 0;

  /** Bytes of memory of the instance. */
  get bytes(): number {
    return this.#instance?.memory.buffer.byteLength ?? 0;
  }

  /**
   * Loads a graph.
   *
   * @throws ClsaCimError where it does not fit memory.
   */
  load(graph: SimulationGraph, { keepSets = false }: SimulateOptions = {}): void {
    const words = flatten(graph, keepSets);
    this.#address = this.#call((instance) => instance.reserve(words.length)) >>> 0;
    new Int32Array(this.#exports().memory.buffer).set(words, this.#address >>> 2);
    this.#graph = graph;
    this.#keepsSets = keepSets;
  }

  /**
   * Plays what is loaded, from cycle 0 on.
   *
   * @throws ClsaCimError where its state does not fit memory.
   */
  play(): void {
    if (!this.#call((instance) => instance.simulate(this.#address))) {
      throw new Error(`the words at ${this.#address} are no simulation of this version of the engine`);
    }
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
      moved: {
        inputWrittenBits: header(SIMULATION_INPUT_WRITTEN),
        outputWrittenBits: header(SIMULATION_OUTPUT_WRITTEN),
        outputReadBits: header(SIMULATION_OUTPUT_READ),
        offChipInBits: header(SIMULATION_OFF_CHIP_IN),
        offChipOutBits: header(SIMULATION_OFF_CHIP_OUT),
      },
      ...(deadlock && { deadlock }),
    };
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

function nodeRun(memory: EngineMemory, record: number, keepsSets: boolean): NodeRun {
  const instances = memory.word(record, NODE_INSTANCES);
  return {
    startCycle: memory.wide(record, NODE_START),
    endCycle: memory.wide(record, NODE_END),
    computeCycles: memory.wide(record, NODE_COMPUTE),
    waitDataCycles: memory.wide(record, NODE_WAIT_DATA),
    waitSpaceCycles: memory.wide(record, NODE_WAIT_ROOM),
    waitCopyCycles: memory.wide(record, NODE_WAIT_COPY),
    waitGpeuCycles: memory.wide(record, NODE_WAIT_GPEU),
    waitOffChipCycles: memory.wide(record, NODE_WAIT_PORT),
    waitSendCycles: memory.wide(record, NODE_WAIT_SEND),
    waitLinkCycles: memory.wide(record, NODE_WAIT_LINK),
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
    inputPeakBits: memory.wide(record, TILE_INPUT_PEAK),
    outputPeakBits: memory.wide(record, TILE_OUTPUT_PEAK),
    gpeuBusyCycles: memory.wide(record, TILE_GPEU_BUSY),
  };
}
