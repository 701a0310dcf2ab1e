import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepare, readArchitecture, Scheduler, zooNetwork } from '../../src/index.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { SetReads } from '../../src/picture/set-reads.ts';
import type { CriticalPath, Timeline } from '../../src/picture/timeline.ts';
import { scheduleCase } from '../reference/random-network.ts';

const paper = readArchitecture('paper');

/** Busy cycles of all PEs. */
function busyPeCycles({ lanes }: Timeline): number {
  return lanes.reduce((sum, { pes, busy }) => sum + pes * busy.reduce((all, cycles) => all + cycles, 0), 0);
}

/** The path with what followed on one another in a lane as one entry. */
function joined({ causeNames, lanes, sets, causes, starts, ends }: CriticalPath): CriticalPath {
  const isNext = (i: number) =>
    lanes[i] === lanes[i - 1] && ['copy', 'set before'].includes(causeNames[causes[i]!]!);
  const firsts = Array.from(lanes, (_, i) => i).filter((i) => !isNext(i));
  return {
    causeNames,
    lanes: Int32Array.from(firsts, (i) => lanes[i]!),
    sets: Int32Array.from(firsts, (i) => sets[i]!),
    causes: Uint8Array.from(firsts, (i) => causes[i]!),
    starts: Float64Array.from(firsts, (i) => starts[i]!),
    ends: Float64Array.from(firsts, (_, nth) => ends[(firsts[nth + 1] ?? lanes.length) - 1]!),
  };
}

/** Demands that the critical path leads from the start to the end, and is broken by writing only. */
function expectWholePath({ critical, cycles }: Timeline): void {
  const { starts, ends, causes, causeNames } = critical!;
  expect(ends.at(-1)).toBe(cycles);
  // A million expectations would take half a minute.
  const broken = Array.from(starts).flatMap((start, i) => {
    const before = ends[i - 1] ?? 0;
    const isWrite = causeNames[causes[i]!] === 'write';
    return (isWrite ? start >= before : start === before) ? [] : [i];
  });
  expect(broken).toEqual([]);
}

describe('the timeline of a schedule', () => {
  const settings = [
    { granularity: 'row', map: { extraPes: 32 }, run: {} },
    { granularity: 'pixel', map: { extraPes: 3 }, run: { batch: 2 } },
    { granularity: 'row', map: { pes: 60, rounds: 'auto' }, run: { batch: 3, group: 2, reload: 'barrier' } },
    { granularity: 'row', map: { pes: 60, rounds: 'auto' }, run: { reload: 'rolling' } },
    { granularity: 'row', map: { extraPes: 9 }, run: { scheduling: 'lbl' } },
    { granularity: 'row', map: { pes: 60 }, run: { scheduling: 'lbl', batch: 2, group: 1 } },
  ] as const;
  test.each(settings)(
    'is as busy as it says, and its critical path is whole: %j',
    ({ granularity, map, run }) => {
      const architecture = { ...paper, peWriteNs: 56_000 };
      const scheduler = new Scheduler(prepare(zooNetwork('tinyyolov4'), architecture, { granularity }));
      const mapping = scheduler.map({ ...map, ...run });
      const schedule = scheduler.schedule(mapping, { ...run, keepSets: true });
      const timeline = timelineOfSchedule(scheduler.workload, schedule);
      expect(busyPeCycles(timeline) / (schedule.totalPes * schedule.cycles)).toBeCloseTo(
        schedule.utilization,
        9,
      );
      expectWholePath(timeline);
      const { critical, ...unkept } = timelineOfSchedule(scheduler.workload, schedule, { mostSets: 0 });
      const lanes = timeline.lanes.map(({ times: _, ...lane }) => lane);
      expect({ ...unkept, critical: joined(critical!) }).toEqual({
        ...timeline,
        ...{ lanes, critical: joined(timeline.critical!) },
      });
      expect(joined(critical!)).toEqual(critical);
      const writes = timeline.lanes.flatMap((lane) => lane.writes ?? []);
      expect(writes.length > 0).toBe('pes' in map);
      for (const { startCycle, endCycle } of writes) expect(endCycle).toBeGreaterThan(startCycle);
    },
  );

  test('has starts and finishes of the sets, and what they read', () => {
    fc.assert(
      fc.property(scheduleCase(), ({ network, copies, granularity }) => {
        const scheduler = new Scheduler(prepare(network, paper, { granularity }));
        const mapping = scheduler.map({ pes: 1e6, duplication: copies });
        const schedule = scheduler.schedule(mapping, { keepSets: true });
        const timeline = timelineOfSchedule(scheduler.workload, schedule);
        expectWholePath(timeline);
        const reads = new SetReads(timeline);
        timeline.lanes.forEach(({ times, copies: d }, lane) => {
          const { starts, finishes } = times!;
          const sets = schedule.sets![lane]!;
          for (let set = 0; set < starts.length; set++) {
            expect([starts[set], finishes[set]]).toEqual([sets.start(set), sets.finish(set)]);
            const readSets = reads.readBy({ lane, set });
            const ready = readSets.map((read) => timeline.lanes[read.lane]!.times!.finishes[read.set]!);
            // Stage IV of spec.md section 4, which only needs what sets read.
            const earliest = Math.max(0, starts[set - 1] ?? 0, finishes[set - d] ?? 0, ...ready);
            expect(starts[set]).toBe(earliest);
            for (const read of readSets) expect(reads.readersOf(read)).toContainEqual({ lane, set });
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test('keeps no times of sets where there are too many, but all else', () => {
    const scheduler = new Scheduler(prepare(zooNetwork('vgg16'), paper));
    const run = { batch: 20, keepSets: true };
    const timeline = timelineOfSchedule(scheduler.workload, scheduler.schedule(scheduler.map(run), run));
    expect(timeline.lanes.some(({ times }) => times !== undefined)).toBe(false);
    expectWholePath(timeline);
  });
});
