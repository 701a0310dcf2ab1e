import { cellsOf } from '../architecture/area.ts';
import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { takesTimeBesidesMvms } from '../architecture/normal-chip.ts';
import { ClsaCimError } from '../errors.ts';
import { demandObject } from '../input/arguments.ts';
import { unknownName } from '../input/nearest.ts';
import { aFunction, checkedLater, optionsOf } from '../input/options.ts';
import { show } from '../input/show.ts';
import { fitNetwork } from '../map/fit.ts';
import { type MappingOptions, mapFit } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type OnProgress, turnOfOthers } from '../progress.ts';
import { batchSchemas, MAX_BATCH, type Reload } from '../schedule/turn-options.ts';
import type { SimulationOptions } from '../simulate/index.ts';
import { formatGranularity, type Granularity, granularitySchema } from '../workload/granularity.ts';
import { prepareTrusted } from '../workload/workload.ts';
import { latency } from './latency.ts';
import { localSearch } from './local-search.ts';
import {
  type FigureName,
  type FiguresByObjective,
  type Found,
  type FoundPlacement,
  gapOf,
  type Objective,
  type ObjectiveName,
  type Task,
} from './objective.ts';
import { guarded, type SearchPolicy, type SearchStep, type StoppedBy } from './search.ts';
import { edp, energy } from './simulated.ts';
import {
  type FoundSimulatedTurns,
  type SimulatedTurnTask,
  searchSimulatedTurns,
} from './simulated-time/in-turns.ts';
import {
  batchFigures,
  latencyFigures,
  simulatedLatency,
  simulatedThroughput,
} from './simulated-time/simulated-time.ts';
import { throughput } from './throughput.ts';
import { type FoundTurns, searchInTurns } from './turns/in-turns.ts';
import type { GroupCycles } from './turns/search-groups.ts';
import { type OptimizedTurns, optimizedTurns, turnFigures, turnsOfCandidate } from './turns/turn-figures.ts';
import type { TurnCandidate } from './turns/turn-problem.ts';
import { type TurnOptions, type TurnTask, turnTask } from './turns/turn-task.ts';

/** What can be best. */
export const objectives: {
  readonly [Name in ObjectiveName]: Objective<Name>;
} = Object.freeze({
  ...{ latency, throughput, energy, edp },
  ...{ 'simulated-latency': simulatedLatency, 'simulated-throughput': simulatedThroughput },
});

/** What is to be best, within which PEs, and how long it is searched for. */
export interface OptimizeOptions<Name extends ObjectiveName = ObjectiveName>
  extends Pick<MappingOptions, 'pes' | 'extraPes'>,
    TurnOptions {
  /** `latency` by default. */
  readonly objective?: Name | undefined;
  /** How OFMs are cut into sets; `pixel` by default. */
  readonly granularity?: Granularity | undefined;
  /**
   * Where copies lie, for the objectives that are simulated. Left out, `simulated-latency` and `simulated-throughput` look
   * for the best one, and others lie along the snake.
   */
  readonly placement?: SimulationOptions['placement'];
  /** Inferences of the batch, for `simulated-throughput`; 8 by default. */
  readonly batch?: number | undefined;
  /** Start of the pseudorandom numbers; 1 by default. The same seed gives the same result. */
  readonly seed?: number | undefined;
  /** Vectors of copies that are looked at; 100,000 schedules or 100 simulations by default. */
  readonly maxEvaluations?: number | undefined;
  /** Stops after so many seconds, if not before; what is found then depends on the machine. */
  readonly maxSeconds?: number | undefined;
  /** Stops when the best is so near to the bound, as a share of the best: 0 (by default) to below 1. */
  readonly gap?: number | undefined;
  /** How the space is searched; annealing and descents by default. */
  readonly policy?: SearchPolicy | undefined;
  /** Ends the search when it is aborted, with what was found by then, as `maxSeconds` does. */
  readonly stop?: AbortSignal | undefined;
  /** Ends the search with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how far the search is: the share of the evaluations or of the time that it may take at most. */
  readonly onProgress?: OnProgress | undefined;
}

const checkedOptions = optionsOf<OptimizeOptions>('optimize', {
  ...{ pes: checkedLater, extraPes: checkedLater, granularity: granularitySchema, placement: checkedLater },
  batch: checkedLater,
  ...{
    objective: checkedLater,
    policy: aFunction,
    stop: checkedLater,
    signal: checkedLater,
    onProgress: aFunction,
  },
  ...{ seed: checkedLater, maxEvaluations: checkedLater, maxSeconds: checkedLater, gap: checkedLater },
  ...{ rounds: batchSchemas.rounds, reload: batchSchemas.reload },
  ...{ group: checkedLater, maxLatencyNs: checkedLater, maxGroup: checkedLater },
});

/** Copies, and what they take, whatever they are worth. */
export interface FoundCopies extends Partial<OptimizedTurns>, Partial<FoundPlacement> {
  /** PEs that they take; where weights take turns, in the round that takes most. */
  readonly usedPes: number;
  /** By name of the base layer, or of its slice. */
  readonly copies: Readonly<Record<string, number>>;
}

/** Copies of every base layer, and what they are worth; where weights take turns, in which rounds. */
export type OptimizedCopies<Name extends ObjectiveName = ObjectiveName> = FiguresByObjective[Name] &
  FoundCopies;

/** The best copies that were found, and how much better others might be; `clsa-cim optimize --json` prints it. */
export interface Optimization<Name extends ObjectiveName = ObjectiveName> {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** What was to be best. */
  readonly objective: Name;
  /** The figure that is minimised, of `greedy`, `best` and `bound`. */
  readonly metric: FigureName<Name>;
  /** How OFMs were cut into sets: `pixel`, `row` or `HxW`. */
  readonly granularity: string;
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs that there are: the budget. */
  readonly totalPes: number;
  /** PEs that the best copies take. */
  readonly usedPes: number;
  /** Cells of all PEs of the chip, used or not. */
  readonly cells: number;
  /** How weights are written; only where rounds were searched for, too. */
  readonly reload?: Reload;
  /** The copies of the policy `greedy`, from which the search starts. */
  readonly greedy: OptimizedCopies<Name>;
  /** The best copies that were found; never worse than those of `greedy`. */
  readonly best: OptimizedCopies<Name>;
  /** No copies within the budget go below this. */
  readonly bound: number;
  /**
   * There where `best` was looked for as if movement, GPEUs and buffers took no time, on a chip where they do: with
   * `latency` and `throughput` on a chip with tiles; `simulated-latency` and `simulated-throughput` do not. What a simulation of these copies takes is longer.
   */
  readonly bestIgnoresMovement?: true;
  /**
   * There where most of movement and buffers is left out of `bound` (docs/optimize.md), on a chip where they cost something: the gap
   * is no room for improvement, since part of it is what movement costs.
   */
  readonly boundIgnoresMovement?: true;
  /** `(best - bound) / best`: 0 where the best is proven to be optimal. */
  readonly gap: number;
  /** Parts of the energy that are not counted, since the chip has no figures of them; only where energy counts. */
  readonly missingEnergies?: readonly string[];
  /**
   * What the search started from, in the figure that is minimised: the policies by name, `tried`, the best that `simulate` tries, and
   * `schedule`, the copies of the least latency of a schedule; where weights take turns, `auto` and `fewest`, the rounds of these names. `Infinity` (in JSON null) of copies that come to no end. Only where time is simulated.
   */
  readonly starts?: Readonly<Record<string, number>>;
  /** Vectors of copies that were no better for sure, so that they were not simulated; only where time is simulated. */
  readonly screened?: number;
  /** Whenever best or bound became better; absent where weights take turns, and for the throughput, which is found exactly. */
  readonly history?: readonly SearchStep[];
  /** Vectors of copies that were looked at. */
  readonly evaluations: number;
  /** Start of the pseudorandom numbers. */
  readonly seed: number;
  /** Why the search came to its end. */
  readonly stoppedBy: StoppedBy;
}

/** Inferences of a batch whose throughput is looked for. */
const BATCH = 8;
/** The event loop gets its turn after so many ms. */
const TURN_MS = 20;

/**
 * Searches for the copies of the weights that are best within the PEs of an architecture, and proves how much
 * better any others could be (docs/optimize.md). Never worse than `greedy`. Deterministic but for `maxSeconds`.
 *
 * @throws ClsaCimError where the network does not fit, an option is out of range, or figures are missing; the
 * reason of `signal` where it is aborted.
 */
export async function optimize<Name extends ObjectiveName = 'latency'>(
  network: Network,
  architecture: AnyArchitecture,
  options: OptimizeOptions<Name> = {},
): Promise<Optimization<Name>> {
  checkedOptions(options);
  // Without an objective `Name` is its default.
  const name = options.objective ?? ('latency' as Name);
  const objective = objectiveOf(name);
  const { workload, ...settings } = settingsOf(network, architecture, options);
  const turns = turnTask(workload, { ...options, objective: name });
  if (turns?.isSimulated) {
    const { placement } = options;
    const task = { ...settings, workload, placement, turns, batch: turnBatch(options, turns) };
    return simulatedTurnOptimization(name, task, await inTurns(searchSimulatedTurns(task), options.signal));
  }
  if (turns !== undefined) {
    const inTurnsFound = await inTurns(searchInTurns(workload, turns, settings), options.signal);
    return turnOptimization(name, inTurnsFound, settings.seed);
  }
  const task = taskOf({ workload, ...settings }, options, objective);
  const found = await inTurns(objective.search(task), options.signal);
  return optimizationOf(name, objective, task, found);
}

/** What is searched, and how long: options that were checked. */
function settingsOf(network: Network, architecture: AnyArchitecture, options: OptimizeOptions): Settings {
  const { granularity = 'pixel', maxEvaluations, onProgress, stop } = options;
  const batch = batchOf(options);
  const seed = wholeNumber('seed', options.seed ?? 1, 0);
  const gap = inRange('gap', options.gap ?? 0, 0, 1 - Number.EPSILON);
  const maxSeconds = inRange('maxSeconds', options.maxSeconds ?? Infinity, 0, Infinity);
  const normal = normalArchitecture(architecture);
  if (maxEvaluations !== undefined) wholeNumber('maxEvaluations', maxEvaluations, 1);
  demandObject(network, 'network', 'loadModel');
  const start = performance.now();
  return {
    workload: prepareTrusted(network, normal, granularity),
    ...{ batch, seed, maxEvaluations, gap, start, deadline: start + maxSeconds * 1e3, onProgress, stop },
  };
}

/** Inferences that are simulated; those of a batch where its throughput is looked for. */
function batchOf({ batch, objective }: OptimizeOptions): number {
  if (objective !== 'simulated-throughput') {
    if (batch === undefined) return 1;
    throw new ClsaCimError('batch: is for the objective simulated-throughput; leave it out', 'usage');
  }
  return wholeNumber('batch', batch ?? BATCH, 1, MAX_BATCH);
}

/** What an objective is given besides: a mapping with the copies of `greedy`. */
function taskOf<Name extends ObjectiveName>(
  settings: Settings,
  { pes, extraPes, policy, placement }: OptimizeOptions,
  objective: Objective<Name>,
): Task {
  const { network, architecture } = settings.workload;
  const fit = fitNetwork(network, architecture, { pes, extraPes });
  return {
    ...{ ...settings, fit, mapping: mapFit(network, architecture, fit), placement },
    policy: policy === undefined ? (objective.policy ?? localSearch) : guarded(policy),
  };
}

type Settings = Omit<Task, 'fit' | 'mapping' | 'placement' | 'policy'>;

/** What was found, in the words of users. */
function optimizationOf<Name extends ObjectiveName>(
  objective: Name,
  { metric, isSimulated }: Objective<Name>,
  { workload: { network, architecture, granularity }, mapping, seed }: Task,
  found: Found<FiguresByObjective[Name]>,
): Optimization<Name> {
  const { layers, minimumPes, totalPes } = mapping;
  const named = (copies: readonly number[], figures: FiguresByObjective[Name]): OptimizedCopies<Name> => ({
    ...figures,
    usedPes: layers.reduce((sum, { pesPerCopy }, i) => sum + pesPerCopy * copies[i]!, 0),
    copies: Object.fromEntries(layers.map(({ name }, i) => [name, copies[i]!])),
  });
  const greedy = named(
    layers.map(({ copies }) => copies),
    found.greedy,
  );
  const best: OptimizedCopies<Name> = { ...named(found.copies, found.best), ...found.placed };
  return {
    ...{ model: network.name, architecture: architecture.name, objective, metric },
    granularity: formatGranularity(granularity),
    ...{ minimumPes, totalPes, usedPes: best.usedPes, cells: cellsOf(architecture, mapping) },
    ...{ greedy, best, bound: found.bound },
    ...ignored(architecture, isSimulated),
    gap: gapOf(found.cost, found.bound),
    ...(found.missingEnergies === undefined ? {} : { missingEnergies: found.missingEnergies }),
    ...(found.starts === undefined ? {} : { starts: found.starts }),
    ...(found.screened === undefined ? {} : { screened: found.screened }),
    evaluations: found.evaluations,
    seed,
    stoppedBy: found.stoppedBy,
    ...(found.history === undefined ? {} : { history: found.history }),
  };
}

/** What was found where weights take turns, in the words of users. */
function turnOptimization<Name extends ObjectiveName>(
  objective: Name,
  { problem, greedy, best, cost, bound, evaluations, stoppedBy }: FoundTurns,
  seed: number,
): Optimization<Name> {
  const { workload, slices, turns, pes: totalPes, reload } = problem;
  const { network, architecture, granularity } = workload;
  const named = (cycles: GroupCycles): OptimizedCopies<Name> => {
    const told = optimizedTurns(problem, cycles);
    return {
      // The objective is one of those that have these figures.
      ...(turnFigures(problem, cycles) as FiguresByObjective[Name]),
      usedPes: told.rounds.reduce((most, { pes }) => Math.max(most, pes), 0),
      copies: Object.fromEntries(slices.map(({ name }, i) => [name, cycles.candidate.copies[i]!])),
      ...told,
    };
  };
  const found = { greedy: named(greedy), best: named(best) };
  const { metric, isSimulated } = objectives[objective];
  return {
    ...{ model: network.name, architecture: architecture.name, objective, metric },
    granularity: formatGranularity(granularity),
    ...{ minimumPes: turns.fit.needed[0]!, totalPes, usedPes: found.best.usedPes },
    ...{ cells: cellsOf(architecture, { totalPes }), reload, ...found, bound },
    ...ignored(architecture, isSimulated),
    ...{ gap: gapOf(cost, bound), evaluations, seed, stoppedBy },
  };
}

/** A group on its own, or the batch whose throughput is looked for. */
function turnBatch({ objective, batch }: OptimizeOptions, { group }: TurnTask): number {
  const inferences = group === 'auto' ? 1 : group;
  return objective === 'simulated-latency' ? inferences : Math.max(batch ?? BATCH, inferences);
}

/** What was found with simulations where weights take turns, in the words of users. */
function simulatedTurnOptimization<Name extends ObjectiveName>(
  objective: Name,
  { seed, workload, batch }: SimulatedTurnTask,
  { problem, greedy, best, placed, starts, ...found }: FoundSimulatedTurns,
): Optimization<Name> {
  const { network, architecture, granularity } = workload;
  const { metric, isSimulated } = objectives[objective];
  const shared = objective === 'simulated-latency' ? 1 : batch;
  const named = (candidate: TurnCandidate, cycles: number): OptimizedCopies<Name> => {
    const told = turnsOfCandidate(problem, candidate);
    const figures = objective === 'simulated-latency' ? latencyFigures : batchFigures;
    return {
      // The objective is one of those that have these figures.
      ...(figures({ workload, batch }, cycles) as FiguresByObjective[Name]),
      usedPes: told.rounds.reduce((most, { pes }) => Math.max(most, pes), 0),
      copies: Object.fromEntries(problem.slices.map(({ name }, i) => [name, candidate.copies[i]!])),
      ...told,
    };
  };
  const { bestCycles, boundCycles, evaluations, stoppedBy, history } = found;
  const bestCopies = { ...named(best, bestCycles), ...placed };
  return {
    ...{ model: network.name, architecture: architecture.name, objective, metric },
    granularity: formatGranularity(granularity),
    ...{ minimumPes: problem.turns.fit.needed[0]!, totalPes: problem.pes, usedPes: bestCopies.usedPes },
    ...{ cells: cellsOf(architecture, { totalPes: problem.pes }), reload: problem.reload },
    ...{ greedy: named(greedy, found.greedyCycles), best: bestCopies, bound: boundCycles / shared },
    ...ignored(architecture, isSimulated),
    gap: gapOf(bestCycles, boundCycles),
    starts: Object.fromEntries(Object.entries(starts).map(([name, cycles]) => [name, cycles / shared])),
    ...{ evaluations, seed, stoppedBy },
    history: history.map((step) => ({
      evaluations: step.evaluations,
      ...{ best: step.best / shared, bound: boundCycles / shared },
    })),
  };
}

/** Where a chip moves values, the bound counts little of it, and the best only where it is simulated. */
function ignored({ chip, given }: NormalArchitecture, isSimulated: boolean) {
  const moves = takesTimeBesidesMvms(chip) || (isSimulated && given.chip !== undefined);
  if (!moves) return {};
  return {
    ...(isSimulated ? {} : { bestIgnoresMovement: true as const }),
    boundIgnoresMovement: true as const,
  };
}

function objectiveOf<Name extends ObjectiveName>(name: Name): Objective<Name> {
  if (Object.hasOwn(objectives, name)) return objectives[name];
  throw unknownName('no objective is called', String(name), Object.keys(objectives), 'usage');
}

/** Runs a search to its end, with breaks in which others work and `signal` is looked at; where it is left, it gives back what it has. */
async function inTurns<Result>(
  search: Generator<void, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    signal?.throwIfAborted();
    let turnEnds = performance.now() + TURN_MS;
    for (;;) {
      const { done, value } = search.next();
      if (done) return value;
      if (performance.now() < turnEnds) continue;
      await turnOfOthers();
      signal?.throwIfAborted();
      turnEnds = performance.now() + TURN_MS;
    }
  } finally {
    search.return(undefined as never);
  }
}

function inRange(option: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ClsaCimError(
    `${option}: must be a number from ${least} to ${most}, found ${show(value)}`,
    'usage',
  );
}

function wholeNumber(option: string, value: number, least: number, most = Infinity): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
  throw new ClsaCimError(`${option}: must be a whole number ${range}, found ${show(value)}`, 'usage');
}
