import { fileURLToPath } from 'node:url';
import { loadModel, readArchitecture, type Simulation, simulate } from '../src/index.ts';

const network = loadModel(fileURLToPath(new URL('../docs/examples/three-layers.cfg', import.meta.url)));
const tiles = {
  ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle: 8, hopCycles: 1 },
  ...{ gpeuOperationsPerCycle: 16, offChipBitsPerCycle: 64 },
};

/** Three layers on a chip with tiles: with room for all, with buffers so small that values spill, or with too few PEs for all weights. */
export const simulated: Readonly<Record<'ample' | 'spilling' | 'shared' | 'inTurns', Simulation>> = {
  ample: onChip({}, 12),
  spilling: onChip({ inputBufferBytes: 64 }, 12),
  shared: onChip({ inputBufferBytes: 64, sharedBufferBytes: 256, sharedBufferBitsPerCycle: 32 }, 12),
  inTurns: onChip({}, 4),
};

function onChip(chip: object, pes: number): Simulation {
  const architecture = { ...readArchitecture('paper'), peWriteNs: 1400, chip: { ...tiles, ...chip } };
  return simulate(network, architecture, { granularity: 'row', duplication: 'greedy', pes });
}
