/** The end would be too late. */
export const TOO_LATE = -1;

/** What a layer of some copies is made of. */
interface Sets {
  /** Cycles that each set holds its copy. */
  readonly pixels: Int32Array;
  /** Cycles from when a copy is done with a set to its result. */
  readonly resultDelay: number;
}

/**
 * The recurrence of spec.md section 4 with `copies` copies.
 *
 * @param starts When each set has what it waits for, from index `at` on.
 * @param latest When each set has to be finished.
 * @param finishes Takes when each set is finished.
 * @returns How many sets start later for want of copies; {@link TOO_LATE} where a set is finished too late.
 */
export function finishAll(
  starts: Int32Array,
  at: number,
  { pixels, resultDelay }: Sets,
  copies: number,
  latest: Int32Array,
  finishes: Int32Array,
): number {
  let start = 0;
  let delayed = 0;
  for (let k = 0; k < pixels.length; k++) {
    if (starts[at + k]! > start) start = starts[at + k]!;
    const freed = k < copies ? 0 : finishes[k - copies]! - resultDelay;
    if (freed > start) {
      start = freed;
      delayed += 1;
    }
    const finish = start + pixels[k]! + resultDelay;
    if (finish > latest[k]!) return TOO_LATE;
    finishes[k] = finish;
  }
  return delayed;
}

/**
 * The same from the end: what passes at least from the start of each set on.
 *
 * @param after What passes behind the finish of each set, from index `afterAt` on.
 * @param earliest When each set starts at the earliest.
 * @param passing Takes what passes.
 * @returns For how many sets more passes for want of copies; {@link TOO_LATE} where the end would be after `cycles`.
 */
export function passAll(
  after: Int32Array,
  afterAt: number,
  { pixels, resultDelay }: Sets,
  copies: number,
  earliest: Int32Array,
  cycles: number,
  passing: Int32Array,
): number {
  const sets = pixels.length;
  let next = 0;
  let delayed = 0;
  for (let k = sets - 1; k >= 0; k--) {
    const behindResult = resultDelay + after[afterAt + k]!;
    const sameCopy = k + copies < sets ? passing[k + copies]! : 0;
    if (sameCopy > behindResult) delayed += 1;
    const passes = pixels[k]! + (sameCopy > behindResult ? sameCopy : behindResult);
    // Set k + 1 starts no earlier than this one.
    if (passes > next) next = passes;
    if (earliest[k]! + next > cycles) return TOO_LATE;
    passing[k] = next;
  }
  return delayed;
}

/** Raises the starts of a layer to the finishes of the sets that it waits for. */
export function raiseStarts(starts: Int32Array, sets: Int32Array, finishes: Int32Array): void {
  for (let k = 0; k < sets.length; k++) {
    const set = sets[k]!;
    if (set >= 0 && finishes[set]! > starts[k]!) starts[k] = finishes[set]!;
  }
}

/** Raises what passes behind the finishes of a layer to what passes from the start of those who wait on. */
export function raiseAfter(after: Int32Array, sets: Int32Array, passing: Int32Array): void {
  for (let k = 0; k < sets.length; k++) {
    const set = sets[k]!;
    if (set >= 0 && passing[k]! > after[set]!) after[set] = passing[k]!;
  }
}
