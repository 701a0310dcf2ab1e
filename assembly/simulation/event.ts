/** Events of the simulation: something that happens to a set of a block, on a copy. */
import { enter, now } from '../kernel/calendar';
import { kindWith, newEvent as newRecord, SUBJECT, setEventKind } from '../kernel/event';
import { get } from '../kernel/memory';
import { Block } from './play-layout';

/** What happens. */
export enum EventKind {
  /** A base layer may start its next set on the copy, or an input is there. */
  COPY_DONE = 0,
  /** A join has read. */
  READ_DONE = 1,
  /** Partial sums are at the home of the copy. */
  PARTIALS_DONE = 2,
  GPEU_DONE = 3,
  /** A result has left its tile. */
  SENT = 4,
  /** A result is at a destination, which is the detail of the event; at the off-chip port; has left the chip. */
  ARRIVED = 5,
  ARRIVED_AT_PORT = 6,
  PORT_DONE = 7,
  /** A result has left its tile and is at a destination, both at once. */
  SENT_AND_ARRIVED = 8,
  /** Where MVMs overlap: the last result of a set is out. */
  MVMS_DONE = 9,
  /** Not in the calendar: results and partial sums that get their links in this round, and tasks in a queue. */
  RESULT = 10,
  PARTIALS = 11,
  TASK = 12,
  /** Off-chip memory gives a value; it is through the port; it is on its tile; a message of it, in no calendar. */
  MEMORY_DONE = 13,
  FETCHED = 14,
  ARRIVED_FETCHED = 15,
  FETCH = 16,
  /** A result is stored in off-chip memory. */
  STORED = 17,
  /** Off-chip memory gives weights; they are through the port; they are on their tile; a PE is written; their message, in no calendar. */
  WEIGHTS_MEMORY_DONE = 18,
  WEIGHTS_FETCHED = 19,
  WEIGHTS_ARRIVED = 20,
  WRITTEN = 21,
  WEIGHTS = 22,
}

/** What a task in a queue of the off-chip port is: of its node, a value that is fetched or stored, weights. */
export enum PortTask {
  OWN = 0,
  MEMORY = 1,
  WEIGHTS = 2,
}

/** Fields of the subject, in bytes: the block says which node and inference it is of. */
const BLOCK = SUBJECT;
const SET = SUBJECT + 4;
const COPY = SUBJECT + 8;

/** A record of something that happens to a set now. */
export function newEvent(kind: i32, block: usize, k: i32, copy: usize, detail: i32): usize {
  return newEventOf(now(), kindWith(kind, detail), block, k, copy, get(block, Block.FIRST_ID) + k);
}

function newEventOf(time: i64, what: i32, subject: usize, k: i32, copy: usize, id: i32): usize {
  const event = newRecord(time, what, id);
  store<u32>(event, <u32>subject, BLOCK);
  store<i32>(event, k, SET);
  store<u32>(event, <u32>copy, COPY);
  return event;
}

/** Something that happens to a set at cycle `at`, which is not over. */
export function expect(at: i64, kind: i32, block: usize, k: i32, copy: usize, detail: i32): void {
  expectWhat(at, kindWith(kind, detail), block, k, copy);
}

/** Kind and detail are one: so there are no more parameters than there are registers for. */
function expectWhat(at: i64, what: i32, block: usize, k: i32, copy: usize): void {
  enter(newEventOf(at, what, block, k, copy, get(block, Block.FIRST_ID) + k), at);
}

/** A record of something that happens now to PE `n` in the order of writing; it has the id of a set behind all others. */
export function newWriteEvent(kind: i32, write: usize, n: i32, id: i32, detail: i32): usize {
  return newEventOf(now(), kindWith(kind, detail), write, n, 0, id);
}

/** The same with a record that is in no list. */
export function expectAgain(event: usize, at: i64, kind: i32): void {
  setEventKind(event, kind);
  enter(event, at);
}

/** The block of the set that it happens to. What comes after the result has left may find it used again. */
export function eventBlock(event: usize): usize {
  return <usize>load<u32>(event, BLOCK);
}

/** The set that it happens to is of another block, of the same node. */
export function setEventBlock(event: usize, block: usize): void {
  store<u32>(event, <u32>block, BLOCK);
}

export function eventSet(event: usize): i32 {
  return load<i32>(event, SET);
}

export function eventCopy(event: usize): usize {
  return <usize>load<u32>(event, COPY);
}
