import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { Engine } from '../../src/engine/engine.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { baseLayers, type Network } from '../../src/network/network.ts';
import { dependenciesOf } from '../../src/optimize/dependencies.ts';
import { optimize } from '../../src/optimize/index.ts';
import { LatencyBound } from '../../src/optimize/latency-bound.ts';
import { filled, pesLeft, type Space, spaceOf } from '../../src/optimize/space.ts';
import { splitGraph } from '../../src/optimize/split/graph.ts';
import { Split } from '../../src/optimize/split/split.ts';
import { type SplitAnswer, SplitBound } from '../../src/optimize/split/split-bound.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower } from '../../src/workload/problem.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { referenceAnalysis, referenceTimes } from '../reference/reference.ts';
import { allCopies, withPes } from './brute-force.ts';

/** Crossbars of one cell: a layer takes as many PEs as it has weights. */
const cells = { ...findPreset('paper')!, name: 'cells', crossbarRows: 1, crossbarColumns: 1 };

const smallCase = fc.record({
  network: randomNetwork(),
  pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  extraPes: fc.nat(9),
  granularity: randomGranularity(),
  resultCycles: fc.integer({ min: -3, max: 4 }).map((cycles) => Math.max(1, cycles)),
});

/** The cycles of every vector of copies within the budgets, by the reference. */
function allCycles(network: Network, space: Space, granularity: Granularity, resultCycles: number) {
  const analysis = referenceAnalysis(network, granularity);
  const { pesPerCopy, totalPes, most, budgets, crossbars } = space;
  return [...allCopies(pesPerCopy, totalPes, most)]
    .filter((copies) =>
      budgets.every(
        (budget, crossbar) =>
          copies.reduce((sum, own, i) => sum + (crossbars[i] === crossbar ? own * pesPerCopy[i]! : 0), 0) <=
          budget,
      ),
    )
    .map((copies) => ({ copies, cycles: referenceTimes(analysis, copies, 1, resultCycles).cycles }));
}

function last<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

interface Subject {
  readonly text: string;
  readonly space: Space;
  readonly proof: LatencyBound;
  readonly waits: ReturnType<typeof dependenciesOf>;
  readonly all: readonly { readonly copies: readonly number[]; readonly cycles: number }[];
}

const engine = new Engine();

/** Calls `check` for many small networks with all their copies. */
function forAll(classes: number, numRuns: number, check: (subject: Subject) => void): void {
  const property = fc.property(smallCase, ({ network: drawn, pes, extraPes, granularity, resultCycles }) => {
    fc.pre(baseLayers(drawn).length <= 5);
    const network = withPes(drawn, pes);
    const { layers, totalPes } = mapNetwork(network, cells, { extraPes });
    const problem = lower(network, granularity);
    engine.load(problem.words);
    const waits = dependenciesOf(engine, problem, resultCycles);
    const sets = layers.map((_, i) => waits.find(({ base }) => base === i)!.pixels.length);
    const space = spaceOf(...spaceArguments(layers, totalPes, classes), sets);
    const all = allCycles(network, space, granularity, resultCycles);
    const text = describeCase({ network, copies: space.pesPerCopy, granularity });
    check({ text, space, proof: new LatencyBound(waits, space), waits, all });
  });
  fc.assert(property, { numRuns });
}

type Layers = Parameters<typeof spaceOf>[0];

/** Layers in turn on one class of crossbars or several, each with a part of the PEs that are left. */
function spaceArguments(layers: Layers, totalPes: number, classes: number): [Layers, number[]] {
  if (classes === 1) return [layers, [totalPes]];
  const shared = layers.map((layer, i) => ({ ...layer, crossbar: i % classes }));
  const needed = Array.from({ length: classes }, (_, c) =>
    shared.reduce((sum, { crossbar, pesPerCopy }) => sum + (crossbar === c ? pesPerCopy : 0), 0),
  );
  const left = totalPes - needed.reduce((sum, pes) => sum + pes, 0);
  return [shared, needed.map((pes, c) => pes + Math.floor((left + c) / classes))];
}

describe.each([1, 2])(
  'the split of PEs, %i classes of crossbars, against all copies of small networks',
  (classes) => {
    test('says no cycle impossible that some copies reach, and mostly all others', () => {
      const seen = { found: 0, missed: 0, proven: 0, open: 0 };
      forAll(classes, 1500, ({ text, space, proof, waits, all }) => {
        const optimum = Math.min(...all.map(({ cycles }) => cycles));
        const greatest = Math.max(...all.map(({ cycles }) => cycles));
        const split = new SplitBound(waits, space, proof, Infinity);
        const ask = (cycles: number): SplitAnswer => last(split.ask(cycles))!;
        for (const cycles of new Set([optimum, optimum + 1, optimum + 3, greatest])) {
          const { least, copies } = ask(cycles);
          expect(least, `${text}, ${cycles}`).toBeLessThanOrEqual(optimum);
          if (copies === undefined) {
            if (classes === 1) seen.missed += 1;
            continue;
          }
          const found = all.find((one) => one.copies.every((own, i) => own === copies[i]));
          expect(found?.cycles, text).toBeLessThanOrEqual(cycles);
          seen.found += 1;
        }
        const { least, copies } = ask(optimum - 1);
        expect(copies, text).toBeUndefined();
        if (least > optimum - 1) seen.proven += 1;
        else seen.open += 1;
      });
      expect(seen.open).toBeLessThan(seen.proven / 20);
      if (classes === 1) expect(seen.missed).toBeLessThan(seen.found / 20);
    }, 120_000);

    test('keeps every vector that ends in time, from both ends', () => {
      let tighter = 0;
      forAll(classes, 700, ({ text, space, proof, waits, all }) => {
        const graph = splitGraph(waits);
        const ends = [...new Set(all.map(({ cycles }) => cycles))].sort((a, b) => a - b);
        for (const cycles of [ends[0]!, ends[ends.length >> 1]!, ends.at(-1)!]) {
          for (let crossbar = 0; crossbar < classes; crossbar++) {
            // Without the proof that comes before, and behind it.
            const whole = proof.wholeSpace();
            const tight = proof.wholeSpace();
            expect(proof.isEmpty(tight, cycles), text).toBe(false);
            for (const box of [whole, tight]) {
              const split = new Split({ waits, graph, space, crossbar, box, cycles });
              const end = last(split.forward());
              last(split.backward());
              const again = last(split.forward());
              expect(end, text).toBeLessThanOrEqual(ends[0]!);
              expect(again, text).toBeLessThanOrEqual(ends[0]!);
              if (again > end) tighter += 1;
            }
          }
        }
      });
      expect(tighter).toBeGreaterThan(0);
    }, 120_000);
  },
);

test('keeps copies of a network of the paper that end when they are asked for, whatever they are', () => {
  const network = zooNetwork('resnet50');
  const { layers, totalPes } = mapNetwork(network, findPreset('paper')!, { extraPes: 256 });
  const problem = lower(network, 'row');
  engine.load(problem.words);
  const waits = dependenciesOf(engine, problem, 1);
  const sets = layers.map((_, i) => waits.find(({ base }) => base === i)!.pixels.length);
  const space = spaceOf(layers, [totalPes], sets);
  const proof = new LatencyBound(waits, space);
  const graph = splitGraph(waits);
  const property = fc.property(fc.array(fc.nat(15), { minLength: 53, maxLength: 53 }), (drawn) => {
    // As many of what was drawn as there are PEs for, then as many as fit.
    const copies = layers.map(() => 1);
    let left = pesLeft(space, copies)[0]!;
    drawn.forEach((own, i) => {
      const more = Math.min(own, space.most[i]! - 1, Math.floor(left / space.pesPerCopy[i]!));
      copies[i]! += more;
      left -= more * space.pesPerCopy[i]!;
    });
    for (const own of [copies, filled(space, copies)]) {
      engine.schedule(own);
      const cycles = Math.max(...problem.baseLayers.map((layer) => engine.endCycle(layer)));
      const box = proof.wholeSpace();
      expect(proof.isEmpty(box, cycles)).toBe(false);
      const split = new Split({ waits, graph, space, crossbar: 0, box, cycles });
      expect(last(split.forward())).toBeLessThanOrEqual(cycles);
      last(split.backward());
      expect(last(split.forward())).toBeLessThanOrEqual(cycles);
    }
  });
  fc.assert(property, { numRuns: 30 });
}, 120_000);

test('tells the greatest bound that was proven, also where a split of so many PEs takes too much memory', async () => {
  const result = await optimize(zooNetwork('tinyyolov4'), findPreset('paper')!, {
    pes: 2000,
    granularity: { height: 4, width: 4 },
  });
  // Better copies are found behind the proof, and no evaluations are left to go on with it.
  expect(result).toMatchObject({ bound: 484, stoppedBy: 'evaluations' });
  expect(result.history!.at(-1)!.best).toBeLessThan(result.history!.find(({ bound }) => bound === 484)!.best);
}, 60_000);
