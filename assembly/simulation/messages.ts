/** Phase 2, second half: the messages of a round get their links, in the order of instances. */
import { get, set } from '../memory';
import {
  dropEvent,
  EVENT_ARRIVE,
  EVENT_ARRIVE_AT_PORT,
  EVENT_PARTIALS_DONE,
  EVENT_SEND,
  EVENT_SENT,
  EVENT_SENT_AND_ARRIVE,
  eventInstance,
  eventKind,
  eventNode,
  expect,
  linkEvents,
  newEvent,
  nextEvent,
  now,
  sortEvents,
} from './events';
import {
  COPY_PARTIAL_BITS,
  COPY_PARTIAL_ROUTES,
  COPY_ROUTES,
  COPY_TILE_COUNT,
  LINK_BITS,
  LINK_BUSY,
  LINK_ENTRY,
  LINK_FREE_CYCLE,
  LINK_MESSAGE,
  LINK_MESSAGE_BITS,
  LINK_SIZED_MESSAGE,
  LINK_WORDS,
  NODE_TILE_COUNT,
  NODE_TILES,
  NODE_TO_PORT,
  NODE_WAIT_LINK,
  ROUTE_LENGTH,
  ROUTE_LINKS,
  SIMULATION_EVENTS,
  SIMULATION_HOP_CYCLES,
  SIMULATION_INPUT_ROOM,
  SIMULATION_INPUT_WRITTEN,
  SIMULATION_LINK_BITS,
  SIMULATION_LINK_RECORDS,
  SIMULATION_MESSAGES,
  SIMULATION_MVM_CYCLES,
  SIMULATION_OUTPUT_READ,
  UNLIMITED,
  VALUE_BITS,
  VALUE_READERS,
  VALUE_WORDS,
} from './layout';
import {
  addWide,
  copyOf,
  count,
  entry,
  getWide,
  header,
  setWide,
  tableAt,
  valuesOf,
  wideHeader,
} from './problem';
import { idOf } from './setup';
import { copyCycles, resultBits } from './starts';
import { reserveInput, tileAt } from './values';

let first: usize = 0;
let last: usize = 0;
/** Number of the message that is on its way, and the node that it is of. */
let message = 0;
let sender: usize = 0;
/** When the last bit of it has left its tile. */
let sent: i64 = 0;
/** The size that was divided last, and what came out. */
let dividedBits: i64 = 0;
let dividedCycles: i64 = 0;

/** No messages. */
export function resetMessages(): void {
  first = 0;
  last = 0;
  message = 0;
  dividedBits = 0;
  dividedCycles = 0;
}

/** A result (`EVENT_SEND`) or partial sums (`EVENT_SEND_PARTIALS`) of an instance are to be sent in this round. */
export function addMessage(kind: i32, node: usize, instance: i32): void {
  const event = newEvent(kind, node, instance, idOf(node, instance), 0);
  if (first === 0) first = event;
  else linkEvents(last, event);
  last = event;
}

/** Sends the messages of the round. */
export function sendMessages(): void {
  let event = sortEvents(first);
  first = 0;
  while (event !== 0) {
    const next = nextEvent(event);
    const node = eventNode(event);
    const instance = eventInstance(event);
    sender = node;
    if (eventKind(event) === EVENT_SEND) sendResult(node, instance);
    else sendPartials(node, instance);
    dropEvent(event);
    event = next;
  }
}

function sendResult(node: usize, instance: i32): void {
  const routes = get(copyOf(node, instance), COPY_ROUTES);
  const id = idOf(node, instance);
  const bits = resultBits(node, instance);
  newMessage();
  if (get(node, NODE_TO_PORT)) {
    const arrival = travel(routeOf(routes, get(node, NODE_TILE_COUNT)), bits);
    expect(arrival, EVENT_ARRIVE_AT_PORT, node, instance, id, 0);
    expect(sent, EVENT_SENT, node, instance, id, 0);
  } else {
    sendToPlaces(node, instance, id, routes);
  }
  count(SIMULATION_OUTPUT_READ, bits);
}

/** One message along the tree of the routes to all places where somebody reads it. */
function sendToPlaces(node: usize, instance: i32, id: i32, routes: i32): void {
  const values = valuesOf(node, instance);
  const places = get(node, NODE_TILE_COUNT);
  const common = commonBits(values, places);
  if (common < 0) sizeLinks(values, places, routes);
  // What has a limit was reserved when the message was injected.
  const isUnlimited = wideHeader(SIMULATION_INPUT_ROOM) === UNLIMITED;
  const tiles = get(node, NODE_TILES);
  let lastPlace = -1;
  let lastArrival: i64 = 0;
  for (let place = 0; place < places; place++) {
    const value = values + <usize>place * (VALUE_WORDS << 2);
    if (get(value, VALUE_READERS) === 0) continue;
    count(SIMULATION_INPUT_WRITTEN, <i64>get(value, VALUE_BITS));
    if (isUnlimited) reserveInput(tileAt(entry(tiles, place)), get(value, VALUE_BITS));
    if (lastPlace >= 0) expect(lastArrival, EVENT_ARRIVE, node, instance, id, lastPlace);
    lastArrival = travel(routeOf(routes, place), common);
    lastPlace = place;
  }
  // Where both are at the same time, as on one tile, one event does for two.
  if (lastArrival === sent) {
    expect(sent, EVENT_SENT_AND_ARRIVE, node, instance, id, lastPlace);
    count(SIMULATION_EVENTS, 1);
  } else {
    expect(lastArrival, EVENT_ARRIVE, node, instance, id, lastPlace);
    expect(sent, EVENT_SENT, node, instance, id, 0);
  }
}

/** The bits of a message where they are the same for all places, otherwise -1. */
function commonBits(values: usize, places: i32): i64 {
  let common = -1;
  for (let place = 0; place < places; place++) {
    const value = values + <usize>place * (VALUE_WORDS << 2);
    if (get(value, VALUE_READERS) === 0) continue;
    const bits = get(value, VALUE_BITS);
    if (common < 0) common = bits;
    else if (common !== bits) return -1;
  }
  return <i64>common;
}

/** Notes on every link of the tree the bits of the widest place behind it. */
function sizeLinks(values: usize, places: i32, routes: i32): void {
  for (let place = 0; place < places; place++) {
    const value = values + <usize>place * (VALUE_WORDS << 2);
    if (get(value, VALUE_READERS) === 0) continue;
    const bits = <i64>get(value, VALUE_BITS);
    const route = routeOf(routes, place);
    for (let i = 0; i < get(route, ROUTE_LENGTH); i++) {
      const link = linkAt(get(route, ROUTE_LINKS + i));
      const isSized = get(link, LINK_SIZED_MESSAGE) === message;
      set(link, LINK_SIZED_MESSAGE, message);
      setWide(link, LINK_MESSAGE_BITS, isSized ? max(getWide(link, LINK_MESSAGE_BITS), bits) : bits);
    }
  }
}

/** Every other tile of the copy sends its partial sums home. */
function sendPartials(node: usize, instance: i32): void {
  const copy = copyOf(node, instance);
  const pixels = copyCycles(node, instance) / wideHeader(SIMULATION_MVM_CYCLES);
  let end = now();
  for (let i = 0; i < get(copy, COPY_TILE_COUNT) - 1; i++) {
    const bits = pixels * entry(get(copy, COPY_PARTIAL_BITS), i);
    if (bits === 0) continue;
    newMessage();
    end = max(end, travel(routeOf(get(copy, COPY_PARTIAL_ROUTES), i), bits));
  }
  expect(end, EVENT_PARTIALS_DONE, node, instance, idOf(node, instance), 0);
}

function newMessage(): void {
  message++;
  sent = now();
  count(SIMULATION_MESSAGES, 1);
}

/**
 * Takes the links of a route that the message has not taken yet and returns when it has arrived.
 *
 * @param bits -1: those noted on each link.
 */
function travel(route: usize, bits: i64): i64 {
  const length = get(route, ROUTE_LENGTH);
  const hop = wideHeader(SIMULATION_HOP_CYCLES);
  let earliest = now();
  let arrival = now();
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, ROUTE_LINKS + i));
    if (get(link, LINK_MESSAGE) !== message) {
      enter(link, earliest, bits < 0 ? getWide(link, LINK_MESSAGE_BITS) : bits);
    }
    if (i === 0) sent = max(sent, getWide(link, LINK_FREE_CYCLE));
    earliest = getWide(link, LINK_ENTRY) + hop;
    arrival = getWide(link, LINK_FREE_CYCLE) + hop;
  }
  return arrival;
}

/** The message enters a link as soon as it is free, and holds it until its last bit is in. */
function enter(link: usize, earliest: i64, bits: i64): void {
  const cycles = linkCycles(bits);
  const start = max(earliest, getWide(link, LINK_FREE_CYCLE));
  set(link, LINK_MESSAGE, message);
  setWide(link, LINK_ENTRY, start);
  setWide(link, LINK_FREE_CYCLE, start + cycles);
  addWide(link, LINK_BITS, bits);
  addWide(link, LINK_BUSY, cycles);
  addWide(sender, NODE_WAIT_LINK, start - earliest);
  count(SIMULATION_EVENTS, 1);
}

function linkCycles(bits: i64): i64 {
  const width = wideHeader(SIMULATION_LINK_BITS);
  if (width === UNLIMITED) return 0;
  if (bits !== dividedBits) {
    dividedBits = bits;
    dividedCycles = (bits + width - 1) / width;
  }
  return dividedCycles;
}

/** Record of a link. */
function linkAt(link: i32): usize {
  return <usize>(<u32>header(SIMULATION_LINK_RECORDS)) + <usize>link * (LINK_WORDS << 2);
}

/** A route of a table of routes. */
function routeOf(routes: i32, index: i32): usize {
  return tableAt(entry(routes, index));
}
