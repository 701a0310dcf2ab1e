/**
 * Runs of one graph with other figures of the chip, of which a second thread plays some: one thread takes the first that nobody has,
 * the other the last. Which thread plays a run makes no difference to it. Where nobody has said how to start a thread, there is none.
 */
import { EngineInstance } from '../../engine/instance.ts';
import { engineModule, useEngine } from '../../engine/module.ts';
import { cyclesOf, playWords, prepareWords } from './play-words.ts';

/** The words of a graph, as the engine plays it, and those of its records that are other on other chips. */
export interface ReplayWords {
  readonly words: Int32Array;
  /** Per run: the words that take the place of the first ones. */
  readonly records: readonly Int32Array[];
  /** Whether windows of input buffers have to be found first. */
  readonly hasWindows: boolean;
}

/** What the second thread gets. */
export interface ThreadWork extends ReplayWords {
  readonly module: WebAssembly.Module;
  readonly shared: SharedArrayBuffer;
}

/** Starts a thread that calls {@link playLastRuns}; false where there can be none. */
export type StartThread = (work: ThreadWork) => boolean;

/** When a second thread is used. */
interface ThreadLimits {
  /** Runs of fewer events together take less time than starting a thread saves. */
  readonly leastEvents?: number;
  /** A thread that has not gone on for so long has died, and is not waited for. */
  readonly silentMs?: number;
}

let startThread: StartThread | undefined;
let limits: Required<ThreadLimits>;

/** Says how a second thread is started, whose work the first one may wait for; undefined for no more. */
export function useSecondThread(
  start: StartThread | undefined,
  { leastEvents = 2 ** 21, silentMs = 10_000 }: ThreadLimits = {},
): void {
  startThread = start;
  limits = { leastEvents, silentMs };
}

/** True where a second thread is worth its start for runs of so many events together. */
export function isThreadWorthIt(events: number): boolean {
  return startThread !== undefined && events >= limits.leastEvents;
}

/** What becomes of a run: nobody has it; somebody plays it; its cycles are known; it came to no end there, or failed. */
enum State {
  FREE,
  TAKEN,
  DONE,
  OPEN,
}

/** Who has which run, and the cycles of those that are over: memory that both threads see. */
class RunTable {
  /** Rounds that the second thread has played, then a {@link State} of each run. */
  readonly #states: Int32Array;
  readonly #cycles: Float64Array;

  constructor(shared: SharedArrayBuffer, runs: number) {
    this.#cycles = new Float64Array(shared, 0, runs);
    this.#states = new Int32Array(shared, runs * Float64Array.BYTES_PER_ELEMENT, runs + 1);
  }

  static bytes(runs: number): number {
    return runs * Float64Array.BYTES_PER_ELEMENT + (runs + 1) * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Takes a run that nobody has. */
  take(run: number): boolean {
    return Atomics.compareExchange(this.#states, run + 1, State.FREE, State.TAKEN) === State.FREE;
  }

  /** Tells the first thread that the second one is there. */
  beat(): void {
    Atomics.add(this.#states, 0, 1);
  }

  /** @param cycles Undefined where the first thread has to play the run. */
  end(run: number, cycles: number | undefined): void {
    this.#cycles[run] = cycles ?? 0;
    Atomics.store(this.#states, run + 1, cycles === undefined ? State.OPEN : State.DONE);
    Atomics.notify(this.#states, run + 1);
  }

  /** Waits for a run that the other thread has taken; undefined where that does not end it. */
  cyclesOf(run: number): number | undefined {
    for (;;) {
      const beats = Atomics.load(this.#states, 0);
      Atomics.wait(this.#states, run + 1, State.TAKEN, limits.silentMs);
      const state = Atomics.load(this.#states, run + 1);
      if (state !== State.TAKEN) return state === State.DONE ? this.#cycles[run] : undefined;
      if (beats === Atomics.load(this.#states, 0)) return undefined;
    }
  }
}

/** Runs that a second thread plays from the last one on. */
export class SharedRuns {
  readonly #table: RunTable;

  private constructor(table: RunTable) {
    this.#table = table;
  }

  /** Starts the thread; undefined where there is none. */
  static start(words: ReplayWords): SharedRuns | undefined {
    const runs = words.records.length;
    const shared = new SharedArrayBuffer(RunTable.bytes(runs));
    const isStarted = startThread?.({ ...words, module: engineModule(), shared }) === true;
    return isStarted ? new SharedRuns(new RunTable(shared, runs)) : undefined;
  }

  /** Clock cycles of a run; undefined where it is left to who asks, from now on. */
  cyclesOf(run: number): number | undefined {
    return this.#table.take(run) ? undefined : this.#table.cyclesOf(run);
  }
}

/** What the second thread does: plays runs from the last one on, until the first thread has the others. */
export function playLastRuns({ module, shared, ...loaded }: ThreadWork): void {
  const { words, records, hasWindows } = loaded;
  const table = new RunTable(shared, records.length);
  useEngine(module);
  const instance = new EngineInstance('');
  instance.load(words);
  if (hasWindows) prepareWords(instance);
  for (let run = records.length - 1; run >= 0 && table.take(run); run--) {
    let cycles: number | undefined;
    try {
      instance.memory.write(instance.start, records[run]!);
      playWords(instance, { report: () => table.beat() });
      cycles = instance.exports.isStuck() ? undefined : cyclesOf(instance);
    } finally {
      table.end(run, cycles);
    }
  }
}
