import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import type { Network } from '../../src/network/network.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { validateResult } from '../../src/schedule/validate-result.ts';
import { simulate } from '../../src/simulate/index.ts';
import { validateSimulation } from '../../src/simulate/validate.ts';
import {
  type Timeline,
  timelineOfSchedule,
  timelineOfSimulation,
  verifyTimeline,
} from '../../src/verify/index.ts';
import { type ScheduleCase, scheduleCase } from '../reference/random-network.ts';
import { expectedOutputs, machineOf } from './fake-machine.ts';

const small = { ...paper, crossbarRows: 8, crossbarColumns: 8 } as Architecture;
const tiles = {
  ...{ clockNs: 100, meshRows: 16, meshColumns: 16, pesPerTile: 64, linkBitsPerCycle: 8, hopCycles: 1 },
  ...{ gpeuOperationsPerCycle: 16, offChipBitsPerCycle: 64 },
};

function expectComputes(network: Network, timeline: Timeline): void {
  const machine = machineOf(network, timeline);
  const outputs: number[][][] = [];
  verifyTimeline(timeline, machine, {
    onInference: (inference) => {
      outputs[inference] = network.outputs.map((output) => machine.values(output, inference));
    },
  });
  expect(outputs).toEqual(expectedOutputs(network, timeline.inferences));
}

const cases = fc.record({
  drawn: scheduleCase(),
  batch: fc.integer({ min: 1, max: 5 }),
  group: fc.integer({ min: 1, max: 2 }),
  reload: fc.constantFrom('rolling' as const, 'barrier' as const),
  share: fc.constantFrom(0.1, 0.4, 0.7, 1, 2),
  spill: fc.constantFrom(true, 'always' as const),
  scheduling: fc.constantFrom('xinf' as const, 'xinf' as const, 'lbl' as const),
  interval: fc.constantFrom(undefined, 100, 500),
  buffer: fc.constantFrom(32, 128, 512, 2 ** 20),
});

function optionsOf({ network, granularity }: ScheduleCase, share: number) {
  const { minimumPes } = mapNetwork(network, small, {});
  return {
    granularity: granularity as 'pixel',
    pes: Math.max(1, Math.ceil(minimumPes * share)),
    keepSets: true,
  };
}

test('random simulated runs compute their networks, with weights that take turns and values that spill', () => {
  const property = fc.property(
    cases,
    ({ drawn, batch, group, reload, share, spill, scheduling, interval, buffer }) => {
      const { network } = drawn;
      const chip = { ...tiles, inputBufferBytes: buffer, outputBufferBytes: buffer };
      const overlap = interval === undefined ? {} : { mvmIntervalNs: interval };
      const architecture = { ...small, peWriteNs: 700, ...overlap, chip };
      const reloads = scheduling === 'lbl' ? {} : { reload };
      const turns = share < 1 ? { group: Math.min(group, batch), ...reloads } : {};
      const options = { ...optionsOf(drawn, share), batch, spill, scheduling, ...turns };
      let simulation: ReturnType<typeof simulate>;
      try {
        simulation = simulate(network, architecture, options);
      } catch (error) {
        if (/buffer/.test(String(error))) return;
        throw error;
      }
      validateSimulation(network, architecture, simulation);
      expectComputes(network, timelineOfSimulation(network, architecture, simulation));
    },
  );
  fc.assert(property, { seed: 1, numRuns: 100 });
});

test('random schedules in turns compute their networks', () => {
  const property = fc.property(cases, ({ drawn, batch, group, reload, share, scheduling, interval }) => {
    const { network } = drawn;
    const overlap = interval === undefined ? {} : { mvmIntervalNs: interval };
    const architecture = { ...small, peWriteNs: 700, parallelWrites: 3, ...overlap };
    const how = scheduling === 'lbl' ? {} : { reload };
    const options = {
      ...optionsOf(drawn, share),
      batch,
      group: Math.min(group, batch),
      scheduling,
      ...how,
    };
    const result = schedule(network, architecture, options);
    validateResult(network, architecture, result);
    expectComputes(network, timelineOfSchedule(network, architecture, result));
  });
  fc.assert(property, { seed: 2, numRuns: 200 });
});
