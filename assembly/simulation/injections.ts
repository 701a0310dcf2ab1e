/**
 * Phase 2, first half: results are injected when every tile that they go to has room. Every node has a queue
 * of its ready results by number. Who lacks room waits for one tile that has none, until some is given back.
 */
import { now } from '../kernel/calendar';
import { eventTime, nextEvent, setEventKind } from '../kernel/event';
import { get, getAddress } from '../kernel/memory';
import { firstInOrder, insertInOrder, removeFirstInOrder } from '../kernel/queue';
import { hasSenders, takeSender, wakeSender } from './awake';
import { valueAt } from './block';
import { EventKind, eventBlock, eventCopy, eventSet, newEvent } from './event';
import { hasInputRoom, hasInputWindows, inputWindow, takeInput, waitForInput } from './input-buffer';
import { Copy, Header, Node, Stalls } from './layout';
import { isNoting, Noted, note } from './ledger';
import { addMessage } from './message';
import { Block, Spill, Value } from './play-layout';
import { header, nodeAt } from './records';
import { takeShared } from './shared-buffer';
import { isSpilled, spillAt } from './spills';
import { addStall } from './stalls';
import { tileAt } from './tile';
import { resultLeft } from './turn';

/** The result of a set is ready to be sent. Where buffers have no limit it is sent in this round. */
export function makeReady(block: usize, k: i32, copy: usize): void {
  const event = newEvent(EventKind.RESULT, block, k, copy, 0);
  if (!hasInputWindows()) {
    addMessage(event);
    resultLeft(block, k);
    return;
  }
  const node = getAddress(block, Block.NODE);
  insertInOrder(queueOf(node), event);
  wakeSender(node);
}

/** Takes nodes from the last to the first, and injects what may be injected. */
export function injectResults(): void {
  while (hasSenders()) {
    const node = takeSender();
    if (node === 0) return;
    for (let event = firstInOrder(queueOf(node)); event !== 0; event = firstInOrder(queueOf(node))) {
      if (!inject(node, event)) break;
    }
  }
}

/** The simulation is over: what is still not sent has waited until now. */
export function closeQueues(): void {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    for (let event = firstInOrder(queueOf(node)); event !== 0; event = nextEvent(event)) {
      countWait(node, event);
    }
  }
}

/** Injects the first result of a node; false where there is no room for it. */
function inject(node: usize, event: usize): bool {
  const block = eventBlock(event);
  const k = eventSet(event);
  const isInTurn = get(block, Block.FIRST) + k === get(node, Node.TURN);
  if (!takeRooms(node, block, k, isInTurn)) return false;
  removeFirstInOrder(queueOf(node));
  countWait(node, event);
  setEventKind(event, EventKind.RESULT);
  addMessage(event);
  resultLeft(block, k);
  return true;
}

/**
 * Reserves room for a result in every tile that it goes to; false, and the node waits, where one has none. Where values spill, a
 * result without room is stored.
 */
function takeRooms(node: usize, block: usize, k: i32, isInTurn: bool): bool {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const maySpill = get(node, Node.IS_SPILLED) !== 0;
  // Where there may be a second one, look at all before anything is reserved.
  if (destinations > 1 && !hasRooms(node, block, k, isInTurn)) return false;
  const step = (<usize>get(node, Node.SETS) * Value.WORDS) << 2;
  let value = valueAt(node, block, k, 0);
  for (let destination = 0; destination < destinations; destination++, value += step) {
    if (load<i32>(value) === 0) continue;
    const isThere = takeInput(node, destination, value, isInTurn);
    if (maySpill && isSpilled(node, destination)) {
      store<i32>(spillAt(node, block, k, destination), isThere ? Spill.DIRECT : Spill.STORED);
    } else if (!isThere) {
      waitForInput(node, destination);
      return false;
    }
    if (isNoting()) note(inputWindow(node, destination), Noted.TAKEN, get(block, Block.FIRST) + k);
  }
  if (maySpill) takeShared(node, block, k);
  return true;
}

/** False, and the node waits, where a tile has no room for a result that does not spill there. */
function hasRooms(node: usize, block: usize, k: i32, isInTurn: bool): bool {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const maySpill = get(node, Node.IS_SPILLED) !== 0;
  const step = (<usize>get(node, Node.SETS) * Value.WORDS) << 2;
  let value = valueAt(node, block, k, 0);
  for (let destination = 0; destination < destinations; destination++, value += step) {
    if (load<i32>(value) === 0 || (maySpill && isSpilled(node, destination))) continue;
    if (hasInputRoom(node, destination, value, isInTurn)) continue;
    waitForInput(node, destination);
    return false;
  }
  return true;
}

function countWait(node: usize, event: usize): void {
  const cycles = now() - eventTime(event);
  if (cycles > 0) addStall(node, tileAt(get(eventCopy(event), Copy.HOME)), Stalls.SEND, cycles);
}

/** Results of a node that wait. */
function queueOf(node: usize): usize {
  return node + (Node.QUEUE << 2);
}
