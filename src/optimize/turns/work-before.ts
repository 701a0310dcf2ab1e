import type { Dependencies } from '../dependencies.ts';
import type { TurnProblem } from './turn-problem.ts';

/** Sets that are gone through for all slices together, at most; beyond it nothing is counted. */
const MOST_SETS = 2 ** 27;

/**
 * When each slice is finished at the earliest for the work that it needs: its own sets and all that they wait for, directly or
 * not, done by all PEs of the chip.
 */
export function finishedByWork({ slices, pes }: TurnProblem, waits: Dependencies): number[] {
  const sets = waits.reduce((sum, { pixels }) => sum + pixels.length, 0);
  if (sets * slices.length > MOST_SETS) return slices.map(() => 0);
  const marks = waits.map(({ pixels }) => new Uint8Array(pixels.length));
  const result = slices.map(() => 0);
  waits.forEach(({ base, resultDelay }, index) => {
    if (base < 0) return;
    for (const own of marks) own.fill(0);
    marks[index]!.fill(1);
    let peCycles = 0;
    for (let i = index; i >= 0; i--) {
      const { base: slice, pixels, isUniform } = waits[i]!;
      const own = marks[i]!;
      // Sets start in order, so that those in front of a finished one are finished, too, unless they take longer.
      if (isUniform && slice >= 0) own.fill(1, 0, own.lastIndexOf(1) + 1);
      markSources(waits, i, marks);
      if (slice < 0) continue;
      const work = pixels.reduce((sum, cycles, k) => sum + cycles * own[k]!, 0);
      peCycles += work * slices[slice]!.pesPerCopy;
    }
    result[base] = Math.ceil(peCycles / pes) + resultDelay;
  });
  return result;
}

/** Marks what the marked sets of a layer wait for. */
function markSources(waits: Dependencies, index: number, marks: readonly Uint8Array[]): void {
  const { columns, waits: own } = waits[index]!;
  const marked = marks[index]!;
  for (const wait of own) {
    const source = marks[wait.layer]!;
    const sourceColumns = waits[wait.layer]!.columns;
    for (let k = 0; k < marked.length; k++) {
      if (marked[k] === 0) continue;
      const row = wait.rows[Math.floor(k / columns)]!;
      const column = wait.columns[k % columns]!;
      if (row >= 0 && column >= 0) source[row * sourceColumns + column] = 1;
    }
  }
}
