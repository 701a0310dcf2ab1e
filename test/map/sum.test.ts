import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DuplicableLayer, duplicationPolicies } from '../../src/map/duplication/index.ts';

/** Cycles, then PEs, then fewer copies of the first layers, the lower the better. */
function price(layers: readonly DuplicableLayer[], copies: readonly number[]): number[] {
  const cycles = layers.reduce((sum, { mvms }, i) => sum + Math.ceil(mvms / copies[i]!), 0);
  const pes = layers.reduce((sum, { pesPerCopy }, i) => sum + pesPerCopy * (copies[i]! - 1), 0);
  return [cycles, pes, ...copies.map((count) => -count)];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

/** All copies that fit. */
function* choices(layers: readonly DuplicableLayer[], left: number): Generator<number[]> {
  const [first, ...rest] = layers;
  if (first === undefined) {
    yield [];
    return;
  }
  for (let copies = 1; copies <= first.mvms; copies++) {
    const pes = first.pesPerCopy * (copies - 1);
    if (pes > left) return;
    for (const others of choices(rest, left - pes)) yield [copies, ...others];
  }
}

test('sum is the best of all copies that fit: fewest cycles, then PEs, then most copies of the first layers', () => {
  const layer = fc.record({
    name: fc.constant('layer'),
    mvms: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(4, 8)),
    pesPerCopy: fc.integer({ min: 1, max: 4 }),
  });
  const problem = fc.record({
    layers: fc.array(layer, { minLength: 1, maxLength: 4 }),
    extraPes: fc.integer({ min: 0, max: 14 }),
  });
  for (const { layers, extraPes } of fc.sample(problem, { numRuns: 200, seed: 11 })) {
    let best: number[] | undefined;
    for (const copies of choices(layers, extraPes)) {
      if (best === undefined || isLess(price(layers, copies), price(layers, best))) best = copies;
    }
    expect(duplicationPolicies.sum(layers, extraPes), JSON.stringify(layers)).toEqual(best);
  }
});
