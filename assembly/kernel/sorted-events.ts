/** Events beside the lists that they stand in, sorted by time, then by id, then by what happens. */
import { eventId, eventKindAndDetail, eventTime } from './event';
import { allocate } from './memory';

let events: usize = 0;
let capacity = 0;

/** There is no memory for any. */
export function resetSortedEvents(): void {
  events = 0;
  capacity = 0;
}

/** Sets the event at an index; those below it are there. */
export function setEventAt(index: i32, event: usize): void {
  if (index === capacity) grow();
  put(index, event);
}

/** The event at an index. */
export function eventAt(index: i32): usize {
  return <usize>load<u32>(events + ((<usize>index) << 2));
}

/** Sorts the first `count` events: as a heap, since there is no list to merge. */
export function sortEventsByTime(count: i32): void {
  for (let i = (count >> 1) - 1; i >= 0; i--) sift(i, count);
  for (let end = count - 1; end > 0; end--) {
    const last = eventAt(end);
    put(end, eventAt(0));
    put(0, last);
    sift(0, end);
  }
}

/** Lets the event at an index sink below all that are behind it. */
function sift(index: i32, count: i32): void {
  const event = eventAt(index);
  while (true) {
    let child = 2 * index + 1;
    if (child >= count) break;
    if (child + 1 < count && isBehind(eventAt(child + 1), eventAt(child))) child++;
    if (!isBehind(eventAt(child), event)) break;
    put(index, eventAt(child));
    index = child;
  }
  put(index, event);
}

function isBehind(a: usize, b: usize): bool {
  if (eventTime(a) !== eventTime(b)) return eventTime(a) > eventTime(b);
  if (eventId(a) !== eventId(b)) return eventId(a) > eventId(b);
  return eventKindAndDetail(a) > eventKindAndDetail(b);
}

function put(index: i32, event: usize): void {
  store<u32>(events + ((<usize>index) << 2), <u32>event);
}

function grow(): void {
  const larger = max(1024, capacity << 1);
  const grown = allocate((<u64>larger) << 2);
  if (capacity > 0) memory.copy(grown, events, (<usize>capacity) << 2);
  events = grown;
  capacity = larger;
}
