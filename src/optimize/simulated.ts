import { Engine } from '../engine/engine.ts';
import { ClsaCimError } from '../errors.ts';
import { type Simulation, simulate } from '../simulate/index.ts';
import { searchLatency } from './latency.ts';
import { type Figures, type Objective, type Task, whyStopped } from './objective.ts';
import { type Evaluator, Search } from './search.ts';

/** A simulation takes a thousand times as long as a schedule. */
const MAX_EVALUATIONS = 100;
/** Schedules that look for the bound of the latency, and for copies to start from. */
const LATENCY_EVALUATIONS = 10_000;
/** Parts of the energy that depend on the network alone. */
const FIXED_PARTS = ['mvm', 'adc', 'dac', 'crossbar', 'gpeu'];

/** The least energy of one inference. */
export const energy: Objective = {
  metric: 'energyPj',
  isSimulated: true,
  search: (task) => searchSimulated(task, knownEnergyPj, (leastEnergyPj) => leastEnergyPj),
};

/** The least product of energy and latency of one inference. */
export const edp: Objective = {
  metric: 'energyDelayPjNs',
  isSimulated: true,
  search: (task) =>
    searchSimulated(
      task,
      (simulation) => knownEnergyPj(simulation) * simulation.latencyNs,
      (leastEnergyPj, leastLatencyNs) => leastEnergyPj * leastLatencyNs,
    ),
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
  const { architecture, mapping } = task;
  const greedy = mapping.layers.map(({ copies }) => copies);
  const simulateCopies = simulator(task);
  const first = simulateCopies(greedy);
  if (first.energyPj.total === null) {
    throw new ClsaCimError(
      `architecture ${architecture.name}: has no figures of energy; give chip.mvmEnergyPj and others, or use ` +
        '--objective latency',
    );
  }
  const ideal = yield* searchLatency({ ...task, gap: 0, maxEvaluations: LATENCY_EVALUATIONS }, new Engine());
  const leastLatencyNs = ideal.bound * architecture.mvmCycles * architecture.clockNs;
  const least = bound(leastEnergyPj(first, leastLatencyNs), leastLatencyNs);

  const evaluator = simulationEvaluator(greedy, (copies) => costOf(simulateCopies, copies, cost));
  const maxEvaluations = task.maxEvaluations ?? MAX_EVALUATIONS;
  const search = new Search(ideal.search.space, evaluator, greedy, task.seed, { ...task, maxEvaluations });
  search.target = least / (1 - task.gap);
  if (!search.isOver) search.goTo(ideal.search.best.copies);
  search.goTo(search.best.copies);
  if (!search.isOver) yield* task.policy(search);
  return {
    greedy: figuresOf(first),
    best: figuresOf(simulateCopies(search.best.copies)),
    copies: search.best.copies,
    bound: least,
    missingEnergies: first.energyPj.missing,
    evaluations: search.evaluations,
    stoppedBy: whyStopped(search, least),
  };
}

/** Simulates copies; what was simulated before is remembered. */
function simulator({ network, architecture, mapping, granularity, placement }: Task) {
  const known = new Map<string, Simulation>();
  return (copies: readonly number[]): Simulation => {
    const key = copies.join();
    const simulation =
      known.get(key) ??
      simulate(network, architecture, {
        ...{ pes: mapping.totalPes, duplication: copies, granularity },
        ...(placement === undefined ? {} : { placement }),
      });
    known.set(key, simulation);
    return simulation;
  };
}

/** The cost of copies; of those that fill the buffers of the chip, so that nothing moves any more, Infinity. */
function costOf(
  simulateCopies: (copies: readonly number[]) => Simulation,
  copies: readonly number[],
  cost: (simulation: Simulation) => number,
): number {
  try {
    return cost(simulateCopies(copies));
  } catch (error) {
    if (error instanceof ClsaCimError) return Infinity;
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

function figuresOf(simulation: Simulation): Figures {
  const { cycles, latencyNs } = simulation;
  const energyPj = knownEnergyPj(simulation);
  return { cycles, latencyNs, energyPj, energyDelayPjNs: energyPj * latencyNs };
}
