/**
 * The chip as it is so many inferences later, where its state is the same: all that is under way is of later inferences, and
 * happens later.
 */

import { addBit, removeBit } from '../kernel/bit-set';
import { ALL_SLOTS, eventsOf, moveTime } from '../kernel/calendar';
import { eventId, eventTime, nextEvent, setEventId, setEventTime } from '../kernel/event';
import { addWide, get, getAddress, set } from '../kernel/memory';
import { firstInOrder, Queue } from '../kernel/queue';
import { isAhead, isOver } from './ahead';
import { blockIfAny, firstUnderWay, lastUnderWay, moveBlocks, stateOf } from './block';
import { copyAt } from './copy';
import { hasInputWindows } from './input-buffer';
import { CopyWide, Header, HeaderWide, LinkWide, Node, NodeKind, NodeWide, Tile, TileWide } from './layout';
import { linkAt } from './link';
import { hasOutputWindows } from './output-buffer';
import { NoBlock } from './play-layout';
import { header, headerRecord, item, nodeAt } from './records';
import { endUnfinished, firstUnfinished, nodeOf } from './state';
import { queueAt, taskQueues } from './task-queues';
import { tileAt } from './tile';

let inferences = 0;
let cycles: i64 = 0;

/** Moves all that is under way on by so many inferences, and the time by so many cycles. */
export function skip(skippedInferences: i32, skippedCycles: i64): void {
  inferences = skippedInferences;
  cycles = skippedCycles;
  for (let slot = 0; slot < ALL_SLOTS; slot++) moveIds(eventsOf(slot));
  moveTime(cycles);
  for (let i = 0; i < taskQueues(); i++) moveList(getAddress(queueAt(i), Queue.HEAD));
  for (let i = 0; i < header(Header.NODES); i++) moveNode(nodeAt(i));
  for (let i = 0; i < header(Header.TILES); i++) moveTile(tileAt(i));
  for (let i = 0; i < header(Header.LINKS); i++) addWide(linkAt(i), LinkWide.FREE_CYCLE, cycles);
  addWide(headerRecord(), HeaderWide.CYCLES, cycles);
}

/** Sets that are skipped of a node. */
function firingsOf(node: usize): i32 {
  return inferences * get(node, Node.SETS);
}

function moveIds(first: usize): void {
  for (let event = first; event !== 0; event = nextEvent(event)) {
    setEventId(event, eventId(event) + firingsOf(nodeOf(event)));
  }
}

/** What waits in a queue, since when. */
function moveList(first: usize): void {
  moveIds(first);
  for (let event = first; event !== 0; event = nextEvent(event)) {
    setEventTime(event, eventTime(event) + cycles);
  }
}

function moveNode(node: usize): void {
  if (isOver(node)) return;
  if (isAhead(node)) {
    set(node, Node.TURN, get(node, Node.TURN) + firingsOf(node));
    return;
  }
  const kind = get(node, Node.KIND);
  if (kind === NodeKind.JOIN) moveReady(node);
  else if (header(Header.IS_LBL) && kind === NodeKind.BASE) moveUnfinished(node);
  moveBlocks(node, inferences);
  const firings = firingsOf(node);
  set(node, Node.NEXT, get(node, Node.NEXT) + firings);
  if (kind !== NodeKind.JOIN) set(node, Node.NEXT_INFERENCE, get(node, Node.NEXT_INFERENCE) + inferences);
  if (hasInputWindows() || hasOutputWindows()) set(node, Node.TURN, get(node, Node.TURN) + firings);
  addWide(node, NodeWide.LAST_START, cycles);
  addWide(node, NodeWide.END, cycles);
  for (let i = 0; i < get(node, Node.COPY_COUNT); i++) addWide(copyAt(node, i), CopyWide.FREE_CYCLE, cycles);
  moveList(firstInOrder(node + (Node.QUEUE << 2)));
}

/** Sets of a join that have everything and have not started: from the last on, since what is moved may be among those behind. */
function moveReady(node: usize): void {
  const ready = getAddress(node, Node.READY);
  const sets = get(node, Node.SETS);
  const first = firstUnderWay(node);
  for (let i = lastUnderWay(node); i >= first; i--) {
    const block = blockIfAny(node, i);
    if (block <= <usize>NoBlock.OVER) continue;
    for (let k = sets - 1; k >= 0; k--) {
      if (load<i32>(stateOf(block, k)) !== 0) continue;
      removeBit(ready, i * sets + k);
      addBit(ready, (i + inferences) * sets + k);
    }
  }
}

/** Layer by layer: sets that are not finished are of later inferences, and all before them are. */
function moveUnfinished(node: usize): void {
  const unfinished = getAddress(node, Node.UNFINISHED);
  const first = firstUnfinished(node);
  for (let i = endUnfinished(node) - 1; i >= first; i--) set(unfinished, i + inferences, item(unfinished, i));
  memory.fill(unfinished + ((<usize>first) << 2), 0, (<usize>inferences) << 2);
}

function moveTile(tile: usize): void {
  addWide(tile, TileWide.ACTIVE_SINCE, cycles);
  const ports = getAddress(tile, Tile.READ_PORTS);
  if (ports === 0) return;
  for (let i = 0; i < header(Header.READ_PORTS); i++) {
    const port = ports + ((<usize>i) << 3);
    store<i64>(port, load<i64>(port) + cycles);
  }
}
