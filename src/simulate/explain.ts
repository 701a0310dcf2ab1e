import * as v from 'valibot';
import type { Architecture } from '../architecture/architecture.ts';
import { type Chip, chipSchema } from '../architecture/chip.ts';
import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { optionsOf } from '../input/options.ts';
import { type Mapping, mapTrusted } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type OnProgress, part } from '../progress.ts';
import { type Bottleneck, bottleneck } from './bottleneck.ts';
import { buildTrusted } from './build-graph.ts';
import { criticalPath } from './critical-path.ts';
import type { CriticalRun } from './critical-runs.ts';
import { deadlockError, isDeadlocked } from './deadlock.ts';
import { simulateGraph } from './engine.ts';
import { placementTrusted } from './placement-search.ts';
import { type SimulationOptions, simulationSchemas } from './simulate.ts';

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
  /** What could not be tried: it deadlocks, does not fit the chip or the range of its field. */
  readonly skipped: readonly Skipped[];
  /** The sets that kept the last one waiting, from the first on, as runs of one layer. */
  readonly criticalPath: readonly CriticalRun[];
}

/** A resource that a chip may limit: how much more of it is tried, and what is no limit. */
interface Resource {
  /** The field of `chip` that it is known by. */
  readonly field: keyof Chip;
  readonly name: string;
  /** Fields that mean nothing without the first. */
  readonly details?: readonly (keyof Chip)[];
  /** False where the chip has no limit there. */
  isLimited(chip: Chip): boolean;
  grow(chip: Chip): { readonly chip: Chip; readonly change: string };
}
type Doubled =
  | 'linkBitsPerCycle'
  | 'inputBufferBytes'
  | 'outputBufferBytes'
  | 'inputBufferPortBitsPerCycle'
  | 'offChipBitsPerCycle';

function doubled(
  field: Doubled,
  name: string,
  unit: string,
  details: readonly (keyof Chip)[] = [],
): Resource {
  return {
    field,
    name,
    details,
    isLimited: (chip) => chip[field] !== undefined,
    grow: (chip) => {
      const figure = chip[field] ?? 0;
      return { chip: { ...chip, [field]: 2 * figure }, change: `${figure} to ${2 * figure} ${unit}` };
    },
  };
}

/** Of all kinds of layers alike. */
const gpeus: Resource = {
  field: 'gpeuOperationsPerCycle',
  name: 'the GPEUs',
  isLimited: (chip) => chip.gpeuOperationsPerCycle !== undefined,
  grow: (chip) => {
    const figures = chip.gpeuOperationsPerCycle ?? 0;
    const [grown, change] =
      typeof figures === 'number'
        ? [2 * figures, `${figures} to ${2 * figures} operations per cycle`]
        : [
            Object.fromEntries(Object.entries(figures).map(([op, figure]) => [op, 2 * figure])),
            'twice the operations per cycle',
          ];
    return { chip: { ...chip, gpeuOperationsPerCycle: grown }, change };
  },
};

const hops: Resource = {
  field: 'hopCycles',
  name: 'routers and wires',
  isLimited: (chip) => (chip.hopCycles ?? 0) > 0,
  grow: (chip) => {
    const cycles = chip.hopCycles ?? 0;
    const half = Math.floor(cycles / 2);
    return { chip: { ...chip, hopCycles: half }, change: `${cycles} to ${half} cycles per hop` };
  },
};

/** Everything that a chip may limit besides PEs. One more is one more entry. */
const RESOURCES: readonly Resource[] = [
  doubled('linkBitsPerCycle', 'the links', 'bits per cycle'),
  hops,
  doubled('inputBufferBytes', 'the input buffers', 'bytes'),
  doubled('outputBufferBytes', 'the output buffers', 'bytes'),
  doubled('inputBufferPortBitsPerCycle', 'the ports of the input buffers', 'bits per cycle', [
    'inputBufferPorts',
  ]),
  gpeus,
  doubled('offChipBitsPerCycle', 'the off-chip port', 'bits per cycle'),
];

/** So many times the PEs are tried. */
const PE_GROWTH = 1.1;

const checkedOptions = optionsOf<SimulationOptions>('explain', simulationSchemas);

const WITHOUT_LIMIT = 'without limit';
const COMES_TO_NO_END = 'with that timing the buffers are too small to make progress';

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
  const normal = normalArchitecture(architecture);
  const mapping = mapTrusted(network, normal, checkedOptions(options));
  const placed = { ...options, placement: placementOf(network, mapping, normal, options) };
  const graph = buildTrusted(network, mapping, normal, placed);
  const runs = runsOf(normal.given);
  const run = simulateGraph(graph, { keepSets: true, onProgress: runs.next(options.onProgress) });
  if (isDeadlocked(run)) throw deadlockError(graph, run);
  const before = run.cycles;
  const trial: Trial = { network, architecture: normal.given, options: placed, mapping, runs };
  const unlimited = withoutLimits(trial);
  const grown = [...grownResources(trial), ...grownPes(trial)];
  const growths = grown.flatMap((tried) => growth(tried, before)).sort(byShare);
  const [best] = growths;
  return {
    cycles: before,
    idealCycles: idealCycles(trial),
    bottleneck: bottleneck(graph, run),
    limits: unlimited.flatMap((tried) => limit(tried, before)).sort(byShare),
    growths,
    ...(best !== undefined && best.share > 0 ? { growFirst: best } : {}),
    skipped: [...unlimited, ...grown].flatMap(skipped),
    criticalPath: criticalPath(graph, run),
  };
}

/** What is simulated again, and on what. */
interface Trial {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly options: SimulationOptions;
  readonly mapping: Mapping;
  readonly runs: Runs;
}

/** Counts runs, for progress. */
interface Runs {
  /** The part of the progress that the next run has. */
  next(onProgress: OnProgress | undefined): OnProgress | undefined;
}

/** The run itself, two trials for each resource that is limited, one with more PEs and one where nothing is limited. */
function runsOf({ chip = {} }: Architecture): Runs {
  const count = 3 + 2 * RESOURCES.filter((resource) => resource.isLimited(chip)).length;
  let done = 0;
  return {
    next: (onProgress) => {
      const from = done++ / count;
      return part(onProgress, from, Math.min(1, done / count));
    },
  };
}

/** What came of a trial: clock cycles, or why there are none. */
type Outcome = { readonly cycles: number } | { readonly why: string };

interface Tried {
  readonly resource: string;
  readonly name: string;
  readonly change: string;
  readonly outcome: Outcome;
}

/** A search for a placement finds another one on every chip: it is done once. */
function placementOf(
  network: Network,
  mapping: Mapping,
  architecture: NormalArchitecture,
  options: SimulationOptions,
): SimulationOptions['placement'] {
  const { placement, ...others } = options;
  return placement === 'optimised' ? placementTrusted(network, mapping, architecture, others) : placement;
}

const byShare = (a: { readonly share: number }, b: { readonly share: number }) => b.share - a.share;

const saved = (cycles: number, before: number) => (before === 0 ? 0 : (before - cycles) / before);

function limit({ resource, name, outcome }: Tried, before: number): Limit[] {
  if (!('cycles' in outcome)) return [];
  const { cycles } = outcome;
  return [{ resource, name, cycles, share: saved(cycles, before) }];
}

function growth({ resource, name, change, outcome }: Tried, before: number): Growth[] {
  if (!('cycles' in outcome)) return [];
  const { cycles } = outcome;
  return [{ resource, name, change, cyclesBefore: before, cycles, share: saved(cycles, before) }];
}

function skipped({ resource, name, change, outcome }: Tried): Skipped[] {
  return 'why' in outcome ? [{ resource, name, change, why: outcome.why }] : [];
}

function limited({ architecture: { chip = {} } }: Trial): Resource[] {
  return RESOURCES.filter((resource) => resource.isLimited(chip));
}

function withoutLimits(trial: Trial): Tried[] {
  return limited(trial).map(({ field, name, details = [] }) => {
    const chip: { -readonly [Field in keyof Chip]: Chip[Field] } = { ...trial.architecture.chip };
    for (const left of [field, ...details]) delete chip[left];
    return { resource: field, name, change: WITHOUT_LIMIT, outcome: outcomeOn(trial, chip) };
  });
}

function grownResources(trial: Trial): Tried[] {
  return limited(trial).map(({ field, name, grow }) => {
    const { chip, change } = grow(trial.architecture.chip ?? {});
    const outcome = v.is(chipSchema, chip)
      ? outcomeOn(trial, chip)
      : { why: 'that is beyond the range of the field' };
    return { resource: field, name, change, outcome };
  });
}

/** More PEs are more copies, which only a policy can give. */
function grownPes(trial: Trial): Tried[] {
  const { options, mapping } = trial;
  const { duplication = 'greedy' } = options;
  const pes = Math.ceil(mapping.totalPes * PE_GROWTH);
  const at = { resource: 'pes', name: 'the PEs', change: `${mapping.totalPes} to ${pes} PEs` };
  if (duplication === 'none') return [{ ...at, outcome: { why: 'nothing is duplicated' } }];
  if (Array.isArray(duplication)) return [{ ...at, outcome: { why: 'the copies are given' } }];
  return [{ ...at, outcome: outcomeOf(() => cyclesWithPes(trial, pes)) }];
}

function cyclesWithPes(trial: Trial, pes: number): Outcome {
  const { crossbars } = trial.architecture;
  // Of several classes of crossbars the architecture gives the PEs.
  const grown =
    crossbars === undefined
      ? { architecture: trial.architecture, options: { ...trial.options, pes, extraPes: undefined } }
      : {
          architecture: {
            ...trial.architecture,
            crossbars: crossbars.map((own) => ({ ...own, pes: Math.ceil(own.pes * PE_GROWTH) })),
          },
          options: trial.options,
        };
  const mapping = mapTrusted(trial.network, normalArchitecture(grown.architecture), grown.options);
  return outcomeOn({ ...trial, ...grown, mapping }, grown.architecture.chip);
}

/** Only MVMs take time, wherever copies are. */
function idealCycles({ network, architecture, options, mapping, runs }: Trial): number {
  const { clockNs } = architecture.chip ?? {};
  const chip: Chip = clockNs === undefined ? {} : { clockNs };
  const graph = buildTrusted(network, mapping, normalArchitecture({ ...architecture, chip }), {
    ...options,
    placement: undefined,
  });
  return simulateGraph(graph, { onProgress: runs.next(options.onProgress) }).cycles;
}

/** Clock cycles with another `chip`. */
function outcomeOn({ network, architecture, options, mapping, runs }: Trial, chip: Chip = {}): Outcome {
  const onProgress = runs.next(options.onProgress);
  return outcomeOf(() => {
    const graph = buildTrusted(network, mapping, normalArchitecture({ ...architecture, chip }), options);
    const { cycles, deadlock } = simulateGraph(graph, { onProgress });
    return deadlock === undefined ? { cycles } : { why: COMES_TO_NO_END };
  });
}

function outcomeOf(work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClsaCimError) return { why: error.message };
    throw error;
  }
}
