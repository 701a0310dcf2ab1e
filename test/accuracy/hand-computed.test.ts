import { describe, expect, test } from 'vitest';
import { CrossbarProduct } from '../../src/accuracy/crossbar-product.ts';
import type { Arithmetic } from '../../src/architecture/arithmetic.ts';
import { referenceProduct } from './reference.ts';

/** The cases of docs/accuracy.md, which were computed by hand. */
const four: Arithmetic = {
  ...{ weightBits: 4, cellBits: 2, activationBits: 2, dacBits: 1, adcBits: undefined },
  ...{ adcRange: 'clip', coding: 'bias', isDifference: false },
};

interface Case {
  readonly name: string;
  readonly arithmetic: Partial<Arithmetic>;
  readonly a: readonly number[];
  readonly q: readonly number[];
  readonly crossbarRows?: number;
  readonly isTwosComplement?: boolean;
  readonly result: number;
  readonly clipped: number;
  readonly sums?: readonly number[];
  readonly least?: { readonly worst: number; readonly weights: number; readonly seen: number };
}

const a = [1, 3, 2, 0];
const biased = [3, -2, 7, -8];
const paired = [3, -2, 7, -7];

const cases: readonly Case[] = [
  {
    ...{ name: 'a bias', arithmetic: {}, a, q: biased, result: 11, clipped: 0 },
    sums: [5, 3, 5, 4],
    least: { worst: 4, weights: 4, seen: 3 },
  },
  { name: 'an ADC of 2 bits', arithmetic: { adcBits: 2 }, a, q: biased, result: -3, clipped: 3 },
  { name: 'an ADC of 3 bits', arithmetic: { adcBits: 3 }, a, q: biased, result: 11, clipped: 0 },
  {
    ...{ name: 'its full range', arithmetic: { adcBits: 2, adcRange: 'full' }, a, q: biased },
    ...{ result: 12, clipped: 0 },
  },
  {
    ...{ name: 'flipped columns', arithmetic: { coding: 'flipped' }, a, q: biased, result: 11, clipped: 0 },
    sums: [1, 3, 1, 4],
    least: { worst: 4, weights: 3, seen: 3 },
  },
  {
    ...{ name: 'pairs', arithmetic: { coding: 'pairs' }, a, q: paired, result: 11, clipped: 0 },
    sums: [3, 2, 0, 0, 3, 2, 1, 0],
  },
  {
    ...{ name: 'pairs and an ADC of 1 bit', arithmetic: { coding: 'pairs', adcBits: 1 }, a, q: paired },
    ...{ result: 8, clipped: 4 },
  },
  {
    ...{ name: 'inputs in two’s complement', a: [-1, 2], q: [1, 3], isTwosComplement: true },
    arithmetic: { weightBits: 3, cellBits: 3, activationBits: 3 },
    ...{ result: 5, clipped: 0 },
  },
  {
    ...{ name: 'two blocks of rows', arithmetic: { adcBits: 2 }, a, q: biased, crossbarRows: 2 },
    ...{ result: 9, clipped: 1 },
  },
];

const arithmeticOf = (one: Case): Arithmetic => ({ ...four, ...one.arithmetic });

describe('what was computed by hand', () => {
  test.each(cases)('$name: the reference', (one) => {
    const arithmetic = arithmeticOf(one);
    const product = referenceProduct({
      ...{ arithmetic, crossbarRows: one.crossbarRows ?? 4, a: one.a, q: one.q.map((code) => [code]) },
      activation: { bits: arithmetic.activationBits, isTwosComplement: one.isTwosComplement ?? false },
    });
    expect(product.y).toEqual([one.result]);
    expect(product.clipped).toBe(one.clipped);
    if (one.sums !== undefined) expect(product.sums.map(({ sum }) => sum)).toEqual(one.sums);
    if (one.least !== undefined) expect(product.least).toEqual(one.least);
  });

  test.each(cases)('$name: the engine', (one) => {
    const arithmetic = arithmeticOf(one);
    const rows = one.q.length;
    const product = new CrossbarProduct({
      ...{ arithmetic, rows, columns: 1, crossbarRows: one.crossbarRows ?? 4, keepsSums: true },
      ...{ weights: Float32Array.from(one.q), scales: Float64Array.of(1) },
      activation: {
        ...{ scale: 1, zeroPoint: 0, bits: arithmetic.activationBits },
        isTwosComplement: one.isTwosComplement ?? false,
      },
    });
    const y = new Float32Array(1);
    product.multiply(Float32Array.from(one.a), 1, y);
    expect([...y]).toEqual([one.result]);
    expect(product.counts.clipped).toBe(one.clipped);
    expect(product.counts.clippedInputs).toBe(0);
    if (one.least !== undefined) expect(product.leastAdcBits).toEqual(one.least);
    product.release();
  });
});
