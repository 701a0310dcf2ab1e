import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DuplicableLayer, duplicationPolicies } from '../../src/map/duplication/index.ts';
import { cpuMs } from '../cpu-ms.ts';

const { none, greedy, sum } = duplicationPolicies;

function layer(mvms: number, pesPerCopy: number): DuplicableLayer {
  return { name: `${mvms}x${pesPerCopy}`, mvms, pesPerCopy };
}

function layers(maxLayers: number, maxMvms: number, maxPes: number): fc.Arbitrary<DuplicableLayer[]> {
  const one = fc.tuple(fc.integer({ min: 1, max: maxMvms }), fc.integer({ min: 1, max: maxPes }));
  return fc
    .array(one, { minLength: 1, maxLength: maxLayers })
    .map((pairs) => pairs.map(([mvms, pes]) => layer(mvms, pes)));
}

const extraOf = (all: readonly DuplicableLayer[], copies: readonly number[]) =>
  all.reduce((pes, { pesPerCopy }, i) => pes + pesPerCopy * (copies[i]! - 1), 0);
const cyclesOf = (all: readonly DuplicableLayer[], copies: readonly number[]) =>
  all.reduce((cycles, { mvms }, i) => cycles + Math.ceil(mvms / copies[i]!), 0);

/** spec.md section 5, word for word. */
function greedyAsWritten(all: readonly DuplicableLayer[], extraPes: number): number[] {
  const copies = all.map(() => 1);
  let left = extraPes;
  for (;;) {
    let best = -1;
    for (let i = 0; i < all.length; i++) {
      const { mvms, pesPerCopy } = all[i]!;
      if (pesPerCopy > left || copies[i]! >= mvms) continue;
      if (best < 0 || BigInt(mvms) * BigInt(copies[best]!) > BigInt(all[best]!.mvms) * BigInt(copies[i]!)) {
        best = i;
      }
    }
    if (best < 0) return copies;
    copies[best]! += 1;
    left -= all[best]!.pesPerCopy;
  }
}

/** Orders solutions: fewest cycles, then fewest PEs, then most copies to the first layer. */
function better(all: readonly DuplicableLayer[], a: readonly number[], b: readonly number[]): boolean {
  const order = cyclesOf(all, a) - cyclesOf(all, b) || extraOf(all, a) - extraOf(all, b);
  if (order !== 0) return order < 0;
  const first = a.findIndex((copies, i) => copies !== b[i]);
  return first >= 0 && a[first]! > b[first]!;
}

function sumByExhaustion(all: readonly DuplicableLayer[], extraPes: number): number[] {
  let best = all.map(() => 1);
  const visit = (copies: number[], left: number) => {
    const next = all[copies.length];
    if (next === undefined) {
      if (better(all, copies, best)) best = copies;
      return;
    }
    for (let d = 1; d <= next.mvms && next.pesPerCopy * (d - 1) <= left; d++) {
      visit([...copies, d], left - next.pesPerCopy * (d - 1));
    }
  };
  visit([], extraPes);
  return best;
}

/** Least Σ ceil(t / d), and the fewest PEs that reach it, by a knapsack over every number of PEs. */
function sumByKnapsack(all: readonly DuplicableLayer[], extraPes: number): { cycles: number; pes: number } {
  let least = new Array<number>(extraPes + 1).fill(0);
  for (const { mvms, pesPerCopy } of all) {
    const next = new Array<number>(extraPes + 1).fill(Infinity);
    for (let d = 1; d <= mvms && pesPerCopy * (d - 1) <= extraPes; d++) {
      const pes = pesPerCopy * (d - 1);
      for (let b = pes; b <= extraPes; b++) {
        next[b] = Math.min(next[b]!, least[b - pes]! + Math.ceil(mvms / d));
      }
    }
    least = next;
  }
  const cycles = least[extraPes]!;
  return { cycles, pes: least.indexOf(cycles) };
}

/** The base layers of ResNet152 on 256 x 256 crossbars, without the classifier. */
function resnet152(): DuplicableLayer[] {
  const conv = (side: number, rows: number, columns: number) =>
    layer(side * side, Math.ceil(rows / 256) * Math.ceil(columns / 256));
  const all = [conv(112, 147, 64)];
  let channels = 64;
  const stages = [
    [3, 56, 64],
    [8, 28, 128],
    [36, 14, 256],
    [3, 7, 512],
  ] as const;
  for (const [blocks, side, width] of stages) {
    for (let block = 0; block < blocks; block++) {
      if (block === 0) all.push(conv(side, channels, 4 * width));
      all.push(conv(side, channels, width), conv(side, 9 * width, width), conv(side, width, 4 * width));
      channels = 4 * width;
    }
  }
  return all;
}

test('none gives one copy', () => {
  expect(none([layer(100, 1), layer(50, 3)], 40)).toEqual([1, 1]);
});

describe('greedy', () => {
  test('gives to the layer with the most MVMs per copy, the first on a tie', () => {
    expect(greedy([layer(100, 1), layer(100, 1)], 1)).toEqual([2, 1]);
    expect(greedy([layer(100, 1), layer(150, 1)], 2)).toEqual([2, 2]);
    expect(greedy([layer(90, 1), layer(30, 1)], 3)).toEqual([4, 1]);
  });

  test('goes on with what fits', () => {
    expect(greedy([layer(1000, 5), layer(10, 2)], 9)).toEqual([2, 3]);
  });

  test('gives no layer more copies than it has MVMs', () => {
    expect(greedy([layer(1, 1), layer(3, 2)], 1000)).toEqual([1, 3]);
  });

  test('compares fractions that floating point cannot tell apart', () => {
    const large = 2 ** 53 - 1;
    // After two copies each, large/2 against (large - 2)/2: the products are beyond 2^53.
    expect(greedy([layer(large - 1, 1), layer(large, 1)], 1)).toEqual([1, 2]);
    const pair = [layer(large - 2, 1), layer(large, 1), layer(large - 1, 1)];
    expect(greedy(pair, 40)).toEqual(greedyAsWritten(pair, 40));
  });

  test('is what spec.md section 5 says', () => {
    const budget = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(layers(12, 60, 9), budget, (all, extraPes) => {
        expect(greedy(all, extraPes)).toEqual(greedyAsWritten(all, extraPes));
      }),
      { numRuns: 500 },
    );
  });

  test('is what it says for large budgets too', () => {
    const budget = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(layers(6, 5000, 40), budget, (all, extraPes) => {
        expect(greedy(all, extraPes)).toEqual(greedyAsWritten(all, extraPes));
      }),
      { numRuns: 60 },
    );
    const all = resnet152();
    for (const extraPes of [32, 3000]) {
      expect(greedy(all, extraPes)).toEqual(greedyAsWritten(all, extraPes));
    }
  });

  test('takes no time for any budget', () => {
    const all = [...resnet152(), layer(2 ** 31 - 1, 1), layer(2 ** 31 - 2, 7)];
    const start = cpuMs();
    for (const extraPes of [32, 1e4, 1e6, 1e9, 2 ** 40]) greedy(all, extraPes);
    expect(cpuMs() - start).toBeLessThan(500);
  });
});

describe('sum', () => {
  test('is worse than greedy nowhere, and better here', () => {
    const all = resnet152();
    expect(cyclesOf(all, sum(all, 64))).toBe(47_726);
    expect(cyclesOf(all, greedy(all, 64))).toBe(50_032);
  });

  test('has ties with the fewest PEs, then with the most copies of the first layer', () => {
    expect(sum([layer(4, 1), layer(4, 1)], 1)).toEqual([2, 1]);
    expect(sum([layer(5, 1)], 3)).toEqual([3]);
    expect(sum([], 5)).toEqual([]);
  });

  test('is the best of all', () => {
    const budget = fc.integer({ min: 0, max: 25 });
    fc.assert(
      fc.property(layers(4, 14, 5), budget, (all, extraPes) => {
        expect(sum(all, extraPes)).toEqual(sumByExhaustion(all, extraPes));
      }),
      { numRuns: 500 },
    );
  });

  test('is as good as a knapsack over every number of PEs', () => {
    const budget = fc.integer({ min: 0, max: 700 });
    fc.assert(
      fc.property(layers(25, 600, 30), budget, (all, extraPes) => {
        const copies = sum(all, extraPes);
        const found = { cycles: cyclesOf(all, copies), pes: extraOf(all, copies) };
        expect(found).toEqual(sumByKnapsack(all, extraPes));
      }),
      { numRuns: 60 },
    );
  });

  test('is as good as a knapsack on ResNet152', () => {
    const all = resnet152();
    for (const extraPes of [32, 512, 1500]) {
      const copies = sum(all, extraPes);
      const found = { cycles: cyclesOf(all, copies), pes: extraOf(all, copies) };
      expect(found).toEqual(sumByKnapsack(all, extraPes));
    }
  }, 30_000);

  test('takes well under a second for any budget', () => {
    const all = resnet152();
    const start = cpuMs();
    for (const extraPes of [0, 1, 32, 300, 1000, 5000, 10_000, 20_000, 1e6]) sum(all, extraPes);
    expect(cpuMs() - start).toBeLessThan(2000);
  });
});
