import {
  CHUNK,
  DigitConverter,
  DigitNumber,
  DigitProduct,
  PLANE_BITS,
  Reading,
  TILE,
} from '../../assembly/execute/digits-layout.ts';
import type { Arithmetic } from '../architecture/arithmetic.ts';
import { EngineInstance } from '../engine/instance.ts';
import { type ActivationCode, activationLimits } from './activation-code.ts';
import type { ValueRange } from './activation-range.ts';
import { columnRange, cutColumn, newColumnCells, sumOf } from './cells.ts';
import { type Converter, converterOf, isExact, largestSum, leastAdcBits } from './converter.ts';
import { demandExact } from './limits.ts';
import { ProductMemory } from './product-memory.ts';
import { codeOf, type WeightCode, weightCode, weightScales } from './weight-code.ts';

/** A matrix on crossbars. */
export interface ProductOptions {
  /** Weights of one group of a base layer, row-major: `rows × columns`. */
  readonly weights: Float32Array;
  /** Rows of the matrix: inputs of one MVM. */
  readonly rows: number;
  /** Columns of the matrix: results of one MVM. */
  readonly columns: number;
  /** Bits, codes and converters. */
  readonly arithmetic: Arithmetic;
  /** Rows of a crossbar; those of the matrix are cut into blocks of so many. */
  readonly crossbarRows: number;
  /** The code of the inputs. */
  readonly activation: ActivationCode;
  /** Scale of the weights of every column, as a quantised file gives it; left out, the largest weight of a column is its greatest code. */
  readonly scales?: Float64Array;
  /** Sums that were seen of every digit, for the range `calibrated`: those of {@link CrossbarProduct.sums} of earlier products. */
  readonly seen?: readonly DigitSums[];
  /** Whether the sums of all columns are made and kept, which takes longer; left out, no. */
  readonly keepsSums?: boolean;
}

/** Sums of columns that were read of one digit and sign: the range is 0 to 0 where none were. */
export interface DigitSums extends ValueRange {
  /** Which digit, the least one first. */
  readonly digit: number;
  /** 0, or 1 for the columns of negative weights that are read by themselves. */
  readonly sign: number;
}

/** What a product has counted. */
export interface ProductCounts {
  /** Conversions of ADCs. */
  readonly conversions: number;
  /** Of these, those whose sum was outside of what the codes stand for, by more than half a step. */
  readonly clipped: number;
  /** Inputs of MVMs. */
  readonly inputs: number;
  /** Of these, those whose value was outside of their code. */
  readonly clippedInputs: number;
}

/** Least bits of an ADC of range `clip` that changes no sum. */
export interface LeastAdcBits {
  /** Whatever the cells and inputs are. */
  readonly worst: number;
  /** With these weights, whatever the inputs are. */
  readonly weights: number;
  /** With these weights and the inputs so far; undefined unless sums are kept. */
  readonly seen: number | undefined;
}

/** Values of inputs in one call. */
const CALL_VALUES = 2 ** 16;
/** Vectors of inputs in one call, at most; a multiple of those that the engine takes together. */
const CALL_VECTORS = 256;

const OUT_OF_MEMORY =
  'the matrix of a layer with its cells is larger than memory holds (4 GiB at most); give it in parts of its columns';

/**
 * The product of vectors with one matrix on crossbars, in the arithmetic of a chip (docs/accuracy.md): codes, digits,
 * reads, sums of columns, ADCs, shift and add. Bias, normalisation and activation come after it, in float. Columns do not
 * depend on each other: a matrix may be cut into several products by columns.
 */
export class CrossbarProduct {
  readonly #options: ProductOptions;
  readonly #code: WeightCode;
  readonly #converters: readonly Converter[] | undefined;
  readonly #instance = new EngineInstance(OUT_OF_MEMORY);
  readonly #memory: ProductMemory;
  readonly #vectors: number;
  #multiplied = 0;
  #worst = 1;
  #weights = 1;

  /** @throws ClsaCimError where a weight is not finite, numbers are too large to be exact, or memory ends. */
  constructor(options: ProductOptions) {
    const { rows, columns, arithmetic, activation, crossbarRows } = options;
    this.#options = options;
    demandExact(arithmetic, activation.bits, rows, Math.min(rows, crossbarRows), this.#makesSums);
    this.#code = weightCode(arithmetic);
    this.#converters = this.#newConverters();
    this.#vectors = Math.min(CALL_VECTORS, Math.max(4, Math.ceil(CALL_VALUES / rows / 4) * 4));
    this.#memory = new ProductMemory(this.#instance, {
      ...{ rows, columns, crossbarRows, vectors: this.#vectors },
      parts: this.#parts,
      planes: planesOf(arithmetic),
      hasCells: this.#makesSums,
    });
    this.#describe();
    this.#codeWeights();
    this.#cutBlocks();
  }

  /**
   * Multiplies vectors with the matrix.
   *
   * @param x Inputs, `n × rows`.
   * @param n How many vectors.
   * @param y Where the results go, `n × columns`.
   */
  multiply(x: Float32Array, n: number, y: Float32Array): void {
    const { rows, columns } = this.#options;
    const inputs = this.#memory.floats(DigitProduct.INPUTS);
    const outputs = this.#memory.floats(DigitProduct.OUTPUTS);
    for (let first = 0; first < n; first += this.#vectors) {
      const count = Math.min(this.#vectors, n - first);
      inputs.set(x.subarray(first * rows, (first + count) * rows));
      this.#instance.call((exports) => exports.multiplyDigits(this.#memory.start, count));
      y.set(outputs.subarray(0, count * columns), first * columns);
    }
    this.#multiplied += n;
  }

  /** What has been counted so far. */
  get counts(): ProductCounts {
    const { rows, columns, activation, arithmetic } = this.#options;
    const numbers = this.#memory.doubles(DigitProduct.NUMBERS);
    const reads = Math.ceil(activation.bits / arithmetic.dacBits);
    return {
      conversions: this.#multiplied * this.#memory.blocks * reads * this.#conversionParts * columns,
      clipped: numbers[DigitNumber.CLIPPED]!,
      inputs: this.#multiplied * rows,
      clippedInputs: numbers[DigitNumber.CLIPPED_INPUTS]!,
    };
  }

  /** Least bits of an ADC that would lose nothing. */
  get leastAdcBits(): LeastAdcBits {
    const { isDifference } = this.#options.arithmetic;
    const seen = this.sums?.map((range) => leastAdcBits(range, isDifference));
    return { worst: this.#worst, weights: this.#weights, seen: seen && Math.max(...seen) };
  }

  /** The least and the greatest sum of every digit so far; undefined unless sums are kept. */
  get sums(): readonly DigitSums[] | undefined {
    if (this.#options.keepsSums !== true) return undefined;
    const { digits } = this.#code;
    return Array.from({ length: this.#conversionParts }, (_, part) => {
      const [least = 0, most = 0] = this.#converter(part).subarray(DigitConverter.LEAST_SUM);
      const isSeen = least <= most;
      return {
        ...{ digit: part % digits, sign: Math.floor(part / digits) },
        ...{ least: isSeen ? least : 0, most: isSeen ? most : 0 },
      };
    });
  }

  /** Lets the next product have its memory; it cannot multiply any more. */
  release(): void {
    this.#instance.release();
  }

  /** True where sums of columns have to be made: for an ADC, or to be kept. */
  get #makesSums(): boolean {
    return this.#options.arithmetic.adcBits !== undefined || this.#options.keepsSums === true;
  }

  /** Signs and digits. */
  get #parts(): number {
    return this.#code.signs * this.#code.digits;
  }

  /** Those that have a conversion of their own. */
  get #conversionParts(): number {
    return this.#options.arithmetic.isDifference ? this.#code.digits : this.#parts;
  }

  /** Per sign and digit; undefined where sums are read exactly. */
  #newConverters(): readonly Converter[] | undefined {
    const { arithmetic, crossbarRows, seen } = this.#options;
    const { adcBits } = arithmetic;
    if (adcBits === undefined) return undefined;
    const { digits } = this.#code;
    return Array.from({ length: this.#conversionParts }, (_, part) => {
      const sign = Math.floor(part / digits);
      const own = seen?.find((sums) => sums.digit === part % digits && sums.sign === sign);
      return converterOf(arithmetic, adcBits, crossbarRows, own);
    });
  }

  #converter(part: number): Float64Array {
    const size = DigitConverter.BYTES / 8;
    return this.#memory.doubles(DigitProduct.CONVERTERS).subarray(part * size, (part + 1) * size);
  }

  /** Fills in the record and all that does not depend on weights. */
  #describe(): void {
    const { rows, columns, arithmetic, activation, crossbarRows, keepsSums } = this.#options;
    const memory = this.#memory;
    const { tiles, sumTiles } = memory;
    const planes = planesOf(arithmetic);
    memory.set(DigitProduct.ROWS, rows);
    memory.set(DigitProduct.COLUMNS, columns);
    memory.set(DigitProduct.BLOCK_ROWS, Math.min(rows, crossbarRows));
    memory.set(DigitProduct.TILES, tiles);
    memory.set(DigitProduct.DIGITS, this.#code.digits);
    memory.set(DigitProduct.SUM_TILES, sumTiles);
    memory.set(DigitProduct.CONVERSION_TILES, this.#conversionParts * tiles);
    memory.set(DigitProduct.CHUNKS, memory.chunks);
    memory.set(
      DigitProduct.BYTE_ROWS,
      Math.floor(255 / (2 ** Math.min(arithmetic.cellBits, PLANE_BITS) - 1)),
    );
    memory.set(DigitProduct.ACTIVATION_BITS, activation.bits);
    memory.set(DigitProduct.DAC_BITS, Math.min(arithmetic.dacBits, activation.bits));
    memory.set(DigitProduct.IS_TWOS_COMPLEMENT, activation.isTwosComplement ? 1 : 0);
    memory.set(DigitProduct.KEEPS_SUMS, keepsSums === true ? 1 : 0);
    memory.set(DigitProduct.CODE_STRIDE, memory.codeStride);
    const numbers = memory.doubles(DigitProduct.NUMBERS);
    const [least, most] = activationLimits(activation);
    numbers[DigitNumber.SCALE] = activation.scale;
    numbers[DigitNumber.ZERO] = Math.floor(activation.zeroPoint);
    numbers[DigitNumber.ZERO_FRACTION] = activation.zeroPoint - Math.floor(activation.zeroPoint);
    numbers[DigitNumber.LEAST] = least;
    numbers[DigitNumber.MOST] = most;
    memory.words(DigitProduct.LANES).fill(-1, 0, columns);
    const vectors = memory.words(DigitProduct.VECTORS);
    for (let vector = 0; vector < memory.chunks * CHUNK; vector++) {
      // Vectors that only fill up the last chunk add to a tile that nobody reads.
      vectors[2 * vector] = Math.floor(vector / planes) < sumTiles ? Math.floor(vector / planes) : sumTiles;
      vectors[2 * vector + 1] = PLANE_BITS * (vector % planes);
    }
    for (let part = 0; part < this.#parts; part++) {
      const { low = 0, step = 1, last = 0 } = this.#converters?.[part] ?? {};
      this.#converter(part).set([low, step, last, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    }
  }

  /** Codes of all weights. */
  #codeWeights(): void {
    const { weights, rows, columns, activation } = this.#options;
    const given = this.#options.scales ?? weightScales(weights, columns, this.#code);
    const { codeStride } = this.#memory;
    const codes = this.#memory.doubles(DigitProduct.CODES);
    const sums = this.#memory.doubles(DigitProduct.CODE_SUMS);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const code = codeOf(weights[row * columns + column]!, given[column]!, this.#code);
        codes[row * codeStride + column] = code;
        sums[column]! += code;
      }
    }
    this.#memory.doubles(DigitProduct.SCALES).set(given.map((scale) => scale * activation.scale));
  }

  /** Cells of all blocks, what their sums can be, and which of them an ADC can change. */
  #cutBlocks(): void {
    const { rows, crossbarRows } = this.#options;
    const cut = newColumnCells(Math.min(rows, crossbarRows), this.#code);
    let isExactAll = true;
    for (let block = 0; block < this.#memory.blocks; block++) {
      const from = block * crossbarRows;
      isExactAll = this.#cutBlock(block, from, Math.min(rows, from + crossbarRows), cut) && isExactAll;
    }
    const isWhole = this.#converters?.every(({ low, step }) => step === 1 && Number.isInteger(low));
    const reading = isExactAll ? Reading.NONE : isWhole === true ? Reading.WHOLE : Reading.STEPS;
    this.#memory.set(DigitProduct.READING, reading);
  }

  /** Cells of one block; true where the ADC changes none of its sums. */
  #cutBlock(block: number, from: number, to: number, cut: ReturnType<typeof newColumnCells>): boolean {
    const { columns, arithmetic } = this.#options;
    const memory = this.#memory;
    const { tiles } = memory;
    const codes = memory.doubles(DigitProduct.CODES);
    const source = { codes, stride: memory.codeStride, from, to };
    const inexact = memory
      .bytes(DigitProduct.INEXACT)
      .subarray(block * this.#conversionParts * tiles, (block + 1) * this.#conversionParts * tiles);
    this.#worst = Math.max(this.#worst, this.#worstBits(to - from));
    for (let column = 0; column < columns; column++) {
      cutColumn(source, column, arithmetic, this.#code, cut);
      const tile = Math.floor(column / TILE);
      for (let part = 0; part < this.#conversionParts; part++) {
        const range = this.#rangeOf(part, to - from, cut.cells);
        this.#weights = Math.max(this.#weights, leastAdcBits(range, arithmetic.isDifference));
        const converter = this.#converters?.[part];
        if (converter !== undefined && !isExact(converter, range)) inexact[part * tiles + tile] = 1;
      }
      if (this.#makesSums) this.#store(block, from, to, column, cut);
    }
    if (this.#makesSums) this.#markNeeded(block, inexact);
    return inexact.every((flag) => flag === 0);
  }

  #worstBits(rows: number): number {
    const { arithmetic } = this.#options;
    const most = largestSum(rows, arithmetic);
    return leastAdcBits({ least: -most, most }, arithmetic.isDifference);
  }

  /** What sums a digit of a column can make. */
  #rangeOf(part: number, rows: number, cells: Float64Array): ValueRange {
    const { dacBits, isDifference } = this.#options.arithmetic;
    const sum = (index: number) => sumOf(cells.subarray(index * rows, (index + 1) * rows));
    return columnRange(sum(part), isDifference ? sum(part + this.#code.digits) : 0, dacBits);
  }

  /** Puts the cells of a column where the engine adds them, plane by plane, and says what their sums are worth. */
  #store(
    block: number,
    from: number,
    to: number,
    column: number,
    cut: ReturnType<typeof newColumnCells>,
  ): void {
    const { cellBits } = this.#options.arithmetic;
    const { digits } = this.#code;
    const { tiles, chunks, sumTiles } = this.#memory;
    const planes = planesOf(this.#options.arithmetic);
    const bytes = this.#memory.bytes(DigitProduct.CELLS);
    const worths = this.#memory.doubles(DigitProduct.WORTHS);
    const rows = to - from;
    const tile = Math.floor(column / TILE);
    const lane = column % TILE;
    for (let part = 0; part < this.#parts; part++) {
      const digit = part % digits;
      const isLess = part >= digits !== (cut.isFlipped[digit] === 1);
      const sumTile = part * tiles + tile;
      worths[(block * sumTiles + sumTile) * TILE + lane] = (isLess ? -1 : 1) * 2 ** (digit * cellBits);
      for (let plane = 0; plane < planes; plane++) {
        const vector = sumTile * planes + plane;
        const chunk = Math.floor(vector / CHUNK);
        const shift = PLANE_BITS * plane;
        let at = ((from * chunks + chunk * rows) * CHUNK + (vector % CHUNK)) * TILE + lane;
        for (let row = 0; row < rows; row++, at += CHUNK * TILE) {
          bytes[at] = (cut.cells[part * rows + row]! >>> shift) & (2 ** PLANE_BITS - 1);
        }
      }
    }
  }

  /** Which chunks have sums that are needed. */
  #markNeeded(block: number, inexact: Uint8Array): void {
    const { chunks, sumTiles } = this.#memory;
    const planes = planesOf(this.#options.arithmetic);
    const needed = this.#memory.bytes(DigitProduct.NEEDED).subarray(block * chunks, (block + 1) * chunks);
    if (this.#options.keepsSums === true) needed.fill(1);
    for (let vector = 0; vector < sumTiles * planes; vector++) {
      const sumTile = Math.floor(vector / planes);
      if (inexact[sumTile % inexact.length] === 1) needed[Math.floor(vector / CHUNK)] = 1;
    }
  }
}

/** Planes of a cell. */
function planesOf({ weightBits, cellBits, coding }: Arithmetic): number {
  // Only where columns are flipped is there more in a cell than a weight has.
  const bits = coding === 'flipped' ? cellBits : Math.min(cellBits, weightBits);
  return Math.ceil(bits / PLANE_BITS);
}
