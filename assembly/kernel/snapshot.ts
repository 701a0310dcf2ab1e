/**
 * A state as words one behind the other. It is walked through in one of three ways: to get a name for it, which equal states
 * share; to keep it; or to compare it, word by word, with the one that is kept.
 */
import { allocate, areEqual, usedBytes } from './memory';

/** Why a state is walked through. */
export enum Walk {
  NAME = 0,
  KEEP = 1,
  COMPARE = 2,
}

/** An odd number whose bits are spread: 2^64 divided by the golden ratio. */
const SPREAD: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;
/** No state is kept where so many bytes are used: memory ends at 4 GiB, and is wanted for other things. */
const MOST_BYTES: f64 = 3221225472;

let walk = Walk.NAME;
let name: u64 = 0;
/** The same of words that make another name. */
let aside: u64 = 0;
/** Words that were walked through for the name, and bytes of what the name leaves out. */
let words: u64 = 0;
let bytes: u64 = 0;
let kept: usize = 0;
let capacity: u64 = 0;
let at: usize = 0;
let isSame: bool = false;

/** Nothing is kept. */
export function resetSnapshot(): void {
  kept = 0;
  capacity = 0;
}

/** A walk begins. Before a state is kept it has to be walked through for its name. */
export function beginWalk(way: i32): void {
  walk = way;
  if (way === Walk.NAME) {
    name = 0;
    aside = 0;
    words = 0;
    bytes = 0;
  }
  if (way === Walk.KEEP) reserveSnapshot();
  at = kept;
  isSame = true;
}

/** True while a walk is for the name. */
export function isForName(): bool {
  return walk === Walk.NAME;
}

/** The name that the last walk for it found. */
export function nameOfState(): u64 {
  return name;
}

/** The name together with the words that were seen aside. */
export function wholeNameOfState(): u64 {
  return mixed(name ^ aside);
}

/** Words that the last walk for a name has seen. */
export function wordsOfName(): u64 {
  return words;
}

/** Bytes of the state whose name was found last. */
export function bytesOfState(): u64 {
  return (words << 3) + bytes;
}

/** True where the last walk to compare has found what is kept. */
export function isSameState(): bool {
  return isSame;
}

/** True where the state whose name was found last may be kept. */
export function fitsSnapshot(): bool {
  return usedBytes() + 2 * <f64>bytesOfState() <= MOST_BYTES;
}

/** The next word of the state. */
export function see(word: i64): void {
  if (walk === Walk.NAME) {
    name = mixed(name ^ <u64>word);
    words++;
  } else if (walk === Walk.KEEP) {
    store<i64>(at, word);
    at += 8;
  } else if (isSame) {
    isSame = load<i64>(at) === word;
    at += 8;
  }
}

/** In a walk for the name: a word that makes a difference to the whole name alone. */
export function seeAside(word: i64): void {
  aside = mixed(aside ^ <u64>word);
}

/** The next bytes of the state, whole words of 32 bits. They are in no name, as they are many. */
export function seeBytes(address: usize, length: usize): void {
  if (walk === Walk.NAME) {
    bytes += length;
  } else if (walk === Walk.KEEP) {
    memory.copy(at, address, length);
    at += length;
  } else if (isSame) {
    isSame = areEqual(at, address, length);
    at += length;
  }
}

/** In a walk to compare: the next bytes that are kept, for who compares them otherwise. */
export function keptBytes(length: usize): usize {
  const address = at;
  at += length;
  return address;
}

/** True in a walk to compare, of states that have not differed so far. */
export function isComparing(): bool {
  return walk === Walk.COMPARE && isSame;
}

/** In a walk to compare: the states differ. */
export function differ(): void {
  isSame = false;
}

/** In a walk for the name: words that are seen in any order, by a sum of {@link mixed} words. */
export function seeSum(sum: u64, count: i32): void {
  see(<i64>sum);
  words += count;
}

/** A word whose every bit depends on all bits of another. */
export function mixed(word: u64): u64 {
  const spread = word * SPREAD;
  return spread ^ (spread >> 29);
}

function reserveSnapshot(): void {
  if (bytesOfState() <= capacity) return;
  // Some more, so that a state that is a bit larger needs no other.
  capacity = bytesOfState() + (bytesOfState() >> 2);
  kept = allocate(capacity);
}
