import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine, type EngineOptions } from '../../src/engine/engine.ts';
import type { Network } from '../../src/network/network.ts';
import { lower } from '../../src/workload/problem.ts';
import { describeCase, operatorNetwork, rawNetwork, scheduleCase } from '../reference/random-network.ts';

/** One update: which base layers get how many copies, whether it is undone, and what it may last. */
const change = fc.record({
  copies: fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 9 })), { maxLength: 3 }),
  isUndone: fc.boolean(),
  limit: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.nat(300) }),
});

const MOST = 9;

function finishes(engine: Engine, layers: readonly number[]) {
  return layers.map((layer) => ({
    start: engine.startCycle(layer),
    end: engine.endCycle(layer),
    sets: Array.from(engine.finishes(layer)),
  }));
}

test.each<[string, fc.Arbitrary<Network>, EngineOptions]>([
  ['of operators, 32 bits', operatorNetwork(), {}],
  ['of operators, 32 bits, with templates', operatorNetwork(), { templates: 'always' }],
  ['of operators, 64 bits', operatorNetwork(), { alwaysWide: true }],
  ['of arbitrary reads, with templates', rawNetwork(), { templates: 'always' }],
])(
  'updates of copies end where a schedule of all layers does: networks %s',
  (_, networks, options) => {
    const updated = new Engine(options);
    const whole = new Engine(options);
    const property = fc.property(
      scheduleCase(networks),
      fc.array(change, { maxLength: 8 }),
      // Every other time MVMs overlap.
      fc.integer({ min: -5, max: 6 }).map((cycles) => Math.max(0, cycles)),
      (scheduleCase, changes, resultDelay) => {
        const problem = lower(scheduleCase.network, scheduleCase.granularity);
        const layers = problem.baseLayers;
        const demand = (copies: readonly number[]) => {
          whole.load(problem.words);
          whole.setResultDelay(resultDelay);
          whole.schedule(copies);
          const expected = finishes(whole, layers);
          expect(finishes(updated, layers), describeCase({ ...scheduleCase, copies })).toEqual(expected);
          return Math.max(...expected.map(({ end }) => end));
        };
        updated.load(problem.words);
        updated.setResultDelay(resultDelay);
        updated.openUpdates(layers.map(() => MOST));
        let copies: readonly number[] = layers.map(() => MOST);
        demand(copies);
        const sets = finishes(whole, layers).map((layer) => layer.sets.length);
        for (const { copies: changed, isUndone, limit } of changes) {
          const next = [...copies];
          for (const [layer, d] of changed) {
            const base = layer % layers.length;
            next[base] = d;
            updated.setCopies(layers[base]!, Math.min(d, sets[base]!));
          }
          const cycles = updated.update(limit);
          whole.load(problem.words);
          whole.setResultDelay(resultDelay);
          whole.schedule(next);
          const expected = Math.max(...layers.map((layer) => whole.endCycle(layer)));
          expect(cycles).toBe(expected > limit ? Infinity : expected);
          if (isUndone || cycles === Infinity) updated.undo();
          else copies = next;
          demand(copies);
        }
      },
    );
    fc.assert(property, { numRuns: 400 });
  },
  60_000,
);
