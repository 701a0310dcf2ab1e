import type { Mapping } from '../map/mapping.ts';
import { canTakeTurns, type MapOptions } from './choose-rounds.ts';
import type { Schedule } from './schedule-result.ts';
import type { Scheduler } from './scheduler.ts';
import { batchOf } from './turn-options.ts';

/** Slices times inferences of a group up to which `auto` takes no longer than a schedule may. */
const AUTO_SLICES = 64;
/** Otherwise as many layers go into each of so many rounds. */
const TRIED_ROUNDS = [2, 3, 4, 6, 8, 12];
/** Sets that all trials together schedule at most. */
const MAX_SETS = 1e7;

/** What weights in turns would make of a network that fits without. */
export interface TurnsGain {
  /** What it takes without turns, in cycles. */
  readonly cyclesAtOnce: number;
  /** What it would take, in cycles; no less than without turns where they gain nothing. */
  readonly cycles: number;
  /** How many rounds that are. */
  readonly roundCount: number;
  /** PEs written per inference. */
  readonly writesPerInference: number;
  /** Whether these are the rounds of `auto`, or others that are found at once and about as good. */
  readonly isAuto: boolean;
}

/**
 * What `rounds: 'auto'` would gain, at a small part of what that takes for large networks.
 *
 * @param options Those of the schedule.
 * @param schedule With all weights at once.
 * @returns Undefined where weights take turns, cannot, or it is not weighed: with copies of the user's.
 */
export function gainOfTurns(
  scheduler: Scheduler,
  mapping: Mapping,
  options: MapOptions,
  { cycles: cyclesAtOnce, layers }: Schedule,
): TurnsGain | undefined {
  const { duplication, scheduling = 'xinf', rounds } = options;
  if (rounds !== undefined || mapping.rounds !== undefined || !canTakeTurns(scheduler.workload))
    return undefined;
  if ((duplication !== undefined && typeof duplication !== 'string') || scheduling !== 'xinf')
    return undefined;
  const { batch, group } = batchOf(options);
  const sets = layers.reduce((sum, layer) => sum + layer.sets, 0) * batch;
  if (sets * TRIED_ROUNDS.length > MAX_SETS) return undefined;
  const isAuto = layers.length * group <= AUTO_SLICES;
  const inTurns = isAuto
    ? scheduler.map({ ...options, rounds: 'auto' })
    : bestOfEqual(scheduler, mapping, options);
  const how = { ...options, rounds: 'auto', keepSets: false } as const;
  const { cycles, writes = 0, roundCount = 1 } = scheduler.schedule(inTurns, how);
  return { cyclesAtOnce, cycles, roundCount, writesPerInference: writes / group, isAuto };
}

/** The best of a few mappings with as many layers in each round. */
function bestOfEqual(scheduler: Scheduler, { layers }: Mapping, options: MapOptions): Mapping {
  const mappings = TRIED_ROUNDS.map((count) => {
    const starts = Array.from({ length: count }, (_, round) => Math.floor((round * layers.length) / count));
    return scheduler.map({ ...options, rounds: [...new Set(starts)].map((start) => layers[start]!.name) });
  });
  const cycles = mappings.map((mapping) => scheduler.cycles(mapping, options));
  return mappings[cycles.indexOf(Math.min(...cycles))]!;
}
