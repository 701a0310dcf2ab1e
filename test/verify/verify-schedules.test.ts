import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { timelineOfSchedule, verifyTimeline } from '../../src/verify/index.ts';
import { rawNetwork, scheduleCase } from '../reference/random-network.ts';
import { expectedOutputs, machineOf } from './fake-machine.ts';

test('random schedules compute their networks', () => {
  const property = fc.property(
    fc.oneof(scheduleCase(), scheduleCase(rawNetwork())),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom('xinf' as const, 'lbl' as const),
    ({ network, granularity }, batch, scheduling) => {
      const options = { granularity: granularity as 'pixel', batch, scheduling, extraPes: 7, keepSets: true };
      const timeline = timelineOfSchedule(network, paper, schedule(network, paper, options));
      const machine = machineOf(network, timeline);
      const outputs: number[][][] = [];
      const onInference = (inference: number) => {
        outputs[inference] = network.outputs.map((output) => machine.values(output, inference));
      };
      verifyTimeline(timeline, machine, { onInference });
      expect(outputs).toEqual(expectedOutputs(network, batch));
    },
  );
  fc.assert(property, { seed: 1, numRuns: 200 });
});
