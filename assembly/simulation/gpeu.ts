/** GPEUs: one a tile, which computes joins and what is fused to other nodes, one task at a time. */
import { now } from '../kernel/calendar';
import { eventTime } from '../kernel/event';
import { addWide, get, getAddress } from '../kernel/memory';
import { EventKind, eventBlock, eventSet, expect, expectAgain } from './event';
import { Copy, Node, NodeKind, Stalls, Tile, TileWide } from './layout';
import { Block } from './play-layout';
import { entry } from './records';
import { addStall } from './stalls';
import { askResource, beginsAtOnce, endTask } from './task-queues';
import { beginWork, endWork, tileAt } from './tile';
import { useFor } from './use';

/** Cycles of the GPEU for a set: of a join all of it, otherwise of the fused layers. */
export function gpeuCycles(node: usize, k: i32): i64 {
  const fused = <i64>entry(get(node, Node.GPEU_CYCLES), k);
  return get(node, Node.KIND) === NodeKind.JOIN ? fused + entry(get(node, Node.DURATIONS), k) : fused;
}

/** Puts a set into the queue of the GPEU of a tile. */
export function askGpeu(tile: i32, block: usize, k: i32, copy: usize): void {
  askResource(tile, block, k, copy);
}

/** The GPEU of a tile computes a join that starts now and has read. */
export function askForJoin(node: usize, block: usize, k: i32, copy: usize): void {
  const tile = get(copy, Copy.HOME);
  if (!beginsAtOnce(tile)) {
    askResource(tile, block, k, copy);
    return;
  }
  const cycles = gpeuCycles(node, k);
  work(node, tileAt(tile), cycles);
  expect(now() + cycles, EventKind.GPEU_DONE, block, k, copy, 0);
}

/** The GPEU of a tile begins with a task. */
export function beginGpeuTask(tile: usize, task: usize): void {
  const node = getAddress(eventBlock(task), Block.NODE);
  const cycles = gpeuCycles(node, eventSet(task));
  const waited = now() - eventTime(task);
  if (waited > 0) addStall(node, tile, Stalls.GPEU, waited);
  work(node, tile, cycles);
  expectAgain(task, now() + cycles, EventKind.GPEU_DONE);
}

/** The GPEU of a tile is at work for a set from now on. */
function work(node: usize, tile: usize, cycles: i64): void {
  addWide(tile, TileWide.GPEU_BUSY, cycles);
  useFor(tile, Tile.GPEU_BINS, now(), now() + cycles);
  if (get(node, Node.KIND) === NodeKind.JOIN) useFor(node, Node.COMPUTE_BINS, now(), now() + cycles);
  beginWork(tile);
}

/** The GPEU of a tile is done with its task. */
export function endGpeuTask(tile: i32): void {
  endTask(tile);
  endWork(tileAt(tile));
}
