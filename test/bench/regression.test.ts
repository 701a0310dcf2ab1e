import { expect, test } from 'vitest';
import saved from '../../bench/ratios.json' with { type: 'json' };
import { LEAST_SHARE, measureRatios, regressions } from '../../bench/regression.ts';

test('a ratio below its share of the saved one is a regression, and nothing else is', () => {
  const before = { analyse: 1000, schedule: 100 };
  expect(regressions(before, before)).toEqual([]);
  expect(regressions({ analyse: 5000, schedule: 100 * LEAST_SHARE }, before)).toEqual([]);
  expect(regressions({ analyse: 1000, schedule: 100 * LEAST_SHARE - 1 }, before)).toEqual(['schedule']);
  expect(regressions({ analyse: 1, schedule: 1 }, before)).toEqual(['analyse', 'schedule']);
});

test('what is saved and what is measured have the same names', () => {
  expect(() => regressions({ analyse: 1 }, { analyse: 1, schedule: 1 })).toThrow('write it anew');
  expect(() => regressions({ analyse: 1, schedule: 1 }, { analyse: 1 })).toThrow('write it anew');
});

test('the engine is measured beside the reference, by the names that are saved', () => {
  const measured = measureRatios(1);
  expect(Object.keys(measured)).toEqual(Object.keys(saved));
  // However busy the machine is, the reference is not nearly as fast.
  for (const ratio of Object.values(measured)) expect(ratio).toBeGreaterThan(5);
});
