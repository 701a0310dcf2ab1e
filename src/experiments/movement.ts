import type { Architecture } from '../architecture/architecture.ts';
import type { Chip } from '../architecture/chip.ts';
import { mapNetwork } from '../map/mapping.ts';
import { mapped, type OnProgress } from '../progress.ts';
import { prepare, type Workload } from '../workload/workload.ts';
import { type ZooEntry, zooNetwork } from '../zoo/index.ts';
import {
  allPes,
  FINDINGS_BATCH,
  FINDINGS_GRANULARITY,
  findingsChip,
  noDuplication,
  type PeBudget,
  paperBudget,
} from './findings-setup.ts';
import { type Speed, speedOf, throughputOf } from './speed.ts';

/** Widths of the links that are tried, in bits per cycle; the first is that of the chip. */
const LINK_WIDTHS = [32, 64, 128] as const;

/** By how much neglecting movement overestimates throughput at most, as published (doi 10.1145/3760780). */
const PUBLISHED_OVERESTIMATE = 3.08;

/** What a chip may limit, with the fields of `chip` that say so. */
const RESOURCES: readonly { readonly resource: string; readonly fields: readonly (keyof Chip)[] }[] = [
  { resource: 'links', fields: ['linkBitsPerCycle', 'hopCycles'] },
  { resource: 'buffers', fields: ['inputBufferBytes', 'outputBufferBytes'] },
  { resource: 'buffer ports', fields: ['inputBufferPorts', 'inputBufferPortBitsPerCycle'] },
  { resource: 'GPEUs', fields: ['gpeuOperationsPerCycle'] },
  { resource: 'off-chip port', fields: ['offChipBitsPerCycle'] },
];
const LIMITING = RESOURCES.flatMap(({ fields }) => fields);

/** The speed on a chip beside that with free movement. */
export interface MovementOnChip extends Speed {
  readonly linkBitsPerCycle: number;
  /** Throughput with free movement / throughput here - 1. */
  readonly throughputOverestimate: number;
  /** Latency here / latency with free movement - 1. */
  readonly latencyIncrease: number;
}

/** One mapping of a network, with free movement and on the chip. */
export interface MovementSetting {
  /** `none`, `wdup+32` or `all PEs`. */
  readonly setting: string;
  readonly usedPes: number;
  /** Only MVMs take time. */
  readonly free: Speed;
  /** On the chip with links of several widths. */
  readonly onChip: readonly MovementOnChip[];
}

/** A network in several mappings. */
export interface MovementNetwork {
  readonly network: string;
  readonly settings: readonly MovementSetting[];
  /** With all PEs: the overestimate where this resource alone is limited as on the chip, and all else is free. */
  readonly alone: readonly { readonly resource: string; readonly throughputOverestimate: number }[];
}

/** What free movement hides; `clsa-cim reproduce movement --json` prints it as it is. */
export interface MovementFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  readonly batch: number;
  readonly networks: readonly MovementNetwork[];
  readonly largestOverestimate: number;
  readonly publishedOverestimate: number;
}

/**
 * How much throughput and latency the assumption of free movement hides: every network with the same mapping and the
 * same sets, once where only MVMs take time and once on the chip with links, buffers, GPEUs and a port.
 */
export function movementFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): MovementFinding {
  const networks = mapped(entries, onProgress, ({ name }): MovementNetwork => {
    const workload = prepare(zooNetwork(name), findingsChip, { granularity: FINDINGS_GRANULARITY });
    return {
      network: name,
      settings: [noDuplication, paperBudget, allPes].map((budget) => compare(workload, budget)),
      alone: limitAlone(workload),
    };
  });
  const overestimates = networks.flatMap(({ settings }) =>
    settings.flatMap(({ onChip }) => onChip.map(({ throughputOverestimate }) => throughputOverestimate)),
  );
  return {
    chip: findingsChip,
    granularity: FINDINGS_GRANULARITY,
    batch: FINDINGS_BATCH,
    networks,
    largestOverestimate: Math.max(...overestimates),
    publishedOverestimate: PUBLISHED_OVERESTIMATE,
  };
}

const limited: Chip = findingsChip.chip ?? {};
const unlimited = without(limited, LIMITING);

function compare(workload: Workload, { setting, options }: PeBudget): MovementSetting {
  const speed = (chip: Chip) => speedOf(on(workload, chip), options);
  const free = speed(unlimited);
  return {
    setting,
    usedPes: mapNetwork(workload.network, findingsChip, options).usedPes,
    free,
    onChip: LINK_WIDTHS.map((linkBitsPerCycle) => {
      const here = speed({ ...limited, linkBitsPerCycle });
      return {
        linkBitsPerCycle,
        ...here,
        throughputOverestimate: free.throughputPerSecond / here.throughputPerSecond - 1,
        latencyIncrease: here.latencyNs / free.latencyNs - 1,
      };
    }),
  };
}

function limitAlone(workload: Workload): MovementNetwork['alone'] {
  const throughput = (chip: Chip) => throughputOf(on(workload, chip), allPes.options);
  const free = throughput(unlimited);
  return RESOURCES.map(({ resource, fields }) => {
    const others = LIMITING.filter((field) => !fields.includes(field));
    const chip = without(limited, others);
    return { resource, throughputOverestimate: free / throughput(chip) - 1 };
  });
}

/** The workload on the chip of the experiments with other figures. */
function on(workload: Workload, chip: Chip): Workload {
  return workload.on({ ...findingsChip, chip });
}

/** A chip without some of its figures, which makes them free or unlimited. */
function without(chip: Chip, fields: readonly string[]): Chip {
  return Object.fromEntries(Object.entries(chip).filter(([field]) => !fields.includes(field)));
}
