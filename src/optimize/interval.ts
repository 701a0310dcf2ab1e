/**
 * Cycles from one inference to the next of a layer on its own, once a batch has run for long: the recurrence of
 * spec.md section 4 goes on with set k of inference i as set `i·n + k`, on copy `(i·n + k) mod d`.
 *
 * @param pixels Cycles of each of its sets.
 * @returns The interval by the number of copies: `d`.
 */
export function intervalsOf(pixels: Float64Array): (copies: number) => number {
  const work = pixels.reduce((sum, cycles) => sum + cycles, 0);
  if (pixels.every((cycles) => cycles === pixels[0])) return (copies) => work / copies;
  return (copies) => heaviestCycle(pixels, copies, work) * pixels.length;
}

/** A cycle through the sets of a layer, by its cycles and by how many sets it goes on. */
interface Ratio {
  readonly cycles: number;
  readonly sets: number;
}

/**
 * The most cycles per set of any cycle of the graph of what waits for what: set k lets set k + 1 start with it and
 * set k + d after it, modulo the number of sets. That is how fast starts grow.
 *
 * Every ratio that is tried is that of a cycle (the first one is a mean of some); as long as some cycle gains at
 * it, that one has a greater ratio.
 */
function heaviestCycle(pixels: Float64Array, copies: number, work: number): number {
  let ratio: Ratio = { cycles: work, sets: pixels.length * copies };
  for (;;) {
    const heavier = gainingCycle(pixels, copies, ratio);
    if (heavier === undefined || heavier.cycles * ratio.sets <= ratio.cycles * heavier.sets) break;
    ratio = heavier;
  }
  return ratio.cycles / ratio.sets;
}

/** A cycle with more cycles per set than `ratio`, where there is one. */
function gainingCycle(pixels: Float64Array, copies: number, ratio: Ratio): Ratio | undefined {
  const sets = pixels.length;
  const gains = new Float64Array(sets);
  /** Per set the one that it was reached from last, and how many sets that was ahead. */
  const from = new Int32Array(sets).fill(-1);
  const steps = new Float64Array(sets);
  for (;;) {
    let isChanged = false;
    for (let k = 0; k < sets; k++) {
      for (const step of [1, copies]) {
        const to = (k + step) % sets;
        const cycles = step === copies ? pixels[k]! : 0;
        const gain = gains[k]! + cycles * ratio.sets - ratio.cycles * step;
        if (gain <= gains[to]!) continue;
        gains[to] = gain;
        from[to] = k;
        steps[to] = step;
        isChanged = true;
      }
    }
    if (!isChanged) return undefined;
    const on = setOnCycle(from);
    if (on >= 0) return ratioOf(on, from, steps, pixels, copies);
  }
}

/** A set on a cycle of `from`, -1 where there is none. */
function setOnCycle(from: Int32Array): number {
  const seenIn = new Int32Array(from.length);
  for (let start = 0; start < from.length; start++) {
    let k = start;
    while (k >= 0 && seenIn[k] === 0) {
      seenIn[k] = start + 1;
      k = from[k]!;
    }
    if (k >= 0 && seenIn[k] === start + 1) return k;
  }
  return -1;
}

function ratioOf(
  on: number,
  from: Int32Array,
  steps: Float64Array,
  pixels: Float64Array,
  copies: number,
): Ratio {
  let cycles = 0;
  let sets = 0;
  let k = on;
  do {
    const before = from[k]!;
    if (steps[k] === copies) cycles += pixels[before]!;
    sets += steps[k]!;
    k = before;
  } while (k !== on);
  return { cycles, sets };
}
