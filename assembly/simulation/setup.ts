/** State of a simulation before cycle 0: what every set waits for, and nothing has happened. */

import { addBit, newBitSet } from '../kernel/bit-set';
import { allocate, get, getAddress, set } from '../kernel/memory';
import { setUpBlocks } from './block';
import {
  Buffer,
  Copy,
  CopyWide,
  Edge,
  Header,
  HeaderWide,
  Link,
  Node,
  NodeKind,
  NodeWide,
  Stream,
  StreamWide,
  Tile,
  UNLIMITED,
} from './layout';
import { countReadBits, isReadingTimed } from './read-port';
import {
  addWide,
  copyAt,
  edgeAt,
  entry,
  getWide,
  header,
  headerRecord,
  lengthOf,
  listAt,
  nodeAt,
  setWide,
  tableAt,
  tileAt,
  wideHeader,
} from './records';

/** Allocates and sets all state. */
export function setUp(): void {
  const batch = header(Header.BATCH);
  const state = headerRecord() + (Header.TILE_RECORDS << 2);
  memory.fill(state, 0, (Header.WORDS - Header.TILE_RECORDS) << 2);
  const tiles = zeroed(<u64>header(Header.TILES) * (Tile.WORDS << 2));
  const links = zeroed(<u64>header(Header.LINKS) * (Link.WORDS << 2));
  set(headerRecord(), Header.TILE_RECORDS, <i32>tiles);
  set(headerRecord(), Header.LINK_RECORDS, <i32>links);
  set(headerRecord(), Header.INFERENCE_ENDS, <i32>filled(batch, -1));
  if (isReadingTimed()) setUpReadPorts();
  let ids = 0;
  for (let i = 0; i < header(Header.NODES); i++) {
    setUpNode(nodeAt(i), i, ids, batch);
    ids += get(nodeAt(i), Node.FIRINGS);
  }
  setUpRooms();
}

function zeroed(bytes: u64): usize {
  const address = allocate(bytes);
  memory.fill(address, 0, <usize>bytes);
  return address;
}

function filled(count: i32, value: i64): usize {
  const address = allocate((<u64>count) << 3);
  for (let i = 0; i < count; i++) store<i64>(address + ((<usize>i) << 3), value);
  return address;
}

function setUpReadPorts(): void {
  const ports = <u64>header(Header.READ_PORTS);
  for (let i = 0; i < header(Header.TILES); i++) {
    set(tileAt(i), Tile.READ_PORTS, <i32>zeroed(ports << 3));
  }
}

function setUpNode(node: usize, index: i32, firstId: i32, batch: i32): void {
  memory.fill(node + (Node.INDEX << 2), 0, (Node.WORDS - Node.INDEX) << 2);
  const sets = get(node, Node.SETS);
  const firings = sets * batch;
  set(node, Node.INDEX, index);
  set(node, Node.FIRST_ID, firstId);
  set(node, Node.FIRINGS, firings);
  setUpBlocks(node, batch);
  set(node, Node.READS, <i32>countReads(node));
  if (isReadingTimed()) set(node, Node.READ_BITS, <i32>countReadBits(node));
  if (get(node, Node.KIND) === NodeKind.JOIN) set(node, Node.READY, <i32>readyFromTheStart(node));
  set(node, Node.OUTPUT_USED, <i32>zeroed((<u64>get(node, Node.HOME_COUNT)) << 3));
  setUpStreams(node);
  if (header(Header.IS_LBL)) {
    const unfinished = allocate((<u64>batch) << 2);
    for (let i = 0; i < batch; i++) set(unfinished, i, sets);
    set(node, Node.UNFINISHED, <i32>unfinished);
  }
  if (header(Header.KEEPS_SETS)) {
    set(node, Node.STARTS, <i32>filled(firings, -1));
    set(node, Node.FINISHES, <i32>filled(firings, -1));
  }
  setWide(node, NodeWide.START, -1);
  setWide(node, NodeWide.END, -1);
  for (let c = 0; c < get(node, Node.COPY_COUNT); c++) {
    set(copyAt(node, c), Copy.IS_BUSY, 0);
    setWide(copyAt(node, c), CopyWide.FREE_CYCLE, -1);
  }
}

/** Per set: how many values it waits for; all of a constant edge are one. */
function countReads(node: usize): usize {
  const sets = get(node, Node.SETS);
  const columns = get(node, Node.SET_COLUMNS);
  const first = get(node, Node.FIRST_IN);
  const reads = zeroed((<u64>sets) << 2);
  for (let e = first; e < first + get(node, Node.IN_COUNT); e++) {
    const edge = edgeAt(e);
    for (let k = 0; k < sets; k++) {
      const row = k / columns;
      const along =
        lengthOf(listAt(get(edge, Edge.ROW_LISTS), row)) *
        lengthOf(listAt(get(edge, Edge.COLUMN_LISTS), k - row * columns));
      set(reads, k, get(reads, k) + (get(edge, Edge.IS_CONSTANT) ? 1 : along));
    }
  }
  return reads;
}

/** The firings of a join that read nothing. */
function readyFromTheStart(node: usize): usize {
  const sets = get(node, Node.SETS);
  const firings = get(node, Node.FIRINGS);
  const ready = newBitSet(firings);
  for (let k = 0; k < sets; k++) {
    if (get(getAddress(node, Node.READS), k) > 0) continue;
    for (let firing = k; firing < firings; firing += sets) addBit(ready, firing);
  }
  return ready;
}

function setUpStreams(node: usize): void {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const streams = zeroed(<u64>destinations * (Stream.WORDS << 2));
  const windows = tableAt(get(node, Node.WINDOWS));
  set(node, Node.STREAMS, <i32>streams);
  for (let destination = 0; destination < destinations; destination++) {
    const stream = streams + <usize>destination * (Stream.WORDS << 2);
    set(stream, Stream.NODE, <i32>node);
    setWide(stream, StreamWide.WINDOW, getWide(windows, destination << 1));
  }
}

/** What windows take of the buffers, and what they leave. */
function setUpRooms(): void {
  const inputRoom = wideHeader(HeaderWide.INPUT_CAPACITY);
  const outputRoom = wideHeader(HeaderWide.OUTPUT_CAPACITY);
  for (let i = 0; i < header(Header.NODES); i++) {
    if (inputRoom !== UNLIMITED) addInputWindows(nodeAt(i));
    if (outputRoom !== UNLIMITED) addOutputWindows(nodeAt(i));
  }
  for (let i = 0; i < header(Header.TILES); i++) {
    share(tileAt(i) + (Tile.INPUT << 2), inputRoom);
    share(tileAt(i) + (Tile.OUTPUT << 2), outputRoom);
  }
}

function addInputWindows(node: usize): void {
  const windows = tableAt(get(node, Node.WINDOWS));
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    const tile = tileAt(entry(get(node, Node.DESTINATIONS), destination));
    addWide(tile, Tile.INPUT + Buffer.WINDOWS, getWide(windows, destination << 1));
  }
}

/** On the home of each copy a window holds one result. */
function addOutputWindows(node: usize): void {
  for (let home = 0; home < get(node, Node.HOME_COUNT); home++) {
    const tile = tileAt(entry(get(node, Node.HOMES), home));
    addWide(tile, Tile.OUTPUT + Buffer.WINDOWS, <i64>get(node, Node.MOST_BITS));
  }
}

function share(buffer: usize, room: i64): void {
  setWide(buffer, Buffer.SHARED_ROOM, max<i64>(room - getWide(buffer, Buffer.WINDOWS), 0));
}
