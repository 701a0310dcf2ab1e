import type { Architecture } from '../../../src/architecture/architecture.ts';
import { findPreset } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import type { Network } from '../../../src/network/network.ts';
import { readArchitecture } from '../../../src/node/architecture.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { simulate } from '../../../src/simulate/index.ts';
import { type Timeline, timelineOfSchedule, timelineOfSimulation } from '../../../src/verify/index.ts';

/** A chip, and what is executed on it. */
export interface TriedChip {
  /** Heading of its column. */
  readonly name: string;
  readonly inferences: number;
  /** True where weights take turns. */
  readonly hasRounds: boolean;
  timeline(network: Network): Timeline;
}

/** The chip of docs/reload.md. */
const turns = readArchitecture('docs/examples/turns.yaml');
/** The same with small crossbars: layers take several, and some are cut. */
const small = { ...turns, crossbarRows: 32, crossbarColumns: 32 } as Architecture;

/** A quarter of the PEs that all weights take. */
function fewPes(network: Network, chip: Architecture): number {
  return Math.max(2, Math.ceil(mapNetwork(network, chip).minimumPes / 4));
}

/** For small networks. */
export const CHIPS: readonly TriedChip[] = [
  {
    name: '`paper`',
    inferences: 1,
    hasRounds: false,
    timeline: (network) => {
      const chip = findPreset('paper')!;
      const how = { granularity: 'pixel', duplication: 'greedy', extraPes: 16, keepSets: true } as const;
      return timelineOfSchedule(network, chip, schedule(network, chip, how));
    },
  },
  {
    name: '`isaac`, simulated',
    inferences: 1,
    hasRounds: false,
    timeline: (network) => {
      const chip = findPreset('isaac')!;
      const how = { granularity: 'row', duplication: 'tried', keepSets: true, keepPlacement: true } as const;
      return timelineOfSimulation(network, chip, simulate(network, chip, how));
    },
  },
  {
    name: '`puma`',
    inferences: 2,
    hasRounds: false,
    timeline: (network) => {
      const chip = findPreset('puma')!;
      const how = { granularity: { height: 4, width: 4 }, batch: 2, keepSets: true } as const;
      return timelineOfSchedule(network, chip, schedule(network, chip, how));
    },
  },
  {
    name: 'in rounds',
    inferences: 3,
    hasRounds: true,
    timeline: (network) => {
      const how = {
        granularity: 'row',
        pes: fewPes(network, small),
        batch: 3,
        group: 2,
        keepSets: true,
      } as const;
      return timelineOfSchedule(network, small, schedule(network, small, how));
    },
  },
  {
    name: 'in rounds, simulated',
    inferences: 2,
    hasRounds: true,
    timeline: (network) => {
      const how = {
        ...({ granularity: 'row', pes: fewPes(network, small), batch: 2, reload: 'rolling' } as const),
        ...{ keepSets: true, keepPlacement: true },
      };
      return timelineOfSimulation(network, small, simulate(network, small, how));
    },
  },
];

/** For networks of real size. */
export const LARGE_CHIPS: readonly TriedChip[] = [
  CHIPS[0]!,
  CHIPS[1]!,
  {
    name: 'in rounds',
    inferences: 1,
    hasRounds: true,
    timeline: (network) => {
      const how = { granularity: 'row', pes: fewPes(network, turns), keepSets: true } as const;
      return timelineOfSchedule(network, turns, schedule(network, turns, how));
    },
  },
];
