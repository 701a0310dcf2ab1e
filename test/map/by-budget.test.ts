import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policiesByBudget } from '../../src/map/duplication/by-budget.ts';
import { type DuplicableLayer, duplicationPolicies } from '../../src/map/duplication/index.ts';

/** Few different layers, so that there are ties and layers of one kind. */
function layers(most: number, mvms: number, pes: number): fc.Arbitrary<DuplicableLayer[]> {
  const one = fc.record({
    name: fc.constant('layer'),
    mvms: fc.integer({ min: 1, max: mvms }),
    pesPerCopy: fc.integer({ min: 1, max: pes }),
  });
  return fc
    .array(one, { minLength: 1, maxLength: 4 })
    .chain((kinds) => fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: most }));
}

/** Asks one for all budgets, in their order, and compares with the policy that is asked anew. */
function expectSame(
  name: keyof typeof policiesByBudget,
  all: readonly DuplicableLayer[],
  budgets: readonly number[],
): void {
  const byBudget = policiesByBudget[name](all);
  for (const extraPes of budgets) {
    expect(byBudget(extraPes), `${name} ${extraPes}`).toEqual(duplicationPolicies[name](all, extraPes));
  }
}

describe.each(['none', 'greedy', 'sum'] as const)('%s for many budgets', (name) => {
  test('is what the policy gives each of them, in any order', () => {
    const budgets = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(layers(10, 50, 7), budgets, (all, asked) => expectSame(name, all, asked)),
      { numRuns: 100 },
    );
  });

  test('is so one PE after the other, and back', () => {
    const rising = Array.from({ length: 120 }, (_, extraPes) => extraPes);
    fc.assert(
      fc.property(layers(8, 300, 12), (all) => expectSame(name, all, [...rising, ...rising.toReversed()])),
      { numRuns: 30 },
    );
  });

  test('is so beyond what is kept of the order of copies, and of all copies that there are', () => {
    const all = [
      { name: 'a', mvms: 100_000, pesPerCopy: 1 },
      { name: 'b', mvms: 90_000, pesPerCopy: 3 },
      { name: 'c', mvms: 77, pesPerCopy: 40 },
    ];
    expectSame(name, all, [0, 5000, 3, 200_000, 150_000, 2 ** 40, 1024, 400_000, 39]);
    expectSame(name, all.slice(2), [3039, 3040, 3041, 3000, 1e9, 0]);
  });

  test('is so where layers need no copies, some of them or all', () => {
    const one = { name: 'one', mvms: 1, pesPerCopy: 1 };
    expectSame(name, [one, { name: 'three', mvms: 3, pesPerCopy: 2 }], [0, 1, 3, 4, 5, 100]);
    expectSame(name, [one, one], [0, 5, 1000]);
  });

  test('does not change what it has given before', () => {
    const byBudget = policiesByBudget[name]([{ name: 'a', mvms: 100, pesPerCopy: 2 }]);
    const first = byBudget(11);
    const copies = [...first];
    byBudget(90);
    expect(first).toEqual(copies);
  });
});

test('greedy finds what fits far behind what does not', () => {
  // One PE is left, and the only layer of one PE comes after 300 copies that are too large for it.
  const all = [
    { name: 'large', mvms: 1000, pesPerCopy: 5 },
    { name: 'small', mvms: 3, pesPerCopy: 1 },
  ];
  expectSame('greedy', all, [4, 9, 51, 5, 999]);
});

test('greedy takes what just fits before what fits more than once', () => {
  const all = [
    { name: 'too large', mvms: 100, pesPerCopy: 5 },
    { name: 'just fits', mvms: 90, pesPerCopy: 2 },
    { name: 'fits twice', mvms: 80, pesPerCopy: 1 },
  ];
  expect(policiesByBudget.greedy(all)(2)).toEqual([1, 2, 1]);
});

test('sum has tables up to their last budget', () => {
  const all = [
    { name: 'a', mvms: 1, pesPerCopy: 3 },
    { name: 'b', mvms: 100_000, pesPerCopy: 1 },
  ];
  const budgets = [255, 254, 253, 256, 510, 511, 512, 509, 1023, 1022];
  expectSame('sum', all, budgets);
  expectSame('sum', all.slice(1), budgets);
});
