import { prepare, readArchitecture, type Schedule, Scheduler, zooNetwork } from '../../src/index.ts';
import { type Drawing, drawingOfTimeline } from '../../src/picture/drawing.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';

const paper = readArchitecture('paper');

/** A schedule with its drawing. */
export function scheduled(model: string, { extraPes = 32, granularity = 'row' as const } = {}) {
  const scheduler = new Scheduler(prepare(zooNetwork(model), paper, { granularity }));
  const mapping = scheduler.map({ extraPes });
  const schedule = scheduler.schedule(mapping, { keepSets: true });
  return {
    schedule: schedule as Schedule,
    drawing: drawingOfTimeline(timelineOfSchedule(scheduler.workload, schedule)),
  };
}

/** Weights in turns. */
export function scheduledInTurns(): Drawing {
  const scheduler = new Scheduler(
    prepare(zooNetwork('tinyyolov4'), { ...paper, peWriteNs: 56_000 }, { granularity: 'row' }),
  );
  const mapping = scheduler.map({ pes: 60, rounds: 'auto' });
  const schedule = scheduler.schedule(mapping, { keepSets: true });
  return drawingOfTimeline(timelineOfSchedule(scheduler.workload, schedule));
}
