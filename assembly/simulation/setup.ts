/** Records before cycle 0: what every set waits for, and nothing has happened. */
import { addBit, newBitSet } from '../kernel/bit-set';
import { allocate, allocateWides, allocateZeros, get, getAddress, set, setWide } from '../kernel/memory';
import { setUpBlocks } from './block';
import { resetCopies } from './copy';
import { Edge, Header, Link, Node, NodeKind, NodeWide, OffChip, Tile } from './layout';
import { edgeAt, entry, header, headerRecord, lengthOf, listAt, nodeAt, tableAt } from './records';
import { resetWrites } from './writes';

/** Allocates and sets the state of the header, of tiles, links and nodes. */
export function setUpRecords(): void {
  const batch = header(Header.BATCH);
  const state = headerRecord() + (Header.TILE_RECORDS << 2);
  memory.fill(state, 0, (Header.HAS_TURNS - Header.TILE_RECORDS) << 2);
  const tiles = allocateZeros(<u64>header(Header.TILES) * (Tile.WORDS << 2));
  const links = allocateZeros(<u64>header(Header.LINKS) * (Link.WORDS << 2));
  set(headerRecord(), Header.TILE_RECORDS, <i32>tiles);
  set(headerRecord(), Header.LINK_RECORDS, <i32>links);
  set(headerRecord(), Header.OFF_CHIP, <i32>allocateZeros(OffChip.WORDS << 2));
  set(headerRecord(), Header.INFERENCE_ENDS, <i32>allocateWides(batch, -1));
  let ids = 0;
  for (let i = 0; i < header(Header.NODES); i++) {
    setUpNode(nodeAt(i), i, ids);
    ids += get(nodeAt(i), Node.FIRINGS);
  }
  for (let i = 0; i < header(Header.NODES); i++) setUpEdges(nodeAt(i));
  resetWrites(ids);
}

/** Addresses of the edges from a node, and of what they point to. */
function setUpEdges(node: usize): void {
  const count = get(node, Node.OUT_COUNT);
  const edges = allocate((<u64>count) << 2);
  set(node, Node.OUT_EDGES, <i32>edges);
  for (let i = 0; i < count; i++) {
    const edge = edgeAt(entry(get(node, Node.OUT), i));
    set(edges, i, <i32>edge);
    const reader = nodeAt(get(edge, Edge.READER));
    set(edge, Edge.COPY_STEP, get(reader, Node.SET_COLUMNS) % get(reader, Node.COPY_COUNT));
    set(edge, Edge.HOLDS_AT, <i32>tableAt(get(edge, Edge.HOLDS)));
    set(edge, Edge.READER_AT, <i32>reader);
    set(edge, Edge.READER_ROWS_AT, <i32>tableAt(get(edge, Edge.READER_ROWS)));
    set(edge, Edge.READER_COLUMNS_AT, <i32>tableAt(get(edge, Edge.READER_COLUMNS)));
    set(edge, Edge.HELD_AT, <i32>tableAt(get(edge, Edge.HELD)));
    set(edge, Edge.PRODUCER_AT, <i32>node);
    set(edge, Edge.ROW_LISTS_AT, <i32>tableAt(get(edge, Edge.ROW_LISTS)));
    set(edge, Edge.COLUMN_LISTS_AT, <i32>tableAt(get(edge, Edge.COLUMN_LISTS)));
    set(edge, Edge.DESTINATIONS_AT, <i32>tableAt(get(edge, Edge.DESTINATIONS)));
  }
}

function setUpNode(node: usize, index: i32, firstId: i32): void {
  memory.fill(node + (Node.INDEX << 2), 0, (Node.INFERENCES - Node.INDEX) << 2);
  const batch = get(node, Node.INFERENCES);
  const before = get(node, Node.GROUP_BEFORE);
  const sets = get(node, Node.SETS);
  const firings = sets * batch;
  set(node, Node.INDEX, index);
  set(node, Node.FIRST_ID, firstId);
  set(node, Node.FIRINGS, firings);
  set(node, Node.CLOCK, before < 0 ? <i32>node : get(nodeAt(before), Node.CLOCK));
  set(node, Node.IS_CLOSED, i32(before >= 0 && get(node, Node.KIND) === NodeKind.INPUT));
  setUpBlocks(node, batch);
  set(node, Node.READS, <i32>countReads(node));
  if (get(node, Node.KIND) === NodeKind.JOIN) {
    set(node, Node.READY, <i32>readyFromTheStart(node));
    if (header(Header.SPILLS)) set(node, Node.WANTS, <i32>newBitSet(firings));
  }
  if (header(Header.IS_LBL)) {
    const unfinished = allocate((<u64>batch) << 2);
    for (let i = 0; i < batch; i++) set(unfinished, i, sets);
    set(node, Node.UNFINISHED, <i32>unfinished);
  }
  if (header(Header.KEEPS_SETS)) {
    set(node, Node.STARTS, <i32>allocateWides(firings, -1));
    set(node, Node.FINISHES, <i32>allocateWides(firings, -1));
    if (header(Header.SPILLS)) {
      set(node, Node.FETCH_STARTS, <i32>allocateWides(firings, -1));
      set(node, Node.FETCH_ENDS, <i32>allocateWides(firings, -1));
    }
  }
  setWide(node, NodeWide.START, -1);
  setWide(node, NodeWide.END, -1);
  resetCopies(node);
}

/** Per set: how many values it waits for; all of a constant edge are one. */
function countReads(node: usize): usize {
  const sets = get(node, Node.SETS);
  const columns = get(node, Node.SET_COLUMNS);
  const first = get(node, Node.FIRST_IN);
  const reads = allocateZeros((<u64>sets) << 2);
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
