/** Links: a message takes those of its routes, each once, as soon as they are free (decision 13 of section 10). */
import { hasBins } from '../kernel/bins';
import { now } from '../kernel/calendar';
import { addWide, get, getWide, set, setWide } from '../kernel/memory';
import { Header, HeaderWide, Link, LinkWide, NodeWide, Route, Stalls, UNLIMITED } from './layout';
import { count, entry, header, tableAt, wideHeader } from './records';
import { addStall } from './stalls';
import { useAt, useFor } from './use';

/** Number of the message that is on its way, the node that it is of, and the tile that sends it. */
let message = 0;
let sender: usize = 0;
let senderTile: usize = 0;
/** When the last bit of it has left its tile. */
let sent: i64 = 0;
/** The size that was divided last, and what came out. */
let dividedBits: i64 = 0;
let dividedCycles: i64 = 0;

/** No message has taken a link. */
export function resetLinks(): void {
  message = 0;
  dividedBits = 0;
  dividedCycles = 0;
}

/** A message of a node is sent from a tile; until the next one, all routes that are travelled are its. */
export function beginMessage(node: usize, tile: usize): void {
  message++;
  sender = node;
  senderTile = tile;
  sent = now();
  count(HeaderWide.MESSAGES, 1);
}

/** When the last bit of the message has left its tile, over all routes that it has travelled. */
export function sentCycle(): i64 {
  return sent;
}

/** A route of a table of routes. */
export function routeOf(routes: i32, index: i32): usize {
  return tableAt(entry(routes, index));
}

/** Notes on every link of a route the bits of the message's widest destination behind it. */
export function widenRoute(route: usize, bits: i64): void {
  const length = get(route, Route.LENGTH);
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, Route.LINKS + i));
    const isSized = get(link, Link.SIZED_MESSAGE) === message;
    set(link, Link.SIZED_MESSAGE, message);
    setWide(link, LinkWide.MESSAGE_BITS, isSized ? max(getWide(link, LinkWide.MESSAGE_BITS), bits) : bits);
  }
}

/**
 * Takes the links of a route that the message has not taken yet and returns when it has arrived.
 *
 * @param bits -1: those noted on each link.
 */
export function travel(route: usize, bits: i64): i64 {
  const length = get(route, Route.LENGTH);
  const hop = wideHeader(HeaderWide.HOP_CYCLES);
  let earliest = now();
  let arrival = now();
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, Route.LINKS + i));
    if (get(link, Link.MESSAGE) !== message) {
      takeLink(link, earliest, bits < 0 ? getWide(link, LinkWide.MESSAGE_BITS) : bits);
    }
    if (i === 0) sent = max(sent, getWide(link, LinkWide.FREE_CYCLE));
    earliest = getWide(link, LinkWide.ENTRY) + hop;
    arrival = getWide(link, LinkWide.FREE_CYCLE) + hop;
  }
  return arrival;
}

/** The same of a message that goes nowhere else: no link of it is asked for twice. */
export function travelAlone(route: usize, bits: i64): i64 {
  const length = get(route, Route.LENGTH);
  if (length === 0) return now();
  const hop = wideHeader(HeaderWide.HOP_CYCLES);
  const cycles = linkCycles(bits);
  let earliest = now();
  let waited: i64 = 0;
  let arrival: i64 = 0;
  for (let i = 0; i < length; i++) {
    const link = linkAt(get(route, Route.LINKS + i));
    const start = max(earliest, getWide(link, LinkWide.FREE_CYCLE));
    const end = start + cycles;
    setWide(link, LinkWide.FREE_CYCLE, end);
    addWide(link, LinkWide.BITS, bits);
    addWide(link, LinkWide.BUSY, cycles);
    if (hasBins()) {
      useFor(link, Link.BUSY_BINS, start, end);
      useAt(link, Link.BIT_BINS, start, bits);
    }
    if (i === 0) sent = end;
    waited += start - earliest;
    earliest = start + hop;
    arrival = end + hop;
  }
  addWide(sender, NodeWide.HOP_BITS, bits * length);
  if (waited > 0) addStall(sender, senderTile, Stalls.LINK, waited);
  count(HeaderWide.EVENTS, length);
  return arrival;
}

/** The message enters a link as soon as it is free, and holds it until its last bit is in. */
function takeLink(link: usize, earliest: i64, bits: i64): void {
  const cycles = linkCycles(bits);
  const start = max(earliest, getWide(link, LinkWide.FREE_CYCLE));
  set(link, Link.MESSAGE, message);
  setWide(link, LinkWide.ENTRY, start);
  setWide(link, LinkWide.FREE_CYCLE, start + cycles);
  addWide(link, LinkWide.BITS, bits);
  addWide(link, LinkWide.BUSY, cycles);
  useFor(link, Link.BUSY_BINS, start, start + cycles);
  useAt(link, Link.BIT_BINS, start, bits);
  addWide(sender, NodeWide.HOP_BITS, bits);
  if (start > earliest) addStall(sender, senderTile, Stalls.LINK, start - earliest);
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
export function linkAt(link: i32): usize {
  return <usize>(<u32>header(Header.LINK_RECORDS)) + <usize>link * (Link.WORDS << 2);
}
