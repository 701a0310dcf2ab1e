/**
 * Queues of what does one task at a time: the GPEU of each tile, by its number, and each side of the off-chip port and of the
 * shared buffer.
 */
import { addBit, mayHaveBits, newBitSet, takeLowestBit } from '../kernel/bit-set';
import { allocateZeros } from '../kernel/memory';
import { endService, enqueue, Queue, serveAtOnce, serveNext } from '../kernel/queue';
import { EventKind, newEvent } from './event';
import { Header } from './layout';
import { header } from './records';

let queues: usize = 0;
/** Those that may have a task to begin with. */
let asked: usize = 0;
let tiles = 0;
/** False where tasks of a round come in another order than that of sets: what spills, and weights. */
let mayBeginAtOnce = false;

/** Empties all queues. */
export function resetTasks(): void {
  tiles = header(Header.TILES);
  mayBeginAtOnce = !header(Header.SPILLS) && !header(Header.HAS_TURNS);
  queues = allocateZeros(<u64>(tiles + 4) * (Queue.WORDS << 2));
  asked = newBitSet(tiles + 4);
}

/** True for the GPEU of a tile. */
export function isGpeu(resource: i32): bool {
  return resource < tiles;
}

/** Number of the input side of the off-chip port. */
export function inputSide(): i32 {
  return tiles;
}

/** Number of the output side. */
export function outputSide(): i32 {
  return tiles + 1;
}

/** Number of the side of the shared buffer through which values get in. */
export function sharedInput(): i32 {
  return tiles + 2;
}

/** Number of the side through which they get out. */
export function sharedOutput(): i32 {
  return tiles + 3;
}

/** Puts the task of a set into a queue. */
export function askResource(resource: i32, block: usize, k: i32, copy: usize): void {
  enqueue(queueAt(resource), newEvent(EventKind.TASK, block, k, copy, 0));
  addBit(asked, resource);
}

/** Puts a task, an event in no list, into a queue. */
export function askWith(resource: i32, task: usize): void {
  enqueue(queueAt(resource), task);
  addBit(asked, resource);
}

/** The task that was begun is over, and the next may begin. */
export function endTask(resource: i32): void {
  if (endService(queueAt(resource))) addBit(asked, resource);
}

/**
 * Lets a resource begin with the task of a set that starts now, where none is before it: sets start in the order in which tasks that come
 * in one round are served. False where the task has to wait in the queue, or where others may come in between.
 */
export function beginsAtOnce(resource: i32): bool {
  return mayBeginAtOnce && serveAtOnce(queueAt(resource));
}

/** False where no resource may begin with a task; true where that takes a closer look. */
export function hasAsked(): bool {
  return mayHaveBits(asked);
}

/** The first resource that may begin with a task, -1 for none; it is not given again before something changes. */
export function takeAsked(): i32 {
  return takeLowestBit(asked);
}

/** The task that a resource begins with, 0 where it has none or is at work. */
export function nextTask(resource: i32): usize {
  return serveNext(queueAt(resource));
}

/** How many queues there are. */
export function taskQueues(): i32 {
  return tiles + 4;
}

/** The queue of a resource. */
export function queueAt(resource: i32): usize {
  return queues + <usize>resource * (Queue.WORDS << 2);
}
