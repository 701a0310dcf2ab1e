import type { WeightMatrix } from '../network/network.ts';
import { unfit } from './not-executable.ts';
import { type CellVisitor, Operation } from './operation.ts';
import type { StoredValue } from './stored-value.ts';

/** Nothing is read there: padding. */
export const PADDING = -1;

/** Where the weights of a tensor of the file lie in the matrices: value `i` of vector `v` at `vectors[v] + values[i]`. */
export interface WeightPlaces {
  /** The tensor. */
  readonly tensor: StoredValue;
  /** Per vector of values that follow each other in the tensor: the index of its matrix, times rows, plus its row and column. */
  readonly vectors: readonly MatrixPlace[];
  /** Per value of a vector: what it adds. */
  readonly values: readonly MatrixPlace[];
}

/** A place in the matrices of a layer, or what is added to one. */
export interface MatrixPlace {
  readonly group: number;
  readonly row: number;
  readonly column: number;
}

/**
 * Weights that are integers. Sums are integers of 32 bits, which ONNX Runtime computes exactly; floats of 32 bits are exact
 * to 2^24 only, which some hundred products of bytes exceed. So the sums are those of doubles, exact to 2^53.
 */
export interface IntegerWeights {
  /** What is taken off of every weight: one number, or one per column of all groups. */
  readonly zeroPoints: ArrayLike<number>;
}

/** What a base layer reads: per position and tap some channels of its operand. */
export interface BaseReads {
  /** Per position and tap: the first channel's place in the operand, or {@link PADDING}. */
  readonly places: Int32Array;
  /** Taps of a position: kh·kw of a convolution. */
  readonly taps: number;
  /** Per group and channel of a tap: how far it lies behind the first channel. */
  readonly channels: Int32Array;
}

/**
 * The MVMs of a base layer: at every position a vector of inputs times the weights of each group. Row `r` of a matrix
 * is channel `r mod Ci/g` of tap `⌊r / (Ci/g)⌋`.
 */
export class BaseOperation extends Operation {
  /** Name of its layer. */
  readonly layer: string;
  /** Its weights as the crossbars see them. */
  readonly weights: WeightMatrix;
  /** Where they lie in the file. */
  readonly places: WeightPlaces;
  /** What is taken off of every value that is read: a zero point. */
  readonly zeroPoint: number;
  /** Where all values are integers: what is taken off of the weights, one number or one per column of all groups. */
  readonly integers: IntegerWeights | undefined;
  readonly reads: BaseReads;
  /** True where every output channel reads one channel of each tap: a depthwise convolution. */
  readonly isDepthwise: boolean;
  readonly #near: Int32Array;
  readonly #isContiguous: boolean;

  /** @throws NotExecutable where what it reads, or its weights, are not as many as its matrices have. */
  constructor(
    output: StoredValue,
    operand: StoredValue,
    o: {
      readonly layer: string;
      readonly weights: WeightMatrix;
      readonly places: WeightPlaces;
      readonly reads: BaseReads;
      readonly zeroPoint?: number;
      readonly integers?: IntegerWeights | undefined;
    },
  ) {
    super(output, [operand]);
    this.layer = o.layer;
    this.weights = o.weights;
    this.places = o.places;
    this.reads = o.reads;
    this.zeroPoint = o.zeroPoint ?? 0;
    this.integers = o.integers;
    const { channels } = this.reads;
    if (!isComplete(o)) unfit();
    this.isDepthwise = o.weights.groups > 1 && channels.length === o.weights.groups;
    this.#isContiguous = channels.every((offset, i) => offset === i);
    const width = operand.layout.channels;
    this.#near = Int32Array.from(new Set(Array.from(channels, (offset) => Math.floor(offset / width))));
    output.store.layer = o.layer;
  }

  /** Values of a vector of inputs, of all groups, as {@link gather} writes it. */
  get vectorLength(): number {
    const { groups, rows, columns } = this.weights;
    return this.isDepthwise ? this.reads.taps * padded(groups * columns) : groups * rows;
  }

  override visit(cell: number, visit: CellVisitor): void {
    const { places, taps } = this.reads;
    const width = this.operands[0]!.layout.channels;
    for (let tap = cell * taps; tap < (cell + 1) * taps; tap++) {
      const place = places[tap]!;
      if (place === PADDING) continue;
      const first = Math.floor(place / width);
      for (const near of this.#near) visit(0, first + near);
    }
  }

  override compute(): void {
    throw new Error(`the MVMs of ${this.layer} are computed by the machine`);
  }

  /** Writes the vector of inputs of a position. */
  gather(cell: number, slot: number, vector: Float32Array, at: number): void {
    const { taps } = this.reads;
    const values = this.values(0, slot);
    for (let tap = 0; tap < taps; tap++) {
      const place = this.reads.places[cell * taps + tap]!;
      if (this.isDepthwise) this.#gatherChannels(values, place, vector, at, tap);
      else this.#gatherGroups(values, place, vector, at, tap);
    }
  }

  /** Writes the vector of inputs of a position, group by group, each with all rows of its matrix. */
  gatherMatrixRows(cell: number, slot: number, vector: Float32Array, at: number): void {
    const { places, taps } = this.reads;
    const values = this.values(0, slot);
    for (let tap = 0; tap < taps; tap++)
      this.#gatherGroups(values, places[cell * taps + tap]!, vector, at, tap);
  }

  #gatherGroups(
    values: ArrayLike<number>,
    place: number,
    vector: Float32Array,
    at: number,
    tap: number,
  ): void {
    const { groups, rows } = this.weights;
    const { channels, taps } = this.reads;
    const perTap = rows / taps;
    const zero = this.zeroPoint;
    for (let group = 0; group < groups; group++) {
      const to = at + group * rows + tap * perTap;
      const from = group * perTap;
      if (place === PADDING) vector.fill(0, to, to + perTap);
      else if (this.#isContiguous) {
        for (let i = 0, read = place + from; i < perTap; i++, read++) vector[to + i] = values[read]! - zero;
      } else for (let i = 0; i < perTap; i++) vector[to + i] = values[place + channels[from + i]!]! - zero;
    }
  }

  #gatherChannels(
    values: ArrayLike<number>,
    place: number,
    vector: Float32Array,
    at: number,
    tap: number,
  ): void {
    const { groups, columns } = this.weights;
    const { channels } = this.reads;
    let to = at + tap * padded(groups * columns);
    if (place === PADDING) {
      vector.fill(0, to, to + groups * columns);
      return;
    }
    for (let group = 0; group < groups; group++) {
      const value = values[place + channels[group]!]! - this.zeroPoint;
      for (let column = 0; column < columns; column++) vector[to++] = value;
    }
  }
}

/** True where as many values are read as there are rows, and as many weights as there are cells. */
function isComplete({
  weights: { groups, rows, columns },
  places: { tensor, vectors, values },
  reads: { taps, channels },
}: Pick<BaseOperation, 'weights' | 'places' | 'reads'>): boolean {
  const count = vectors.length * values.length;
  return (
    channels.length * taps === groups * rows &&
    count === groups * rows * columns &&
    count === tensor.store.size
  );
}

/** Floats rounded up to whole vectors of four. */
export function padded(count: number): number {
  return (count + 3) & ~3;
}
