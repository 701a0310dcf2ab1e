import { describe, expect, test } from 'vitest';
import { activationCode, activationLimits, givenActivationCode } from '../../src/accuracy/activation-code.ts';
import { ActivationRange } from '../../src/accuracy/activation-range.ts';
import { CrossbarProduct } from '../../src/accuracy/crossbar-product.ts';
import { roundHalfEven } from '../../src/accuracy/round.ts';
import { codeOf, weightCode, weightScales } from '../../src/accuracy/weight-code.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { findPreset, paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';

const { arithmetic } = normalArchitecture(paper);

describe('codes of weights', () => {
  test.each([
    [{ coding: 'bias', weightBits: 8 }, -128, 127, 128, 1],
    [{ coding: 'flipped', weightBits: 4 }, -8, 7, 8, 1],
    [{ coding: 'pairs', weightBits: 4 }, -7, 7, 0, 2],
    [{ coding: 'signed', weightBits: 4 }, -7, 7, 0, 2],
    [{ coding: 'pairs', weightBits: 1 }, -1, 1, 0, 2],
    [{ coding: 'bias', weightBits: 1 }, -0.5, 0.5, 0.5, 1],
  ] as const)('%j: from %d to %d, moved by %d, %d signs', (bits, least, most, bias, signs) => {
    expect(weightCode({ ...arithmetic, ...bits })).toMatchObject({ least, most, bias, signs });
  });

  test('round to the nearest, half to even, and stay in their limits', () => {
    const code = weightCode({ ...arithmetic, weightBits: 4 });
    const codes = [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, 9, -9].map((weight) => codeOf(weight, 1, code));
    expect(codes.map((one) => one + 0)).toEqual([0, 2, 2, 0, -2, 2, 3, 7, -8]);
    expect(roundHalfEven(-2.5)).toBe(-2);
    expect(roundHalfEven(2 ** 50 + 0.5)).toBe(2 ** 50);
  });

  test('of one bit are one of two halves', () => {
    const code = weightCode({ ...arithmetic, weightBits: 1 });
    expect([3, -3, 0.1, -0.1].map((weight) => codeOf(weight, 6, code))).toEqual([0.5, -0.5, 0.5, -0.5]);
  });

  test('have a scale for each column, by its largest weight', () => {
    const code = weightCode({ ...arithmetic, weightBits: 4 });
    expect([...weightScales(Float32Array.of(1, -14, 0, -7, 2, 0), 3, code)]).toEqual([1, 2, 0]);
    expect(codeOf(5, 0, code)).toBe(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused for %d', (weight) => {
    const scales = () => weightScales(Float32Array.of(1, weight, 2), 1, weightCode(arithmetic));
    expect(scales).toThrow(ClsaCimError);
    expect(scales).toThrow(`a weight is ${weight}; give weights that are finite numbers`);
  });
});

describe('codes of inputs', () => {
  test('use all codes for values from 0 on where none is negative', () => {
    const code = activationCode({ least: 0, most: 510 }, { activationBits: 8, dacBits: 1 });
    expect(code).toEqual({ scale: 2, zeroPoint: 0, bits: 8, isTwosComplement: false });
    expect(activationLimits(code)).toEqual([0, 255]);
  });

  test('are in two’s complement where a bit is read at a time', () => {
    const code = activationCode({ least: -254, most: 100 }, { activationBits: 8, dacBits: 1 });
    expect(code).toEqual({ scale: 2, zeroPoint: 0, bits: 8, isTwosComplement: true });
    expect(activationLimits(code)).toEqual([-128, 127]);
  });

  test('are moved where several bits are read at a time', () => {
    const code = activationCode({ least: -1, most: 127 }, { activationBits: 8, dacBits: 4 });
    expect(code).toEqual({ scale: 1, zeroPoint: 128, bits: 8, isTwosComplement: false });
  });

  test('of one bit are 0 and the largest, or both signs of the largest', () => {
    const bits = { activationBits: 1, dacBits: 1 };
    expect(activationCode({ least: 0, most: 3 }, bits)).toMatchObject({ scale: 3, zeroPoint: 0 });
    expect(activationCode({ least: -3, most: 1 }, bits)).toMatchObject({ scale: 6, zeroPoint: 0.5 });
  });

  test('of nothing but 0 are some code', () => {
    expect(activationCode({ least: 0, most: 0 }, arithmetic)).toMatchObject({ scale: 1, zeroPoint: 0 });
  });

  test('of a file keep its scale and its zero', () => {
    const given = { scale: 0.5, zeroPoint: 3, bits: 8 };
    expect(givenActivationCode(given, false, { dacBits: 1 })).toEqual({ ...given, isTwosComplement: false });
    expect(givenActivationCode(given, true, { dacBits: 1 })).toEqual({ ...given, isTwosComplement: true });
    expect(givenActivationCode(given, true, { dacBits: 2 })).toEqual({
      ...{ ...given, zeroPoint: 131 },
      isTwosComplement: false,
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused where a value is %d', (value) => {
    const range = new ActivationRange();
    range.see(Float32Array.of(0, value, 1));
    expect(() => activationCode(range.range, arithmetic)).toThrow('have no code; check the weights');
  });
});

describe('the range of inputs', () => {
  test('is that of all values that were seen', () => {
    const range = new ActivationRange();
    expect(range.range).toEqual({ least: 0, most: 0 });
    range.see(Float32Array.of(1, -2, 3));
    range.see(Float32Array.of(0.5));
    expect(range.range).toEqual({ least: -2, most: 3 });
    expect(range.count).toBe(4);
  });

  test('leaves out the largest values of a percentile, within 1 %', () => {
    const range = new ActivationRange();
    range.see(Float32Array.from({ length: 999 }, (_, i) => (i + 1) / 999));
    range.see(Float32Array.of(1000));
    const { least, most } = range.percentile(99.9);
    expect(least).toBeCloseTo(1 / 999, 6);
    expect(most).toBeGreaterThanOrEqual(1);
    expect(most).toBeLessThan(1.01);
    expect(range.percentile(100)).toEqual(range.range);
  });

  test('of both signs is cut on both sides alike', () => {
    const range = new ActivationRange();
    range.see(Float32Array.from({ length: 98 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i / 1000)));
    range.see(Float32Array.of(50, -70));
    const { least, most } = range.percentile(98);
    expect(most).toBeLessThan(1.2);
    expect(least).toBeGreaterThan(-1.2);
  });
});

describe('a product of floats', () => {
  const weights = Float32Array.from({ length: 60 * 20 }, (_, i) => Math.sin(i * i));
  const x = Float32Array.from({ length: 5 * 60 }, (_, i) => Math.cos(i * 1.7));
  const exact = Array.from({ length: 5 * 20 }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < 60; row++) {
      sum += x[Math.floor(i / 20) * 60 + row]! * weights[row * 20 + (i % 20)]!;
    }
    return sum;
  });

  /** Largest deviation from float, of a chip with so many bits for weights and inputs. */
  function error(name: string, bits: number): number {
    const own = { ...normalArchitecture(findPreset(name) ?? paper).arithmetic, adcBits: undefined };
    const scaled = { ...own, weightBits: bits, activationBits: bits };
    const product = new CrossbarProduct({
      ...{ weights, rows: 60, columns: 20, crossbarRows: 16, arithmetic: scaled },
      activation: activationCode({ least: -1, most: 1 }, scaled),
    });
    const y = new Float32Array(100);
    product.multiply(x, 5, y);
    expect(product.counts.clippedInputs).toBe(0);
    product.release();
    return Math.max(...exact.map((value, i) => Math.abs(value - y[i]!)));
  }

  test.each(['paper', 'isaac', 'puma', 'cim-aq', 'raella', 'neurram', 'sram-dcim'])(
    'on %s comes as near as the bits allow',
    (name) => {
      // Of 60 products each is off by at most half a step of the weight and half a step of the input, of all 2^(bits − 1).
      for (const bits of [4, 8, 12, 16]) {
        const most = 60 * (2 * 0.5 + 0.25) * 2 ** -(bits - 1.1);
        expect(error(name, bits)).toBeLessThan(most);
      }
      expect(error(name, 16)).toBeLessThan(2e-3);
      expect(error(name, 4)).toBeGreaterThan(2e-2);
    },
  );

  test('takes vectors and puts results where they are told to be', () => {
    const made = new CrossbarProduct({
      ...{ weights, rows: 60, columns: 20, crossbarRows: 16, arithmetic },
      activation: activationCode({ least: -1, most: 1 }, arithmetic),
    });
    const y = new Float32Array(100);
    made.multiply(x, 5, y);
    const apart = new Float32Array(7 + 5 * 64);
    const results = new Float32Array(3 + 5 * 31).fill(9);
    for (let i = 0; i < 5; i++) apart.set(x.subarray(i * 60, (i + 1) * 60), 7 + i * 64);
    made.multiply(apart, 5, results, { xFrom: 7, xStride: 64, yFrom: 3, yStride: 31 });
    const expected = new Float32Array(results.length).fill(9);
    for (let i = 0; i < 5; i++) expected.set(y.subarray(i * 20, (i + 1) * 20), 3 + i * 31);
    expect(results).toEqual(expected);
    made.release();
  });

  test('counts the inputs that have no code', () => {
    const product = new CrossbarProduct({
      ...{ weights, rows: 60, columns: 20, crossbarRows: 16, arithmetic },
      activation: activationCode({ least: -0.5, most: 0.5 }, arithmetic),
    });
    product.multiply(x, 5, new Float32Array(100));
    // A value that rounds to a code within the limits is not clipped.
    const outside = x.filter((value) => Math.abs(value) > 0.5 * (1 + 1 / 127)).length;
    expect(product.counts.inputs).toBe(300);
    expect(Math.abs(product.counts.clippedInputs - outside)).toBeLessThan(6);
    product.release();
  });

  test.each([
    [{ weightBits: 30, activationBits: 20 }, 60, 'weights of 30 bits and inputs of 20 bits on 60 rows'],
    [{ weightBits: 8, activationBits: 31 }, 60, 'inputs of more than 30; give fewer bits'],
    [
      { cellBits: 20, dacBits: 8, adcBits: 8 },
      16,
      'cells of 20 bits and reads of 8 bits on 16 rows make sums',
    ],
  ])('%j is refused', (bits, rows, message) => {
    const wrong = { ...arithmetic, ...bits };
    const make = () =>
      new CrossbarProduct({
        ...{ weights: weights.subarray(0, rows * 20), rows, columns: 20, crossbarRows: 16 },
        ...{ arithmetic: wrong, activation: activationCode({ least: 0, most: 1 }, wrong) },
      });
    expect(make).toThrow(ClsaCimError);
    expect(make).toThrow(message);
  });
});
