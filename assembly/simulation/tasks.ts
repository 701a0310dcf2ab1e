/** Phase 4: what computes one task at a time takes the next of its queue, first come, first served. */
import { addBit, newBitSet, takeLowestBit } from '../kernel/bit-set';
import { allocateZeros } from '../kernel/memory';
import { endService, enqueue, Queue, serveNext } from '../kernel/queue';
import { EventKind, newEvent } from './event';
import { beginGpeuTask } from './gpeu';
import { Header } from './layout';
import { beginPortTask } from './off-chip-port';
import { header } from './records';
import { tileAt } from './tile';

/** A queue for the GPEU of each tile, by its number, and one for each side of the off-chip port. */
let queues: usize = 0;
/** Those that may have a task to begin with. */
let asked: usize = 0;
let tiles = 0;

/** Empties all queues. */
export function resetTasks(): void {
  tiles = header(Header.TILES);
  queues = allocateZeros(<u64>(tiles + 2) * (Queue.WORDS << 2));
  asked = newBitSet(tiles + 2);
}

/** Number of the input side of the off-chip port. */
export function inputSide(): i32 {
  return tiles;
}

/** Number of the output side. */
export function outputSide(): i32 {
  return tiles + 1;
}

/** Puts the task of a set into a queue. */
export function askResource(resource: i32, block: usize, k: i32, copy: usize): void {
  enqueue(queueAt(resource), newEvent(EventKind.TASK, block, k, copy, 0));
  addBit(asked, resource);
}

/** The task that was begun is over, and the next may begin. */
export function endTask(resource: i32): void {
  endService(queueAt(resource));
  addBit(asked, resource);
}

/** What is idle takes the next task. */
export function beginTasks(): void {
  for (let resource = takeLowestBit(asked); resource >= 0; resource = takeLowestBit(asked)) {
    const task = serveNext(queueAt(resource));
    if (task === 0) continue;
    if (resource < tiles) beginGpeuTask(tileAt(resource), task);
    else beginPortTask(resource === inputSide(), task);
  }
}

function queueAt(resource: i32): usize {
  return queues + <usize>resource * (Queue.WORDS << 2);
}
