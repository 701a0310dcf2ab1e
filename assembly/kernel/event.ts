/**
 * Records of events: when something happens, what it is of, and what happens. They stand in linked lists, and are
 * used again; so memory grows with the events that are under way, not with all.
 */
import { allocate } from './memory';

/** Fields of an event, in bytes; what it is of has {@link SUBJECT} to {@link KIND} for itself. */
const TIME = 0;
export const NEXT = 8;
export const SUBJECT = 12;
/** A small number (of an arrival: where), and in the lowest bits the kind. */
const KIND = 24;
/** The order of events of one time. */
const ID = 28;
const EVENT_BYTES = 32;
const KIND_BITS = 5;
/** Memory for events is taken in ever larger pieces: growing it costs time, however little it grows. */
const FIRST_EVENTS = 4096;
const MOST_EVENTS = 4194304;

/** Address of the first record that is not used: at a place of its own in memory, which takes less to read than a variable. */
const UNUSED: usize = memory.data(8);
let newEvents = FIRST_EVENTS;

/** There are no records. */
export function resetEvents(): void {
  setUnused(0);
  newEvents = FIRST_EVENTS;
}

function setUnused(event: usize): void {
  store<u32>(UNUSED, <u32>event);
}

/** A record that may stand in some list. Its subject is still to be set. */
export function newEvent(time: i64, kindAndDetail: i32, id: i32): usize {
  let event = <usize>load<u32>(UNUSED);
  if (event === 0) event = addEvents();
  setUnused(nextEvent(event));
  store<i64>(event, time, TIME);
  store<i32>(event, kindAndDetail, KIND);
  store<i32>(event, id, ID);
  return event;
}

/** What {@link newEvent} takes as one. */
export function kindWith(kind: i32, detail: i32): i32 {
  return (detail << KIND_BITS) | kind;
}

/** Makes records, and returns the first of those that are not used. */
function addEvents(): usize {
  const events = allocate(<u64>newEvents * EVENT_BYTES);
  for (let i = newEvents - 1; i >= 0; i--) dropEvent(events + <usize>i * EVENT_BYTES);
  newEvents = min(newEvents << 1, MOST_EVENTS);
  return events;
}

/** Gives the record of an event back. */
export function dropEvent(event: usize): void {
  linkEvents(event, <usize>load<u32>(UNUSED));
  setUnused(event);
}

/** When it happens; of what is not in the calendar, when it was made. */
export function eventTime(event: usize): i64 {
  return load<i64>(event, TIME);
}

export function setEventTime(event: usize, time: i64): void {
  store<i64>(event, time, TIME);
}

export function eventKind(event: usize): i32 {
  return load<i32>(event, KIND) & ((1 << KIND_BITS) - 1);
}

export function eventDetail(event: usize): i32 {
  return load<i32>(event, KIND) >> KIND_BITS;
}

/** Sets the kind; the detail is 0. */
export function setEventKind(event: usize, kind: i32): void {
  store<i32>(event, kind, KIND);
}

/** Kind and detail together, as one number. */
export function eventKindAndDetail(event: usize): i32 {
  return load<i32>(event, KIND);
}

export function eventId(event: usize): i32 {
  return load<i32>(event, ID);
}

export function setEventId(event: usize, id: i32): void {
  store<i32>(event, id, ID);
}

/** The event behind `event` in a list, 0 for none. */
export function nextEvent(event: usize): usize {
  return <usize>load<u32>(event, NEXT);
}

/** Puts `next` behind `event`. */
export function linkEvents(event: usize, next: usize): void {
  store<u32>(event, <u32>next, NEXT);
}

/** The event before one in a list that goes both ways; in place of its kind. */
export function eventBefore(event: usize): usize {
  return <usize>load<u32>(event, KIND);
}

export function setEventBefore(event: usize, before: usize): void {
  store<u32>(event, <u32>before, KIND);
}

/** Sorts a list by ids. A merge sort by runs: events are mostly made in order, so there are few. */
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
      if (rest !== 0) tail = lastEvent(pair);
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

/** The last one of a list. */
export function lastEvent(event: usize): usize {
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
