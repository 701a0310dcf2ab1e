/** Sets of small numbers that give their lowest one fast: a bit per number, and a bit per word of these. */
import { allocate } from './memory';

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
  store<i32>(bits, summaryWords - 1, HINT);
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
  const summary = firstSummary(bits);
  const words = load<u64>(summary);
  if (words === 0) return -1;
  const word = wordOf(bits, summary, words);
  return (word << 6) + <i32>ctz<u64>(load<u64>(bits + BITS + ((<usize>word) << 3)));
}

/** Takes the lowest number out of the set and returns it, -1 where it is empty. */
export function takeLowestBit(bits: usize): i32 {
  const summary = firstSummary(bits);
  const words = load<u64>(summary);
  if (words === 0) return -1;
  const word = wordOf(bits, summary, words);
  const address = bits + BITS + ((<usize>word) << 3);
  const numbers = load<u64>(address);
  const left = numbers & (numbers - 1);
  store<u64>(address, left);
  if (left === 0) store<u64>(summary, words & (words - 1));
  return (word << 6) + <i32>ctz<u64>(numbers);
}

/** Address of the first summary word that is not 0; of the last one where all are. */
function firstSummary(bits: usize): usize {
  const first = <usize>load<u32>(bits, SUMMARY);
  const last = load<i32>(bits, SUMMARY_WORDS) - 1;
  let hint = load<i32>(bits, HINT);
  if (hint === last) return first + ((<usize>hint) << 3);
  while (hint < last && load<u64>(first + ((<usize>hint) << 3)) === 0) hint++;
  store<i32>(bits, hint, HINT);
  return first + ((<usize>hint) << 3);
}

/** Index of the word that the lowest bit of a summary word says. */
function wordOf(bits: usize, summary: usize, words: u64): i32 {
  const index = <i32>((summary - <usize>load<u32>(bits, SUMMARY)) >> 3);
  return (index << 6) + <i32>ctz<u64>(words);
}
