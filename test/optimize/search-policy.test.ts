import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { loadModel } from '../../src/node/model.ts';
import { optimize, type SearchPolicy } from '../../src/optimize/index.ts';

const network = loadModel(fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url)));
/** Its bound is never reached, so that the policy gets its turn. */
const leaky = { ...paper, chip: { mvmEnergyPj: 1, leakageMw: 5, gpeuOperationsPerCycle: 64 } };
const options = { pes: 12, objective: 'energy' } as const;

function run(policy: unknown) {
  return optimize(network, leaky, { ...options, policy: policy as SearchPolicy });
}

describe('a search policy of the user', () => {
  test('gets its turn, and moves the search', async () => {
    let turns = 0;
    const result = await run(function* (search: Parameters<SearchPolicy>[0]): Generator<void, void> {
      for (; turns < 5 && !search.isOver; turns++) {
        search.goTo(search.best.copies);
        yield;
      }
    });
    expect(turns).toBe(5);
    expect(result.usedPes).toBeLessThanOrEqual(12);
  });

  const changes: readonly (readonly [string, (search: never) => void])[] = [
    ['sort the copies', ({ copies }: { copies: number[] }) => copies.sort()],
    ['change the best', ({ best }: { best: { cost: number } }) => Object.assign(best, { cost: 1 })],
    ['make a best of its own', (search: { best: object }) => Object.assign(search, { best: { cost: 1 } })],
    ['raise the budget', ({ space }: { space: object }) => Object.assign(space, { totalPes: 1e6 })],
    ['make PEs free', ({ space }: { space: { pesPerCopy: number[] } }) => space.pesPerCopy.fill(0)],
    ['move the deadline', ({ limits }: { limits: object }) => Object.assign(limits, { deadline: Infinity })],
  ];
  test.each(changes)('cannot %s', async (_, change) => {
    await expect(
      run(function* (search: never) {
        change(search);
        yield;
      }),
    ).rejects.toThrow(/^the search policy failed: /);
  });

  test.each([
    [
      'goTo',
      (search: { goTo(c: number[]): void; copies: number[] }) => search.goTo(search.copies.map(() => 500)),
    ],
    [
      'move',
      (search: { move(l: number[], c: number[], m: number): void }) => search.move([0, 1], [500, 500], 1e9),
    ],
  ])('cannot go beyond the budget by %s', async (_, go) => {
    await expect(
      run(function* (search: never) {
        go(search);
        yield;
      }),
    ).rejects.toThrow(/^the search policy: takes \d+ PEs, and there are 12$/);
  });

  test.each([
    [[0], [0], 'copies must be a whole number of 1 or more, found 0'],
    [[0], [1.5], 'found 1.5'],
    [[0], [], 'found nothing'],
    [[99], [1], 'there is no base layer 99'],
    [[0, 0], [1, 1], 'layer 0 is in one move twice'],
  ])('that moves %j to %j is refused', async (layers, copies, message) => {
    await expect(
      run(function* (search: Parameters<SearchPolicy>[0]): Generator<void, void> {
        search.move(layers, copies, Infinity);
        yield;
      }),
    ).rejects.toThrow(message);
  });

  test('that is no generator is at fault', async () => {
    await expect(run(() => undefined)).rejects.toThrow(/^the search policy failed: /);
  });
});
