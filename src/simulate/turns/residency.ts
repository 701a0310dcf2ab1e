import type { Mapping } from '../../map/mapping.ts';
import { setsOf, writtenCopies } from '../../schedule/run-groups.ts';
import type { Scheduler } from '../../schedule/scheduler.ts';
import { type Batch, groupsOf } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';

/** A copy of a base layer or slice that is on the chip for one group of inferences. */
export interface Residency {
  /** Which group. */
  readonly group: number;
  /** Which round. */
  readonly round: number;
  /** Index of its layer or slice in the mapping. */
  readonly layer: number;
  /** Which copy. */
  readonly copy: number;
  /** PEs that it takes. */
  readonly pes: number;
}

/** All copies that run a set, in the order of writing: by group, round, layer and copy. */
export function residenciesOf(workload: Workload, mapping: Mapping, batch: Batch): Residency[] {
  const { layers, rounds = [0] } = mapping;
  return groupsOf(batch).flatMap((inferences, group) => {
    let round = -1;
    return layers.flatMap((mapped, layer) => {
      if (layer === rounds[round + 1]) round++;
      const own = { group, round, layer, pes: mapped.pesPerCopy };
      const count = writtenCopies(workload, mapped, inferences, 'xinf');
      return Array.from({ length: count }, (_, copy): Residency => ({ ...own, copy }));
    });
  });
}

/** When each has finished its last set in the schedule of the mapping, where a PE is written as soon as one is free. */
export function endsOf(
  scheduler: Scheduler,
  mapping: Mapping,
  { batch, group }: Batch,
  residencies: readonly Residency[],
): Float64Array {
  const { workload } = scheduler;
  const sizes = groupsOf({ batch, group });
  const { sets } = scheduler.schedule(mapping, { batch, group, reload: 'rolling', keepSets: true });
  return Float64Array.from(residencies, (residency) => {
    const mapped = mapping.layers[residency.layer]!;
    const perInference = setsOf(workload, mapped);
    const count = perInference * sizes[residency.group]!;
    const last = count - 1 - ((count - 1 - residency.copy) % mapped.copies);
    return sets![residency.layer]!.finish(perInference * group * residency.group + last);
  });
}
