/**
 * Blocks: the state of one inference at a node. One is made when the first thing happens to the inference
 * there and used again when all of its results have left and have been read; so memory grows with the
 * inferences that are in flight, not with the batch.
 */
import { allocate, get, getAddress, set } from '../memory';
import {
  BLOCK_FIRST,
  BLOCK_FIRST_ID,
  BLOCK_INFERENCE,
  BLOCK_LEFT,
  BLOCK_NEXT,
  BLOCK_NODE,
  BLOCK_NONE,
  BLOCK_OVER,
  BLOCK_SETS,
  COPY_TILE_COUNT,
  EDGE_COLUMN_LISTS,
  EDGE_IS_CONSTANT,
  EDGE_PLACES,
  EDGE_READER,
  EDGE_ROW_LISTS,
  EDGE_SHARED,
  NODE_BLOCK_BYTES,
  NODE_BLOCK_VALUES,
  NODE_BLOCKS,
  NODE_COPY_COUNT,
  NODE_COPY_TILES,
  NODE_FIRST_ID,
  NODE_OUT,
  NODE_OUT_COUNT,
  NODE_READS,
  NODE_SETS,
  NODE_TILE_COUNT,
  NODE_UNUSED_BLOCK,
  SHARED_SETS,
  SHARED_VALUES,
  SHARED_WORDS,
  VALUE_SIZE,
  VALUE_WORDS,
} from './layout';
import {
  copyAt,
  copyIndex,
  entry,
  item,
  itemsOf,
  lengthOf,
  listAt,
  nodeAt,
  simulationEdgeAt,
} from './problem';

/** Where the parts of the blocks of a node lie. */
export function setUpBlocks(node: usize, batch: i32): void {
  let bytes = (<u64>BLOCK_SETS + get(node, NODE_SETS)) << 2;
  for (let i = 0; i < get(node, NODE_OUT_COUNT); i++) {
    const edge = simulationEdgeAt(entry(get(node, NODE_OUT), i));
    if (!get(edge, EDGE_IS_CONSTANT)) continue;
    set(edge, EDGE_SHARED, <i32>bytes);
    bytes += <u64>get(node, NODE_TILE_COUNT) * (SHARED_WORDS << 2);
  }
  set(node, NODE_BLOCK_VALUES, <i32>bytes);
  bytes += <u64>get(node, NODE_SETS) * get(node, NODE_TILE_COUNT) * (VALUE_WORDS << 2);
  // Too much for an address is too much for memory, too.
  set(node, NODE_BLOCK_BYTES, <i32>min<u64>(bytes, <u64>u32.MAX_VALUE));
  set(node, NODE_UNUSED_BLOCK, 0);
  const blocks = allocate((<u64>batch) << 2);
  memory.fill(blocks, <u8>BLOCK_NONE, (<usize>batch) << 2);
  set(node, NODE_BLOCKS, <i32>blocks);
}

/** The block of an inference at a node; of one that is not over. */
export function blockOf(node: usize, inference: i32): usize {
  const block = <usize>load<u32>(getAddress(node, NODE_BLOCKS) + ((<usize>inference) << 2));
  return block > <usize>BLOCK_OVER ? block : makeBlock(node, inference);
}

/** Address of the block of an inference if there is one, otherwise `BLOCK_NONE` or `BLOCK_OVER`. */
export function blockIfAny(node: usize, inference: i32): usize {
  return <usize>load<u32>(getAddress(node, NODE_BLOCKS) + ((<usize>inference) << 2));
}

/** Address of the state of a set. */
export function stateOf(block: usize, k: i32): usize {
  return block + (BLOCK_SETS << 2) + ((<usize>k) << 2);
}

/** Address of the value of a set at a place: the word for those who have still to read it. */
export function valueAt(node: usize, block: usize, k: i32, place: i32): usize {
  const sets = <usize>get(node, NODE_SETS);
  return block + getAddress(node, NODE_BLOCK_VALUES) + ((<usize>place * sets * VALUE_WORDS + k) << 2);
}

/** Address of the word for the bits of a value. */
export function sizeAt(node: usize, value: usize): usize {
  return value + ((<usize>get(node, NODE_SETS)) << 2);
}

/** Bits of a value. */
export function sizeOf(node: usize, value: usize): i64 {
  return <i64>(load<i32>(sizeAt(node, value)) & VALUE_SIZE);
}

/** Counters of a constant edge, in a block of its source. */
export function sharedAt(edge: usize, block: usize, place: i32): usize {
  return block + getAddress(edge, EDGE_SHARED) + <usize>place * (SHARED_WORDS << 2);
}

/** The block is needed for one thing more. */
export function keepBlock(block: usize): void {
  set(block, BLOCK_LEFT, get(block, BLOCK_LEFT) + 1);
}

/** Some results have left, or values have been read by all. The last one lets the block be used again. */
export function leaveBlock(block: usize, count: i32): void {
  const left = get(block, BLOCK_LEFT) - count;
  set(block, BLOCK_LEFT, left);
  if (left === 0) dropBlock(block);
}

function dropBlock(block: usize): void {
  const node = getAddress(block, BLOCK_NODE);
  setBlock(node, get(block, BLOCK_INFERENCE), BLOCK_OVER);
  set(block, BLOCK_NEXT, get(node, NODE_UNUSED_BLOCK));
  set(node, NODE_UNUSED_BLOCK, <i32>block);
}

function setBlock(node: usize, inference: i32, block: usize): void {
  store<u32>(getAddress(node, NODE_BLOCKS) + ((<usize>inference) << 2), <u32>block);
}

function makeBlock(node: usize, inference: i32): usize {
  let block = getAddress(node, NODE_UNUSED_BLOCK);
  const bytes = getAddress(node, NODE_BLOCK_BYTES);
  if (block === 0) block = allocate(bytes);
  else set(node, NODE_UNUSED_BLOCK, get(block, BLOCK_NEXT));
  setBlock(node, inference, block);
  const sets = get(node, NODE_SETS);
  set(block, BLOCK_NODE, <i32>node);
  set(block, BLOCK_INFERENCE, inference);
  set(block, BLOCK_FIRST, inference * sets);
  set(block, BLOCK_FIRST_ID, get(node, NODE_FIRST_ID) + inference * sets);
  set(block, BLOCK_LEFT, sets);
  const states = (<usize>(BLOCK_SETS + sets)) << 2;
  memory.fill(block + states, 0, bytes - states);
  countMissing(node, block, sets);
  for (let i = 0; i < get(node, NODE_OUT_COUNT); i++) {
    const edge = simulationEdgeAt(entry(get(node, NODE_OUT), i));
    if (get(edge, EDGE_IS_CONSTANT)) countShared(edge, block, inference);
  }
  return block;
}

/** How many values, each on each tile of the copy, every set waits for. */
function countMissing(node: usize, block: usize, sets: i32): void {
  const reads = getAddress(node, NODE_READS);
  const tiles = get(node, NODE_COPY_TILES);
  if (tiles === 1) {
    memory.copy(stateOf(block, 0), reads, (<usize>sets) << 2);
    return;
  }
  const first = get(block, BLOCK_FIRST);
  for (let k = 0; k < sets; k++) {
    const copies = tiles > 0 ? tiles : get(copyAt(node, copyIndex(node, first + k)), COPY_TILE_COUNT);
    store<i32>(stateOf(block, k), item(reads, k) * copies);
  }
}

/** What is to come on every place of a constant edge, and how many sets are to read it there. */
function countShared(edge: usize, block: usize, inference: i32): void {
  const reader = nodeAt(get(edge, EDGE_READER));
  const sets = get(reader, NODE_SETS);
  const copies = get(reader, NODE_COPY_COUNT);
  const values =
    lengthOf(listAt(get(edge, EDGE_ROW_LISTS), 0)) * lengthOf(listAt(get(edge, EDGE_COLUMN_LISTS), 0));
  for (let i = 0; i < min(copies, sets); i++) {
    const runs = (sets - i - 1) / copies + 1;
    const places = listAt(get(edge, EDGE_PLACES), copyIndex(reader, inference * sets + i));
    for (let p = 0; p < lengthOf(places); p++) {
      const shared = sharedAt(edge, block, item(itemsOf(places), p));
      set(shared, SHARED_SETS, get(shared, SHARED_SETS) + runs);
      set(shared, SHARED_VALUES, values);
    }
  }
}
