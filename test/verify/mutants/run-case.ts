import type { Architecture } from '../../../src/architecture/architecture.ts';
import { findPreset, paper } from '../../../src/architecture/presets.ts';
import { type MappingOptions, mapNetwork } from '../../../src/map/mapping.ts';
import { baseLayers, type Network } from '../../../src/network/network.ts';
import { type ScheduleOptions, schedule } from '../../../src/schedule/schedule.ts';
import type { DetailedSchedule } from '../../../src/schedule/schedule-result.ts';
import type { LayerSets } from '../../../src/schedule/sets.ts';
import { validateResult } from '../../../src/schedule/validate-result.ts';
import { type DetailedSimulation, type NodeSets, simulate } from '../../../src/simulate/index.ts';
import { validateSimulation } from '../../../src/simulate/validate.ts';
import { timelineOfSchedule, timelineOfSimulation, verifyTimeline } from '../../../src/verify/index.ts';
import { expectedOutputs, machineOf } from '../fake-machine.ts';

/** Chips that mutants run on. */
export type ChipName = 'paper' | 'isaac' | 'puma' | 'rounds';

/** How many inferences every case runs. */
export const BATCH = 6;

const tiles = {
  ...{ clockNs: 100, meshRows: 4, meshColumns: 4, pesPerTile: 1, linkBitsPerCycle: 64, hopCycles: 1 },
  ...{
    gpeuOperationsPerCycle: 64,
    offChipBitsPerCycle: 128,
    inputBufferBytes: 8192,
    outputBufferBytes: 2048,
  },
};

/** A schedule or a simulated run that an error may be planted in. */
export interface Case<Result> {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly result: Result;
  /** The same of another network, or scheduled in another way. */
  rerun(network: Network, changed?: ScheduleOptions): Result;
}

/** A schedule in which an error may be planted. */
export type ScheduleCase = Case<DetailedSchedule>;
/** A simulated run in which an error may be planted. */
export type SimulationCase = Case<DetailedSimulation>;

/** What both kinds of sets say of times and copies. */
export type AnySets = LayerSets | NodeSets;

/** A chip, and how it is run. */
interface Setup {
  readonly architecture: Architecture;
  /** PEs and copies. */
  readonly mapping: MappingOptions;
  readonly turns: Pick<ScheduleOptions, 'group' | 'rounds'>;
}

function setupOf(network: Network, chip: ChipName, isSimulated: boolean): Setup {
  // Sets of a layer run at a time, and fast layers wait for slow ones.
  const duplication = baseLayers(network).map((_, i) => (i % 2 === 0 ? 2 : 4));
  if (chip === 'isaac' || chip === 'puma') {
    return { architecture: findPreset(chip)!, mapping: { duplication }, turns: {} };
  }
  const small = { ...paper, crossbarRows: 128, crossbarColumns: 32 } as Architecture;
  const { minimumPes } = mapNetwork(network, small, {});
  if (chip === 'paper')
    return { architecture: small, mapping: { duplication, pes: 4 * minimumPes }, turns: {} };
  // Less than the largest layer, so that it is cut into slices; the last of them and the next layers share a round.
  const writing = { ...small, peWriteNs: 100, parallelWrites: 2 };
  const architecture = isSimulated ? { ...writing, chip: tiles } : writing;
  return { architecture, mapping: { duplication: 'greedy', pes: 13 }, turns: { group: 2, rounds: 'fewest' } };
}

/** Schedules a network in sets of a few pixels. */
export function scheduleCase(network: Network, chip: ChipName): ScheduleCase {
  const { architecture, mapping, turns } = setupOf(network, chip, false);
  const granularity = { height: 1, width: 4 };
  const options = { ...mapping, ...turns, granularity, batch: BATCH, keepSets: true };
  const rerun = (other: Network, changed: ScheduleOptions = {}) =>
    schedule(other, architecture, { ...options, ...changed });
  return { network, architecture, rerun, result: rerun(network) };
}

/** Simulates a network in the same sets; where weights take turns, values spill, too. */
export function simulationCase(network: Network, chip: ChipName): SimulationCase {
  const { architecture, mapping, turns } = setupOf(network, chip, true);
  const spill = chip === 'rounds' ? 'always' : true;
  const how = { granularity: { height: 1, width: 4 }, spill, keepSets: true } as const;
  const options = { ...mapping, ...turns, ...how, batch: BATCH };
  const rerun = (other: Network) => simulate(other, architecture, options);
  return { network, architecture, rerun, result: rerun(network) };
}

/** What an error is planted in besides the result. */
export interface Planted<Result> {
  readonly result: Result;
  /** The chip that it should be for, where that is what is wrong. */
  readonly architecture?: Architecture;
  /** The network as the machine has it, where that is what is wrong. */
  readonly machineNetwork?: Network;
  /** Mixes up what has been computed, per inference. */
  outputs?<T>(outputs: readonly T[]): readonly T[];
}

/** Validates a schedule or a simulated run. */
export function validate<Result extends DetailedSchedule | DetailedSimulation>(
  { network, architecture: own }: Case<Result>,
  { result, architecture = own }: Planted<Result>,
): void {
  if (isSimulation(result)) validateSimulation(network, architecture, result);
  else validateResult(network, architecture, result);
}

function isSimulation(result: DetailedSchedule | DetailedSimulation): result is DetailedSimulation {
  return 'events' in result;
}

/** Verifies a schedule or a simulated run. */
export function verify<Result extends DetailedSchedule | DetailedSimulation>(
  { network, architecture: own }: Case<Result>,
  { result, architecture = own, machineNetwork = network, outputs: mixed }: Planted<Result>,
): void {
  const timeline = isSimulation(result)
    ? timelineOfSimulation(network, architecture, result)
    : timelineOfSchedule(network, architecture, result);
  const machine = machineOf(machineNetwork, timeline);
  const outputs: number[][][] = [];
  verifyTimeline(timeline, machine, {
    onInference: (inference) => {
      outputs[inference] = network.outputs.map((output) => machine.values(output, inference));
    },
  });
  const computed = mixed?.(outputs) ?? outputs;
  expectedOutputs(network, BATCH).forEach((wanted, inference) => {
    if (JSON.stringify(computed[inference]) !== JSON.stringify(wanted))
      throw new Error(`the output of inference ${inference} differs`);
  });
}
