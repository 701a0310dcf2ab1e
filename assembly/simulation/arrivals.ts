/** Values arrive: those who wait for them at a destination have one less to wait for. */
import {
  chosenLanes,
  countDown,
  countDownChosen,
  countDownLanes,
  firstLanes,
  LANES,
} from '../kernel/counters';
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, stateOf } from './block';
import { copyBehind, copyIndex } from './copy';
import { heldAt, heldBits } from './held';
import { Edge, Holds, Node } from './layout';
import { Barrier, Block } from './play-layout';
import { firstOf, isRun, item, itemsOf, lengthOf, listIn } from './records';
import { dataArrived } from './starts';

/** The result of a set is at a destination: who waits for it there has one value less to wait for. */
export function arrive(block: usize, k: i32, destination: i32): void {
  const node = getAddress(block, Block.NODE);
  const setColumns = get(node, Node.SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  let out = getAddress(node, Node.OUT_EDGES);
  const end = out + ((<usize>get(node, Node.OUT_COUNT)) << 2);
  for (; out < end; out += 4) arriveAlong(<usize>load<u32>(out), block, row, column, destination);
}

function arriveAlong(edge: usize, block: usize, row: i32, column: i32, destination: i32): void {
  const holds = item(getAddress(edge, Edge.HOLDS_AT), destination);
  if (holds === Holds.NONE) return;
  const rows = listIn(getAddress(edge, Edge.READER_ROWS_AT), row);
  const columns = listIn(getAddress(edge, Edge.READER_COLUMNS_AT), column);
  if (lengthOf(rows) === 0 || lengthOf(columns) === 0) return;
  const reader = getAddress(edge, Edge.READER_AT);
  const readerBlock = blockOf(reader, get(block, Block.INFERENCE));
  if (get(edge, Edge.IS_CONSTANT)) arriveForAll(edge, block, destination, reader, readerBlock);
  else if (!isRun(rows) || !isRun(columns) || lengthOf(columns) > LANES)
    arriveForReaders(edge, rows, columns, destination, holds === Holds.ALL, reader, readerBlock);
  else if (holds === Holds.ALL) arriveInRuns(rows, columns, reader, readerBlock);
  else arriveInChosenRuns(edge, destination, rows, columns, reader, readerBlock);
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

/** A few sets one behind the other in rows one behind the other have one value less to wait for; all copies are held. */
function arriveInRuns(rows: usize, columns: usize, reader: usize, block: usize): void {
  const setColumns = get(reader, Node.SET_COLUMNS);
  const lanes = firstLanes(lengthOf(columns));
  let k = firstOf(rows) * setColumns + firstOf(columns);
  const end = k + lengthOf(rows) * setColumns;
  for (; k < end; k += setColumns) {
    const over = countDownLanes(stateOf(block, k), lanes);
    if (over !== 0) dataArrivedOf(reader, block, k, over);
  }
}

/** The same for those of them whose copies are held. */
function arriveInChosenRuns(
  edge: usize,
  destination: i32,
  rows: usize,
  columns: usize,
  reader: usize,
  block: usize,
): void {
  const held = heldAt(edge, destination);
  const setColumns = get(reader, Node.SET_COLUMNS);
  const copies = get(reader, Node.COPY_COUNT);
  const step = get(edge, Edge.COPY_STEP);
  const lanes = firstLanes(lengthOf(columns));
  let k = firstOf(rows) * setColumns + firstOf(columns);
  let copy = <i32>(<u32>(get(block, Block.FIRST) + k) % <u32>copies);
  const end = k + lengthOf(rows) * setColumns;
  for (; k < end; k += setColumns) {
    const over = countDownLanes(stateOf(block, k), chosenLanes(lanes, heldBits(held, copy)));
    if (over !== 0) dataArrivedOf(reader, block, k, over);
    copy += step;
    copy -= copy >= copies ? copies : 0;
  }
}

/** Sets from one on whose bits are set have all values. */
function dataArrivedOf(reader: usize, block: usize, k: i32, bits: i32): void {
  for (; bits !== 0; bits &= bits - 1) dataArrived(reader, block, k + ctz<i32>(bits));
}

/** Any sets have one value less to wait for, if their copies are held. */
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
  const firstColumn = firstOf(columns);
  const isColumnRun = isRun(columns);
  let copy = 0;
  for (let r = 0; r < rowCount; r++) {
    const k = item(rowItems, r) * setColumns + firstColumn;
    // Where all copies are held, the bits of copy 0 do for all.
    if (!isHeldByAll) copy = <i32>(<u32>(first + k) % <u32>copies);
    if (isColumnRun) missLessInRun(reader, readerBlock, k, columnCount, held, isHeldByAll, copy, copies);
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
    if (isHeldByAll) {
      dataArrivedOf(node, block, first + done, countDown(states, count - done));
    } else {
      dataArrivedOf(node, block, first + done, countDownChosen(states, count - done, heldBits(held, copy)));
      copy = copyBehind(copy, LANES, copies);
    }
  }
}
