/**
 * Blocks: the state of one inference at a node. One is made when the first thing happens to the inference
 * there and used again when all of its results have left and have been read; so memory grows with the
 * inferences that are in flight, not with the batch.
 */
import { allocate, get, getAddress, set } from '../kernel/memory';
import { copyAt, copyIndex } from './copy';
import { takeReaders } from './kept-readers';
import { Copy, Edge, Header, Node } from './layout';
import { Barrier, Block, NoBlock, Value, ValueBits } from './play-layout';
import { edgeAt, entry, header, item, itemsOf, lengthOf, listAt, nodeAt } from './records';

/** Where the parts of the blocks of a node lie. */
export function setUpBlocks(node: usize, batch: i32): void {
  let bytes = (<u64>Block.SETS + get(node, Node.SETS)) << 2;
  for (let i = 0; i < get(node, Node.OUT_COUNT); i++) {
    const edge = edgeAt(entry(get(node, Node.OUT), i));
    if (!get(edge, Edge.IS_CONSTANT)) continue;
    set(edge, Edge.BARRIERS, <i32>bytes);
    bytes += <u64>get(node, Node.DESTINATION_COUNT) * (Barrier.WORDS << 2);
  }
  set(node, Node.BLOCK_VALUES, <i32>bytes);
  bytes += <u64>get(node, Node.SETS) * get(node, Node.DESTINATION_COUNT) * (Value.WORDS << 2);
  if (header(Header.SPILLS)) {
    set(node, Node.BLOCK_SPILLS, <i32>bytes);
    bytes += <u64>get(node, Node.SETS) * (get(node, Node.DESTINATION_COUNT) + 1) * 4;
  }
  // Too much for an address is too much for memory, too.
  set(node, Node.BLOCK_BYTES, <i32>min<u64>(bytes, <u64>u32.MAX_VALUE));
  set(node, Node.UNUSED_BLOCK, 0);
  const blocks = allocate((<u64>batch) << 2);
  memory.fill(blocks, <u8>NoBlock.NOT_YET, (<usize>batch) << 2);
  set(node, Node.BLOCKS, <i32>blocks);
}

/** The block of an inference at a node; of one that is not over. */
export function blockOf(node: usize, inference: i32): usize {
  const block = <usize>load<u32>(getAddress(node, Node.BLOCKS) + ((<usize>inference) << 2));
  return block > <usize>NoBlock.OVER ? block : makeBlock(node, inference);
}

/** Address of the block of an inference if there is one, otherwise `NoBlock.NOT_YET` or `NoBlock.OVER`. */
export function blockIfAny(node: usize, inference: i32): usize {
  return <usize>load<u32>(getAddress(node, Node.BLOCKS) + ((<usize>inference) << 2));
}

/** The first inference at a node that is not over, the number of inferences where all are. */
export function firstUnderWay(node: usize): i32 {
  const inferences = get(node, Node.INFERENCES);
  let first = get(node, Node.FIRST_BLOCK);
  while (first < inferences && blockIfAny(node, first) === NoBlock.OVER) first++;
  set(node, Node.FIRST_BLOCK, first);
  return first;
}

/** The last inference that has a block at a node; below {@link firstUnderWay} for none. */
export function lastUnderWay(node: usize): i32 {
  let last = firstUnderWay(node) - 1;
  for (let left = get(node, Node.BLOCK_COUNT); left > 0; ) {
    last++;
    if (blockIfAny(node, last) > <usize>NoBlock.OVER) left--;
  }
  return last;
}

/** All blocks of a node are of inferences that are so many behind theirs; those that they get past are over. */
export function moveBlocks(node: usize, by: i32): void {
  const first = firstUnderWay(node);
  for (let i = lastUnderWay(node); i >= first; i--) {
    const block = blockIfAny(node, i);
    setBlock(node, i + by, block);
    if (block > <usize>NoBlock.OVER) setInference(node, block, i + by);
  }
  for (let i = first; i < first + by; i++) setBlock(node, i, NoBlock.OVER);
}

/**
 * So many inferences of a node are over, and those that are under way are that much behind. `untouched` is the first one then of which
 * nothing has been sent: those behind it stay as they are, as they are all the same.
 */
export function skipBlocks(node: usize, by: i32, untouched: i32): void {
  const first = firstUnderWay(node);
  for (let i = untouched - by; i < untouched; i++) dropBlock(blockIfAny(node, i));
  for (let i = untouched - by - 1; i >= first; i--) {
    const block = blockIfAny(node, i);
    setBlock(node, i + by, block);
    if (block > <usize>NoBlock.OVER) setInference(node, block, i + by);
  }
  for (let i = first; i < first + by; i++) setBlock(node, i, NoBlock.OVER);
}

/** Address of the state of a set. */
export function stateOf(block: usize, k: i32): usize {
  return block + (Block.SETS << 2) + ((<usize>k) << 2);
}

/** Address of the value of a set at a destination: the word for those who have still to read it. */
export function valueAt(node: usize, block: usize, k: i32, destination: i32): usize {
  const sets = <usize>get(node, Node.SETS);
  return block + getAddress(node, Node.BLOCK_VALUES) + ((<usize>destination * sets * Value.WORDS + k) << 2);
}

/** Address of the word for the bits of a value. */
export function sizeAt(node: usize, value: usize): usize {
  return value + ((<usize>get(node, Node.SETS)) << 2);
}

/** Bits of a value. */
export function sizeOf(node: usize, value: usize): i64 {
  return <i64>(load<i32>(sizeAt(node, value)) & ValueBits.SIZE);
}

/** Counters of a constant edge, in a block of its producer. */
export function barrierAt(edge: usize, block: usize, destination: i32): usize {
  return block + getAddress(edge, Edge.BARRIERS) + <usize>destination * (Barrier.WORDS << 2);
}

/** The block is needed for one thing more. */
export function keepBlock(block: usize): void {
  set(block, Block.LEFT, get(block, Block.LEFT) + 1);
}

/** Some results have left, or values have been read by all. The last one lets the block be used again. */
export function leaveBlock(block: usize, count: i32): void {
  const left = get(block, Block.LEFT) - count;
  set(block, Block.LEFT, left);
  if (left === 0) dropBlock(block);
}

function dropBlock(block: usize): void {
  const node = getAddress(block, Block.NODE);
  setBlock(node, get(block, Block.INFERENCE), NoBlock.OVER);
  set(node, Node.BLOCK_COUNT, get(node, Node.BLOCK_COUNT) - 1);
  set(block, Block.NEXT, get(node, Node.UNUSED_BLOCK));
  set(node, Node.UNUSED_BLOCK, <i32>block);
}

function setBlock(node: usize, inference: i32, block: usize): void {
  store<u32>(getAddress(node, Node.BLOCKS) + ((<usize>inference) << 2), <u32>block);
}

function makeBlock(node: usize, inference: i32): usize {
  let block = getAddress(node, Node.UNUSED_BLOCK);
  const bytes = getAddress(node, Node.BLOCK_BYTES);
  if (block === 0) block = allocate(bytes);
  else set(node, Node.UNUSED_BLOCK, get(block, Block.NEXT));
  setBlock(node, inference, block);
  set(node, Node.BLOCK_COUNT, get(node, Node.BLOCK_COUNT) + 1);
  const sets = get(node, Node.SETS);
  set(block, Block.NODE, <i32>node);
  setInference(node, block, inference);
  set(block, Block.LEFT, sets);
  const states = (<usize>(Block.SETS + sets)) << 2;
  memory.fill(block + states, 0, bytes - states);
  countMissing(node, block, sets);
  for (let i = 0; i < get(node, Node.OUT_COUNT); i++) {
    const edge = edgeAt(entry(get(node, Node.OUT), i));
    if (get(edge, Edge.IS_CONSTANT)) countBarrier(edge, block, inference);
  }
  const read = takeReaders(node, inference, valueAt(node, block, 0, 0));
  set(block, Block.HAS_READERS, i32(read >= 0));
  if (read > 0) set(block, Block.LEFT, sets + read);
  return block;
}

function setInference(node: usize, block: usize, inference: i32): void {
  const first = inference * get(node, Node.SETS);
  set(block, Block.INFERENCE, inference);
  set(block, Block.FIRST, first);
  set(block, Block.FIRST_ID, get(node, Node.FIRST_ID) + first);
}

/** How many values, each on each tile of the copy, every set waits for. */
function countMissing(node: usize, block: usize, sets: i32): void {
  const reads = getAddress(node, Node.READS);
  const tiles = get(node, Node.COPY_TILES);
  if (tiles === 1) {
    memory.copy(stateOf(block, 0), reads, (<usize>sets) << 2);
    return;
  }
  const first = get(block, Block.FIRST);
  for (let k = 0; k < sets; k++) {
    const ofCopy = tiles > 0 ? tiles : get(copyAt(node, copyIndex(node, first + k)), Copy.TILE_COUNT);
    store<i32>(stateOf(block, k), item(reads, k) * ofCopy);
  }
}

/** What is to come on every destination of a constant edge, and how many sets are to read it there. */
function countBarrier(edge: usize, block: usize, inference: i32): void {
  const reader = nodeAt(get(edge, Edge.READER));
  const sets = get(reader, Node.SETS);
  const copies = get(reader, Node.COPY_COUNT);
  const values =
    lengthOf(listAt(get(edge, Edge.ROW_LISTS), 0)) * lengthOf(listAt(get(edge, Edge.COLUMN_LISTS), 0));
  for (let i = 0; i < min(copies, sets); i++) {
    const runs = (sets - i - 1) / copies + 1;
    const destinations = listAt(get(edge, Edge.DESTINATIONS), copyIndex(reader, inference * sets + i));
    for (let p = 0; p < lengthOf(destinations); p++) {
      const barrier = barrierAt(edge, block, item(itemsOf(destinations), p));
      set(barrier, Barrier.SETS, get(barrier, Barrier.SETS) + runs);
      set(barrier, Barrier.VALUES, values);
    }
  }
}
