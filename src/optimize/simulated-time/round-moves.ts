import { roundsOf, type TurnCandidate, type TurnProblem } from '../turns/turn-problem.ts';

/** Changes a candidate; undefined where it cannot. */
export type Change = (candidate: TurnCandidate) => TurnCandidate | undefined;

/**
 * What may be better than a candidate: twice the copies of a slice, first of those with the most MVMs a copy; half of them, first
 * of those with the most PEs; and where rounds are written one after the other, cuts that are moved, taken out and put in.
 */
export function neighbours(problem: TurnProblem, { copies, starts }: TurnCandidate): Change[] {
  const { slices, reload } = problem;
  const slicesBy = (weight: (slice: number) => number) =>
    slices.map((_, i) => i).sort((a, b) => weight(b) - weight(a) || a - b);
  const slow = slicesBy((i) => slices[i]!.mvms / copies[i]!);
  const large = slicesBy((i) => slices[i]!.pesPerCopy * (copies[i]! - 1));
  const cuts = reload === 'barrier' ? slices.map((_, i) => i).slice(1) : [];
  const set = new Set(starts);
  return [
    ...slow.map((slice) => resized(problem, slice, (value) => 2 * value)),
    ...large.map((slice) => resized(problem, slice, (value) => value >> 1)),
    ...cuts
      .filter((cut) => set.has(cut))
      .flatMap((cut) => [moved(problem, cut, -1), moved(problem, cut, 1), without(problem, cut)]),
    ...cuts.filter((cut) => !set.has(cut)).map((cut) => withCut(problem, cut)),
  ];
}

function resized(problem: TurnProblem, slice: number, resize: (copies: number) => number): Change {
  const { slices, sets, group, pes } = problem;
  const most = Math.min(Math.floor(pes / slices[slice]!.pesPerCopy), sets[slice]! * group);
  return ({ starts, copies }) => {
    const value = Math.min(most, resize(copies[slice]!));
    if (value < 1 || value === copies[slice]) return undefined;
    return fitting(problem, { starts, copies: copies.with(slice, value) });
  };
}

/** A cut moves by one slice, once. */
function moved(problem: TurnProblem, cut: number, by: -1 | 1): Change {
  return ({ starts, copies }) => {
    const at = starts.indexOf(cut);
    const to = cut + by;
    if (at < 1 || to < 1 || to >= copies.length || starts.includes(to)) return undefined;
    return fitting(problem, { starts: starts.with(at, to), copies });
  };
}

function without(problem: TurnProblem, cut: number): Change {
  return ({ starts, copies }) =>
    starts.includes(cut)
      ? fitting(problem, { starts: starts.filter((start) => start !== cut), copies })
      : undefined;
}

function withCut(problem: TurnProblem, cut: number): Change {
  return ({ starts, copies }) =>
    starts.includes(cut)
      ? undefined
      : fitting(problem, { starts: [...starts, cut].sort((a, b) => a - b), copies });
}

/** The candidate if its rounds fit the chip. Where a PE is written as soon as one is free, rounds follow from the copies. */
function fitting(problem: TurnProblem, { starts, copies }: TurnCandidate): TurnCandidate | undefined {
  const { slices, pes, reload } = problem;
  if (reload === 'rolling') return { starts: roundsOf(problem, copies), copies };
  const fits = starts.every((start, round) => {
    const end = starts[round + 1] ?? slices.length;
    let taken = 0;
    for (let i = start; i < end; i++) taken += slices[i]!.pesPerCopy * copies[i]!;
    return taken <= pes;
  });
  return fits ? { starts, copies } : undefined;
}
