import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { normalArchitecture } from '../../../src/architecture/normal-architecture.ts';
import { findPreset, paper } from '../../../src/architecture/presets.ts';
import { type SimulationOptions, simulate } from '../../../src/simulate/index.ts';
import { fetchingArchitecture } from '../../../src/simulate/tried/fetching.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';
import { describeCase, randomNetwork } from '../../reference/random-network.ts';

const tiny = zooNetwork('tinyyolov4');
const ROUNDS = ['fewest', 'auto'] as const;

/** Six tiles that TinyYOLOv4 does not fit, whose weights come through a narrow port. */
const narrow: Architecture = {
  ...{ ...paper, name: 'narrow', peWriteNs: 56_000 },
  chip: {
    ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 10, linkBitsPerCycle: 128, hopCycles: 2 },
    ...{ gpeuOperationsPerCycle: 64, offChipBitsPerCycle: 64 },
  },
};
const how = { pes: 60, granularity: 'row' } as const;

describe('rounds that are left open', () => {
  test.each(['greedy', 'none', 'sum', 'tried'] as const)('are tried with the copies of %s', (duplication) => {
    const { tried, cycles, rounds } = simulate(tiny, narrow, { ...how, duplication });
    const best = tried!.lists.filter((list) => list.cycles === cycles);
    expect(best).toContainEqual(
      expect.objectContaining({ copies: tried!.taken, rounds: tried!.takenRounds, end: 'finished' }),
    );
    // Of all lists, greedy and none are tried in all rounds.
    const policies = duplication === 'tried' ? (['none', 'greedy'] as const) : [duplication];
    for (const policy of policies) {
      for (const given of [...ROUNDS, undefined]) {
        const own = simulate(tiny, narrow, { ...how, duplication: policy, rounds: given });
        expect(own.cycles).toBeGreaterThanOrEqual(cycles);
        if (given !== undefined) expect(own).not.toHaveProperty('tried');
      }
    }
    const lists = new Set(tried!.lists.map(({ copies }) => copies));
    if (duplication !== 'tried') expect(lists).toEqual(new Set([duplication]));
    // What was taken is what its rounds give by themselves.
    const named = { duplication: tried!.taken as 'greedy', rounds: rounds!.map(({ layers }) => layers[0]!) };
    if (duplication !== 'tried') expect(simulate(tiny, narrow, { ...how, ...named }).cycles).toBe(cycles);
  });

  test('are the same where the time of a row is given, or that of all rows of a PE', () => {
    const { peWriteNs, ...others } = narrow;
    const byRow = { ...others, rowWriteNs: peWriteNs! / 256 };
    const [own, wanted] = [byRow, narrow].map((chip) =>
      simulate(tiny, chip, { ...how, duplication: 'greedy' }),
    );
    expect(own!.cycles).toBe(wanted!.cycles);
    expect(own!.tried).toEqual(wanted!.tried);
  });

  test('are chosen where fetching a PE takes longer than writing may', () => {
    const chip = { clockNs: 1e9, meshRows: 1, meshColumns: 2, pesPerTile: 1, linkBitsPerCycle: 1 };
    const crossbar = {
      crossbarRows: 2 ** 16,
      crossbarColumns: 2 ** 16,
      mvmLatencyNs: 1e9,
      parallelWrites: 1,
    };
    const slow: Architecture = { ...paper, ...crossbar, peWriteNs: 1000, chip };
    const { tried, rounds } = simulate(tiny, slow, { pes: 2, granularity: 'row', duplication: 'none' });
    expect(tried!.takenRounds).toBeDefined();
    expect(rounds!.length).toBeGreaterThan(1);
  });

  test('say why', () => {
    const { tried, cycles } = simulate(tiny, narrow, { ...how, duplication: 'greedy' });
    expect(tried).toMatchObject({ taken: 'greedy', takenRounds: 'fetched' });
    const [fewest, auto] = ROUNDS.map((rounds) => {
      const own = simulate(tiny, narrow, { ...how, duplication: 'greedy', rounds });
      return (own.cycles / cycles).toFixed(2);
    });
    expect(tried!.reason).toBe(
      `the fastest of 3 lists: fewest takes ${fewest}x as long, auto ${
        tried!.lists[2]!.end === 'later' ? 'takes longer' : `takes ${auto}x as long`
      }`,
    );
  });

  test('are open on tiles only, without a list of copies, and where the network does not fit', () => {
    const none = simulate(tiny, narrow, { ...how, duplication: 'none' });
    const list = none.rounds!.flatMap(({ layers }) => layers.map(() => 1));
    const wide = { ...narrow, chip: { ...narrow.chip, pesPerTile: 20 } };
    const one = { ...narrow, chip: { clockNs: 100, offChipBitsPerCycle: 64 } };
    const cases: [Architecture, SimulationOptions][] = [
      [wide, { pes: 117, duplication: 'greedy' }],
      [narrow, { scheduling: 'lbl', duplication: 'none' }],
      [narrow, { duplication: list }],
      [one, {}],
    ];
    for (const [chip, options] of cases) {
      expect(simulate(tiny, chip, { ...how, ...options })).not.toHaveProperty('tried');
    }
  }, 60_000);

  test('are never worse than fewest and auto on random small chips', () => {
    const drawn = fc.record({
      network: randomNetwork(),
      linkBitsPerCycle: fc.constantFrom(1, 8, 64),
      offChipBitsPerCycle: fc.constantFrom(1, 8, 64),
      reload: fc.constantFrom('rolling', 'barrier'),
      batch: fc.constantFrom(1, 3),
      duplication: fc.constantFrom('none', 'greedy', 'tried'),
      granularity: fc.constantFrom('pixel', 'row'),
    });
    let inTurns = 0;
    const property = fc.property(drawn, ({ network, linkBitsPerCycle, offChipBitsPerCycle, ...options }) => {
      const cells = { crossbarRows: 4, crossbarColumns: 4, peWriteNs: 4 * 1400 };
      const small: Architecture = {
        ...{ ...paper, ...cells, name: 'small' },
        chip: { meshRows: 1, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle, offChipBitsPerCycle },
      };
      const run = { ...options, pes: 6 } as const;
      const { cycles, tried } = simulate(network, small, run);
      if (tried?.takenRounds === undefined) return;
      inTurns += 1;
      const policies =
        options.duplication === 'tried' ? (['none', 'greedy'] as const) : [options.duplication];
      const text = describeCase({ network, copies: [], granularity: options.granularity });
      for (const duplication of policies) {
        for (const rounds of ROUNDS) {
          const own = simulate(network, small, { ...run, duplication, rounds });
          expect(own.cycles, text).toBeGreaterThanOrEqual(cycles);
        }
      }
    });
    // A smaller case would take long to be found.
    fc.assert(property, { numRuns: 60, endOnFailure: true });
    expect(inTurns).toBeGreaterThan(10);
  }, 120_000);
});

describe('as many writes at a time as weights come for', () => {
  test('by hand', () => {
    const bits = 256 * 256 * paper.cellBits;
    const of = (chip: Architecture['chip'], more: Partial<Architecture> = {}) => {
      const given = { ...narrow, ...more, chip } as Architecture;
      const { peWriteNs, parallelWrites } = fetchingArchitecture(normalArchitecture(given), 60);
      return { peWriteNs, parallelWrites };
    };
    const tiles = { clockNs: 1, meshRows: 1, meshColumns: 3, pesPerTile: 20 };
    // Through the port a PE takes bits / 64 ns, and 56,000 ns are to write one.
    const port = bits / 64;
    expect(of({ ...tiles, offChipBitsPerCycle: 64 })).toEqual({
      peWriteNs: 56_000,
      parallelWrites: Math.floor(56_000 / port),
    });
    expect(of({ ...tiles, offChipBitsPerCycle: 64 }, { parallelWrites: 2 })).toMatchObject({
      parallelWrites: 2,
    });
    // Two of three tiles are behind the link from tile 0 to tile 1.
    expect(of({ ...tiles, linkBitsPerCycle: 1 })).toEqual({ peWriteNs: (bits * 2) / 3, parallelWrites: 1 });
    // Nothing that weights have to go through.
    expect(of(tiles)).toEqual({ peWriteNs: 56_000, parallelWrites: undefined });
  });
});

test('lists that are later than the best are given up, whatever memory they take', () => {
  const { chip, ...others } = findPreset('puma')!;
  const quarter = { ...others, pes: 384, chip: { ...chip, meshRows: 4, meshColumns: 6 } } as Architecture;
  const { tried } = simulate(zooNetwork('resnet50'), quarter, { granularity: 'row' });
  let best = Infinity;
  for (const { cycles = Infinity, end } of tried!.lists) {
    if (end === 'finished') expect(cycles).toBeLessThan(1.1 * best);
    best = Math.min(best, cycles);
  }
  expect(tried!.lists.filter(({ end }) => end === 'later').length).toBeGreaterThan(3);
}, 60_000);
