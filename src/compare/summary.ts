import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import { validate } from '../input/validate.ts';
import { FIGURE_NAMES, type RunFigures } from './figures.ts';
import {
  type OptimizeResult,
  type ResultKind,
  type ResultLayer,
  resultKind,
  resultSchemas,
  type ScheduleResult,
  type SimulateResult,
  WAITS,
} from './result-schema.ts';

/** Which run it is. */
export interface RunHead {
  /** What it is called; anybody's text. */
  readonly name: string;
  /** The command whose result it is. */
  readonly kind: ResultKind;
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** How OFMs are cut into sets: `pixel`, `row` or `HxW`. */
  readonly granularity?: string;
  /** `xinf` or `lbl`. */
  readonly scheduling?: string;
  /** Time of one of its cycles; absent where it has no time. */
  readonly cycleNs?: number;
}

/** All that a comparison knows of a run. */
export interface RunSummary extends RunHead {
  /** Of the whole run. */
  readonly figures: RunFigures;
  /** In the order of the file. */
  readonly layers: readonly LayerSummary[];
}

/** A layer in one run. */
export interface LayerSummary {
  /** Unique in the run. */
  readonly name: string;
  /** What the run says of it. */
  readonly figures: LayerFigures;
}

/** What a run says of a layer; what it does not say is left out. An optimisation says copies only. */
export interface LayerFigures {
  /** Copies of its weights. */
  readonly copies: number;
  /** PEs of all copies together. */
  readonly pes?: number;
  /** Start of its first set, in cycles of the run. */
  readonly startCycle?: number;
  /** Finish of its last set, in cycles of the run. */
  readonly endCycle?: number;
  /** Cycles from start to end. */
  readonly durationCycles?: number;
  /** Cycles in which it waited, whatever for, of all its sets and results together. */
  readonly waitCycles?: number;
  /** Start of its first set. */
  readonly startNs?: number;
  /** Finish of its last set. */
  readonly endNs?: number;
  /** `durationCycles` in ns. */
  readonly durationNs?: number;
  /** `waitCycles` in ns. */
  readonly waitNs?: number;
}

/**
 * What a comparison needs of a result.
 *
 * @param name What the run is called.
 * @param result A `Schedule`, `Simulation` or `Optimization`, or the document that `--json` printed of one, by any version.
 * @param where Name of the file for messages, where it is from one.
 * @throws ClsaCimError where it is no such result, or a figure is missing, negative or no finite number.
 */
export function summaryOf(name: string, result: unknown, where: string = oneLine(name)): RunSummary {
  const kind = resultKind(result);
  if (kind === undefined) {
    throw new ClsaCimError(
      `${where}: not a result of --json; give what schedule, simulate or optimize of one chip prints`,
    );
  }
  const own = summaries[kind](result, where);
  const { model, architecture, granularity, scheduling } = own.result;
  return {
    ...{ name, kind, model, architecture },
    ...(granularity === undefined ? {} : { granularity }),
    ...(scheduling === undefined ? {} : { scheduling }),
    ...(own.cycleNs === undefined ? {} : { cycleNs: own.cycleNs }),
    figures: present(own.figures),
    layers: own.layers,
  };
}

/** What differs from kind to kind. */
interface OwnSummary {
  readonly result: ScheduleResult | SimulateResult | OptimizeResult;
  readonly cycleNs: number | undefined;
  readonly figures: { readonly [Name in keyof RunFigures]: number | null | undefined };
  readonly layers: readonly LayerSummary[];
}

const summaries: Readonly<Record<ResultKind, (result: unknown, where: string) => OwnSummary>> = {
  schedule: (result, where) => ofSchedule(validate(resultSchemas.schedule, result, where)),
  simulate: (result, where) => ofSimulation(validate(resultSchemas.simulate, result, where)),
  optimize: (result, where) => ofOptimization(validate(resultSchemas.optimize, result, where)),
};

function ofSchedule(result: ScheduleResult): OwnSummary {
  const { cycles, latencyNs, batch = 1, intervalCycles } = result;
  const { writes, group, writingCycles, exposedWritingCycles } = result;
  const ns = nsOf(result);
  return {
    result,
    cycleNs: ns(1),
    figures: {
      ...{ ...result, areaMm2: result.areaMm2?.total },
      ...{ inferences: batch, inferencesOfGroup: group, rounds: result.roundCount, peWrites: writes },
      // Groups that all end at the same time have no interval.
      throughputPerSecond: latencyNs === 0 ? undefined : 1e9 / ns(intervalCycles || cycles / batch)!,
      writingNs: ns(writingCycles),
      exposedWritingNs: ns(exposedWritingCycles),
    },
    layers: result.layers.map((layer) => layerSummary(layer, undefined, ns)),
  };
}

function ofSimulation(result: SimulateResult): OwnSummary {
  const { cycles, idealCycles, batch = 1, energyPj, layers, spill, sharedBuffer } = result;
  const ns = nsOf(result);
  const waited = WAIT_NAMES.map((key) => [
    key.replace('Cycles', 'Ns'),
    ns(layers.reduce((sum, layer) => sum + (layer[key] ?? 0), 0)),
  ]);
  return {
    result,
    cycleNs: result.clockNs,
    figures: {
      ...{ ...result, areaMm2: result.areaMm2?.total, inferences: batch },
      slowdown: idealCycles ? cycles / idealCycles : undefined,
      energyPjPerInference: typeof energyPj?.total === 'number' ? energyPj.total / batch : undefined,
      ...Object.fromEntries(waited),
      ...{ inferencesOfGroup: result.group, rounds: result.roundCount, peWrites: result.writes },
      ...{ writtenPes: result.writtenPes ?? 0, weightBits: result.weightBits ?? 0 },
      ...{ spilledBits: spill?.spilledBits ?? 0, fetchedBits: spill?.fetchedBits ?? 0 },
      sharedBufferBits: spill?.sharedBufferBits ?? 0,
      sharedPeakBytes: sharedBuffer?.peakBytes ?? 0,
    },
    layers: layers.map((layer) => layerSummary(layer, waitCycles(layer), ns)),
  };
}

function ofOptimization(result: OptimizeResult): OwnSummary {
  const { best } = result;
  const { cycles = 0, latencyNs = 0 } = best;
  return {
    result,
    cycleNs: nsOf({ cycles, latencyNs })(1),
    figures: {
      ...{ ...result, ...best, energyPjPerInference: best.energyPj },
      ...{
        inferences: best.batch,
        inferencesOfGroup: best.group,
        rounds: best.rounds?.length,
        peWrites: best.writes,
      },
    },
    layers: Object.entries(best.copies).map(([name, copies]) => ({ name, figures: { copies } })),
  };
}

/** Makes ns of cycles; of none, and in a run that takes none, undefined. */
function nsOf({ cycles, latencyNs }: { readonly cycles: number; readonly latencyNs: number }) {
  return (count: number | undefined): number | undefined =>
    count === undefined || cycles === 0 ? undefined : (count * latencyNs) / cycles;
}

/** Names of the waits of a layer. */
const WAIT_NAMES = Object.keys(WAITS).map((key) => key as keyof typeof WAITS);

function waitCycles(layer: ResultLayer): number {
  return WAIT_NAMES.reduce((sum, key) => sum + (layer[key] ?? 0), 0);
}

/** A layer with its times in cycles, and in ns where cycles have a length. */
function layerSummary(
  { name, copies, pes, startCycle, endCycle }: ResultLayer,
  waitCycles: number | undefined,
  ns: ReturnType<typeof nsOf>,
): LayerSummary {
  const durationCycles = endCycle - startCycle;
  const isTimed = ns(1) !== undefined;
  // There may be 10⁵ of them: no loops over names.
  const figures: LayerFigures = {
    copies,
    ...(pes === undefined ? undefined : { pes: pes * copies }),
    ...{ startCycle, endCycle, durationCycles },
    ...(waitCycles === undefined ? undefined : { waitCycles }),
    ...(isTimed
      ? { startNs: ns(startCycle)!, endNs: ns(endCycle)!, durationNs: ns(durationCycles)! }
      : undefined),
    ...(isTimed && waitCycles !== undefined ? { waitNs: ns(waitCycles)! } : undefined),
  };
  return { name, figures };
}

/** The figures that are there, in their order, without what else a result has. */
function present(figures: OwnSummary['figures']): RunFigures {
  return Object.fromEntries(
    FIGURE_NAMES.flatMap((name) => (Number.isFinite(figures[name]) ? [[name, figures[name]]] : [])),
  );
}
