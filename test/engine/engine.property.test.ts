import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { lower } from '../../src/schedule/lower.ts';
import {
  describeCase,
  operatorNetwork,
  rawNetwork,
  type ScheduleCase,
  scheduleCase,
} from '../reference/random-network.ts';
import { referenceSchedule } from '../reference/reference.ts';

const engines = [new Engine(), new Engine({ alwaysWide: true })];

function expectAgreement(scheduleCase: ScheduleCase): void {
  const { network, copies, granularity } = scheduleCase;
  const reference = referenceSchedule(network, copies, granularity);
  const problem = lower(network, granularity);
  for (const engine of engines) {
    engine.load(problem.words);
    engine.schedule(copies);
    const ours = problem.baseLayers.map((layer) => Array.from(engine.finishes(layer)));
    const theirs = reference.layers.map((layer) => layer.finish);
    expect(ours, describeCase(scheduleCase)).toEqual(theirs);
    const ends = problem.baseLayers.map((layer) => engine.endCycle(layer));
    expect(ends).toEqual(reference.layers.map(({ finish }) => Math.max(...finish)));
    const starts = problem.baseLayers.map((layer) => engine.startCycle(layer));
    expect(starts).toEqual(reference.layers.map(({ start }) => start[0]));
  }
}

describe('the engine agrees with the reference on random networks', () => {
  test.each([
    ['of operators', operatorNetwork(), 3000],
    ['of arbitrary reads', rawNetwork(), 2000],
  ])(
    '%s',
    (_, networks, numRuns) => {
      fc.assert(fc.property(scheduleCase(networks), expectAgreement), { numRuns });
    },
    240_000,
  );
});
