import type { AnyArchitecture } from '../../architecture/normal-architecture.ts';
import { optionsOf } from '../../input/options.ts';
import type { Mapping } from '../../map/mapping.ts';
import type { Network } from '../../network/network.ts';
import { part } from '../../progress.ts';
import { type Bottleneck, bottleneck } from '../bottleneck.ts';
import { workloadFor } from '../build-graph.ts';
import { criticalSets } from '../critical/critical-path.ts';
import { type CriticalRun, criticalRuns } from '../critical/critical-runs.ts';
import type { CriticalSet } from '../critical/critical-set.ts';
import { ended } from '../deadlock/ended.ts';
import { type DetailedSimulation, detailedOf } from '../detailed.ts';
import { mapToSimulate } from '../map-to-simulate.ts';
import { type Played, type Replayed, Simulator } from '../play/simulator.ts';
import { IdealCycles, type SimulationOptions, simulationSchemas } from '../simulate.ts';
import { type SpillTraffic, spillTraffic } from '../spill/traffic.ts';
import { Runs, Trials, type Tried } from './trials.ts';

/** What a chip would do without the limit of one resource, all others as they are. */
export interface Limit {
  /** The field of `chip`. */
  readonly resource: string;
  /** What it is, for people. */
  readonly name: string;
  /** Clock cycles with this resource alone without limit. */
  readonly cycles: number;
  /**
   * Share of the time that this saves, from 0 to 1; negative where it costs time, as it may where things are served in
   * turn. Shares of resources that limit together do not add up.
   */
  readonly share: number;
}

/** What a chip would do with more of one resource. */
export interface Growth {
  /** The field of `chip`, or `pes`. */
  readonly resource: string;
  /** What is grown, in words. */
  readonly name: string;
  /** From what to what, for people. */
  readonly change: string;
  /** Clock cycles before it is grown, simulated. */
  readonly cyclesBefore: number;
  /** Clock cycles after it, simulated. */
  readonly cycles: number;
  /** Share of the time that it saves, from 0 to 1; negative where it costs time. */
  readonly share: number;
  /** Where something spilled: bits that went off the chip for want of room and came back, before and after it. */
  readonly spill?: { readonly trafficBitsBefore: number; readonly trafficBits: number };
}

/** A trial that there are no cycles of. */
export interface Skipped {
  /** The field of `chip`, or `pes`. */
  readonly resource: string;
  /** What was to be tried, in words. */
  readonly name: string;
  /** What was to be tried, for people: `without limit`, or from what to what. */
  readonly change: string;
  /** Why it was not, in words. */
  readonly why: string;
}

/** Why a network takes so long on a chip. */
export interface Explanation {
  /** Clock cycles of the run that is explained. */
  readonly cycles: number;
  /** With no resource limited: only MVMs take time. */
  readonly idealCycles: number;
  /** The layer with the most to compute. */
  readonly bottleneck: Bottleneck;
  /** All resources that the chip limits, what takes the most time first. */
  readonly limits: readonly Limit[];
  /** All resources that can be grown, what gains most first. */
  readonly growths: readonly Growth[];
  /** The first of them, if it gains anything. */
  readonly growFirst?: Growth;
  /** Where something spilled: buffers that grow by less than twice, what saves most of the traffic first. */
  readonly smallGrowths?: readonly Growth[];
  /** Where nothing spilled though it may: clock cycles with `spill: 'always'`, and the share of the time that this saves. */
  readonly spillingAlways?: { readonly cycles: number; readonly share: number };
  /** What could not be tried: it deadlocks, does not fit the chip or the range of its field. */
  readonly skipped: readonly Skipped[];
  /** The sets that kept the last one waiting, from the first on, as runs of one layer. */
  readonly criticalPath: readonly CriticalRun[];
}

/** How much of the time goes by before, where copies are tried. */
const TRIES = 0.3;

const checkedOptions = optionsOf<SimulationOptions>('explain', simulationSchemas);

/**
 * Why a network takes so long on a chip: it is simulated again with every resource that the chip limits, once without
 * that limit and once with twice as much of it (half the cycles per hop), and with a tenth more PEs, whose
 * copies the same policy gives. No two resources are changed together, the clock never, and copies lie along the same
 * tiles. A resource without limit is one that the architecture leaves out; without figure of the off-chip port results
 * stay on the chip. A trial that comes to no end, does not fit the chip or the range of its field is listed as skipped.
 *
 * @throws ClsaCimError like {@link simulate}.
 */
export function explain(
  network: Network,
  architecture: AnyArchitecture,
  options: SimulationOptions = {},
): Explanation {
  return explainTrusted(network, architecture, checkedOptions(options)).explanation;
}

/** A simulation, and why it takes so long. */
export interface ExplainedSimulation {
  /** What `simulate` gives. */
  readonly simulation: DetailedSimulation;
  /** What {@link explain} gives. */
  readonly explanation: Explanation;
}

const checkedOptionsOfBoth = optionsOf<SimulationOptions>('simulateAndExplain', simulationSchemas);

/**
 * `simulate` and {@link explain} at once: the run that is explained is played once.
 *
 * @throws ClsaCimError like `simulate`.
 */
export function simulateAndExplain(
  network: Network,
  architecture: AnyArchitecture,
  options: SimulationOptions = {},
): ExplainedSimulation {
  return explainTrusted(network, architecture, checkedOptionsOfBoth(options));
}

function explainTrusted(
  network: Network,
  architecture: AnyArchitecture,
  options: SimulationOptions,
): ExplainedSimulation {
  const workload = workloadFor(network, architecture, options);
  const kept = { keepSets: true, keepUse: options.keepUse };
  const mapped = mapToSimulate(workload, options, {
    ...kept,
    onProgress: part(options.onProgress, 0, TRIES),
  });
  const { mapping, duplication, tried } = mapped;
  const simulator = placedOnce(mapped.simulator, mapping);
  const ideal = new IdealCycles(simulator);
  const onProgress = tried === undefined ? options.onProgress : part(options.onProgress, TRIES, 1);
  const others = [mapped.played === undefined, ideal.isSimulated].filter(Boolean).length;
  const runs = new Runs(workload.architecture, others, onProgress);
  try {
    const played = mapped.played ?? ended(simulator.play(mapping, { ...kept, onProgress: runs.next() }));
    const idealCycles = ideal.of(played, ideal.isSimulated ? runs.next() : undefined);
    const trials = new Trials(simulator, played, { ...options, duplication }, runs);
    const path = criticalSets(played.graph, played.run);
    const simulation = detailedOf(simulator, played, idealCycles, options, path);
    return {
      simulation: tried === undefined ? simulation : { ...simulation, tried },
      explanation: explanationOf(played, idealCycles, trials, path),
    };
  } finally {
    simulator.release();
    ideal.release();
  }
}

/** A simulator for which copies lie along the same tiles on every chip: a search for a placement is done once. */
function placedOnce(simulator: Simulator, mapping: Mapping): Simulator {
  const { workload, totalPes, how, placement } = simulator;
  if (placement !== 'optimised') return simulator;
  const order = simulator.optimisedOrder(mapping);
  simulator.release();
  return new Simulator(workload, totalPes, { ...how, placement: order });
}

function explanationOf(
  { graph, run }: Played,
  idealCycles: number,
  trials: Trials,
  path: readonly CriticalSet[],
): Explanation {
  const unlimited = trials.withoutLimits();
  const grown = [...trials.grownResources(), ...trials.grownPes()];
  const before = { cycles: run.cycles, spill: spillTraffic(run.nodes) };
  const growths = grown.flatMap((tried) => growth(tried, before)).sort(byShare);
  const [best] = growths;
  const isSpilling = trafficBitsOf(before.spill) > 0;
  return {
    cycles: run.cycles,
    idealCycles,
    bottleneck: bottleneck(graph, run),
    limits: unlimited.flatMap((tried) => limit(tried, run.cycles)).sort(byShare),
    growths,
    ...(best !== undefined && best.share > 0 ? { growFirst: best } : {}),
    ...(isSpilling
      ? {
          smallGrowths: trials
            .grownBuffers()
            .flatMap((tried) => growth(tried, before))
            .sort(byTraffic),
        }
      : always(trials.spillingAlways(), run.cycles)),
    skipped: [...unlimited, ...grown].flatMap(skipped),
    criticalPath: criticalRuns(graph, path),
  };
}

function always(replayed: Replayed | undefined, before: number): Pick<Explanation, 'spillingAlways'> {
  if (replayed === undefined || trafficBitsOf(replayed.spill) === 0) return {};
  return { spillingAlways: { cycles: replayed.cycles, share: saved(replayed.cycles, before) } };
}

const byTraffic = (a: Growth, b: Growth) => (a.spill?.trafficBits ?? 0) - (b.spill?.trafficBits ?? 0);

const byShare = (a: { readonly share: number }, b: { readonly share: number }) => b.share - a.share;

const saved = (cycles: number, before: number) => (before === 0 ? 0 : (before - cycles) / before);

function limit({ resource, name, outcome }: Tried, before: number): Limit[] {
  if (!('cycles' in outcome)) return [];
  const { cycles } = outcome;
  return [{ resource, name, cycles, share: saved(cycles, before) }];
}

function growth({ resource, name, change, outcome }: Tried, before: Replayed): Growth[] {
  if (!('cycles' in outcome)) return [];
  const { cycles, spill } = outcome;
  const [trafficBitsBefore, trafficBits] = [trafficBitsOf(before.spill), trafficBitsOf(spill)];
  return [
    {
      ...{ resource, name, change, cyclesBefore: before.cycles, cycles, share: saved(cycles, before.cycles) },
      ...(trafficBitsBefore > 0 && { spill: { trafficBitsBefore, trafficBits } }),
    },
  ];
}

const trafficBitsOf = ({ spilledBits, fetchedBits }: SpillTraffic) => spilledBits + fetchedBits;

function skipped({ resource, name, change, outcome }: Tried): Skipped[] {
  return 'why' in outcome ? [{ resource, name, change, why: outcome.why }] : [];
}
