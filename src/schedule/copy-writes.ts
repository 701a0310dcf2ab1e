import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import type { Network } from '../network/network.ts';
import type { DetailedSchedule } from './schedule-result.ts';
import { groupsOf, isOneRound, setsOf, type TurnsToValidate } from './turns-to-validate.ts';
import { turnsOf } from './validate-result.ts';
import { writtenCopies } from './validate-writing.ts';

/** The writing of one copy of a layer or slice, for one group of a batch. */
export interface CopyWrite {
  /** Index of its layer or slice in the schedule. */
  readonly layer: number;
  /** Which group. */
  readonly group: number;
  /** Which copy; undefined where all copies are written together, layer by layer. */
  readonly copy: number | undefined;
  /** Cycle in which its first PE begins to be written. */
  readonly startCycle: number;
  /** Cycle in which its last PE is written. */
  readonly endCycle: number;
}

/**
 * When copies are written in a schedule in turns, in the order of writing; those that are there before cycle 0 are left out.
 *
 * @param schedule With its sets (`keepSets`).
 * @throws ClsaCimError of kind `usage` where it has kept no sets.
 */
export function copyWrites(
  network: Network,
  architecture: AnyArchitecture,
  schedule: DetailedSchedule,
): CopyWrite[] {
  const turns = turnsOf(architecture, schedule);
  if (isOneRound(turns)) return [];
  if (schedule.scheduling === 'lbl') return writesBetweenLayers(network, turns);
  return writtenCopies(network, turns).flatMap(({ index, group, copy, starts, ready }) => {
    if (ready === 0) return [];
    // Those of its PEs that are there from the start have no time.
    const startCycle = starts.reduce((first, start) => Math.min(first, start));
    return [{ layer: index, group, copy, startCycle, endCycle: ready }];
  });
}

/** Layer by layer: a layer is written from the end of the one before it until it starts. */
function writesBetweenLayers(network: Network, turns: TurnsToValidate): CopyWrite[] {
  const writes: CopyWrite[] = [];
  let end = 0;
  for (const { group, first, inferences } of groupsOf(turns)) {
    turns.layers.forEach((own, layer) => {
      const sets = setsOf(network, own);
      const startCycle = end;
      const endCycle = own.start(first * sets);
      end = own.finish((first + inferences) * sets - 1);
      if (endCycle > startCycle) writes.push({ layer, group, copy: undefined, startCycle, endCycle });
    });
  }
  return writes;
}
