import { describe, expect, test } from 'vitest';
import { CrossbarProduct } from '../../src/accuracy/crossbar-product.ts';
import type { NoiseModel } from '../../src/accuracy/noise-model.ts';
import type { MatrixNoise } from '../../src/accuracy/noisy-cells.ts';
import type { Arithmetic } from '../../src/architecture/arithmetic.ts';

const biased: Arithmetic = {
  ...{ weightBits: 4, cellBits: 2, activationBits: 4, dacBits: 1, adcBits: undefined },
  ...{ adcRange: 'clip', coding: 'bias', isDifference: false },
};
const signed: Arithmetic = { ...biased, weightBits: 5, cellBits: 4, coding: 'pairs' };

/** A conductance of 1 µS a level of cells of 2 bits. */
const quiet: NoiseModel = { gMinUs: 2, gMaxUs: 5 };

interface Setup {
  readonly arithmetic: Arithmetic;
  readonly model: NoiseModel;
  readonly rows?: number;
  readonly columns?: number;
  readonly q?: (row: number, column: number) => number;
  readonly noise?: Partial<MatrixNoise>;
  readonly crossbarRows?: number;
}

function product({ arithmetic, model, rows = 1, columns = 1000, q = () => 5, noise, crossbarRows }: Setup) {
  return new CrossbarProduct({
    ...{ arithmetic, rows, columns, crossbarRows: crossbarRows ?? rows },
    weights: Float32Array.from({ length: rows * columns }, (_, i) => q(Math.floor(i / columns), i % columns)),
    scales: new Float64Array(columns).fill(1),
    activation: { scale: 1, zeroPoint: 0, bits: arithmetic.activationBits, isTwosComplement: false },
    noise: { model, seed: 1, trial: 0, matrix: 0, ...noise },
  });
}

/** Results for vectors of inputs. */
function results(setup: Setup, x: readonly (readonly number[])[]): Float32Array {
  const made = product(setup);
  const y = new Float32Array(x.length * (setup.columns ?? 1000));
  made.multiply(Float32Array.from(x.flat()), x.length, y);
  made.release();
  return y;
}

function spread(values: ArrayLike<number>) {
  const all = Array.from(values);
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  return { mean, deviation: Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length) };
}

/** Within 6 standard errors of what it should be. */
function expectSpread(values: ArrayLike<number>, mean: number, deviation: number): void {
  const found = spread(values);
  expect(Math.abs(found.mean - mean)).toBeLessThan(6 * (deviation / Math.sqrt(values.length)) + 1e-5);
  expect(Math.abs(found.deviation - deviation)).toBeLessThan(
    6 * (deviation / Math.sqrt(2 * values.length)) + 1e-5,
  );
}

const mixed = (row: number, column: number) => ((row * 7 + column * 3) % 16) - 8;
const inputs = [
  [1, 15, 7, 0, 9, 3, 12],
  [4, 4, 0, 1, 2, 15, 8],
  [0, 0, 0, 0, 0, 0, 0],
  [15, 15, 15, 15, 15, 15, 15],
  [8, 1, 6, 2, 11, 13, 5],
];
const seven = { rows: 7, columns: 37, crossbarRows: 3 };

describe('cells that hold what they should', () => {
  test.each([
    ['bias', undefined],
    ['bias', 3],
    ['flipped', 2],
    ['pairs', undefined],
    ['pairs', 2],
    ['signed', 3],
  ] as const)('%s, an ADC of %s bits: as without noise', (coding, adcBits) => {
    const isDifference = coding === 'signed';
    const arithmetic: Arithmetic = { ...biased, coding, adcBits, isDifference };
    const q =
      coding === 'bias' || coding === 'flipped' ? mixed : (r: number, c: number) => Math.max(-7, mixed(r, c));
    const exact = new CrossbarProduct({
      ...{ arithmetic, ...seven, scales: new Float64Array(37).fill(1) },
      weights: Float32Array.from({ length: 7 * 37 }, (_, i) => q(Math.floor(i / 37), i % 37)),
      activation: { scale: 1, zeroPoint: 0, bits: 4, isTwosComplement: false },
    });
    const y = new Float32Array(inputs.length * 37);
    exact.multiply(Float32Array.from(inputs.flat()), inputs.length, y);
    const noisy = product({ arithmetic, model: quiet, ...seven, q });
    const z = new Float32Array(y.length);
    noisy.multiply(Float32Array.from(inputs.flat()), inputs.length, z);
    expect(z).toEqual(y);
    expect(noisy.counts).toEqual(exact.counts);
    expect(noisy.leastAdcBits.weights).toBe(exact.leastAdcBits.weights);
    noisy.release();
    exact.release();
  });
});

describe('cells that vary', () => {
  test('around what they should hold, by the given deviation', () => {
    // 5 + 8 = 13 = 3·4 + 1: cells of level 3 (5 µS) and 1 (3 µS), each with 0.1 µS, which is 0.1 levels.
    const y = results({ arithmetic: biased, model: { ...quiet, sigmaUs: 0.1 } }, [[1]]);
    expectSpread(y, 5, 0.1 * Math.sqrt(1 + 16));
  });

  test('by a deviation that depends on the conductance', () => {
    // 0.2 µS at 3 µS, none at 5 µS.
    const sigmaUs = { polynomial: [0.5, -0.1] };
    const y = results({ arithmetic: biased, model: { ...quiet, sigmaUs } }, [[1]]);
    expectSpread(y, 5, 0.2);
    const share = { of: 'share' as const, polynomial: [0, 1] };
    expectSpread(
      results({ arithmetic: biased, model: { ...quiet, sigmaUs: share } }, [[1]]),
      5,
      Math.sqrt((3 / 5) ** 2 + (4 * 1) ** 2),
    );
  });

  test('lognormally, with the same mean and deviation', () => {
    const model: NoiseModel = { ...quiet, sigmaUs: 0.3, distribution: 'lognormal' };
    const y = results({ arithmetic: biased, model, columns: 4000 }, [[1]]);
    const { mean, deviation } = spread(y);
    expect(Math.abs(mean - 5)).toBeLessThan(0.1);
    expect(Math.abs(deviation / (0.3 * Math.sqrt(17)) - 1)).toBeLessThan(0.1);
  });

  test('never below nothing', () => {
    const model: NoiseModel = { gMinUs: 0, gMaxUs: 3, sigmaUs: 5, removesGMin: false };
    // Digits of −8 are 0: half of the cells are at nothing, the others above.
    const y = results({ arithmetic: biased, model, q: () => -8 }, [[1]]);
    expect(Math.min(...y)).toBeGreaterThanOrEqual(-8);
    expect(y.filter((value) => value === -8).length).toBeGreaterThan(150);
  });

  test('each in its own way: every sum of many rows varies by the root of them', () => {
    const rows = 64;
    const setup = { arithmetic: biased, model: { ...quiet, sigmaUs: 0.1 }, rows };
    const y = results(setup, [Array.from({ length: rows }, () => 1)]);
    expectSpread(y, 5 * rows, 0.1 * Math.sqrt(17 * rows));
  });

  test('keep the conductance of level 0 where nothing takes it away', () => {
    const y = results({ arithmetic: biased, model: { ...quiet, removesGMin: false } }, [[1]]);
    // Two levels more in both cells.
    expect(new Set(y)).toEqual(new Set([5 + 2 + 4 * 2]));
  });
});

describe('cells that are stuck', () => {
  test('hold the greatest or the least level, in the given shares', () => {
    const model: NoiseModel = { gMinUs: 1, gMaxUs: 16, stuckOn: 0.2, stuckOff: 0.1 };
    // One cell of 4 bits a sign; 5 stays 5, is 15 or 0, and what the other cell of the pair holds is 0 or 15.
    const y = results({ arithmetic: { ...signed, weightBits: 4 }, model, columns: 20_000 }, [[1]]);
    const share = (value: number) => y.filter((v) => v === value).length / y.length;
    expect(Math.abs(share(5) - 0.7 * 0.8)).toBeLessThan(0.02);
    expect(Math.abs(share(15) - 0.2 * 0.8)).toBeLessThan(0.02);
    expect(Math.abs(share(-10) - 0.7 * 0.2)).toBeLessThan(0.02);
    expect(Math.abs(share(-15) - 0.1 * 0.2)).toBeLessThan(0.01);
  });
});

describe('cells that drift', () => {
  const drift = { nu: 0.05, t0Seconds: 20, seconds: 86_400 };
  const left = ((20 + 86_400) / 20) ** -0.05;

  test('lose the same share where all drift alike', () => {
    const model: NoiseModel = { gMinUs: 0, gMaxUs: 15, drift };
    const y = results({ arithmetic: signed, model }, [[1]]);
    for (const value of y) expect(value).toBeCloseTo(5 * left, 4);
  });

  test('are put right together', () => {
    const model: NoiseModel = { gMinUs: 0, gMaxUs: 15, drift, compensatesDrift: true };
    for (const value of results({ arithmetic: signed, model }, [[3]])) expect(value).toBeCloseTo(15, 3);
  });

  test('vary in how they drift', () => {
    const model: NoiseModel = { gMinUs: 0, gMaxUs: 15, drift: { ...drift, nuSigma: 0.004 } };
    const logTime = Math.log((20 + 86_400) / 20);
    const y = results({ arithmetic: signed, model }, [[1]]);
    expectSpread(
      y.map((value) => Math.log(value / 5) / -logTime),
      0.05,
      0.004,
    );
  });
});

describe('noisy reads', () => {
  const model: NoiseModel = { gMinUs: 0, gMaxUs: 15, read: { sigma: 0.02 } };
  const ones = (count: number, value: number) => Array.from({ length: count }, () => [value]);

  test('vary from vector to vector', () => {
    const y = results({ arithmetic: signed, model, columns: 1 }, ones(5000, 1));
    expectSpread(y, 5, 0.02 * 5);
  });

  test('are new in every read: those of an input of several bits add up by their squares', () => {
    const y = results({ arithmetic: signed, model, columns: 1 }, ones(5000, 13));
    expectSpread(y, 65, 0.02 * 5 * Math.sqrt(1 + 4 ** 2 + 8 ** 2));
  });

  test.each([1, 2, 4])('vary as much where sums are converted, with DACs of %d bits', (dacBits) => {
    // Steps of 1 on sums of some 500 to 30000, which vary by 10 and more.
    const rows = 100;
    const converted: Arithmetic = { ...signed, dacBits, adcBits: 24 };
    const setup = { model, rows, columns: 1 };
    const x = Array.from({ length: 3000 }, () => Array.from({ length: rows }, () => 13));
    const reads = dacBits === 1 ? 1 + 4 ** 2 + 8 ** 2 : dacBits === 2 ? 1 + 12 ** 2 : 13 ** 2;
    const deviation = 0.02 * 5 * Math.sqrt(reads * rows);
    expectSpread(results({ ...setup, arithmetic: converted }, x), 65 * rows, Math.hypot(deviation, 0.5));
    expectSpread(
      results({ ...setup, arithmetic: { ...converted, adcBits: undefined } }, x),
      65 * rows,
      deviation,
    );
  });

  test('grow with time where that is given', () => {
    const old: NoiseModel = {
      ...{ gMinUs: 0, gMaxUs: 15, read: { sigma: 0.02, windowSeconds: 250e-9 } },
      drift: { nu: 0, t0Seconds: 20, seconds: 80 },
    };
    const y = results({ arithmetic: signed, model: old, columns: 1 }, ones(5000, 1));
    expectSpread(y, 5, 0.02 * 5 * Math.sqrt(Math.log((100 + 250e-9) / 500e-9)));
  });
});

describe('what is drawn', () => {
  const model: NoiseModel = { ...quiet, sigmaUs: 0.2, read: { sigma: 0.03 } };
  const setups: readonly (readonly [string, Setup])[] = [
    ['an exact ADC', { arithmetic: biased, model, ...seven, q: mixed }],
    ['an ADC of 5 bits', { arithmetic: { ...biased, adcBits: 5 }, model, ...seven, q: mixed }],
  ];

  test.each(setups)('%s: is the same for the same seed, trial and matrix, and for no other', (_, setup) => {
    const y = results(setup, inputs);
    expect(results(setup, inputs)).toEqual(y);
    for (const noise of [{ seed: 2 }, { seed: 2 ** 32 + 1 }, { trial: 1 }, { matrix: 1 }]) {
      expect(results({ ...setup, noise }, inputs)).not.toEqual(y);
    }
  });

  test.each(setups)(
    '%s: does not depend on the order of vectors, nor on how many come together',
    (_, setup) => {
      const y = results(setup, inputs);
      const made = product(setup);
      for (const index of [3, 0, 4, 2, 1]) {
        const one = new Float32Array(37);
        made.multiply(Float32Array.from(inputs[index]!), 1, one, { first: index });
        expect(one).toEqual(y.subarray(index * 37, (index + 1) * 37));
      }
      made.release();
    },
  );

  test('cells are the same whatever the crossbars are', () => {
    const setup = { arithmetic: biased, model: { ...quiet, sigmaUs: 0.2 }, ...seven, q: mixed };
    const y = results(setup, inputs);
    const whole = results({ ...setup, crossbarRows: 7 }, inputs);
    whole.forEach((value, i) => {
      expect(value).toBeCloseTo(y[i]!, 3);
    });
  });
});
