/** Values that are fetched, each as one message to all tiles that lack it. */
import { get, getAddress, getWide } from '../kernel/memory';
import { EventKind, eventBlock, eventCopy, eventSet, expect } from './event';
import { Header, Node } from './layout';
import { beginMessage, routeOf, travel, widenRoute } from './link';
import { Block, Entry } from './play-layout';
import { header } from './records';
import { tileAt } from './tile';

/** Sends a fetched value to the tiles of its entries. */
export function sendFetched(event: usize): void {
  const block = eventBlock(event);
  const node = getAddress(block, Block.NODE);
  const routes = get(node, Node.FETCH_ROUTES);
  beginMessage(node, tileAt(header(Header.OFF_CHIP_TILE)));
  for (let entry = eventCopy(event); entry !== 0; entry = getAddress(entry, Entry.NEXT_FETCHED)) {
    widenRoute(routeOf(routes, get(entry, Entry.DESTINATION)), getWide(entry, Entry.BITS));
  }
  for (let entry = eventCopy(event); entry !== 0; entry = getAddress(entry, Entry.NEXT_FETCHED)) {
    const arrival = travel(routeOf(routes, get(entry, Entry.DESTINATION)), -1);
    expect(arrival, EventKind.ARRIVED_FETCHED, block, eventSet(event), entry, 0);
  }
}
