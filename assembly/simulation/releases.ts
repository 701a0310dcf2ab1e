/** Sets that are finished release the values that they have read. */
import { countDown, countDownLanes, firstLanes, LANES } from '../kernel/counters';
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, leaveBlock, sizeAt, valueAt } from './block';
import { giveInputBack, inputWindow } from './input-buffer';
import { Copy, Edge, Node } from './layout';
import { isNoting, Noted, note } from './ledger';
import { Barrier, Block, Spill, ValueBits } from './play-layout';
import { drop } from './pools';
import { edgeAt, firstOf, isRun, item, itemsOf, lengthOf, listIn } from './records';
import { leaveShared } from './shared-buffer';
import { isSpilled, spillAt } from './spills';

/** A set is finished: what it was the last one to read on a tile gives its room back there. */
export function releaseValues(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  const inference = get(block, Block.INFERENCE);
  const setColumns = get(node, Node.SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  let edge = edgeAt(get(node, Node.FIRST_IN));
  const end = edge + <usize>get(node, Node.IN_COUNT) * (Edge.WORDS << 2);
  for (; edge < end; edge += Edge.WORDS << 2) {
    const rows = listIn(getAddress(edge, Edge.ROW_LISTS_AT), row);
    const columns = listIn(getAddress(edge, Edge.COLUMN_LISTS_AT), column);
    if (lengthOf(rows) === 0 || lengthOf(columns) === 0) continue;
    const destinations = listIn(getAddress(edge, Edge.DESTINATIONS_AT), get(copy, Copy.INDEX));
    const length = lengthOf(destinations);
    const isConstant = get(edge, Edge.IS_CONSTANT) !== 0;
    const producer = getAddress(edge, Edge.PRODUCER_AT);
    const producerBlock = blockOf(producer, inference);
    // What is noted is noted value by value.
    const isShort = isRun(rows) && isRun(columns) && lengthOf(columns) <= LANES && !isNoting();
    let destination = firstOf(destinations);
    for (let p = 0; p < length; p++) {
      if (p > 0) destination = item(itemsOf(destinations), p);
      if (isConstant && !isLastToRead(edge, producerBlock, destination)) continue;
      if (isShort && !isSpilled(producer, destination))
        releaseRuns(producer, producerBlock, rows, columns, destination);
      else releaseAt(producer, producerBlock, rows, columns, destination);
    }
  }
}

/** Of a constant edge: true where all sets at a destination are finished. */
function isLastToRead(edge: usize, block: usize, destination: i32): bool {
  const barrier = barrierAt(edge, block, destination);
  const left = get(barrier, Barrier.SETS) - 1;
  set(barrier, Barrier.SETS, left);
  return left === 0;
}

/** Bits of values that the current call of {@link releaseAt} gives back: those in a window, and the others. */
let windowBits: i64 = 0;
let sharedBits: i64 = 0;
let released = 0;
/** While the ledger is kept: the window that they are given back in, the address of the first value of their block, and its firing. */
let notedWindow: usize = 0;
let firstValue: usize = 0;
let firstFiring = 0;

/** One reader less at a destination for all values in rows and columns; the last one gives the room back. */
function releaseAt(producer: usize, block: usize, rows: usize, columns: usize, destination: i32): void {
  released = 0;
  windowBits = 0;
  sharedBits = 0;
  if (isSpilled(producer, destination)) {
    readSpilled(producer, block, rows, columns, destination);
  } else {
    const first = valueAt(producer, block, 0, destination);
    if (isNoting()) {
      notedWindow = inputWindow(producer, destination);
      firstValue = first;
      firstFiring = get(block, Block.FIRST);
    }
    readRows(producer, first, rows, columns);
  }
  if (released === 0) return;
  giveInputBack(producer, destination, windowBits, sharedBits);
  leaveBlock(block, released);
}

/** A few values one behind the other, in rows one behind the other. */
function releaseRuns(producer: usize, block: usize, rows: usize, columns: usize, destination: i32): void {
  const setColumns = get(producer, Node.SET_COLUMNS);
  const lanes = firstLanes(lengthOf(columns));
  const sizes = (<usize>get(producer, Node.SETS)) << 2;
  const step = (<usize>setColumns) << 2;
  let four = valueAt(producer, block, firstOf(rows) * setColumns + firstOf(columns), destination);
  const end = four + <usize>lengthOf(rows) * step;
  let count = 0;
  let allBits: i64 = 0;
  let inWindow: i64 = 0;
  for (; four < end; four += step) {
    for (let over = countDownLanes(four, lanes); over !== 0; over &= over - 1) {
      const size = load<i32>(four + sizes + ((<usize>ctz<i32>(over)) << 2));
      const bits = size & ValueBits.SIZE;
      count++;
      allBits += <i64>bits;
      inWindow += <i64>(bits & (size >> 31));
    }
  }
  if (count === 0) return;
  giveInputBack(producer, destination, inWindow, allBits - inWindow);
  leaveBlock(block, count);
}

/** Values in any rows and columns. */
function readRows(producer: usize, values: usize, rows: usize, columns: usize): void {
  const setColumns = get(producer, Node.SET_COLUMNS);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  for (let r = 0; r < rowCount; r++) {
    const row = values + ((<usize>(item(rowItems, r) * setColumns)) << 2);
    if (isRun(columns)) readRun(producer, row + ((<usize>firstOf(columns)) << 2), columnCount);
    else for (let c = 0; c < columnCount; c++) readOne(producer, row + ((<usize>item(columnItems, c)) << 2));
  }
}

/** Values each of which was sent or fetched. */
function readSpilled(producer: usize, block: usize, rows: usize, columns: usize, destination: i32): void {
  const setColumns = get(producer, Node.SET_COLUMNS);
  for (let r = 0; r < lengthOf(rows); r++) {
    for (let c = 0; c < lengthOf(columns); c++) {
      const k = item(itemsOf(rows), r) * setColumns + item(itemsOf(columns), c);
      const value = valueAt(producer, block, k, destination);
      const left = load<i32>(value) - 1;
      store<i32>(value, left);
      if (left > 0) continue;
      const spill = load<i32>(spillAt(producer, block, k, destination));
      if (spill === Spill.DIRECT) {
        addReleased(producer, value);
      } else {
        released++;
        leaveShared(producer, block, k);
        if (<u32>spill > <u32>Spill.STORED) drop(<usize>(<u32>spill));
      }
    }
  }
}

/** Values one behind the other have one reader less. */
function readRun(producer: usize, values: usize, count: i32): void {
  for (let done = 0; done < count; done += LANES) {
    const four = values + ((<usize>done) << 2);
    addReleasedOf(producer, four, countDown(four, count - done));
  }
}

/** Of values one behind the other those whose bits are set have been read by all. */
function addReleasedOf(producer: usize, values: usize, bits: i32): void {
  for (; bits !== 0; bits &= bits - 1) addReleased(producer, values + ((<usize>ctz<i32>(bits)) << 2));
}

function readOne(producer: usize, value: usize): void {
  const left = load<i32>(value) - 1;
  store<i32>(value, left);
  if (left === 0) addReleased(producer, value);
}

function addReleased(producer: usize, value: usize): void {
  const sizeAndFlag = load<i32>(sizeAt(producer, value));
  released++;
  if (isNoting()) note(notedWindow, Noted.RETURNED, firstFiring + <i32>((value - firstValue) >> 2));
  if (sizeAndFlag & ValueBits.IN_WINDOW) windowBits += <i64>(sizeAndFlag & ValueBits.SIZE);
  else sharedBits += <i64>sizeAndFlag;
}
