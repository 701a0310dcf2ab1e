import { timelineOfSchedule } from '../../picture/schedule-timeline.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare } from '../../workload/workload.ts';
import type { Configuration } from '../configuration.ts';
import { failureOf } from '../failure.ts';
import type { ScheduleAnswer, Told } from '../protocol.ts';
import { chipOf, mappingOptions } from './chip.ts';
import { Kept } from './kept.ts';
import { networkKey, networkOf } from './network.ts';

/** Schedulers of networks at granularities, each with an engine in which Stages I and II are done. */
const schedulers = new Kept<Scheduler>(3, (scheduler) => scheduler.release());

/** The schedules of configurations; one that fails leaves the others alone. */
export function scheduleTask(configurations: readonly Configuration[]): Promise<Told<ScheduleAnswer>[]> {
  return Promise.all(configurations.map(told));
}

async function told(configuration: Configuration): Promise<Told<ScheduleAnswer>> {
  try {
    return { answer: await scheduleOf(configuration) };
  } catch (error) {
    return { failure: failureOf(error, 'schedule') };
  }
}

async function scheduleOf(configuration: Configuration): Promise<ScheduleAnswer> {
  const { scheduling, batch, group, reload, rounds } = configuration;
  const chip = chipOf(configuration);
  const granularity = parseGranularity(configuration.granularity);
  const network = await networkOf(configuration);
  const key = `${networkKey(configuration)} ${configuration.granularity}`;
  const scheduler = schedulers
    .get(key, () => new Scheduler(prepare(network, chip, { granularity })))
    .on(chip);
  const options = {
    ...mappingOptions(configuration, network, chip),
    // Of one inference nothing is said, as where no batch is given.
    ...{ scheduling, batch: batch === 1 ? undefined : batch, group, reload, rounds, keepSets: true },
  };
  const detailed = scheduler.schedule(scheduler.map(options), options);
  const timeline = timelineOfSchedule(scheduler.workload, detailed);
  const { sets: _, ...schedule } = detailed;
  return { schedule, timeline, chip, warnings: network.warnings };
}
