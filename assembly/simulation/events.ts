/**
 * Events in the order of time: a wheel of 64 slots per level. Level 0 holds the events of the 64 cycles
 * around now, a slot each; level l those that differ from now first in the l-th digit to the base 64. When
 * all below are played, the next slot of a level is dealt out to the levels below. Events lie in linked
 * lists, in records that are used again; so memory grows with the events that are under way, not with all.
 */
import { allocate, get } from '../kernel/memory';
import { Block } from './layout';

export const EVENT_COPY_DONE = 0;
export const EVENT_READ_DONE = 1;
export const EVENT_PARTIALS_DONE = 2;
export const EVENT_GPEU_DONE = 3;
export const EVENT_SENT = 4;
export const EVENT_ARRIVE = 5;
export const EVENT_ARRIVE_AT_PORT = 6;
export const EVENT_PORT_DONE = 7;
/** A result has left its tile and has arrived, both at once. */
export const EVENT_SENT_AND_ARRIVE = 8;
/** Not of the wheel: messages that are to get their links in this round, and tasks in a queue. */
export const EVENT_SEND = 9;
export const EVENT_SEND_PARTIALS = 10;
export const EVENT_TASK = 11;

/** Fields of an event, in bytes. The block says which node and inference it is of. */
const TIME = 0;
const NEXT = 8;
const BLOCK = 12;
const SET = 16;
const COPY = 20;
/** The destination (of an arrival), and in the lowest bits the kind. */
const KIND = 24;
/** Number of the firing among those of all nodes. */
const ID = 28;
const EVENT_BYTES = 32;
const KIND_BITS = 4;
/** Memory for events is taken in ever larger pieces: growing it costs time, however little it grows. */
const FIRST_EVENTS = 4096;
const MOST_EVENTS = 4194304;

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
let unused: usize = 0;
let time: i64 = 0;
let newEvents = FIRST_EVENTS;

/** Drops all events; it is cycle 0. */
export function resetEvents(): void {
  slots = allocate(LEVELS * SLOTS * SLOT_BYTES);
  for (let i = 0; i < LEVELS * SLOTS; i++) emptySlot(slots + <usize>i * SLOT_BYTES);
  filled = allocate(LEVELS << 3);
  memory.fill(filled, 0, LEVELS << 3);
  unused = 0;
  time = 0;
  newEvents = FIRST_EVENTS;
}

/** The current cycle. */
export function now(): i64 {
  return time;
}

/** Something that happens to a set at cycle `at`, which is not over. */
export function expect(at: i64, kind: i32, block: usize, k: i32, copy: usize, destination: i32): void {
  const event = newEvent(kind, block, k, copy, destination);
  store<i64>(event, at, TIME);
  insert(event, at);
}

/** The same with a record that is in no list. */
export function expectAgain(event: usize, at: i64, kind: i32): void {
  store<i32>(event, kind, KIND);
  store<i64>(event, at, TIME);
  insert(event, at);
}

/** A record of something that happens to a set now, in no list. */
export function newEvent(kind: i32, block: usize, k: i32, copy: usize, destination: i32): usize {
  if (unused === 0) addEvents();
  const event = unused;
  unused = nextEvent(event);
  store<i64>(event, time, TIME);
  store<u32>(event, 0, NEXT);
  store<u32>(event, <u32>block, BLOCK);
  store<i32>(event, k, SET);
  store<u32>(event, <u32>copy, COPY);
  store<i32>(event, (destination << KIND_BITS) | kind, KIND);
  store<i32>(event, get(block, Block.FIRST_ID) + k, ID);
  return event;
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
      insert(event, load<i64>(event, TIME));
      event = next;
    }
    level = -1;
  }
  return false;
}

/** Takes the events of the current cycle, sorted by firings of all nodes; 0 for none. */
export function takeEvents(): usize {
  const digit = <i32>(time & (SLOTS - 1));
  const isMixed = load<i32>(slotAt(0, digit), IS_MIXED);
  const first = takeSlot(0, digit);
  return isMixed ? sortEvents(first) : first;
}

/** The event behind `event` in a list, 0 for none. */
export function nextEvent(event: usize): usize {
  return <usize>load<u32>(event, NEXT);
}

export function eventKind(event: usize): i32 {
  return load<i32>(event, KIND) & ((1 << KIND_BITS) - 1);
}

export function eventDestination(event: usize): i32 {
  return load<i32>(event, KIND) >> KIND_BITS;
}

/** The block of the set that it happens to. What comes after the result has left may find it used again. */
export function eventBlock(event: usize): usize {
  return <usize>load<u32>(event, BLOCK);
}

export function eventSet(event: usize): i32 {
  return load<i32>(event, SET);
}

export function eventCopy(event: usize): usize {
  return <usize>load<u32>(event, COPY);
}

/** When it happens; of what is in no slot of the wheel, when it was made. */
export function eventTime(event: usize): i64 {
  return load<i64>(event, TIME);
}

/** Number of the firing among those of all nodes. */
export function eventId(event: usize): i32 {
  return load<i32>(event, ID);
}

/** The event before one in a list that goes both ways; in place of its kind. */
export function eventBefore(event: usize): usize {
  return <usize>load<u32>(event, KIND);
}

export function setEventBefore(event: usize, before: usize): void {
  store<u32>(event, <u32>before, KIND);
}

export function setEventKind(event: usize, kind: i32): void {
  store<i32>(event, kind, KIND);
}

/** Gives the record of an event back. */
export function dropEvent(event: usize): void {
  linkEvents(event, unused);
  unused = event;
}

/** Puts `next` behind `event`. */
export function linkEvents(event: usize, next: usize): void {
  store<u32>(event, <u32>next, NEXT);
}

function addEvents(): void {
  const events = allocate(<u64>newEvents * EVENT_BYTES);
  for (let i = newEvents - 1; i >= 0; i--) dropEvent(events + <usize>i * EVENT_BYTES);
  newEvents = min(newEvents << 1, MOST_EVENTS);
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

/** Sorts a list by ids. A merge sort by runs: events are made in order of nodes, so there are few. */
export function sortEvents(first: usize): usize {
  while (true) {
    let merged: usize = 0;
    let tail: usize = 0;
    let pairs = 0;
    let rest = first;
    while (rest !== 0) {
      const left = rest;
      const right = cutRun(left);
      rest = right === 0 ? 0 : cutRun(right);
      const pair = right === 0 ? left : merge(left, right);
      if (merged === 0) merged = pair;
      else linkEvents(tail, pair);
      if (rest !== 0) tail = lastOf(pair);
      pairs++;
    }
    if (pairs <= 1) return merged;
    first = merged;
  }
}

/** Cuts a list behind its first run; returns the rest. */
function cutRun(event: usize): usize {
  let next = nextEvent(event);
  while (next !== 0 && eventId(event) <= eventId(next)) {
    event = next;
    next = nextEvent(event);
  }
  linkEvents(event, 0);
  return next;
}

function lastOf(event: usize): usize {
  for (let next = nextEvent(event); next !== 0; next = nextEvent(event)) event = next;
  return event;
}

function merge(left: usize, right: usize): usize {
  const takesRight = eventId(right) < eventId(left);
  const first = takesRight ? right : left;
  if (takesRight) right = nextEvent(right);
  else left = nextEvent(left);
  let tail = first;
  while (left !== 0 && right !== 0) {
    if (eventId(right) < eventId(left)) {
      linkEvents(tail, right);
      tail = right;
      right = nextEvent(right);
    } else {
      linkEvents(tail, left);
      tail = left;
      left = nextEvent(left);
    }
  }
  linkEvents(tail, left === 0 ? right : left);
  return first;
}
