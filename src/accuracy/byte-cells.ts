import { CHUNK, DigitProduct, PLANE_BITS, STRIP } from '../../assembly/execute/digits-layout.ts';
import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { CellStore, RowBlock } from './cell-store.ts';
import type { ColumnCells } from './cells.ts';
import type { ProductMemory } from './product-memory.ts';
import type { WeightCode } from './weight-code.ts';

/** The bits of a plane. */
const PLANE_MASK = 2 ** PLANE_BITS - 1;

/** Planes of a cell. */
export function planesOf({ weightBits, cellBits, coding }: Arithmetic): number {
  // Only where columns are flipped is there more in a cell than a weight has.
  const bits = coding === 'flipped' ? cellBits : Math.min(cellBits, weightBits);
  return Math.ceil(bits / PLANE_BITS);
}

/** Cells that hold what they should, as bytes that the engine adds, plane by plane. */
export class ByteCells implements CellStore {
  readonly #memory: ProductMemory;
  readonly #arithmetic: Arithmetic;
  readonly #code: WeightCode;
  readonly #keepsSums: boolean;
  readonly #planes: number;

  constructor(memory: ProductMemory, arithmetic: Arithmetic, code: WeightCode, keepsSums: boolean) {
    this.#memory = memory;
    this.#arithmetic = arithmetic;
    this.#code = code;
    this.#keepsSums = keepsSums;
    this.#planes = planesOf(arithmetic);
    const { chunks, sumStrips } = memory;
    const slabs = memory.words(DigitProduct.SLABS);
    for (let slab = 0; slab < chunks * CHUNK; slab++) {
      // Slabs that only fill up the last chunk add to a strip that nobody reads.
      slabs[2 * slab] = Math.min(sumStrips, Math.floor(slab / this.#planes));
      slabs[2 * slab + 1] = PLANE_BITS * (slab % this.#planes);
    }
    memory.set(DigitProduct.CHUNKS, chunks);
    const largest = 2 ** Math.min(arithmetic.cellBits, PLANE_BITS) - 1;
    memory.set(DigitProduct.BYTE_ROWS, Math.floor(255 / largest));
  }

  store({ block, from, to }: RowBlock, column: number, { cells, isFlipped }: ColumnCells): void {
    const { digits, signs } = this.#code;
    const { strips, chunks, sumStrips } = this.#memory;
    const bytes = this.#memory.bytes(DigitProduct.CELLS);
    const worths = this.#memory.doubles(DigitProduct.WORTHS);
    const rows = to - from;
    const strip = Math.floor(column / STRIP);
    const lane = column % STRIP;
    for (let part = 0; part < digits * signs; part++) {
      const sumStrip = part * strips + strip;
      const first = part * rows;
      worths[(block * sumStrips + sumStrip) * STRIP + lane] = worthOf(
        part,
        isFlipped,
        this.#code,
        this.#arithmetic,
      );
      for (let plane = 0; plane < this.#planes; plane++) {
        const slab = sumStrip * this.#planes + plane;
        const chunk = Math.floor(slab / CHUNK);
        const shift = PLANE_BITS * plane;
        let at = ((from * chunks + chunk * rows) * CHUNK + (slab % CHUNK)) * STRIP + lane;
        for (let row = 0; row < rows; row++, at += CHUNK * STRIP) {
          bytes[at] = (cells[first + row]! >>> shift) & PLANE_MASK;
        }
      }
    }
  }

  finish({ block }: RowBlock, inexact: Uint8Array): void {
    const { chunks, sumStrips } = this.#memory;
    const needed = this.#memory.bytes(DigitProduct.NEEDED).subarray(block * chunks, (block + 1) * chunks);
    if (this.#keepsSums) needed.fill(1);
    for (let slab = 0; slab < sumStrips * this.#planes; slab++) {
      const sumStrip = Math.floor(slab / this.#planes);
      if (inexact[sumStrip % inexact.length] === 1) needed[Math.floor(slab / CHUNK)] = 1;
    }
  }
}

/** What the sum of a digit and sign of a column is worth: less where it is that of negative weights, or turned over. */
export function worthOf(
  part: number,
  isFlipped: Uint8Array,
  { digits }: WeightCode,
  { cellBits }: Arithmetic,
): number {
  const digit = part % digits;
  const isLess = part >= digits !== (isFlipped[digit] === 1);
  return (isLess ? -1 : 1) * 2 ** (digit * cellBits);
}
