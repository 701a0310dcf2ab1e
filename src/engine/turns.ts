import {
  Slice,
  SliceWide,
  Turns,
  TurnsWide,
  WriterState,
  WritingMode,
} from '../../assembly/schedule/layout.ts';
import type { EngineExports } from './exports.ts';
import type { EngineMemory, EngineRecord } from './memory.ts';

/** A base layer, or a slice of one, for the engine. */
export interface TurnsSlice {
  /** Index of the layer of the problem. */
  readonly layer: number;
  /** Index of its round. */
  readonly round: number;
  /** PEs of a copy. */
  readonly pes: number;
  /** Copies; those beyond the sets of a group stay without work. */
  readonly copies: number;
  /** The most copies that it will have; as many as it has by default. */
  readonly mostCopies?: number;
}

/** How groups of inferences run on a chip (spec.md section 9). */
export interface TurnsSetup {
  /** All base layers or their slices, in order. */
  readonly slices: readonly TurnsSlice[];
  /** Most inferences of a group. */
  readonly inferences: number;
  /** How weights are written; undefined where all are there from the start and stay. */
  readonly writing?: {
    /** A round when the one before it is finished, or a PE as soon as one is free. */
    readonly mode: 'barrier' | 'rolling';
    /** PEs of the chip. */
    readonly pes: number;
    /** How many of them are written at a time. */
    readonly parallel: number;
    /** Cycles to write one. */
    readonly writeCycles: number;
  };
}

const MODES = { barrier: WritingMode.BARRIER, rolling: WritingMode.ROLLING } as const;

/** What {@link EngineTurns} needs of the engine that it belongs to. */
export interface TurnsHost {
  /** Memory as it is now. */
  memory(): EngineMemory;
  /** Calls into the instance. */
  call<T>(work: (exports: EngineExports) => T): T;
  /** Sets of a layer of the problem in one inference. */
  setsOf(layer: number): number;
  /** Times have 64 bits. */
  readonly isWide: boolean;
  /** Cycles from when a copy is done with a set to its result. */
  readonly resultDelay: number;
}

type SliceRecord = EngineRecord<Slice, SliceWide>;

/** Groups of inferences of the problem of an engine, one after the other; see `Engine.openTurns`. */
export class EngineTurns {
  readonly #host: TurnsHost;
  readonly #address: number;

  /** @internal `Engine.openTurns` makes one. */
  constructor(host: TurnsHost, setup: TurnsSetup) {
    this.#host = host;
    const { slices, inferences, writing } = setup;
    const words = Turns.WORDS + slices.length * Slice.WORDS;
    this.#address = host.call((exports) => exports.reserveTurns(words)) >>> 0;
    const memory = host.memory();
    const turns = memory.record<Turns, TurnsWide>(this.#address);
    turns.setWord(Turns.SLICES, slices.length);
    turns.setWord(Turns.MODE, writing === undefined ? WritingMode.NONE : MODES[writing.mode]);
    turns.setWord(Turns.INFERENCES, inferences);
    turns.setWide(TurnsWide.PES, writing?.pes ?? 0);
    turns.setWide(TurnsWide.PARALLEL, writing?.parallel ?? 0);
    turns.setWide(TurnsWide.WRITE_CYCLES, writing?.writeCycles ?? 0);
    slices.forEach((slice, i) => {
      const record = this.#slice(i, memory);
      record.setWord(Slice.LAYER, slice.layer);
      record.setWord(Slice.ROUND, slice.round);
      // Where weights take turns, copies beyond the sets of a group are never written.
      const used = writing === undefined ? Infinity : host.setsOf(slice.layer) * inferences;
      const most = Math.min(slice.mostCopies ?? slice.copies, used);
      record.setWord(Slice.COPIES, Math.min(slice.copies, most));
      record.setWord(Slice.MOST_COPIES, most);
      record.setWide(SliceWide.PES, slice.pes);
    });
    host.call((exports) => exports.openTurns(this.#address, host.isWide));
  }

  /** Schedules the next group; returns its last finish, in cycles. As soon as one is after `limit` the rest is left out. */
  scheduleGroup(inferences: number, isFirst: boolean, limit = Infinity): number {
    return this.#host.call((exports) => exports.scheduleGroup(inferences, isFirst, limit));
  }

  /** Begins again with a chip of which nothing is written; the next group is the first. */
  restart(): void {
    this.#host.call((exports) => exports.restartWriter());
  }

  /** `rolling`: what the next group depends on (`WriterState` of assembly/schedule/layout.ts); a copy. */
  writerState(): Float64Array {
    const address = this.#host.call((exports) => exports.writerState()) >>> 0;
    const memory = this.#host.memory();
    const head = memory.wides(address, WriterState.RUNS);
    const runs = head[WriterState.FREE_RUNS]! + head[WriterState.WINDOW_RUNS]!;
    return memory.wides(address, WriterState.RUNS + 2 * runs);
  }

  /** Cycles so far in which at least one PE was written. */
  get writingCycles(): number {
    return this.#host.call((exports) => exports.writingCycles());
  }

  /** Gives a slice other copies, of which no more count than it was said to have at most; before the first group or a {@link restart}. */
  setCopies(slice: number, copies: number): void {
    const record = this.#slice(slice);
    record.setWord(Slice.COPIES, Math.min(copies, record.word(Slice.MOST_COPIES)));
  }

  /**
   * The makespan in cycles of a group in a round of the slices from `first` to `end`, by itself from cycle 0 on;
   * Infinity where it is more than `limit`. All slices before `first` have to be forgotten.
   */
  roundCycles(first: number, end: number, isWritten: boolean, limit = Infinity): number {
    return this.#host.call((exports) => exports.roundCycles(first, end, isWritten, limit));
  }

  /** Takes a slice as finished before the start, for {@link roundCycles} of those behind it. */
  forgetSlice(slice: number): void {
    this.#host.call((exports) => exports.forgetSlice(slice));
  }

  /** First start of a slice in the last group, in cycles. */
  startCycle(slice: number): number {
    return this.#slice(slice).wide(SliceWide.START);
  }

  /** Last finish of a slice in the last group, in cycles. */
  endCycle(slice: number): number {
    return this.#slice(slice).wide(SliceWide.END);
  }

  /** Finishes of the sets of a slice in the last group of so many inferences, in cycles; a copy. */
  finishes(slice: number, inferences: number): Int32Array | Float64Array {
    const record = this.#slice(slice);
    const count = inferences * this.#host.setsOf(record.word(Slice.LAYER));
    return this.#times(record.pointer(Slice.TIMES), count);
  }

  /** When each of the first `copies` copies of a slice was ready in the last group, in cycles; a copy. */
  ready(slice: number, copies: number): Float64Array {
    const times = this.#slice(slice).pointer(Slice.TIMES);
    const bytes = copies * (this.#host.isWide ? 8 : 4);
    return Float64Array.from(this.#times(times - bytes, copies), (time) => time - this.#host.resultDelay);
  }

  #times(address: number, count: number): Int32Array | Float64Array {
    const memory = this.#host.memory();
    return this.#host.isWide ? memory.wides(address, count) : memory.words(address, count);
  }

  #slice(i: number, memory = this.#host.memory()): SliceRecord {
    return memory.recordOf<Slice, SliceWide>(this.#address + Turns.WORDS * 4, i, Slice.WORDS);
  }
}
