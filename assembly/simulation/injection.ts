/**
 * Phase 2, first half: results are injected when every tile that they go to has room. Every node has a queue
 * of its ready results by number. Who lacks room waits for one tile that has none, until some is given back.
 */
import { get, getAddress, set } from '../kernel/memory';
import { takeSender, wakeSender } from './awake';
import { valueAt } from './block';
import {
  EVENT_SEND,
  eventBefore,
  eventBlock,
  eventCopy,
  eventId,
  eventSet,
  eventTime,
  linkEvents,
  newEvent,
  nextEvent,
  now,
  setEventBefore,
  setEventKind,
} from './events';
import { hasInputRoom, hasInputWindows, takeInput, waitForInput } from './input-rooms';
import { Block, Copy, Header, Node, Stalls } from './layout';
import { addMessage } from './message';
import { header, nodeAt, tileAt } from './records';
import { addWait } from './stalls';
import { resultLeft } from './turn';

/** The result of a set is ready to be sent. Where buffers have no limit it is sent in this round. */
export function makeReady(block: usize, k: i32, copy: usize): void {
  const event = newEvent(EVENT_SEND, block, k, copy, 0);
  if (!hasInputWindows()) {
    addMessage(event);
    resultLeft(block, k);
    return;
  }
  const node = getAddress(block, Block.NODE);
  enqueue(node, event);
  wakeSender(node);
}

/** Takes nodes from the last to the first, and injects what may be injected. */
export function injectResults(): void {
  for (let node = takeSender(); node !== 0; node = takeSender()) {
    while (injectFirst(node)) {}
  }
}

/** The simulation is over: what is still not sent has waited until now. */
export function closeQueues(): void {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    for (let event = getAddress(node, Node.QUEUE_HEAD); event !== 0; event = nextEvent(event)) {
      countWait(node, event);
    }
  }
}

/** Puts a result into the queue of its node, behind the last one of a lower number. */
function enqueue(node: usize, event: usize): void {
  const id = eventId(event);
  let before = getAddress(node, Node.QUEUE_TAIL);
  while (before !== 0 && eventId(before) > id) before = eventBefore(before);
  const next = before === 0 ? getAddress(node, Node.QUEUE_HEAD) : nextEvent(before);
  linkEvents(event, next);
  setEventBefore(event, before);
  if (before === 0) set(node, Node.QUEUE_HEAD, <i32>event);
  else linkEvents(before, event);
  if (next === 0) set(node, Node.QUEUE_TAIL, <i32>event);
  else setEventBefore(next, event);
}

/** Injects the first result of a node; false where there is none, or no room for it. */
function injectFirst(node: usize): bool {
  const event = getAddress(node, Node.QUEUE_HEAD);
  if (event === 0) return false;
  const block = eventBlock(event);
  const k = eventSet(event);
  const isInTurn = get(block, Block.FIRST) + k === get(node, Node.TURN);
  if (!takeRooms(node, block, k, isInTurn)) return false;
  const next = nextEvent(event);
  set(node, Node.QUEUE_HEAD, <i32>next);
  if (next === 0) set(node, Node.QUEUE_TAIL, 0);
  else setEventBefore(next, 0);
  countWait(node, event);
  setEventKind(event, EVENT_SEND);
  addMessage(event);
  resultLeft(block, k);
  return true;
}

/** Reserves room for a result in every tile that it goes to; false, and the node waits, where one has none. */
function takeRooms(node: usize, block: usize, k: i32, isInTurn: bool): bool {
  const destinations = get(node, Node.DESTINATION_COUNT);
  let first = 0;
  while (first < destinations && load<i32>(valueAt(node, block, k, first)) === 0) first++;
  // Most go to one tile; if there is a second, look at all before anything is reserved.
  let second = first + 1;
  while (second < destinations && load<i32>(valueAt(node, block, k, second)) === 0) second++;
  if (second < destinations) {
    for (let destination = first; destination < destinations; destination++) {
      const value = valueAt(node, block, k, destination);
      if (load<i32>(value) === 0 || hasInputRoom(node, destination, value, isInTurn)) continue;
      waitForInput(node, destination);
      return false;
    }
  }
  for (let destination = first; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0 || takeInput(node, destination, value, isInTurn)) continue;
    waitForInput(node, destination);
    return false;
  }
  return true;
}

function countWait(node: usize, event: usize): void {
  const cycles = now() - eventTime(event);
  if (cycles > 0) addWait(node, tileAt(get(eventCopy(event), Copy.HOME)), Stalls.SEND, cycles);
}
