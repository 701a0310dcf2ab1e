import { workPart } from '../../workload/parts.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Played } from '../play/simulator.ts';
import type { EnergyShare } from './energy.ts';

/** What took energy because of every node of a graph, over all inferences (docs/simulation.md section 8). */
export function energyShares(workload: Workload, { mapping, graph, run }: Played): EnergyShare[] {
  const { nodes, batch } = graph;
  const { classes } = workload.architecture.crossbars;
  const mapped = new Map(mapping.layers.map((layer) => [layer.layer, layer]));
  const { gpeuOperations, readBits } = workload.part(workPart);
  return nodes.map(({ layer, resultBits }, i) => {
    const { inputWrittenBits, outputReadBits, hopBits, offChipBits, sharedBufferBits } = run.nodes[i]!;
    const counts = {
      bufferReadBits: outputReadBits + readBits[i]! * batch,
      bufferWriteBits: inputWrittenBits + batch * resultBits.reduce((sum, bits) => sum + bits, 0),
      gpeuOperations: gpeuOperations[i]! * batch,
      ...{ hopBits, offChipBits, sharedBufferBits },
    };
    const base = mapped.get(layer);
    if (base === undefined) return { counts };
    const peMvms = base.mvms * base.pesPerCopy * batch;
    return { counts: { ...counts, peMvms }, crossbar: classes[base.crossbar] };
  });
}
