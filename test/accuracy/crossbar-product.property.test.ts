import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActivationCode } from '../../src/accuracy/activation-code.ts';
import { CrossbarProduct } from '../../src/accuracy/crossbar-product.ts';
import type { DigitSums } from '../../src/accuracy/product-options.ts';
import { weightCode } from '../../src/accuracy/weight-code.ts';
import type { Arithmetic } from '../../src/architecture/arithmetic.ts';
import { type ReferenceProduct, referenceProduct } from './reference.ts';

interface Problem {
  readonly arithmetic: Arithmetic;
  readonly rows: number;
  readonly columns: number;
  readonly crossbarRows: number;
  readonly activation: ActivationCode;
  /** Per column, where codes are those of a file. */
  readonly zeroPoints?: readonly number[] | undefined;
  /** Row-major. */
  readonly q: readonly number[];
  /** Vectors one behind the other. */
  readonly a: readonly number[];
  readonly n: number;
}

const sizes = fc.record({
  ...{ weightBits: fc.integer({ min: 1, max: 9 }), cellBits: fc.integer({ min: 1, max: 9 }) },
  ...{ activationBits: fc.integer({ min: 1, max: 8 }), dacBits: fc.integer({ min: 1, max: 8 }) },
  adcBits: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  adcRange: fc.constantFrom('clip' as const, 'full' as const),
  coding: fc.constantFrom('pairs' as const, 'bias' as const, 'flipped' as const, 'signed' as const),
  isAnalogue: fc.boolean(),
  ...{ rows: fc.integer({ min: 1, max: 40 }), columns: fc.integer({ min: 1, max: 35 }) },
  ...{ crossbarRows: fc.integer({ min: 1, max: 50 }), n: fc.integer({ min: 1, max: 6 }) },
  ...{ isSigned: fc.boolean(), isGiven: fc.boolean() },
  /** Weights and inputs near the largest ones, where ADCs clip. */
  isDense: fc.boolean(),
  seed: fc.integer({ min: 0, max: 2 ** 30 }),
});

/** A number from 0 to 1, each time another one. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const problems: fc.Arbitrary<Problem> = sizes.map((drawn) => {
  const { rows, columns, crossbarRows, n, isSigned, isDense, isAnalogue, isGiven, seed, ...bits } = drawn;
  const isDifference = bits.coding === 'signed' || (bits.coding === 'pairs' && isAnalogue);
  const arithmetic = { ...bits, isDifference };
  const next = random(seed);
  const { least, most } = weightCode(arithmetic);
  const between = (low: number, high: number) => {
    const share = isDense ? 1 - next() ** 3 / 2 : next();
    return low + Math.min(high - low, Math.floor(share * (high - low + 1)));
  };
  const zeros = Array.from({ length: columns }, () => Math.floor(next() * 2 ** bits.weightBits));
  const code = (column: number) =>
    isGiven ? between(-zeros[column]!, 2 ** bits.weightBits - 1 - zeros[column]!) : between(least, most);
  const isTwosComplement = isSigned && bits.dacBits === 1 && bits.activationBits > 1;
  const half = 2 ** (bits.activationBits - 1);
  const zeroPoint = isSigned && !isTwosComplement ? Math.floor(half) : 0;
  return {
    ...{ arithmetic, rows, columns, crossbarRows, n },
    activation: { scale: 1, zeroPoint, bits: bits.activationBits, isTwosComplement },
    zeroPoints: isGiven ? zeros : undefined,
    q: Array.from({ length: rows * columns }, (_, i) => code(i % columns)),
    a: Array.from({ length: rows * n }, () =>
      isTwosComplement ? between(-half, half - 1) : between(0, 2 * half - 1),
    ),
  };
});

function reference(problem: Problem, vector: number, seen?: readonly DigitSums[]): ReferenceProduct {
  const { rows, columns, q, a } = problem;
  return referenceProduct({
    ...problem,
    q: Array.from({ length: rows }, (_, row) => q.slice(row * columns, (row + 1) * columns)),
    a: a.slice(vector * rows, (vector + 1) * rows),
    seen: (digit, sign) => seen?.find((sums) => sums.digit === digit && sums.sign === sign) ?? NOTHING,
  });
}

const NOTHING = { least: 0, most: 0 };

function product(problem: Problem, keepsSums: boolean, seen?: readonly DigitSums[]): CrossbarProduct {
  const { q, columns, zeroPoints, ...rest } = problem;
  return new CrossbarProduct({
    ...{
      ...rest,
      columns,
      weights: Float32Array.from(q),
      scales: new Float64Array(columns).fill(1),
      keepsSums,
    },
    ...(zeroPoints === undefined ? {} : { zeroPoints: Float64Array.from(zeroPoints) }),
    ...(seen === undefined ? {} : { seen }),
  });
}

/** What the engine makes of a problem. */
function multiply(problem: Problem, made: CrossbarProduct): Float32Array {
  const { a, n, columns, activation } = problem;
  const y = new Float32Array(n * columns);
  made.multiply(
    Float32Array.from(a, (code) => code - activation.zeroPoint),
    n,
    y,
  );
  return y;
}

/** The engine agrees with the reference in results and counts. */
function compare(problem: Problem, keepsSums: boolean, seen?: readonly DigitSums[]): void {
  const made = product(problem, keepsSums, seen);
  const y = multiply(problem, made);
  const { n, columns, rows, q, activation, arithmetic } = problem;
  const codeSums = Array.from({ length: columns }, (_, column) =>
    Array.from({ length: rows }, (_unused, row) => q[row * columns + column]!).reduce((sum, x) => sum + x, 0),
  );
  const all = Array.from({ length: n }, (_, vector) => reference(problem, vector, seen));
  const expected = all.flatMap((one) =>
    one.y.map((v, column) => v - activation.zeroPoint * codeSums[column]!),
  );
  const isWhole = arithmetic.adcRange === 'clip';
  expected.forEach((value, i) => {
    if (isWhole) expect(y[i]).toBe(Math.fround(value) + 0);
    else expect(Math.abs(y[i]! - value)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(value)));
  });
  const { counts, leastAdcBits } = made;
  expect(counts.conversions).toBe(all.reduce((sum, { conversions }) => sum + conversions, 0));
  if (isWhole) expect(counts.clipped).toBe(all.reduce((sum, { clipped }) => sum + clipped, 0));
  expect(counts.clippedInputs).toBe(0);
  expect(leastAdcBits.worst).toBe(all[0]!.least.worst);
  expect(leastAdcBits.weights).toBe(all[0]!.least.weights);
  expect(leastAdcBits.seen).toBe(keepsSums ? Math.max(...all.map(({ least }) => least.seen)) : undefined);
  made.release();
}

describe('the engine agrees with the reference', () => {
  test('whatever the bits, codes and sizes are', () => {
    fc.assert(
      fc.property(problems, (problem) => compare(problem, false)),
      { numRuns: 300 },
    );
  });

  test('where the sums of all columns are kept', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        compare(problem, true);
        const made = product(problem, true);
        multiply(problem, made);
        const all = Array.from({ length: problem.n }, (_, vector) => reference(problem, vector).sums).flat();
        for (const { digit, sign, least, most } of made.sums ?? []) {
          const sums = all.filter((one) => one.digit === digit && one.sign === sign).map(({ sum }) => sum);
          expect([least, most]).toEqual([Math.min(...sums), Math.max(...sums)]);
        }
        made.release();
      }),
      { numRuns: 100 },
    );
  });

  test('where ranges are calibrated', () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 1, max: 6 }), (problem, adcBits) => {
        const first = product(problem, true);
        multiply(problem, first);
        const seen = first.sums ?? [];
        first.release();
        const arithmetic = { ...problem.arithmetic, adcBits, adcRange: 'calibrated' as const };
        compare({ ...problem, arithmetic }, false, seen);
      }),
      { numRuns: 150 },
    );
  });
});

/** Problems as large as those of chips: more rows than planes add up in a byte, more vectors than go in one call. */
const large = (drawn: Partial<Arithmetic>, rows: number, crossbarRows: number, n: number): Problem => {
  const arithmetic: Arithmetic = {
    ...{ weightBits: 8, cellBits: 2, activationBits: 8, dacBits: 1, adcBits: 6, adcRange: 'clip' },
    ...{ coding: 'bias', isDifference: false, ...drawn },
  };
  const next = random(rows + n);
  const { least, most } = weightCode(arithmetic);
  const codes = 2 ** arithmetic.activationBits;
  const columns = 3;
  return {
    ...{ arithmetic, rows, columns, crossbarRows, n },
    activation: { scale: 1, zeroPoint: 0, bits: arithmetic.activationBits, isTwosComplement: false },
    q: Array.from({ length: rows * columns }, () => least + Math.floor(next() * (most - least + 1))),
    a: Array.from({ length: rows * n }, () => Math.floor(next() * codes)),
  };
};

test.each([
  ['cells of 1 bit on 1024 rows', large({ cellBits: 1, adcBits: 8 }, 1200, 1024, 2)],
  ['cells of 4 bits on 512 rows', large({ cellBits: 4, coding: 'pairs', adcBits: 10 }, 1100, 512, 2)],
  ['cells of 8 bits, reads of 8, on 256 rows', large({ cellBits: 8, dacBits: 8, adcBits: 22 }, 300, 256, 2)],
  [
    'RAELLA',
    large({ cellBits: 3, dacBits: 4, adcBits: 12, coding: 'signed', isDifference: true }, 700, 512, 2),
  ],
  [
    'ISAAC with 7 bits',
    large({ weightBits: 16, activationBits: 16, coding: 'flipped', adcBits: 7 }, 260, 128, 2),
  ],
  ['sums of more than 16 bits', large({ cellBits: 8, dacBits: 4, adcBits: 20 }, 300, 300, 2)],
  ['700 vectors of 3 rows', large({ adcBits: 2 }, 3, 2, 700)],
])('the engine agrees with the reference on what chips have: %s', (_, problem) => {
  compare(problem, false);
  compare(problem, true);
});

test('an ADC with the bits that weights need changes nothing, and one with fewer is noticed', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { arithmetic } = problem;
      const exact = product({ ...problem, arithmetic: { ...arithmetic, adcBits: undefined } }, true);
      const y = multiply(problem, exact);
      const { weights, seen = 1 } = exact.leastAdcBits;
      exact.release();
      for (const adcBits of [weights, seen]) {
        const made = product({ ...problem, arithmetic: { ...arithmetic, adcBits, adcRange: 'clip' } }, false);
        expect(multiply(problem, made)).toEqual(y);
        expect(made.counts.clipped).toBe(0);
        made.release();
      }
      if (seen === 1) return;
      const fewer = product(
        { ...problem, arithmetic: { ...arithmetic, adcBits: seen - 1, adcRange: 'clip' } },
        false,
      );
      multiply(problem, fewer);
      expect(fewer.counts.clipped).toBeGreaterThan(0);
      fewer.release();
    }),
    { numRuns: 100 },
  );
});
