import { expect, test } from 'vitest';
import { quantityIn } from '../../src/page/quantity.ts';
import { duration, energy, integer, percent } from '../../src/report/table.ts';

test('cells of tables are sorted by what they say, whatever their unit', () => {
  const inOrder = (texts: readonly string[]) => {
    const values = texts.map(quantityIn);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values.some(Number.isNaN)).toBe(false);
  };
  inOrder([0, 1.5, 952, 8005, 26.6e6, 3.7e9, 2e12].map(energy));
  inOrder([0, 3, 873.6e3, 1.2e6, 5e9].map(duration));
  inOrder([-3, 0, 9, 57, 1310, 1e6].map(integer));
  inOrder([0.051, 0.1, 0.59, 1].map(percent));
});

test('what is no quantity is sorted as text', () => {
  for (const text of ['conv2d_1', '', '1 → 3', '208 x 208 x 32', '1 of 2', 'toString', '1 constructor']) {
    expect(quantityIn(text)).toBeNaN();
  }
});
