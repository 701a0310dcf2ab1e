import { type Chip, chipDefaults } from './chip.ts';
import type { CrossbarFigures } from './crossbar-figures.ts';

/** The tiles of a chip: one that holds all PEs, a mesh of them, or those that links connect. */
export type ChipTiles =
  | { readonly kind: 'one' }
  | { readonly kind: 'mesh'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'linked'; readonly links: readonly (readonly [from: number, to: number])[] };

/** Fields that stand elsewhere in the normal form: in `tiles`, in the classes of crossbars, or beside `chip`. */
type Moved = 'clockNs' | 'meshRows' | 'meshColumns' | 'links' | 'pesPerTile' | keyof CrossbarFigures;
type Defaulted = keyof typeof chipDefaults;

/**
 * The part `chip` of an architecture in its normal form. What may be missing is unlimited (bits, bytes and
 * operations) or unknown (energies and areas) where it is; everything else is there.
 */
export type NormalChip = Omit<Chip, Moved | Defaulted> &
  Readonly<Record<Defaulted, number>> & {
    readonly tiles: ChipTiles;
  };

/** The normal form of `chip`. Without one there is one tile, on which all but MVMs is free. */
export function normalChip(chip: Chip = {}): NormalChip {
  const { meshRows, meshColumns, links, clockNs, pesPerTile, ...others } = chip;
  const { mvmEnergyPj, adcEnergyPj, dacEnergyPj, crossbarEnergyPj, peAreaMm2, ...figures } = others;
  return { ...chipDefaults, ...figures, tiles: chipTiles(chip) };
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
  { gpeuOperationsPerCycle: figures }: Pick<NormalChip, 'gpeuOperationsPerCycle'>,
  op: string,
): number | undefined {
  if (figures === undefined || typeof figures === 'number') return figures;
  return Object.hasOwn(figures, op) ? figures[op] : figures.default;
}
