/**
 * Nodes that are ahead: all of their sets are finished, and results wait to be sent, of all inferences up to the last one. That is where
 * results have no limit in output buffers: an input, or any node that is faster than those behind it, has done all that it has to do long
 * before these have. From then on it makes no difference how many results wait behind the first one, until none is left: they leave one by
 * one, in order, and all that is looked at is the first. So a state is the same whatever number of them there is.
 *
 * How long they wait is not the same each time, since they were finished when they were: it is counted here.
 */
import { dropEvent, eventId, eventTime, nextEvent } from '../kernel/event';
import { addWide, allocate, get, getWide, set } from '../kernel/memory';
import { firstInOrder, lastInOrder, removeFirstInOrder } from '../kernel/queue';
import { blockOf, skipBlocks } from './block';
import { giveBitsBack } from './buffer';
import { copyAt } from './copy';
import { eventCopy, eventSet, setEventBlock } from './event';
import { hasInputWindows } from './input-buffer';
import { Copy, Header, Node, Stalls, Tile } from './layout';
import { hasOutputWindows } from './output-buffer';
import { header, nodeAt, resultBits } from './records';
import { addStall } from './stalls';
import { tileAt } from './tile';

/** The results of a copy that wait: how many there are, and the sum of the cycles at which they were finished; 64 bits each. */
enum Waiting {
  COUNT = 0,
  FINISHED = 2,
  WORDS = 4,
}

/** Records of {@link Waiting} of all copies, node by node, of the state that is kept, and of now. */
let kept: usize = 0;
let current: usize = 0;

/** There is no memory for sums. */
export function resetAhead(): void {
  kept = 0;
}

/** True where results may wait in any number. */
export function mayRunAhead(): bool {
  return hasInputWindows() && !hasOutputWindows();
}

/** True of a node that is ahead. */
export function isAhead(node: usize): bool {
  if (!mayRunAhead() || get(node, Node.NEXT) < get(node, Node.FIRINGS)) return false;
  if (firstInOrder(queueOf(node)) === 0) return false;
  // Once all are finished the last ones wait until those before them are sent.
  if (!get(node, Node.IS_DONE)) set(node, Node.IS_DONE, i32(waitAll(node)));
  return get(node, Node.IS_DONE) !== 0;
}

/** True of a node that has nothing left to do: nothing of it changes, or makes a difference, any more. */
export function isOver(node: usize): bool {
  const isDone = get(node, Node.NEXT) === get(node, Node.FIRINGS) && get(node, Node.BLOCK_COUNT) === 0;
  return isDone && firstInOrder(queueOf(node)) === 0;
}

/**
 * True where all results from the first that waits on do. It is asked again and again as long as they do not, so what shows it soonest
 * comes first: the last one is not finished, or somewhere in front there is one that nobody reads.
 */
function waitAll(node: usize): bool {
  const behind = get(node, Node.FIRST_ID) + get(node, Node.FIRINGS);
  if (eventId(lastInOrder(queueOf(node))) !== behind - 1) return false;
  let id = eventId(firstInOrder(queueOf(node)));
  for (let event = firstInOrder(queueOf(node)); event !== 0; event = nextEvent(event)) {
    if (eventId(event) !== id++) return false;
  }
  return true;
}

/** Of a node that is ahead the firing whose result is sent next. */
export function firstWaiting(node: usize): i32 {
  return eventId(firstInOrder(queueOf(node))) - get(node, Node.FIRST_ID);
}

/** Of a node that is ahead the first inference of which no result has been sent; the number of inferences for none. */
export function firstUntouched(node: usize): i32 {
  const sets = get(node, Node.SETS);
  return (firstWaiting(node) - 1) / sets + 1;
}

/** Sums up what waits now, of a state that is kept. */
export function keepAhead(): void {
  if (!mayRunAhead()) return;
  if (kept === 0) {
    let copies: u64 = 0;
    for (let i = 0; i < header(Header.NODES); i++) copies += get(nodeAt(i), Node.COPY_COUNT);
    kept = allocate(copies * (Waiting.WORDS << 2));
    current = allocate(copies * (Waiting.WORDS << 2));
  }
  sumUp(kept);
}

function sumUp(records: usize): void {
  let first = records;
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    memory.fill(first, 0, bytesOf(node));
    if (isAhead(node)) {
      for (let event = firstInOrder(queueOf(node)); event !== 0; event = nextEvent(event)) {
        const record = first + ((<usize>get(eventCopy(event), Copy.INDEX) * Waiting.WORDS) << 2);
        addWide(record, Waiting.COUNT, 1);
        addWide(record, Waiting.FINISHED, eventTime(event));
      }
    }
    first += bytesOf(node);
  }
}

function bytesOf(node: usize): usize {
  return (<usize>get(node, Node.COPY_COUNT) * Waiting.WORDS) << 2;
}

/**
 * Takes away all that is sent while the period since the state that is kept comes again some times.
 *
 * @param inferences Inferences of all these times.
 * @param cycles Cycles of the period.
 */
export function skipAhead(inferences: i32, times: i64, cycles: i64): void {
  if (!mayRunAhead()) return;
  sumUp(current);
  let offset: usize = 0;
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (isAhead(node)) {
      countWaits(node, offset, times, cycles);
      takeAway(node, inferences);
    }
    offset += bytesOf(node);
  }
}

/**
 * Results that were sent in the period have been waiting since they were finished, which was counted as often as it comes again. But what
 * is sent then is sent so many cycles later, and was finished when it was: that is taken into account where it is taken away.
 */
function countWaits(node: usize, offset: usize, times: i64, cycles: i64): void {
  for (let i = 0; i < get(node, Node.COPY_COUNT); i++) {
    const record = offset + ((<usize>i * Waiting.WORDS) << 2);
    const sent = getWide(kept + record, Waiting.COUNT) - getWide(current + record, Waiting.COUNT);
    const finished = getWide(kept + record, Waiting.FINISHED) - getWide(current + record, Waiting.FINISHED);
    const later = sent * cycles * ((times * (times + 1)) >> 1);
    addStall(node, tileAt(get(copyAt(node, i), Copy.HOME)), Stalls.SEND, later + times * finished);
  }
}

function takeAway(node: usize, inferences: i32): void {
  const sets = get(node, Node.SETS);
  const queue = queueOf(node);
  for (let left = inferences * sets; left > 0; left--) {
    const event = firstInOrder(queue);
    const tile = tileAt(get(eventCopy(event), Copy.HOME));
    addStall(node, tile, Stalls.SEND, -eventTime(event));
    giveBitsBack(tile + (Tile.OUTPUT << 2), resultBits(node, eventSet(event)));
    removeFirstInOrder(queue);
    dropEvent(event);
  }
  const untouched = firstUntouched(node);
  skipBlocks(node, inferences, untouched);
  for (let event = firstInOrder(queue); event !== 0; event = nextEvent(event)) {
    const inference = (eventId(event) - get(node, Node.FIRST_ID)) / sets;
    if (inference >= untouched) return;
    setEventBlock(event, blockOf(node, inference));
  }
}

/** Results of a node that wait. */
function queueOf(node: usize): usize {
  return node + (Node.QUEUE << 2);
}
