import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import type { MappedLayer, Mapping } from '../map/mapping.ts';
import type { Workload } from '../workload/workload.ts';
import type { BatchTimes } from './layer-by-layer.ts';
import { type Run, writerOf, writtenPes } from './run-groups.ts';
import type { BatchFigures, ScheduledRound, TurnFigures } from './schedule-result.ts';
import { type Batch, groupsOf, type Reload } from './turn-options.ts';

const NS_PER_YEAR = 365.25 * 24 * 3600 * 1e9;

/**
 * Layer by layer, one inference after the other (spec.md section 9): where the network does not fit, each layer or slice
 * is written when the one before it is finished, but for the first of all.
 */
export function baselineCycles(
  architecture: NormalArchitecture,
  mapping: Pick<Mapping, 'layers' | 'minimumPes' | 'totalPes'>,
  batch: number,
): number {
  const { writeCycles, parallel } = writerOf(architecture, mapping);
  const drain = architecture.resultCycles - 1;
  const compute = mapping.layers.reduce((sum, { mvms }) => sum + mvms + drain, 0);
  if (mapping.minimumPes <= mapping.totalPes) return batch * compute;
  const writing = mapping.layers.map(({ pesPerCopy }) => Math.ceil(pesPerCopy / parallel) * writeCycles);
  return batch * (compute + writing.reduce((sum, cycles) => sum + cycles, 0)) - writing[0]!;
}

/**
 * No schedule with these copies is faster: not than the slowest layer, nor than writing what does not fit (spec.md
 * section 9).
 */
export function lowerBoundCycles(
  workload: Workload,
  mapping: Mapping,
  { batch, group, scheduling }: Pick<Run, 'batch' | 'group' | 'scheduling'>,
): number {
  const drain = workload.architecture.resultCycles - 1;
  const together = mapping.rounds === undefined ? batch : group;
  const slowest = mapping.layers.reduce(
    (most, { mvms, copies }) => Math.max(most, Math.ceil((mvms * together) / copies) + drain),
    0,
  );
  if (mapping.rounds === undefined) return slowest;
  const { writeCycles, parallel } = writerOf(workload.architecture, mapping);
  const written = groupsOf({ batch, group }).reduce(
    (sum, size) => sum + sumOf(writtenPes(workload, mapping, size, scheduling)),
    0,
  );
  const late = Math.max(0, written - mapping.totalPes);
  return Math.max(slowest, Math.ceil(late / parallel) * writeCycles);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** What a batch has besides what one inference has. */
export function batchFigures({ batch, group }: Batch, groupEnds: readonly number[]): BatchFigures {
  const last = groupsOf({ batch, group }).at(-1)!;
  const [before = 0, end = 0] = groupEnds.length > 1 ? groupEnds.slice(-2) : [0, ...groupEnds];
  return { batch, group, groupEndCycles: groupEnds, intervalCycles: (end - before) / last };
}

/** What is told of weights that take turns. */
export function turnFigures(
  workload: Workload,
  mapping: Mapping,
  run: Run,
  reload: Reload,
  times: BatchTimes,
  cyclesWithoutWriting: number,
): TurnFigures {
  const { architecture } = workload;
  const { peWriteEnergyPj, enduranceWrites } = architecture.writing ?? {};
  const { totalPes, rounds = [0], layers } = mapping;
  const pes = writtenPes(workload, mapping, run.group, run.scheduling);
  const writes = mapping.rounds === undefined ? 0 : sumOf(pes);
  const peWritesPerInference = writes / totalPes / run.group;
  const { intervalCycles } = batchFigures(run, times.groupEnds);
  const intervalYears = (intervalCycles * architecture.mvmIntervalNs) / NS_PER_YEAR;
  return {
    reload,
    roundCount: rounds.length,
    rounds: rounds.map((start, r) => roundOf(layers, times, start, rounds[r + 1] ?? layers.length)),
    writeCycles: writerOf(workload.architecture, mapping).writeCycles,
    writes,
    peWritesPerInference,
    writingCycles: times.writingCycles,
    exposedWritingCycles: times.groupEnds.at(-1)! - cyclesWithoutWriting,
    ...(peWriteEnergyPj === undefined
      ? {}
      : { writeEnergyPjPerInference: (writes / run.group) * peWriteEnergyPj }),
    ...(enduranceWrites === undefined || writes === 0
      ? {}
      : { lifetimeYears: (enduranceWrites / peWritesPerInference) * intervalYears }),
  };
}

/** A round in the first group. */
function roundOf(
  layers: readonly MappedLayer[],
  { slices }: BatchTimes,
  start: number,
  end: number,
): ScheduledRound {
  const own = layers.slice(start, end);
  const times = slices.slice(start, end);
  return {
    layers: own.map(({ name }) => name),
    pes: own.reduce((sum, { pesPerCopy, copies }) => sum + pesPerCopy * copies, 0),
    startCycle: times.reduce((first, slice) => Math.min(first, slice.start), Infinity),
    endCycle: times.reduce((last, slice) => Math.max(last, slice.firstEnd), 0),
  };
}
