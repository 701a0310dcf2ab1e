import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import type { Configuration } from '../configuration.ts';
import { failureOf } from '../failure.ts';
import type { ScheduleAnswer, Told } from '../protocol.ts';
import { runSchedule } from './run.ts';

/** The schedules of configurations; one that fails leaves the others alone. */
export function scheduleTask(configurations: readonly Configuration[]): Promise<Told<ScheduleAnswer>[]> {
  return Promise.all(configurations.map(told));
}

async function told(configuration: Configuration): Promise<Told<ScheduleAnswer>> {
  try {
    const { network, chip, workload, detailed } = await runSchedule(configuration);
    const timeline = timelineOfSchedule(workload, detailed);
    const { sets: _, ...schedule } = detailed;
    return { answer: { schedule, timeline, chip, warnings: network.warnings } };
  } catch (error) {
    return { failure: failureOf(error, 'schedule') };
  }
}
