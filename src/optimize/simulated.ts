import { ClsaCimError, hasCode } from '../errors.ts';
import { type Mapping, pesUsed } from '../map/mapping.ts';
import { isDeadlocked } from '../simulate/deadlock/error.ts';
import { type Played, Simulator } from '../simulate/play/simulator.ts';
import { ended, IdealCycles } from '../simulate/simulate.ts';
import { type Simulation, simulationOf } from '../simulate/simulation.ts';
import { leastClockCycles, wholeIntervals } from './clock-cycles.ts';
import { searchLatency } from './latency.ts';
import { type EnergyFigures, type Objective, type Task, whyStopped } from './objective.ts';
import { type Evaluator, Search } from './search.ts';

/** A simulation takes a thousand times as long as a schedule. */
const MAX_EVALUATIONS = 100;
/** Schedules that look for the bound of the latency, and for copies to start from. */
const LATENCY_EVALUATIONS = 10_000;
/** Parts of the energy that depend on the network alone. */
const FIXED_PARTS = ['mvm', 'adc', 'dac', 'crossbar', 'gpeu'];

/** The least energy of one inference. */
export const energy: Objective<'energy'> = {
  metric: 'energyPj',
  isSimulated: true,
  search: (task) => searchSimulated(task, knownEnergyPj, (leastEnergyPj) => leastEnergyPj),
};

/** The least product of energy and latency of one inference. */
export const edp: Objective<'edp'> = {
  metric: 'energyDelayPjNs',
  isSimulated: true,
  search: (task) =>
    searchSimulated(task, energyDelayPjNs, (leastEnergyPj, leastLatencyNs) => leastEnergyPj * leastLatencyNs),
};

/**
 * Searches with simulations, from `greedy` and from the copies of the least latency.
 *
 * The bound: movement, shared GPEUs and buffers only delay a schedule, so no simulation is faster than the bound of
 * the latency; tiles leak for at least as long, and the work of MVMs and GPEUs is always the same.
 */
function* searchSimulated(
  task: Task,
  cost: (simulation: Simulation) => number,
  bound: (leastEnergyPj: number, leastLatencyNs: number) => number,
) {
  const simulator = new CopiesSimulator(task);
  try {
    return yield* searchFrom(task, simulator, cost, bound);
  } finally {
    simulator.release();
  }
}

function* searchFrom(
  task: Task,
  simulator: CopiesSimulator,
  cost: (simulation: Simulation) => number,
  bound: (leastEnergyPj: number, leastLatencyNs: number) => number,
) {
  const { architecture } = task.workload;
  const greedy = task.mapping.layers.map(({ copies }) => copies);
  const first = simulator.ended(greedy);
  if (first.energyPj.total === null) {
    throw new ClsaCimError(
      `architecture ${architecture.name}: has no figures of energy; give chip.mvmEnergyPj and others, or use ` +
        'the objective latency',
    );
  }
  const limits = { gap: 0, maxEvaluations: LATENCY_EVALUATIONS };
  const ideal = yield* searchLatency({ ...task, ...limits }, wholeIntervals(architecture));
  const leastLatencyNs = leastClockCycles(ideal.bound, architecture) * architecture.clockNs;
  const least = bound(leastEnergyPj(first, leastLatencyNs), leastLatencyNs);

  const evaluator = simulationEvaluator(greedy, (copies) => costOf(simulator, copies, cost));
  const maxEvaluations = task.maxEvaluations ?? MAX_EVALUATIONS;
  const search = new Search(ideal.search.space, evaluator, greedy, task.seed, { ...task, maxEvaluations });
  search.noteBound(least);
  search.target = least / (1 - task.gap);
  if (!search.isOver) search.goTo(ideal.search.best.copies);
  search.goTo(search.best.copies);
  if (!search.isOver) yield* task.policy(search);
  return {
    greedy: figuresOf(first),
    best: figuresOf(simulator.ended(search.best.copies)),
    cost: search.best.cost,
    copies: search.best.copies,
    bound: least,
    missingEnergies: first.energyPj.missing,
    ...{ evaluations: search.evaluations, history: search.history },
    stoppedBy: whyStopped(search, least),
  };
}

/** Simulates copies; what was simulated before is remembered. */
class CopiesSimulator {
  readonly #mapping: Mapping;
  readonly #simulator: Simulator;
  readonly #ideal: IdealCycles;
  readonly #known = new Map<string, Simulation | undefined>();

  constructor({ workload, mapping, placement }: Task) {
    this.#mapping = mapping;
    this.#simulator = new Simulator(workload, mapping.totalPes, { placement });
    this.#ideal = new IdealCycles(this.#simulator);
  }

  /** Gives back the memory of the engines. */
  release(): void {
    this.#simulator.release();
    this.#ideal.release();
  }

  /** What the chip does with these copies; undefined where they fill its buffers, so that nothing moves any more. */
  of(copies: readonly number[]): Simulation | undefined {
    const key = copies.join();
    if (!this.#known.has(key)) this.#known.set(key, this.#simulate(copies));
    return this.#known.get(key);
  }

  /**
   * The same where it has to come to its end.
   *
   * @throws ClsaCimError where it does not.
   */
  ended(copies: readonly number[]): Simulation {
    const simulation = this.of(copies);
    if (simulation !== undefined) return simulation;
    ended(this.#play(copies));
    throw new Error('copies that came to no end came to one');
  }

  #simulate(copies: readonly number[]): Simulation | undefined {
    const played = this.#play(copies);
    if (isDeadlocked(played.run)) return undefined;
    return simulationOf(this.#simulator, played, this.#ideal.of(played));
  }

  #play(copies: readonly number[]): Played {
    const layers = this.#mapping.layers.map((layer, i) => ({ ...layer, copies: copies[i]! }));
    return this.#simulator.play({ ...this.#mapping, layers, usedPes: pesUsed(layers) });
  }
}

/** The cost of copies; of those that do not run on the chip, Infinity. */
function costOf(
  simulator: CopiesSimulator,
  copies: readonly number[],
  cost: (simulation: Simulation) => number,
): number {
  try {
    const simulation = simulator.of(copies);
    return simulation === undefined ? Infinity : cost(simulation);
  } catch (error) {
    if (hasCode(error, 'DOES_NOT_FIT')) return Infinity;
    throw error;
  }
}

function simulationEvaluator(
  start: readonly number[],
  costOfCopies: (copies: readonly number[]) => number,
): Evaluator {
  const copies = [...start];
  let before = [...start];
  const changed: [layer: number, copies: number][] = [];
  return {
    setCopies: (layer, value) => changed.push([layer, value]),
    cost: () => {
      before = [...copies];
      for (const [layer, value] of changed.splice(0)) copies[layer] = value;
      return costOfCopies(copies);
    },
    undo: () => copies.splice(0, copies.length, ...before),
  };
}

/** Energy that no copies save: that of the work, and leakage for the least latency. */
function leastEnergyPj({ energyPj, latencyNs }: Simulation, leastLatencyNs: number): number {
  const fixed = FIXED_PARTS.reduce((sum, part) => sum + (energyPj.parts[part] ?? 0), 0);
  return fixed + (energyPj.parts.leakage ?? 0) * (leastLatencyNs / latencyNs);
}

/** The energy as far as the chip has figures of it: those are the same for all copies. */
function knownEnergyPj({ energyPj }: Simulation): number {
  return energyPj.total ?? 0;
}

/** The way out of the chip does not count: as in {@link Simulation.energyDelayPjNs}. */
function energyDelayPjNs(simulation: Simulation): number {
  return knownEnergyPj(simulation) * simulation.firstLatencyNs;
}

function figuresOf(simulation: Simulation): EnergyFigures {
  const { cycles, latencyNs } = simulation;
  return {
    ...{ cycles, latencyNs, energyPj: knownEnergyPj(simulation) },
    energyDelayPjNs: energyDelayPjNs(simulation),
  };
}
