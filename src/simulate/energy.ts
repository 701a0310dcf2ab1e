import type { Architecture } from '../architecture/architecture.ts';
import type { Chip } from '../architecture/chip.ts';
import { type CrossbarClass, crossbarClasses } from '../architecture/crossbar.ts';
import type { Mapping } from '../map/mapping.ts';

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
  /** Nanoseconds that tiles were on, of all tiles together. */
  readonly tileNs?: number;
}

/** What happened because of one layer, input or the whole chip, and the crossbars that its MVMs were on. */
export interface EnergyShare {
  readonly counts: EnergyCounts;
  readonly crossbar?: CrossbarClass | undefined;
}

/** Energies in pJ; of the parts only those that the chip has figures for. */
export interface Energy {
  /** In pJ, the sum of the parts. */
  readonly total: number;
  /** In pJ, by what takes it. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Areas in mm²; of the parts only those that the chip has figures for. */
export interface Area {
  /** In mm², the sum of the parts. */
  readonly total: number;
  /** In mm², by what takes it. */
  readonly parts: Readonly<Record<string, number>>;
  /** The part `pes` by class of crossbars; only where a chip has several. */
  readonly crossbars?: Readonly<Record<string, number>>;
}

/** Every part of the energy: its figure and the count that it is multiplied with. mW times ns are pJ. */
const ENERGY_PARTS: Readonly<
  Record<
    string,
    readonly [
      figure: (chip: Chip, crossbar?: CrossbarClass) => number | undefined,
      count: (counts: EnergyCounts) => number | undefined,
    ]
  >
> = {
  mvm: [(_, crossbar) => crossbar?.mvmEnergyPj, ({ peMvms }) => peMvms],
  adc: [(_, crossbar) => crossbar?.adcEnergyPj, ({ peMvms }) => peMvms],
  dac: [(_, crossbar) => crossbar?.dacEnergyPj, ({ peMvms }) => peMvms],
  crossbar: [(_, crossbar) => crossbar?.crossbarEnergyPj, ({ peMvms }) => peMvms],
  bufferRead: [(chip) => chip.bufferReadEnergyPjPerBit, ({ bufferReadBits }) => bufferReadBits],
  bufferWrite: [(chip) => chip.bufferWriteEnergyPjPerBit, ({ bufferWriteBits }) => bufferWriteBits],
  hop: [(chip) => chip.hopEnergyPjPerBit, ({ hopBits }) => hopBits],
  gpeu: [(chip) => chip.gpeuOperationEnergyPj, ({ gpeuOperations }) => gpeuOperations],
  offChip: [(chip) => chip.offChipEnergyPjPerBit, ({ offChipBits }) => offChipBits],
  leakage: [(chip) => chip.leakageMw, ({ tileNs }) => tileNs],
};

/** The energy of all shares together: counts times the figures of the chip and of its crossbars. */
export function energyOf(chip: Chip, shares: readonly EnergyShare[]): Energy {
  const parts: Record<string, number> = {};
  let total = 0;
  for (const [name, [figureOf, countOf]] of Object.entries(ENERGY_PARTS)) {
    // Counts are whole numbers, whose sums are exact: each figure is multiplied once.
    const counted = new Map<number, number>();
    for (const { crossbar, counts } of shares) {
      const figure = figureOf(chip, crossbar);
      const count = countOf(counts);
      if (figure !== undefined && count !== undefined)
        counted.set(figure, (counted.get(figure) ?? 0) + count);
    }
    if (counted.size === 0) continue;
    parts[name] = [...counted].reduce((sum, [figure, count]) => sum + figure * count, 0);
    total += parts[name];
  }
  return { total, parts };
}

/** The area of a chip of so many tiles with the PEs of a mapping. */
export function areaOf(
  architecture: Architecture,
  { totalPes }: Pick<Mapping, 'totalPes'>,
  tiles: number,
): Area {
  const { chip = {} } = architecture;
  const classes = crossbarClasses(architecture);
  const parts: Record<string, number> = {};
  const crossbars: Record<string, number> = {};
  for (const { name, peAreaMm2, pes = totalPes } of classes) {
    if (peAreaMm2 === undefined) continue;
    // A user may give other PEs than the file, but not of several classes.
    crossbars[name] = peAreaMm2 * (classes.length === 1 ? totalPes : pes);
    parts.pes = (parts.pes ?? 0) + crossbars[name];
  }
  if (chip.bufferAreaMm2 !== undefined) parts.buffers = chip.bufferAreaMm2 * tiles;
  if (chip.gpeuAreaMm2 !== undefined) parts.gpeus = chip.gpeuAreaMm2 * tiles;
  if (chip.routerAreaMm2 !== undefined) parts.routers = chip.routerAreaMm2 * tiles;
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { total, parts, ...(classes.length > 1 && parts.pes !== undefined ? { crossbars } : {}) };
}
