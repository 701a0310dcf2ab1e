/** Counters in words one behind the other, counted down four at a time. */

/** Counters that are counted down at once. */
export const LANES = 4;

/** Takes one from the first `count` counters, at most {@link LANES}; returns the bits of those that get 0. */
export function countDown(words: usize, count: i32): i32 {
  return countDownLanes(words, firstLanes(count));
}

/** The same for those of them whose bits are set. */
export function countDownChosen(words: usize, count: i32, bits: i32): i32 {
  return countDownLanes(words, chosenLanes(firstLanes(count), bits));
}

/** Takes one from the counters of the lanes that are -1, which are 0 in the others; returns the bits of those that get 0. */
export function countDownLanes(words: usize, lanes: v128): i32 {
  const left = i32x4.add(v128.load(words), lanes);
  v128.store(words, left);
  return i32x4.bitmask(v128.and(lanes, i32x4.eq(left, i32x4.splat(0))));
}

/** -1 in the first `count` lanes, in all where there are more. */
export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Those of some lanes whose bits are set. */
export function chosenLanes(lanes: v128, bits: i32): v128 {
  const ofBits = i32x4(1, 2, 4, 8);
  return v128.and(lanes, i32x4.eq(v128.and(i32x4.splat(bits), ofBits), ofBits));
}
