/** Off-chip memory: results that are stored there, and values that are fetched, each as one message to all tiles that lack it. */
import { now } from '../kernel/calendar';
import { eventTime } from '../kernel/event';
import { addWide, get, getAddress, set, setWide } from '../kernel/memory';
import { wake } from './awake';
import { EventKind, eventBlock, eventCopy, eventSet, expect, expectAgain, newEvent, PortTask } from './event';
import { Header, HeaderWide, Node, NodeWide } from './layout';
import { addMessage } from './message';
import { fetchedBits, storedBits } from './off-chip-bits';
import { isPortTimed } from './off-chip-port';
import { Block, Entry, Grant, Pin } from './play-layout';
import { header, wideHeader } from './records';
import { isShared, isSharedTimed, sharedCycles } from './shared-buffer';
import { askWith, endTask, inputSide, outputSide, sharedInput, sharedOutput } from './task-queues';
import { countFetched } from './traffic';

/** True where bits of a result take time on their way into or out of where it is stored. */
function isTimed(block: usize, k: i32, bits: i64): bool {
  return isShared(block, k) ? isSharedTimed(bits) : isPortTimed(bits);
}

/** The side through which a result gets to where it is stored. */
function storeSide(block: usize, k: i32): i32 {
  return isShared(block, k) ? sharedInput() : outputSide();
}

/** The side through which it comes back. */
function fetchSide(block: usize, k: i32): i32 {
  return isShared(block, k) ? sharedOutput() : inputSide();
}

/** True where it takes time to store a result. */
export function isStoreTimed(block: usize, k: i32): bool {
  return isTimed(block, k, storedBits(getAddress(block, Block.NODE), block, k));
}

/** A side of the shared buffer begins with a task. */
export function beginSharedTask(isOutput: bool, task: usize): void {
  const block = eventBlock(task);
  const node = getAddress(block, Block.NODE);
  const k = eventSet(task);
  addWide(node, NodeWide.WAIT_PORT, now() - eventTime(task));
  const bits = isOutput ? fetchedBits(eventCopy(task)) : storedBits(node, block, k);
  expectAgain(task, now() + sharedCycles(bits), isOutput ? EventKind.FETCHED : EventKind.STORED);
}

/** Fetches a value to the tiles of a list of entries. */
export function fetch(block: usize, k: i32, entries: usize): void {
  const latency = isShared(block, k) ? 0 : wideHeader(HeaderWide.OFF_CHIP_LATENCY);
  if (latency > 0) expect(now() + latency, EventKind.MEMORY_DONE, block, k, entries, 0);
  else askForFetch(block, k, entries);
}

/** Memory gives the value: it takes the input side of the port; from the shared buffer the side through which values get out. */
export function askForFetch(block: usize, k: i32, entries: usize): void {
  if (isTimed(block, k, fetchedBits(entries)))
    askWith(fetchSide(block, k), newEvent(EventKind.TASK, block, k, entries, PortTask.MEMORY));
  else expect(now(), EventKind.FETCHED, block, k, entries, 0);
}

/** The value is on the chip, and sent from the tile of the port. */
export function fetched(block: usize, k: i32, entries: usize): void {
  if (isTimed(block, k, fetchedBits(entries))) endTask(fetchSide(block, k));
  countFetched(block, k, entries);
  addMessage(newEvent(EventKind.FETCH, block, k, entries, 0));
}

/** A fetched value is on its tile. */
export function fetchedArrived(entry: usize): void {
  set(entry, Entry.IS_THERE, 1);
  for (let pin = getAddress(entry, Entry.WAITING); pin !== 0; pin = getAddress(pin, Pin.NEXT_WAITING)) {
    const grant = getAddress(pin, Pin.GRANT);
    const left = get(grant, Grant.LEFT) - 1;
    set(grant, Grant.LEFT, left);
    if (left === 0) hasAll(grant);
  }
  set(entry, Entry.WAITING, 0);
}

/** All that was fetched for a set is on its tiles. */
function hasAll(grant: usize): void {
  const node = getAddress(grant, Grant.NODE);
  if (header(Header.KEEPS_SETS))
    setWide(getAddress(node, Node.FETCH_ENDS), get(grant, Grant.FIRING) << 1, now());
  wake(node);
}

/** A result that is stored is at the port. */
export function askToStore(block: usize, k: i32, copy: usize): void {
  askWith(storeSide(block, k), newEvent(EventKind.TASK, block, k, copy, PortTask.MEMORY));
}

/** The side is done with a result that is stored. */
export function endStore(block: usize, k: i32): void {
  endTask(storeSide(block, k));
}
