import { instantiateSync } from '@assemblyscript/loader';
import { ClsaCimError } from '../errors.ts';
import type { EngineExports } from './exports.ts';
import { EngineMemory } from './memory.ts';
import { engineModule } from './module.ts';

/** An instance that has grown beyond this is dropped when its work is done, and its memory with it. */
const KEPT_BYTES = 64 * 2 ** 20;
/** So many instances that nobody uses are kept, for whoever comes next. */
const KEPT_INSTANCES = 2;

const idle: EngineExports[] = [];

/**
 * The one door to Wasm: an instance of the engine with the words of a problem or of a simulation in it. It is
 * there from the first use on; where it traps it is dropped, and the next use starts with a new one.
 */
export class EngineInstance {
  #exports: EngineExports | undefined;
  #memory: EngineMemory | undefined;
  #start = 0;
  readonly #outOfMemory: string;

  /** @param outOfMemory What the error says where memory ends. */
  constructor(outOfMemory: string) {
    this.#outOfMemory = outOfMemory;
  }

  /** True from the first use on, until it is released or traps. */
  get isThere(): boolean {
    return this.#exports !== undefined;
  }

  /** Bytes of its memory that are in use. */
  get usedBytes(): number {
    return this.#exports?.usedBytes() ?? 0;
  }

  /** True where it has more memory than is worth keeping. */
  get isLarge(): boolean {
    return this.#exports !== undefined && this.#exports.memory.buffer.byteLength > KEPT_BYTES;
  }

  /** Address of the words that were reserved last. */
  get start(): number {
    return this.#start;
  }

  /** Drops whatever there is, and makes room for words at {@link start}; what lies there stays as it is. */
  reserve(words: number): void {
    this.#start = this.call((exports) => exports.reserve(words)) >>> 0;
  }

  /** Drops whatever there is, and writes words to {@link start}. */
  load(words: Int32Array): void {
    this.reserve(words.length);
    this.memory.write(this.#start, words);
  }

  /** Memory as it is now; to be asked for again after each {@link call}. */
  get memory(): EngineMemory {
    const { buffer } = this.#instantiate().memory;
    if (this.#memory?.buffer !== buffer) this.#memory = new EngineMemory(buffer);
    return this.#memory;
  }

  /** What it exports, for calls that cannot trap; others go through {@link call}. */
  get exports(): EngineExports {
    return this.#instantiate();
  }

  /**
   * Calls into the instance.
   *
   * @throws ClsaCimError where memory ends, or a layer has too many sources.
   */
  call<T>(work: (exports: EngineExports) => T): T {
    const exports = this.#instantiate();
    try {
      return work(exports);
    } catch (error) {
      this.drop();
      if (exports.isExhausted())
        throw new ClsaCimError(this.#outOfMemory, 'input', { code: 'OUT_OF_MEMORY' });
      if (exports.hasTooManySources()) throw tooManySources();
      throw error;
    }
  }

  /** Lets the next one who needs an instance have this one, unless it is large. */
  release(): void {
    const exports = this.#exports;
    if (exports !== undefined && !this.isLarge && idle.length < KEPT_INSTANCES) idle.push(exports);
    this.drop();
  }

  /** Gives the memory back. */
  drop(): void {
    this.#exports = undefined;
    this.#memory = undefined;
  }

  #instantiate(): EngineExports {
    this.#exports ??= idle.pop() ?? instantiate();
    return this.#exports;
  }
}

function instantiate(): EngineExports {
  try {
    return instantiateSync<EngineExports>(engineModule()).exports;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ClsaCimError(
      'the system gives the engine no memory: WebAssembly reserves some 10 GiB of addresses for it, few of which are used; allow more, ' +
        'where a shell or a batch system limits virtual memory (ulimit -v)',
      'input',
      { code: 'NO_MEMORY', cause: error },
    );
  }
}

function tooManySources(): ClsaCimError {
  return new ClsaCimError(
    'the network has a layer that waits for thousands of others, or for one in thousands of ways; such a network ' +
      'cannot be scheduled, so check how the model was exported',
  );
}
