import type { NormalChip } from '../../architecture/normal-chip.ts';
import { ClsaCimError } from '../../errors.ts';
import { clockCyclesOf } from './clock-cycles.ts';
import type { SimulationChip } from './graph.ts';
import type { Topology } from './topology.ts';

/**
 * The chip as a simulation sees it: bytes as bits, ns as clock cycles, and what is left out free or unlimited.
 *
 * @throws ClsaCimError where the port to the outside is on no tile, or its latency is too long.
 */
export function chipOf(chip: NormalChip, { tiles, links, route }: Topology, clockNs: number): SimulationChip {
  const {
    linkBitsPerCycle,
    inputBufferBytes,
    outputBufferBytes,
    inputBufferPorts,
    inputBufferPortBitsPerCycle,
    offChipBitsPerCycle,
    offChipLatencyNs,
    sharedBufferBytes,
    sharedBufferBitsPerCycle,
    offChipTile,
    hopCycles,
    tileWritePorts,
  } = chip;
  if (offChipTile >= tiles) {
    throw new ClsaCimError(`chip.offChipTile: there is no tile ${offChipTile}; tiles are 0 to ${tiles - 1}`);
  }
  return {
    tiles,
    links,
    route,
    hopCycles,
    offChipTile,
    inputBufferPorts,
    ...(linkBitsPerCycle === undefined ? {} : { linkBitsPerCycle }),
    ...(inputBufferBytes === undefined ? {} : { inputBufferBits: inputBufferBytes * 8 }),
    ...(outputBufferBytes === undefined ? {} : { outputBufferBits: outputBufferBytes * 8 }),
    ...(inputBufferPortBitsPerCycle === undefined ? {} : { inputBufferPortBitsPerCycle }),
    ...(offChipBitsPerCycle === undefined ? {} : { offChipBitsPerCycle }),
    ...(sharedBufferBytes === undefined ? {} : { sharedBufferBits: sharedBufferBytes * 8 }),
    ...(sharedBufferBitsPerCycle === undefined ? {} : { sharedBufferBitsPerCycle }),
    ...(offChipLatencyNs > 0 && {
      offChipLatencyCycles: clockCyclesOf('chip.offChipLatencyNs: a fetch', offChipLatencyNs, clockNs),
    }),
    ...(tileWritePorts === undefined ? {} : { tileWritePorts }),
  };
}
