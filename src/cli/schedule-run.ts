import type { Command } from 'commander';
import type { Architecture } from '../architecture/architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { timelineOfSchedule } from '../picture/schedule-timeline.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { ScheduleOptions } from '../schedule/schedule.ts';
import type { DetailedSchedule, Schedule } from '../schedule/schedule-result.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { Scheduling } from '../schedule/scheduling.ts';
import type { LayerSets } from '../schedule/sets.ts';
import { parseGranularity } from '../workload/granularity.ts';
import { prepare } from '../workload/workload.ts';
import { namingOptions } from './naming-options.ts';
import { notify } from './notify.ts';
import {
  granularityOption,
  loadNetwork,
  type MappingFlags,
  type ModelFlags,
  resolveMapping,
  schedulingOption,
  withMapping,
  withModel,
} from './options.ts';
import { tellOfTiles } from './tell-of-tiles.ts';
import { resolveTurns, type TurnFlags, withTurns } from './turns.ts';

/** What makes another schedule. */
export interface ScheduleRunFlags extends MappingFlags, ModelFlags, TurnFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
}

/** Adds the model and all that makes another schedule of it; what is written of it is no part of that. */
export function withScheduleOptions(command: Command): Command {
  const mapped = withMapping(withModel(command)).addOption(schedulingOption());
  return withTurns(mapped.addOption(granularityOption('scheduled')));
}

/** A network that was scheduled: what is told of it, and what it takes to tell more. */
export class ScheduleRun {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly scheduler: Scheduler;
  readonly mapping: Mapping;
  /** What was asked for. */
  readonly how: ScheduleOptions;
  readonly result: Schedule;
  #detailed: DetailedSchedule | undefined;
  #timeline: Timeline | undefined;

  constructor(
    network: Network,
    architecture: Architecture,
    scheduler: Scheduler,
    mapping: Mapping,
    how: ScheduleOptions,
  ) {
    this.network = network;
    this.architecture = architecture;
    this.scheduler = scheduler;
    this.mapping = mapping;
    this.how = how;
    this.result = scheduler.schedule(mapping, how);
  }

  /** The result with its sets, for which it is scheduled once more when they are first asked for. */
  get detailed(): DetailedSchedule {
    this.#detailed ??= this.scheduler.schedule(this.mapping, { ...this.how, keepSets: true });
    return this.#detailed;
  }

  /** Of every base layer or slice. */
  get sets(): readonly LayerSets[] {
    return this.detailed.sets ?? [];
  }

  /** What ran when, with the times of all sets. */
  timelineOfAll(): Timeline {
    return timelineOfSchedule(this.scheduler.workload, this.detailed, { mostSets: Infinity });
  }

  /** What ran when, for pictures. */
  get timeline(): Timeline {
    this.#timeline ??= timelineOfSchedule(this.scheduler.workload, this.detailed);
    return this.#timeline;
  }
}

/** Schedules what the flags ask for. */
export async function runSchedule(model: string, flags: ScheduleRunFlags): Promise<ScheduleRun> {
  // Mistakes in options are told before anything is loaded.
  parseGranularity(flags.granularity);
  await resolveTurns(flags, flags.scheduling);
  return scheduleNetwork(await loadNetwork(model, flags), flags);
}

/** Schedules a network that has been loaded. */
export async function scheduleNetwork(network: Network, flags: ScheduleRunFlags): Promise<ScheduleRun> {
  const granularity = parseGranularity(flags.granularity);
  const { scheduling } = flags;
  const turns = await resolveTurns(flags, scheduling);
  const { architecture, options } = await resolveMapping(flags, network);
  const how = { ...options, ...turns, scheduling };
  const scheduler = new Scheduler(prepare(network, architecture, { granularity }));
  const mapping = namingOptions(flags, () => scheduler.map(how));
  if (flags.reload !== undefined && mapping.rounds === undefined) {
    notify('all weights fit at once, so that --reload makes no difference');
  }
  const run = new ScheduleRun(network, architecture, scheduler, mapping, how);
  // Not of one that fails: an error is one line.
  tellOfTiles(scheduler.workload.architecture, 'a schedule', 'clsa-cim simulate');
  return run;
}
