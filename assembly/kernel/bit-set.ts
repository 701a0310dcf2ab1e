/** Sets of small numbers that give their lowest one fast: a bit per number, and a bit per word of these. */
import { allocate } from './memory';

/** Fields, in bytes: the first summary word that may hold a bit, the last one, and the address of the words; then the summary. */
const HINT = 0;
const LAST = 4;
const WORDS = 8;
const SUMMARY = 16;

/** An empty set for the numbers below `count`. */
export function newBitSet(count: i32): usize {
  const words = (count >> 6) + 1;
  const summaryWords = (words >> 6) + 1;
  const bytes = <usize>SUMMARY + ((<usize>words + summaryWords) << 3);
  const bits = allocate(bytes);
  memory.fill(bits, 0, bytes);
  store<i32>(bits, summaryWords - 1, HINT);
  store<i32>(bits, summaryWords - 1, LAST);
  store<u32>(bits, <u32>(bits + SUMMARY + ((<usize>summaryWords) << 3)), WORDS);
  return bits;
}

/** False where a set is empty, if it is one for fewer than 4000 numbers: those have one word of summary. */
export function mayHaveBits(bits: usize): bool {
  return load<u64>(bits, SUMMARY) !== 0 || load<i32>(bits, LAST) !== 0;
}

/** Puts `number` into the set. */
export function addBit(bits: usize, number: i32): void {
  const word = number >> 6;
  const address = wordAt(bits, word);
  store<u64>(address, load<u64>(address) | ((<u64>1) << (number & 63)));
  const summary = summaryAt(bits, word >> 6);
  store<u64>(summary, load<u64>(summary) | ((<u64>1) << (word & 63)));
  if (word >> 6 < load<i32>(bits, HINT)) store<i32>(bits, word >> 6, HINT);
}

/** Takes `number` out of the set. */
export function removeBit(bits: usize, number: i32): void {
  const word = number >> 6;
  const address = wordAt(bits, word);
  const left = load<u64>(address) & ~((<u64>1) << (number & 63));
  store<u64>(address, left);
  if (left !== 0) return;
  const summary = summaryAt(bits, word >> 6);
  store<u64>(summary, load<u64>(summary) & ~((<u64>1) << (word & 63)));
}

/** The lowest number of the set, -1 where it is empty. */
export function lowestBit(bits: usize): i32 {
  const index = firstSummary(bits);
  const words = load<u64>(summaryAt(bits, index));
  if (words === 0) return -1;
  const word = (index << 6) + <i32>ctz<u64>(words);
  return (word << 6) + <i32>ctz<u64>(load<u64>(wordAt(bits, word)));
}

/** Takes the lowest number out of the set and returns it, -1 where it is empty. */
export function takeLowestBit(bits: usize): i32 {
  const index = load<i32>(bits, LAST) === 0 ? 0 : firstSummary(bits);
  const summary = summaryAt(bits, index);
  const words = load<u64>(summary);
  if (words === 0) return -1;
  const word = (index << 6) + <i32>ctz<u64>(words);
  const address = wordAt(bits, word);
  const numbers = load<u64>(address);
  const left = numbers & (numbers - 1);
  store<u64>(address, left);
  if (left === 0) store<u64>(summary, words & (words - 1));
  return (word << 6) + <i32>ctz<u64>(numbers);
}

/** Index of the first summary word that is not 0; of the last one where all are. */
function firstSummary(bits: usize): i32 {
  const last = load<i32>(bits, LAST);
  let hint = load<i32>(bits, HINT);
  if (hint === last) return hint;
  while (hint < last && load<u64>(summaryAt(bits, hint)) === 0) hint++;
  store<i32>(bits, hint, HINT);
  return hint;
}

function summaryAt(bits: usize, index: i32): usize {
  return bits + SUMMARY + ((<usize>index) << 3);
}

function wordAt(bits: usize, word: i32): usize {
  return <usize>load<u32>(bits, WORDS) + ((<usize>word) << 3);
}
