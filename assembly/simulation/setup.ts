/** State of a simulation before cycle 0: what every set waits for, and nothing has happened. */
import { allocate, get, getAddress, set } from '../memory';
import { addBit, newBitSet } from './bit-set';
import {
  COPY_FREE_CYCLE,
  COPY_IS_BUSY,
  COPY_TILE_COUNT,
  EDGE_COLUMN_LISTS,
  EDGE_IS_CONSTANT,
  EDGE_PLACES,
  EDGE_READER,
  EDGE_ROW_LISTS,
  EDGE_SHARED,
  EDGE_SOURCE,
  KIND_JOIN,
  LINK_WORDS,
  LIST_LENGTH,
  LIST_OFFSET,
  LIST_WORDS,
  NODE_COPY_COUNT,
  NODE_END,
  NODE_FINISHES,
  NODE_FIRST_ID,
  NODE_FIRST_IN,
  NODE_IN_COUNT,
  NODE_INDEX,
  NODE_INSTANCES,
  NODE_KIND,
  NODE_MISSING,
  NODE_READY,
  NODE_SET_COLUMNS,
  NODE_SETS,
  NODE_START,
  NODE_STARTS,
  NODE_TILE_COUNT,
  NODE_UNFINISHED,
  NODE_VALUES,
  NODE_WORDS,
  SHARED_SETS,
  SHARED_VALUES,
  SHARED_WORDS,
  SIMULATION_BATCH,
  SIMULATION_EDGES,
  SIMULATION_HEADER_WORDS,
  SIMULATION_KEEPS_SETS,
  SIMULATION_LINK_RECORDS,
  SIMULATION_LINKS,
  SIMULATION_NODES,
  SIMULATION_TILE_RECORDS,
  SIMULATION_TILES,
  TILE_WORDS,
  VALUE_WORDS,
} from './layout';
import {
  copyAt,
  copyIndex,
  copyOf,
  entry,
  header,
  headerRecord,
  nodeAt,
  setWide,
  simulationEdgeAt,
  tableAt,
} from './problem';

/** Instances of a node are numbered among those of all nodes from a multiple of this on. */
export const ID_BLOCK_BITS = 6;

let owners: usize = 0;

/** Allocates and sets all state; returns how many instances (with gaps) there are. */
export function setUp(): i32 {
  const state = headerRecord() + (SIMULATION_TILE_RECORDS << 2);
  memory.fill(state, 0, (SIMULATION_HEADER_WORDS - SIMULATION_TILE_RECORDS) << 2);
  set(
    headerRecord(),
    SIMULATION_TILE_RECORDS,
    <i32>zeroed(<u64>header(SIMULATION_TILES) * (TILE_WORDS << 2)),
  );
  set(
    headerRecord(),
    SIMULATION_LINK_RECORDS,
    <i32>zeroed(<u64>header(SIMULATION_LINKS) * (LINK_WORDS << 2)),
  );
  const ids = setUpNodes();
  for (let i = 0; i < header(SIMULATION_EDGES); i++) setUpEdge(simulationEdgeAt(i));
  for (let i = 0; i < header(SIMULATION_NODES); i++) countMissing(nodeAt(i));
  return ids;
}

/** The node that an instance (by its number among those of all nodes) belongs to. */
export function nodeOfId(id: i32): usize {
  return <usize>load<u32>(owners + ((<usize>(id >> ID_BLOCK_BITS)) << 2));
}

/** An instance's number among those of its node. */
export function instanceOfId(node: usize, id: i32): i32 {
  return id - get(node, NODE_FIRST_ID);
}

/** An instance's number among those of all nodes. */
export function idOf(node: usize, instance: i32): i32 {
  return get(node, NODE_FIRST_ID) + instance;
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

function setUpNodes(): i32 {
  let ids = 1 << ID_BLOCK_BITS; // 0 ends lists
  for (let i = 0; i < header(SIMULATION_NODES); i++) ids = setUpNode(i, ids);
  owners = zeroed((<u64>((ids >> ID_BLOCK_BITS) + 1)) << 2);
  for (let i = 0; i < header(SIMULATION_NODES); i++) {
    const node = nodeAt(i);
    const first = get(node, NODE_FIRST_ID);
    const end = first + get(node, NODE_INSTANCES);
    for (let id = first; id < end; id += 1 << ID_BLOCK_BITS) {
      store<u32>(owners + ((<usize>(id >> ID_BLOCK_BITS)) << 2), <u32>node);
    }
  }
  return ids;
}

function setUpNode(index: i32, firstId: i32): i32 {
  const node = nodeAt(index);
  memory.fill(node + (NODE_INDEX << 2), 0, (NODE_WORDS - NODE_INDEX) << 2);
  const batch = header(SIMULATION_BATCH);
  const instances = get(node, NODE_SETS) * batch;
  set(node, NODE_INDEX, index);
  set(node, NODE_FIRST_ID, firstId);
  set(node, NODE_INSTANCES, instances);
  const values = <u64>instances * <u64>get(node, NODE_TILE_COUNT);
  set(node, NODE_VALUES, <i32>zeroed(values * (VALUE_WORDS << 2)));
  set(node, NODE_MISSING, <i32>allocate((<u64>instances) << 2));
  if (get(node, NODE_KIND) === KIND_JOIN) set(node, NODE_READY, <i32>newBitSet(instances));
  const unfinished = allocate((<u64>batch) << 2);
  for (let i = 0; i < batch; i++) store<i32>(unfinished + ((<usize>i) << 2), get(node, NODE_SETS));
  set(node, NODE_UNFINISHED, <i32>unfinished);
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
  return (firstId + instances + (1 << ID_BLOCK_BITS) - 1) & -(1 << ID_BLOCK_BITS);
}

/** Counts, for a constant edge, what is to come and who is to read on every tile. */
function setUpEdge(edge: usize): void {
  set(edge, EDGE_SHARED, 0);
  if (!get(edge, EDGE_IS_CONSTANT)) return;
  const places = get(nodeAt(get(edge, EDGE_SOURCE)), NODE_TILE_COUNT);
  const batch = header(SIMULATION_BATCH);
  set(edge, EDGE_SHARED, <i32>zeroed(<u64>batch * <u64>places * (SHARED_WORDS << 2)));
  const reader = nodeAt(get(edge, EDGE_READER));
  const sets = get(reader, NODE_SETS);
  const values =
    entry(get(edge, EDGE_ROW_LISTS), LIST_LENGTH) * entry(get(edge, EDGE_COLUMN_LISTS), LIST_LENGTH);
  for (let inference = 0; inference < batch; inference++) {
    for (let k = 0; k < sets; k++) {
      const copy = copyIndex(reader, inference * sets + k);
      const list = tableAt(get(edge, EDGE_PLACES)) + <usize>copy * (LIST_WORDS << 2);
      for (let p = 0; p < get(list, LIST_LENGTH); p++) {
        const shared = sharedAt(edge, places, inference, entry(get(list, LIST_OFFSET), p));
        set(shared, SHARED_SETS, get(shared, SHARED_SETS) + 1);
        set(shared, SHARED_VALUES, values);
      }
    }
  }
}

/** Counters of a constant edge. */
export function sharedAt(edge: usize, places: i32, inference: i32, place: i32): usize {
  return getAddress(edge, EDGE_SHARED) + (<usize>inference * places + place) * (SHARED_WORDS << 2);
}

/** How many values (each on each tile of the copy; all of a constant edge as one) an instance waits for. */
function countMissing(node: usize): void {
  const sets = get(node, NODE_SETS);
  const columns = get(node, NODE_SET_COLUMNS);
  const missing = getAddress(node, NODE_MISSING);
  const isJoin = get(node, NODE_KIND) === KIND_JOIN;
  const first = get(node, NODE_FIRST_IN);
  for (let k = 0; k < sets; k++) {
    let values = 0;
    for (let e = first; e < first + get(node, NODE_IN_COUNT); e++) {
      const edge = simulationEdgeAt(e);
      const rows = entry(get(edge, EDGE_ROW_LISTS), (k / columns) * LIST_WORDS + LIST_LENGTH);
      const cols = entry(get(edge, EDGE_COLUMN_LISTS), (k % columns) * LIST_WORDS + LIST_LENGTH);
      values += get(edge, EDGE_IS_CONSTANT) ? 1 : rows * cols;
    }
    for (let i = k; i < get(node, NODE_INSTANCES); i += sets) {
      store<i32>(missing + ((<usize>i) << 2), values * get(copyOf(node, i), COPY_TILE_COUNT));
      if (isJoin && values === 0) addBit(getAddress(node, NODE_READY), i);
    }
  }
}
