import { expect, test } from 'vitest';
import { policiesByBudget } from '../../src/map/duplication/by-budget.ts';
import { cpuMs } from '../cpu-ms.ts';

test('sum makes a table where many budgets are asked for, and none for a few large ones', () => {
  const all = Array.from({ length: 100 }, (_, i) => ({
    name: `layer${i}`,
    mvms: 12_000 - 90 * i,
    pesPerCopy: 1 + (i % 9),
  }));
  const few = policiesByBudget.sum(all);
  const start = cpuMs();
  for (const extraPes of [1e5, 1e6, 1e7]) few(extraPes);
  expect(cpuMs() - start).toBeLessThan(2000);
  const many = policiesByBudget.sum(all);
  const before = cpuMs();
  for (let extraPes = 0; extraPes < 4000; extraPes++) many(extraPes);
  expect(cpuMs() - before).toBeLessThan(2000);
});
