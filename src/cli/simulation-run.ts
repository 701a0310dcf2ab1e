import { type Command, Option } from 'commander';
import type { Architecture } from '../architecture/architecture.ts';
import type { Network } from '../network/network.ts';
import { timelineOfSimulation } from '../picture/simulation-timeline.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { Scheduling } from '../schedule/scheduling.ts';
import { MAX_BATCH } from '../schedule/turn-options.ts';
import { workloadFor } from '../simulate/build-graph.ts';
import {
  type ExplainedSimulation,
  type Explanation,
  simulateAndExplain,
} from '../simulate/explain/explain.ts';
import { type DetailedSimulation, type NodeSets, type Simulation, simulate } from '../simulate/index.ts';
import type { KeepOptions } from '../simulate/keep.ts';
import { SPILLING } from '../simulate/spill/spilling.ts';
import { parseGranularity } from '../workload/granularity.ts';
import { namingOptionsLater } from './naming-options.ts';
import { notify } from './notify.ts';
import {
  granularityOption,
  loadNetwork,
  type ModelFlags,
  resolveMapping,
  type SimulatedMappingFlags,
  schedulingOption,
  wholeNumber,
  withModel,
  withSimulatedMapping,
} from './options.ts';
import { inPhase } from './phase.ts';
import { resolvePlacement } from './placement.ts';
import { groupOption, reloadOption, resolveTurns, roundsOption, type TurnFlags } from './turns.ts';

/** What makes another simulation. */
export interface SimulationRunFlags extends SimulatedMappingFlags, ModelFlags, TurnFlags {
  readonly scheduling: Scheduling;
  readonly granularity: string;
  readonly batch: number;
  readonly placement: string;
  readonly spill: 'needed' | 'always' | false;
}

/** What is told of a simulation besides its figures. */
export interface ToldOfSimulation extends KeepOptions {
  /** What limits it. */
  readonly explain?: boolean | undefined;
}

/** Adds the model and all that makes another simulation of it; what is told of it is no part of that. */
export function withSimulateOptions(command: Command): Command {
  return withSimulatedMapping(withModel(command))
    .addOption(schedulingOption())
    .addOption(granularityOption('computed'))
    .option(
      '--batch <n>',
      'inferences that go through the chip one after the other',
      wholeNumber(1, MAX_BATCH),
      1,
    )
    .addOption(groupOption('the batch'))
    .addOption(reloadOption())
    .addOption(roundsOption('the fastest of several where the chip has tiles, else auto'))
    .option(
      '--placement <order>',
      'where copies lie: snake, optimised (fewer bits over fewer links), a YAML or JSON list of tiles, or a module with a function (FILE or FILE#NAME)',
      'snake',
    )
    .addOption(
      new Option(
        '--spill <when>',
        'when what finds no room in a buffer goes off the chip: needed (where it would come to no end otherwise), or always',
      )
        .choices(['needed', 'always'])
        .default('needed'),
    )
    .option('--no-spill', 'let what finds no room in a buffer wait, and store nothing of it off the chip');
}

/** A network that was simulated. */
export interface SimulationRun {
  readonly network: Network;
  readonly architecture: Architecture;
  /** Its figures. */
  readonly result: Simulation;
  /** With all that was kept. */
  readonly detailed: DetailedSimulation;
  /** Where it was asked for. */
  readonly explanation?: Explanation;
  /** Of every node, where they were kept. */
  readonly sets: readonly NodeSets[];
  /** What ran when, for pictures; where sets and placement were kept. */
  timeline(): Timeline;
  /** The same with the times of all sets, however many there are. */
  timelineOfAll(): Timeline;
}

/** Simulates what the flags ask for. */
export async function runSimulation(
  model: string,
  flags: SimulationRunFlags,
  told: ToldOfSimulation = {},
): Promise<SimulationRun> {
  // A mistake in it is told before anything is loaded.
  parseGranularity(flags.granularity);
  return simulateNetwork(await loadNetwork(model, flags), flags, told);
}

/** Simulates a network that has been loaded. */
export async function simulateNetwork(
  network: Network,
  flags: SimulationRunFlags,
  { explain = false, ...keep }: ToldOfSimulation = {},
): Promise<SimulationRun> {
  const granularity = parseGranularity(flags.granularity);
  const { architecture, options } = await resolveMapping(flags, network);
  const { scheduling } = flags;
  const spill = flags.spill === false ? false : SPILLING[flags.spill];
  const turns = await resolveTurns(flags, scheduling);
  const placement = await resolvePlacement(flags.placement);
  const how = { ...options, ...keep, granularity, scheduling, ...turns, placement, spill };
  if (explain) (await import('../node/second-thread.ts')).useSecondCore();
  const work = explain
    ? inPhase('explaining', (onProgress) => simulateAndExplain(network, architecture, { ...how, onProgress }))
    : inPhase('simulating', (onProgress) => ({
        simulation: simulate(network, architecture, { ...how, onProgress }),
      }));
  const { simulation: detailed, ...explained } = await namingOptionsLater<
    Partial<ExplainedSimulation> & Pick<ExplainedSimulation, 'simulation'>
  >(flags, work);
  if (flags.reload !== undefined && detailed.rounds === undefined) {
    notify('all weights fit at once, so that --reload makes no difference');
  }
  const { sets = [], placement: _, mesh: __, use: ___, criticalSets: ____, ...result } = detailed;
  const timelineUpTo = (mostSets?: number) =>
    timelineOfSimulation(workloadFor(network, architecture, how), detailed, { mostSets });
  return {
    ...{ network, architecture, result, detailed, sets, ...explained },
    timeline: () => timelineUpTo(),
    timelineOfAll: () => timelineUpTo(Infinity),
  };
}
