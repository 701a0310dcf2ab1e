/**
 * A calendar of events: wheels of slots. The first one has a slot for each of the 4096 cycles that differ from now in the lowest 12
 * bits alone; the others have 64 slots each, one for every value of the first digit of 6 bits in which an event's time differs from now.
 * When all below are played, the next slot of a wheel is dealt out to those below.
 */
import { eventTime, lastEvent, linkEvents, NEXT, nextEvent, setEventTime, sortEvents } from './event';

const FIRST_BITS = 12;
const FIRST_SLOTS = 4096;
const DIGIT_BITS = 6;
const SLOTS = 64;
/** The wheels behind the first: as many digits as the rest of a time has. */
const WHEELS = 9;
/**
 * Fields of a slot, in bytes: its last event (of an empty slot: itself), and its first event where an event has the next one, which
 * is where the next slot begins. So nothing asks whether a slot is empty: nothing could foresee it.
 */
const LAST = 4;
const FIRST = NEXT;
const SLOT_BYTES = 8;

/** How many slots there are, over all wheels. */
export const ALL_SLOTS = FIRST_SLOTS + WHEELS * SLOTS;

/** All of it is at places of its own in memory, which take less to read than variables. First all slots. */
const slots: usize = memory.data(37384, 16);
/** A bit for every slot that holds some, in words of 64: those of the first wheel, then a word for each of the others. */
const filled: usize = memory.data(584, 16);
/** A bit for every word of the first wheel that is not 0; and the time. */
const FILLED_WORDS: usize = memory.data(8, 16);
const TIME: usize = memory.data(8, 16);

/** Drops all events; it is cycle 0. */
export function resetCalendar(): void {
  for (let i = 0; i < ALL_SLOTS; i++) emptySlot(slots + <usize>i * SLOT_BYTES);
  memory.fill(filled, 0, ALL_SLOTS >> 3);
  setFilledWords(0);
  setTime(0);
}

function setFilledWords(bits: u64): void {
  store<u64>(FILLED_WORDS, bits);
}

function setTime(time: i64): void {
  store<i64>(TIME, time);
}

/** The current cycle. */
export function now(): i64 {
  return load<i64>(TIME);
}

/** An event in no list is to happen at cycle `at`, which is not over. */
export function enter(event: usize, at: i64): void {
  setEventTime(event, at);
  insert(event, at);
}

/** Goes on to the next cycle with events, which may be the current one; false where there are none left. */
export function advance(): bool {
  let words = load<u64>(FILLED_WORDS);
  for (; words === 0; words = load<u64>(FILLED_WORDS)) if (!dealOut()) return false;
  const word = ctz<u64>(words);
  const slot = (word << 6) | ctz<u64>(load<u64>(filled + ((<usize>word) << 3)));
  setTime((now() & ~(<i64>FIRST_SLOTS - 1)) | <i64>slot);
  return true;
}

/** Nothing is left in the first wheel: time goes on to the next slot of the others, which is dealt out; false where there is none. */
function dealOut(): bool {
  for (let wheel = 0; wheel < WHEELS; wheel++) {
    const address = filled + (FIRST_SLOTS >> 3) + ((<usize>wheel) << 3);
    const bits = load<u64>(address);
    if (bits === 0) continue;
    const digit = <i32>ctz<u64>(bits);
    const shift = <i64>(FIRST_BITS + wheel * DIGIT_BITS);
    const above = shift + DIGIT_BITS < 64 ? (now() >> (shift + DIGIT_BITS)) << (shift + DIGIT_BITS) : 0;
    setTime(above | ((<i64>digit) << shift));
    store<u64>(address, bits & (bits - 1));
    let event = takeSlot(slots + <usize>(FIRST_SLOTS + wheel * SLOTS + digit) * SLOT_BYTES);
    while (event !== 0) {
      const next = nextEvent(event);
      insert(event, eventTime(event));
      event = next;
    }
    return true;
  }
  return false;
}

/** Takes the events of the current cycle, in the order in which they were entered; 0 for none. */
export function takeEvents(): usize {
  const slot = <usize>now() & (FIRST_SLOTS - 1);
  const first = takeSlot(slots + slot * SLOT_BYTES);
  if (first === 0) return 0;
  const address = filled + ((slot >> 6) << 3);
  const left = load<u64>(address) & ~((<u64>1) << (<u64>slot & 63));
  store<u64>(address, left);
  if (left === 0) setFilledWords(load<u64>(FILLED_WORDS) & ~((<u64>1) << (<u64>slot >> 6)));
  return first;
}

/** Takes the events of the current cycle, sorted by ids; 0 for none. */
export function takeEventsInOrder(): usize {
  const first = takeEvents();
  return first === 0 ? 0 : sortEvents(first);
}

/** The first event of a slot, 0 for none; those of one slot are a list. */
export function eventsOf(slot: i32): usize {
  return <usize>load<u32>(slots + <usize>slot * SLOT_BYTES, FIRST);
}

/** It is so many cycles later, and so is everything that is to happen. */
export function moveTime(cycles: i64): void {
  let first: usize = 0;
  for (let slot = ALL_SLOTS - 1; slot >= 0; slot--) {
    const events = takeSlot(slots + <usize>slot * SLOT_BYTES);
    if (events === 0) continue;
    linkEvents(lastEvent(events), first);
    first = events;
  }
  memory.fill(filled, 0, ALL_SLOTS >> 3);
  setFilledWords(0);
  setTime(now() + cycles);
  while (first !== 0) {
    const next = nextEvent(first);
    enter(first, eventTime(first) + cycles);
    first = next;
  }
}

/** Appends an event to its slot: of the first wheel, or that of the highest digit in which its time differs from now. */
function insert(event: usize, at: i64): void {
  const difference = <u64>(at ^ now()) >> FIRST_BITS;
  if (difference !== 0) {
    insertFar(event, at, difference);
    return;
  }
  const slot = <usize>at & (FIRST_SLOTS - 1);
  const address = filled + ((slot >> 6) << 3);
  store<u64>(address, load<u64>(address) | ((<u64>1) << (<u64>slot & 63)));
  setFilledWords(load<u64>(FILLED_WORDS) | ((<u64>1) << (<u64>slot >> 6)));
  append(slots + slot * SLOT_BYTES, event);
}

function insertFar(event: usize, at: i64, difference: u64): void {
  // A sixth of the highest bit's number, as a product.
  const wheel = ((63 - <i32>clz<u64>(difference)) * 43) >> 8;
  const digit = <i32>((at >> <i64>(FIRST_BITS + wheel * DIGIT_BITS)) & (SLOTS - 1));
  const address = filled + (FIRST_SLOTS >> 3) + ((<usize>wheel) << 3);
  store<u64>(address, load<u64>(address) | ((<u64>1) << (<u64>digit)));
  append(slots + <usize>(FIRST_SLOTS + wheel * SLOTS + digit) * SLOT_BYTES, event);
}

function append(slot: usize, event: usize): void {
  linkEvents(event, 0);
  linkEvents(<usize>load<u32>(slot, LAST), event);
  store<u32>(slot, <u32>event, LAST);
}

function emptySlot(slot: usize): void {
  store<u32>(slot, <u32>slot, LAST);
  store<u32>(slot, 0, FIRST);
}

/** Empties a slot and returns its first event. */
function takeSlot(slot: usize): usize {
  const first = <usize>load<u32>(slot, FIRST);
  emptySlot(slot);
  return first;
}
