import type { EngineExports } from '../engine/exports.ts';
import { EngineInstance } from '../engine/instance.ts';
import { demandRoom } from './execution-size.ts';

/** Bytes of a vector: everything begins at a multiple of it. */
const VECTOR_BYTES = 16;
/** Kernels touch so many bytes behind the end of what they are given. */
const SLACK_BYTES = 64;

/** Memory of a Wasm instance, laid out before anything lies in it; it does not grow afterwards. */
export class ExecutionMemory {
  readonly #instance = new EngineInstance(
    'there is not enough memory to execute the network; give the process more, or verify a smaller model',
  );
  #bytes = 0;
  #start = 0;

  /** Bytes that have been asked for. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Asks for room for so many words, and returns where it will begin. */
  room(words: number): number {
    const offset = this.#bytes;
    this.#bytes += Math.ceil((4 * words + SLACK_BYTES) / VECTOR_BYTES) * VECTOR_BYTES;
    return offset;
  }

  /** @throws ClsaCimError where that is more than there can be. */
  reserve(): void {
    demandRoom(this.#bytes);
    this.#instance.reserve(Math.ceil(this.#bytes / 4));
    this.#start = this.#instance.start;
  }

  /** Address of what begins at an offset. */
  address(offset: number): number {
    return this.#start + offset;
  }

  floats(offset: number, length: number): Float32Array {
    return new Float32Array(this.#buffer, this.address(offset), length);
  }

  doubles(offset: number, length: number): Float64Array {
    return new Float64Array(this.#buffer, this.address(offset), length);
  }

  integers(offset: number, length: number): Int32Array {
    return new Int32Array(this.#buffer, this.address(offset), length);
  }

  /** The kernels. */
  get kernels(): EngineExports {
    return this.#instance.exports;
  }

  /** Gives the memory back. */
  drop(): void {
    this.#instance.drop();
  }

  get #buffer(): ArrayBuffer {
    return this.#instance.exports.memory.buffer as ArrayBuffer;
  }
}
