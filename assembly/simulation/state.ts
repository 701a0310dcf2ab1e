/**
 * The state of the chip where a cycle begins, in words that are equal where the same follows: times are counted from now, and
 * inferences and sets from an inference, and what makes no difference any more is left out. It is all that decides what happens; of
 * what is only counted it holds what has begun and is not counted yet.
 */
import { ALL_SLOTS, eventsOf, now } from '../kernel/calendar';
import { eventId, eventKindAndDetail, eventTime, nextEvent } from '../kernel/event';
import { areEqual, get, getAddress, getWide, set } from '../kernel/memory';
import { firstInOrder, Queue } from '../kernel/queue';
import {
  beginWalk,
  differ,
  isComparing,
  isForName,
  keptBytes,
  mixed,
  see,
  seeAside,
  seeBytes,
  seeSum,
} from '../kernel/snapshot';
import { eventAt, setEventAt, sortEventsByTime } from '../kernel/sorted-events';
import { firstUntouched, firstWaiting, isAhead, isOver } from './ahead';
import { blockIfAny, firstUnderWay, sizeAt, stateOf, valueAt } from './block';
import { chargesDiffer } from './charges';
import { copyAt, copyIndex } from './copy';
import { eventBlock } from './event';
import { hasInputWindows, inputWindow } from './input-buffer';
import { BufferWide, Copy, Header, LinkWide, Node, NodeKind, NodeWide, Tile } from './layout';
import { linkAt } from './link';
import { hasOutputWindows, outputWindow } from './output-buffer';
import { Block, NoBlock, SetState, Value, ValueBits, Window, WindowWide } from './play-layout';
import { header, item, nodeAt } from './records';
import { queueAt, taskQueues } from './task-queues';
import { tileAt } from './tile';

/** What inferences are counted from. */
let origin = 0;

/** Walks through the state, of a run in which nothing spills and no weights take turns. Inferences are counted from `inference`. */
export function walkState(walk: i32, inference: i32): void {
  origin = inference;
  beginWalk(walk);
  for (let i = 0; i < header(Header.NODES); i++) walkNode(nodeAt(i));
  for (let i = 0; i < header(Header.TILES); i++) walkTile(tileAt(i));
  for (let i = 0; i < header(Header.LINKS); i++) see(timeLeft(getWide(linkAt(i), LinkWide.FREE_CYCLE)));
  for (let i = 0; i < taskQueues(); i++) walkTasks(queueAt(i));
  walkEvents();
}

/** How long something is still taken; whatever is free is free alike. */
function timeLeft(until: i64): i64 {
  return max<i64>(until - now(), 0);
}

/** A firing or an id of a node, counted from the first one of the inference. */
function sinceOrigin(node: usize, firing: i32): i64 {
  return <i64>firing - <i64>origin * get(node, Node.SETS);
}

function walkNode(node: usize): void {
  const over = isOver(node);
  see(i64(over));
  if (over) return;
  const ahead = isAhead(node);
  see(i64(ahead));
  see(sinceOrigin(node, ahead ? firstWaiting(node) : get(node, Node.NEXT)));
  if (!ahead) {
    see(get(node, Node.NEXT_COPY));
    see(get(node, Node.PASSED_OVER));
    see(now() - getWide(node, NodeWide.LAST_START));
  }
  for (let i = 0; i < get(node, Node.COPY_COUNT); i++) see(get(copyAt(node, i), Copy.IS_BUSY));
  if (hasInputWindows()) walkWindows(getAddress(node, Node.INPUT_WINDOWS), get(node, Node.DESTINATION_COUNT));
  if (hasOutputWindows()) walkWindows(getAddress(node, Node.OUTPUT_WINDOWS), get(node, Node.HOME_COUNT));
  if (hasInputWindows() || hasOutputWindows()) see(sinceOrigin(node, get(node, Node.TURN)));
  if (!ahead) {
    for (let e = firstInOrder(node + (Node.QUEUE << 2)); e !== 0; e = nextEvent(e)) walkWaiting(node, e);
    see(-1);
  }
  if (!ahead && header(Header.IS_LBL) && get(node, Node.KIND) === NodeKind.BASE) walkUnfinished(node);
  walkBlocks(node);
}

function walkWindows(windows: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const window = windows + <usize>i * (Window.WORDS << 2);
    const used = getWide(window, WindowWide.USED);
    see(((used + getWide(window, WindowWide.SHARED)) << 1) | <i64>get(window, Window.IS_WAITING));
    if (isForName()) seeAside(used);
    else if (!isComparing()) see(used);
    else if (load<i64>(keptBytes(8)) !== used) chargesDiffer(window);
  }
}

/** Something that waits, since when, and behind it all others of its queue. */
function walkWaiting(node: usize, event: usize): void {
  see(now() - eventTime(event));
  see(sinceOrigin(node, eventId(event) - get(node, Node.FIRST_ID)));
}

/** Layer by layer: sets that are not finished, of inferences of which some are and some are not. */
function walkUnfinished(node: usize): void {
  const unfinished = getAddress(node, Node.UNFINISHED);
  const end = endUnfinished(node);
  for (let i = firstUnfinished(node); i < end; i++) {
    see(i - origin);
    see(item(unfinished, i));
  }
  see(i64.MAX_VALUE);
}

/** Layer by layer: the first inference of a base layer that is not finished there. */
export function firstUnfinished(node: usize): i32 {
  const unfinished = getAddress(node, Node.UNFINISHED);
  const inferences = get(node, Node.INFERENCES);
  let first = get(node, Node.FIRST_UNFINISHED);
  while (first < inferences && item(unfinished, first) === 0) first++;
  set(node, Node.FIRST_UNFINISHED, first);
  return first;
}

/** The first inference of a base layer of which no set has started. */
export function endUnfinished(node: usize): i32 {
  return get(node, Node.NEXT_INFERENCE) + i32(get(node, Node.NEXT_SET) > 0);
}

/** All blocks of a node, or those of inferences of which something has been sent where it is ahead. */
function walkBlocks(node: usize): void {
  let left = get(node, Node.BLOCK_COUNT);
  if (isAhead(node)) left -= get(node, Node.INFERENCES) - firstUntouched(node);
  see(left);
  for (let i = firstUnderWay(node); left > 0; i++) {
    const block = blockIfAny(node, i);
    if (block <= <usize>NoBlock.OVER) continue;
    left--;
    see(i - origin);
    see(get(block, Block.LEFT));
    walkBlock(node, block);
  }
}

/** Sets and barriers, and the values that somebody has still to read. */
function walkBlock(node: usize, block: usize): void {
  const states = stateOf(block, 0);
  const values = block + getAddress(node, Node.BLOCK_VALUES);
  const sets = (<usize>get(node, Node.SETS)) << 2;
  const destinations = get(node, Node.DESTINATION_COUNT);
  if (!isComparing()) {
    seeBytes(states, values - states + <usize>destinations * sets * Value.WORDS);
    if (isForName()) seeCharges(node, block);
    return;
  }
  compareStates(node, block, keptBytes(sets));
  seeBytes(states + sets, values - states - sets);
  for (let d = 0; d < destinations; d++) {
    seeBytes(valueAt(node, block, 0, d), sets);
    if (isComparing()) compareSizes(node, valueAt(node, block, 0, d), d, keptBytes(sets));
  }
}

/** For the whole name: which values of a block are in windows. */
function seeCharges(node: usize, block: usize): void {
  const sets = get(node, Node.SETS);
  if (hasOutputWindows()) {
    for (let k = 0; k < sets; k++) {
      const state = load<i32>(stateOf(block, k));
      if (state < 0 && (state & SetState.IN_WINDOW) !== 0) seeAside(k);
    }
  }
  if (!hasInputWindows()) return;
  for (let d = 0; d < get(node, Node.DESTINATION_COUNT); d++) {
    seeAside(-1);
    for (let k = 0; k < sets; k++) {
      const value = valueAt(node, block, k, d);
      if (load<i32>(value) !== 0 && load<i32>(sizeAt(node, value)) < 0) seeAside(k);
    }
  }
}

/** Sets, some of whose results may be in the window of the output buffer here and in its shared room there. */
function compareStates(node: usize, block: usize, kept: usize): void {
  const sets = get(node, Node.SETS);
  if (areEqual(stateOf(block, 0), kept, (<usize>sets) << 2)) return;
  for (let k = 0; k < sets; k++) {
    const state = load<i32>(stateOf(block, k));
    const difference = state ^ load<i32>(kept + ((<usize>k) << 2));
    if (difference === 0) continue;
    if (difference !== SetState.IN_WINDOW || !(state & SetState.STARTED)) differ();
    else chargesDiffer(outputWindow(node, copyAt(node, copyIndex(node, get(block, Block.FIRST) + k))));
  }
}

/** Sizes of values that somebody has still to read, some of which may be in the window of the input buffer here only, or there. */
function compareSizes(node: usize, values: usize, destination: i32, kept: usize): void {
  const sets = get(node, Node.SETS);
  if (areEqual(sizeAt(node, values), kept, (<usize>sets) << 2)) return;
  for (let k = 0; k < sets; k++) {
    const value = values + ((<usize>k) << 2);
    const difference = load<i32>(sizeAt(node, value)) ^ load<i32>(kept + ((<usize>k) << 2));
    if (difference === 0 || load<i32>(value) === 0) continue;
    if (difference !== ValueBits.IN_WINDOW) differ();
    else chargesDiffer(inputWindow(node, destination));
  }
}

function walkTile(tile: usize): void {
  see(getWide(tile, Tile.INPUT + BufferWide.BITS));
  // Without a limit it asks for nothing: it is what results have not left, and of nodes that are ahead that is never the same.
  if (hasOutputWindows()) see(getWide(tile, Tile.OUTPUT + BufferWide.BITS));
  see(get(tile, Tile.ACTIVE));
  const ports = getAddress(tile, Tile.READ_PORTS);
  if (ports === 0) return;
  for (let i = 0; i < header(Header.READ_PORTS); i++) see(timeLeft(load<i64>(ports + ((<usize>i) << 3))));
}

function walkTasks(queue: usize): void {
  see(get(queue, Queue.IS_BUSY));
  for (let e = getAddress(queue, Queue.HEAD); e !== 0; e = nextEvent(e)) {
    const node = nodeOf(e);
    see(get(node, Node.INDEX));
    walkWaiting(node, e);
  }
  see(-1);
}

/** The node that an event is of; its block may be that of another inference by now. */
export function nodeOf(event: usize): usize {
  return getAddress(eventBlock(event), Block.NODE);
}

/** What is to happen. The order in which it was entered makes no difference. */
function walkEvents(): void {
  let count = 0;
  let sum: u64 = 0;
  for (let slot = 0; slot < ALL_SLOTS; slot++) {
    for (let e = eventsOf(slot); e !== 0; e = nextEvent(e)) {
      if (isForName()) sum += nameOfEvent(e);
      else setEventAt(count, e);
      count++;
    }
  }
  see(count);
  if (isForName()) {
    seeSum(sum, 3 * count);
    return;
  }
  sortEventsByTime(count);
  for (let i = 0; i < count; i++) {
    const event = eventAt(i);
    see(eventTime(event) - now());
    see(firingOf(event));
    see(whatIs(event));
  }
}

function nameOfEvent(event: usize): u64 {
  const time = mixed(<u64>(eventTime(event) - now()));
  return mixed(mixed(time ^ <u64>firingOf(event)) ^ <u64>whatIs(event));
}

/** What happens, and to which node. */
function whatIs(event: usize): i64 {
  return <i64>eventKindAndDetail(event) | ((<i64>get(nodeOf(event), Node.INDEX)) << 32);
}

function firingOf(event: usize): i64 {
  const node = nodeOf(event);
  return sinceOrigin(node, eventId(event) - get(node, Node.FIRST_ID));
}
