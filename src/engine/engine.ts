import { Header, Layer, LayerWide, Source, Templates } from '../../assembly/schedule/layout.ts';
import { ClsaCimError } from '../errors.ts';
import type { EngineExports } from './exports.ts';
import { EngineInstance } from './instance.ts';
import type { EngineMemory, EngineRecord } from './memory.ts';
import { isWide, mostCycles, type ProblemSize, problemSize } from './problem-size.ts';
import { EngineTurns, type TurnsSetup } from './turns.ts';

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

/** How an engine works, which changes no result. */
export interface EngineOptions {
  /** Count cycles in 64 bits even where 32 hold them. */
  readonly alwaysWide?: boolean;
  /** Of which layers lines that repeat others are not computed (assembly/schedule/templates.ts). */
  readonly templates?: keyof typeof TEMPLATES;
}

const TEMPLATES = {
  'where faster': Templates.WHERE_FASTER,
  always: Templates.ALWAYS,
  never: Templates.NEVER,
} as const;

/** Times that need more than this cannot fit into the 4 GiB of an instance, whatever else lies there. */
const MAX_TIME_BYTES = 2 ** 32 - 2 ** 16;

const OUT_OF_MEMORY =
  'the network has more sets or larger maps than memory holds (4 GiB at most); use coarser sets, such as ' +
  'granularity row, or a smaller input';

/**
 * One instance of the Wasm engine and the problem that is loaded into it (see assembly/schedule/layout.ts). An
 * engine is reused for one problem after the other; what it returned for the one before is void then.
 */
export class Engine {
  readonly #instance = new EngineInstance(OUT_OF_MEMORY);
  #hasProblem = false;
  #size: ProblemSize | undefined;
  #resultDelay = 0;
  #isWide = false;
  #isUpdating = false;
  /** Of each base layer: the address of its copies, and how many sets it has. */
  #bases = { copiesAt: new Float64Array(), sets: new Int32Array() };
  readonly #alwaysWide: boolean;
  readonly #templates: Templates;

  /** @param options For tests and benchmarks: the result is the same. */
  constructor(options: EngineOptions = {}) {
    this.#alwaysWide = options.alwaysWide ?? false;
    this.#templates = TEMPLATES[options.templates ?? 'where faster'];
  }

  /** True from {@link load} on, until the instance traps or its memory is given back. */
  get hasProblem(): boolean {
    return this.#hasProblem;
  }

  /**
   * Stages I and II: loads a problem and finds what every set waits for. Schedules with other copies start at
   * Stage III from then on.
   *
   * @throws ClsaCimError where memory does not hold the tables.
   */
  load(problem: Int32Array): void {
    const size = problemSize(problem);
    const wide = isWide(mostCycles(size, 0), size, 0) || this.#alwaysWide;
    demandRoom(size.sets, wide);
    this.#forget();
    this.#size = size;
    this.#resultDelay = 0;
    this.#isWide = wide;
    this.#instance.load(problem);
    this.#instance.memory.record<Header>(this.#instance.start).setWord(Header.TEMPLATES, this.#templates);
    this.#analyse();
    this.#hasProblem = true;
    this.#findBases();
  }

  /**
   * Says how many cycles pass from when a copy is done with a set to its result: λ - 1 of spec.md section 4, 0 unless
   * MVMs overlap. Holds for all schedules from now on, until another problem is loaded.
   *
   * @throws ClsaCimError where cycles may need more than 53 bits.
   */
  setResultDelay(cycles: number): void {
    const size = this.#requireProblem();
    if (cycles === this.#resultDelay) return;
    this.#isUpdating = false;
    this.#isWide = isWide(mostCycles(size, cycles), size, cycles) || this.#alwaysWide;
    demandRoom(size.sets, this.#isWide);
    this.#resultDelay = cycles;
    this.#memory().record<Header>(this.#instance.start).setWord(Header.RESULT_DELAY, cycles);
  }

  /**
   * @internal Makes ready to schedule groups of inferences of the problem that is loaded (spec.md sections 4 and 9). What it gives
   * is void with the next schedule, update or load.
   *
   * @param mostCyclesOfAll No schedule of all groups is longer.
   * @throws ClsaCimError where memory does not hold the sets of a group, or cycles need more than 53 bits.
   */
  openTurns(setup: TurnsSetup, mostCyclesOfAll: number): EngineTurns {
    return namingGroup(setup.inferences, () => this.#openTurns(setup, mostCyclesOfAll));
  }

  #openTurns(setup: TurnsSetup, mostCyclesOfAll: number): EngineTurns {
    const size = this.#requireProblem();
    this.#isUpdating = false;
    const wide = isWide(mostCyclesOfAll, size, this.#resultDelay) || this.#alwaysWide;
    demandRoom(size.sets * setup.inferences, wide);
    const host = {
      memory: () => this.#memory(),
      call: <T>(work: (exports: EngineExports) => T) => this.#call(work),
      setsOf: (layer: number) => setsOf(this.#record(layer)),
      isWide: wide,
      resultDelay: this.#resultDelay,
    };
    return new EngineTurns(host, setup);
  }

  /** Where the copies of each base layer lie, and how many sets it has. */
  #findBases(): void {
    const copiesAt: number[] = [];
    const sets: number[] = [];
    for (let layer = 0; layer < this.#layerCount(); layer++) {
      const record = this.#record(layer);
      if (record.word(Layer.IS_BASE) === 0) continue;
      copiesAt.push(record.address + Layer.COPIES * 4);
      sets.push(setsOf(record));
    }
    this.#bases = { copiesAt: Float64Array.from(copiesAt), sets: Int32Array.from(sets) };
  }

  /** Stages I and II again, of the problem that is loaded. */
  analyse(): void {
    this.#requireProblem();
    this.#analyse();
  }

  #analyse(): void {
    this.#isUpdating = false;
    if (!this.#call((exports) => exports.analyse(this.#instance.start))) {
      throw new Error('these words are no problem of this version of the engine');
    }
  }

  /**
   * Stages III and IV of the problem that is loaded.
   *
   * @param copies Copies of each base layer, in order; at least 1. More than a layer has sets are idle.
   * @returns The last finish of all layers in cycles.
   * @throws ClsaCimError where copies are missing or no whole numbers from 1 on, or memory does not hold the sets.
   */
  schedule(copies: ArrayLike<number>): number {
    this.#setAllCopies(copies);
    return this.reschedule();
  }

  #setAllCopies(copies: ArrayLike<number>): void {
    this.#requireProblem();
    const { memory } = this.#instance;
    const { copiesAt, sets } = this.#bases;
    for (let base = 0; base < sets.length; base++) {
      memory.setWord(copiesAt[base]!, Math.min(checkedCopies(copies, base), sets[base]!));
    }
  }

  /** Stages III and IV again, with the copies of the last {@link schedule}; returns the last finish of all layers in cycles. */
  reschedule(): number {
    this.#requireProblem();
    this.#isUpdating = false;
    return this.#call((exports) => exports.schedule(this.#isWide));
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
    this.#call((exports) => exports.openUpdates(this.#isWide));
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
    if (!this.#isUpdating) throw new Error('call openUpdates first');
    return this.#instance.exports;
  }

  /** Start of the first set of a layer of the problem, in cycles. */
  startCycle(layer: number): number {
    return this.#record(layer).wide(LayerWide.START);
  }

  /** Finish of the last set of a layer of the problem, in cycles. */
  endCycle(layer: number): number {
    return this.#record(layer).wide(LayerWide.END);
  }

  /** Finish of every set of a layer of the problem, in cycles; a copy. */
  finishes(layer: number): Int32Array | Float64Array {
    const times = this.#call((exports) => exports.timesOf(this.#record(layer).address)) >>> 0;
    const record = this.#record(layer);
    const memory = this.#memory();
    return this.#isWide ? memory.wides(times, setsOf(record)) : memory.words(times, setsOf(record));
  }

  /** The record of a layer of the problem (see assembly/schedule/layout.ts), as the analysis filled it in; a copy. */
  layerRecord(layer: number): Int32Array {
    return this.#instance.memory.words(this.#record(layer).address, Layer.WORDS);
  }

  /**
   * What a layer waits for, as the analysis found it: stored layers, and per row and column of the layer's
   * sets the last row and column of theirs, -1 for none; and the last that is not cut.
   */
  sources(layer: number): EngineSource[] {
    const record = this.#record(layer);
    const { memory } = this.#instance;
    const rows = record.word(Layer.SET_ROWS);
    const columns = record.word(Layer.SET_COLUMNS);
    return Array.from({ length: record.word(Layer.SOURCE_COUNT) }, (_, i) => {
      const source = memory.recordOf<Source>(record.pointer(Layer.SOURCES), i, Source.WORDS);
      return {
        layer: source.word(Source.LAYER),
        rows: memory.words(source.pointer(Source.ROWS), rows),
        columns: memory.words(source.pointer(Source.COLUMNS), columns),
        fullRows: memory.words(source.pointer(Source.ROWS_FULL), rows),
        fullColumns: memory.words(source.pointer(Source.COLUMNS_FULL), columns),
      };
    });
  }

  /** Gives back the memory of a large problem; a small one stays, to start the next from it. */
  release(): void {
    if (!this.#instance.isLarge) return;
    this.#instance.drop();
    this.#forget();
  }

  /** Gives back what it has; the next one who needs an engine starts from its memory, unless that is large. */
  dispose(): void {
    this.#instance.release();
    this.#forget();
  }

  #forget(): void {
    this.#hasProblem = false;
    this.#isUpdating = false;
  }

  /** Memory of the instance, which has a problem loaded. */
  #memory(): EngineMemory {
    this.#requireProblem();
    return this.#instance.memory;
  }

  #requireProblem(): ProblemSize {
    if (this.#hasProblem && this.#size !== undefined) return this.#size;
    throw new Error('the engine has no problem loaded; call load first');
  }

  #layerCount(): number {
    return this.#memory().record<Header>(this.#instance.start).word(Header.LAYERS);
  }

  #record(layer: number, memory = this.#memory()): LayerRecord {
    const first = this.#instance.start + Header.WORDS * 4;
    return memory.recordOf<Layer, LayerWide>(first, layer, Layer.WORDS);
  }

  /** Calls into the instance; where it traps there is no problem any more. */
  #call<T>(work: (exports: EngineExports) => T): T {
    try {
      return this.#instance.call(work);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }
}

/** @throws ClsaCimError where so many times cannot fit into an instance, whatever else lies there. */
function demandRoom(sets: number, wide: boolean): void {
  if (sets * (wide ? 8 : 4) <= MAX_TIME_BYTES) return;
  throw new ClsaCimError(OUT_OF_MEMORY, 'input', { code: 'OUT_OF_MEMORY' });
}

/** Opens a group; where memory does not hold it, the error says what of it is at fault. */
function namingGroup<T>(inferences: number, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (inferences === 1 || !(error instanceof ClsaCimError) || error.code !== 'OUT_OF_MEMORY') throw error;
    throw error.withMessage(
      `a group of ${inferences} inferences has more sets than memory holds (4 GiB at most); use smaller groups, or ` +
        'coarser sets, such as granularity row',
    );
  }
}

type LayerRecord = EngineRecord<Layer, LayerWide>;

function setsOf(record: LayerRecord): number {
  return record.word(Layer.SET_ROWS) * record.word(Layer.SET_COLUMNS);
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
