import { groupsOf, latest, setsOf, type Turns, usedCopies } from './turns.ts';

/**
 * `rolling` in one pass, in the order of writing: what {@link import('./turns.ts').referenceTurns} finds by working
 * everything out again until nothing changes. A copy frees its PEs when its last set of the group is placed, in time
 * for all that is written later: no copy that comes later frees them earlier than that is written.
 *
 * @returns Finish of each set, [slice][i·n + s].
 */
export function rollingInOnePass(turns: Turns): number[][] {
  const { analysis, slices, writeCycles, parallelWrites: W, resultCycles } = turns;
  /** Free PEs in the order in which they become free; those of the chip are free at 0. */
  const free: number[] = Array.from({ length: turns.totalPes }, () => 0);
  const starts: number[] = [];
  const ends: number[] = [];
  const all: number[][] = slices.map(() => []);

  /** Writes a copy of some PEs and returns when the last of them is written. */
  const write = (pes: number) => {
    for (let pe = 0; pe < pes; pe++) {
      const n = ends.length;
      const isFree = free.shift()!;
      const begin = Math.max(isFree, starts[n - 1] ?? 0, ends[n - W] ?? 0);
      starts.push(n < turns.totalPes ? 0 : begin);
      ends.push(n < turns.totalPes ? 0 : begin + writeCycles);
    }
    return ends.at(-1)!;
  };
  const release = (pes: number, time: number) => {
    for (let pe = 0; pe < pes; pe++) free.push(time);
    free.sort((a, b) => a - b);
  };

  for (const inferences of groupsOf(turns)) {
    const group: number[][] = [];
    slices.forEach(({ base, pes }, slice) => {
      const { sets, dependencies } = analysis.layers[base]!;
      const n = setsOf(turns, slice);
      const d = usedCopies(turns, slice, inferences);
      const begins: number[] = [];
      const finishes: number[] = [];
      for (let k = 0; k < n * inferences; k++) {
        const needed = [...dependencies[k % n]!].flatMap((id) => {
          const { layer, k: set } = analysis.sets[id]!;
          const own = group.filter((_, other) => analysis.layers[slices[other]!.base]!.layer === layer);
          return own.map((finish) => finish[Math.floor(k / n) * (finish.length / inferences) + set]!);
        });
        const copy = k < d ? write(pes) : finishes[k - d]! + 1 - resultCycles;
        begins.push(Math.max(copy, begins[k - 1] ?? 0, latest(needed)));
        finishes.push(begins[k]! + sets[k % n]!.pixels - 1 + resultCycles);
        // A copy with one set only serves the next copies already.
        if (k < d && k + d >= n * inferences) release(pes, finishes[k]!);
      }
      for (let k = Math.max(d, n * inferences - d); k < n * inferences; k++) release(pes, finishes[k]!);
      group.push(finishes);
      all[slice]!.push(...finishes);
    });
  }
  return all;
}
