import { instantiateSync } from '@assemblyscript/loader';
import {
  HEADER_LAYERS,
  HEADER_WORDS,
  LAYER_COPIES,
  LAYER_END,
  LAYER_HEIGHT,
  LAYER_IS_BASE,
  LAYER_SET_COLUMNS,
  LAYER_SET_HEIGHT,
  LAYER_SET_ROWS,
  LAYER_SET_WIDTH,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  LAYER_START,
  LAYER_TIMES,
  LAYER_WIDTH,
  LAYER_WORDS,
  SOURCE_COLUMNS,
  SOURCE_COLUMNS_FULL,
  SOURCE_LAYER,
  SOURCE_ROWS,
  SOURCE_ROWS_FULL,
  SOURCE_WORDS,
} from '../../assembly/layout.ts';
import { ClsaCimError } from '../errors.ts';
import { engineModule } from './module.ts';

/** What assembly/index.ts exports. */
interface EngineExports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory;
  reserve(words: number): number;
  analyse(address: number): number;
  schedule(wide: boolean): void;
  openUpdates(wide: boolean): void;
  setCopies(layer: number, copies: number): void;
  setTail(layer: number, cycles: number): void;
  update(wide: boolean, limit: number): number;
  undo(wide: boolean): void;
  isExhausted(): number;
  hasTooManySources(): number;
}

/** What a layer waits for in one stored layer (see {@link Engine.sources}). */
export interface EngineSource {
  /** Index of the layer that is waited for. */
  readonly layer: number;
  /** Per row of the one that waits: the last row of sets that it waits for; -1 for none. */
  readonly rows: Int32Array;
  /** The same for columns. */
  readonly columns: Int32Array;
  /** Per row of the one that waits: the last row that is not cut; -1 for none. */
  readonly fullRows: Int32Array;
  /** The same for columns. */
  readonly fullColumns: Int32Array;
}

/** An instance that has grown beyond this is dropped when its work is done, and its memory with it. */
const KEPT_BYTES = 64 * 2 ** 20;
/** Cycle counts below this are kept in 32 bits. A vector looks up to four sets ahead. */
const NARROW_LIMIT = 2 ** 31;
const LOOKAHEAD_SETS = 4;
/** Times that need more than this cannot fit into the 4 GiB of an instance, whatever else lies there. */
const MAX_TIME_BYTES = 2 ** 32 - 2 ** 16;

/**
 * One instance of the Wasm engine and the problem that is loaded into it (see assembly/layout.ts). An
 * engine is reused for one problem after the other; what it returned for the one before is void then.
 */
export class Engine {
  #instance: EngineExports | undefined;
  #loaded: Int32Array | undefined;
  #address = 0;
  #isWide = false;
  #isUpdating = false;
  readonly #alwaysWide: boolean;

  /** @param options `alwaysWide`: count cycles in 64 bits even where 32 hold them; the result is the same. */
  constructor(options: { readonly alwaysWide?: boolean } = {}) {
    this.#alwaysWide = options.alwaysWide ?? false;
  }

  /**
   * Stages I and II: loads a problem and finds what every set waits for. Does nothing where the same
   * problem is loaded already, so that schedules with other copies start at Stage III.
   *
   * @throws ClsaCimError where memory does not hold the tables.
   */
  load(problem: Int32Array): void {
    if (this.#loaded === problem) return;
    const wide = isWide(problem) || this.#alwaysWide;
    if (timeBytes(problem, wide) > MAX_TIME_BYTES) throw outOfMemory();
    this.#loaded = undefined;
    this.#isWide = wide;
    this.#address = this.#call((instance) => instance.reserve(problem.length)) >>> 0;
    new Int32Array(this.#instantiate().memory.buffer).set(problem, this.#address >>> 2);
    this.#analyse();
    this.#loaded = problem;
  }

  /** Stages I and II again, of the problem that is loaded. */
  analyse(): void {
    this.#requireProblem();
    this.#analyse();
  }

  #analyse(): void {
    this.#isUpdating = false;
    if (!this.#call((instance) => instance.analyse(this.#address))) {
      throw new Error(`the words at ${this.#address} are no problem of this version of the engine`);
    }
  }

  /**
   * Stages III and IV of the problem that is loaded.
   *
   * @param copies Copies of each base layer, in order; at least 1. More than a layer has sets are idle.
   * @throws ClsaCimError where copies are missing or no whole numbers from 1 on, or memory does not hold the sets.
   */
  schedule(copies: ArrayLike<number>): void {
    this.#setAllCopies(copies);
    this.reschedule();
  }

  #setAllCopies(copies: ArrayLike<number>): void {
    const words = this.#words();
    let base = 0;
    for (let layer = 0; layer < this.#layerCount(); layer++) {
      const record = this.#record(layer);
      if (words[record + LAYER_IS_BASE] === 0) continue;
      const sets = words[record + LAYER_SET_ROWS]! * words[record + LAYER_SET_COLUMNS]!;
      words[record + LAYER_COPIES] = Math.min(checkedCopies(copies, base++), sets);
    }
  }

  /** Stages III and IV again, with the copies of the last {@link schedule}. */
  reschedule(): void {
    this.#requireProblem();
    this.#isUpdating = false;
    this.#call((instance) => instance.schedule(this.#isWide));
  }

  /**
   * Stages III and IV of the problem that is loaded, with the most copies that each base layer will have in
   * the {@link update}s that follow. They end with the next {@link schedule} or {@link load}.
   *
   * @param most Copies of each base layer, in order; at least 1. More than a layer has sets are never used.
   * @throws ClsaCimError as {@link schedule}. Times are kept twice.
   */
  openUpdates(most: ArrayLike<number>): void {
    this.#setAllCopies(most);
    this.#call((instance) => instance.openUpdates(this.#isWide));
    this.#isUpdating = true;
  }

  /** Gives layer `layer` of the problem other copies, from 1 to the most of {@link openUpdates}; for the next {@link update}. */
  setCopies(layer: number, copies: number): void {
    this.#updating().setCopies(layer, copies);
  }

  /** Says that from the last finish of layer `layer` to the end at least `cycles` cycles pass; 0 by default. */
  setTail(layer: number, cycles: number): void {
    this.#updating().setTail(layer, cycles);
  }

  /**
   * Stages III and IV again of those layers that the copies set since the last update can affect; all others
   * keep their times. Equal to a {@link schedule} of all layers.
   *
   * @param limit Gives up as soon as it is known that the schedule ends later than this.
   * @returns The last finish of all layers in cycles; Infinity where it gave up, which has to be undone.
   */
  update(limit = Infinity): number {
    return this.#updating().update(this.#isWide, limit);
  }

  /** Goes back to before the last {@link update}, and takes back copies that were set since; not twice in a row. */
  undo(): void {
    this.#updating().undo(this.#isWide);
  }

  #updating(): EngineExports {
    if (!this.#isUpdating || this.#instance === undefined) throw new Error('call openUpdates first');
    return this.#instance;
  }

  /** Start of the first set of a layer of the problem, in cycles. */
  startCycle(layer: number): number {
    return this.#cycles(layer, LAYER_START);
  }

  /** Finish of the last set of a layer of the problem, in cycles. */
  endCycle(layer: number): number {
    return this.#cycles(layer, LAYER_END);
  }

  /** Finish of every set of a layer of the problem, in cycles; a copy. */
  finishes(layer: number): Int32Array | Float64Array {
    const words = this.#words();
    const record = this.#record(layer);
    const address = words[record + LAYER_TIMES]! >>> 0;
    const sets = words[record + LAYER_SET_ROWS]! * words[record + LAYER_SET_COLUMNS]!;
    if (!this.#isWide) return words.slice(address >>> 2, (address >>> 2) + sets);
    return Float64Array.from(new BigInt64Array(words.buffer, address, sets), Number);
  }

  /** The record of a layer of the problem (see assembly/layout.ts), as the analysis filled it in; a copy. */
  layerRecord(layer: number): Int32Array {
    return this.#words().slice(this.#record(layer), this.#record(layer) + LAYER_WORDS);
  }

  /**
   * What a layer waits for, as the analysis found it: stored layers, and per row and column of the layer's
   * sets the last row and column of theirs, -1 for none; and the last that is not cut.
   */
  sources(layer: number): EngineSource[] {
    const words = this.#words();
    const record = this.layerRecord(layer);
    const table = (address: number, length: number) => words.slice(address >>> 2, (address >>> 2) + length);
    return Array.from({ length: record[LAYER_SOURCE_COUNT]! }, (_, i) => {
      const source = (record[LAYER_SOURCES]! >>> 2) + i * SOURCE_WORDS;
      return {
        layer: words[source + SOURCE_LAYER]!,
        rows: table(words[source + SOURCE_ROWS]!, record[LAYER_SET_ROWS]!),
        columns: table(words[source + SOURCE_COLUMNS]!, record[LAYER_SET_COLUMNS]!),
        fullRows: table(words[source + SOURCE_ROWS_FULL]!, record[LAYER_SET_ROWS]!),
        fullColumns: table(words[source + SOURCE_COLUMNS_FULL]!, record[LAYER_SET_COLUMNS]!),
      };
    });
  }

  /** Gives back the memory of a large problem; a small one stays, to start the next from it. */
  release(): void {
    if (this.#instance === undefined || this.#instance.memory.buffer.byteLength <= KEPT_BYTES) return;
    this.#instance = undefined;
    this.#loaded = undefined;
  }

  #instantiate(): EngineExports {
    this.#instance ??= instantiateSync<EngineExports>(engineModule()).exports;
    return this.#instance;
  }

  /** The words of memory, of an engine that has a problem loaded. */
  #words(): Int32Array {
    this.#requireProblem();
    return new Int32Array(this.#instantiate().memory.buffer);
  }

  #requireProblem(): void {
    if (this.#loaded === undefined) throw new Error('the engine has no problem loaded; call load first');
  }

  #layerCount(): number {
    return this.#words()[(this.#address >>> 2) + HEADER_LAYERS]!;
  }

  /** Index of a layer's record among the words of memory. */
  #record(layer: number): number {
    return (this.#address >>> 2) + HEADER_WORDS + layer * LAYER_WORDS;
  }

  #cycles(layer: number, word: number): number {
    const address = (this.#record(layer) + word) * 4;
    return Number(new DataView(this.#words().buffer).getBigInt64(address, true));
  }

  /** Calls into the instance, and drops it where it traps. */
  #call<T>(work: (instance: EngineExports) => T): T {
    const instance = this.#instantiate();
    try {
      return work(instance);
    } catch (error) {
      this.#instance = undefined;
      this.#loaded = undefined;
      if (instance.isExhausted()) throw outOfMemory();
      if (instance.hasTooManySources()) throw tooManySources();
      throw error;
    }
  }
}

/** The copies of base layer `base`; the loops of the engine do not end with fewer than one. */
function checkedCopies(copies: ArrayLike<number>, base: number): number {
  const value = copies[base];
  if (value !== undefined && Number.isInteger(value) && value >= 1) return value;
  throw new ClsaCimError(
    `copies of base layer ${base}: must be a whole number of 1 or more, found ${value}; give one for every base layer`,
    'usage',
  );
}

/**
 * True where cycles may need more than 32 bits. No schedule takes longer than all MVMs one after another.
 *
 * @throws ClsaCimError where they may need more than the 53 bits of an exact number.
 */
function isWide(problem: Int32Array): boolean {
  let cycles = 0;
  let largestSet = 0;
  for (let layer = 0; layer < problem[HEADER_LAYERS]!; layer++) {
    const record = HEADER_WORDS + layer * LAYER_WORDS;
    if (problem[record + LAYER_IS_BASE] === 0) continue;
    cycles += problem[record + LAYER_HEIGHT]! * problem[record + LAYER_WIDTH]!;
    largestSet = Math.max(
      largestSet,
      problem[record + LAYER_SET_HEIGHT]! * problem[record + LAYER_SET_WIDTH]!,
    );
  }
  if (!Number.isSafeInteger(cycles)) {
    throw new ClsaCimError(
      `the network has ${cycles} MVMs; more than 2^53 cannot be counted exactly`,
      'input',
      {
        code: 'TOO_LARGE',
      },
    );
  }
  return cycles + LOOKAHEAD_SETS * largestSet >= NARROW_LIMIT;
}

/** Bytes of the times of all base layers' sets. */
function timeBytes(problem: Int32Array, isWide: boolean): number {
  let sets = 0;
  for (let layer = 0; layer < problem[HEADER_LAYERS]!; layer++) {
    const record = HEADER_WORDS + layer * LAYER_WORDS;
    if (problem[record + LAYER_IS_BASE] === 0) continue;
    const rows = Math.ceil(problem[record + LAYER_HEIGHT]! / problem[record + LAYER_SET_HEIGHT]!);
    const columns = Math.ceil(problem[record + LAYER_WIDTH]! / problem[record + LAYER_SET_WIDTH]!);
    sets += rows * columns;
  }
  return sets * (isWide ? 8 : 4);
}

function tooManySources(): ClsaCimError {
  return new ClsaCimError(
    'the network has a layer that waits for thousands of others, or for one in thousands of ways; such a network ' +
      'cannot be scheduled, so check how the model was exported',
  );
}

function outOfMemory(): ClsaCimError {
  return new ClsaCimError(
    'the network has more sets or larger maps than memory holds (4 GiB at most); use coarser sets, such as ' +
      'granularity row, or a smaller input',
    'input',
    { code: 'OUT_OF_MEMORY' },
  );
}
