import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { Engine } from '../../src/engine/engine.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { baseLayers, type Network } from '../../src/network/network.ts';
import { type OptimizeOptions, optimize } from '../../src/optimize/index.ts';
import { latencyEvaluator } from '../../src/optimize/latency-evaluator.ts';
import { localSearch } from '../../src/optimize/local-search.ts';
import { Search } from '../../src/optimize/search.ts';
import { spaceOf } from '../../src/optimize/space.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { lower } from '../../src/workload/problem.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { withPes } from './brute-force.ts';

/** Crossbars of one and of two columns, so many of each. */
const twoSizes = (narrow: number, wide: number) => {
  const { crossbarRows: _, crossbarColumns: __, pes: ___, ...paper } = findPreset('paper')!;
  return {
    ...paper,
    name: 'two sizes',
    crossbars: [
      { name: 'narrow', crossbarRows: 1, crossbarColumns: 1, pes: narrow },
      { name: 'wide', crossbarRows: 1, crossbarColumns: 2, pes: wide },
    ],
  };
};

const drawn = fc.record({
  network: randomNetwork(),
  pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  extra: fc.tuple(fc.nat(4), fc.nat(4)),
  granularity: randomGranularity(),
});

/** A small network on a chip on which its layers are in both classes, if it can be. */
function caseOf({
  network: any,
  pes,
  extra: [narrow, wide],
}: {
  network: Network;
  pes: number[];
  extra: number[];
}) {
  const layers = baseLayers(any).length;
  fc.pre(layers > 1 && layers <= 4);
  const network = withPes(any, pes);
  const columns = Array.from({ length: layers }, (_, i) => pes[i % pes.length]!);
  const first = columns.slice(0, layers >> 1).reduce((sum, one) => sum + one, 0);
  const others = columns.slice(layers >> 1).reduce((sum, one) => sum + ((one + 1) >> 1), 0);
  return { network, chip: twoSizes(first + narrow!, others + wide!) };
}

/** Every vector of copies within the PEs of both classes. */
function copiesWithin(
  layers: readonly { pesPerCopy: number; crossbar: number; mvms: number }[],
  left: readonly number[],
): number[][] {
  const [first, ...others] = layers;
  if (first === undefined) return [[]];
  const result: number[][] = [];
  for (let copies = 1; copies <= first.mvms; copies++) {
    const rest = left.map((pes, k) => (k === first.crossbar ? pes - copies * first.pesPerCopy : pes));
    if (rest.some((pes) => pes < 0)) break;
    result.push(...copiesWithin(others, rest).map((more) => [copies, ...more]));
  }
  return result;
}

test.each([
  ['latency', 'cycles'],
  ['throughput', 'intervalCycles'],
] as const)(
  'the best %s is that of all copies within the PEs of each class',
  async (objective, metric) => {
    let both = 0;
    const property = fc.asyncProperty(drawn, async (all) => {
      const { network, chip } = caseOf(all);
      const { granularity } = all;
      const { layers } = mapNetwork(network, chip, {});
      const budgets = chip.crossbars.map(({ pes }) => pes);
      const options: OptimizeOptions<typeof objective> = { objective, granularity };
      const result = await optimize(network, chip, options);
      const vectors = copiesWithin(layers, budgets);
      const text = describeCase({ network, copies: layers.map(({ pesPerCopy }) => pesPerCopy), granularity });
      expect(vectors.map(String), text).toContain(String(Object.values(result.best.copies)));
      const cyclesOf = (duplication: readonly number[]) =>
        schedule(network, chip, { granularity, duplication }).cycles;
      const figure = Object.entries(result.best).find(([name]) => name === metric)![1] as number;
      expect(result.bound, text).toBe(figure);
      if (objective === 'latency') expect(figure, text).toBe(Math.min(...vectors.map(cyclesOf)));
      if (new Set(layers.map(({ crossbar }) => crossbar)).size === 2) both += 1;
    });
    await fc.assert(property, { numRuns: 100 });
    expect(both).toBeGreaterThan(20);
  },
  120_000,
);

test('moves find the optimum, too, in nearly all cases', () => {
  let [cases, missed] = [0, 0];
  const engine = new Engine();
  const property = fc.property(drawn, (all) => {
    const { network, chip } = caseOf(all);
    const { layers } = mapNetwork(network, chip, {});
    const problem = lower(network, all.granularity);
    engine.load(problem.words);
    const budgets = chip.crossbars.map(({ pes }) => pes);
    const space = spaceOf(
      layers,
      budgets,
      layers.map(({ mvms }) => mvms),
    );
    const evaluator = latencyEvaluator(engine, problem, space);
    const none = layers.map(() => 1);
    const search = new Search(space, evaluator, none, 7, { maxEvaluations: 500, deadline: Infinity });
    for (const _ of localSearch(search)) expect(Math.min(...search.pesLeft)).toBeGreaterThanOrEqual(0);
    const cyclesOf = (duplication: readonly number[]) =>
      schedule(network, chip, { granularity: all.granularity, duplication }).cycles;
    const least = Math.min(...copiesWithin(layers, budgets).map(cyclesOf));
    expect(search.best.cost).toBeGreaterThanOrEqual(least);
    cases += 1;
    if (search.best.cost > least) missed += 1;
  });
  fc.assert(property, { numRuns: 60 });
  engine.dispose();
  expect(missed).toBeLessThan(cases / 20);
}, 60_000);
