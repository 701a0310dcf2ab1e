/**
 * Phase 2, first half: results are injected when every tile that they go to has room. Nodes with results
 * stand in one line; who has to stay blocks all tiles that it goes to for those behind.
 */
import { get, getAddress, set } from '../memory';
import { EVENT_SEND, now } from './events';
import {
  NODE_LINE_NEXT,
  NODE_QUEUE_HEAD,
  NODE_QUEUE_TAIL,
  NODE_TILE_COUNT,
  NODE_TILES,
  NODE_WAIT_SEND,
  SIMULATION_INPUT_ROOM,
  SIMULATION_LINE,
  TILE_BLOCKED_IN,
  TILE_INPUT_BITS,
  UNLIMITED,
  VALUE_BITS,
  VALUE_READERS,
  VALUE_WORDS,
} from './layout';
import { addMessage } from './messages';
import { addWide, entry, getWide, headerRecord, valuesOf, wideHeader } from './problem';
import { linkIds, nextId } from './queues';
import { idOf, instanceOfId } from './setup';
import { reserveInput, tileAt } from './values';

let room: i64 = 0;
let isLimited = false;
let head: usize = 0;
let tail: usize = 0;
/** The last one of those that stayed in the walk before, 0 for none. */
let lastStaying: usize = 0;
/** Number of the walk; tiles that are blocked bear it. */
let walk = 0;
/** Room was given back on a blocked tile: those who stayed have to be looked at again. */
let isRoomNew = false;
/** Nobody stands in line. */
export function resetLine(): void {
  room = wideHeader(SIMULATION_INPUT_ROOM);
  isLimited = room !== UNLIMITED;
  head = 0;
  tail = 0;
  lastStaying = 0;
  walk = 1;
  isRoomNew = false;
}

/** A result is ready to be sent. Where buffers have no limit it is sent in this round. */
export function joinLine(node: usize, instance: i32): void {
  if (!isLimited) {
    addMessage(EVENT_SEND, node, instance);
    return;
  }
  const id = idOf(node, instance);
  addWide(node, NODE_WAIT_SEND, -now());
  linkIds(id, 0);
  if (get(node, NODE_QUEUE_HEAD) === 0) {
    set(node, NODE_QUEUE_HEAD, id);
    append(node);
  } else {
    linkIds(get(node, NODE_QUEUE_TAIL), id);
  }
  set(node, NODE_QUEUE_TAIL, id);
}

/** Room in the input buffer of a tile was given back. */
export function inputRoomFreed(tile: usize): void {
  if (get(tile, TILE_BLOCKED_IN) === walk) isRoomNew = true;
}

/** Walks along the line and injects what may be injected. */
export function walkLine(): void {
  let before = lastStaying;
  if (isRoomNew) {
    walk++;
    isRoomNew = false;
    before = 0;
  }
  for (let node = behind(before); node !== 0; node = behind(before)) {
    if (mayInject(node)) {
      leave(node, before);
      reserveRoom(node, instanceOfId(node, get(node, NODE_QUEUE_HEAD)));
      inject(node);
      if (get(node, NODE_QUEUE_HEAD) !== 0) append(node);
    } else {
      blockTiles(node);
      before = node;
    }
  }
  lastStaying = before;
  set(headerRecord(), SIMULATION_LINE, <i32>head);
}

/** The simulation is over: whoever still stands in line has waited until now. */
export function closeLine(): void {
  for (let node = head; node !== 0; node = getAddress(node, NODE_LINE_NEXT)) {
    for (let id = get(node, NODE_QUEUE_HEAD); id !== 0; id = nextId(id)) addWide(node, NODE_WAIT_SEND, now());
  }
}

function behind(node: usize): usize {
  return node === 0 ? head : getAddress(node, NODE_LINE_NEXT);
}

/** Reserves room for the result of an instance in every tile that it goes to. */
function reserveRoom(node: usize, instance: i32): void {
  let value = valuesOf(node, instance);
  for (let place = 0; place < get(node, NODE_TILE_COUNT); place++) {
    if (get(value, VALUE_READERS) > 0)
      reserveInput(tileAt(entry(get(node, NODE_TILES), place)), get(value, VALUE_BITS));
    value += VALUE_WORDS << 2;
  }
}

function append(node: usize): void {
  set(node, NODE_LINE_NEXT, 0);
  if (tail === 0) head = node;
  else set(tail, NODE_LINE_NEXT, <i32>node);
  tail = node;
}

function leave(node: usize, before: usize): void {
  const next = getAddress(node, NODE_LINE_NEXT);
  if (before === 0) head = next;
  else set(before, NODE_LINE_NEXT, <i32>next);
  if (next === 0) tail = before;
}

/** True where every tile has room and is not blocked. */
function mayInject(node: usize): bool {
  let value = valuesOf(node, instanceOfId(node, get(node, NODE_QUEUE_HEAD)));
  for (let place = 0; place < get(node, NODE_TILE_COUNT); place++) {
    if (get(value, VALUE_READERS) > 0) {
      const tile = tileAt(entry(get(node, NODE_TILES), place));
      if (get(tile, TILE_BLOCKED_IN) === walk) return false;
      if (getWide(tile, TILE_INPUT_BITS) + get(value, VALUE_BITS) > room) return false;
    }
    value += VALUE_WORDS << 2;
  }
  return true;
}

function blockTiles(node: usize): void {
  const value = valuesOf(node, instanceOfId(node, get(node, NODE_QUEUE_HEAD)));
  for (let place = 0; place < get(node, NODE_TILE_COUNT); place++) {
    if (get(value + <usize>place * (VALUE_WORDS << 2), VALUE_READERS) === 0) continue;
    set(tileAt(entry(get(node, NODE_TILES), place)), TILE_BLOCKED_IN, walk);
  }
}

/** Reserves the room for the first result of a node and hands it over to the links. */
function inject(node: usize): void {
  const id = get(node, NODE_QUEUE_HEAD);
  set(node, NODE_QUEUE_HEAD, nextId(id));
  addWide(node, NODE_WAIT_SEND, now());
  addMessage(EVENT_SEND, node, instanceOfId(node, id));
}
