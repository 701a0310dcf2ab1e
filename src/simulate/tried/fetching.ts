import type { Architecture } from '../../architecture/architecture.ts';
import { MAX_WRITE_NS } from '../../architecture/field.ts';
import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { topologyOf } from '../model/topology.ts';

/**
 * The architecture with no more PEs written at a time than weights come for. A schedule knows no port and no links; on these the
 * weights of a PE come `fetchNs` behind those of the one before. So `peWriteNs / fetchNs` are written at a time, or one that takes
 * `fetchNs`.
 *
 * @param pes PEs of the chip.
 */
export function fetchingArchitecture(architecture: NormalArchitecture, pes: number): Architecture {
  const { given, writing, clockNs } = architecture;
  const fetchNs = fetchCycles(architecture, pes) * clockNs;
  if (writing === undefined || fetchNs === 0) return given;
  const { peWriteNs, parallelWrites = pes } = writing;
  const atATime = Math.max(1, Math.floor(peWriteNs / fetchNs));
  // The time of a PE stands for that of its rows, too: both would be a mistake.
  const { rowWriteNs: _, ...others } = given;
  return {
    ...others,
    // Only rounds are chosen by it, so that the longest time that there may be stands for all that are longer.
    peWriteNs: Math.min(Math.max(peWriteNs, fetchNs), MAX_WRITE_NS),
    parallelWrites: Math.min(parallelWrites, atATime),
  };
}

/** Clock cycles from the weights of one PE to those of the next, of PEs on all tiles alike: what the port takes, or the busiest link. */
function fetchCycles(architecture: NormalArchitecture, pes: number): number {
  const { offChipBitsPerCycle = Infinity, linkBitsPerCycle = Infinity, offChipTile } = architecture.chip;
  const { crossbarRows, crossbarColumns } = architecture.crossbars.classes[0]!;
  const bits = crossbarRows * crossbarColumns * architecture.given.cellBits;
  const { tiles, links, route } = topologyOf(architecture, pes);
  const tilesBehind = new Uint32Array(links.length);
  for (let tile = 0; tile < tiles; tile++) {
    for (const link of route(offChipTile, tile)) tilesBehind[link]! += 1;
  }
  const most = tilesBehind.reduce((max, count) => Math.max(max, count), 0);
  const overLink = linkBitsPerCycle === Infinity ? 0 : Math.ceil(bits / linkBitsPerCycle) * (most / tiles);
  return Math.max(Math.ceil(bits / offChipBitsPerCycle), overLink);
}
