import { describe, expect, test } from 'vitest';
import {
  type Architecture,
  prepare,
  readArchitecture,
  Scheduler,
  simulateWorkload,
  zooNetwork,
} from '../../src/index.ts';
import { SetWords } from '../../src/page/timeline/describe.ts';
import { causesOf } from '../../src/picture/schedule-critical-path.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { simulationWaitsOf } from '../../src/picture/simulation-causes.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import type { Timeline } from '../../src/picture/timeline.ts';

const network = zooNetwork('tinyyolov4');
const paper = readArchitecture('paper');
const mesh = readArchitecture('docs/examples/mesh.yaml');

/** What times alone tell. */
function withoutPath({ critical: _, ...timeline }: Timeline): Timeline {
  return timeline;
}

function simulated(architecture: Architecture, batch = 1) {
  const workload = prepare(network, architecture, { granularity: 'row' });
  const keep = { keepSets: true, keepPlacement: true, keepCriticalPath: true };
  const simulation = simulateWorkload(workload, { extraPes: 32, batch, ...keep });
  return { workload, simulation, timeline: timelineOfSimulation(workload, simulation) };
}

describe('what sets of a simulation waited for', () => {
  test.each([1, 2])('ends when they start, or is on its way; %i inferences', (batch) => {
    const { timeline } = simulated(mesh, batch);
    const waitOf = simulationWaitsOf(withoutPath(timeline));
    const causes = new Map<string, number>();
    timeline.lanes.forEach(({ times, sets }, lane) => {
      for (let set = 0; set < sets; set++) {
        const wait = waitOf({ lane, set });
        const start = times!.starts[set]!;
        if (wait === undefined) continue;
        causes.set(wait.cause, (causes.get(wait.cause) ?? 0) + 1);
        const of = timeline.lanes[wait.lane]!.times!;
        const { ends, finishes } = of;
        if (wait.cause === 'copy') expect(ends[wait.set]).toBe(start);
        else if (wait.cause === 'set before') expect(of.starts[wait.set]).toBe(start);
        else if (wait.cause === 'values') expect(finishes[wait.set]).toBe(start);
        else expect(finishes[wait.set]).toBeLessThan(start);
      }
    });
    expect([...causes.keys()].toSorted()).toEqual(['copy', 'set before', 'values', 'way']);
  });

  test('is what it is in the schedule where movement is free', () => {
    const { workload, timeline } = simulated(paper);
    const scheduler = new Scheduler(workload);
    const schedule = scheduler.schedule(scheduler.map({ extraPes: 32 }), { keepSets: true });
    const scheduledTimeline = timelineOfSchedule(workload, schedule);
    const causeOf = causesOf(scheduledTimeline);
    const waitOf = simulationWaitsOf(withoutPath(timeline));
    scheduledTimeline.lanes.forEach(({ node, sets }, lane) => {
      const own = timeline.lanes.findIndex((each) => each.node === node);
      for (let set = 0; set < sets; set++) {
        expect(waitOf({ lane: own, set })?.cause).toBe(causeOf({ lane, set })?.cause);
      }
    });
  });

  test('is what the simulation says of its critical path, in words', () => {
    const { timeline, simulation } = simulated(mesh);
    const waitOf = simulationWaitsOf(timeline);
    const words = new SetWords(timeline);
    const said = new Map<string, string>();
    simulation.criticalSets!.forEach(({ node: lane, set, cause }, i) => {
      if (i === 0) return;
      const { node, set: before } = simulation.criticalSets![i - 1]!;
      expect(waitOf({ lane, set })).toMatchObject({ cause, lane: node, set: before });
      expect(words.before({ lane, set })).toMatchObject({ lane: node, set: before });
      const lines = words.lines(words.around({ lane, set }));
      said.set(cause, lines.find(([name]) => name === 'waited for')![1]);
    });
    expect(said.get('link')).toMatch(/^\S+, row \d+, column 0, which had to travel$/);
    expect(said.get('copy')).toMatch(/^its copy, which ran row \d+, column 0$/);
  });
});
