import { describe, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import type { Network } from '../../src/network/network.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/index.ts';
import { validateSimulation } from '../../src/simulate/validate.ts';
import {
  type Timeline,
  timelineOfSchedule,
  timelineOfSimulation,
  verifyTimeline,
} from '../../src/verify/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { machineOf } from './fake-machine.ts';

const NETWORKS = ['tinyyolov4', 'resnet101', 'mobilenetv2', 'bert_base'];

/** Runs every set of a timeline; its machine throws where something is missing. */
function expectRuns(network: Network, timeline: Timeline): void {
  const { sets } = verifyTimeline(timeline, machineOf(network, timeline));
  const wanted = timeline.nodes
    .filter(({ kind }) => kind === 'base')
    .reduce((sum, node) => sum + node.sets, 0);
  expect(sets).toBe(wanted * timeline.inferences);
}

describe.each(['paper', 'isaac', 'puma'])('on %s', (preset) => {
  const architecture = findPreset(preset)!;

  test.each(NETWORKS)('schedules of %s compute it', (name) => {
    const network = zooNetwork(name);
    const result = schedule(network, architecture, { granularity: 'row', batch: 2, keepSets: true });
    expectRuns(network, timelineOfSchedule(network, architecture, result));
  });

  test.each(NETWORKS)('simulated runs of %s are valid, and compute it', (name) => {
    const network = zooNetwork(name);
    const how = { granularity: 'row', duplication: 'greedy', batch: 2, keepSets: true } as const;
    const result = simulate(network, architecture, how);
    validateSimulation(network, architecture, result);
    expectRuns(network, timelineOfSimulation(network, architecture, result));
  });
});
