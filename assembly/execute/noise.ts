/**
 * Products with cells that do not hold what they should (docs/accuracy.md): each has the conductance that was drawn for it,
 * and reads may be noisy. Draws follow from the seed and from where a cell or a conversion is, not from the order of work.
 */

import { get, getAddress } from '../kernel/memory';
import { countMore, field, isDriven, multiplyCodes, openProduct, quantise, scale } from './digits';
import {
  DigitConverter,
  DigitNumber,
  DigitProduct,
  NoiseLevel,
  NoiseNumber,
  Reading,
  STRIP,
} from './digits-layout';
import { draw, lastUniform, normal } from './random';

const DOUBLE: usize = 8;
const TOGETHER = 4;
/** Columns of a pair of strips, and bytes of a row of them. */
const PAIR = 2 * STRIP;
const PAIR_ROW: usize = (<usize>PAIR) << 2;
/** What is drawn: the last word of the counter is twice the trial, and this. */
const CELL_DRAWS: u32 = 0;
const READ_DRAWS: u32 = 1;

// --- cells ------------------------------------------------------------------------------------------------

let levels: usize = 0;
let noise: usize = 0;

function noiseOf(index: i32): f64 {
  return load<f64>(noise + <usize>index * DOUBLE);
}

function addNoise(index: i32, more: f64): void {
  const address = noise + <usize>index * DOUBLE;
  store<f64>(address, load<f64>(address) + more);
}

/**
 * Draws the cells of a block of `length` rows from row `first` on, whose levels are where their values will be: at
 * `block` of the values, 0 for the only one of a linear product, whose weights are made of them.
 */
export function programBlock(product: usize, block: i32, first: i32, length: i32): void {
  levels = getAddress(product, DigitProduct.LEVELS);
  noise = getAddress(product, DigitProduct.NOISE_NUMBERS);
  const pairs = get(product, DigitProduct.PAIRS);
  const hasReadNoise = get(product, DigitProduct.HAS_READ_NOISE) !== 0;
  const blockRows = get(product, DigitProduct.BLOCK_ROWS);
  const offset = <usize>block * <usize>blockRows * <usize>pairs * PAIR_ROW;
  const values = getAddress(product, DigitProduct.VALUES) + offset;
  const variances = getAddress(product, DigitProduct.VARIANCES) + (hasReadNoise ? offset : 0);
  const keyA = <u32>get(product, DigitProduct.SEED_LOW);
  const keyB = <u32>get(product, DigitProduct.SEED_HIGH);
  const trial = ((<u32>get(product, DigitProduct.TRIAL)) << 1) | CELL_DRAWS;
  const matrix = <u32>get(product, DigitProduct.MATRIX);
  const rowCells = <u64>pairs * PAIR;
  for (let pair = 0; pair < pairs; pair++) {
    for (let row = 0; row < length; row++) {
      const at = (<usize>pair * <usize>length + <usize>row) * PAIR_ROW;
      const index = <u64>(first + row) * rowCells + <u64>pair * PAIR;
      for (let column = 0; column < PAIR; column++) {
        const cell = at + ((<usize>column) << 2);
        const level = load<f32>(values + cell);
        // Columns that only fill up a strip have no cells.
        if (level < 0) {
          store<f32>(values + cell, 0);
          if (hasReadNoise) store<f32>(variances + cell, 0);
          continue;
        }
        const id = index + <u64>column;
        draw(<u32>id, <u32>(id >> 32), matrix, trial, keyA, keyB);
        const record = levels + <usize>level * <usize>NoiseLevel.BYTES;
        const conductance = program(record);
        const step = noiseOf(NoiseNumber.G_STEP);
        store<f32>(values + cell, <f32>((conductance - noiseOf(NoiseNumber.G_REMOVED)) / step));
        if (hasReadNoise) {
          const deviation = (field(record, NoiseLevel.READ) * conductance) / step;
          store<f32>(variances + cell, <f32>(deviation * deviation));
        }
      }
    }
  }
  if (get(product, DigitProduct.IS_LINEAR) !== 0) addWeights(product, values, variances, first, length);
}

/** The conductance that a cell gets: wanted, varied, stuck, drifted. */
function program(level: usize): f64 {
  const target = field(level, NoiseLevel.TARGET);
  const sigma = field(level, NoiseLevel.SIGMA);
  let conductance = target;
  if (sigma > 0) {
    const deviation = sigma * <f64>normal(0);
    conductance =
      noiseOf(NoiseNumber.IS_LOGNORMAL) !== 0
        ? target * Math.exp(deviation - (sigma * sigma) / 2)
        : max(0, target + deviation);
  }
  const stuckOn = noiseOf(NoiseNumber.STUCK_ON);
  const stuckOff = noiseOf(NoiseNumber.STUCK_OFF);
  if (stuckOn + stuckOff > 0) {
    const share = <f64>lastUniform();
    if (share <= stuckOn) conductance = noiseOf(NoiseNumber.G_MAX);
    else if (share <= stuckOn + stuckOff) conductance = noiseOf(NoiseNumber.G_MIN);
  }
  addNoise(NoiseNumber.G_BEFORE, conductance);
  const logTime = noiseOf(NoiseNumber.LOG_TIME);
  if (logTime > 0) {
    const nuSigma = field(level, NoiseLevel.NU_SIGMA);
    const nu = field(level, NoiseLevel.NU) + (nuSigma > 0 ? nuSigma * <f64>normal(1) : 0);
    conductance *= Math.exp(-abs(nu) * logTime);
  }
  addNoise(NoiseNumber.G_AFTER, conductance);
  return conductance;
}

/** Adds the cells of a block to the weights, and to the variances of their reads. */
function addWeights(product: usize, values: usize, variances: usize, first: i32, length: i32): void {
  const stride = get(product, DigitProduct.CODE_STRIDE);
  const columns = get(product, DigitProduct.COLUMNS);
  const strips = get(product, DigitProduct.STRIPS);
  const sumStrips = get(product, DigitProduct.SUM_STRIPS);
  const hasReadNoise = get(product, DigitProduct.HAS_READ_NOISE) !== 0;
  const worths = getAddress(product, DigitProduct.WORTHS);
  const corrections = getAddress(product, DigitProduct.CORRECTIONS);
  const codes = getAddress(product, DigitProduct.CODES);
  const codeVariances = getAddress(product, DigitProduct.CODE_VARIANCES);
  for (let row = 0; row < length; row++) {
    const rowCodes = <usize>(first + row) * <usize>stride * DOUBLE;
    for (let column = 0; column < columns; column++) {
      let code = load<f64>(corrections + <usize>column * DOUBLE);
      let variance: f64 = 0;
      for (let strip = column / STRIP; strip < sumStrips; strip += strips) {
        const lane = strip * STRIP + (column % STRIP);
        const worth = load<f64>(worths + <usize>lane * DOUBLE);
        const cell =
          (<usize>(lane / PAIR) * <usize>length + <usize>row) * PAIR_ROW + ((<usize>(lane % PAIR)) << 2);
        code += worth * <f64>load<f32>(values + cell);
        if (hasReadNoise) variance += worth * worth * <f64>load<f32>(variances + cell);
      }
      store<f64>(codes + rowCodes + <usize>column * DOUBLE, code);
      if (hasReadNoise) store<f64>(codeVariances + rowCodes + <usize>column * DOUBLE, variance);
    }
  }
}

// --- products ---------------------------------------------------------------------------------------------

let rows = 0;
let columns = 0;
let strips = 0;
let pairs = 0;
let conversionStrips = 0;
let sumStrips = 0;
let hasReadNoise = false;
let drives: usize = 0;
let sums: usize = 0;
let variances: usize = 0;
let converters: usize = 0;
let lanes: usize = 0;
let isConverted = false;

/** Multiplies `count` vectors of inputs with the noisy matrix of the product at `product`. */
export function multiplyNoisy(product: usize, count: i32): void {
  openProduct(product);
  openNoise(product);
  const isLinear = get(product, DigitProduct.IS_LINEAR) !== 0;
  const inputs = getAddress(product, DigitProduct.INPUTS);
  const codes = getAddress(product, DigitProduct.INPUT_CODES);
  const results = getAddress(product, DigitProduct.RESULTS);
  const outputs = getAddress(product, DigitProduct.OUTPUTS);
  const resultBytes = <usize>(strips * STRIP) * DOUBLE;
  const firstVector = get(product, DigitProduct.FIRST_VECTOR);
  for (let first = 0; first < count; first += TOGETHER) {
    const together = min(TOGETHER, count - first);
    quantise(inputs + ((<usize>first * rows) << 2), codes, together);
    if (isLinear) multiplyLinear(product, codes, results, together, firstVector + first);
    for (let i = 0; i < together; i++) {
      const result = results + <usize>i * resultBytes;
      if (!isLinear) {
        readNoisyBlocks(product, codes + <usize>(i * rows) * DOUBLE, result, firstVector + first + i);
      }
      scale(product, result, outputs + ((<usize>(first + i) * columns) << 2));
    }
  }
}

function openNoise(product: usize): void {
  rows = get(product, DigitProduct.ROWS);
  columns = get(product, DigitProduct.COLUMNS);
  strips = get(product, DigitProduct.STRIPS);
  pairs = get(product, DigitProduct.PAIRS);
  sumStrips = get(product, DigitProduct.SUM_STRIPS);
  conversionStrips = get(product, DigitProduct.CONVERSION_STRIPS);
  hasReadNoise = get(product, DigitProduct.HAS_READ_NOISE) !== 0;
  drives = getAddress(product, DigitProduct.DRIVES);
  sums = getAddress(product, DigitProduct.NOISY_SUMS);
  variances = getAddress(product, DigitProduct.SUM_VARIANCES);
  converters = getAddress(product, DigitProduct.CONVERTERS);
  lanes = getAddress(product, DigitProduct.LANES);
  isConverted = get(product, DigitProduct.READING) !== Reading.NONE;
}

/** Draws four words for four neighbouring results of a vector. */
function drawRead(product: usize, index: i32, vector: i32): void {
  draw(
    <u32>index,
    <u32>vector,
    <u32>get(product, DigitProduct.MATRIX),
    ((<u32>get(product, DigitProduct.TRIAL)) << 1) | READ_DRAWS,
    <u32>get(product, DigitProduct.SEED_LOW),
    <u32>get(product, DigitProduct.SEED_HIGH),
  );
}

/** Where nothing is converted: one product, and one draw for all reads of a result together. */
function multiplyLinear(product: usize, codes: usize, results: usize, together: i32, vector: i32): void {
  multiplyCodes(product, getAddress(product, DigitProduct.CODES), codes, results, together);
  if (!hasReadNoise) return;
  const squares = getAddress(product, DigitProduct.SQUARES);
  const resultVariances = getAddress(product, DigitProduct.RESULT_VARIANCES);
  square(product, codes, squares);
  multiplyCodes(
    product,
    getAddress(product, DigitProduct.CODE_VARIANCES),
    squares,
    resultVariances,
    together,
  );
  const resultBytes = <usize>(strips * STRIP) * DOUBLE;
  for (let i = 0; i < together; i++) {
    for (let column = 0; column < columns; column++) {
      if ((column & 3) === 0) drawRead(product, column >> 2, vector + i);
      const at = <usize>i * resultBytes + <usize>column * DOUBLE;
      const deviation = Math.sqrt(load<f64>(resultVariances + at)) * <f64>normal(column & 3);
      store<f64>(results + at, load<f64>(results + at) + deviation);
    }
  }
}

/** Of every input: the sum over its reads of their squares, each with its worth. */
function square(product: usize, codes: usize, squares: usize): void {
  const bits = get(product, DigitProduct.ACTIVATION_BITS);
  const dacBits = get(product, DigitProduct.DAC_BITS);
  for (let i = 0; i < TOGETHER * rows; i++) {
    const code = <i32>load<f64>(codes + <usize>i * DOUBLE);
    let sum: f64 = 0;
    for (let bit = 0; bit < bits; bit += dacBits) {
      const read = <f64>readOf(code, bit, min(dacBits, bits - bit)) * <f64>((<u64>1) << (<u64>bit));
      sum += read * read;
    }
    store<f64>(squares + <usize>i * DOUBLE, sum);
  }
}

function readOf(code: i32, bit: i32, bits: i32): i32 {
  return (code >> bit) & ((1 << bits) - 1);
}

/** The results of one vector: all blocks, all reads, and what every input adds to every column. */
function readNoisyBlocks(product: usize, inputs: usize, results: usize, vector: i32): void {
  const blockRows = get(product, DigitProduct.BLOCK_ROWS);
  const bits = get(product, DigitProduct.ACTIVATION_BITS);
  const dacBits = get(product, DigitProduct.DAC_BITS);
  const isTwosComplement = get(product, DigitProduct.IS_TWOS_COMPLEMENT) !== 0;
  const keepsZero = get(product, DigitProduct.KEEPS_ZERO) !== 0;
  const wideStrip = <usize>STRIP * DOUBLE;
  let corrections = getAddress(product, DigitProduct.CORRECTIONS);
  let worths = getAddress(product, DigitProduct.WORTHS);
  let values = getAddress(product, DigitProduct.VALUES);
  let cellVariances = getAddress(product, DigitProduct.VARIANCES);
  let draws = 0;
  memory.fill(results, 0, <usize>strips * wideStrip);
  for (let first = 0; first < rows; first += blockRows) {
    const length = min(blockRows, rows - first);
    const from = inputs + <usize>first * DOUBLE;
    correct(from, length, corrections, results);
    for (let bit = 0; bit < bits; bit += dacBits) {
      if (keepsZero && !isDriven(from, length, bit, min(dacBits, bits - bit))) {
        draws += sumStrips * (STRIP / 4);
        continue;
      }
      const end = drive(from, length, bit, min(dacBits, bits - bit));
      addDriven(values, length, end, sums, false);
      if (hasReadNoise) {
        addDriven(cellVariances, length, end, variances, true);
        for (let i = 0; i < sumStrips * STRIP; i++) {
          if ((i & 3) === 0) drawRead(product, draws++, vector);
          const at = (<usize>i) << 2;
          const deviation = Mathf.sqrt(load<f32>(variances + at)) * normal(i & 3);
          store<f32>(sums + at, load<f32>(sums + at) + deviation);
        }
      }
      const sign: f64 = isTwosComplement && bit + dacBits >= bits ? -1 : 1;
      convertNoisy(worths, sign * <f64>((<u64>1) << (<u64>bit)), results);
    }
    const blockBytes = <usize>pairs * <usize>blockRows * PAIR_ROW;
    values += blockBytes;
    if (hasReadNoise) cellVariances += blockBytes;
    worths += <usize>sumStrips * wideStrip;
    corrections += <usize>strips * wideStrip;
  }
}

/** Adds what the sum of the inputs is worth in every column: the bias, and columns that are turned over. */
function correct(inputs: usize, length: i32, corrections: usize, results: usize): void {
  let sum: f64 = 0;
  for (let row = 0; row < length; row++) sum += load<f64>(inputs + <usize>row * DOUBLE);
  for (let column = 0; column < columns; column++) {
    const at = <usize>column * DOUBLE;
    store<f64>(results + at, load<f64>(results + at) + sum * load<f64>(corrections + at));
  }
}

/** Lists the rows that a read drives, and by how much. Returns the end of the list. */
function drive(inputs: usize, length: i32, bit: i32, bits: i32): usize {
  let to = drives;
  for (let row = 0; row < length; row++) {
    const read = readOf(<i32>load<f64>(inputs + <usize>row * DOUBLE), bit, bits);
    store<usize>(to, <usize>row * PAIR_ROW);
    store<f32>(to, <f32>read, 4);
    to += (<usize>i32(read !== 0)) << 3;
  }
  return to;
}

/** Sums of the driven rows, each times its drive, or the square of it. */
function addDriven(cells: usize, length: i32, end: usize, to: usize, isSquare: bool): void {
  for (let pair = 0; pair < pairs; pair++) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let e = f32x4.splat(0);
    let f = f32x4.splat(0);
    let g = f32x4.splat(0);
    let h = f32x4.splat(0);
    for (let list = drives; list < end; list += 8) {
      const row = cells + load<usize>(list);
      let by = v128.load32_splat(list, 4);
      if (isSquare) by = f32x4.mul(by, by);
      a = f32x4.add(a, f32x4.mul(by, v128.load(row)));
      b = f32x4.add(b, f32x4.mul(by, v128.load(row, 16)));
      c = f32x4.add(c, f32x4.mul(by, v128.load(row, 32)));
      d = f32x4.add(d, f32x4.mul(by, v128.load(row, 48)));
      e = f32x4.add(e, f32x4.mul(by, v128.load(row, 64)));
      f = f32x4.add(f, f32x4.mul(by, v128.load(row, 80)));
      g = f32x4.add(g, f32x4.mul(by, v128.load(row, 96)));
      h = f32x4.add(h, f32x4.mul(by, v128.load(row, 112)));
    }
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    v128.store(to, e, 64);
    v128.store(to, f, 80);
    v128.store(to, g, 96);
    v128.store(to, h, 112);
    to += PAIR_ROW;
    cells += <usize>length * PAIR_ROW;
  }
}

/** Converts the sums of one read, which is worth `worth`, and adds them to the results. */
function convertNoisy(worths: usize, worth: f64, results: usize): void {
  const isDifference = conversionStrips !== sumStrips;
  let strip = 0;
  let converter = converters;
  let clipped = 0;
  for (let conversion = 0; conversion < conversionStrips; conversion++) {
    const low = field(converter, DigitConverter.LOW);
    const step = field(converter, DigitConverter.STEP);
    const last = field(converter, DigitConverter.LAST);
    for (let lane = 0; lane < STRIP; lane++) {
      const column = strip * STRIP + lane;
      if (load<i32>(lanes + ((<usize>column) << 2)) === 0) break;
      const index = conversion * STRIP + lane;
      let sum = <f64>load<f32>(sums + ((<usize>index) << 2));
      if (isDifference) sum -= <f64>load<f32>(sums + ((<usize>(index + conversionStrips * STRIP)) << 2));
      if (isConverted) {
        const code = Math.floor((sum - low) / step + 0.5);
        const kept = max<f64>(0, min<f64>(code, last));
        clipped += i32(kept !== code);
        sum = low + step * kept;
      }
      const at = results + <usize>column * DOUBLE;
      const price = load<f64>(worths + <usize>index * DOUBLE);
      store<f64>(at, load<f64>(at) + sum * price * worth);
    }
    if (++strip === strips) {
      strip = 0;
      converter += <usize>DigitConverter.BYTES;
    }
  }
  if (clipped > 0) countMore(DigitNumber.CLIPPED, clipped);
}
