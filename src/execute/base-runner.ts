import type { TileRange } from '../map/tile-range.ts';
import { type BaseOperation, type MatrixPlace, padded } from './base-operation.ts';
import type { ConstantValues } from './constant-values.ts';
import type { ExecutionMemory } from './execution-memory.ts';
import { weightWords } from './execution-size.ts';
import type { Store } from './stored-value.ts';

/** So many positions are multiplied at a time. */
const POSITIONS = 64;
/** So many weights are read at a time. */
const CHUNK = 2 ** 16;

/** Runs the MVMs of a base layer in Wasm. */
export class BaseRunner {
  readonly operation: BaseOperation;
  readonly #memory: ExecutionMemory;
  readonly #constants: ConstantValues;
  readonly #shared: SharedRoom;
  /** Where its weights lie: group by group, rows of whole vectors. */
  readonly #weights: number;
  #isLoaded = false;
  /** Bytes of weights that were read. */
  weightsRead = 0;

  constructor(
    operation: BaseOperation,
    memory: ExecutionMemory,
    constants: ConstantValues,
    shared: SharedRoom,
  ) {
    this.operation = operation;
    this.#memory = memory;
    this.#constants = constants;
    this.#shared = shared;
    this.#weights = memory.room(weightWords(operation));
    shared.ask(operation);
  }

  /** The weights are dropped; they are read again when they are needed. */
  unload(): void {
    this.#isLoaded = false;
  }

  /** Adds what some PEs contribute to the sums of positions. */
  run(cells: Int32Array, slot: number, pes: readonly TileRange[]): void {
    if (!this.#isLoaded) this.#load();
    if (this.operation.integers !== undefined) {
      for (const cell of cells) this.#runIntegers(cell, slot, pes);
      return;
    }
    for (let from = 0; from < cells.length; from += POSITIONS) {
      this.#runSome(cells.subarray(from, from + POSITIONS), slot, pes);
    }
  }

  #runSome(cells: Int32Array, slot: number, pes: readonly TileRange[]): void {
    const { operation } = this;
    const { channels } = operation.output.layout;
    const stride = padded(operation.vectorLength);
    const vectors = this.#shared.vectors;
    const sums = this.#shared.sums;
    const first = operation.output.store.values(slot).byteOffset;
    for (let i = 0; i < cells.length; i++) {
      operation.gather(cells[i]!, slot, vectors, i * stride);
      sums[i] = first + 4 * cells[i]! * channels;
    }
    for (const pe of pes) {
      if (operation.isDepthwise) this.#channels(cells.length, 4 * stride, pe);
      else this.#groups(cells.length, 4 * stride, pe);
    }
  }

  #groups(count: number, stride: number, { groups, rows, columns }: TileRange): void {
    const { weights } = this.operation;
    const width = padded(weights.columns);
    const { vectorsAddress, sumsAddress, partialAddress } = this.#shared;
    const first = this.#memory.address(this.#weights);
    for (let group = groups.from; group < groups.to; group++) {
      const row = group * weights.rows + rows.from;
      this.#memory.kernels.multiply(
        vectorsAddress + 4 * row,
        stride,
        count,
        first + 4 * (row * width + columns.from),
        4 * width,
        rows.to - rows.from,
        columns.to - columns.from,
        sumsAddress,
        4 * (group * weights.columns + columns.from),
        partialAddress,
      );
    }
  }

  #channels(count: number, stride: number, pe: TileRange): void {
    const { weights } = this.operation;
    const { rows } = pe;
    const tapStride = 4 * padded(weights.groups * weights.columns);
    const { vectorsAddress, sumsAddress } = this.#shared;
    const first = this.#memory.address(this.#weights);
    for (const [from, to] of channelRanges(pe, weights.columns)) {
      this.#memory.kernels.multiplyChannels(
        vectorsAddress + rows.from * tapStride + 4 * from,
        stride,
        count,
        first + rows.from * tapStride + 4 * from,
        tapStride,
        rows.to - rows.from,
        to - from,
        sumsAddress,
        4 * from,
      );
    }
  }

  /** The sums of a position, each in a double; see {@link IntegerWeights}. */
  #runIntegers(cell: number, slot: number, pes: readonly TileRange[]): void {
    const { operation } = this;
    const { channels } = operation.output.layout;
    operation.gather(cell, slot, this.#shared.vectors, 0);
    const sums = operation.output.store.values(slot).byteOffset + 4 * cell * channels;
    for (const pe of pes) {
      if (operation.isDepthwise) this.#integerChannels(sums, pe);
      else this.#integerGroups(sums, pe);
    }
  }

  #integerGroups(sums: number, { groups, rows, columns }: TileRange): void {
    const { weights } = this.operation;
    const width = padded(weights.columns);
    const { vectorsAddress, partialAddress } = this.#shared;
    const first = this.#memory.address(this.#weights);
    for (let group = groups.from; group < groups.to; group++) {
      const row = group * weights.rows + rows.from;
      this.#memory.kernels.multiplyExactly(
        vectorsAddress + 4 * row,
        first + 4 * (row * width + columns.from),
        4 * width,
        rows.to - rows.from,
        columns.to - columns.from,
        sums + 4 * (group * weights.columns + columns.from),
        partialAddress,
      );
    }
  }

  #integerChannels(sums: number, pe: TileRange): void {
    const { weights } = this.operation;
    const tapStride = 4 * padded(weights.groups * weights.columns);
    const { vectorsAddress } = this.#shared;
    const first = this.#memory.address(this.#weights) + pe.rows.from * tapStride;
    for (const [from, to] of channelRanges(pe, weights.columns)) {
      this.#memory.kernels.multiplyChannelsExactly(
        vectorsAddress + pe.rows.from * tapStride + 4 * from,
        first + 4 * from,
        tapStride,
        pe.rows.to - pe.rows.from,
        to - from,
        sums + 4 * from,
      );
    }
  }

  #load(): void {
    const { weights, isDepthwise, places } = this.operation;
    const { groups, rows, columns } = weights;
    const target = this.#memory.floats(this.#weights, weightWords(this.operation));
    const width = isDepthwise ? padded(groups * columns) : padded(columns);
    const indexOf = ({ group, row, column }: MatrixPlace) =>
      isDepthwise ? row * width + group * columns + column : (group * rows + row) * width + column;
    readWeights(this.operation, this.#constants, target, indexOf);
    subtractZeroPoints(this.operation, target, indexOf);
    this.weightsRead += 4 * places.tensor.store.size;
    this.#isLoaded = true;
  }
}

/** Channels of a depthwise layer that a PE holds, in ranges. */
function channelRanges({ groups, columns }: TileRange, width: number): (readonly [number, number])[] {
  if (columns.from === 0 && columns.to === width) return [[groups.from * width, groups.to * width]];
  return Array.from({ length: groups.to - groups.from }, (_, i) => {
    const at = (groups.from + i) * width;
    return [at + columns.from, at + columns.to] as const;
  });
}

/** The weights of a base layer, matrix by matrix, row by row; of integers without their zero points. */
export function weightsOf(operation: BaseOperation, constants: ConstantValues): Float32Array {
  const values = valuesAsWeights(operation, constants, operation.places.tensor.store);
  subtractZeroPoints(operation, values, rowMajor(operation));
  return values;
}

/** The values of a tensor that lies as the weights of a base layer do, such as their scales: matrix by matrix, row by row. */
export function valuesAsWeights(
  operation: BaseOperation,
  constants: ConstantValues,
  store: Store,
): Float32Array {
  const { groups, rows, columns } = operation.weights;
  const target = new Float32Array(groups * rows * columns);
  readWeights(operation, constants, target, rowMajor(operation), store);
  return target;
}

const rowMajor =
  ({ weights: { rows, columns } }: BaseOperation) =>
  ({ group, row, column }: MatrixPlace) =>
    (group * rows + row) * columns + column;

/** Integers are kept without their zero points. */
function subtractZeroPoints(
  { weights: { groups, rows, columns }, integers }: BaseOperation,
  target: Float32Array,
  indexOf: (place: MatrixPlace) => number,
): void {
  const zeros = integers?.zeroPoints ?? [];
  for (let group = 0; group < groups && zeros.length > 0; group++) {
    for (let column = 0; column < columns; column++) {
      const zero = zeros[zeros.length === 1 ? 0 : group * columns + column]!;
      for (let row = 0; row < rows; row++) target[indexOf({ group, row, column })]! -= zero;
    }
  }
}

/** Reads weights from the file, some vectors at a time, to where they belong. */
function readWeights(
  { places }: BaseOperation,
  constants: ConstantValues,
  target: Float32Array,
  indexOf: (place: MatrixPlace) => number,
  store = places.tensor.store,
): void {
  const vectors = Int32Array.from(places.vectors, indexOf);
  const values = Int32Array.from(places.values, indexOf);
  const perChunk = Math.max(1, Math.floor(CHUNK / values.length));
  const chunk = new Float32Array(perChunk * values.length);
  for (let vector = 0; vector < vectors.length; vector += perChunk) {
    const count = Math.min(perChunk, vectors.length - vector);
    constants.read(store, vector * values.length, count * values.length, chunk);
    for (let i = 0; i < count; i++) {
      const to = vectors[vector + i]!;
      const from = i * values.length;
      for (let k = 0; k < values.length; k++) target[to + values[k]!] = chunk[from + k]!;
    }
  }
  // Those of the file are where they belong now; they are not kept twice.
  if (store.tensor === undefined) store.constant = undefined;
}

/** Room that all base layers use, one after the other. */
export class SharedRoom {
  readonly #memory: ExecutionMemory;
  #vectorWords = 0;
  #partialWords = 0;
  #vectorsAt = 0;
  #sumsAt = 0;
  #partialAt = 0;
  /** Vectors of inputs. */
  vectors: Float32Array = new Float32Array(0);
  /** Addresses of the sums of each position. */
  sums: Int32Array = new Int32Array(0);

  constructor(memory: ExecutionMemory) {
    this.#memory = memory;
  }

  get vectorsAddress(): number {
    return this.#memory.address(this.#vectorsAt);
  }

  get sumsAddress(): number {
    return this.#memory.address(this.#sumsAt);
  }

  get partialAddress(): number {
    return this.#memory.address(this.#partialAt);
  }

  /** Asks for as much room as a layer needs. */
  ask({ vectorLength, weights }: BaseOperation): void {
    this.#vectorWords = Math.max(this.#vectorWords, POSITIONS * padded(vectorLength));
    this.#partialWords = Math.max(this.#partialWords, POSITIONS * padded(weights.columns));
  }

  /** Lays the room out, behind everything that was asked for. */
  layOut(): void {
    this.#vectorsAt = this.#memory.room(this.#vectorWords);
    this.#sumsAt = this.#memory.room(POSITIONS);
    this.#partialAt = this.#memory.room(this.#partialWords);
  }

  /** Takes the room, once memory is reserved. */
  take(): void {
    this.vectors = this.#memory.floats(this.#vectorsAt, this.#vectorWords);
    this.sums = this.#memory.integers(this.#sumsAt, POSITIONS);
  }
}
