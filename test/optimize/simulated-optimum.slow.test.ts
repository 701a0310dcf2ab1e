/** What is found and proven with simulations, against all copies and rounds, and against what `simulate` takes by itself. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import type { Chip } from '../../src/architecture/chip.ts';
import { paper } from '../../src/architecture/presets.ts';
import { hasCode } from '../../src/errors.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { baseLayers, type Network } from '../../src/network/network.ts';
import { optimize } from '../../src/optimize/index.ts';
import { type SimulationOptions, simulate } from '../../src/simulate/index.ts';
import { allTurns } from '../reference/best-turns.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { describeTurns, unrounded } from '../reference/turns-case.ts';
import { chipOf } from '../schedule/turns-agreement.ts';
import { allCopies, withPes } from './brute-force.ts';

/** Cycles of a simulation; Infinity where it comes to no end. */
function cyclesOf(network: Network, chip: Architecture, options: SimulationOptions): number {
  try {
    return simulate(network, chip, options).cycles;
  } catch (error) {
    if (hasCode(error, 'DEADLOCK') || hasCode(error, 'DOES_NOT_FIT')) return Infinity;
    throw error;
  }
}

const MESH = { clockNs: 10, meshRows: 3, meshColumns: 4, pesPerTile: 2 } as const;

/** Figures of a chip: of half of them buffers are so small that values spill. */
const figures = fc.record(
  {
    linkBitsPerCycle: fc.constantFrom(1, 8),
    hopCycles: fc.constantFrom(0, 3),
    gpeuOperationsPerCycle: fc.constantFrom(0.5, 4),
    inputBufferPortBitsPerCycle: fc.constantFrom(4, 32),
    buffers: fc.record(
      {
        inputBufferBytes: fc.constantFrom(16, 64, 512),
        outputBufferBytes: fc.constantFrom(16, 256),
        sharedBufferBytes: fc.constantFrom(32, 256),
        offChipLatencyNs: fc.constantFrom(10, 200),
      },
      { requiredKeys: [] },
    ),
    offChipBitsPerCycle: fc.constantFrom(2, 16),
    tileWritePorts: fc.constantFrom(1, 2),
  },
  { requiredKeys: ['offChipBitsPerCycle', 'buffers'] },
);

function chipWith({ buffers, ...own }: typeof figures extends fc.Arbitrary<infer T> ? T : never): Chip {
  return { ...MESH, ...own, ...buffers };
}

const drawn = fc.record({
  network: randomNetwork(),
  pes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  extraPes: fc.nat(4),
  granularity: randomGranularity(),
  interval: fc.constantFrom(10, 30, 70),
  hasTwoSizes: fc.boolean(),
  batch: fc.constantFrom(1, 3),
  figures,
});

/** A small network, and a chip that it fits, whose crossbars are of one size or of two. */
function caseOf({ network: any, pes, extraPes, hasTwoSizes, interval, figures: own }: fcValue<typeof drawn>) {
  const network = withPes(any, pes);
  const columns = baseLayers(network).map(({ weights }) => weights.columns);
  const needed = columns.reduce((sum, one) => sum + one, 0);
  const { crossbarRows: _, crossbarColumns: __, pes: ___, ...figuresOfPaper } = paper;
  const { pesPerTile, ...tiles } = chipWith(own);
  const common = {
    ...{ name: 'small', mvmLatencyNs: 70, mvmIntervalNs: interval, chip: chipWith(own) },
  };
  const one: Architecture = { ...paper, ...common, crossbarRows: 1, crossbarColumns: 1 };
  const two: Architecture = {
    ...{ ...figuresOfPaper, ...common, chip: tiles },
    crossbars: [
      {
        name: 'narrow',
        crossbarRows: 1,
        crossbarColumns: 1,
        pes: 1 + (needed >> 1) + extraPes,
        pesPerTile: 2,
      },
      { name: 'wide', crossbarRows: 1, crossbarColumns: 2, pes: ((needed + 1) >> 1) + 1, pesPerTile: 1 },
    ],
  };
  return { network, chip: hasTwoSizes ? two : one, how: hasTwoSizes ? {} : { extraPes } };
}

type fcValue<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

const METRICS = { 'simulated-latency': 'cycles', 'simulated-throughput': 'cyclesPerInference' } as const;

test('is no worse than none, greedy, sum and tried, and no bound is above any copies', async () => {
  const seen = { spilled: 0, twoSizes: 0, better: 0, cases: 0 };
  const property = fc.asyncProperty(drawn, async (asked) => {
    const { granularity, batch, hasTwoSizes } = asked;
    fc.pre(baseLayers(asked.network).length <= 3);
    const { network, chip, how } = caseOf(asked);
    const run = { ...how, granularity, batch };
    const costOf = (options: SimulationOptions) => cyclesOf(network, chip, { ...run, ...options }) / batch;
    const policies = (['none', 'greedy', 'sum', 'tried'] as const).map((duplication) =>
      costOf({ duplication }),
    );
    fc.pre(Math.min(...policies) < Infinity);
    const objective = batch === 1 ? 'simulated-latency' : 'simulated-throughput';
    const options = { ...how, objective, granularity, ...(batch > 1 && { batch }) } as const;
    const result = await optimize(network, chip, options);
    const { best, bound, starts } = result;
    const figure = (best as unknown as Record<string, number>)[METRICS[objective]]!;
    const text = `${describeCase({ network, copies: [], granularity })}, ${JSON.stringify(chip)}`;
    const [none, greedy, sum, tried] = policies;
    expect(figure, text).toBeLessThanOrEqual(Math.min(...policies));
    // Where the search ends early it has not looked at all of them.
    expect({ none, greedy, sum, tried }, text).toMatchObject(withoutSchedule(starts!));
    // It is what simulate says of these copies there.
    const placement = best.tileOrder;
    expect(costOf({ duplication: Object.values(best.copies), placement }), text).toBe(figure);

    const { layers, totalPes } = mapNetwork(network, chip, { ...how, duplication: 'none' });
    const perCopy = layers.map(({ pesPerCopy }) => pesPerCopy);
    const budgets = chip.crossbars?.map(({ pes }) => pes) ?? [totalPes];
    const fits = (copies: readonly number[]) =>
      budgets.every((pes, crossbar) => {
        const own = layers.map((layer, i) => (layer.crossbar === crossbar ? perCopy[i]! * copies[i]! : 0));
        return own.reduce((sum, one) => sum + one, 0) <= pes;
      });
    const most = layers.map(() => 4);
    for (const copies of [...allCopies(perCopy, totalPes, most)].filter(fits)) {
      for (const place of [undefined, 'optimised', placement] as const) {
        expect(bound, text).toBeLessThanOrEqual(
          costOf({ duplication: copies, placement: place }) * (1 + 1e-12),
        );
      }
    }
    seen.cases += 1;
    if (simulate(network, chip, run).spill !== undefined) seen.spilled += 1;
    if (hasTwoSizes) seen.twoSizes += 1;
    if (figure < Math.min(...policies)) seen.better += 1;
  });
  await fc.assert(property, { numRuns: 40 });
  expect(seen.spilled).toBeGreaterThan(2);
  expect(seen.twoSizes).toBeGreaterThan(5);
  expect(seen.better).toBeGreaterThan(2);
}, 170_000);

function withoutSchedule({ schedule: _, ...others }: Readonly<Record<string, number>>) {
  return others;
}

/** Cases of which all rounds and copies can be tried. */
const turnCases = turnsCase(smallNetwork(3)).filter((asked) => {
  const { slices, totalPes } = unrounded(asked);
  return slices.length > 1 && slices.length <= 4 && totalPes <= 5 && asked.writeCycles < 2 ** 20;
});

test('in turns is no worse than none, greedy, auto, fewest and tried, and no bound is above any rounds', async () => {
  const seen = { cases: 0, met: 0, found: 0 };
  const property = fc.asyncProperty(turnCases, figures, fc.boolean(), async (asked, own, isBatch) => {
    const { network, granularity, totalPes: pes, reload, group } = asked;
    const batch = isBatch ? 2 * group : group;
    const mesh = { ...chipWith(own), meshRows: 1, meshColumns: 3, clockNs: 1400 };
    const chip: Architecture = { ...chipOf(asked), chip: mesh };
    const run: SimulationOptions = { pes, granularity, batch, group, reload };
    const costOf = (options: SimulationOptions) => cyclesOf(network, chip, { ...run, ...options });
    const policies = (['none', 'greedy', 'tried'] as const).flatMap((duplication) => [
      costOf({ duplication }),
      costOf({ duplication, rounds: 'auto' }),
      costOf({ duplication, rounds: 'fewest' }),
    ]);
    fc.pre(Math.min(...policies) < Infinity);
    const objective = isBatch ? 'simulated-throughput' : 'simulated-latency';
    const options = { pes, granularity, reload, group, objective, ...(isBatch && { batch }) } as const;
    const { best, bound } = await optimize(network, chip, { ...options, maxEvaluations: 60 });
    const text = `${describeTurns(asked)}, ${JSON.stringify(chip.chip)}`;
    expect(best.cycles, text).toBeLessThanOrEqual(Math.min(...policies));
    const { slices } = unrounded(asked);
    let least = Infinity;
    for (const { rounds, copies } of allTurns({ ...unrounded(asked), batch, group })) {
      const named = rounds.map((slice) => slices[slice]!.name);
      least = Math.min(least, costOf({ duplication: copies, rounds: named }));
    }
    const shared = isBatch ? batch : 1;
    expect(bound * shared, text).toBeLessThanOrEqual(least * (1 + 1e-12));
    seen.cases += 1;
    if (bound * shared > 0.8 * least) seen.met += 1;
    if (best.cycles <= least) seen.found += 1;
  });
  await fc.assert(property, { numRuns: 40 });
  expect(seen.met).toBeGreaterThan(seen.cases / 10);
  expect(seen.found).toBeGreaterThan(seen.cases * 0.8);
}, 170_000);
