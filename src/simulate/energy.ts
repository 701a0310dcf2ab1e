import type { Chip } from '../architecture/chip.ts';
import type { Mapping } from '../map/mapping.ts';
import { isBase, type Network } from '../network/network.ts';
import { gpeuOperations } from './gpeu-work.ts';
import type { SimulationGraph } from './graph.ts';
import type { SetLists } from './set-lists.ts';

/** What happened on a chip, as far as it takes energy (docs/simulation.md section 8). */
export interface EnergyCounts {
  /** MVMs, each counted once for every PE that it takes. */
  readonly peMvms: number;
  readonly bufferReadBits: number;
  readonly bufferWriteBits: number;
  /** Bits times the links that they went over. */
  readonly hopBits: number;
  readonly gpeuOperations: number;
  readonly offChipBits: number;
  /** Tiles of the chip, used or not, and how long they were on. */
  readonly tiles: number;
  readonly latencyNs: number;
}

/** Energies in pJ; of the parts only those that the chip has figures for. */
export interface Energy {
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Areas in mm²; of the parts only those that the chip has figures for. */
export interface Area {
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Every part of the energy: its figure and the count that it is multiplied with. mW times ns are pJ. */
const ENERGY_PARTS: Readonly<
  Record<
    string,
    readonly [figure: (chip: Chip) => number | undefined, count: (counts: EnergyCounts) => number]
  >
> = {
  mvm: [(chip) => chip.mvmEnergyPj, ({ peMvms }) => peMvms],
  adc: [(chip) => chip.adcEnergyPj, ({ peMvms }) => peMvms],
  dac: [(chip) => chip.dacEnergyPj, ({ peMvms }) => peMvms],
  crossbar: [(chip) => chip.crossbarEnergyPj, ({ peMvms }) => peMvms],
  bufferRead: [(chip) => chip.bufferReadEnergyPjPerBit, ({ bufferReadBits }) => bufferReadBits],
  bufferWrite: [(chip) => chip.bufferWriteEnergyPjPerBit, ({ bufferWriteBits }) => bufferWriteBits],
  hop: [(chip) => chip.hopEnergyPjPerBit, ({ hopBits }) => hopBits],
  gpeu: [(chip) => chip.gpeuOperationEnergyPj, (counts) => counts.gpeuOperations],
  offChip: [(chip) => chip.offChipEnergyPjPerBit, ({ offChipBits }) => offChipBits],
  leakage: [(chip) => chip.leakageMw, ({ tiles, latencyNs }) => tiles * latencyNs],
};

/** The energy of a simulation: counts of events times the figures of the chip. */
export function energyOf(chip: Chip, counts: EnergyCounts): Energy {
  return summed(
    Object.entries(ENERGY_PARTS).map(([name, [figure, count]]) => [name, figure(chip), count(counts)]),
  );
}

/** The area of a chip of so many PEs on so many tiles. */
export function areaOf(chip: Chip, pes: number, tiles: number): Area {
  return summed([
    ['pes', chip.peAreaMm2, pes],
    ['buffers', chip.bufferAreaMm2, tiles],
    ['gpeus', chip.gpeuAreaMm2, tiles],
    ['routers', chip.routerAreaMm2, tiles],
  ]);
}

/** The work of so many inferences, which no schedule changes. */
export function workOf(
  network: Network,
  mapping: Mapping,
  batch: number,
): Pick<EnergyCounts, 'peMvms' | 'gpeuOperations'> {
  const peMvms = mapping.layers.reduce((sum, { mvms, pesPerCopy }) => sum + mvms * pesPerCopy, 0);
  const operations = network.layers
    .filter((layer) => !isBase(layer) && layer.inputs.length > 0)
    .reduce((sum, layer) => sum + gpeuOperations(network, layer), 0);
  return { peMvms: peMvms * batch, gpeuOperations: operations * batch };
}

/** Bits that the sets of all inferences read from input buffers: of every edge, as often as a set reads them. */
export function readBits({ nodes, edges, batch }: SimulationGraph): number {
  let total = 0;
  for (const { from, rows, columns, bits } of edges) {
    const { setRows, setColumns } = nodes[from]!;
    const rowReaders = countReaders(rows, setRows);
    const columnReaders = countReaders(columns, setColumns);
    bits.forEach((size, k) => {
      total += size * rowReaders[Math.floor(k / setColumns)]! * columnReaders[k % setColumns]!;
    });
  }
  return total * batch;
}

/** How many rows (columns) of sets read each one. */
function countReaders(lists: SetLists, size: number): Float64Array {
  const readers = new Float64Array(size);
  for (const list of lists) for (const set of list) readers[set]! += 1;
  return readers;
}

function summed(products: readonly (readonly [string, number | undefined, number])[]) {
  const parts: Record<string, number> = {};
  let total = 0;
  for (const [name, figure, count] of products) {
    if (figure === undefined) continue;
    parts[name] = figure * count;
    total += figure * count;
  }
  return { total, parts };
}
