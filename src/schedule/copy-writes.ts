import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import type { Network } from '../network/network.ts';
import type { DetailedSchedule } from './schedule-result.ts';
import type { LayerSets } from './sets.ts';
import { isOneRound } from './turns-to-validate.ts';
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
 */
export function copyWrites(
  network: Network,
  architecture: AnyArchitecture,
  schedule: DetailedSchedule,
): CopyWrite[] {
  const turns = turnsOf(architecture, schedule);
  if (isOneRound(turns)) return [];
  if (schedule.scheduling === 'lbl') return writesBetweenLayers(schedule.sets ?? []);
  return writtenCopies(network, turns).flatMap(({ index, group, copy, starts, ready }) => {
    if (ready === 0) return [];
    // Those of its PEs that are there from the start have no time.
    const startCycle = starts.reduce((first, start) => Math.min(first, start));
    return [{ layer: index, group, copy, startCycle, endCycle: ready }];
  });
}

/** Layer by layer: a layer is written from the end of the one before it until it starts. */
function writesBetweenLayers(layers: readonly LayerSets[]): CopyWrite[] {
  const writes: CopyWrite[] = [];
  const { inferences: batch = 0, group = 1 } = layers[0] ?? {};
  let end = 0;
  for (let first = 0; first < batch; first += group) {
    layers.forEach((sets, layer) => {
      const own = sets.count / batch;
      const startCycle = end;
      const endCycle = sets.start(first * own);
      end = sets.finish(Math.min(first + group, batch) * own - 1);
      if (endCycle > startCycle) {
        writes.push({ layer, group: first / group, copy: undefined, startCycle, endCycle });
      }
    });
  }
  return writes;
}
