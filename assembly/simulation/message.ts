/** Phase 2, second half: the messages of a round get their links, in the order of firings. */
import { get, getAddress, set } from '../kernel/memory';
import { keepBlock, sizeOf, valueAt } from './block';
import {
  dropEvent,
  EVENT_ARRIVE,
  EVENT_ARRIVE_AT_PORT,
  EVENT_PARTIALS_DONE,
  EVENT_SEND,
  EVENT_SENT,
  EVENT_SENT_AND_ARRIVE,
  eventBlock,
  eventCopy,
  eventId,
  eventKind,
  eventSet,
  expect,
  linkEvents,
  nextEvent,
  now,
  sortEvents,
} from './events';
import { hasInputWindows, takeInput } from './input-rooms';
import {
  Block,
  Copy,
  Header,
  HeaderWide,
  Link,
  LinkWide,
  Node,
  NodeWide,
  Route,
  Stalls,
  UNLIMITED,
} from './layout';
import {
  addWide,
  copyCycles,
  count,
  entry,
  getWide,
  header,
  resultBits,
  setWide,
  tableAt,
  tileAt,
  wideHeader,
} from './records';
import { addWait } from './stalls';

let first: usize = 0;
let last: usize = 0;
/** True where the messages are not in the order of firings. */
let isMixed = false;
/** Number of the message that is on its way, the node that it is of, and the tile that sends it. */
let message = 0;
let sender: usize = 0;
let senderTile: usize = 0;
/** When the last bit of it has left its tile. */
let sent: i64 = 0;
/** The size that was divided last, and what came out. */
let dividedBits: i64 = 0;
let dividedCycles: i64 = 0;

/** No messages. */
export function resetMessages(): void {
  first = 0;
  last = 0;
  isMixed = false;
  message = 0;
  dividedBits = 0;
  dividedCycles = 0;
}

/** A result (`EVENT_SEND`) or partial sums (`EVENT_SEND_PARTIALS`) of a set are to be sent in this round. */
export function addMessage(event: usize): void {
  linkEvents(event, 0);
  if (first === 0) {
    first = event;
  } else {
    if (eventId(last) > eventId(event)) isMixed = true;
    linkEvents(last, event);
  }
  last = event;
}

/** Sends the messages of the round. */
export function sendMessages(): void {
  if (first === 0) return;
  let event = isMixed ? sortEvents(first) : first;
  first = 0;
  isMixed = false;
  while (event !== 0) {
    const next = nextEvent(event);
    const block = eventBlock(event);
    const copy = eventCopy(event);
    sender = getAddress(block, Block.NODE);
    if (eventKind(event) === EVENT_SEND) sendResult(sender, block, eventSet(event), copy);
    else sendPartials(sender, block, eventSet(event), copy);
    dropEvent(event);
    event = next;
  }
}

/** One message along the tree of the routes to all destinations where somebody reads the result, and to the port. */
function sendResult(node: usize, block: usize, k: i32, copy: usize): void {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const routes = get(copy, Copy.ROUTES);
  const outputs = get(node, Node.LEAVING_BITS);
  const outputBits = outputs === 0 ? -1 : <i64>entry(outputs, k);
  newMessage(tileAt(get(copy, Copy.HOME)));
  addWide(node, NodeWide.OUTPUT_READ, resultBits(node, k));
  const common = commonBits(node, block, k, destinations, outputBits);
  if (common < 0) sizeLinks(node, block, k, destinations, routes, outputBits);
  // What has a limit was reserved when the message was injected.
  const isUnlimited = !hasInputWindows();
  let lastDestination = -1;
  let lastArrival: i64 = 0;
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0) continue;
    if (isUnlimited) takeInput(node, destination, value, false);
    if (lastDestination >= 0) expect(lastArrival, EVENT_ARRIVE, block, k, copy, lastDestination);
    lastArrival = travel(routeOf(routes, destination), common);
    lastDestination = destination;
  }
  if (outputs !== 0) {
    const arrival = travel(routeOf(routes, destinations), common);
    expect(arrival, EVENT_ARRIVE_AT_PORT, block, k, copy, 0);
    keepBlock(block);
  }
  // Where both are at the same time, as on one tile, one event does for two.
  if (lastDestination >= 0 && lastArrival === sent) {
    expect(sent, EVENT_SENT_AND_ARRIVE, block, k, copy, lastDestination);
    count(HeaderWide.EVENTS, 1);
    return;
  }
  if (lastDestination >= 0) expect(lastArrival, EVENT_ARRIVE, block, k, copy, lastDestination);
  expect(sent, EVENT_SENT, block, k, copy, 0);
}

/** The bits of a message where they are the same for all destinations, otherwise -1. */
function commonBits(node: usize, block: usize, k: i32, destinations: i32, outputBits: i64): i64 {
  let common = outputBits;
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0) continue;
    const bits = sizeOf(node, value);
    if (common < 0) common = bits;
    else if (common !== bits) return -1;
  }
  return common;
}

/** Notes on every link of the tree the bits of the widest destination behind it. */
function sizeLinks(node: usize, block: usize, k: i32, destinations: i32, routes: i32, outputBits: i64): void {
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) === 0) continue;
    sizeRoute(routeOf(routes, destination), sizeOf(node, value));
  }
  if (outputBits >= 0) sizeRoute(routeOf(routes, destinations), outputBits);
}

function sizeRoute(route: usize, bits: i64): void {
  const length = get(route, Route.LENGTH);
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, Route.LINKS + i));
    const isSized = get(link, Link.SIZED_MESSAGE) === message;
    set(link, Link.SIZED_MESSAGE, message);
    setWide(link, LinkWide.MESSAGE_BITS, isSized ? max(getWide(link, LinkWide.MESSAGE_BITS), bits) : bits);
  }
}

/** Every other tile of the copy sends its partial sums home. */
function sendPartials(node: usize, block: usize, k: i32, copy: usize): void {
  const pixels = copyCycles(node, k) / wideHeader(HeaderWide.MVM_CYCLES);
  let end = now();
  for (let i = 0; i < get(copy, Copy.TILE_COUNT) - 1; i++) {
    const bits = pixels * entry(get(copy, Copy.PARTIAL_BITS), i);
    if (bits === 0) continue;
    newMessage(tileAt(entry(get(copy, Copy.TILES), i)));
    end = max(end, travel(routeOf(get(copy, Copy.PARTIAL_ROUTES), i), bits));
  }
  expect(end, EVENT_PARTIALS_DONE, block, k, copy, 0);
}

function newMessage(from: usize): void {
  message++;
  senderTile = from;
  sent = now();
  count(HeaderWide.MESSAGES, 1);
}

/**
 * Takes the links of a route that the message has not taken yet and returns when it has arrived.
 *
 * @param bits -1: those noted on each link.
 */
function travel(route: usize, bits: i64): i64 {
  const length = get(route, Route.LENGTH);
  const hop = wideHeader(HeaderWide.HOP_CYCLES);
  let earliest = now();
  let arrival = now();
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, Route.LINKS + i));
    if (get(link, Link.MESSAGE) !== message) {
      enter(link, earliest, bits < 0 ? getWide(link, LinkWide.MESSAGE_BITS) : bits);
    }
    if (i === 0) sent = max(sent, getWide(link, LinkWide.FREE_CYCLE));
    earliest = getWide(link, LinkWide.ENTRY) + hop;
    arrival = getWide(link, LinkWide.FREE_CYCLE) + hop;
  }
  return arrival;
}

/** The message enters a link as soon as it is free, and holds it until its last bit is in. */
function enter(link: usize, earliest: i64, bits: i64): void {
  const cycles = linkCycles(bits);
  const start = max(earliest, getWide(link, LinkWide.FREE_CYCLE));
  set(link, Link.MESSAGE, message);
  setWide(link, LinkWide.ENTRY, start);
  setWide(link, LinkWide.FREE_CYCLE, start + cycles);
  addWide(link, LinkWide.BITS, bits);
  addWide(link, LinkWide.BUSY, cycles);
  addWide(sender, NodeWide.HOP_BITS, bits);
  if (start > earliest) addWait(sender, senderTile, Stalls.LINK, start - earliest);
  count(HeaderWide.EVENTS, 1);
}

function linkCycles(bits: i64): i64 {
  const width = wideHeader(HeaderWide.LINK_BITS);
  if (width === UNLIMITED) return 0;
  if (bits !== dividedBits) {
    dividedBits = bits;
    dividedCycles = (bits + width - 1) / width;
  }
  return dividedCycles;
}

/** Record of a link. */
function linkAt(link: i32): usize {
  return <usize>(<u32>header(Header.LINK_RECORDS)) + <usize>link * (Link.WORDS << 2);
}

/** A route of a table of routes. */
function routeOf(routes: i32, index: i32): usize {
  return tableAt(entry(routes, index));
}
