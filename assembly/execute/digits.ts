/**
 * Matrices on crossbars, digit by digit and read by read (docs/accuracy.md). The product of the codes is exact; to it comes
 * what the ADC changes of every sum, and only sums that it can change are made.
 */

import { get, getAddress } from '../kernel/memory';
import { CHUNK, DigitConverter, DigitNumber, DigitProduct, Reading, STRIP } from './digits-layout';

/** Vectors of inputs that go through the codes together. */
const TOGETHER = 4;
const DOUBLE: usize = 8;
/** Bytes of a strip of sums, and of one of doubles. */
const SUM_STRIP: usize = (<usize>STRIP) << 2;
const WIDE_STRIP: usize = (<usize>STRIP) << 3;
/** Bytes of a row of a chunk. */
const CHUNK_ROW: usize = <usize>(CHUNK * STRIP);

// What of the record the loops need, set once per call.
let rows = 0;
let columns = 0;
let strips = 0;
let sumStrips = 0;
let conversionStrips = 0;
let chunks = 0;
let byteRows = 0;
let reading = 0;
let keepsSums = false;
let isDifference = false;
let slabs: usize = 0;
let lanes: usize = 0;
let converters: usize = 0;
let numbers: usize = 0;
let sums: usize = 0;
let driven: usize = 0;

/** Multiplies `count` vectors of inputs with the matrix of the product at `product`. */
export function multiplyDigits(product: usize, count: i32): void {
  openProduct(product);
  const inputs = getAddress(product, DigitProduct.INPUTS);
  const weights = getAddress(product, DigitProduct.CODES);
  const codes = getAddress(product, DigitProduct.INPUT_CODES);
  const results = getAddress(product, DigitProduct.RESULTS);
  const outputs = getAddress(product, DigitProduct.OUTPUTS);
  const resultBytes = <usize>strips * WIDE_STRIP;
  const needsSums = reading !== Reading.NONE || keepsSums;
  for (let first = 0; first < count; first += TOGETHER) {
    const together = min(TOGETHER, count - first);
    quantise(inputs + ((<usize>first * rows) << 2), codes, together);
    multiplyCodes(product, weights, codes, results, together);
    for (let i = 0; i < together; i++) {
      const result = results + <usize>i * resultBytes;
      if (needsSums) readBlocks(product, codes + <usize>(i * rows) * DOUBLE, result);
      scale(product, result, outputs + ((<usize>(first + i) * columns) << 2));
    }
  }
}

/** Reads the record. */
export function openProduct(product: usize): void {
  rows = get(product, DigitProduct.ROWS);
  columns = get(product, DigitProduct.COLUMNS);
  strips = get(product, DigitProduct.STRIPS);
  sumStrips = get(product, DigitProduct.SUM_STRIPS);
  conversionStrips = get(product, DigitProduct.CONVERSION_STRIPS);
  chunks = get(product, DigitProduct.CHUNKS);
  byteRows = get(product, DigitProduct.BYTE_ROWS);
  reading = get(product, DigitProduct.READING);
  keepsSums = get(product, DigitProduct.KEEPS_SUMS) !== 0;
  isDifference = conversionStrips !== sumStrips;
  slabs = getAddress(product, DigitProduct.SLABS);
  lanes = getAddress(product, DigitProduct.LANES);
  converters = getAddress(product, DigitProduct.CONVERTERS);
  numbers = getAddress(product, DigitProduct.NUMBERS);
  sums = getAddress(product, DigitProduct.SUMS);
  driven = getAddress(product, DigitProduct.DRIVEN);
}

// --- inputs -------------------------------------------------------------------------------------------

/** One of the numbers of the product. */
export function numberOf(index: i32): f64 {
  return load<f64>(numbers + <usize>index * DOUBLE);
}

/** Adds to one of the numbers of the product. */
export function countMore(index: i32, more: i32): void {
  const address = numbers + <usize>index * DOUBLE;
  store<f64>(address, load<f64>(address) + <f64>more);
}

/** Codes of `together` vectors of inputs; of vectors that are missing they are 0. */
export function quantise(inputs: usize, codes: usize, together: i32): void {
  const values = together * rows;
  const step = numberOf(DigitNumber.SCALE);
  const zero = numberOf(DigitNumber.ZERO);
  const fraction = numberOf(DigitNumber.ZERO_FRACTION);
  const least = numberOf(DigitNumber.LEAST);
  const most = numberOf(DigitNumber.MOST);
  let clipped = 0;
  for (let i = 0; i < values; i++) {
    const code = nearest(<f64>load<f32>(inputs + ((<usize>i) << 2)) / step + fraction) + zero;
    const kept = min(max(code, least), most);
    clipped += i32(kept !== code);
    store<f64>(codes + <usize>i * DOUBLE, kept);
  }
  memory.fill(codes + <usize>values * DOUBLE, 0, <usize>((TOGETHER - together) * rows) * DOUBLE);
  countMore(DigitNumber.CLIPPED_INPUTS, clipped);
}

// --- the exact product ----------------------------------------------------------------------------------

/** Products of up to 4 vectors with a matrix of doubles that is laid out as the codes of the weights are, 4 columns at a time. */
export function multiplyCodes(
  product: usize,
  weights: usize,
  inputs: usize,
  results: usize,
  together: i32,
): void {
  const stride = get(product, DigitProduct.CODE_STRIDE);
  const resultBytes = <usize>strips * WIDE_STRIP;
  const rowBytes = <usize>stride * DOUBLE;
  const inputBytes = <usize>rows * DOUBLE;
  for (let column = 0; column < stride; column += 4) {
    const from = weights + <usize>column * DOUBLE;
    const to = results + <usize>column * DOUBLE;
    if (together === 1) multiplyOne(inputs, from, rowBytes, to);
    else multiplyFour(inputs, inputBytes, from, rowBytes, to, resultBytes);
  }
}

function multiplyOne(inputs: usize, weights: usize, rowBytes: usize, to: usize): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  for (let row = 0; row < rows; row++) {
    const x = v128.load64_splat(inputs + <usize>row * DOUBLE);
    a = f64x2.add(a, f64x2.mul(x, v128.load(weights)));
    b = f64x2.add(b, f64x2.mul(x, v128.load(weights, 16)));
    weights += rowBytes;
  }
  v128.store(to, a);
  v128.store(to, b, 16);
}

function multiplyFour(
  inputs: usize,
  inputBytes: usize,
  weights: usize,
  rowBytes: usize,
  to: usize,
  resultBytes: usize,
): void {
  let a0 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let b2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let b3 = f64x2.splat(0);
  const second = inputBytes;
  const third = second + inputBytes;
  const fourth = third + inputBytes;
  for (let row = 0; row < rows; row++) {
    const a = v128.load(weights);
    const b = v128.load(weights, 16);
    let x = v128.load64_splat(inputs);
    a0 = f64x2.add(a0, f64x2.mul(x, a));
    b0 = f64x2.add(b0, f64x2.mul(x, b));
    x = v128.load64_splat(inputs + second);
    a1 = f64x2.add(a1, f64x2.mul(x, a));
    b1 = f64x2.add(b1, f64x2.mul(x, b));
    x = v128.load64_splat(inputs + third);
    a2 = f64x2.add(a2, f64x2.mul(x, a));
    b2 = f64x2.add(b2, f64x2.mul(x, b));
    x = v128.load64_splat(inputs + fourth);
    a3 = f64x2.add(a3, f64x2.mul(x, a));
    b3 = f64x2.add(b3, f64x2.mul(x, b));
    inputs += DOUBLE;
    weights += rowBytes;
  }
  v128.store(to, a0);
  v128.store(to, b0, 16);
  v128.store(to + resultBytes, a1);
  v128.store(to + resultBytes, b1, 16);
  v128.store(to + (resultBytes << 1), a2);
  v128.store(to + (resultBytes << 1), b2, 16);
  v128.store(to + resultBytes * <usize>3, a3);
  v128.store(to + resultBytes * <usize>3, b3, 16);
}

/** `(result − zeroPoint · sum of codes) · scale`, as floats. */
export function scale(product: usize, results: usize, outputs: usize): void {
  const scales = getAddress(product, DigitProduct.SCALES);
  const codeSums = getAddress(product, DigitProduct.CODE_SUMS);
  const zero = numberOf(DigitNumber.ZERO) + numberOf(DigitNumber.ZERO_FRACTION);
  for (let column = 0; column < columns; column++) {
    const wide = <usize>column * DOUBLE;
    const whole = load<f64>(results + wide) - zero * load<f64>(codeSums + wide);
    store<f32>(outputs + ((<usize>column) << 2), <f32>(whole * load<f64>(scales + wide)));
  }
}

// --- sums of columns --------------------------------------------------------------------------------------

/** Adds to the results of one vector what the ADC changes of the sums of all blocks and reads. */
function readBlocks(product: usize, inputs: usize, results: usize): void {
  const blockRows = get(product, DigitProduct.BLOCK_ROWS);
  const bits = get(product, DigitProduct.ACTIVATION_BITS);
  const dacBits = get(product, DigitProduct.DAC_BITS);
  const isTwosComplement = get(product, DigitProduct.IS_TWOS_COMPLEMENT) !== 0;
  const keepsZero = get(product, DigitProduct.KEEPS_ZERO) !== 0;
  let needed = getAddress(product, DigitProduct.NEEDED);
  let inexact = getAddress(product, DigitProduct.INEXACT);
  let worths = getAddress(product, DigitProduct.WORTHS);
  let cells = getAddress(product, DigitProduct.CELLS);
  for (let first = 0; first < rows; first += blockRows) {
    const length = min(blockRows, rows - first);
    const from = inputs + <usize>first * DOUBLE;
    for (let bit = 0; bit < bits; bit += dacBits) {
      if (keepsZero && !isDriven(from, length, bit, min(dacBits, bits - bit))) {
        if (keepsSums) keepZero(product);
        continue;
      }
      memory.fill(sums, 0, <usize>sumStrips * SUM_STRIP);
      for (let inRead = 0; inRead < min(dacBits, bits - bit); inRead++) {
        const drivenRows = drive(from, length, bit + inRead);
        if (drivenRows > 0) addRows(cells, length, needed, drivenRows, inRead);
      }
      const sign: f64 = isTwosComplement && bit + dacBits >= bits ? -1 : 1;
      convert(inexact, worths, sign * <f64>((<u64>1) << (<u64>bit)), results);
    }
    needed += chunks;
    inexact += conversionStrips;
    worths += <usize>sumStrips * WIDE_STRIP;
    cells += <usize>chunks * <usize>length * CHUNK_ROW;
  }
}

/** Whether a read drives any row. */
export function isDriven(inputs: usize, length: i32, bit: i32, bits: i32): bool {
  let all = 0;
  for (let row = 0; row < length; row++) all |= <i32>load<f64>(inputs + <usize>row * DOUBLE);
  return ((all >> bit) & ((1 << bits) - 1)) !== 0;
}

/** Lists the rows whose input has a bit: where they lie in a chunk. Returns how many they are. */
function drive(inputs: usize, length: i32, bit: i32): i32 {
  let to = driven;
  for (let row = 0; row < length; row++) {
    const code = <i32>load<f64>(inputs + <usize>row * DOUBLE);
    store<usize>(to, <usize>row * CHUNK_ROW);
    to += (<usize>((code >> bit) & 1)) << 2;
  }
  return <i32>((to - driven) >> 2);
}

/** Adds the driven rows of all chunks that are needed to the sums. */
function addRows(cells: usize, length: i32, needed: usize, drivenRows: i32, shift: i32): void {
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (load<u8>(needed + <usize>chunk) !== 0) {
      const targets = slabs + ((<usize>chunk * CHUNK) << 3);
      for (let row = 0; row < drivenRows; row += byteRows) {
        addBytes(cells, driven + ((<usize>row) << 2), min(byteRows, drivenRows - row), targets, shift);
      }
    }
    cells += <usize>length * CHUNK_ROW;
  }
}

/** Adds rows of one chunk, few enough for bytes. */
function addBytes(cells: usize, list: usize, length: i32, targets: usize, shift: i32): void {
  let a = i8x16.splat(0);
  let b = i8x16.splat(0);
  let c = i8x16.splat(0);
  let d = i8x16.splat(0);
  let e = i8x16.splat(0);
  let f = i8x16.splat(0);
  let g = i8x16.splat(0);
  let h = i8x16.splat(0);
  const end = list + ((<usize>length) << 2);
  while (list < end) {
    const row = cells + load<usize>(list);
    a = i8x16.add(a, v128.load(row));
    b = i8x16.add(b, v128.load(row, 16));
    c = i8x16.add(c, v128.load(row, 32));
    d = i8x16.add(d, v128.load(row, 48));
    e = i8x16.add(e, v128.load(row, 64));
    f = i8x16.add(f, v128.load(row, 80));
    g = i8x16.add(g, v128.load(row, 96));
    h = i8x16.add(h, v128.load(row, 112));
    list += 4;
  }
  widen(a, targets, shift);
  widen(b, targets + 8, shift);
  widen(c, targets + 16, shift);
  widen(d, targets + 24, shift);
  widen(e, targets + 32, shift);
  widen(f, targets + 40, shift);
  widen(g, targets + 48, shift);
  widen(h, targets + 56, shift);
}

/** Adds 16 bytes to the sums of a strip. */
function widen(bytes: v128, target: usize, shift: i32): void {
  const to = sums + <usize>load<i32>(target) * SUM_STRIP;
  const bits = load<i32>(target, 4) + shift;
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  addShifted(to, i32x4.extend_low_i16x8_u(low), bits);
  addShifted(to + 16, i32x4.extend_high_i16x8_u(low), bits);
  addShifted(to + 32, i32x4.extend_low_i16x8_u(high), bits);
  addShifted(to + 48, i32x4.extend_high_i16x8_u(high), bits);
}

function addShifted(to: usize, words: v128, bits: i32): void {
  v128.store(to, i32x4.add(v128.load(to), i32x4.shl(words, bits)));
}

// --- conversions --------------------------------------------------------------------------------------------

/** Adds what the ADC changes of the sums of one read, which is worth `worth`. */
function convert(inexact: usize, worths: usize, worth: f64, results: usize): void {
  let strip = 0;
  let converter = converters;
  for (let conversion = 0; conversion < conversionStrips; conversion++) {
    if (load<u8>(inexact + <usize>conversion) !== 0 || keepsSums) {
      const from = sums + <usize>conversion * SUM_STRIP;
      if (isDifference) subtract(from, from + <usize>conversionStrips * SUM_STRIP);
      const valid = lanes + <usize>strip * SUM_STRIP;
      if (keepsSums) keep(from, valid, converter);
      const price = worths + <usize>conversion * WIDE_STRIP;
      const to = results + <usize>strip * WIDE_STRIP;
      if (load<u8>(inexact + <usize>conversion) !== 0) {
        if (reading === Reading.WHOLE) convertWhole(from, valid, converter, price, worth, to);
        else if (reading === Reading.STEPS) convertSteps(from, valid, converter, price, worth, to);
      }
    }
    if (++strip === strips) {
      strip = 0;
      converter += DigitConverter.BYTES;
    }
  }
}

function subtract(from: usize, less: usize): void {
  for (let i: usize = 0; i < SUM_STRIP; i += 16) {
    v128.store(from + i, i32x4.sub(v128.load(from + i), v128.load(less + i)));
  }
}

/** A number of a converter. */
export function field(converter: usize, index: i32): f64 {
  return load<f64>(converter + <usize>index * DOUBLE);
}

/** Keeps the least and the greatest sum. */
function keep(from: usize, valid: usize, converter: usize): void {
  let least = i32x4.splat(i32.MAX_VALUE);
  let most = i32x4.splat(i32.MIN_VALUE);
  for (let i: usize = 0; i < SUM_STRIP; i += 16) {
    const sum = v128.load(from + i);
    const isLane = v128.load(valid + i);
    least = i32x4.min_s(least, v128.bitselect(sum, least, isLane));
    most = i32x4.max_s(most, v128.bitselect(sum, most, isLane));
  }
  least = i32x4.min_s(
    least,
    i8x16.shuffle(least, least, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
  );
  most = i32x4.max_s(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const low = min(i32x4.extract_lane(least, 0), i32x4.extract_lane(least, 1));
  keepOne(converter, <f64>low, <f64>max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)));
}

function keepOne(converter: usize, least: f64, most: f64): void {
  const lowest = converter + <usize>DigitConverter.LEAST_SUM * DOUBLE;
  const highest = converter + <usize>DigitConverter.MOST_SUM * DOUBLE;
  store<f64>(lowest, min(load<f64>(lowest), least));
  store<f64>(highest, max(load<f64>(highest), most));
}

/** All sums of a read are 0. */
function keepZero(product: usize): void {
  const count = get(product, DigitProduct.CONVERSION_STRIPS) / strips;
  for (let i = 0; i < count; i++) keepOne(converters + <usize>(i * DigitConverter.BYTES), 0, 0);
}

function convertWhole(
  from: usize,
  valid: usize,
  converter: usize,
  price: usize,
  worth: f64,
  to: usize,
): void {
  const low = field(converter, DigitConverter.LOW);
  const least = i32x4.splat(<i32>max(low, <f64>i32.MIN_VALUE));
  const most = i32x4.splat(<i32>min(low + field(converter, DigitConverter.LAST), <f64>i32.MAX_VALUE));
  const worths = f64x2.splat(worth);
  for (let i: usize = 0; i < SUM_STRIP; i += 16) {
    const sum = v128.load(from + i);
    const change = v128.and(i32x4.sub(i32x4.max_s(i32x4.min_s(sum, most), least), sum), v128.load(valid + i));
    if (v128.any_true(change)) {
      countMore(DigitNumber.CLIPPED, popcnt(i32x4.bitmask(i32x4.ne(change, i32x4.splat(0)))));
      const high = i8x16.shuffle(change, change, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
      const at = i << 1;
      addChange(to + at, f64x2.convert_low_i32x4_s(change), price + at, worths);
      addChange(to + at + 16, f64x2.convert_low_i32x4_s(high), price + at + 16, worths);
    }
  }
}

/** Adds two changes, each times what it is worth. */
function addChange(to: usize, change: v128, price: usize, worths: v128): void {
  const each = f64x2.mul(v128.load(price), worths);
  v128.store(to, f64x2.add(v128.load(to), f64x2.mul(change, each)));
}

function convertSteps(
  from: usize,
  valid: usize,
  converter: usize,
  price: usize,
  worth: f64,
  to: usize,
): void {
  const low = f64x2.splat(field(converter, DigitConverter.LOW));
  const step = f64x2.splat(field(converter, DigitConverter.STEP));
  const last = f64x2.splat(field(converter, DigitConverter.LAST));
  const half = f64x2.splat(0.5);
  const none = f64x2.splat(0);
  const worths = f64x2.splat(worth);
  let clipped = 0;
  for (let i: usize = 0; i < SUM_STRIP; i += 8) {
    const sum = f64x2.convert_low_i32x4_s(v128.load64_zero(from + i));
    const code = f64x2.floor(f64x2.add(f64x2.div(f64x2.sub(sum, low), step), half));
    const kept = f64x2.max(none, f64x2.min(code, last));
    const isLane = i64x2.extend_low_i32x4_s(v128.load64_zero(valid + i));
    clipped += popcnt(i64x2.bitmask(v128.and(f64x2.ne(kept, code), isLane)));
    const change = f64x2.sub(f64x2.add(low, f64x2.mul(step, kept)), sum);
    addChange(to + (i << 1), change, price + (i << 1), worths);
  }
  if (clipped > 0) countMore(DigitNumber.CLIPPED, clipped);
}
