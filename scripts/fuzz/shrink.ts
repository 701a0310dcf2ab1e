import type { Sample, Target } from './target.ts';

/** So long an input is made smaller. */
const BUDGET_MS = 60_000;

/**
 * A small input that goes wrong as that of a seed does: as few of its edits as possible, then as few of its parts.
 *
 * @param isAlike Whether an input goes wrong in the same way.
 */
export async function shrunk(
  target: Target,
  seed: number,
  corpus: readonly Sample[],
  isAlike: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  const end = performance.now() + BUDGET_MS;
  const left = await fewerEdits(target, seed, corpus, isAlike, end);
  let bytes = target.mutate(seed, corpus, (edit) => left.has(edit));
  // The largest parts first.
  for (let count = 1 << 16; count >= 1; count >>= 1) {
    for (let first = 0; performance.now() < end; ) {
      const less = target.without(bytes, first, count);
      if (less === undefined) break;
      if (less.length < bytes.length && (await isAlike(less))) bytes = less;
      else first += count;
    }
  }
  return bytes;
}

async function fewerEdits(
  target: Target,
  seed: number,
  corpus: readonly Sample[],
  isAlike: (bytes: Uint8Array) => Promise<boolean>,
  end: number,
): Promise<ReadonlySet<number>> {
  const made = new Set<number>();
  target.mutate(seed, corpus, (edit) => {
    made.add(edit);
    return true;
  });
  let left = made;
  for (let count = left.size >> 1; count >= 1; count >>= 1) {
    for (let first = 0; first < left.size && performance.now() < end; ) {
      const edits = [...left];
      const fewer = new Set(edits.toSpliced(first, count));
      if (await isAlike(target.mutate(seed, corpus, (edit) => fewer.has(edit)))) left = fewer;
      else first += count;
    }
  }
  return left;
}
