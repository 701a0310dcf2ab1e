/**
 * Where values may spill: a set that reads some of them is granted all room that it needs until it is finished, for
 * its result and for what has to be fetched. So a granted set is sure to finish, whatever the others wait for.
 */
import { addBit, lowestBit, removeBit } from '../kernel/bit-set';
import { now } from '../kernel/calendar';
import { allocate, get, getAddress, set, setWide } from '../kernel/memory';
import { blockOf, sizeOf, valueAt } from './block';
import { hasValues, isLayerBeforeFinished } from './conditions';
import { copyAt, copyIndex, isToBeWritten } from './copy';
import { fetch } from './fetches';
import { Copy, Edge, Header, Node, NodeKind } from './layout';
import { Block, Entry, Grant, Pin, Spill } from './play-layout';
import { beginPieces, canFetch, endPieces, keepEntry, newEntry, releaseEntry, waitForPool } from './pools';
import { edgeAt, entry, header, item, itemsOf, lengthOf, listAt, nodeAt } from './records';
import { isSpilled, spillAt } from './spills';

/** What a set reads of spilled streams: the block and set of a value, and the list of destinations that its copy is on. */
const READ_BLOCK = 0;
const READ_SET = 1;
const READ_DESTINATIONS = 2;
const READ_WORDS = 3;

let reads: usize = 0;
let readCount = 0;
let readCapacity = 0;
let unusedGrant: usize = 0;
let unusedPin: usize = 0;

/** No set is granted anything. */
export function resetGrants(): void {
  reads = 0;
  readCount = 0;
  readCapacity = 0;
  unusedGrant = 0;
  unusedPin = 0;
}

/** True for a set that reads something that may have to be fetched. */
export function needsGrant(node: usize, k: i32, copy: usize): bool {
  const first = get(node, Node.FIRST_IN);
  for (let e = first; e < first + get(node, Node.IN_COUNT); e++) {
    const edge = edgeAt(e);
    if (readsSpilled(edge, copy) && !readsNothing(edge, node, k)) return true;
  }
  return false;
}

function readsNothing(edge: usize, node: usize, k: i32): bool {
  const setColumns = get(node, Node.SET_COLUMNS);
  return (
    lengthOf(listAt(get(edge, Edge.ROW_LISTS), k / setColumns)) === 0 ||
    lengthOf(listAt(get(edge, Edge.COLUMN_LISTS), k % setColumns)) === 0
  );
}

/** True where values of an edge are spilled on a tile of the reader's copy. */
function readsSpilled(edge: usize, copy: usize): bool {
  const producer = nodeAt(get(edge, Edge.PRODUCER));
  if (!get(producer, Node.IS_SPILLED)) return false;
  const destinations = listAt(get(edge, Edge.DESTINATIONS), get(copy, Copy.INDEX));
  for (let p = 0; p < lengthOf(destinations); p++) {
    if (isSpilled(producer, item(itemsOf(destinations), p))) return true;
  }
  return false;
}

/**
 * The firing of a node that may be granted what it needs, -1 where there is none, or it has to wait. What it reads of spilled
 * streams is found then.
 */
export function firingToGrant(node: usize): i32 {
  const firing = nextToGrant(node);
  if (firing < 0) return -1;
  const sets = get(node, Node.SETS);
  const inference = firing / sets;
  const k = firing - inference * sets;
  const copy = copyAt(node, copyIndex(node, firing));
  const isJoin = get(node, Node.KIND) === NodeKind.JOIN;
  // A copy that is not written may wait for the room of others, which would wait for it.
  if (isToBeWritten(copy)) return -1;
  if (!isJoin && (!needsGrant(node, k, copy) || !hasValues(node, inference, k))) return -1;
  if (!isLayerBeforeFinished(node, inference)) return -1;
  findReads(node, inference, k, copy);
  const full = fullTile(copy);
  if (full < 0) return firing;
  waitForPool(node, full);
  return -1;
}

/** Grants the set of {@link firingToGrant} what it needs: room for its result is reserved already. */
export function grantTo(node: usize, firing: i32, copy: usize): void {
  if (get(node, Node.KIND) === NodeKind.JOIN) removeBit(getAddress(node, Node.WANTS), firing);
  const grant = newGrant(node, firing);
  for (let p = 0; p < get(copy, Copy.TILE_COUNT); p++) beginPieces(entry(get(copy, Copy.TILES), p), grant);
  keepReads();
  fetchReads(grant);
  const hasFetched = get(grant, Grant.LEFT) > 0;
  set(grant, Grant.HAS_FETCHED, hasFetched ? 1 : 0);
  if (hasFetched && header(Header.KEEPS_SETS))
    setWide(getAddress(node, Node.FETCH_STARTS), firing << 1, now());
}

/** In order; of a join, any that may get what it reads. */
function nextToGrant(node: usize): i32 {
  if (get(node, Node.KIND) === NodeKind.JOIN) return lowestBit(getAddress(node, Node.WANTS));
  const firing = get(node, Node.NEXT) + get(node, Node.GRANTED);
  return firing === get(node, Node.FIRINGS) ? -1 : firing;
}

/** Notes what a set reads of spilled streams, each value once, by node and set. */
function findReads(node: usize, inference: i32, k: i32, copy: usize): void {
  const setColumns = get(node, Node.SET_COLUMNS);
  const first = get(node, Node.FIRST_IN);
  readCount = 0;
  for (let e = first; e < first + get(node, Node.IN_COUNT); e++) {
    const edge = edgeAt(e);
    if (!readsSpilled(edge, copy)) continue;
    const rows = listAt(get(edge, Edge.ROW_LISTS), k / setColumns);
    const columns = listAt(get(edge, Edge.COLUMN_LISTS), k % setColumns);
    const rowCount = lengthOf(rows);
    const columnCount = lengthOf(columns);
    if (rowCount === 0 || columnCount === 0) continue;
    const producer = nodeAt(get(edge, Edge.PRODUCER));
    const block = blockOf(producer, inference);
    const destinations = listAt(get(edge, Edge.DESTINATIONS), get(copy, Copy.INDEX));
    const producerColumns = get(producer, Node.SET_COLUMNS);
    for (let r = 0; r < rowCount; r++) {
      const row = item(itemsOf(rows), r) * producerColumns;
      for (let c = 0; c < columnCount; c++) addRead(block, row + item(itemsOf(columns), c), destinations);
    }
  }
}

/** Inserts a value behind those of lower ids, unless it is there. */
function addRead(block: usize, k: i32, destinations: usize): void {
  if (readCount === readCapacity) growReads();
  const id = get(block, Block.FIRST_ID) + k;
  let at = readCount;
  while (at > 0 && idOf(at - 1) >= id) at--;
  if (at < readCount && idOf(at) === id) return;
  const read = readAt(at);
  memory.copy(readAt(at + 1), read, (<usize>(readCount - at) * READ_WORDS) << 2);
  set(read, READ_BLOCK, <i32>block);
  set(read, READ_SET, k);
  set(read, READ_DESTINATIONS, <i32>destinations);
  readCount++;
}

function growReads(): void {
  const capacity = max(64, readCapacity << 1);
  const grown = allocate(<u64>(capacity + 1) * (READ_WORDS << 2));
  if (readCount > 0) memory.copy(grown, reads, <usize>readCount * (READ_WORDS << 2));
  reads = grown;
  readCapacity = capacity;
}

function readAt(index: i32): usize {
  return reads + <usize>index * (READ_WORDS << 2);
}

function idOf(index: i32): i32 {
  const read = readAt(index);
  return get(getAddress(read, READ_BLOCK), Block.FIRST_ID) + get(read, READ_SET);
}

/** The first tile of a copy without room for what is missing there of the reads, -1 where there is none. */
function fullTile(copy: usize): i32 {
  for (let p = 0; p < get(copy, Copy.TILE_COUNT); p++) {
    const tile = entry(get(copy, Copy.TILES), p);
    if (!canFetch(tile, missingBits(tile))) return tile;
  }
  return -1;
}

/** Bits of reads that are on a tile only if room is made for them. */
function missingBits(tile: i32): i64 {
  let bits: i64 = 0;
  for (let i = 0; i < readCount; i++) {
    const block = getAddress(readAt(i), READ_BLOCK);
    const producer = getAddress(block, Block.NODE);
    const k = get(readAt(i), READ_SET);
    const destination = destinationOn(producer, readAt(i), tile);
    if (destination < 0) continue;
    const spill = load<i32>(spillAt(producer, block, k, destination));
    if (spill === Spill.DIRECT) continue;
    if (spill !== Spill.STORED && get(<usize>(<u32>spill), Entry.SETS) > 0) continue;
    bits += sizeOf(producer, valueAt(producer, block, k, destination));
  }
  return bits;
}

/** The destination of a read on a tile where it is spilled, -1 for none. */
function destinationOn(producer: usize, read: usize, tile: i32): i32 {
  const destinations = getAddress(read, READ_DESTINATIONS);
  for (let p = 0; p < lengthOf(destinations); p++) {
    const destination = item(itemsOf(destinations), p);
    if (entry(get(producer, Node.DESTINATIONS), destination) !== tile) continue;
    return isSpilled(producer, destination) ? destination : -1;
  }
  return -1;
}

/** What has been fetched already stays for the set. */
function keepReads(): void {
  for (let i = 0; i < readCount; i++) {
    const read = readAt(i);
    const block = getAddress(read, READ_BLOCK);
    const producer = getAddress(block, Block.NODE);
    const destinations = getAddress(read, READ_DESTINATIONS);
    for (let p = 0; p < lengthOf(destinations); p++) {
      const destination = item(itemsOf(destinations), p);
      if (!isSpilled(producer, destination)) continue;
      const spill = load<i32>(spillAt(producer, block, get(read, READ_SET), destination));
      if (<u32>spill > <u32>Spill.STORED) keepEntry(<usize>(<u32>spill));
    }
  }
}

/** Fetches what is missing, and notes all that the set needs, value by value. */
function fetchReads(grant: usize): void {
  for (let i = 0; i < readCount; i++) {
    const read = readAt(i);
    const block = getAddress(read, READ_BLOCK);
    const k = get(read, READ_SET);
    const producer = getAddress(block, Block.NODE);
    const destinations = getAddress(read, READ_DESTINATIONS);
    let first: usize = 0;
    let last: usize = 0;
    for (let p = 0; p < lengthOf(destinations); p++) {
      const destination = item(itemsOf(destinations), p);
      if (!isSpilled(producer, destination)) continue;
      const spillAddress = spillAt(producer, block, k, destination);
      const spill = load<i32>(spillAddress);
      if (spill === Spill.DIRECT) continue;
      let fetchedEntry = <usize>(<u32>spill);
      if (spill === Spill.STORED) {
        const tile = entry(get(producer, Node.DESTINATIONS), destination);
        const bits = sizeOf(producer, valueAt(producer, block, k, destination));
        fetchedEntry = newEntry(producer, spillAddress, destination, tile, bits);
        if (last === 0) first = fetchedEntry;
        else set(last, Entry.NEXT_FETCHED, <i32>fetchedEntry);
        last = fetchedEntry;
      }
      addPin(grant, fetchedEntry);
    }
    if (first !== 0) fetch(block, k, first);
  }
}

function newGrant(node: usize, firing: i32): usize {
  const grant = unusedGrant === 0 ? allocate(Grant.WORDS << 2) : unusedGrant;
  if (unusedGrant !== 0) unusedGrant = getAddress(grant, Grant.NEXT);
  set(grant, Grant.FIRING, firing);
  set(grant, Grant.LEFT, 0);
  set(grant, Grant.FIRST_PIN, 0);
  set(grant, Grant.LAST_PIN, 0);
  set(grant, Grant.NODE, <i32>node);
  set(grant, Grant.NEXT, 0);
  const last = getAddress(node, Node.LAST_GRANT);
  if (last === 0) set(node, Node.FIRST_GRANT, <i32>grant);
  else set(last, Grant.NEXT, <i32>grant);
  set(node, Node.LAST_GRANT, <i32>grant);
  set(node, Node.GRANTED, get(node, Node.GRANTED) + 1);
  return grant;
}

function addPin(grant: usize, fetchedEntry: usize): void {
  const pin = unusedPin === 0 ? allocate(Pin.WORDS << 2) : unusedPin;
  if (unusedPin !== 0) unusedPin = getAddress(pin, Pin.NEXT);
  set(pin, Pin.ENTRY, <i32>fetchedEntry);
  set(pin, Pin.GRANT, <i32>grant);
  set(pin, Pin.NEXT, 0);
  const last = getAddress(grant, Grant.LAST_PIN);
  if (last === 0) set(grant, Grant.FIRST_PIN, <i32>pin);
  else set(last, Pin.NEXT, <i32>pin);
  set(grant, Grant.LAST_PIN, <i32>pin);
  if (get(fetchedEntry, Entry.IS_THERE)) return;
  set(grant, Grant.LEFT, get(grant, Grant.LEFT) + 1);
  set(pin, Pin.NEXT_WAITING, get(fetchedEntry, Entry.WAITING));
  set(fetchedEntry, Entry.WAITING, <i32>pin);
}

/** The granted set of a node that is to start next and has all its values, 0 for none: in order, of a join the lowest. */
export function grantToStart(node: usize): usize {
  const isJoin = get(node, Node.KIND) === NodeKind.JOIN;
  let found: usize = 0;
  for (let grant = getAddress(node, Node.FIRST_GRANT); grant !== 0; grant = getAddress(grant, Grant.NEXT)) {
    if (get(grant, Grant.LEFT) === 0 && (found === 0 || get(grant, Grant.FIRING) < get(found, Grant.FIRING)))
      found = grant;
    if (!isJoin) break;
  }
  return found;
}

/** A granted set starts. */
export function startGrant(node: usize, started: usize): void {
  let before: usize = 0;
  let grant = getAddress(node, Node.FIRST_GRANT);
  while (grant !== started) {
    before = grant;
    grant = getAddress(grant, Grant.NEXT);
  }
  const next = get(grant, Grant.NEXT);
  if (before === 0) set(node, Node.FIRST_GRANT, next);
  else set(before, Grant.NEXT, next);
  if (next === 0) set(node, Node.LAST_GRANT, <i32>before);
  set(node, Node.GRANTED, get(node, Node.GRANTED) - 1);
  set(grant, Grant.NEXT, get(node, Node.STARTED_GRANTS));
  set(node, Node.STARTED_GRANTS, <i32>grant);
}

/** A set is finished: what it was granted, if anything, others may have. */
export function endGrant(node: usize, firing: i32, copy: usize): void {
  let before: usize = 0;
  let grant = getAddress(node, Node.STARTED_GRANTS);
  while (grant !== 0 && get(grant, Grant.FIRING) !== firing) {
    before = grant;
    grant = getAddress(grant, Grant.NEXT);
  }
  if (grant === 0) return;
  if (before === 0) set(node, Node.STARTED_GRANTS, get(grant, Grant.NEXT));
  else set(before, Grant.NEXT, get(grant, Grant.NEXT));
  let pin = getAddress(grant, Grant.FIRST_PIN);
  while (pin !== 0) {
    const next = getAddress(pin, Pin.NEXT);
    releaseEntry(getAddress(pin, Pin.ENTRY));
    set(pin, Pin.NEXT, <i32>unusedPin);
    unusedPin = pin;
    pin = next;
  }
  for (let p = 0; p < get(copy, Copy.TILE_COUNT); p++) endPieces(entry(get(copy, Copy.TILES), p), grant);
  set(grant, Grant.NEXT, <i32>unusedGrant);
  unusedGrant = grant;
}

/** A set of a join may get what it reads, some of which may have to be fetched. */
export function addWant(node: usize, firing: i32): void {
  addBit(getAddress(node, Node.WANTS), firing);
}
