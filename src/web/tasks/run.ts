import type { Architecture } from '../../architecture/architecture.ts';
import type { Mapping } from '../../map/mapping.ts';
import type { Network } from '../../network/network.ts';
import type { DetailedSchedule } from '../../schedule/schedule-result.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare, type Workload } from '../../workload/workload.ts';
import { type Configuration, toSchedule } from '../configuration.ts';
import { chipOf, mappingOptions } from './chip.ts';
import { Kept } from './kept.ts';
import { networkKey, networkOf } from './network.ts';

/** A configuration that was scheduled. */
export interface ScheduleRun {
  readonly network: Network;
  readonly chip: Architecture;
  readonly workload: Workload;
  readonly mapping: Mapping;
  /** With its sets. */
  readonly detailed: DetailedSchedule;
}

/** Schedulers of networks at granularities, each with an engine in which Stages I and II are done. */
const schedulers = new Kept<Scheduler>(3, (scheduler) => scheduler.release());

/**
 * Schedules a configuration as the command line does.
 *
 * @throws ClsaCimError as the command line says it.
 */
export async function runSchedule(asked: Configuration): Promise<ScheduleRun> {
  const configuration = toSchedule(asked);
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
  const mapping = scheduler.map(options);
  const detailed = scheduler.schedule(mapping, options);
  return { network, chip, workload: scheduler.workload, mapping, detailed };
}
