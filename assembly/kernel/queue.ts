/** Lists and queues of events: in the order in which they come, or of their ids. */
import { eventBefore, eventId, lastEvent, linkEvents, nextEvent, setEventBefore, sortEvents } from './event';
import { get, getAddress, set } from './memory';

/** What came in a round: its first and last event, and 1 where they are not in the order of ids. */
export enum Arrivals {
  FIRST = 0,
  LAST = 1,
  IS_MIXED = 2,
  WORDS = 3,
}

/** First come, first served, one at a time; those of one round by ids. */
export enum Queue {
  HEAD = 0,
  TAIL = 1,
  /** 1 while one is served. */
  IS_BUSY = 2,
  ARRIVALS = 3,
  WORDS = 6,
}

/** Those that wait, by ids, whenever they came. */
export enum OrderedQueue {
  HEAD = 0,
  TAIL = 1,
  WORDS = 2,
}

/** An event that is in no list comes. */
export function arriveAt(arrivals: usize, event: usize): void {
  linkEvents(event, 0);
  if (!hasArrivals(arrivals)) {
    set(arrivals, Arrivals.FIRST, <i32>event);
  } else {
    const last = getAddress(arrivals, Arrivals.LAST);
    if (eventId(last) > eventId(event)) set(arrivals, Arrivals.IS_MIXED, 1);
    linkEvents(last, event);
  }
  set(arrivals, Arrivals.LAST, <i32>event);
}

/** True where something came. */
function hasArrivals(arrivals: usize): bool {
  return get(arrivals, Arrivals.FIRST) !== 0;
}

/** Takes all that came, by ids; 0 for none. */
export function takeArrivals(arrivals: usize): usize {
  const first = getAddress(arrivals, Arrivals.FIRST);
  set(arrivals, Arrivals.FIRST, 0);
  return get(arrivals, Arrivals.IS_MIXED) ? sortArrivals(arrivals, first) : first;
}

/** Sorts what came; `LAST` is the last one then. */
function sortArrivals(arrivals: usize, first: usize): usize {
  const sorted = sortEvents(first);
  set(arrivals, Arrivals.IS_MIXED, 0);
  set(arrivals, Arrivals.LAST, <i32>lastEvent(sorted));
  return sorted;
}

/** An event that is in no list is to be served. */
export function enqueue(queue: usize, event: usize): void {
  arriveAt(queue + (Queue.ARRIVALS << 2), event);
}

/** Begins to serve the next one; 0 where there is none, or one is served. */
export function serveNext(queue: usize): usize {
  if (hasArrivals(queue + (Queue.ARRIVALS << 2))) appendArrivals(queue);
  const event = getAddress(queue, Queue.HEAD);
  if (event === 0 || get(queue, Queue.IS_BUSY)) return 0;
  set(queue, Queue.HEAD, <i32>nextEvent(event));
  set(queue, Queue.IS_BUSY, 1);
  return event;
}

/** The one that is served has been; true where others wait. */
export function endService(queue: usize): bool {
  set(queue, Queue.IS_BUSY, 0);
  return get(queue, Queue.HEAD) !== 0 || hasArrivals(queue + (Queue.ARRIVALS << 2));
}

/** Begins to serve one that need not wait; false where it has to, as one is served or others wait. */
export function serveAtOnce(queue: usize): bool {
  const isTaken =
    get(queue, Queue.IS_BUSY) | get(queue, Queue.HEAD) | get(queue, Queue.ARRIVALS + Arrivals.FIRST);
  if (isTaken !== 0) return false;
  set(queue, Queue.IS_BUSY, 1);
  return true;
}

/** Puts those of this round, which there are, behind those of rounds before. */
function appendArrivals(queue: usize): void {
  const arrivals = queue + (Queue.ARRIVALS << 2);
  let first = getAddress(arrivals, Arrivals.FIRST);
  // As takeArrivals, which would not be inlined then.
  set(arrivals, Arrivals.FIRST, 0);
  if (get(arrivals, Arrivals.IS_MIXED)) first = sortArrivals(arrivals, first);
  if (get(queue, Queue.HEAD) === 0) set(queue, Queue.HEAD, <i32>first);
  else linkEvents(getAddress(queue, Queue.TAIL), first);
  set(queue, Queue.TAIL, get(arrivals, Arrivals.LAST));
}

/** Puts an event that is in no list, and whose kind is not needed, behind the last one of a lower id. */
export function insertInOrder(queue: usize, event: usize): void {
  const id = eventId(event);
  let before = getAddress(queue, OrderedQueue.TAIL);
  while (before !== 0 && eventId(before) > id) before = eventBefore(before);
  const next = before === 0 ? getAddress(queue, OrderedQueue.HEAD) : nextEvent(before);
  linkEvents(event, next);
  setEventBefore(event, before);
  if (before === 0) set(queue, OrderedQueue.HEAD, <i32>event);
  else linkEvents(before, event);
  if (next === 0) set(queue, OrderedQueue.TAIL, <i32>event);
  else setEventBefore(next, event);
}

/** The event of the lowest id, 0 for none. */
export function firstInOrder(queue: usize): usize {
  return getAddress(queue, OrderedQueue.HEAD);
}

/** The event of the highest id, 0 for none. */
export function lastInOrder(queue: usize): usize {
  return getAddress(queue, OrderedQueue.TAIL);
}

/** Takes the first one out; it is there. */
export function removeFirstInOrder(queue: usize): void {
  const next = nextEvent(getAddress(queue, OrderedQueue.HEAD));
  set(queue, OrderedQueue.HEAD, <i32>next);
  if (next === 0) set(queue, OrderedQueue.TAIL, 0);
  else setEventBefore(next, 0);
}
