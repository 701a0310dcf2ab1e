/** Sets that are finished release the values that they have read. */
import { countDown, LANES } from '../kernel/counters';
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, leaveBlock, sizeAt, valueAt } from './block';
import { giveInputBack } from './input-buffer';
import { Barrier, Block, Copy, Edge, Node, Spill, ValueBits } from './layout';
import { drop } from './pools';
import { edgeAt, isRunOf, item, itemsOf, lengthOf, listAt, nodeAt } from './records';
import { leaveShared } from './shared-buffer';
import { isSpilled, spillAt } from './spills';

/** A set is finished: what it was the last one to read on a tile gives its room back there. */
export function releaseValues(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  const inference = get(block, Block.INFERENCE);
  const setColumns = get(node, Node.SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const first = get(node, Node.FIRST_IN);
  const end = first + get(node, Node.IN_COUNT);
  for (let e = first; e < end; e++) {
    const edge = edgeAt(e);
    const rows = listAt(get(edge, Edge.ROW_LISTS), row);
    const columns = listAt(get(edge, Edge.COLUMN_LISTS), column);
    if (lengthOf(rows) === 0 || lengthOf(columns) === 0) continue;
    const destinations = listAt(get(edge, Edge.DESTINATIONS), get(copy, Copy.INDEX));
    const length = lengthOf(destinations);
    const isConstant = get(edge, Edge.IS_CONSTANT) !== 0;
    const producer = nodeAt(get(edge, Edge.PRODUCER));
    const producerBlock = blockOf(producer, inference);
    for (let p = 0; p < length; p++) {
      const destination = item(itemsOf(destinations), p);
      if (!isConstant || isLastToRead(edge, producerBlock, destination)) {
        releaseAt(producer, producerBlock, rows, columns, destination);
      }
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

/** One reader less at a destination for all values in rows and columns; the last one gives the room back. */
function releaseAt(producer: usize, block: usize, rows: usize, columns: usize, destination: i32): void {
  released = 0;
  windowBits = 0;
  sharedBits = 0;
  if (isSpilled(producer, destination)) {
    readSpilled(producer, block, rows, columns, destination);
  } else {
    const setColumns = get(producer, Node.SET_COLUMNS);
    const first = valueAt(producer, block, 0, destination);
    const rowCount = lengthOf(rows);
    const columnCount = lengthOf(columns);
    const rowItems = itemsOf(rows);
    const columnItems = itemsOf(columns);
    const firstColumn = item(columnItems, 0);
    const isRun = isRunOf(columnItems, columnCount);
    for (let r = 0; r < rowCount; r++) {
      const row = first + ((<usize>(item(rowItems, r) * setColumns)) << 2);
      if (isRun) readRun(producer, row + ((<usize>firstColumn) << 2), columnCount);
      else
        for (let c = 0; c < columnCount; c++) readOne(producer, row + ((<usize>item(columnItems, c)) << 2));
    }
  }
  if (released === 0) return;
  giveInputBack(producer, destination, windowBits, sharedBits);
  leaveBlock(block, released);
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
        addReleased(load<i32>(sizeAt(producer, value)));
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
    let over = countDown(four, count - done);
    while (over !== 0) {
      addReleased(load<i32>(sizeAt(producer, four + ((<usize>ctz<i32>(over)) << 2))));
      over &= over - 1;
    }
  }
}

function readOne(producer: usize, value: usize): void {
  const left = load<i32>(value) - 1;
  store<i32>(value, left);
  if (left === 0) addReleased(load<i32>(sizeAt(producer, value)));
}

function addReleased(sizeAndFlag: i32): void {
  released++;
  if (sizeAndFlag & ValueBits.IN_WINDOW) windowBits += <i64>(sizeAndFlag & ValueBits.SIZE);
  else sharedBits += <i64>sizeAndFlag;
}
