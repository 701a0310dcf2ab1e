import type { Mapping } from '../map/mapping.ts';
import type { Workload } from '../workload/workload.ts';
import { type GroupTimes, type Run, type SliceTimes, writerOf, writtenCopies } from './run-groups.ts';
import { groupsOf } from './turn-options.ts';

/** When a slice ran, whose sets are known from that. */
type SliceSpan = Pick<SliceTimes, 'start' | 'end' | 'firstEnd'>;

/** A batch that ran layer by layer, with the start of every group at every layer. */
export interface LayerByLayerTimes extends Omit<GroupTimes, 'slices'> {
  /** In the order of the mapping's layers. */
  readonly slices: readonly SliceSpan[];
  /** Per layer of the mapping, the start of each group in cycles. */
  readonly starts: readonly (readonly number[])[];
}

/** A batch that ran, in either way of scheduling. */
export type BatchTimes = GroupTimes | LayerByLayerTimes;

/**
 * Layers one after the other, `ceil(B·t / d) - 1 + λ` cycles each for a group of B inferences (spec.md section 4). Where weights
 * take turns, every layer or slice is a round of its own and written when the one before it is finished.
 */
export function layerByLayer(workload: Workload, mapping: Mapping, run: Run): LayerByLayerTimes {
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  const drain = workload.architecture.resultCycles - 1;
  const starts = mapping.layers.map((): number[] => []);
  const slices: SliceSpan[] = [];
  const groupEnds: number[] = [];
  let cycle = 0;
  let writingCycles = 0;
  for (const inferences of groupsOf(run)) {
    mapping.layers.forEach((layer, i) => {
      if (run.reload !== undefined && (i > 0 || groupEnds.length > 0)) {
        const pes = layer.pesPerCopy * writtenCopies(workload, layer, inferences, 'lbl');
        const writing = run.isWritingFree ? 0 : Math.ceil(pes / parallel) * writeCycles;
        writingCycles += writing;
        cycle += writing;
      }
      const start = cycle;
      starts[i]!.push(start);
      cycle += Math.ceil((layer.mvms * inferences) / layer.copies) + drain;
      if (groupEnds.length === 0) slices.push({ start, end: cycle, firstEnd: cycle });
      else slices[i]!.end = cycle;
    });
    groupEnds.push(cycle);
  }
  return { slices, groupEnds, writingCycles, starts };
}
