import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClassBudget, type PesByClass, searchCrossbars } from '../../src/map/search-crossbars.ts';

/** Cells and PEs that a choice takes; undefined where it does not fit. */
function taken(layers: readonly PesByClass[], budgets: readonly ClassBudget[], choice: readonly number[]) {
  const pes = budgets.map((_, k) => layers.reduce((sum, own, i) => sum + (choice[i] === k ? own[k]! : 0), 0));
  if (pes.some((own, k) => own > budgets[k]!.pes)) return undefined;
  const cells = pes.reduce((sum, own, k) => sum + own * budgets[k]!.cells, 0);
  return [cells, pes.reduce((sum, own) => sum + own, 0)] as const;
}

/** The fewest cells of all choices that fit, and of these the fewest PEs. */
function fewest(layers: readonly PesByClass[], budgets: readonly ClassBudget[]) {
  let best: readonly [number, number] | undefined;
  for (let number = 0; number < budgets.length ** layers.length; number++) {
    const choice = layers.map((_, i) => Math.floor(number / budgets.length ** i) % budgets.length);
    const own = taken(layers, budgets, choice);
    if (own === undefined) continue;
    if (best === undefined || own[0] < best[0] || (own[0] === best[0] && own[1] < best[1])) best = own;
  }
  return best;
}

describe('searchCrossbars', () => {
  const problem = fc.integer({ min: 1, max: 4 }).chain((classes) =>
    fc.record({
      layers: fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: classes, maxLength: classes }), {
        minLength: 1,
        maxLength: 5,
      }),
      budgets: fc.array(
        fc.record({ pes: fc.integer({ min: 0, max: 20 }), cells: fc.constantFrom(1, 2, 3, 4, 8) }),
        { minLength: classes, maxLength: classes },
      ),
    }),
  );

  test('finds the fewest cells, and of these the fewest PEs', () => {
    const problems = fc.sample(problem, { numRuns: 250, seed: 7 });
    const results = problems.map(({ layers, budgets }) => {
      const choice = searchCrossbars(layers, budgets);
      return choice === undefined ? undefined : taken(layers, budgets, choice);
    });
    expect(results).toEqual(problems.map(({ layers, budgets }) => fewest(layers, budgets)));
    expect(results.filter((result) => result === undefined).length).toBeGreaterThan(20);
    expect(results.filter((result) => result !== undefined).length).toBeGreaterThan(100);
  });

  test('goes on with some of the choices where there are too many', () => {
    // No choice of these dominates another, and with 40 classes and 8 layers no more than 132 are kept.
    const classes = 40;
    const layers = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: classes }, (_, k) => 50 + ((i * 7919 + k * 104729) % 61)),
    );
    const budgets = layers[0]!.map((_, k) => ({ pes: 120, cells: 100 + k }));
    const choice = searchCrossbars(layers, budgets)!;
    expect(choice.filter((k) => budgets[k] === undefined)).toEqual([]);
    const least = layers.reduce(
      (sum, pes) => sum + Math.min(...pes.map((own, k) => own * budgets[k]!.cells)),
      0,
    );
    expect(taken(layers, budgets, choice)![0] / least).toBeLessThan(1.25);
  });
});
