/** State of a simulation before cycle 0: what every set waits for, and nothing has happened. */
import { allocate, get, getAddress, set } from '../memory';
import { addBit, newBitSet } from './bit-set';
import { setUpBlocks } from './blocks';
import {
  BUFFER_SHARED_ROOM,
  BUFFER_WINDOWS,
  COPY_FREE_CYCLE,
  COPY_IS_BUSY,
  EDGE_COLUMN_LISTS,
  EDGE_IS_CONSTANT,
  EDGE_ROW_LISTS,
  KIND_JOIN,
  LINK_WORDS,
  NODE_COPY_COUNT,
  NODE_END,
  NODE_FINISHES,
  NODE_FIRST_ID,
  NODE_FIRST_IN,
  NODE_HOME_COUNT,
  NODE_HOMES,
  NODE_IN_COUNT,
  NODE_INDEX,
  NODE_INSTANCES,
  NODE_KIND,
  NODE_MOST_BITS,
  NODE_OUTPUT_USED,
  NODE_READ_BITS,
  NODE_READS,
  NODE_READY,
  NODE_SET_COLUMNS,
  NODE_SETS,
  NODE_START,
  NODE_STARTS,
  NODE_STREAMS,
  NODE_TILE_COUNT,
  NODE_TILES,
  NODE_UNFINISHED,
  NODE_WINDOWS,
  NODE_WORDS,
  SIMULATION_BATCH,
  SIMULATION_HEADER_WORDS,
  SIMULATION_INFERENCE_ENDS,
  SIMULATION_INPUT_ROOM,
  SIMULATION_IS_LBL,
  SIMULATION_KEEPS_SETS,
  SIMULATION_LINK_RECORDS,
  SIMULATION_LINKS,
  SIMULATION_NODES,
  SIMULATION_OUTPUT_ROOM,
  SIMULATION_READ_PORTS,
  SIMULATION_TILE_RECORDS,
  SIMULATION_TILES,
  STREAM_NODE,
  STREAM_WINDOW,
  STREAM_WORDS,
  TILE_INPUT,
  TILE_OUTPUT,
  TILE_READ_PORTS,
  TILE_WORDS,
  UNLIMITED,
} from './layout';
import {
  addWide,
  copyAt,
  entry,
  getWide,
  header,
  headerRecord,
  lengthOf,
  listAt,
  nodeAt,
  setWide,
  simulationEdgeAt,
  tableAt,
  tileAt,
  wideHeader,
} from './problem';
import { countReadBits, isReadingTimed } from './read-ports';

/** Allocates and sets all state. */
export function setUp(): void {
  const batch = header(SIMULATION_BATCH);
  const state = headerRecord() + (SIMULATION_TILE_RECORDS << 2);
  memory.fill(state, 0, (SIMULATION_HEADER_WORDS - SIMULATION_TILE_RECORDS) << 2);
  const tiles = zeroed(<u64>header(SIMULATION_TILES) * (TILE_WORDS << 2));
  const links = zeroed(<u64>header(SIMULATION_LINKS) * (LINK_WORDS << 2));
  set(headerRecord(), SIMULATION_TILE_RECORDS, <i32>tiles);
  set(headerRecord(), SIMULATION_LINK_RECORDS, <i32>links);
  set(headerRecord(), SIMULATION_INFERENCE_ENDS, <i32>filled(batch, -1));
  if (isReadingTimed()) setUpReadPorts();
  let ids = 0;
  for (let i = 0; i < header(SIMULATION_NODES); i++) {
    setUpNode(nodeAt(i), i, ids, batch);
    ids += get(nodeAt(i), NODE_INSTANCES);
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
  const ports = <u64>header(SIMULATION_READ_PORTS);
  for (let i = 0; i < header(SIMULATION_TILES); i++) {
    set(tileAt(i), TILE_READ_PORTS, <i32>zeroed(ports << 3));
  }
}

function setUpNode(node: usize, index: i32, firstId: i32, batch: i32): void {
  memory.fill(node + (NODE_INDEX << 2), 0, (NODE_WORDS - NODE_INDEX) << 2);
  const sets = get(node, NODE_SETS);
  const instances = sets * batch;
  set(node, NODE_INDEX, index);
  set(node, NODE_FIRST_ID, firstId);
  set(node, NODE_INSTANCES, instances);
  setUpBlocks(node, batch);
  set(node, NODE_READS, <i32>countReads(node));
  if (isReadingTimed()) set(node, NODE_READ_BITS, <i32>countReadBits(node));
  if (get(node, NODE_KIND) === KIND_JOIN) set(node, NODE_READY, <i32>readyFromTheStart(node));
  set(node, NODE_OUTPUT_USED, <i32>zeroed((<u64>get(node, NODE_HOME_COUNT)) << 3));
  setUpStreams(node);
  if (header(SIMULATION_IS_LBL)) {
    const unfinished = allocate((<u64>batch) << 2);
    for (let i = 0; i < batch; i++) set(unfinished, i, sets);
    set(node, NODE_UNFINISHED, <i32>unfinished);
  }
  if (header(SIMULATION_KEEPS_SETS)) {
    set(node, NODE_STARTS, <i32>filled(instances, -1));
    set(node, NODE_FINISHES, <i32>filled(instances, -1));
  }
  setWide(node, NODE_START, -1);
  setWide(node, NODE_END, -1);
  for (let c = 0; c < get(node, NODE_COPY_COUNT); c++) {
    set(copyAt(node, c), COPY_IS_BUSY, 0);
    setWide(copyAt(node, c), COPY_FREE_CYCLE, -1);
  }
}

/** Per set: how many values it waits for; all of a constant edge are one. */
function countReads(node: usize): usize {
  const sets = get(node, NODE_SETS);
  const columns = get(node, NODE_SET_COLUMNS);
  const first = get(node, NODE_FIRST_IN);
  const reads = zeroed((<u64>sets) << 2);
  for (let e = first; e < first + get(node, NODE_IN_COUNT); e++) {
    const edge = simulationEdgeAt(e);
    for (let k = 0; k < sets; k++) {
      const row = k / columns;
      const along =
        lengthOf(listAt(get(edge, EDGE_ROW_LISTS), row)) *
        lengthOf(listAt(get(edge, EDGE_COLUMN_LISTS), k - row * columns));
      set(reads, k, get(reads, k) + (get(edge, EDGE_IS_CONSTANT) ? 1 : along));
    }
  }
  return reads;
}

/** The instances of a join that read nothing. */
function readyFromTheStart(node: usize): usize {
  const sets = get(node, NODE_SETS);
  const instances = get(node, NODE_INSTANCES);
  const ready = newBitSet(instances);
  for (let k = 0; k < sets; k++) {
    if (get(getAddress(node, NODE_READS), k) > 0) continue;
    for (let instance = k; instance < instances; instance += sets) addBit(ready, instance);
  }
  return ready;
}

function setUpStreams(node: usize): void {
  const places = get(node, NODE_TILE_COUNT);
  const streams = zeroed(<u64>places * (STREAM_WORDS << 2));
  const windows = tableAt(get(node, NODE_WINDOWS));
  set(node, NODE_STREAMS, <i32>streams);
  for (let place = 0; place < places; place++) {
    const stream = streams + <usize>place * (STREAM_WORDS << 2);
    set(stream, STREAM_NODE, <i32>node);
    setWide(stream, STREAM_WINDOW, getWide(windows, place << 1));
  }
}

/** What windows take of the buffers, and what they leave. */
function setUpRooms(): void {
  const inputRoom = wideHeader(SIMULATION_INPUT_ROOM);
  const outputRoom = wideHeader(SIMULATION_OUTPUT_ROOM);
  for (let i = 0; i < header(SIMULATION_NODES); i++) {
    if (inputRoom !== UNLIMITED) addInputWindows(nodeAt(i));
    if (outputRoom !== UNLIMITED) addOutputWindows(nodeAt(i));
  }
  for (let i = 0; i < header(SIMULATION_TILES); i++) {
    share(tileAt(i) + (TILE_INPUT << 2), inputRoom);
    share(tileAt(i) + (TILE_OUTPUT << 2), outputRoom);
  }
}

function addInputWindows(node: usize): void {
  const windows = tableAt(get(node, NODE_WINDOWS));
  for (let place = 0; place < get(node, NODE_TILE_COUNT); place++) {
    const tile = tileAt(entry(get(node, NODE_TILES), place));
    addWide(tile, TILE_INPUT + BUFFER_WINDOWS, getWide(windows, place << 1));
  }
}

/** On the home of each copy a window holds one result. */
function addOutputWindows(node: usize): void {
  for (let home = 0; home < get(node, NODE_HOME_COUNT); home++) {
    const tile = tileAt(entry(get(node, NODE_HOMES), home));
    addWide(tile, TILE_OUTPUT + BUFFER_WINDOWS, <i64>get(node, NODE_MOST_BITS));
  }
}

function share(buffer: usize, room: i64): void {
  setWide(buffer, BUFFER_SHARED_ROOM, max<i64>(room - getWide(buffer, BUFFER_WINDOWS), 0));
}
