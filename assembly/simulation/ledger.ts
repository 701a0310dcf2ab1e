/**
 * The ledger of buffers with windows, while one is kept: what is asked, taken and given back, in the order in which it is. Where all of
 * that comes again, what is charged to windows is known from the ledger alone (charges.ts).
 */
import { allocate } from '../kernel/memory';

/** What an entry says of a window: what kind of entry it is, and a flag. */
export enum Noted {
  /** Somebody asks for so many bits beside what the buffer holds, and gets them or not. */
  REFUSED = 0,
  GRANTED = 1,
  /** Bits of a firing that were granted are taken; they are given back. */
  TAKEN = 2,
  RETURNED = 3,
  /** The window may be used. */
  IN_TURN = 4,
  MASK = 7,
}

/** Bits of the kind. */
export const KIND_NOTED = 3;

const FIRST_CAPACITY = 4096;
/** With more entries than that the ledger is given up. */
const MOST_ENTRIES = 16777216;
/** Of an entry: the address of a window, whose lowest bits are free for flags; and bits or a firing. */
const ENTRY_BYTES = 8;
const SUBJECT = 4;

let entries: usize = 0;
let capacity = 0;
let count = 0;
let isOpen = false;

/** There is no memory for entries. */
export function resetLedger(): void {
  entries = 0;
  capacity = 0;
  count = 0;
  isOpen = false;
}

/** From now on all is noted. */
export function openLedger(): void {
  count = 0;
  isOpen = true;
}

/** Nothing is noted any more, and what was noted is not all. */
export function dropLedger(): void {
  isOpen = false;
}

/** True where all is noted since the ledger was opened, and is to be. */
export function isNoting(): bool {
  return isOpen;
}

/** Notes what happens to a window; of bits that are asked for how many, otherwise the firing that they are of. */
export function note(window: usize, what: i32, subject: i32): void {
  if (count === capacity && !grow()) return;
  const entry = entries + <usize>count * ENTRY_BYTES;
  store<u32>(entry, <u32>window | <u32>what);
  store<i32>(entry, subject, SUBJECT);
  count++;
}

/** How many entries there are. */
export function ledgerEntries(): i32 {
  return count;
}

/** The window of an entry. */
export function entryWindow(index: i32): usize {
  return <usize>(load<u32>(entries + <usize>index * ENTRY_BYTES) & ~(<u32>Noted.MASK));
}

/** What an entry says, see {@link Noted}. */
export function entryKind(index: i32): i32 {
  return <i32>(load<u32>(entries + <usize>index * ENTRY_BYTES) & <u32>Noted.MASK);
}

/** Bits or a firing. */
export function entrySubject(index: i32): i32 {
  return load<i32>(entries + <usize>index * ENTRY_BYTES, SUBJECT);
}

function grow(): bool {
  if (capacity === MOST_ENTRIES) {
    dropLedger();
    return false;
  }
  const larger = max(FIRST_CAPACITY, capacity << 1);
  const grown = allocate(<u64>larger * ENTRY_BYTES);
  if (capacity > 0) memory.copy(grown, entries, <usize>capacity * ENTRY_BYTES);
  entries = grown;
  capacity = larger;
  return true;
}
