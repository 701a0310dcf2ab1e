/** Runs of so many equal numbers, at least, are told by their length. */
const LEAST_RUN = 8;

/**
 * Small numbers as Parquet has positions and levels: runs of equal ones by their length, between them groups of eight,
 * each number in so many bits.
 *
 * @param bits At most 24.
 */
export function runsOf(numbers: Uint32Array, bits: number): Uint8Array {
  const groups = Math.ceil(numbers.length / LEAST_RUN);
  const bytes = new Uint8Array(groups * (bits + 9));
  let at = 0;
  let packed = 0;
  for (let i = 0; i < numbers.length; ) {
    const run = runAt(numbers, i);
    if (run < LEAST_RUN) {
      i += LEAST_RUN;
      continue;
    }
    if (packed < i) at = pack(bytes, at, numbers, packed, i, bits);
    at = varint(bytes, at, run * 2);
    for (let shift = 0; shift < bits; shift += 8) bytes[at++] = numbers[i]! >>> shift;
    i += run;
    packed = i;
  }
  if (packed < numbers.length) at = pack(bytes, at, numbers, packed, numbers.length, bits);
  return bytes.subarray(0, at);
}

/** How many numbers from `start` on are equal. */
function runAt(numbers: Uint32Array, start: number): number {
  const first = numbers[start]!;
  let end = start + 1;
  while (end < numbers.length && numbers[end] === first) end++;
  return end - start;
}

/** Writes numbers as groups of eight; behind the last one they are 0. Returns where it ends. */
function pack(
  bytes: Uint8Array,
  start: number,
  numbers: Uint32Array,
  from: number,
  to: number,
  bits: number,
): number {
  const groups = Math.ceil((to - from) / LEAST_RUN);
  let at = varint(bytes, start, groups * 2 + 1);
  for (let i = from; i < to; i += LEAST_RUN) at = packGroup(bytes, at, numbers, i, bits);
  return at;
}

/** Writes eight numbers, which take as many bytes as each of them has bits. */
function packGroup(
  bytes: Uint8Array,
  start: number,
  numbers: Uint32Array,
  from: number,
  bits: number,
): number {
  let at = start;
  let buffer = 0;
  let held = 0;
  for (let i = from; i < from + LEAST_RUN; i++) {
    buffer |= (i < numbers.length ? numbers[i]! : 0) << held;
    for (held += bits; held >= 8; held -= 8) {
      bytes[at++] = buffer;
      buffer >>>= 8;
    }
  }
  return at;
}

/** Writes a number in bytes of seven bits; returns where it ends. */
function varint(bytes: Uint8Array, start: number, number: number): number {
  let at = start;
  let rest = number;
  for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  return at;
}
