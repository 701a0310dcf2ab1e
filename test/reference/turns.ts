import type { ReferenceAnalysis } from './reference.ts';
import type { ReferenceSlice } from './slices.ts';

/** When weights are written (spec.md section 9). */
export type Reload = 'rolling' | 'barrier';

/** A network with its copies and rounds on a chip: what spec.md section 9 schedules. */
export interface Turns {
  readonly analysis: ReferenceAnalysis;
  /** P. */
  readonly totalPes: number;
  readonly slices: readonly ReferenceSlice[];
  /** Index into `slices` of the first of each round; `[0]` is one round for everything. */
  readonly rounds: readonly number[];
  /** `d` of each slice. */
  readonly copies: readonly number[];
  /** N. */
  readonly batch: number;
  /** B; the last group is smaller where B does not divide N. */
  readonly group: number;
  readonly reload: Reload;
  /** Cycles to write one PE; 0 asks what a schedule were if writing took no time. */
  readonly writeCycles: number;
  /** W: PEs that are written at a time. */
  readonly parallelWrites: number;
  /** λ: cycles from the start of an MVM to its result. */
  readonly resultCycles: number;
}

/** One PE that is written, in the order of writing. */
export interface PeWrite {
  readonly group: number;
  readonly slice: number;
  readonly copy: number;
  /** True for what is written before time 0; start and end are 0 then. */
  readonly before: boolean;
  readonly start: number;
  readonly end: number;
}

/** The sets of one slice: set `s` of inference `i` of a layer with `n` sets is at `i·n + s`. */
export interface SliceTimes {
  readonly start: readonly number[];
  readonly finish: readonly number[];
}

/** When everything happens. */
export interface TurnsTimes {
  /** Per slice. */
  readonly slices: readonly SliceTimes[];
  /** When copies are ready: [group][slice][copy], of the copies that run a set of the group; one round has one group. */
  readonly ready: readonly (readonly (readonly number[])[])[];
  /** All PEs in the order of writing, those before time 0 too; with one round nothing is written. */
  readonly writes: readonly PeWrite[];
}

/** Schedules by the letter of spec.md section 9. */
export function referenceTurns(turns: Turns): TurnsTimes {
  checkTurns(turns);
  if (turns.rounds.length === 1) return oneRound(turns);
  return turns.reload === 'barrier' ? barrier(turns) : rolling(turns);
}

/** Copies that do not fit would wait for each other for ever. */
function checkTurns(turns: Turns): void {
  turns.rounds.forEach((_, round) => {
    const pes = pesOfRound(turns, round);
    if (pes > turns.totalPes) throw new Error(`round ${round} takes ${pes} of ${turns.totalPes} PEs`);
  });
  if (turns.group > turns.batch) throw new Error(`groups of ${turns.group} in a batch of ${turns.batch}`);
}

/** PEs of a round: `Σ c·d`. */
export function pesOfRound(turns: Turns, round: number): number {
  const { slices, copies } = turns;
  return roundOf(turns, round).reduce((sum, slice) => sum + slices[slice]!.pes * copies[slice]!, 0);
}

/** Inferences of each group. */
export function groupsOf({ batch, group }: Pick<Turns, 'batch' | 'group'>): number[] {
  const sizes: number[] = [];
  for (let left = batch; left > 0; left -= group) sizes.push(Math.min(left, group));
  return sizes;
}

/** Sets of one inference of a slice: `n`. */
export function setsOf({ analysis, slices }: Turns, slice: number): number {
  return analysis.layers[slices[slice]!.base]!.sets.length;
}

/** Copies of a slice that run a set of a group of some inferences. */
export function usedCopies(turns: Turns, slice: number, inferences: number): number {
  return Math.min(turns.copies[slice]!, setsOf(turns, slice) * inferences);
}

/** The slices of a round. */
export function roundOf({ rounds, slices }: Pick<Turns, 'rounds' | 'slices'>, round: number): number[] {
  return slices.map((_, slice) => slice).slice(rounds[round]!, rounds[round + 1] ?? slices.length);
}

/** Nothing is written, copies stay, and the whole batch is one run of sets. */
function oneRound(turns: Turns): TurnsTimes {
  const ready = turns.slices.map((_, slice) => filled(usedCopies(turns, slice, turns.batch), 0));
  return { slices: run(turns, turns.batch, ready), ready: [ready], writes: [] };
}

/**
 * The recurrence for the sets of one residency: those of some inferences on copies that are ready at some time.
 * A copy that is never ready, at `Infinity`, gives times of `Infinity` to all that wait for it.
 */
function run(turns: Turns, inferences: number, ready: readonly (readonly number[])[]): SliceTimes[] {
  const { analysis, slices, copies, resultCycles } = turns;
  const times: SliceTimes[] = [];
  /** Per layer of the network, the finishes of its slices. */
  const finishes = new Map<number, number[][]>();
  slices.forEach(({ base }, slice) => {
    const { layer, sets, dependencies } = analysis.layers[base]!;
    const d = copies[slice]!;
    const start: number[] = [];
    const free: number[] = [];
    const finish: number[] = [];
    for (let inference = 0; inference < inferences; inference++) {
      sets.forEach(({ pixels }, s) => {
        const k = inference * sets.length + s;
        let earliest = ready[slice]![k % d]!;
        for (const id of dependencies[s]!) {
          const needed = analysis.sets[id]!;
          // A set is there when it is there of every slice of its layer.
          for (const ofSlice of finishes.get(needed.layer)!) {
            const n = ofSlice.length / inferences;
            earliest = Math.max(earliest, ofSlice[inference * n + needed.k]!);
          }
        }
        if (k - 1 >= 0) earliest = Math.max(earliest, start[k - 1]!);
        if (k - d >= 0) earliest = Math.max(earliest, free[k - d]!);
        start[k] = earliest;
        free[k] = earliest + pixels;
        finish[k] = earliest + pixels - 1 + resultCycles;
      });
    }
    times.push({ start, finish });
    finishes.set(layer, [...(finishes.get(layer) ?? []), finish]);
  });
  return times;
}

/** A round is written when the last set of the round before it is finished. */
function barrier(turns: Turns): TurnsTimes {
  const { slices, rounds, writeCycles, parallelWrites } = turns;
  const writes: PeWrite[] = [];
  const ready: number[][][] = [];
  const runs: SliceTimes[][] = [];
  let end = 0; // T of the round to come
  groupsOf(turns).forEach((inferences, group) => {
    // Rounds to come are never ready, as long as nobody knows when.
    ready.push(slices.map((_, slice) => filled(usedCopies(turns, slice, inferences), Infinity)));
    for (let round = 0; round < rounds.length; round++) {
      const before = group === 0 && round === 0;
      let m = 0;
      for (const slice of roundOf(turns, round)) {
        for (let copy = 0; copy < usedCopies(turns, slice, inferences); copy++) {
          for (let pe = 0; pe < slices[slice]!.pes; pe++, m++) {
            const start = before ? 0 : end + Math.floor(m / parallelWrites) * writeCycles;
            const written = before ? 0 : end + (Math.floor(m / parallelWrites) + 1) * writeCycles;
            writes.push({ group, slice, copy, before, start, end: written });
            ready[group]![slice]![copy] = written;
          }
        }
      }
      runs[group] = run(turns, inferences, ready[group]!);
      end = latest(roundOf(turns, round).flatMap((slice) => runs[group]![slice]!.finish));
    }
  });
  return { slices: joined(turns, runs), ready, writes };
}

/**
 * A PE is written as soon as a PE of the chip is free. When copies are ready says when they free their PEs, and that
 * says when copies are ready: at first no copy ever frees its PEs, and then both are worked out in turn until nothing
 * changes any more.
 */
function rolling(turns: Turns): TurnsTimes {
  const order = writingOrder(turns);
  let frees: number[] = order.map(() => Infinity); // per PE in the order of writing
  for (;;) {
    const writes = written(turns, order, frees);
    const ready = readiness(turns, writes);
    const runs = groupsOf(turns).map((inferences, group) => run(turns, inferences, ready[group]!));
    const next = order.map(({ group, slice, copy }) => lastFinish(turns, runs[group]![slice]!, slice, copy));
    if (next.every((time, n) => time === frees[n])) {
      return { slices: joined(turns, runs), ready, writes };
    }
    frees = next;
  }
}

/** A PE that is to be written. */
export type PeOfCopy = Pick<PeWrite, 'group' | 'slice' | 'copy'>;

/** All PEs in the order group, round, layer, copy, PE. */
export function writingOrder(turns: Turns): PeOfCopy[] {
  return groupsOf(turns).flatMap((inferences, group) =>
    turns.slices.flatMap(({ pes }, slice) =>
      filled(usedCopies(turns, slice, inferences), 0).flatMap((_, copy) =>
        filled(pes, 0).map(() => ({ group, slice, copy })),
      ),
    ),
  );
}

/** When PEs are written, given when each frees its PE of the chip. */
function written(turns: Turns, order: readonly PeOfCopy[], frees: readonly number[]): PeWrite[] {
  const { totalPes, writeCycles, parallelWrites } = turns;
  const free = [...filled(totalPes, 0), ...frees].sort((a, b) => (a === b ? 0 : a - b));
  const writes: PeWrite[] = [];
  order.forEach((pe, n) => {
    const before = n < totalPes;
    const start = Math.max(
      free[n]!,
      n - 1 >= 0 ? writes[n - 1]!.start : 0,
      n - parallelWrites >= 0 ? writes[n - parallelWrites]!.end : 0,
    );
    writes.push({ ...pe, before, ...(before ? { start: 0, end: 0 } : { start, end: start + writeCycles }) });
  });
  return writes;
}

/** A copy is ready when its last PE is written. */
function readiness(turns: Turns, writes: readonly PeWrite[]): number[][][] {
  const ready: number[][][] = groupsOf(turns).map(() => turns.slices.map(() => []));
  for (const { group, slice, copy, end } of writes) ready[group]![slice]![copy] = end;
  return ready;
}

/** When a copy of a slice has finished its last set of a group, whose sets are given. */
function lastFinish(turns: Turns, { finish }: SliceTimes, slice: number, copy: number): number {
  return latest(finish.filter((_, k) => k % turns.copies[slice]! === copy));
}

/** The sets of all groups, one after the other. */
function joined({ slices }: Turns, runs: readonly (readonly SliceTimes[])[]): SliceTimes[] {
  return slices.map((_, slice) => ({
    start: runs.flatMap((own) => own[slice]!.start),
    finish: runs.flatMap((own) => own[slice]!.finish),
  }));
}

function filled(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

/** The largest of some times; 0 of none. */
export function latest(times: readonly number[]): number {
  return times.reduce((most, time) => Math.max(most, time), 0);
}
