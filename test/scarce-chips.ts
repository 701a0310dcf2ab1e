import { fileURLToPath } from 'node:url';
import {
  type DetailedSimulation,
  loadModel,
  prepare,
  readArchitecture,
  simulateWorkload,
  type Workload,
} from '../src/index.ts';

const network = loadModel(fileURLToPath(new URL('../docs/examples/three-layers.cfg', import.meta.url)));
const tiles = {
  ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 2, linkBitsPerCycle: 8, hopCycles: 1 },
  ...{ gpeuOperationsPerCycle: 16, offChipBitsPerCycle: 64 },
};
const small = { inputBufferBytes: 64 };
const shared = { ...small, sharedBufferBytes: 256, sharedBufferBitsPerCycle: 32 };

/** What was run, with all that is kept of it. */
export interface Scarce {
  readonly workload: Workload;
  readonly simulation: DetailedSimulation;
}

/**
 * Three layers on a chip with tiles: with room for all, with buffers so small that values spill, with too few PEs for all
 * weights, or with both, in groups.
 */
export const scarce: Readonly<Record<'ample' | 'spilling' | 'shared' | 'inTurns' | 'both', Scarce>> = {
  ample: onChip({}, 12),
  spilling: onChip(small, 12),
  shared: onChip(shared, 12),
  inTurns: onChip({}, 4),
  both: onChip(shared, 4, 2),
};

/** The simulations of {@link scarce}. */
export const simulated = Object.fromEntries(
  Object.entries(scarce).map(([name, { simulation }]) => [name, simulation]),
) as Readonly<Record<keyof typeof scarce, DetailedSimulation>>;

function onChip(chip: object, pes: number, batch = 1): Scarce {
  const architecture = { ...readArchitecture('paper'), peWriteNs: 1400, chip: { ...tiles, ...chip } };
  const workload = prepare(network, architecture, { granularity: 'row' });
  const keep = { keepSets: true, keepPlacement: true, keepCriticalPath: true, keepUse: true };
  const how = { duplication: 'greedy', pes, batch, group: batch > 1 ? 1 : undefined } as const;
  return { workload, simulation: simulateWorkload(workload, { ...how, ...keep }) };
}
