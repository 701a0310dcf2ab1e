import { workPart } from '../../workload/parts.ts';
import type { Work } from '../../workload/work.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Played } from '../play/simulator.ts';
import { type SlicedWork, slicedWork } from '../turns/slices.ts';
import type { EnergyShare } from './energy.ts';

/**
 * What took energy because of every node of a graph, over all inferences (docs/simulation.md section 8).
 *
 * @param peWrites Where weights take turns: per node the PEs that were written for it.
 */
export function energyShares(
  workload: Workload,
  { mapping, graph, run }: Played,
  peWrites?: readonly number[],
): EnergyShare[] {
  const writes = (node: number) => (peWrites === undefined ? {} : { peWrites: peWrites[node]! });
  const { nodes, batch } = graph;
  const { classes } = workload.architecture.crossbars;
  const mapped = new Map(mapping.layers.map((layer) => [layer.name, layer]));
  const work = workload.part(workPart);
  const sliced = mapping.rounds === undefined ? undefined : slicedWork(work, mapping);
  const { gpeuOperations, readBits } = workOf(work, sliced);
  return nodes.map(({ kind, name, resultBits }, i) => {
    const { inputWrittenBits, outputReadBits, hopBits, offChipBits, sharedBufferBits } = run.nodes[i]!;
    const counts = {
      bufferReadBits: outputReadBits + readBits[i]! * batch,
      bufferWriteBits: inputWrittenBits + batch * resultBits.reduce((sum, bits) => sum + bits, 0),
      gpeuOperations: gpeuOperations[i]! * batch,
      ...{ hopBits, offChipBits, sharedBufferBits },
    };
    const base = kind === 'base' ? mapped.get(name) : undefined;
    if (base === undefined) return { counts };
    const peMvms = base.mvms * base.pesPerCopy * batch;
    return { counts: { ...counts, peMvms, ...writes(i) }, crossbar: classes[base.crossbar] };
  });
}

/** Per node what its sets take; slices of a layer read all that it reads. */
function workOf({ gpeuOperations, readBits }: Work, sliced: SlicedWork | undefined) {
  if (sliced === undefined) return { gpeuOperations, readBits };
  return {
    gpeuOperations: sliced.nodes.map((node) => node.gpeuOperations),
    readBits: sliced.nodes.map(({ flowNode }) => readBits[flowNode]!),
  };
}
