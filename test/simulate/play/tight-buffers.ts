import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { spillPlan } from '../../reference/simulation/spilling.ts';

/** The same graph with a port, and buffers that are so much larger than the smallest on which every set fits. */
export function withTightBuffers(
  graph: SimulationGraph,
  more: number,
  offChipLatencyCycles = 0,
): SimulationGraph {
  let [inputBufferBits, outputBufferBits] = [1, 1];
  for (;;) {
    const chip = {
      offChipBitsPerCycle: 4,
      offChipLatencyCycles,
      ...graph.chip,
      inputBufferBits,
      outputBufferBits,
    };
    const { tooLarge } = spillPlan({ ...graph, chip });
    const larger = {
      ...chip,
      inputBufferBits: inputBufferBits + more,
      outputBufferBits: outputBufferBits + (more >> 1),
    };
    if (tooLarge === undefined) return { ...graph, chip: larger };
    if (tooLarge.buffer === 'input') inputBufferBits = tooLarge.bits;
    else outputBufferBits = tooLarge.bits;
  }
}
