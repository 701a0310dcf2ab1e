import { DigitProduct, NoiseNumber, STRIP } from '../../assembly/execute/digits-layout.ts';
import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { EngineInstance } from '../engine/instance.ts';
import { worthOf } from './byte-cells.ts';
import type { CellStore, RowBlock } from './cell-store.ts';
import type { ColumnCells } from './cells.ts';
import { conductanceOf, noiseLevels } from './noise-levels.ts';
import type { NoiseModel } from './noise-model.ts';
import type { NoiseSizes, ProductMemory } from './product-memory.ts';
import type { WeightCode } from './weight-code.ts';

/** Columns of a pair of sum strips. */
const PAIR = 2 * STRIP;
/** Instead of a level, where there is no cell. */
const NO_CELL = -1;

/** The noise of one matrix. The same one has the same cells and reads, whenever it is computed. */
export interface MatrixNoise {
  /** What cells and reads are like. */
  readonly model: NoiseModel;
  /** A whole number from 0 on: another one, other cells. */
  readonly seed: number;
  /** Which trial with this seed: a whole number from 0 to 2^31 − 1. */
  readonly trial: number;
  /** Which matrix of the network, of all layers and groups: a whole number from 0 to 2^32 − 1. */
  readonly matrix: number;
}

/** Sizes of what a noise needs. */
export function noiseSizes({ model }: MatrixNoise, { cellBits, adcBits }: Arithmetic): NoiseSizes {
  return { levels: 2 ** cellBits, isLinear: adcBits === undefined, hasReadNoise: model.read !== undefined };
}

/** Cells that hold what was drawn for them. */
export class NoisyCells implements CellStore {
  readonly #memory: ProductMemory;
  readonly #instance: EngineInstance;
  readonly #arithmetic: Arithmetic;
  readonly #code: WeightCode;
  readonly #isLinear: boolean;

  constructor(
    memory: ProductMemory,
    instance: EngineInstance,
    arithmetic: Arithmetic,
    code: WeightCode,
    noise: MatrixNoise,
  ) {
    this.#memory = memory;
    this.#instance = instance;
    this.#arithmetic = arithmetic;
    this.#code = code;
    const { isLinear, hasReadNoise } = noiseSizes(noise, arithmetic);
    this.#isLinear = isLinear;
    memory.set(DigitProduct.IS_LINEAR, isLinear ? 1 : 0);
    memory.set(DigitProduct.HAS_READ_NOISE, hasReadNoise ? 1 : 0);
    memory.set(DigitProduct.SEED_LOW, noise.seed | 0);
    memory.set(DigitProduct.SEED_HIGH, Math.floor(noise.seed / 2 ** 32));
    memory.set(DigitProduct.TRIAL, noise.trial);
    memory.set(DigitProduct.MATRIX, noise.matrix | 0);
    memory.set(DigitProduct.PAIRS, memory.pairs);
    memory.doubles(DigitProduct.LEVELS).set(noiseLevels(noise.model, arithmetic.cellBits));
    this.#setNumbers(noise.model);
    memory.floats(DigitProduct.VALUES).fill(NO_CELL);
  }

  #setNumbers(model: NoiseModel): void {
    const { cellBits } = this.#arithmetic;
    const { drift } = model;
    const numbers = this.#memory.doubles(DigitProduct.NOISE_NUMBERS);
    numbers[NoiseNumber.G_MIN] = model.gMinUs;
    numbers[NoiseNumber.G_MAX] = model.gMaxUs;
    numbers[NoiseNumber.G_STEP] = conductanceOf(1, cellBits, model) - model.gMinUs;
    numbers[NoiseNumber.G_REMOVED] = model.removesGMin === false ? 0 : model.gMinUs;
    numbers[NoiseNumber.IS_LOGNORMAL] = model.distribution === 'lognormal' ? 1 : 0;
    numbers[NoiseNumber.STUCK_ON] = model.stuckOn ?? 0;
    numbers[NoiseNumber.STUCK_OFF] = model.stuckOff ?? 0;
    numbers[NoiseNumber.LOG_TIME] = drift === undefined ? 0 : Math.log1p(drift.seconds / drift.t0Seconds);
  }

  store({ block, from, to }: RowBlock, column: number, { cells, isFlipped, bias }: ColumnCells): void {
    const { digits, signs } = this.#code;
    const { strips, sumStrips } = this.#memory;
    const { cellBits } = this.#arithmetic;
    const values = this.#memory.floats(DigitProduct.VALUES);
    const worths = this.#memory.doubles(DigitProduct.WORTHS);
    const own = this.#isLinear ? 0 : block;
    const rows = to - from;
    const strip = Math.floor(column / STRIP);
    const lane = column % STRIP;
    let correction = -bias;
    for (let part = 0; part < digits * signs; part++) {
      const sumStrip = part * strips + strip;
      const worth = worthOf(part, isFlipped, this.#code, this.#arithmetic);
      if (isFlipped[part % digits] === 1) correction -= worth * (2 ** cellBits - 1);
      worths[(own * sumStrips + sumStrip) * STRIP + lane] = worth;
      const pair = Math.floor(sumStrip / 2);
      const first = own * this.#blockFloats + pair * rows * PAIR + (sumStrip % 2) * STRIP + lane;
      for (let row = 0; row < rows; row++) values[first + row * PAIR] = cells[part * rows + row]!;
    }
    this.#memory.doubles(DigitProduct.CORRECTIONS)[own * strips * STRIP + column] = correction;
  }

  finish({ block, from, to }: RowBlock): void {
    this.#instance.call((exports) =>
      exports.programBlock(this.#memory.start, this.#isLinear ? 0 : block, from, to - from),
    );
    if (this.#isLinear) this.#memory.floats(DigitProduct.VALUES).fill(NO_CELL);
  }

  /** Multiplies results with what the conductances have lost by drift, all together. */
  compensateDrift(): void {
    const numbers = this.#memory.doubles(DigitProduct.NOISE_NUMBERS);
    const after = numbers[NoiseNumber.G_AFTER]!;
    if (after === 0) return;
    const factor = numbers[NoiseNumber.G_BEFORE]! / after;
    const scales = this.#memory.doubles(DigitProduct.SCALES);
    scales.set(scales.map((scale) => scale * factor));
  }

  /** Floats of a block. */
  get #blockFloats(): number {
    return this.#memory.blockRows * this.#memory.pairs * PAIR;
  }
}
