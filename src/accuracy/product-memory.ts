import {
  CHUNK,
  DigitConverter,
  DigitNumber,
  DigitProduct,
  NoiseLevel,
  NoiseNumber,
  STRIP,
} from '../../assembly/execute/digits-layout.ts';
import type { EngineInstance } from '../engine/instance.ts';

/** Vectors of inputs that the engine takes together. */
export const TOGETHER = 4;

const ALIGNMENT = 16;

/** How large the parts of a product are. */
export interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a crossbar. */
  readonly crossbarRows: number;
  /** Signs times digits of a weight. */
  readonly parts: number;
  /** Planes of a cell. */
  readonly planes: number;
  /** False where no sums of columns are made, so that cells are not kept; noisy cells are floats of their own. */
  readonly hasCells: boolean;
  /** What noise needs; undefined where there is none. */
  readonly noise: NoiseSizes | undefined;
  /** Vectors of inputs in one call. */
  readonly vectors: number;
}

/** How large the parts of a product with noise are. */
export interface NoiseSizes {
  /** Levels of a cell. */
  readonly levels: number;
  /** True where sums are read exactly, so that cells are only kept until weights are made of them. */
  readonly isLinear: boolean;
  /** Whether every read is noisy. */
  readonly hasReadNoise: boolean;
}

/** Where a product lies in the memory of an instance: views of its parts, which hold as long as nothing else is reserved there. */
export class ProductMemory {
  /** Address of the record. */
  readonly start: number;
  /** Blocks of rows, one for each crossbar. */
  readonly blocks: number;
  /** Rows of a block; the last one may have fewer. */
  readonly blockRows: number;
  readonly strips: number;
  readonly sumStrips: number;
  readonly chunks: number;
  /** Pairs of sum strips. */
  readonly pairs: number;
  /** Doubles of a row of codes. */
  readonly codeStride: number;
  readonly #buffer: ArrayBuffer;
  readonly #parts = new Map<DigitProduct, { readonly address: number; readonly bytes: number }>();
  readonly #record: Int32Array;

  constructor(instance: EngineInstance, sizes: ProductSizes) {
    this.blocks = Math.ceil(sizes.rows / sizes.crossbarRows);
    this.blockRows = Math.min(sizes.rows, sizes.crossbarRows);
    this.strips = Math.ceil(sizes.columns / STRIP);
    this.sumStrips = sizes.parts * this.strips;
    this.chunks = Math.ceil((this.sumStrips * sizes.planes) / CHUNK);
    this.pairs = Math.ceil(this.sumStrips / 2);
    this.codeStride = Math.ceil(sizes.columns / 4) * 4;
    const parts = this.#sizes(sizes);
    const headBytes = aligned(DigitProduct.WORDS * 4);
    const bytes = parts.reduce((sum, part) => sum + aligned(part.bytes), headBytes);
    instance.reserve(Math.ceil(bytes / 4));
    this.start = instance.start;
    this.#buffer = instance.memory.buffer;
    this.#record = new Int32Array(this.#buffer, this.start, DigitProduct.WORDS);
    let address = this.start + headBytes;
    for (const part of parts) {
      this.#parts.set(part.field, { address, bytes: part.bytes });
      this.#record[part.field] = address;
      address += aligned(part.bytes);
    }
    // What lies here may be what an earlier product left.
    new Uint8Array(this.#buffer, this.start + headBytes, bytes - headBytes).fill(0);
  }

  #sizes(sizes: ProductSizes): readonly { readonly field: DigitProduct; readonly bytes: number }[] {
    const { rows, columns, parts, hasCells, vectors, noise } = sizes;
    const kept = hasCells ? 1 : 0;
    const stripColumns = this.strips * STRIP;
    const sumColumns = this.sumStrips * STRIP;
    const worthBlocks = noise?.isLinear === true ? 1 : hasCells || noise !== undefined ? this.blocks : 0;
    return [
      { field: DigitProduct.CODES, bytes: rows * this.codeStride * 8 },
      { field: DigitProduct.CELLS, bytes: rows * this.chunks * CHUNK * STRIP * kept },
      { field: DigitProduct.SLABS, bytes: this.chunks * CHUNK * 8 },
      { field: DigitProduct.NEEDED, bytes: this.blocks * this.chunks },
      { field: DigitProduct.INEXACT, bytes: this.blocks * this.sumStrips },
      { field: DigitProduct.WORTHS, bytes: worthBlocks * sumColumns * 8 },
      { field: DigitProduct.LANES, bytes: stripColumns * 4 },
      { field: DigitProduct.CONVERTERS, bytes: parts * DigitConverter.BYTES },
      { field: DigitProduct.SCALES, bytes: columns * 8 },
      { field: DigitProduct.CODE_SUMS, bytes: columns * 8 },
      { field: DigitProduct.NUMBERS, bytes: DigitNumber.COUNT * 8 },
      { field: DigitProduct.INPUTS, bytes: vectors * rows * 4 },
      { field: DigitProduct.INPUT_CODES, bytes: TOGETHER * rows * 8 },
      { field: DigitProduct.SUMS, bytes: this.chunks * CHUNK * STRIP * 4 },
      // One word behind the last row is written, too.
      { field: DigitProduct.DRIVEN, bytes: (this.blockRows + 1) * 4 },
      { field: DigitProduct.RESULTS, bytes: TOGETHER * stripColumns * 8 },
      { field: DigitProduct.OUTPUTS, bytes: vectors * columns * 4 },
      ...(noise === undefined ? [] : this.#noiseSizes(sizes, noise)),
    ];
  }

  #noiseSizes(
    { rows }: ProductSizes,
    { levels, isLinear, hasReadNoise }: NoiseSizes,
  ): readonly { readonly field: DigitProduct; readonly bytes: number }[] {
    const { blockRows } = this;
    const stripColumns = this.strips * STRIP;
    const pairColumns = this.pairs * 2 * STRIP;
    const valueBytes = (isLinear ? 1 : this.blocks) * blockRows * pairColumns * 4;
    const isLinearRead = isLinear && hasReadNoise;
    return [
      { field: DigitProduct.LEVELS, bytes: levels * NoiseLevel.BYTES },
      { field: DigitProduct.NOISE_NUMBERS, bytes: NoiseNumber.COUNT * 8 },
      { field: DigitProduct.VALUES, bytes: valueBytes },
      { field: DigitProduct.VARIANCES, bytes: hasReadNoise ? valueBytes : 0 },
      { field: DigitProduct.CODE_VARIANCES, bytes: isLinearRead ? rows * this.codeStride * 8 : 0 },
      { field: DigitProduct.CORRECTIONS, bytes: (isLinear ? 1 : this.blocks) * stripColumns * 8 },
      // One row behind the last one is written, too.
      { field: DigitProduct.DRIVES, bytes: (blockRows + 1) * 8 },
      { field: DigitProduct.NOISY_SUMS, bytes: pairColumns * 4 },
      { field: DigitProduct.SUM_VARIANCES, bytes: pairColumns * 4 },
      { field: DigitProduct.SQUARES, bytes: isLinearRead ? TOGETHER * rows * 8 : 0 },
      { field: DigitProduct.RESULT_VARIANCES, bytes: isLinearRead ? TOGETHER * stripColumns * 8 : 0 },
    ];
  }

  /** Sets a word of the record. */
  set(field: DigitProduct, value: number): void {
    this.#record[field] = value;
  }

  bytes(field: DigitProduct): Uint8Array {
    const { address, bytes } = this.#part(field);
    return new Uint8Array(this.#buffer, address, bytes);
  }

  words(field: DigitProduct): Int32Array {
    const { address, bytes } = this.#part(field);
    return new Int32Array(this.#buffer, address, bytes / 4);
  }

  floats(field: DigitProduct): Float32Array {
    const { address, bytes } = this.#part(field);
    return new Float32Array(this.#buffer, address, bytes / 4);
  }

  doubles(field: DigitProduct): Float64Array {
    const { address, bytes } = this.#part(field);
    return new Float64Array(this.#buffer, address, bytes / 8);
  }

  #part(field: DigitProduct): { readonly address: number; readonly bytes: number } {
    const part = this.#parts.get(field);
    if (part === undefined) throw new Error(`field ${field} of a product is no part of it`);
    return part;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
