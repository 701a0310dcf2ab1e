/**
 * The inner loop: finishes of a run of sets that take `pixels` cycles each, on `copies` copies.
 *
 *     finish(k) = max(time(k), start, finish(k - copies)) + pixels
 *
 * where `times` never decrease along the run. They need not be compared with start(k - 1) then: by
 * induction start(k) >= start(k - 1), given that `start` is that of the set before the run.
 *
 * With fewer copies than the four lanes of a vector, sets of one vector wait for each other; the wait is
 * taken along in a logarithmic number of shifts, and the vector before comes in last, so that only that
 * one step is a chain from vector to vector.
 */

/** Never later than anything, and far enough from the end of the range that adding pixels cannot wrap. */
const NEVER: i32 = i32.MIN_VALUE;

/**
 * Writes `count` finishes to `finishes`, in front of which lie those of the `copies` sets before. Up to
 * three words behind the run are overwritten, and up to three behind `times` are read.
 */
export function scan(finishes: usize, times: usize, count: i32, copies: i32, pixels: i32, start: i32): void {
  const end = finishes + ((<usize>count) << 2);
  if (copies === 1) scanOneCopy(finishes, times, end, pixels, start);
  else if (copies === 2) scanTwoCopies(finishes, times, end, pixels, start);
  else if (copies === 3) scanThreeCopies(finishes, times, end, pixels, start);
  else scanCopies(finishes, times, end, copies, pixels, start);
}

/** The finish of the set at address `set` that may not start before `time` and `start`. */
export function nextFinish(set: usize, time: i32, copies: i32, pixels: i32, start: i32): i32 {
  return max(max(time, start), load<i32>(set - ((<usize>copies) << 2))) + pixels;
}

function scanOneCopy(finishes: usize, times: usize, end: usize, pixels: i32, start: i32): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const one = i32x4.splat(pixels);
  const two = i32x4.splat(2 * pixels);
  const steps = i32x4.mul(one, i32x4(1, 2, 3, 4));
  let before = v128.load_splat<u32>(finishes - 4);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), one);
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 3, 4, 5, 6), one));
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 2, 3, 4, 5), two));
    finish = i32x4.max_s(finish, i32x4.add(before, steps));
    v128.store(finishes, finish);
    before = v128.shuffle<i32>(finish, finish, 3, 3, 3, 3);
  }
}

function scanTwoCopies(finishes: usize, times: usize, end: usize, pixels: i32, start: i32): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const one = i32x4.splat(pixels);
  const steps = i32x4.mul(one, i32x4(1, 1, 2, 2));
  let before = v128.load_splat<u64>(finishes - 8);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), one);
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 2, 3, 4, 5), one));
    finish = i32x4.max_s(finish, i32x4.add(before, steps));
    v128.store(finishes, finish);
    before = v128.shuffle<i32>(finish, finish, 2, 3, 2, 3);
  }
}

function scanThreeCopies(finishes: usize, times: usize, end: usize, pixels: i32, start: i32): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const one = i32x4.splat(pixels);
  const steps = i32x4.mul(one, i32x4(1, 1, 1, 2));
  const behind = v128.load(finishes - 16);
  let before = v128.shuffle<i32>(behind, behind, 1, 2, 3, 1);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), one);
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 1, 2, 3, 4), one));
    finish = i32x4.max_s(finish, i32x4.add(before, steps));
    v128.store(finishes, finish);
    before = v128.shuffle<i32>(finish, finish, 1, 2, 3, 1);
  }
}

/**
 * Four copies and more: no set of a vector waits for another of it. The finishes of `copies` sets before
 * are put together from the two vectors that hold them, as they were stored: a processor hands a whole
 * vector on from a store to a load at once, and waits where a load takes parts of two stores.
 */
function scanCopies(finishes: usize, times: usize, end: usize, copies: i32, pixels: i32, start: i32): void {
  const floor = i32x4.splat(start);
  const one = i32x4.splat(pixels);
  const lag = (<usize>copies + 3) & ~3;
  let before = finishes - (lag << 2);
  switch (<i32>lag - copies) {
    case 0:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        finishVector(finishes, times, floor, v128.load(before), one);
      }
      break;
    case 1:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 1, 2, 3, 4);
        finishVector(finishes, times, floor, freed, one);
      }
      break;
    case 2:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 2, 3, 4, 5);
        finishVector(finishes, times, floor, freed, one);
      }
      break;
    default:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 3, 4, 5, 6);
        finishVector(finishes, times, floor, freed, one);
      }
  }
}

/** Four sets that start when their times, `floor` and `freed` are all past. */
function finishVector(finishes: usize, times: usize, floor: v128, freed: v128, pixels: v128): void {
  const ready = i32x4.max_s(v128.load(times), floor);
  v128.store(finishes, i32x4.add(i32x4.max_s(ready, freed), pixels));
}
