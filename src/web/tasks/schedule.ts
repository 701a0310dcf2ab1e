import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { tilesIgnored } from '../../report/tiles-ignored.ts';
import type { Configuration } from '../configuration.ts';
import { failureOf } from '../failure.ts';
import type { ScheduleAnswer, Told } from '../protocol.ts';
import type { Contact } from '../worker.ts';
import { runSchedule } from './run.ts';

/** The schedules of configurations; one that fails leaves the others alone. */
export function scheduleTask(
  configurations: readonly Configuration[],
  { handOver }: Contact,
): Promise<Told<ScheduleAnswer>[]> {
  return Promise.all(configurations.map((configuration) => told(configuration, handOver)));
}

async function told(
  configuration: Configuration,
  handOver: Contact['handOver'],
): Promise<Told<ScheduleAnswer>> {
  try {
    const { network, chip, workload, detailed } = await runSchedule(configuration);
    const timeline = timelineOfSchedule(workload, detailed);
    handOver(timesIn(timeline));
    const { sets: _, ...schedule } = detailed;
    const ignored = tilesIgnored(chip, 'a schedule', 'Simulate');
    const warnings = [...network.warnings, ...(ignored === undefined ? [] : [ignored])];
    return { answer: { schedule, timeline, chip, warnings } };
  } catch (error) {
    return { failure: failureOf(error, 'schedule') };
  }
}

/** The memory of the times of a timeline: what is long in it, and made for it alone. */
function* timesIn({ lanes }: Timeline): Generator<ArrayBuffer> {
  for (const { busy, times } of lanes) {
    for (const numbers of [busy, times?.starts, times?.ends, times?.finishes]) {
      if (numbers?.buffer instanceof ArrayBuffer) yield numbers.buffer;
    }
  }
}
