import * as v from 'valibot';
import type { Architecture } from '../architecture/architecture.ts';
import { type Chip, chipSchema } from '../architecture/chip.ts';
import { ClsaCimError } from '../errors.ts';
import { type Mapping, mapNetwork } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { buildGraph } from './build-graph.ts';
import { type CriticalRun, criticalPath } from './critical-path.ts';
import { deadlockError } from './deadlock.ts';
import { type SimulationRun, simulateGraph } from './engine.ts';
import type { SimulationGraph } from './graph.ts';
import type { SimulationOptions } from './simulate.ts';

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
  readonly name: string;
  /** From what to what, for people. */
  readonly change: string;
  /** Clock cycles before and after, both simulated. */
  readonly cyclesBefore: number;
  readonly cycles: number;
  /** Share of the time that it saves, from 0 to 1; negative where it costs time. */
  readonly share: number;
}

/** Why a network takes so long on a chip. */
export interface Explanation {
  readonly cycles: number;
  /** With no resource limited: only MVMs take time. */
  readonly idealCycles: number;
  /** The base layer whose copies have the most to compute: no run is shorter than its MVMs. */
  readonly bottleneck: { readonly layer: string; readonly copies: number; readonly mvmCycles: number };
  /** All resources that the chip limits, what takes the most time first. */
  readonly limits: readonly Limit[];
  /** All resources that can be grown, what gains most first. */
  readonly growths: readonly Growth[];
  /** The first of them, if it gains anything. */
  readonly growFirst?: Growth;
  readonly criticalPath: readonly CriticalRun[];
}

/** A resource that a chip may limit: how much more of it is tried, and what is no limit. */
interface Resource {
  readonly field: 'linkBitsPerCycle' | 'hopCycles' | 'inputBufferBytes' | 'outputBufferBytes' | PortOrGpeu;
  readonly name: string;
  /** False where the chip has no limit there. */
  isLimited(chip: Chip): boolean;
  grow(chip: Chip): { readonly chip: Chip; readonly change: string };
}
type PortOrGpeu = 'gpeuOperationsPerCycle' | 'offChipBitsPerCycle';
type Doubled = 'linkBitsPerCycle' | 'inputBufferBytes' | 'outputBufferBytes' | 'offChipBitsPerCycle';

function doubled(field: Doubled, name: string, unit: string): Resource {
  return {
    field,
    name,
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
  gpeus,
  doubled('offChipBitsPerCycle', 'the off-chip port', 'bits per cycle'),
];

/** So many times the PEs are tried. */
const PE_GROWTH = 1.1;

/**
 * Why a network takes so long on a chip: it is simulated again with every resource that the chip limits, once without
 * that limit and once with twice as much of it (half the cycles per hop), and with a tenth more PEs, whose
 * copies `greedy` gives. No two resources are changed together, and the clock is never. A resource without limit is
 * one that the architecture leaves out; without figure of the off-chip port results stay on the chip. What does not
 * fit the chip (PEs that the tiles do not hold), the range of its field or, with its timing, its buffers is left out.
 *
 * @throws ClsaCimError like {@link simulate}.
 */
export function explain(
  network: Network,
  architecture: Architecture,
  options: SimulationOptions = {},
): Explanation {
  const mapping = mapNetwork(network, architecture, options);
  const graph = buildGraph(network, mapping, architecture, options);
  const run = simulateGraph(graph, { keepSets: true });
  if (run.deadlock !== undefined) throw deadlockError(graph, run.deadlock);
  const before = run.cycles;
  const trial: Trial = { network, architecture, options, mapping };
  const growths = [...grownResources(trial, before), ...grownPes(trial, before)].sort(byShare);
  const [best] = growths;
  return {
    cycles: before,
    idealCycles: idealCycles(trial),
    bottleneck: bottleneck(graph, run),
    limits: limits(trial, before).sort(byShare),
    growths,
    ...(best !== undefined && best.share > 0 ? { growFirst: best } : {}),
    criticalPath: criticalPath(graph, run),
  };
}

/** What is simulated again, and on what. */
interface Trial {
  readonly network: Network;
  readonly architecture: Architecture;
  readonly options: SimulationOptions;
  readonly mapping: Mapping;
}

const byShare = (a: { readonly share: number }, b: { readonly share: number }) => b.share - a.share;

const saved = (cycles: number, before: number) => (before === 0 ? 0 : (before - cycles) / before);

function limits(trial: Trial, before: number): Limit[] {
  const { chip = {} } = trial.architecture;
  return RESOURCES.filter((resource) => resource.isLimited(chip)).flatMap(({ field, name }) => {
    const { [field]: _, ...without } = chip;
    const cycles = cyclesOn(trial, without);
    return cycles === undefined ? [] : [{ resource: field, name, cycles, share: saved(cycles, before) }];
  });
}

function grownResources(trial: Trial, before: number): Growth[] {
  const { chip = {} } = trial.architecture;
  return RESOURCES.filter((resource) => resource.isLimited(chip)).flatMap(({ field, name, grow }) => {
    const { chip: grown, change } = grow(chip);
    if (!v.is(chipSchema, grown)) return [];
    const cycles = cyclesOn(trial, grown);
    if (cycles === undefined) return [];
    return [{ resource: field, name, change, cyclesBefore: before, cycles, share: saved(cycles, before) }];
  });
}

function grownPes(trial: Trial, before: number): Growth[] {
  const { totalPes } = trial.mapping;
  const pes = Math.ceil(totalPes * PE_GROWTH);
  const cycles = orUndefined(() => {
    const options = { ...trial.options, pes, extraPes: undefined, duplication: 'greedy' } as const;
    const mapping = mapNetwork(trial.network, trial.architecture, options);
    return cyclesOn({ ...trial, options, mapping }, trial.architecture.chip);
  });
  if (cycles === undefined) return [];
  const change = `${totalPes} to ${pes} PEs, copies by greedy`;
  return [
    { resource: 'pes', name: 'the PEs', change, cyclesBefore: before, cycles, share: saved(cycles, before) },
  ];
}

/** Only MVMs take time, wherever copies are. */
function idealCycles({ network, architecture, options, mapping }: Trial): number {
  const { clockNs } = architecture.chip ?? {};
  const chip: Chip = clockNs === undefined ? {} : { clockNs };
  const graph = buildGraph(network, mapping, { ...architecture, chip }, { ...options, placement: undefined });
  return simulateGraph(graph).cycles;
}

/** Clock cycles with another `chip`; undefined where the network does not fit it or comes to no end. */
function cyclesOn({ network, architecture, options, mapping }: Trial, chip: Chip = {}): number | undefined {
  return orUndefined(() => {
    const run = simulateGraph(buildGraph(network, mapping, { ...architecture, chip }, options));
    return run.deadlock === undefined ? run.cycles : undefined;
  });
}

function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClsaCimError) return undefined;
    throw error;
  }
}

function bottleneck({ nodes }: SimulationGraph, run: SimulationRun): Explanation['bottleneck'] {
  const layers = nodes.flatMap(({ kind, name, copies }, i) => {
    if (kind !== 'base') return [];
    const mvmCycles = Math.ceil(run.nodes[i]!.computeCycles / copies.length);
    return [{ layer: name, copies: copies.length, mvmCycles }];
  });
  return layers.reduce((most, layer) => (layer.mvmCycles > most.mvmCycles ? layer : most));
}
