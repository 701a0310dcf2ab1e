import {
  CHUNK,
  DigitConverter,
  DigitNumber,
  DigitProduct,
  TILE,
} from '../../assembly/execute/digits-layout.ts';
import type { EngineInstance } from '../engine/instance.ts';

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
  /** False where no sums of columns are made, so that cells are not kept. */
  readonly hasCells: boolean;
  /** Vectors of inputs in one call. */
  readonly vectors: number;
}

/** Where a product lies in the memory of an instance: views of its parts, which hold as long as nothing else is reserved there. */
export class ProductMemory {
  /** Address of the record. */
  readonly start: number;
  /** Blocks of rows, one for each crossbar. */
  readonly blocks: number;
  readonly tiles: number;
  readonly sumTiles: number;
  readonly chunks: number;
  /** Doubles of a row of codes. */
  readonly codeStride: number;
  readonly #buffer: ArrayBuffer;
  readonly #parts = new Map<DigitProduct, { readonly address: number; readonly bytes: number }>();
  readonly #record: Int32Array;

  constructor(instance: EngineInstance, sizes: ProductSizes) {
    this.blocks = Math.ceil(sizes.rows / sizes.crossbarRows);
    this.tiles = Math.ceil(sizes.columns / TILE);
    this.sumTiles = sizes.parts * this.tiles;
    this.chunks = Math.ceil((this.sumTiles * sizes.planes) / CHUNK);
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
    const { rows, columns, crossbarRows, parts, hasCells, vectors } = sizes;
    const kept = hasCells ? 1 : 0;
    const tileColumns = this.tiles * TILE;
    const sumColumns = this.sumTiles * TILE * kept;
    return [
      { field: DigitProduct.CODES, bytes: rows * this.codeStride * 8 },
      { field: DigitProduct.CELLS, bytes: rows * this.chunks * CHUNK * TILE * kept },
      { field: DigitProduct.VECTORS, bytes: this.chunks * CHUNK * 8 },
      { field: DigitProduct.NEEDED, bytes: this.blocks * this.chunks },
      { field: DigitProduct.INEXACT, bytes: this.blocks * this.sumTiles },
      { field: DigitProduct.WORTHS, bytes: this.blocks * sumColumns * 8 },
      { field: DigitProduct.LANES, bytes: tileColumns * 4 },
      { field: DigitProduct.CONVERTERS, bytes: parts * DigitConverter.BYTES },
      { field: DigitProduct.SCALES, bytes: columns * 8 },
      { field: DigitProduct.CODE_SUMS, bytes: columns * 8 },
      { field: DigitProduct.NUMBERS, bytes: DigitNumber.COUNT * 8 },
      { field: DigitProduct.INPUTS, bytes: vectors * rows * 4 },
      { field: DigitProduct.INPUT_CODES, bytes: TOGETHER * rows * 8 },
      { field: DigitProduct.SUMS, bytes: this.chunks * CHUNK * TILE * 4 },
      // One word behind the last row is written, too.
      { field: DigitProduct.DRIVEN, bytes: (Math.min(rows, crossbarRows) + 1) * 4 },
      { field: DigitProduct.RESULTS, bytes: TOGETHER * tileColumns * 8 },
      { field: DigitProduct.OUTPUTS, bytes: vectors * columns * 4 },
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

/** Vectors of inputs that the engine takes together. */
const TOGETHER = 4;

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
