import type { PlacedCopy, TileShare } from '../placement/placement.ts';
import type { Residency } from './residency.ts';

/** PEs of a residency on one tile, in the order of writing. */
export interface PeRun extends TileShare {
  /** Which residencies have to be finished before: index of the gate; -1 for what is written before cycle 0. */
  readonly gate: number;
}

/** Which PEs of the chip residencies take. */
export interface GivenPes {
  /** Of every residency, in the order of writing. */
  readonly runs: readonly (readonly PeRun[])[];
  /** Of every gate the residencies, by their index, that open it. */
  readonly gates: readonly (readonly number[])[];
}

/** Rounds are placed each by itself, and written when the round before is finished. */
export function pesByRound(
  residencies: readonly Residency[],
  copyOf: (residency: Residency) => PlacedCopy,
): GivenPes {
  const gates: number[][] = [];
  let before: Residency | undefined;
  const runs = residencies.map((residency, index) => {
    if (before?.group !== residency.group || before.round !== residency.round) gates.push([]);
    before = residency;
    gates.at(-1)!.push(index);
    return copyOf(residency).map((share): PeRun => ({ ...share, gate: gates.length - 2 }));
  });
  // Nothing is behind the last round.
  return { runs, gates: gates.slice(0, -1) };
}

/**
 * PEs are taken in the order in which they get free: first all of the chip along its tiles, then those of residencies that are
 * finished.
 *
 * @param chip Its PEs along the tiles.
 * @param ends When each residency is finished: which is first, of equals the one that is written first.
 */
export function pesAsTheyGetFree(
  residencies: readonly Residency[],
  chip: PlacedCopy,
  ends: Float64Array,
): GivenPes {
  const leaving = residencies.map((_, index) => index).sort((a, b) => ends[a]! - ends[b]! || a - b);
  const runs: PeRun[][] = [];
  const gates: number[][] = [];
  /** What is free next, and how many PEs of its first run are taken. */
  let free: readonly PeRun[] = chip.map((share) => ({ ...share, gate: -1 }));
  let [run, taken, left] = [0, 0, 0];
  const nextRun = () => {
    while (run === free.length) {
      const gone = leaving[left++]!;
      free = runs[gone]!.map((own) => ({ ...own, gate: gates.length }));
      gates.push([gone]);
      run = 0;
    }
    return free[run]!;
  };
  for (const { pes } of residencies) {
    const own: PeRun[] = [];
    for (let missing = pes; missing > 0; ) {
      const { tile, pes: there, gate } = nextRun();
      const count = Math.min(missing, there - taken);
      own.push({ tile, pes: count, gate });
      missing -= count;
      taken += count;
      if (taken === there) [run, taken] = [run + 1, 0];
    }
    runs.push(own);
  }
  return { runs, gates };
}

/** The tiles of a residency, in the order in which its PEs come to each of them first. */
export function sharesOf(runs: readonly PeRun[]): TileShare[] {
  const perTile = new Map<number, number>();
  for (const { tile, pes } of runs) perTile.set(tile, (perTile.get(tile) ?? 0) + pes);
  return [...perTile].map(([tile, pes]) => ({ tile, pes }));
}
