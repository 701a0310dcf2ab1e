import type { Mapping } from '../map/mapping.ts';
import type { Workload } from '../workload/workload.ts';
import { type GroupTimes, type Run, type SliceTimes, writerOf, writtenCopies } from './run-groups.ts';
import { groupsOf } from './turn-options.ts';

/** A batch that ran layer by layer, with the start of every group at every layer. */
export interface LayerByLayerTimes extends GroupTimes {
  /** Per layer of the mapping, the start of each group in cycles. */
  readonly starts: readonly (readonly number[])[];
}

/**
 * Layers one after the other, `ceil(B·t / d) - 1 + λ` cycles each for a group of B inferences (spec.md section 4). Where weights
 * take turns, every layer or slice is a round of its own and written when the one before it is finished.
 */
export function layerByLayer(workload: Workload, mapping: Mapping, run: Run): LayerByLayerTimes {
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  const drain = workload.architecture.resultCycles - 1;
  const starts = mapping.layers.map((): number[] => []);
  const slices = mapping.layers.map(
    (): SliceTimes => ({ start: 0, end: 0, firstEnd: 0, finishes: [], ready: [] }),
  );
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
      starts[i]!.push(cycle);
      const slice = slices[i]!;
      if (groupEnds.length === 0) slice.start = cycle;
      cycle += Math.ceil((layer.mvms * inferences) / layer.copies) + drain;
      slice.end = cycle;
      if (groupEnds.length === 0) slice.firstEnd = cycle;
    });
    groupEnds.push(cycle);
  }
  return { slices, groupEnds, writingCycles, starts };
}
