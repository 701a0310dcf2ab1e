import type { Dependencies, DependentLayer } from '../dependencies.ts';

/** What the sets of one layer wait for in one layer, seen from either end. */
export interface SplitEdge {
  /** Index of the layer at the other end. */
  readonly layer: number;
  /** Per set of the one that waits the set that it waits for, -1 for none. */
  readonly sets: Int32Array;
}

/** A layer of {@link Dependencies}, with who waits for it. */
export interface SplitLayer {
  /** Index among the base layers; -1 for a join. */
  readonly base: number;
  /** Cycles that each set holds its copy; 0 in a join. */
  readonly pixels: Int32Array;
  /** Cycles from when a copy is done with a set to its result. */
  readonly resultDelay: number;
  /** True where all sets take equally long. */
  readonly isUniform: boolean;
  /** Cycle before which no set starts. */
  readonly release: number;
  readonly sources: readonly SplitEdge[];
  readonly readers: readonly SplitEdge[];
}

/** The layers with their edges set by set, both ways. */
export function splitGraph(waits: Dependencies): SplitLayer[] {
  const readers: SplitEdge[][] = waits.map(() => []);
  return waits.map((layer, i) => {
    const sources = layer.waits.map((wait): SplitEdge => {
      const sets = setsWaitedFor(layer, wait, waits[wait.layer]!.columns);
      readers[wait.layer]!.push({ layer: i, sets });
      return { layer: wait.layer, sets };
    });
    return {
      ...{ base: layer.base, pixels: Int32Array.from(layer.pixels), resultDelay: layer.resultDelay },
      ...{ isUniform: layer.isUniform, release: layer.release ?? 0, sources, readers: readers[i]! },
    };
  });
}

/** Per set of a layer the set of a source that it waits for, -1 for none. */
function setsWaitedFor(
  { rows, columns }: DependentLayer,
  wait: DependentLayer['waits'][number],
  sourceColumns: number,
): Int32Array {
  const sets = new Int32Array(rows * columns).fill(-1);
  for (let r = 0, k = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, k++) {
      const row = wait.rows[r]!;
      const column = wait.columns[c]!;
      if (row >= 0 && column >= 0) sets[k] = row * sourceColumns + column;
    }
  }
  return sets;
}
