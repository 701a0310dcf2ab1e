/**
 * Queues of tasks: one for the GPEU of each tile, one for each side of the off-chip port. First come, first
 * served; tasks of one round stand in the order of firings.
 */

import { addBit, newBitSet, takeLowestBit } from '../kernel/bit-set';
import { allocate, get, getAddress, set } from '../kernel/memory';
import {
  EVENT_COPY_DONE,
  EVENT_GPEU_DONE,
  EVENT_PORT_DONE,
  EVENT_TASK,
  eventBlock,
  eventId,
  eventSet,
  eventTime,
  expectAgain,
  linkEvents,
  newEvent,
  nextEvent,
  now,
  sortEvents,
} from './events';
import { Block, Header, HeaderWide, Node, NodeKind, NodeWide, Stalls, TileWide, UNLIMITED } from './layout';
import { addWide, entry, header, resultBits, tileAt, wideHeader } from './records';
import { addWait, beginWork } from './stalls';

const HEAD = 0;
const TAIL = 1;
const IS_BUSY = 2;
/** Tasks that came in this round, and 1 where they are not in order. */
const NEW_HEAD = 3;
const NEW_TAIL = 4;
const IS_MIXED = 5;
const QUEUE_WORDS = 6;

let queues: usize = 0;
let asked: usize = 0;
let tiles = 0;

/** Empties all queues. */
export function resetQueues(): void {
  tiles = header(Header.TILES);
  const bytes = <usize>(tiles + 2) * (QUEUE_WORDS << 2);
  queues = allocate(bytes);
  memory.fill(queues, 0, bytes);
  asked = newBitSet(tiles + 2);
}

/** The queue of the input side of the off-chip port; that of a GPEU has the number of its tile. */
export function portIn(): i32 {
  return tiles;
}

/** The queue of the output side of the off-chip port. */
export function portOut(): i32 {
  return tiles + 1;
}

/** Cycles of the GPEU for a set: of a join all of it, otherwise of the fused layers. */
export function gpeuCycles(node: usize, k: i32): i64 {
  const fused = <i64>entry(get(node, Node.GPEU_CYCLES), k);
  return get(node, Node.KIND) === NodeKind.JOIN ? fused + entry(get(node, Node.DURATIONS), k) : fused;
}

/** True where the off-chip port takes time for bits. */
export function isPortTimed(bits: i64): bool {
  return bits > 0 && wideHeader(HeaderWide.OFF_CHIP_BITS) !== UNLIMITED;
}

/** Bits of the result of a set that leave the chip. */
export function outputBits(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.LEAVING_BITS), k);
}

/** Cycles of a side of the off-chip port, which takes time. */
function portCycles(bits: i64): i64 {
  const width = wideHeader(HeaderWide.OFF_CHIP_BITS);
  return (bits + width - 1) / width;
}

/** Lets the task of a set stand in a queue. */
export function ask(queue: i32, block: usize, k: i32, copy: usize): void {
  const record = queueAt(queue);
  const task = newEvent(EVENT_TASK, block, k, copy, 0);
  const last = getAddress(record, NEW_TAIL);
  if (last === 0) {
    set(record, NEW_HEAD, <i32>task);
  } else {
    if (eventId(last) > eventId(task)) set(record, IS_MIXED, 1);
    linkEvents(last, task);
  }
  set(record, NEW_TAIL, <i32>task);
  addBit(asked, queue);
}

/** A queue whose task is over may take the next. */
export function endTask(queue: i32): void {
  set(queueAt(queue), IS_BUSY, 0);
  addBit(asked, queue);
}

/** Phase 4: what is idle takes the next task. */
export function beginTasks(): void {
  for (let queue = takeLowestBit(asked); queue >= 0; queue = takeLowestBit(asked)) {
    const record = queueAt(queue);
    if (get(record, NEW_HEAD) !== 0) appendNew(record);
    if (get(record, HEAD) !== 0 && !get(record, IS_BUSY)) beginTask(queue, record);
  }
}

function queueAt(queue: i32): usize {
  return queues + <usize>queue * (QUEUE_WORDS << 2);
}

/** Puts the tasks of this round, by firings, behind those of rounds before. */
function appendNew(record: usize): void {
  let first = getAddress(record, NEW_HEAD);
  let last = getAddress(record, NEW_TAIL);
  if (get(record, IS_MIXED)) {
    first = sortEvents(first);
    last = first;
    for (let next = nextEvent(last); next !== 0; next = nextEvent(next)) last = next;
  }
  if (get(record, HEAD) === 0) set(record, HEAD, <i32>first);
  else linkEvents(getAddress(record, TAIL), first);
  set(record, TAIL, <i32>last);
  set(record, NEW_HEAD, 0);
  set(record, NEW_TAIL, 0);
  set(record, IS_MIXED, 0);
}

function beginTask(queue: i32, record: usize): void {
  const task = getAddress(record, HEAD);
  set(record, HEAD, <i32>nextEvent(task));
  set(record, IS_BUSY, 1);
  const node = getAddress(eventBlock(task), Block.NODE);
  const k = eventSet(task);
  const waited = now() - eventTime(task);
  if (queue < tiles) {
    const cycles = gpeuCycles(node, k);
    const tile = tileAt(queue);
    addWide(tile, TileWide.GPEU_BUSY, cycles);
    if (waited > 0) addWait(node, tile, Stalls.GPEU, waited);
    beginWork(tile);
    expectAgain(task, now() + cycles, EVENT_GPEU_DONE);
  } else {
    addWide(node, NodeWide.WAIT_PORT, waited);
    if (queue === portIn()) expectAgain(task, now() + portCycles(resultBits(node, k)), EVENT_COPY_DONE);
    else expectAgain(task, now() + portCycles(outputBits(node, k)), EVENT_PORT_DONE);
  }
}
