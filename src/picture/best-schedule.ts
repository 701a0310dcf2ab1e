import type { Architecture } from '../architecture/architecture.ts';
import { normalArchitecture } from '../architecture/normal-architecture.ts';
import type { PeOptions } from '../map/mapped-layer.ts';
import type { Mapping } from '../map/mapping.ts';
import { copiedLayers } from '../map/slices.ts';
import type { Network } from '../network/network.ts';
import type { Optimization } from '../optimize/index.ts';
import type { ScheduleOptions } from '../schedule/schedule.ts';
import type { DetailedSchedule } from '../schedule/schedule-result.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { parseGranularity } from '../workload/granularity.ts';
import { prepare } from '../workload/workload.ts';
import { timelineOfSchedule } from './schedule-timeline.ts';
import type { Timeline } from './timeline.ts';

/** What was searched, and what was found. */
export interface Search {
  readonly network: Network;
  readonly architecture: Architecture;
  /** PEs that there are. */
  readonly budget: PeOptions;
  readonly result: Optimization;
}

/** The best copies, scheduled. */
export interface BestSchedule {
  readonly mapping: Mapping;
  readonly result: DetailedSchedule;
  readonly timeline: Timeline;
}

/** The best copies as a schedule: as `schedule` makes it of what `--copies-out` and `--rounds-out` write, of one group. */
export function scheduleOfBest({ network, architecture, budget, result }: Search): BestSchedule {
  const { best, reload, granularity } = result;
  const layers = copiedLayers(network, normalArchitecture(architecture), budget);
  const { rounds, group = 1 } = best;
  const turns =
    rounds === undefined ? {} : { rounds: rounds.map((round) => round.layers[0]!), reload, batch: group };
  const how: ScheduleOptions = {
    ...budget,
    ...turns,
    duplication: layers.map(({ name }) => best.copies[name] ?? 1),
    scheduling: 'xinf',
  };
  const scheduler = new Scheduler(
    prepare(network, architecture, { granularity: parseGranularity(granularity) }),
  );
  const mapping = scheduler.map(how);
  const detailed = scheduler.schedule(mapping, { ...how, keepSets: true });
  return { mapping, result: detailed, timeline: timelineOfSchedule(scheduler.workload, detailed) };
}
