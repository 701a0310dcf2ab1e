/** Values arrive: those who wait for them at a destination have one less to wait for. */
import { countDown, countDownChosen, LANES } from '../kernel/counters';
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, stateOf } from './block';
import { copyBehind, copyIndex } from './copy';
import { heldAt, heldBits } from './held';
import { Barrier, Block, Edge, Holds, Node } from './layout';
import { edgeAt, entry, isRunOf, item, itemsOf, lengthOf, listAt, nodeAt } from './records';
import { dataArrived } from './starts';

/** The result of a set is at a destination: who waits for it there has one value less to wait for. */
export function arrive(block: usize, k: i32, destination: i32): void {
  const node = getAddress(block, Block.NODE);
  const inference = get(block, Block.INFERENCE);
  const setColumns = get(node, Node.SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const out = get(node, Node.OUT);
  const outCount = get(node, Node.OUT_COUNT);
  for (let i = 0; i < outCount; i++) {
    const edge = edgeAt(entry(out, i));
    const holds = entry(get(edge, Edge.HOLDS), destination);
    if (holds === Holds.NONE) continue;
    const rows = listAt(get(edge, Edge.READER_ROWS), row);
    const columns = listAt(get(edge, Edge.READER_COLUMNS), column);
    if (lengthOf(rows) === 0 || lengthOf(columns) === 0) continue;
    const reader = nodeAt(get(edge, Edge.READER));
    const readerBlock = blockOf(reader, inference);
    if (get(edge, Edge.IS_CONSTANT)) arriveForAll(edge, block, destination, reader, readerBlock);
    else arriveForReaders(edge, rows, columns, destination, holds === Holds.ALL, reader, readerBlock);
  }
}

/** A value of a constant edge has arrived at a destination. With the last one everybody there has them all. */
function arriveForAll(edge: usize, block: usize, destination: i32, reader: usize, readerBlock: usize): void {
  const barrier = barrierAt(edge, block, destination);
  const valuesLeft = get(barrier, Barrier.VALUES) - 1;
  set(barrier, Barrier.VALUES, valuesLeft);
  if (valuesLeft > 0) return;
  const sets = get(reader, Node.SETS);
  const first = get(readerBlock, Block.FIRST);
  const held = heldAt(edge, destination);
  for (let k = 0; k < sets; k++) {
    missLessIfHeld(reader, readerBlock, k, held, copyIndex(reader, first + k));
  }
}

function arriveForReaders(
  edge: usize,
  rows: usize,
  columns: usize,
  destination: i32,
  isHeldByAll: bool,
  reader: usize,
  readerBlock: usize,
): void {
  const copies = get(reader, Node.COPY_COUNT);
  const first = get(readerBlock, Block.FIRST);
  const setColumns = get(reader, Node.SET_COLUMNS);
  const held = heldAt(edge, destination);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  const firstColumn = item(columnItems, 0);
  const isRun = isRunOf(columnItems, columnCount);
  let copy = 0;
  for (let r = 0; r < rowCount; r++) {
    const k = item(rowItems, r) * setColumns + firstColumn;
    // Where all copies are held, the bits of copy 0 do for all.
    if (!isHeldByAll) copy = <i32>(<u32>(first + k) % <u32>copies);
    if (isRun) missLessInRun(reader, readerBlock, k, columnCount, held, isHeldByAll, copy, copies);
    else if (columnCount === 1) missLessIfHeld(reader, readerBlock, k, held, copy);
    else missLessInRow(reader, readerBlock, k, columns, held, isHeldByAll, copy, copies);
  }
}

/** A set has one value less to wait for, if its copy is held. No branch asks for that: nothing could foresee it. */
function missLessIfHeld(node: usize, block: usize, k: i32, held: usize, copy: i32): void {
  const state = stateOf(block, k);
  const one = heldBits(held, copy) & 1;
  const left = load<i32>(state) - one;
  store<i32>(state, left);
  if ((left | (one ^ 1)) === 0) dataArrived(node, block, k);
}

/** Sets of a row, the first of them `firstSet` on `copy`, have one value less to wait for. */
function missLessInRow(
  node: usize,
  block: usize,
  firstSet: i32,
  columns: usize,
  held: usize,
  isHeldByAll: bool,
  copy: i32,
  copies: i32,
): void {
  const count = lengthOf(columns);
  const items = itemsOf(columns);
  const firstColumn = item(items, 0);
  let before = 0;
  for (let c = 0; c < count; c++) {
    const distance = item(items, c) - firstColumn;
    if (!isHeldByAll) copy = copyBehind(copy, distance - before, copies);
    before = distance;
    missLessIfHeld(node, block, firstSet + distance, held, copy);
  }
}

/** Sets one behind the other, the first of them on `copy`, have one value less to wait for. */
function missLessInRun(
  node: usize,
  block: usize,
  first: i32,
  count: i32,
  held: usize,
  isHeldByAll: bool,
  copy: i32,
  copies: i32,
): void {
  for (let done = 0; done < count; done += LANES) {
    const states = stateOf(block, first + done);
    let over = 0;
    if (isHeldByAll) {
      over = countDown(states, count - done);
    } else {
      over = countDownChosen(states, count - done, heldBits(held, copy));
      copy = copyBehind(copy, LANES, copies);
    }
    while (over !== 0) {
      dataArrived(node, block, first + done + ctz<i32>(over));
      over &= over - 1;
    }
  }
}
