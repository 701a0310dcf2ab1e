/** Weights on their way: events of PEs that are written. For their order they are sets of a node behind all others. */
import { enter } from '../kernel/calendar';
import { get, getAddress, getWide } from '../kernel/memory';
import { EventKind, eventBlock, eventSet, newWriteEvent } from './event';
import { Header, Write, WriteWide } from './layout';
import { beginMessage, travel } from './link';
import { header, tableAt } from './records';
import { tileAt } from './tile';

/** Id of the first PE in the order of writing. */
let firstId = 0;

/** `ids` are those of all sets. */
export function resetWeights(ids: i32): void {
  firstId = ids;
}

/** A record of something that happens to PE `n` now, in no list. */
export function newWeights(kind: i32, write: usize, n: i32, detail: i32): usize {
  return newWriteEvent(kind, write, n, firstId + n, detail);
}

/** Something that happens to PE `n` at cycle `at`, which is not over. */
export function expectWrite(at: i64, kind: i32, write: usize, n: i32): void {
  enter(newWeights(kind, write, n, 0), at);
}

/** Sends the weights of a PE to its tile. */
export function sendWeights(event: usize): void {
  const write = eventBlock(event);
  beginMessage(getAddress(write, Write.NODE), tileAt(header(Header.OFF_CHIP_TILE)));
  const arrival = travel(tableAt(get(write, Write.ROUTE)), getWide(write, WriteWide.BITS));
  expectWrite(arrival, EventKind.WEIGHTS_ARRIVED, write, eventSet(event));
}
