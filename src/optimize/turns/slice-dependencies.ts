import type { Dependencies, Dependency, DependentLayer } from '../dependencies.ts';

/**
 * What the slices from `start` to `end` wait for among themselves, in a group of several inferences: set `k` of inference `i`
 * is set `i·n + k`, on rows of its own behind those of the inferences before it.
 *
 * @param bases Per slice the index of its base layer.
 * @param releases Per slice the cycle before which no set starts; whatever does not wait for one starts no earlier than 0.
 */
export function sliceDependencies(
  waits: Dependencies,
  bases: readonly number[],
  [start, end]: readonly [number, number],
  inferences: number,
  releases: readonly number[],
): Dependencies {
  const result: DependentLayer[] = [];
  /** Where each layer's slices went. */
  const places = new Map<number, number[]>();
  waits.forEach((layer, index) => {
    const own = layer.base < 0 ? [-1] : slicesIn(bases, layer.base, start, end);
    const inside = layer.waits.flatMap((wait) =>
      (places.get(wait.layer) ?? []).map((place) =>
        repeated(wait, place, waits[wait.layer]!.rows, inferences),
      ),
    );
    if (own.length === 0 || (layer.base < 0 && inside.length === 0)) return;
    const pixels = new Float64Array(layer.pixels.length * inferences);
    for (let i = 0; i < inferences; i++) pixels.set(layer.pixels, i * layer.pixels.length);
    const rows = layer.rows * inferences;
    places.set(
      index,
      own.map((slice) => {
        const base = slice < 0 ? -1 : slice - start;
        const release = slice < 0 ? 0 : releases[slice - start]!;
        return result.push({ ...layer, base, rows, pixels, waits: inside, release }) - 1;
      }),
    );
  });
  return result;
}

function slicesIn(bases: readonly number[], base: number, start: number, end: number): number[] {
  const found: number[] = [];
  for (let slice = start; slice < end; slice++) if (bases[slice] === base) found.push(slice);
  return found;
}

/** A dependency in every inference of a group. */
function repeated(wait: Dependency, layer: number, sourceRows: number, inferences: number): Dependency {
  const { rows, columns } = wait;
  const all = new Int32Array(rows.length * inferences);
  for (let i = 0; i < inferences; i++) {
    for (let r = 0; r < rows.length; r++) {
      all[i * rows.length + r] = rows[r]! < 0 ? -1 : i * sourceRows + rows[r]!;
    }
  }
  return { layer, rows: all, columns };
}
