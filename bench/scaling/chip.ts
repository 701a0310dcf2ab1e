import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';

const PES_PER_TILE = 8;

/** The paper's crossbars on a mesh that has as many tiles as so many PEs take: links, hops, a port; buffers hold whatever comes. */
export function meshOf(pes: number): Architecture {
  const meshRows = Math.ceil(Math.sqrt(Math.ceil(pes / PES_PER_TILE)));
  const mesh = { meshRows, meshColumns: meshRows, pesPerTile: PES_PER_TILE };
  const movement = { clockNs: 10, linkBitsPerCycle: 1024, hopCycles: 2, gpeuOperationsPerCycle: 1024 };
  return { ...paper, chip: { ...mesh, ...movement } };
}
