import type { Architecture } from '../architecture/architecture.ts';
import { mapped, type OnProgress } from '../progress.ts';
import { simulateWorkload } from '../simulate/simulate.ts';
import { prepare } from '../workload/workload.ts';
import { type ZooEntry, zooNetwork } from '../zoo/index.ts';
import { type BufferTrial, withBufferTrial } from './buffer-sizes.ts';
import {
  allPes,
  FINDINGS_BATCH,
  FINDINGS_GRANULARITY,
  findingsChip,
  type PeBudget,
  paperBudget,
} from './findings-setup.ts';

/** Input buffers of a tile that are tried: that of the chip, and smaller ones. */
const SIZES: readonly number[] = [128, 64, 48, 32, 16, 8].map((kibibytes) => kibibytes * 1024);

/** The smallest buffers that come to an end without spilling are divided by these. */
const DIVISORS: readonly number[] = [1, 2, 4, 8];

/** Clock cycles of one mapping with input buffers of one size, of all inferences together. */
export interface SpillingSize {
  readonly inputBufferBytes: number;
  /** Without spilling; absent where the chip comes to a halt. */
  readonly withoutCycles?: number;
  /** With spilling where it would halt without, as `simulate` does; absent where that does not help either. */
  readonly withCycles?: number;
}

/** One mapping of a network, with and without spilling. */
export interface SpillingSetting {
  readonly network: string;
  /** `wdup+32` or `all PEs`. */
  readonly setting: string;
  readonly usedPes: number;
  /** Clock cycles where only MVMs take time. */
  readonly freeCycles: number;
  /** With input buffers of some fixed sizes. */
  readonly sizes: readonly SpillingSize[];
  /** With the smallest input buffers that come to an end without spilling. */
  readonly smallest: SpillingSize;
  /** A byte less than these, and less than a half, a quarter and an eighth of them. */
  readonly below: readonly SpillingSize[];
}

/** What spilling changes; `clsa-cim reproduce spilling --json` prints it as it is. */
export interface SpillingFinding {
  readonly chip: Architecture;
  readonly granularity: string;
  readonly batch: number;
  readonly settings: readonly SpillingSetting[];
}

/** The findings on movement and buffers with smaller buffers, with and without values that spill to off-chip memory. */
export function spillingFinding(entries: readonly ZooEntry[], onProgress?: OnProgress): SpillingFinding {
  const runs = entries.flatMap(({ name }) => [paperBudget, allPes].map((budget) => ({ name, budget })));
  return {
    chip: findingsChip,
    granularity: FINDINGS_GRANULARITY,
    batch: FINDINGS_BATCH,
    settings: mapped(runs, onProgress, ({ name, budget }) => settingOf(name, budget)),
  };
}

function settingOf(name: string, budget: PeBudget): SpillingSetting {
  const freeChip = { ...findingsChip, chip: { clockNs: 1 } };
  const free = prepare(zooNetwork(name), freeChip, { granularity: FINDINGS_GRANULARITY });
  return withBufferTrial(name, budget, (trial) => ({
    network: name,
    setting: budget.setting,
    usedPes: trial.usedPes,
    freeCycles: simulateWorkload(free, { ...budget.options, batch: FINDINGS_BATCH }).cycles,
    sizes: SIZES.map((bytes) => sizeOf(trial, bytes)),
    smallest: sizeOf(trial, trial.smallest),
    below: DIVISORS.map((divisor) => sizeOf(trial, Math.ceil(trial.smallest / divisor) - 1)),
  }));
}

function sizeOf({ cycles, spillingCycles }: BufferTrial, inputBufferBytes: number): SpillingSize {
  const withoutCycles = cycles(inputBufferBytes);
  const withCycles = withoutCycles ?? spillingCycles(inputBufferBytes);
  return {
    inputBufferBytes,
    ...(withoutCycles === undefined ? {} : { withoutCycles }),
    ...(withCycles === undefined ? {} : { withCycles }),
  };
}
