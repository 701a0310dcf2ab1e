import { type Chip, chipDefaults } from './chip.ts';

/** The tiles of a chip: one that holds all PEs, a mesh of them, or those that links connect. */
export type ChipTiles =
  | { readonly kind: 'one' }
  | { readonly kind: 'mesh'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'linked'; readonly links: readonly (readonly [from: number, to: number])[] };

/**
 * The part `chip` of an architecture in its normal form, but for what belongs to its crossbars and its clock. What is
 * undefined is unlimited (bits, bytes and operations) or unknown (energies and areas).
 */
export interface NormalChip {
  /** Where its PEs are. */
  readonly tiles: ChipTiles;
  /** Bits that a link takes per cycle, each direction on its own. */
  readonly linkBitsPerCycle: number | undefined;
  /** Cycles of a router and its wire, per hop. */
  readonly hopCycles: number;
  /** Bytes of the buffer of a tile for what its PEs read. */
  readonly inputBufferBytes: number | undefined;
  /** Ports of the input buffer of a tile. */
  readonly inputBufferPorts: number;
  /** Bits that a port of an input buffer reads per cycle. */
  readonly inputBufferPortBitsPerCycle: number | undefined;
  /** Bytes of the buffer of a tile for results until they are sent. */
  readonly outputBufferBytes: number | undefined;
  /** Operations per cycle of the GPEU of a tile: of all layers, or by op name with a `default`. */
  readonly gpeuOperationsPerCycle: Chip['gpeuOperationsPerCycle'] | undefined;
  /** Bits per cycle of the port to the outside, input and output each. */
  readonly offChipBitsPerCycle: number | undefined;
  /** Time until off-chip memory begins to give what is fetched, in ns. */
  readonly offChipLatencyNs: number;
  /** Bytes of a buffer beside the port, in which what spills is kept. */
  readonly sharedBufferBytes: number | undefined;
  /** Bits per cycle of that buffer, input and output each. */
  readonly sharedBufferBitsPerCycle: number | undefined;
  /** The tile that has the port. */
  readonly offChipTile: number;
  /** PEs of a tile that are written at a time. */
  readonly tileWritePorts: number | undefined;
  /** Bits of a partial sum. */
  readonly partialSumBits: number;
  /** Energy of one bit read from a buffer, in pJ. */
  readonly bufferReadEnergyPjPerBit: number | undefined;
  /** Energy of one bit written to a buffer, in pJ. */
  readonly bufferWriteEnergyPjPerBit: number | undefined;
  /** Energy of one bit over one hop, in pJ. */
  readonly hopEnergyPjPerBit: number | undefined;
  /** Energy of one operation of a GPEU, in pJ. */
  readonly gpeuOperationEnergyPj: number | undefined;
  /** Energy of one bit through the port to the outside, in pJ. */
  readonly offChipEnergyPjPerBit: number | undefined;
  /** Energy of one bit into or out of the shared buffer, in pJ. */
  readonly sharedBufferEnergyPjPerBit: number | undefined;
  /** Power that a tile takes all the time, in mW. */
  readonly leakageMw: number | undefined;
  /** Area of the buffers of one tile, in mm². */
  readonly bufferAreaMm2: number | undefined;
  /** Area of the GPEU of one tile, in mm². */
  readonly gpeuAreaMm2: number | undefined;
  /** Area of the router of one tile, in mm². */
  readonly routerAreaMm2: number | undefined;
}

/** The normal form of `chip`. Without one there is one tile, on which all but MVMs is free. */
export function normalChip(chip: Chip = {}): NormalChip {
  return {
    tiles: chipTiles(chip),
    linkBitsPerCycle: chip.linkBitsPerCycle,
    hopCycles: chip.hopCycles ?? chipDefaults.hopCycles,
    inputBufferBytes: chip.inputBufferBytes,
    inputBufferPorts: chip.inputBufferPorts ?? chipDefaults.inputBufferPorts,
    inputBufferPortBitsPerCycle: chip.inputBufferPortBitsPerCycle,
    outputBufferBytes: chip.outputBufferBytes,
    gpeuOperationsPerCycle: chip.gpeuOperationsPerCycle,
    offChipBitsPerCycle: chip.offChipBitsPerCycle,
    offChipLatencyNs: chip.offChipLatencyNs ?? chipDefaults.offChipLatencyNs,
    sharedBufferBytes: chip.sharedBufferBytes,
    sharedBufferBitsPerCycle: chip.sharedBufferBitsPerCycle,
    offChipTile: chip.offChipTile ?? chipDefaults.offChipTile,
    tileWritePorts: chip.tileWritePorts,
    partialSumBits: chip.partialSumBits ?? chipDefaults.partialSumBits,
    bufferReadEnergyPjPerBit: chip.bufferReadEnergyPjPerBit,
    bufferWriteEnergyPjPerBit: chip.bufferWriteEnergyPjPerBit,
    hopEnergyPjPerBit: chip.hopEnergyPjPerBit,
    gpeuOperationEnergyPj: chip.gpeuOperationEnergyPj,
    offChipEnergyPjPerBit: chip.offChipEnergyPjPerBit,
    sharedBufferEnergyPjPerBit: chip.sharedBufferEnergyPjPerBit,
    leakageMw: chip.leakageMw,
    bufferAreaMm2: chip.bufferAreaMm2,
    gpeuAreaMm2: chip.gpeuAreaMm2,
    routerAreaMm2: chip.routerAreaMm2,
  };
}

function chipTiles({ links, meshRows, meshColumns }: Chip): ChipTiles {
  if (links !== undefined) return { kind: 'linked', links };
  if (meshRows === undefined || meshColumns === undefined) return { kind: 'one' };
  return { kind: 'mesh', rows: meshRows, columns: meshColumns };
}

/** True where a chip has more than one tile, or may have: PEs are dealt to tiles then. */
export function hasTiles({ tiles }: NormalChip): boolean {
  return tiles.kind !== 'one';
}

/** True where something else than MVMs takes time on a chip: values that move, GPEUs, or buffers that are full. */
export function takesTimeBesidesMvms(chip: NormalChip): boolean {
  const { inputBufferPortBitsPerCycle, gpeuOperationsPerCycle, offChipBitsPerCycle } = chip;
  const { inputBufferBytes, outputBufferBytes } = chip;
  const figures = [inputBufferPortBitsPerCycle, gpeuOperationsPerCycle, offChipBitsPerCycle];
  return hasTiles(chip) || [...figures, inputBufferBytes, outputBufferBytes].some((f) => f !== undefined);
}

/** Operations that a GPEU does per cycle for layers of this op; undefined: any number, it takes no time. */
export function gpeuOperationsPerCycleOf(
  { gpeuOperationsPerCycle: figures }: Partial<Pick<NormalChip, 'gpeuOperationsPerCycle'>>,
  op: string,
): number | undefined {
  if (figures === undefined || typeof figures === 'number') return figures;
  return Object.hasOwn(figures, op) ? figures[op] : figures.default;
}
