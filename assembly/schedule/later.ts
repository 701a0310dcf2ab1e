/** Times that are others some cycles later. */

/** True where so many times are others `later` cycles later. */
export function isLater(times: usize, others: usize, count: i32, later: i32): bool {
  const bytes = (<usize>count) << 2;
  const last = bytes - 4;
  if (load<i32>(times + last) - load<i32>(others + last) !== later) return false;
  const by = i32x4.splat(later);
  const end = times + (bytes & ~15);
  for (; times < end; times += 16, others += 16) {
    if (v128.any_true(v128.xor(v128.load(times), i32x4.add(v128.load(others), by)))) return false;
  }
  for (const all = times + (bytes & 15); times < all; times += 4, others += 4) {
    if (load<i32>(times) !== load<i32>(others) + later) return false;
  }
  return true;
}

/**
 * Copies the last bytes in front of `from` to those in front of `to`, `later` cycles later, and up to three words more: those are
 * written again with the line before that, or are in front of the first line, where there are zeros on both sides.
 */
export function copyEnd(to: usize, from: usize, bytes: usize, later: i32): void {
  const by = i32x4.splat(later);
  for (let back: usize = 16; back < bytes + 16; back += 16) {
    v128.store(to - back, i32x4.add(v128.load(from - back), by));
  }
}
