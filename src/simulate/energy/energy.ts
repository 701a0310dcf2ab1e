import type { CrossbarClass } from '../../architecture/crossbar.ts';
import { type CrossbarFigures, hasParts } from '../../architecture/crossbar-figures.ts';
import type { NormalChip } from '../../architecture/normal-chip.ts';
import type { Writing } from '../../architecture/writing.ts';

/** What happened, as far as it takes energy (docs/simulation.md section 8); what is left out did not happen there. */
export interface EnergyCounts {
  /** MVMs, each counted once for every PE that it takes. */
  readonly peMvms?: number;
  readonly bufferReadBits?: number;
  readonly bufferWriteBits?: number;
  /** Bits times the links that they went over. */
  readonly hopBits?: number;
  readonly gpeuOperations?: number;
  readonly offChipBits?: number;
  readonly sharedBufferBits?: number;
  /** PEs whose weights were written. */
  readonly peWrites?: number;
  /** Nanoseconds that tiles were on, of all tiles together. */
  readonly tileNs?: number;
}

/** What happened because of one layer, input or the whole chip, and the crossbars that its MVMs were on. */
export interface EnergyShare {
  readonly counts: EnergyCounts;
  readonly crossbar?: CrossbarClass | undefined;
}

/** Energies in pJ. */
export interface Energy {
  /** Sum of the parts, which is less than the energy where some are missing; null where nothing but zeros is known. */
  readonly total: number | null;
  /** In pJ, by what takes it. Only those that the chip has figures for. */
  readonly parts: Readonly<Record<string, number>>;
  /** Parts that happened and that the chip has no figure for. */
  readonly missing: readonly string[];
}

/** The figures of a chip that energies are made of; those of MVMs are in the classes of its crossbars. */
type EnergyFigures = Partial<
  Pick<
    NormalChip,
    | 'bufferReadEnergyPjPerBit'
    | 'bufferWriteEnergyPjPerBit'
    | 'hopEnergyPjPerBit'
    | 'gpeuOperationEnergyPj'
    | 'offChipEnergyPjPerBit'
    | 'sharedBufferEnergyPjPerBit'
    | 'leakageMw'
  >
> &
  Partial<Pick<Writing, 'peWriteEnergyPj'>>;

/** A part of the energy: its figure and the count that it is multiplied with. mW times ns are pJ. */
interface EnergyPart {
  readonly figure: (chip: EnergyFigures, crossbar?: CrossbarClass) => number | undefined;
  readonly count: (counts: EnergyCounts) => number | undefined;
  /** True where another part stands for it, so that it needs no figure. */
  readonly isElsewhere?: (crossbar: CrossbarFigures) => boolean;
}

const peMvms = (counts: EnergyCounts) => counts.peMvms;
/** An MVM has one energy as a whole, or its parts do. */
const asWhole = { count: peMvms, isElsewhere: hasParts };
const inParts = { count: peMvms, isElsewhere: (crossbar: CrossbarFigures) => !hasParts(crossbar) };

/** Every part of the energy. A new one is one more line here. */
const PARTS: Readonly<Record<string, EnergyPart>> = {
  mvm: { figure: (_, crossbar) => crossbar?.mvmEnergyPj, ...asWhole },
  adc: { figure: (_, crossbar) => crossbar?.adcEnergyPj, ...inParts },
  dac: { figure: (_, crossbar) => crossbar?.dacEnergyPj, ...inParts },
  crossbar: { figure: (_, crossbar) => crossbar?.crossbarEnergyPj, ...inParts },
  bufferRead: { figure: (chip) => chip.bufferReadEnergyPjPerBit, count: (counts) => counts.bufferReadBits },
  bufferWrite: {
    figure: (chip) => chip.bufferWriteEnergyPjPerBit,
    count: (counts) => counts.bufferWriteBits,
  },
  hop: { figure: (chip) => chip.hopEnergyPjPerBit, count: (counts) => counts.hopBits },
  gpeu: { figure: (chip) => chip.gpeuOperationEnergyPj, count: (counts) => counts.gpeuOperations },
  offChip: { figure: (chip) => chip.offChipEnergyPjPerBit, count: (counts) => counts.offChipBits },
  sharedBuffer: {
    figure: (chip) => chip.sharedBufferEnergyPjPerBit,
    count: (counts) => counts.sharedBufferBits,
  },
  write: { figure: (chip) => chip.peWriteEnergyPj, count: (counts) => counts.peWrites },
  leakage: { figure: (chip) => chip.leakageMw, count: (counts) => counts.tileNs },
};

/** Names of all parts of the energy. */
export const ENERGY_PARTS: readonly string[] = Object.keys(PARTS);

/** The energy of all shares together: counts times the figures of the chip and of its crossbars. */
export function energyOf(chip: EnergyFigures, shares: readonly EnergyShare[]): Energy {
  const parts: Record<string, number> = {};
  const missing: string[] = [];
  let total = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    const { counted, isMissing } = countsByFigure(part, chip, shares);
    if (isMissing) missing.push(name);
    if (counted.size === 0) continue;
    parts[name] = [...counted].reduce((sum, [figure, count]) => sum + figure * count, 0);
    total += parts[name];
  }
  return { total: total === 0 && missing.length > 0 ? null : total, parts, missing };
}

/** Counts are whole numbers, whose sums are exact: each figure is multiplied once. */
function countsByFigure(
  { figure, count, isElsewhere }: EnergyPart,
  chip: EnergyFigures,
  shares: readonly EnergyShare[],
) {
  const counted = new Map<number, number>();
  let isMissing = false;
  for (const { crossbar, counts } of shares) {
    const own = figure(chip, crossbar);
    const times = count(counts);
    if (times === undefined) continue;
    if (own !== undefined) counted.set(own, (counted.get(own) ?? 0) + times);
    else if (times > 0 && !isElsewhere?.(crossbar ?? {})) isMissing = true;
  }
  return { counted, isMissing };
}
