import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import type { Writing } from '../architecture/writing.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineTurns } from '../engine/turns.ts';
import type { MappedLayer, Mapping } from '../map/mapping.ts';
import { basesOf } from '../map/slices.ts';
import { setShape } from '../workload/granularity.ts';
import type { Workload } from '../workload/workload.ts';
import type { Scheduling } from './scheduling.ts';
import { setCount } from './sets.ts';
import { type Batch, groupsOf, type Reload } from './turn-options.ts';

/** How a batch runs: in which groups, and how weights are written where they take turns. */
export interface Run extends Batch {
  readonly scheduling: Scheduling;
  /** Undefined where all weights are there from the start and stay. */
  readonly reload: Reload | undefined;
  /** Keep the finishes of all sets. */
  readonly keepSets: boolean;
  /** As if writing took no time. */
  readonly isWritingFree?: boolean;
}

/** When a slice ran. */
export interface SliceTimes {
  /** First start and last finish of the batch, in cycles. */
  start: number;
  end: number;
  /** Last finish of the first group. */
  firstEnd: number;
  /** Finishes of its sets in steps of the batch, if they were kept. */
  readonly finishes: (Int32Array | Float64Array)[];
  /** When its copies were ready, step after step, if sets were kept. */
  readonly ready: Float64Array[];
}

/** A batch that ran. */
export interface GroupTimes {
  /** In the order of the mapping's layers. */
  readonly slices: readonly SliceTimes[];
  /** Last finish of each group, in cycles. */
  readonly groupEnds: readonly number[];
  /** Cycles in which at least one PE was written. */
  readonly writingCycles: number;
}

/** Runs a batch of a mapping on an engine that has the problem of the workload. */
export function runGroups(engine: Engine, workload: Workload, mapping: Mapping, run: Run): GroupTimes {
  const most = mostCyclesOf(mapping, workload, run);
  const turns = engine.openTurns(setupOf(workload, mapping, run), most);
  const slices = mapping.layers.map(
    (): SliceTimes => ({ start: 0, end: 0, firstEnd: 0, finishes: [], ready: [] }),
  );
  const groupEnds: number[] = [];
  let isFirst = true;
  for (const size of groupsOf(run)) {
    // Where weights stay an inference follows on the other, whatever the groups.
    const steps = run.reload === undefined ? new Array<number>(size).fill(1) : [size];
    let end = 0;
    for (const inferences of steps) {
      end = turns.scheduleGroup(inferences, isFirst);
      slices.forEach((slice, i) => {
        record(slice, turns, i, isFirst);
        if (!run.keepSets) return;
        const copies = writtenCopies(workload, mapping.layers[i]!, inferences, run.scheduling);
        keep(slice, turns, i, inferences, copies);
      });
      isFirst = false;
    }
    if (groupEnds.length === 0) for (const slice of slices) slice.firstEnd = slice.end;
    groupEnds.push(end);
  }
  return { slices, groupEnds, writingCycles: turns.writingCycles };
}

function record(slice: SliceTimes, turns: EngineTurns, i: number, isFirst: boolean): void {
  if (isFirst) slice.start = turns.startCycle(i);
  // A small last group may be done before the one ahead of it.
  slice.end = Math.max(slice.end, turns.endCycle(i));
}

function keep(slice: SliceTimes, turns: EngineTurns, i: number, inferences: number, copies: number): void {
  slice.finishes.push(turns.finishes(i, inferences));
  slice.ready.push(turns.ready(i, copies));
}

function setupOf(workload: Workload, mapping: Mapping, { batch, group, reload, isWritingFree }: Run) {
  const { baseLayers } = workload.problem;
  const bases = basesOf(mapping.layers);
  let round = -1;
  const slices = mapping.layers.map((layer, i) => {
    if (i === (mapping.rounds?.[round + 1] ?? 0)) round++;
    const copies = Math.min(layer.copies, setsOf(workload, layer) * batch);
    return { layer: baseLayers[bases[i]!]!, round, pes: layer.pesPerCopy, copies };
  });
  if (reload === undefined) return { slices, inferences: 1 };
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  const writing = {
    mode: reload,
    pes: mapping.totalPes,
    parallel,
    writeCycles: isWritingFree ? 0 : writeCycles,
  };
  return { slices, inferences: group, writing };
}

/** How fast weights are written; nothing is where the architecture does not say. */
export function writerOf({ writing }: NormalArchitecture, { totalPes }: Pick<Mapping, 'totalPes'>) {
  const { writeCycles = 0, parallelWrites = totalPes }: Partial<Writing> = writing ?? {};
  return { writeCycles, parallel: parallelWrites };
}

/** Sets of one inference. */
export function setsOf({ network, granularity }: Workload, { layer }: Pick<MappedLayer, 'layer'>): number {
  const { shape } = network.layers[layer]!;
  return setCount(shape, setShape(granularity, shape));
}

/** Copies of a slice that run something of a group of so many inferences: a set, or layer by layer an MVM. */
export function writtenCopies(
  workload: Workload,
  layer: MappedLayer,
  inferences: number,
  scheduling: Scheduling,
): number {
  const own = scheduling === 'lbl' ? layer.mvms : setsOf(workload, layer);
  return Math.min(layer.copies, own * inferences);
}

/** PEs that are written for a group of so many inferences, round by round. */
export function writtenPes(
  workload: Workload,
  mapping: Mapping,
  inferences: number,
  scheduling: Scheduling,
): number[] {
  const { layers, rounds = [0] } = mapping;
  return rounds.map((start, r) =>
    layers
      .slice(start, rounds[r + 1] ?? layers.length)
      .reduce(
        (sum, layer) => sum + layer.pesPerCopy * writtenCopies(workload, layer, inferences, scheduling),
        0,
      ),
  );
}

/** No schedule of a batch takes longer: everything one after the other. */
function mostCyclesOf(mapping: Mapping, workload: Workload, run: Run): number {
  if (run.reload === undefined) return computeCycles(mapping, workload, run.batch, 1);
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  const groups = Math.ceil(run.batch / run.group);
  const writing = writtenPes(workload, mapping, run.group, run.scheduling).reduce(
    (sum, pes) => sum + Math.ceil(pes / parallel) * writeCycles,
    0,
  );
  return computeCycles(mapping, workload, run.batch, groups) + groups * writing;
}

/** No round by itself takes longer for a group, whatever its copies. */
export function mostCyclesOfRound(
  mapping: { readonly layers: readonly Pick<MappedLayer, 'mvms'>[]; readonly totalPes: number },
  workload: Workload,
  group: number,
): number {
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  return computeCycles(mapping, workload, group, 1) + Math.ceil(mapping.totalPes / parallel) * writeCycles;
}

function computeCycles(
  { layers }: { readonly layers: readonly Pick<MappedLayer, 'mvms'>[] },
  { architecture }: Workload,
  batch: number,
  groups: number,
): number {
  const mvms = layers.reduce((sum, layer) => sum + layer.mvms, 0);
  return batch * mvms + groups * layers.length * (architecture.resultCycles - 1);
}
