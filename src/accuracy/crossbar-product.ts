import {
  DigitConverter,
  DigitNumber,
  DigitProduct,
  Reading,
  STRIP,
} from '../../assembly/execute/digits-layout.ts';
import { EngineInstance } from '../engine/instance.ts';
import type { ValueRange } from './activation-range.ts';
import { ByteCells, planesOf } from './byte-cells.ts';
import type { CellStore, RowBlock } from './cell-store.ts';
import { type ColumnCells, columnRange, cutColumn, newColumnCells, sumOf } from './cells.ts';
import { type Converter, converterOf, isExact, largestSum, leastAdcBits } from './converter.ts';
import { demandExact } from './limits.ts';
import { NoisyCells, noiseSizes } from './noisy-cells.ts';
import { ProductMemory, TOGETHER } from './product-memory.ts';
import type { DigitSums, ProductOptions } from './product-options.ts';
import { describeProduct } from './product-record.ts';
import { codeOf, givenWeightCode, type WeightCode, weightCode, weightScales } from './weight-code.ts';

/** What a product has counted. */
export interface ProductCounts {
  /** Conversions of sums of columns. */
  readonly conversions: number;
  /** Of these, those whose sum was outside of what the codes of the ADC stand for, by more than half a step. */
  readonly clipped: number;
  /** Inputs of MVMs. */
  readonly inputs: number;
  /** Of these, those whose value was outside of their code. */
  readonly clippedInputs: number;
}

/** Least bits of an ADC of range `clip` that changes no sum of cells that hold what they should. */
export interface LeastAdcBits {
  /** Whatever the cells and inputs are. */
  readonly worst: number;
  /** With these weights, whatever the inputs are. */
  readonly weights: number;
  /** With these weights and the inputs so far; undefined unless sums are kept. */
  readonly seen: number | undefined;
}

/** Where vectors lie in arrays of floats; left out, one behind the other. */
export interface VectorLayout {
  /** Number of the first vector among all that the matrix multiplies; noisy reads of a vector are those of its number. */
  readonly first?: number;
  /** Where the first vector of inputs begins. */
  readonly xFrom?: number;
  /** From the beginning of a vector of inputs to that of the next one. */
  readonly xStride?: number;
  /** Where the results of the first vector go. */
  readonly yFrom?: number;
  /** From there to the results of the next one. */
  readonly yStride?: number;
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
    const { rows, columns, arithmetic, activation, crossbarRows, noise } = options;
    this.#options = options;
    demandExact(arithmetic, activation.bits, rows, Math.min(rows, crossbarRows), this.#makesSums);
    this.#code = weightCode(arithmetic);
    this.#converters = this.#newConverters();
    this.#vectors = Math.min(CALL_VECTORS, Math.max(4, Math.ceil(CALL_VALUES / rows / 4) * 4));
    this.#memory = new ProductMemory(this.#instance, {
      ...{ rows, columns, crossbarRows, vectors: this.#vectors },
      parts: this.#code.signs * this.#code.digits,
      planes: planesOf(arithmetic),
      hasCells: this.#makesSums,
      noise: noise && noiseSizes(noise, arithmetic),
    });
    describeProduct(this.#memory, options, this.#conversionParts, this.#converters);
    this.#codeWeights();
    this.#cutBlocks();
  }

  /**
   * Multiplies vectors with the matrix.
   *
   * @param x Inputs: vector `i` is the `rows` values from `xFrom + i · xStride` on.
   * @param n How many vectors.
   * @param y Where the results go: `columns` values from `yFrom + i · yStride` on. Doubles have all digits of sums of integers.
   */
  multiply(x: Float32Array, n: number, y: Float32Array | Float64Array, where: VectorLayout = {}): void {
    const { rows, columns, noise } = this.#options;
    const { first = 0, xFrom = 0, xStride = rows, yFrom = 0, yStride = columns } = where;
    const { start } = this.#memory;
    const inputs = this.#memory.floats(DigitProduct.INPUTS);
    const outputs = this.#memory.floats(DigitProduct.OUTPUTS);
    const atOnce = y instanceof Float64Array ? TOGETHER : this.#vectors;
    for (let done = 0; done < n; done += atOnce) {
      const count = Math.min(atOnce, n - done);
      copyVectors(x, xFrom + done * xStride, xStride, inputs, 0, rows, count, rows);
      this.#memory.set(DigitProduct.FIRST_VECTOR, first + done);
      this.#instance.call((exports) =>
        noise === undefined ? exports.multiplyDigits(start, count) : exports.multiplyNoisy(start, count),
      );
      const to = yFrom + done * yStride;
      if (y instanceof Float64Array) this.#copyWide(y, to, yStride, count);
      else copyVectors(outputs, 0, columns, y, to, yStride, count, columns);
    }
    this.#multiplied += n;
  }

  /** Results of vectors that went through together, before they became floats. */
  #copyWide(y: Float64Array, yFrom: number, yStride: number, count: number): void {
    const { columns, activation } = this.#options;
    const results = this.#memory.doubles(DigitProduct.RESULTS);
    const scales = this.#memory.doubles(DigitProduct.SCALES);
    const codeSums = this.#memory.doubles(DigitProduct.CODE_SUMS);
    const stride = this.#memory.strips * STRIP;
    for (let i = 0; i < count; i++) {
      for (let column = 0; column < columns; column++) {
        const whole = results[i * stride + column]! - activation.zeroPoint * codeSums[column]!;
        y[yFrom + i * yStride + column] = whole * scales[column]!;
      }
    }
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
    const { keepsSums, noise } = this.#options;
    if (keepsSums !== true || noise !== undefined) return undefined;
    const { digits } = this.#code;
    const size = DigitConverter.BYTES / 8;
    const converters = this.#memory.doubles(DigitProduct.CONVERTERS);
    return Array.from({ length: this.#conversionParts }, (_, part) => {
      const least = converters[part * size + DigitConverter.LEAST_SUM]!;
      const most = converters[part * size + DigitConverter.MOST_SUM]!;
      const range = least <= most ? { least, most } : { least: 0, most: 0 };
      return { digit: part % digits, sign: Math.floor(part / digits), ...range };
    });
  }

  /** Lets the next product have its memory; it cannot multiply any more. */
  release(): void {
    this.#instance.release();
  }

  /** True where sums of columns have to be made of exact cells: for an ADC, or to be kept. */
  get #makesSums(): boolean {
    const { arithmetic, keepsSums, noise } = this.#options;
    return noise === undefined && (arithmetic.adcBits !== undefined || keepsSums === true);
  }

  /** Signs and digits that have a conversion of their own. */
  get #conversionParts(): number {
    const { digits, signs } = this.#code;
    return this.#options.arithmetic.isDifference ? digits : digits * signs;
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

  /** The code of the weights of a column. */
  #codeOfColumn(column: number): WeightCode {
    const { zeroPoints, arithmetic } = this.#options;
    if (zeroPoints === undefined) return this.#code;
    return givenWeightCode(this.#code, arithmetic.weightBits, zeroPoints[column]!);
  }

  /** Codes of all weights. */
  #codeWeights(): void {
    const { weights, rows, columns, activation } = this.#options;
    const given = this.#options.scales ?? weightScales(weights, columns, this.#code);
    const { codeStride } = this.#memory;
    const codes = this.#memory.doubles(DigitProduct.CODES);
    const sums = this.#memory.doubles(DigitProduct.CODE_SUMS);
    const ofColumns = Array.from({ length: columns }, (_, column) => this.#codeOfColumn(column));
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const code = codeOf(weights[row * columns + column]!, given[column]!, ofColumns[column]!);
        codes[row * codeStride + column] = code;
        sums[column]! += code;
      }
    }
    this.#memory.doubles(DigitProduct.SCALES).set(given.map((scale) => scale * activation.scale));
  }

  /** Cells of all blocks, what their sums can be, and which of them an ADC can change. */
  #cutBlocks(): void {
    const { rows, crossbarRows, noise, arithmetic } = this.#options;
    const memory = this.#memory;
    const cut = newColumnCells(memory.blockRows, this.#code);
    const noisy = noise && new NoisyCells(memory, this.#instance, arithmetic, this.#code, noise);
    const store = noisy ?? this.#newStore();
    let isInexact = false;
    for (let block = 0; block < memory.blocks; block++) {
      const from = block * crossbarRows;
      const one = { block, from, to: Math.min(rows, from + crossbarRows) };
      isInexact = this.#cutBlock(one, cut, store) || isInexact;
    }
    const isWhole = this.#converters?.every(({ low, step }) => step === 1 && Number.isInteger(low));
    const isRead = noise === undefined ? isInexact : this.#converters !== undefined;
    memory.set(DigitProduct.READING, isRead ? (isWhole ? Reading.WHOLE : Reading.STEPS) : Reading.NONE);
    if (noisy !== undefined && noise?.model.compensatesDrift === true) noisy.compensateDrift();
  }

  /** Where the cells go; undefined where nobody needs them. */
  #newStore(): CellStore | undefined {
    const { arithmetic, keepsSums } = this.#options;
    if (!this.#makesSums) return undefined;
    return new ByteCells(this.#memory, arithmetic, this.#code, keepsSums === true);
  }

  /** Cells of one block; true where the ADC may change a sum. */
  #cutBlock(one: RowBlock, cut: ColumnCells, store: CellStore | undefined): boolean {
    const { columns, arithmetic } = this.#options;
    const memory = this.#memory;
    const { strips } = memory;
    const { block, from, to } = one;
    const source = { codes: memory.doubles(DigitProduct.CODES), stride: memory.codeStride, from, to };
    const conversions = this.#conversionParts * strips;
    const inexact = memory
      .bytes(DigitProduct.INEXACT)
      .subarray(block * conversions, (block + 1) * conversions);
    const most = largestSum(to - from, arithmetic);
    this.#worst = Math.max(this.#worst, leastAdcBits({ least: -most, most }, arithmetic.isDifference));
    for (let column = 0; column < columns; column++) {
      cutColumn(source, column, arithmetic, this.#codeOfColumn(column), cut);
      const strip = Math.floor(column / STRIP);
      for (let part = 0; part < this.#conversionParts; part++) {
        const range = this.#rangeOf(part, to - from, cut.cells);
        this.#weights = Math.max(this.#weights, leastAdcBits(range, arithmetic.isDifference));
        const converter = this.#converters?.[part];
        if (converter !== undefined && !isExact(converter, range)) inexact[part * strips + strip] = 1;
      }
      store?.store(one, column, cut);
    }
    store?.finish(one, inexact);
    return inexact.some((flag) => flag === 1);
  }

  /** What sums a digit of a column can make. */
  #rangeOf(part: number, rows: number, cells: Float64Array): ValueRange {
    const { dacBits, isDifference } = this.#options.arithmetic;
    const sum = (index: number) => sumOf(cells.subarray(index * rows, (index + 1) * rows));
    return columnRange(sum(part), isDifference ? sum(part + this.#code.digits) : 0, dacBits);
  }
}

/** Copies vectors of a length; at once where they lie one behind the other. */
function copyVectors(
  source: Float32Array,
  sourceFrom: number,
  sourceStride: number,
  target: Float32Array,
  targetFrom: number,
  targetStride: number,
  count: number,
  length: number,
): void {
  if (sourceStride === length && targetStride === length) {
    target.set(source.subarray(sourceFrom, sourceFrom + count * length), targetFrom);
    return;
  }
  for (let i = 0; i < count; i++) {
    const from = sourceFrom + i * sourceStride;
    target.set(source.subarray(from, from + length), targetFrom + i * targetStride);
  }
}
