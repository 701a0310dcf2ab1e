import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { demandObject } from '../input/arguments.ts';
import { flag, optionsOf } from '../input/options.ts';
import { type MappingOptions, mappingSchemas } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type Granularity, granularitySchema } from '../workload/granularity.ts';
import { prepareTrusted } from '../workload/workload.ts';
import type { DetailedSchedule } from './schedule-result.ts';
import { Scheduler } from './scheduler.ts';
import { type Scheduling, schedulingSchema } from './scheduling.ts';
import { type BatchOptions, batchSchemas } from './turn-options.ts';

/** How a network is mapped, cut into sets and scheduled. */
export interface ScheduleOptions extends MappingOptions, BatchOptions {
  /** How OFMs are cut into sets; `pixel` by default. */
  readonly granularity?: Granularity;
  /** `xinf` by default. */
  readonly scheduling?: Scheduling;
  /** Keep the times of every set, which takes 4 bytes a set (8 in very long schedules). */
  readonly keepSets?: boolean;
}

const checkedOptions = optionsOf<ScheduleOptions>('schedule', {
  ...mappingSchemas,
  ...batchSchemas,
  granularity: granularitySchema,
  scheduling: schedulingSchema,
  keepSets: flag,
});

/**
 * Maps a network to an architecture and schedules it: the whole of CLSA-CIM.
 *
 * @throws ClsaCimError where the network does not fit the architecture, an option is unknown or out of range, or
 * memory does not hold the sets.
 */
export function schedule(
  network: Network,
  architecture: AnyArchitecture,
  options: ScheduleOptions = {},
): DetailedSchedule {
  const { granularity = 'pixel' } = checkedOptions(options);
  demandObject(network, 'network', 'loadModel');
  const normal = normalArchitecture(architecture);
  const scheduler = new Scheduler(prepareTrusted(network, normal, granularity));
  try {
    return scheduler.keep(() => scheduler.schedule(scheduler.map(options), options));
  } finally {
    scheduler.release();
  }
}
