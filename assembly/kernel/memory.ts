/** A bump allocator: everything is laid out one behind the other and dropped together by going back to a mark. */

const PAGE_BITS = 16;
const ALIGNMENT_MASK: u64 = 15;
/** Hot loops work on whole vectors and may touch this many bytes behind the end of a block. */
const SLACK: u64 = 64;
/** Pages of 64 KiB; addresses end at 4 GiB. */
const MAX_PAGES: i64 = 65535;

let top: u64 = (<u64>__heap_base + ALIGNMENT_MASK) & ~ALIGNMENT_MASK;
let exhausted = false;

/** The current end of what is in use; see {@link release}. */
export function mark(): u64 {
  return top;
}

/** Drops everything that was allocated since {@link mark} returned `to`. */
export function release(to: u64): void {
  top = to;
}

/**
 * Address of `bytes` bytes, aligned to 16, of undefined content. Traps where memory ends; the host sees by
 * {@link isExhausted} that this is why, and drops the instance.
 */
export function allocate(bytes: u64): usize {
  const address = top;
  const end = (top + bytes + SLACK + ALIGNMENT_MASK) & ~ALIGNMENT_MASK;
  if (!reach((end + ((1 << PAGE_BITS) - 1)) >> PAGE_BITS)) {
    exhausted = true;
    unreachable();
  }
  top = end;
  return <usize>address;
}

/**
 * Grows memory to `pages` pages or more. It doubles where it can: hosts collect garbage at every growth, which is most
 * of the time where they have many objects, and what nobody has touched is no memory yet.
 */
function reach(pages: i64): bool {
  const size = <i64>memory.size();
  const missing = pages - size;
  if (missing <= 0) return true;
  if (pages > MAX_PAGES) return false;
  let step = min(max(missing, size), MAX_PAGES - size);
  while (step > missing) {
    if (memory.grow(<i32>step) >= 0) return true;
    step >>= 1;
  }
  return memory.grow(<i32>missing) >= 0;
}

/** True where addresses do not end before so many bytes more. */
export function hasRoom(bytes: u64): bool {
  return top + bytes + SLACK + ALIGNMENT_MASK <= (<u64>MAX_PAGES) << PAGE_BITS;
}

/** Bytes that are in use, up to the end of the last block. */
export function usedBytes(): f64 {
  return <f64>top;
}

/** True where an allocation failed. */
export function isExhausted(): bool {
  return exhausted;
}

/** More than this the host clears faster than a loop, however long it takes to call it. */
const MANY_BYTES: usize = 1024;

/** Sets bytes to 0; up to 15 behind them are overwritten. */
export function clear(address: usize, bytes: usize): void {
  if (bytes > MANY_BYTES) {
    memory.fill(address, 0, bytes);
    return;
  }
  const end = address + bytes;
  for (; address < end; address += 16) v128.store(address, i32x4.splat(0));
}

/** The word at index `word` of the record at `record`. */
export function get(record: usize, word: i32): i32 {
  return load<i32>(record + ((<usize>word) << 2));
}

/** Sets the word at index `word` of the record at `record`. */
export function set(record: usize, word: i32, value: i32): void {
  store<i32>(record + ((<usize>word) << 2), value);
}

/** True where two records have the same in a word. */
export function isSame(record: usize, other: usize, word: i32): bool {
  return get(record, word) === get(other, word);
}

/** True where so many bytes, whole words, are the same. */
export function areEqual(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  for (; i < length; i += 4) if (load<u32>(a + i) !== load<u32>(b + i)) return false;
  return true;
}

/** The address that is kept in a word. */
export function getAddress(record: usize, word: i32): usize {
  return load<usize>(record + ((<usize>word) << 2));
}

/** 64 bits of a record. */
export function getWide(record: usize, word: i32): i64 {
  return load<i64>(record + ((<usize>word) << 2));
}

/** Sets 64 bits of a record. */
export function setWide(record: usize, word: i32, value: i64): void {
  store<i64>(record + ((<usize>word) << 2), value);
}

/** Adds to 64 bits of a record. */
export function addWide(record: usize, word: i32, amount: i64): void {
  const address = record + ((<usize>word) << 2);
  store<i64>(address, load<i64>(address) + amount);
}

/** Address of `bytes` bytes that are 0. */
export function allocateZeros(bytes: u64): usize {
  const address = allocate(bytes);
  memory.fill(address, 0, <usize>bytes);
  return address;
}

/** Address of `count` numbers of 64 bits that are all `value`. */
export function allocateWides(count: i32, value: i64): usize {
  const address = allocate((<u64>count) << 3);
  for (let i = 0; i < count; i++) store<i64>(address + ((<usize>i) << 3), value);
  return address;
}
