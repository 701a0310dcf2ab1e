/** Sets of small numbers that give their lowest one fast: a bit per number, and a bit per word of these. */
import { allocate } from '../memory';

/** Words: address of the summary, and the first summary word that may hold a bit. */
const SUMMARY = 0;
const HINT = 4;
const SUMMARY_WORDS = 8;
const BITS = 16;

/** An empty set for the numbers below `count`. */
export function newBitSet(count: i32): usize {
  const words = (count >> 6) + 1;
  const summaryWords = (words >> 6) + 1;
  const bytes = <usize>BITS + ((<usize>words + summaryWords) << 3);
  const bits = allocate(bytes);
  memory.fill(bits, 0, bytes);
  store<u32>(bits, <u32>(bits + BITS + ((<usize>words) << 3)), SUMMARY);
  store<i32>(bits, summaryWords, HINT);
  store<i32>(bits, summaryWords, SUMMARY_WORDS);
  return bits;
}

/** Puts `number` into the set. */
export function addBit(bits: usize, number: i32): void {
  const word = number >> 6;
  const address = bits + BITS + ((<usize>word) << 3);
  store<u64>(address, load<u64>(address) | ((<u64>1) << (number & 63)));
  const summary = <usize>load<u32>(bits, SUMMARY) + ((<usize>(word >> 6)) << 3);
  store<u64>(summary, load<u64>(summary) | ((<u64>1) << (word & 63)));
  if (word >> 6 < load<i32>(bits, HINT)) store<i32>(bits, word >> 6, HINT);
}

/** Takes `number` out of the set. */
export function removeBit(bits: usize, number: i32): void {
  const word = number >> 6;
  const address = bits + BITS + ((<usize>word) << 3);
  const left = load<u64>(address) & ~((<u64>1) << (number & 63));
  store<u64>(address, left);
  if (left !== 0) return;
  const summary = <usize>load<u32>(bits, SUMMARY) + ((<usize>(word >> 6)) << 3);
  store<u64>(summary, load<u64>(summary) & ~((<u64>1) << (word & 63)));
}

/** The lowest number of the set, -1 where it is empty. */
export function lowestBit(bits: usize): i32 {
  const summary = <usize>load<u32>(bits, SUMMARY);
  const end = load<i32>(bits, SUMMARY_WORDS);
  let hint = load<i32>(bits, HINT);
  while (hint < end && load<u64>(summary + ((<usize>hint) << 3)) === 0) hint++;
  store<i32>(bits, hint, HINT);
  if (hint === end) return -1;
  const word = (hint << 6) + <i32>ctz<u64>(load<u64>(summary + ((<usize>hint) << 3)));
  return (word << 6) + <i32>ctz<u64>(load<u64>(bits + BITS + ((<usize>word) << 3)));
}
