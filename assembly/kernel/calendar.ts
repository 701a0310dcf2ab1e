/**
 * A calendar of events: a wheel of 64 slots per level. Level 0 holds the events of the 64 cycles around now, a
 * slot each; level l those that differ from now first in the l-th digit to the base 64. When all below are played,
 * the next slot of a level is dealt out to the levels below.
 */
import {
  eventId,
  eventTime,
  lastEvent,
  linkEvents,
  NEXT,
  nextEvent,
  setEventTime,
  sortEvents,
} from './event';
import { allocate } from './memory';

const DIGIT_BITS = 6;
const SLOTS = 64;
const LEVELS = 11;
/**
 * Fields of a slot, in bytes: its last event (of an empty slot: itself) and the id of that, its first event where an
 * event has the next one, and 1 where they are not in order. So nothing asks whether a slot is empty: nothing could
 * foresee it. Per level there is a bit for every slot that holds some.
 */
const LAST = 0;
const LAST_ID = 4;
const FIRST = NEXT;
const IS_MIXED = 12;
const SLOT_BYTES = 16;

let slots: usize = 0;
let filled: usize = 0;
let time: i64 = 0;

/** Drops all events; it is cycle 0. */
export function resetCalendar(): void {
  slots = allocate(LEVELS * SLOTS * SLOT_BYTES);
  for (let i = 0; i < LEVELS * SLOTS; i++) emptySlot(slots + <usize>i * SLOT_BYTES);
  filled = allocate(LEVELS << 3);
  memory.fill(filled, 0, LEVELS << 3);
  time = 0;
}

/** The current cycle. */
export function now(): i64 {
  return time;
}

/** An event in no list is to happen at cycle `at`, which is not over. */
export function enter(event: usize, at: i64): void {
  setEventTime(event, at);
  insert(event, at);
}

/** Goes on to the next cycle with events, which may be the current one; false where there are none left. */
export function advance(): bool {
  for (let level = 0; level < LEVELS; level++) {
    const bits = load<u64>(filled + ((<usize>level) << 3));
    if (bits === 0) continue;
    const slot = <i32>ctz<u64>(bits);
    const shift = <i64>(level * DIGIT_BITS);
    const above = shift + DIGIT_BITS < 64 ? (time >> (shift + DIGIT_BITS)) << (shift + DIGIT_BITS) : 0;
    time = above | ((<i64>slot) << shift);
    if (level === 0) return true;
    let event = takeSlot(level, slot);
    while (event !== 0) {
      const next = nextEvent(event);
      insert(event, eventTime(event));
      event = next;
    }
    level = -1;
  }
  return false;
}

/** Takes the events of the current cycle, sorted by ids; 0 for none. */
export function takeEvents(): usize {
  const digit = <i32>(time & (SLOTS - 1));
  const isMixed = load<i32>(slotAt(0, digit), IS_MIXED);
  const first = takeSlot(0, digit);
  return isMixed ? sortEvents(first) : first;
}

/** How many slots there are, over all levels. */
export const ALL_SLOTS = LEVELS * SLOTS;

/** The first event of a slot, 0 for none; those of one slot are a list. */
export function eventsOf(slot: i32): usize {
  return <usize>load<u32>(slots + <usize>slot * SLOT_BYTES, FIRST);
}

/** It is so many cycles later, and so is everything that is to happen. */
export function moveTime(cycles: i64): void {
  let first: usize = 0;
  for (let slot = ALL_SLOTS - 1; slot >= 0; slot--) {
    const events = takeSlot(slot / SLOTS, slot % SLOTS);
    if (events === 0) continue;
    linkEvents(lastEvent(events), first);
    first = events;
  }
  time += cycles;
  while (first !== 0) {
    const next = nextEvent(first);
    enter(first, eventTime(first) + cycles);
    first = next;
  }
}

/** Appends an event to its slot: that of the highest digit in which its time differs from now. */
function insert(event: usize, at: i64): void {
  const difference = at ^ time;
  // A sixth of the highest bit's number, as a product.
  const level = difference === 0 ? 0 : ((63 - <i32>clz<i64>(difference)) * 43) >> 8;
  const digit = <i32>((at >> <i64>(level * DIGIT_BITS)) & (SLOTS - 1));
  const slot = slotAt(level, digit);
  const bits = filled + ((<usize>level) << 3);
  const id = eventId(event);
  linkEvents(event, 0);
  linkEvents(<usize>load<u32>(slot, LAST), event);
  store<u32>(slot, <u32>event, LAST);
  store<i32>(slot, load<i32>(slot, IS_MIXED) | i32(load<i32>(slot, LAST_ID) > id), IS_MIXED);
  store<i32>(slot, id, LAST_ID);
  store<u64>(bits, load<u64>(bits) | ((<u64>1) << digit));
}

function emptySlot(slot: usize): void {
  store<u32>(slot, <u32>slot, LAST);
  store<i32>(slot, -1, LAST_ID);
  store<u32>(slot, 0, FIRST);
  store<i32>(slot, 0, IS_MIXED);
}

function slotAt(level: i32, digit: i32): usize {
  return slots + <usize>(level * SLOTS + digit) * SLOT_BYTES;
}

/** Empties a slot and returns its first event. */
function takeSlot(level: i32, digit: i32): usize {
  const bits = filled + ((<usize>level) << 3);
  const slot = slotAt(level, digit);
  const first = <usize>load<u32>(slot, FIRST);
  if (first === 0) return 0;
  store<u64>(bits, load<u64>(bits) & ~((<u64>1) << digit));
  emptySlot(slot);
  return first;
}
