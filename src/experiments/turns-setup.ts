import type { OneSizeArchitecture } from '../architecture/architecture.ts';
import { paper } from '../architecture/presets.ts';
import type { Mapping } from '../map/mapping.ts';
import { Scheduler, type SchedulerOptions } from '../schedule/scheduler.ts';
import { prepare } from '../workload/workload.ts';
import { type ZooEntry, zooNetwork } from '../zoo/index.ts';

/**
 * The chip of the experiments on weights in turns (docs/experiments.md): that of the paper, with the time that writing a
 * crossbar of the same size takes in CIM-AQ. `docs/examples/turns.yaml` is the same as a file.
 */
export const turnsChip: OneSizeArchitecture = {
  ...paper,
  name: 'turns',
  description:
    'The architecture of the CLSA-CIM case study, whose crossbars are written in 56 µs, the time of 40 MVMs. Assumed, ' +
    'since nothing is published for such a chip: all PEs may be written at the same time.',
  source:
    'Crossbars and 1400 ns: R. Pelke et al., CLSA-CIM, DATE 2024, arXiv 2401.07671. 56 µs for a crossbar of 256 x 256 ' +
    'beside 1.4 µs: the configuration of CIM-AQ, as in the preset cim-aq.',
  peWriteNs: 56_000,
};

/** Sets of the experiments: those that the figures of the paper agree with. */
export const TURNS_GRANULARITY = 'row';

/** Inferences of a group where a stream of them is asked for. */
export const TURNS_GROUP = 16;

/** Groups of a stream: the second one already follows the other as any later one does, or nearly so. */
const GROUPS = 3;

/** One inference alone, or a stream of them in groups. */
export interface Load {
  readonly batch: number;
  readonly group: number;
}

/** One inference alone. */
export const alone: Load = { batch: 1, group: 1 };

/** A stream of inferences in groups of so many. */
export function streamOf(group: number): Load {
  return { batch: GROUPS * group, group };
}

/** How fast a network is. */
export interface Speed {
  /** Of one inference alone. */
  readonly latencyNs: number;
  /** Inferences per second of a stream of them in groups. */
  readonly throughputPerSecond: number;
}

/** Schedules one network on the chip of these experiments, with whatever PEs. */
export function turnsScheduler({ name }: ZooEntry): Scheduler {
  return new Scheduler(prepare(zooNetwork(name), turnsChip, { granularity: TURNS_GRANULARITY }));
}

/** PEs of one copy of every layer. */
export function minimumPes(scheduler: Scheduler): number {
  return scheduler.map({ extraPes: 0, duplication: 'none' }).minimumPes;
}

/** What one inference takes. */
export function latencyNs(scheduler: Scheduler, mapping: Mapping, options: SchedulerOptions = {}): number {
  return scheduler.cycles(mapping, { ...options, ...alone }) * turnsChip.mvmLatencyNs!;
}

/** Inferences per second of a stream in groups of {@link TURNS_GROUP}. */
export function throughputPerSecond(
  scheduler: Scheduler,
  mapping: Mapping,
  options: SchedulerOptions = {},
): number {
  const { intervalCycles } = scheduler.schedule(mapping, { ...options, ...streamOf(TURNS_GROUP) });
  return 1e9 / (intervalCycles! * turnsChip.mvmLatencyNs!);
}
