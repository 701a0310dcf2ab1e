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

/** By how much `count` times together are after the first, of which only the lower bits are kept: the same for copies of them. */
export function shapeOf(times: usize, count: i32): i32 {
  let sums = i32x4.splat(0);
  const end = times + (((<usize>count) << 2) & ~15);
  let at = times;
  for (; at < end; at += 16) sums = i32x4.add(sums, v128.load(at));
  const pairs = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  let sum = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
  for (const all = times + ((<usize>count) << 2); at < all; at += 4) sum += load<i32>(at);
  return sum - count * load<i32>(times);
}
