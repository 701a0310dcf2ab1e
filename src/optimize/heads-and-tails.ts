import type { Dependencies, Dependency, DependentLayer } from './dependencies.ts';

/**
 * Per layer and set a time that no vector of copies within a box goes below (docs/optimize.md): in a head how early
 * the set starts, in a tail how long it takes from its start to the last finish of all. Of a join: from when
 * it is there.
 */
export type SetTimes = readonly Float64Array[];

/** Arrays for {@link heads} or {@link tails}, which are used again and again. */
export function newSetTimes(waits: Dependencies): SetTimes {
  return waits.map(({ pixels }) => new Float64Array(pixels.length));
}

/**
 * How early every set starts at least, with at most `most` copies of each base layer.
 *
 * Where all sets of a layer take equally long this is the schedule with the most copies, since more copies
 * never delay it. Where sets are cut they may: then a set waits only for what every number of copies makes it
 * wait for.
 */
export function heads(waits: Dependencies, most: ArrayLike<number>, result: SetTimes): void {
  waits.forEach((layer, i) => {
    const starts = result[i]!;
    starts.fill(layer.release ?? 0);
    for (const wait of layer.waits) raiseToFinishes(layer, wait, waits, result, starts);
    if (layer.base < 0) return;
    if (layer.isUniform) delayByCopies(starts, layer.pixels[0]!, most[layer.base]!);
    else delayByWork(starts, layer.pixels, most[layer.base]!);
  });
}

/** Raises the starts of a layer to the finishes of the sets of one layer that it waits for. */
function raiseToFinishes(
  { rows, columns }: DependentLayer,
  wait: Dependency,
  waits: Dependencies,
  times: SetTimes,
  starts: Float64Array,
): void {
  const from = waits[wait.layer]!;
  const sourceStarts = times[wait.layer]!;
  for (let r = 0, k = 0; r < rows; r++, k += columns) {
    const row = wait.rows[r]!;
    if (row < 0) continue;
    const line = row * from.columns;
    for (let c = 0; c < columns; c++) {
      const column = wait.columns[c]!;
      if (column < 0) continue;
      const finish = sourceStarts[line + column]! + from.pixels[line + column]! + from.resultDelay;
      if (finish > starts[k + c]!) starts[k + c] = finish;
    }
  }
}

/** The recurrence of spec.md section 4 for sets of `pixels` cycles each: starts as they are without copies, delayed. */
function delayByCopies(starts: Float64Array, pixels: number, copies: number): void {
  let start = 0;
  for (let k = 0; k < starts.length; k++) {
    if (starts[k]! > start) start = starts[k]!;
    const freed = k < copies ? 0 : starts[k - copies]! + pixels;
    if (freed > start) start = freed;
    starts[k] = start;
  }
}

/**
 * What holds for any number of copies up to `copies`: set k starts after set k - 1; after set k - copies by the
 * least pixels of any; and the sets from j to k - 1 keep all copies busy from the start of j on, so that the
 * last of them to be done, which starts before k does, starts after their mean work less its own.
 */
function delayByWork(starts: Float64Array, pixels: Float64Array, copies: number): void {
  const shortest = pixels.reduce((least, cycles) => Math.min(least, cycles));
  const longest = pixels.reduce((most, cycles) => Math.max(most, cycles));
  let start = 0;
  let work = 0;
  let busySince = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < starts.length; k++) {
    const freed = k < copies ? 0 : starts[k - copies]! + shortest;
    const worked = Math.ceil((busySince + work) / copies) - longest;
    start = Math.max(start, starts[k]!, freed, worked);
    starts[k] = start;
    busySince = Math.max(busySince, start * copies - work);
    work += pixels[k]!;
  }
}

/** How long it takes at least from the start of every set to the last finish of all, with at most `most` copies. */
export function tails(waits: Dependencies, most: ArrayLike<number>, result: SetTimes): void {
  for (const times of result) times.fill(0);
  for (let i = waits.length - 1; i >= 0; i--) {
    const layer = waits[i]!;
    const times = result[i]!;
    if (layer.base >= 0) addOwnWork(times, layer, most[layer.base]!);
    for (const wait of layer.waits) raiseByReader(layer, wait, waits, times, result[wait.layer]!);
  }
}

/** Turns what passes after the finish of each set into what passes from its start on. */
function addOwnWork(times: Float64Array, { pixels, resultDelay }: DependentLayer, copies: number): void {
  const last = times.length - 1;
  let next = 0;
  for (let k = last; k >= 0; k--) {
    const sameCopy = k + copies > last ? 0 : times[k + copies]!;
    const time = pixels[k]! + Math.max(resultDelay + times[k]!, sameCopy);
    // Set k + 1 starts no earlier than this one.
    if (time > next) next = time;
    times[k] = next;
  }
}

/** After a set that others wait for, at least what follows from their start on has to pass. */
function raiseByReader(
  { rows, columns }: DependentLayer,
  wait: Dependency,
  waits: Dependencies,
  times: Float64Array,
  after: Float64Array,
): void {
  const sourceColumns = waits[wait.layer]!.columns;
  for (let r = 0, k = 0; r < rows; r++, k += columns) {
    const row = wait.rows[r]!;
    if (row < 0) continue;
    const line = row * sourceColumns;
    for (let c = 0; c < columns; c++) {
      const column = wait.columns[c]!;
      if (column >= 0 && times[k + c]! > after[line + column]!) after[line + column] = times[k + c]!;
    }
  }
}
