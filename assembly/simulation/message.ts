/** Phase 2, second half: the messages of a round, results and partial sums, get their links, in the order of firings. */
import { now } from '../kernel/calendar';
import { dropEvent, eventKind, nextEvent } from '../kernel/event';
import { addWide, allocateZeros, get, getAddress } from '../kernel/memory';
import { Arrivals, arriveAt, takeArrivals } from '../kernel/queue';
import { keepBlock, sizeOf, valueAt } from './block';
import { copyCycles } from './copy';
import { EventKind, eventBlock, eventCopy, eventSet, expect } from './event';
import { sendFetched } from './fetch-message';
import { hasInputWindows, takeInput } from './input-buffer';
import { Copy, HeaderWide, Node, NodeWide } from './layout';
import { beginMessage, resetLinks, routeOf, sentCycle, travel, travelAlone, widenRoute } from './link';
import { storedBits } from './off-chip-bits';
import { Block } from './play-layout';
import { count, entry, resultBits, wideHeader } from './records';
import { isStored } from './spills';
import { tileAt } from './tile';
import { sendWeights } from './weights';

/** Those of this round. */
let messages: usize = 0;

/** No messages. */
export function resetMessages(): void {
  messages = allocateZeros(Arrivals.WORDS << 2);
  resetLinks();
}

/** A result or partial sums of a set are to be sent in this round. */
export function addMessage(event: usize): void {
  arriveAt(messages, event);
}

/** Sends the messages of the round. */
export function sendMessages(): void {
  let event = takeArrivals(messages);
  while (event !== 0) {
    const next = nextEvent(event);
    const block = eventBlock(event);
    const node = getAddress(block, Block.NODE);
    if (eventKind(event) === EventKind.RESULT) multicast(node, block, eventSet(event), eventCopy(event));
    else if (eventKind(event) === EventKind.PARTIALS)
      sendPartials(node, block, eventSet(event), eventCopy(event));
    else sendFromPort(event);
    dropEvent(event);
    event = next;
  }
}

/** What comes from off-chip memory. */
function sendFromPort(event: usize): void {
  if (eventKind(event) === EventKind.FETCH) sendFetched(event);
  else sendWeights(event);
}

/** One message along the tree of the routes to all destinations where somebody reads the result, and to the port. */
function multicast(node: usize, block: usize, k: i32, copy: usize): void {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const leaving = get(node, Node.LEAVING_BITS);
  const maySpill = get(node, Node.IS_SPILLED) !== 0;
  if (destinations === 1 && leaving === 0 && !maySpill) {
    sendToOne(node, block, k, copy);
    return;
  }
  const routes = get(copy, Copy.ROUTES);
  const isSaved = maySpill && isAnyStored(node, block, k);
  const goesToPort = leaving !== 0 || isSaved;
  const leavingBits = isSaved ? storedBits(node, block, k) : leaving === 0 ? -1 : <i64>entry(leaving, k);
  beginMessage(node, tileAt(get(copy, Copy.HOME)));
  addWide(node, NodeWide.OUTPUT_READ, resultBits(node, k));
  const common = commonBits(node, block, k, destinations, leavingBits);
  if (common < 0) widenTree(node, block, k, destinations, routes, leavingBits);
  // What has a limit was reserved when the message was injected.
  const isUnlimited = !hasInputWindows();
  let last = -1;
  let lastArrival: i64 = 0;
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0 || (maySpill && isStored(block, k, destination))) continue;
    if (isUnlimited) takeInput(node, destination, value, false);
    if (last >= 0) expect(lastArrival, EventKind.ARRIVED, block, k, copy, last);
    lastArrival = travel(routeOf(routes, destination), common);
    last = destination;
  }
  if (goesToPort) {
    const arrival = travel(routeOf(routes, destinations), common);
    expect(arrival, EventKind.ARRIVED_AT_PORT, block, k, copy, i32(isSaved));
    keepBlock(block);
  }
  const sent = sentCycle();
  if (last >= 0) expectLast(lastArrival, sent, block, k, copy, last);
  else expect(sent, EventKind.SENT, block, k, copy, 0);
}

/** A message of a node that sends to one tile. */
function sendToOne(node: usize, block: usize, k: i32, copy: usize): void {
  beginMessage(node, tileAt(get(copy, Copy.HOME)));
  addWide(node, NodeWide.OUTPUT_READ, resultBits(node, k));
  const value = valueAt(node, block, k, 0);
  if (!hasInputWindows()) takeInput(node, 0, value, false);
  const arrival = travelAlone(routeOf(get(copy, Copy.ROUTES), 0), sizeOf(node, value));
  expectLast(arrival, sentCycle(), block, k, copy, 0);
}

/** A result arrives at its last destination, and has left its tile. */
function expectLast(arrival: i64, sent: i64, block: usize, k: i32, copy: usize, destination: i32): void {
  // Where both are at the same time, as on one tile, one event does for two.
  if (arrival === sent) {
    expect(sent, EventKind.SENT_AND_ARRIVED, block, k, copy, destination);
    count(HeaderWide.EVENTS, 1);
    return;
  }
  expect(arrival, EventKind.ARRIVED, block, k, copy, destination);
  expect(sent, EventKind.SENT, block, k, copy, 0);
}

/** True where some destinations are to fetch the result. */
function isAnyStored(node: usize, block: usize, k: i32): bool {
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (isStored(block, k, destination)) return true;
  }
  return false;
}

/** The bits of a message where they are the same for all destinations, otherwise -1. */
function commonBits(node: usize, block: usize, k: i32, destinations: i32, leavingBits: i64): i64 {
  const maySpill = get(node, Node.IS_SPILLED) !== 0;
  let common = leavingBits;
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0 || (maySpill && isStored(block, k, destination))) continue;
    const bits = sizeOf(node, value);
    if (common < 0) common = bits;
    else if (common !== bits) return -1;
  }
  return common;
}

/** Notes on every link of the tree the bits of the widest destination behind it. */
function widenTree(
  node: usize,
  block: usize,
  k: i32,
  destinations: i32,
  routes: i32,
  leavingBits: i64,
): void {
  const maySpill = get(node, Node.IS_SPILLED) !== 0;
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0 || (maySpill && isStored(block, k, destination))) continue;
    widenRoute(routeOf(routes, destination), sizeOf(node, value));
  }
  if (leavingBits >= 0) widenRoute(routeOf(routes, destinations), leavingBits);
}

/** Every other tile of the copy sends its partial sums home. */
function sendPartials(node: usize, block: usize, k: i32, copy: usize): void {
  const pixels = copyCycles(node, k) / wideHeader(HeaderWide.MVM_INTERVAL);
  let end = now();
  for (let i = 0; i < get(copy, Copy.TILE_COUNT) - 1; i++) {
    const bits = pixels * entry(get(copy, Copy.PARTIAL_BITS), i);
    if (bits === 0) continue;
    beginMessage(node, tileAt(entry(get(copy, Copy.TILES), i)));
    end = max(end, travel(routeOf(get(copy, Copy.PARTIAL_ROUTES), i), bits));
  }
  expect(end, EventKind.PARTIALS_DONE, block, k, copy, 0);
}
