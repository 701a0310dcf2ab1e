import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseCrossbars, favourite } from '../../src/map/choose-crossbars.ts';
import type { ClassBudget, PesByClass } from '../../src/map/search-crossbars.ts';

/** Cells of the PEs that a choice lacks, and of those that it takes. */
function cellsOf(layers: readonly PesByClass[], budgets: readonly ClassBudget[], choice: readonly number[]) {
  const taken = budgets.map((_, k) =>
    layers.reduce((sum, pes, i) => sum + (choice[i] === k ? pes[k]! : 0), 0),
  );
  const sum = (pesOf: (k: number) => number) =>
    budgets.reduce((all, { cells }, k) => all + pesOf(k) * cells, 0);
  return { missing: sum((k) => Math.max(0, taken[k]! - budgets[k]!.pes)), taken: sum((k) => taken[k]!) };
}

describe('where no choice of crossbars fits', () => {
  test('no other class for one layer lacks fewer cells, or as few and takes fewer', () => {
    const problem = fc.integer({ min: 2, max: 3 }).chain((classes) =>
      fc.record({
        layers: fc.array(
          fc.array(fc.integer({ min: 2, max: 12 }), { minLength: classes, maxLength: classes }),
          { minLength: 2, maxLength: 6 },
        ),
        budgets: fc.array(
          fc.record({ pes: fc.integer({ min: 0, max: 8 }), cells: fc.constantFrom(1, 4, 6, 16) }),
          { minLength: classes, maxLength: classes },
        ),
      }),
    );
    let lacking = 0;
    fc.assert(
      fc.property(problem, ({ layers, budgets }) => {
        const choice = chooseCrossbars(layers, budgets);
        const own = cellsOf(layers, budgets, choice);
        if (own.missing > 0) lacking++;
        layers.forEach((_, i) => {
          budgets.forEach((_, k) => {
            const other = cellsOf(layers, budgets, choice.with(i, k));
            expect(other.missing).toBeGreaterThanOrEqual(own.missing);
            if (other.missing === own.missing) expect(other.taken).toBeGreaterThanOrEqual(own.taken);
          });
        });
      }),
      { numRuns: 200 },
    );
    expect(lacking).toBeGreaterThan(5);
  });

  test('the layer goes first that takes the fewest cells more for each one that is not missing any more', () => {
    const budgets = [
      { pes: 40, cells: 1 },
      { pes: 12, cells: 1 },
    ];
    // The first would take 2 cells more for 2 that are missing, the second 4 for 8; there is no room for both.
    expect(
      chooseCrossbars(
        [
          [2, 4],
          [8, 12],
          [50, 100],
        ],
        budgets,
      ),
    ).toEqual([0, 1, 0]);
  });
});

test('the favourite of a layer has the fewest cells, of several the fewest PEs, then it is the first', () => {
  const budgets = [1, 4, 4].map((cells) => ({ pes: 9, cells }));
  expect(favourite([5, 1, 2], budgets)).toBe(1);
  expect(favourite([3, 1, 2], budgets)).toBe(0);
  expect(favourite([8, 2, 2], budgets)).toBe(1);
  expect(favourite([8, 3, 2], budgets)).toBe(2);
});
