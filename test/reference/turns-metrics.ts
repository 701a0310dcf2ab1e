import { mvms } from '../../src/network/network.ts';
import {
  groupsOf,
  latest,
  pesOfRound,
  referenceTurns,
  roundOf,
  setsOf,
  type Turns,
  type TurnsTimes,
  usedCopies,
} from './turns.ts';

/** What spec.md section 9 says of a schedule in turns or of a batch, in the words of `--json`. */
export interface TurnsMetrics {
  readonly cycles: number;
  readonly baselineCycles: number;
  readonly lowerBoundCycles: number;
  readonly utilization: number;
  readonly groupEndCycles: readonly number[];
  readonly intervalCycles: number;
  readonly writes: number;
  readonly peWritesPerInference: number;
  readonly writingCycles: number;
  readonly exposedWritingCycles: number;
  /** In the first group. */
  readonly rounds: readonly {
    readonly layers: readonly string[];
    readonly pes: number;
    readonly startCycle: number;
    readonly endCycle: number;
  }[];
  /** Over the whole batch. */
  readonly layers: readonly {
    readonly name: string;
    readonly startCycle: number;
    readonly endCycle: number;
  }[];
}

/** The metrics of a schedule. */
export function turnsMetrics(turns: Turns, times: TurnsTimes): TurnsMetrics {
  const { slices, batch, group, totalPes } = turns;
  const groupEndCycles = groupEnds(turns, times);
  const cycles = latest(groupEndCycles);
  const writes = writesOfGroup(turns);
  const busy = slices.reduce((sum, { pes }, slice) => sum + pes * mvmsOf(turns, slice) * batch, 0);
  const first = (slice: number) => setsOf(turns, slice) * groupsOf(turns)[0]!;
  return {
    cycles,
    baselineCycles: baseline(turns),
    lowerBoundCycles: lowerBound(turns, times),
    utilization: busy / (totalPes * cycles),
    groupEndCycles,
    intervalCycles: (groupEndCycles.at(-1)! - (groupEndCycles.at(-2) ?? 0)) / groupsOf(turns).at(-1)!,
    writes,
    peWritesPerInference: writes / totalPes / group,
    writingCycles: writingCycles(times),
    exposedWritingCycles: cycles - cyclesOf({ ...turns, writeCycles: 0 }),
    rounds: turns.rounds.map((_, round) => ({
      layers: roundOf(turns, round).map((slice) => slices[slice]!.name),
      pes: pesOfRound(turns, round),
      startCycle: least(
        roundOf(turns, round).flatMap((slice) => times.slices[slice]!.start.slice(0, first(slice))),
      ),
      endCycle: latest(
        roundOf(turns, round).flatMap((slice) => times.slices[slice]!.finish.slice(0, first(slice))),
      ),
    })),
    layers: slices.map(({ name }, slice) => ({
      name,
      startCycle: least(times.slices[slice]!.start),
      endCycle: latest(times.slices[slice]!.finish),
    })),
  };
}

/** PEs written per group when many follow: `Σ c·min(d, n·B)`; none where one round holds everything. */
function writesOfGroup(turns: Turns): number {
  if (turns.rounds.length === 1) return 0;
  return turns.slices.reduce((sum, { pes }, slice) => sum + pes * usedCopies(turns, slice, turns.group), 0);
}

/** The makespan of a batch. */
export function cyclesOf(turns: Turns): number {
  return latest(referenceTurns(turns).slices.flatMap(({ finish }) => finish));
}

/** When each group is finished with all groups before it: a small last group may be done before the one ahead of it. */
export function groupEnds(turns: Turns, { slices }: TurnsTimes): number[] {
  let inferences = 0;
  return groupsOf(turns).map((size) => {
    inferences += size;
    return latest(slices.flatMap(({ finish }, slice) => finish.slice(0, inferences * setsOf(turns, slice))));
  });
}

/** `t` of the layer of a slice. */
export function mvmsOf({ analysis, slices }: Pick<Turns, 'analysis' | 'slices'>, slice: number): number {
  return mvms(analysis.network.layers[analysis.layers[slices[slice]!.base]!.layer]!);
}

/** Layer by layer on such a chip, one copy, one inference after the other. */
function baseline(turns: Turns): number {
  const { slices, batch, totalPes, writeCycles, parallelWrites, resultCycles } = turns;
  const computing = slices.reduce((sum, _, slice) => sum + mvmsOf(turns, slice) - 1 + resultCycles, 0);
  if (slices.reduce((sum, { pes }) => sum + pes, 0) <= totalPes) return batch * computing;
  const writing = slices.map(({ pes }) => Math.ceil(pes / parallelWrites) * writeCycles);
  return batch * (computing + writing.reduce((sum, own) => sum + own, 0)) - writing[0]!;
}

/** No schedule with these copies and rounds is faster. */
function lowerBound(turns: Turns, { writes }: TurnsTimes): number {
  const { slices, copies, rounds, batch, group, totalPes, writeCycles, parallelWrites } = turns;
  const inferences = rounds.length === 1 ? batch : group;
  const computing = slices.map(
    (_, slice) => Math.ceil((inferences * mvmsOf(turns, slice)) / copies[slice]!) - 1 + turns.resultCycles,
  );
  const later = Math.max(0, writes.length - totalPes);
  return Math.max(...computing, Math.ceil(later / parallelWrites) * writeCycles);
}

/** Cycles after time 0 in which at least one PE is being written. */
function writingCycles({ writes }: TurnsTimes): number {
  let cycles = 0;
  let until = 0;
  // Writes begin in the order of writing.
  for (const { start, end } of writes) {
    cycles += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return cycles;
}

function least(times: readonly number[]): number {
  return times.reduce((some, time) => Math.min(some, time), Infinity);
}
