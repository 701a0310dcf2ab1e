import type { ActivationCode } from '../../src/accuracy/activation-code.ts';
import type { Arithmetic } from '../../src/architecture/arithmetic.ts';

/** A product as docs/accuracy.md defines it, conversion by conversion. Codes of weights and inputs are given. */
export interface ReferenceProblem {
  readonly arithmetic: Arithmetic;
  /** Rows of a crossbar. */
  readonly crossbarRows: number;
  /** Codes of the weights by row and column. */
  readonly q: readonly (readonly number[])[];
  /** Codes of one input vector. */
  readonly a: readonly number[];
  readonly activation: Pick<ActivationCode, 'bits' | 'isTwosComplement'>;
  /** Per column what a file has for 0, where it gives codes: what is added to its codes instead of half of all. */
  readonly zeroPoints?: readonly number[] | undefined;
  /** Sums that were seen of a digit and sign, for calibrated ranges. */
  readonly seen?: (digit: number, sign: number) => { least: number; most: number };
}

export interface ReferenceProduct {
  /** Per column: what stands for Σ a·q. */
  readonly y: readonly number[];
  readonly conversions: number;
  readonly clipped: number;
  /** All sums that were read, in the order of blocks, columns, reads, digits, signs. */
  readonly sums: readonly { digit: number; sign: number; sum: number }[];
  /** Least adcBits that loses nothing, by what a crossbar could hold, by its weights, and by what was seen. */
  readonly least: { readonly worst: number; readonly weights: number; readonly seen: number };
}

const digitsOf = (value: number, base: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(value / base ** i) % base);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Bits for sums of a range, by trying. */
function bitsFor(least: number, most: number, isDifference: boolean): number {
  for (let bits = 1; ; bits++) {
    const low = isDifference ? -(2 ** (bits - 1)) : 0;
    if (least >= low && most <= low + 2 ** bits - 1) return bits;
  }
}

export function referenceProduct(problem: ReferenceProblem): ReferenceProduct {
  const { arithmetic, crossbarRows, q, a, activation, zeroPoints, seen } = problem;
  const { weightBits, cellBits, dacBits, adcBits, adcRange, coding, isDifference } = arithmetic;
  const base = 2 ** cellBits;
  const S = Math.ceil(weightBits / cellBits);
  const T = Math.ceil(activation.bits / dacBits);
  const half = weightBits === 1 ? 0.5 : 2 ** (weightBits - 1);
  const biasOf = (column: number) =>
    coding === 'bias' || coding === 'flipped' ? (zeroPoints?.[column] ?? half) : 0;
  const sums: { digit: number; sign: number; sum: number }[] = [];
  let clipped = 0;
  let worst = 1;
  let weights = 1;

  const convert = (digit: number, sign: number, sum: number): number => {
    sums.push({ digit, sign, sum });
    if (adcBits === undefined) return sum;
    const last = 2 ** adcBits - 1;
    const M = crossbarRows * (2 ** dacBits - 1) * (base - 1);
    let low = isDifference ? -(2 ** (adcBits - 1)) : 0;
    let step = 1;
    if (adcRange === 'full') {
      step = Math.max(1, (isDifference ? 2 * M : M) / last);
      low *= step;
    } else if (adcRange === 'calibrated') {
      const range = seen?.(digit, sign) ?? { least: 0, most: 0 };
      low = range.least;
      step = Math.max(1, (range.most - range.least) / last);
    }
    const code = Math.floor((sum - low) / step + 0.5);
    if (code < 0 || code > last) clipped++;
    return low + step * Math.min(Math.max(code, 0), last);
  };

  const y = q[0]!.map((_, column) => {
    const bias = biasOf(column);
    let result = 0;
    for (let first = 0; first < q.length; first += crossbarRows) {
      const rows = q.slice(first, first + crossbarRows).map((row) => row[column]!);
      const inputs = a.slice(first, first + crossbarRows);
      const u = rows.map((code) => code + bias);
      const positive = u.map((code) => digitsOf(Math.max(code, 0), base, S));
      const negative = u.map((code) => digitsOf(Math.max(-code, 0), base, S));
      // In two's complement the bits of a negative number are those of it and 2^bits.
      const whole = inputs.map((code) => (code < 0 ? code + 2 ** activation.bits : code));
      const M = rows.length * (2 ** dacBits - 1) * (base - 1);
      worst = Math.max(worst, bitsFor(isDifference ? -M : 0, M, isDifference));
      const flips = Array.from(
        { length: S },
        (_, s) => coding === 'flipped' && total(positive.map((d) => d[s]!)) > (rows.length * (base - 1)) / 2,
      );
      const cell = (row: number, s: number) =>
        flips[s] ? base - 1 - positive[row]![s]! : positive[row]![s]!;
      for (let s = 0; s < S; s++) {
        const most = (2 ** dacBits - 1) * total(rows.map((_, row) => cell(row, s)));
        const least = (2 ** dacBits - 1) * total(negative.map((d) => d[s]!));
        weights = isDifference
          ? Math.max(weights, bitsFor(-least, most, true))
          : Math.max(weights, bitsFor(0, most, false), bitsFor(0, least, false));
      }
      for (let t = 0; t < T; t++) {
        const read = whole.map((code) => Math.floor(code / 2 ** (t * dacBits)) % 2 ** dacBits);
        const sign = activation.isTwosComplement && t === T - 1 ? -1 : 1;
        for (let s = 0; s < S; s++) {
          const worth = sign * 2 ** (t * dacBits + s * cellBits);
          const A = total(read.map((code, row) => code * cell(row, s)));
          const B = total(read.map((code, row) => code * negative[row]![s]!));
          if (isDifference) result += worth * convert(s, 0, A - B);
          else if (coding === 'pairs') result += worth * (convert(s, 0, A) - convert(s, 1, B));
          else {
            const value = convert(s, 0, A);
            result += worth * (flips[s] ? (base - 1) * total(read) - value : value);
          }
        }
      }
      result -= bias * total(inputs);
    }
    return result;
  });

  const all = sums.map(({ sum }) => sum);
  const seenBits = bitsFor(Math.min(0, ...all), Math.max(0, ...all), isDifference);
  return { y, conversions: sums.length, clipped, sums, least: { worst, weights, seen: seenBits } };
}
