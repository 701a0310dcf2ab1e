/**
 * The inner loop: finishes of a run of sets that take `pixels` cycles each, on `copies` copies.
 *
 *     finish(k) = max(max(time(k), start) + latency, finish(k - copies) + pixels)
 *
 * where `times` never decrease along the run, and a result comes `latency` cycles after the start of its set: `pixels`,
 * or more where MVMs overlap. Times need not be compared with start(k - 1) then: by induction start(k) >= start(k - 1),
 * given that `start` is that of the set before the run.
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
export function scan(
  finishes: usize,
  times: usize,
  count: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const end = finishes + ((<usize>count) << 2);
  if (copies === 1) scanOneCopy(finishes, times, end, pixels, latency, start);
  else if (copies === 2) scanTwoCopies(finishes, times, end, pixels, latency, start);
  else if (copies === 3) scanThreeCopies(finishes, times, end, pixels, latency, start);
  else scanCopies(finishes, times, end, copies, pixels, latency, start);
}

/**
 * As {@link scan}, where the first `wave` sets are the first of their copies, which may be ready late: the set behind
 * them must not start before the last of them, although its own copy is free.
 */
export function scanWave(
  finishes: usize,
  times: usize,
  count: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
  wave: i32,
): void {
  const first = min(wave, count);
  scan(finishes, times, first, copies, pixels, latency, start);
  if (first === count) return;
  const bytes = (<usize>first) << 2;
  const last = load<i32>(finishes + bytes - 4) - latency;
  scan(finishes + bytes, times + bytes, count - first, copies, pixels, latency, last);
}

/** The finish of the set at address `set` that may not start before `time` and `start`. */
export function nextFinish(set: usize, time: i32, copies: i32, pixels: i32, latency: i32, start: i32): i32 {
  return max(max(time, start) + latency, load<i32>(set - ((<usize>copies) << 2)) + pixels);
}

function scanOneCopy(finishes: usize, times: usize, end: usize, pixels: i32, latency: i32, start: i32): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const first = i32x4.splat(latency);
  const one = i32x4.splat(pixels);
  const two = i32x4.splat(2 * pixels);
  const steps = i32x4.mul(one, i32x4(1, 2, 3, 4));
  let before = v128.load_splat<u32>(finishes - 4);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), first);
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 3, 4, 5, 6), one));
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 2, 3, 4, 5), two));
    finish = i32x4.max_s(finish, i32x4.add(before, steps));
    v128.store(finishes, finish);
    before = v128.shuffle<i32>(finish, finish, 3, 3, 3, 3);
  }
}

function scanTwoCopies(
  finishes: usize,
  times: usize,
  end: usize,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const first = i32x4.splat(latency);
  const one = i32x4.splat(pixels);
  const steps = i32x4.mul(one, i32x4(1, 1, 2, 2));
  let before = v128.load_splat<u64>(finishes - 8);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), first);
    finish = i32x4.max_s(finish, i32x4.add(v128.shuffle<i32>(never, finish, 2, 3, 4, 5), one));
    finish = i32x4.max_s(finish, i32x4.add(before, steps));
    v128.store(finishes, finish);
    before = v128.shuffle<i32>(finish, finish, 2, 3, 2, 3);
  }
}

function scanThreeCopies(
  finishes: usize,
  times: usize,
  end: usize,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const floor = i32x4.splat(start);
  const never = i32x4.splat(NEVER);
  const first = i32x4.splat(latency);
  const one = i32x4.splat(pixels);
  const steps = i32x4.mul(one, i32x4(1, 1, 1, 2));
  const behind = v128.load(finishes - 16);
  let before = v128.shuffle<i32>(behind, behind, 1, 2, 3, 1);
  for (; finishes < end; finishes += 16, times += 16) {
    let finish = i32x4.add(i32x4.max_s(v128.load(times), floor), first);
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
function scanCopies(
  finishes: usize,
  times: usize,
  end: usize,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const floor = i32x4.splat(start);
  const first = i32x4.splat(latency);
  const one = i32x4.splat(pixels);
  const lag = (<usize>copies + 3) & ~3;
  let before = finishes - (lag << 2);
  switch (<i32>lag - copies) {
    case 0:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        finishVector(finishes, times, floor, first, v128.load(before), one);
      }
      break;
    case 1:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 1, 2, 3, 4);
        finishVector(finishes, times, floor, first, freed, one);
      }
      break;
    case 2:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 2, 3, 4, 5);
        finishVector(finishes, times, floor, first, freed, one);
      }
      break;
    default:
      for (; finishes < end; finishes += 16, times += 16, before += 16) {
        const freed = v128.shuffle<i32>(v128.load(before), v128.load(before, 16), 3, 4, 5, 6);
        finishVector(finishes, times, floor, first, freed, one);
      }
  }
}

/** Four sets that start when their times and `floor` are past, and their copies are done with the sets before. */
function finishVector(
  finishes: usize,
  times: usize,
  floor: v128,
  latency: v128,
  before: v128,
  pixels: v128,
): void {
  const finish = i32x4.add(i32x4.max_s(v128.load(times), floor), latency);
  v128.store(finishes, i32x4.max_s(finish, i32x4.add(before, pixels)));
}
