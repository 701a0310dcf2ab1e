/** Counters in words one behind the other, counted down four at a time. */

/** Counters that are counted down at once. */
export const LANES = 4;

/** Takes one from the first `count` counters, at most {@link LANES}; returns the bits of those that get 0. */
export function countDown(words: usize, count: i32): i32 {
  return takeOne(words, firstLanes(count));
}

/** The same for those of them whose bits are set. */
export function countDownChosen(words: usize, count: i32, bits: i32): i32 {
  return takeOne(words, v128.and(firstLanes(count), lanesOf(bits)));
}

/** The first `count` lanes, all where there are more. */
function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The lanes whose bits are set. */
function lanesOf(bits: i32): v128 {
  const lanes = i32x4(1, 2, 4, 8);
  return i32x4.eq(v128.and(i32x4.splat(bits), lanes), lanes);
}

function takeOne(words: usize, chosen: v128): i32 {
  const left = i32x4.add(v128.load(words), chosen);
  v128.store(words, left);
  return i32x4.bitmask(v128.and(chosen, i32x4.eq(left, i32x4.splat(0))));
}
