import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { Engine } from '../../src/engine/engine.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { baseLayers } from '../../src/network/network.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { dependenciesOf } from '../../src/optimize/dependencies.ts';
import { heads, newSetTimes, tails } from '../../src/optimize/heads-and-tails.ts';
import { LatencyBound } from '../../src/optimize/latency-bound.ts';
import { latencyEvaluator } from '../../src/optimize/latency-evaluator.ts';
import { localSearch } from '../../src/optimize/local-search.ts';
import { optimize } from '../../src/optimize/optimize.ts';
import { Search } from '../../src/optimize/search.ts';
import { spaceOf } from '../../src/optimize/space.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { lower } from '../../src/workload/problem.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { referenceAnalysis, referenceSchedule, referenceTimes } from '../reference/reference.ts';
import { allCopies, withPes } from './brute-force.ts';

/** Crossbars of one cell: a layer takes as many PEs as it has weights. */
const cells = { ...findPreset('paper')!, name: 'cells', crossbarRows: 1, crossbarColumns: 1 };

/** λ of spec.md section 4; every other time MVMs overlap. */
const someResultCycles = fc.integer({ min: -3, max: 5 }).map((cycles) => Math.max(1, cycles));

/** The same chip with so many MVMs of a PE under way. */
const overlapping = (resultCycles: number) => ({
  ...cells,
  mvmIntervalNs: cells.mvmLatencyNs! / resultCycles,
});

const smallCase = fc.record({
  network: randomNetwork(),
  pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  extraPes: fc.nat(6),
  granularity: randomGranularity(),
});

type SmallCase = typeof smallCase extends fc.Arbitrary<infer T> ? T : never;

/** The least makespan of all copies within the budget, by the reference. */
function leastCycles(
  network: Parameters<typeof referenceSchedule>[0],
  pes: readonly number[],
  totalPes: number,
  granularity: Parameters<typeof referenceSchedule>[2],
  resultCycles = 1,
): number {
  const analysis = referenceAnalysis(network, granularity);
  let least = Infinity;
  for (const copies of allCopies(
    pes,
    totalPes,
    pes.map(() => 20),
  )) {
    least = Math.min(least, referenceTimes(analysis, copies, 1, resultCycles).cycles);
  }
  return least;
}

describe('optimize against all copies of small networks, by the reference', () => {
  test('finds the optimum, and no bound is above it', async () => {
    const seen = { vectors: 0, better: 0, open: 0 };
    const property = fc.asyncProperty(smallCase, someResultCycles, async (small, resultCycles) => {
      const { network: drawn, pes, extraPes, granularity } = small;
      fc.pre(baseLayers(drawn).length <= 5);
      const network = withPes(drawn, pes);
      const chip = overlapping(resultCycles);
      const mapping = mapNetwork(network, chip, { extraPes });
      const perCopy = mapping.layers.map((layer) => layer.pesPerCopy);
      const least = leastCycles(network, perCopy, mapping.totalPes, granularity, resultCycles);
      const result = await optimize(network, chip, { extraPes, granularity });
      const text = describeCase({ network, copies: perCopy, granularity });
      expect(result.best.cycles, text).toBe(least);
      expect(result.bound, text).toBe(least);
      expect(result.stoppedBy).toBe('optimal');
      expect(result.usedPes).toBeLessThanOrEqual(mapping.totalPes);
      const copies = Object.values(result.best.copies);
      const scheduled = schedule(network, chip, { extraPes, granularity, duplication: copies });
      expect(scheduled.cycles).toBe(least);
      expect(result.best.latencyNs).toBe(least * chip.mvmIntervalNs);
      // Without looking at all of them: what is proven beforehand.
      const proven = await optimize(network, chip, { extraPes, granularity, maxEvaluations: 3 });
      expect(proven.bound, text).toBeLessThanOrEqual(least);
      expect(proven.best.cycles).toBeLessThanOrEqual(proven.greedy.cycles);
      seen.vectors += 1;
      if (least < result.greedy.cycles) seen.better += 1;
      if (proven.bound < least) seen.open += 1;
    });
    await fc.assert(property, { numRuns: 300 });
    // A test that never meets a case where greedy is not the best, or where the bound is not met, says little.
    expect(seen.better).toBeGreaterThan(0);
    expect(seen.open).toBeGreaterThan(0);
  }, 120_000);

  test('finds the optimum by moves too, in nearly all of them', async () => {
    let cases = 0;
    let missed = 0;
    const property = fc.asyncProperty(smallCase, async ({ network: drawn, pes, extraPes, granularity }) => {
      fc.pre(baseLayers(drawn).length <= 5 && baseLayers(drawn).length > 1);
      const network = withPes(drawn, pes);
      const all = await optimize(network, cells, { extraPes, granularity });
      const mapping = mapNetwork(network, cells, { extraPes });
      const engine = new Engine();
      const useful = mapping.layers.map(({ mvms }) => mvms);
      const problem = lower(network, granularity);
      engine.load(problem.words);
      const space = spaceOf(mapping.layers, [mapping.totalPes], useful);
      const none = mapping.layers.map(() => 1);
      const limits = { maxEvaluations: 500, deadline: Infinity };
      const search = new Search(space, latencyEvaluator(engine, problem, space), none, 7, limits);
      for (const _ of localSearch(search));
      expect(search.evaluations).toBeLessThanOrEqual(500);
      expect(search.best.cost).toBeGreaterThanOrEqual(all.best.cycles);
      cases += 1;
      if (search.best.cost > all.best.cycles) missed += 1;
    });
    await fc.assert(property, { numRuns: 200 });
    expect(missed).toBeLessThan(cases / 50);
  }, 120_000);
});

describe('heads and tails', () => {
  const engine = new Engine();

  test('no schedule with fewer copies has earlier starts, or less behind them', () => {
    const copies = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(5)), {
      minLength: 1,
      maxLength: 5,
    });
    const property = fc.property(
      randomNetwork(),
      copies,
      randomGranularity(),
      someResultCycles,
      (network, drawn, granularity, resultCycles) => {
        const problem = lower(network, granularity);
        engine.load(problem.words);
        const waits = dependenciesOf(engine, problem, resultCycles);
        const fewer = problem.baseLayers.map((_, i) => drawn[i % drawn.length]![0]);
        const most = fewer.map((few, i) => few + drawn[i % drawn.length]![1]);
        const [head, tail] = [newSetTimes(waits), newSetTimes(waits)];
        heads(waits, most, head);
        tails(waits, most, tail);
        const { layers } = referenceSchedule(network, fewer, granularity, 1, resultCycles);
        const end = Math.max(...layers.map(({ finish }) => Math.max(...finish)));
        waits.forEach(({ base }, i) => {
          if (base < 0) return;
          const start = Array.from(layers[base]!.start);
          const text = describeCase({ network, copies: fewer, granularity });
          expect(start.length).toBe(head[i]!.length);
          expect(
            start.filter((cycle, k) => head[i]![k]! > cycle || cycle + tail[i]![k]! > end),
            text,
          ).toEqual([]);
        });
      },
    );
    fc.assert(property, { numRuns: 1500 });
  }, 60_000);

  test('heads are the schedule with the most copies where no set is cut, so that more copies never delay', () => {
    const property = fc.property(
      randomNetwork(),
      fc.integer({ min: 1, max: 9 }),
      someResultCycles,
      (network, most, resultCycles) => {
        const problem = lower(network, 'pixel');
        engine.load(problem.words);
        const waits = dependenciesOf(engine, problem, resultCycles);
        const times = newSetTimes(waits);
        heads(
          waits,
          problem.baseLayers.map(() => most),
          times,
        );
        const { layers } = referenceSchedule(
          network,
          problem.baseLayers.map(() => most),
          'pixel',
          1,
          resultCycles,
        );
        waits.forEach(({ base }, i) => {
          if (base >= 0) expect(Array.from(times[i]!)).toEqual(Array.from(layers[base]!.start));
        });
      },
    );
    fc.assert(property, { numRuns: 500 });
  }, 60_000);
});

describe('the bound of the latency, by the reference', () => {
  const engine = new Engine();

  /** A case on the engine, with what is known of it. */
  function proofOf({ network: drawn, pes, extraPes, granularity }: SmallCase, resultCycles: number) {
    const network = withPes(drawn, pes);
    const { layers, totalPes } = mapNetwork(network, cells, { extraPes });
    const problem = lower(network, granularity);
    engine.load(problem.words);
    engine.setResultDelay(resultCycles - 1);
    const useful = layers.map(({ mvms }) => mvms);
    const space = spaceOf(layers, [totalPes], useful);
    return { problem, space, proof: new LatencyBound(dependenciesOf(engine, problem, resultCycles), space) };
  }

  test('is above no optimum, and mostly meets it, where MVMs overlap too', () => {
    let [cases, met] = [0, 0];
    const property = fc.property(
      smallCase,
      someResultCycles,
      ({ network: drawn, pes, extraPes, granularity }, resultCycles) => {
        fc.pre(baseLayers(drawn).length <= 5);
        const network = withPes(drawn, pes);
        const { layers, totalPes } = mapNetwork(network, cells, { extraPes });
        const perCopy = layers.map(({ pesPerCopy }) => pesPerCopy);
        const problem = lower(network, granularity);
        engine.load(problem.words);
        const space = spaceOf(
          layers,
          [totalPes],
          layers.map(({ mvms }) => mvms),
        );
        const proof = new LatencyBound(dependenciesOf(engine, problem, resultCycles), space);
        const least = leastCycles(network, perCopy, totalPes, granularity, resultCycles);
        // Nothing that is reached is named, so that the bound finds its way alone.
        const bound = proof.below(2 * least);
        expect(bound, describeCase({ network, copies: perCopy, granularity })).toBeLessThanOrEqual(least);
        cases += 1;
        if (bound === least) met += 1;
      },
    );
    fc.assert(property, { numRuns: 300 });
    expect(met).toBeGreaterThan(0.8 * cases);
  }, 60_000);

  test('no vector ends before what is known of the copies of one of its layers', () => {
    const seen = { all: 0, met: 0 };
    const property = fc.property(smallCase, someResultCycles, (drawn, resultCycles) => {
      fc.pre(baseLayers(drawn.network).length <= 4);
      const { network, granularity } = drawn;
      const { space, proof } = proofOf(drawn, resultCycles);
      for (const copies of allCopies(space.pesPerCopy, space.totalPes, space.most)) {
        const { layers } = referenceSchedule(network, copies, granularity, 1, resultCycles);
        const end = Math.max(...layers.map(({ finish }) => Math.max(...finish)));
        const least = copies.map((count, base) => proof.leastWith(base, count));
        expect(Math.max(...least), describeCase({ network, copies, granularity })).toBeLessThanOrEqual(end);
        seen.all += 1;
        if (Math.max(...least) === end) seen.met += 1;
      }
    });
    fc.assert(property, { numRuns: 300 });
    expect(seen.met).toBeGreaterThan(seen.all / 2);
  }, 60_000);

  test('a search that gives up what is known to be over is the search without', () => {
    const property = fc.property(smallCase, someResultCycles, (drawn, resultCycles) => {
      const { problem, space, proof } = proofOf(drawn, resultCycles);
      const none = space.most.map(() => 1);
      const searchWith = (known?: LatencyBound) => {
        const evaluator = latencyEvaluator(engine, problem, space, known);
        const search = new Search(space, evaluator, none, 7, { maxEvaluations: 200, deadline: Infinity });
        for (const _ of localSearch(search));
        return { best: search.best, history: search.history, evaluations: search.evaluations };
      };
      expect(searchWith(proof)).toEqual(searchWith());
    });
    fc.assert(property, { numRuns: 300 });
  }, 60_000);

  test('a chain is λ - 1 longer for each of its layers, and the work of a layer once', () => {
    // Three layers of 6 pixels that read one pixel each: 6 + 2 on one copy, and λ - 1 = 4 more for each.
    const b = new NetworkBuilder('chain');
    const options = {
      windows: [UNIT_WINDOW, UNIT_WINDOW],
      spatialAxes: [0, 1],
      channelAxis: 2,
      outputChannels: 1,
    };
    const input = b.input('input', { dims: [1, 6, 1], h: 0, w: 1 });
    ['a', 'b', 'c'].reduce((x, name) => convolution(b, name, x, options), input);
    const network = b.build();
    const bound = (extraPes: number, resultCycles: number) => {
      const { layers, totalPes } = mapNetwork(network, cells, { extraPes });
      const problem = lower(network, 'pixel');
      engine.load(problem.words);
      const space = spaceOf(
        layers,
        [totalPes],
        layers.map(({ mvms }) => mvms),
      );
      const proof = new LatencyBound(dependenciesOf(engine, problem, resultCycles), space);
      return { below: proof.below(100), simple: proof.simple(), tails: proof.shortestTails() };
    };
    expect(bound(0, 1)).toEqual({ below: 8, simple: 8, tails: [2, 1, 0] });
    expect(bound(0, 5)).toEqual({ below: 8 + 3 * 4, simple: 8 + 3 * 4, tails: [2 * 5, 5, 0] });
    // One copy more is of no use. With 15 more, all pixels run at once.
    expect(bound(1, 5).below).toBe(8 + 3 * 4);
    expect(bound(15, 5).below).toBe(3 * 5);
  });
});
