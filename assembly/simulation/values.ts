/** Values between the set that computes them and those that read them: who is to read them on which tile. */
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, leaveBlock, sizeAt, stateOf, valueAt } from './block';
import { giveInputBack } from './input-rooms';
import { Barrier, Block, Copy, Edge, HELD_AHEAD, Holds, Node, Value, ValueBits } from './layout';
import { copyIndex, edgeAt, entry, item, itemsOf, lengthOf, listAt, nodeAt, tableAt } from './records';
import { dataArrived } from './set';

/** Words of a vector. */
const LANES = 4;
/** With so many destinations it is faster to look at each of them than at each reader. */
const FEW_DESTINATIONS = 8;

/** Places where the set is read whose readers are being looked for. */
let found = 0;

/** Notes who reads the result of a set where, and how many bits they need; false if nobody does. */
export function findReaders(block: usize, k: i32): bool {
  const node = getAddress(block, Block.NODE);
  const setColumns = get(node, Node.SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const out = get(node, Node.OUT);
  const outCount = get(node, Node.OUT_COUNT);
  found = 0;
  for (let i = 0; i < outCount; i++) {
    const edge = edgeAt(entry(out, i));
    const rows = listAt(get(edge, Edge.READER_ROWS), row);
    const columns = listAt(get(edge, Edge.READER_COLUMNS), column);
    const readers = lengthOf(rows) * lengthOf(columns);
    if (readers === 0) continue;
    const bits = entry(get(edge, Edge.BITS), k);
    if (get(edge, Edge.IS_CONSTANT)) addBarrierReaders(edge, node, block, k, bits);
    else if (get(edge, Edge.IS_GATHERED))
      addReaders(node, block, k, listAt(get(edge, Edge.DESTINATIONS), 0), readers, bits);
    else if (get(node, Node.DESTINATION_COUNT) <= FEW_DESTINATIONS && isShortRun(columns))
      addReadersByDestination(edge, node, block, k, rows, columns, bits);
    else addReadersOneByOne(edge, node, block, k, rows, columns, bits);
  }
  set(block, Block.LEFT, get(block, Block.LEFT) + found);
  return found > 0;
}

/** `count` readers at every destination of a list. */
function addReaders(node: usize, block: usize, k: i32, destinations: usize, count: i32, bits: i32): void {
  const length = lengthOf(destinations);
  const items = itemsOf(destinations);
  for (let p = 0; p < length; p++) addReader(node, valueAt(node, block, k, item(items, p)), count, bits);
}

function addReader(node: usize, value: usize, count: i32, bits: i32): void {
  const readers = load<i32>(value);
  const size = sizeAt(node, value);
  found += i32(readers === 0);
  store<i32>(value, readers + count);
  store<i32>(size, max(load<i32>(size), bits));
}

function addBarrierReaders(edge: usize, node: usize, block: usize, k: i32, bits: i32): void {
  const destinations = get(node, Node.DESTINATION_COUNT);
  for (let destination = 0; destination < destinations; destination++) {
    if (get(barrierAt(edge, block, destination), Barrier.SETS) === 0) continue;
    addReader(node, valueAt(node, block, k, destination), 1, bits);
  }
}

/** True where the readers in a row are one behind the other, and not more than the bits of copies that are read at once. */
function isShortRun(columns: usize): bool {
  const length = lengthOf(columns);
  const items = itemsOf(columns);
  return length <= HELD_AHEAD && item(items, length - 1) - item(items, 0) === length - 1;
}

/** Counts the bits of the copies that a destination holds. No branch asks whether there are any: nothing could foresee it. */
function addReadersByDestination(
  edge: usize,
  node: usize,
  block: usize,
  k: i32,
  rows: usize,
  columns: usize,
  bits: i32,
): void {
  const reader = nodeAt(get(edge, Edge.READER));
  const copies = get(reader, Node.COPY_COUNT);
  const setColumns = get(reader, Node.SET_COLUMNS);
  const first = get(block, Block.INFERENCE) * get(reader, Node.SETS) + item(itemsOf(columns), 0);
  const mask = (1 << lengthOf(columns)) - 1;
  const heldBytes = (<usize>get(edge, Edge.HELD_WORDS)) << 2;
  const destinations = get(node, Node.DESTINATION_COUNT);
  const step = (<usize>get(node, Node.SETS) * Value.WORDS) << 2;
  const rowCount = lengthOf(rows);
  const rowItems = itemsOf(rows);
  for (let r = 0; r < rowCount; r++) {
    const copy = <i32>(<u32>(first + item(rowItems, r) * setColumns) % <u32>copies);
    let held = heldAt(edge, 0);
    let value = valueAt(node, block, k, 0);
    for (let destination = 0; destination < destinations; destination++) {
      const count = popcnt<i32>(heldBits(held, copy) & mask);
      const readers = load<i32>(value);
      const size = sizeAt(node, value);
      found += i32(readers === 0) & i32(count > 0);
      store<i32>(value, readers + count);
      store<i32>(size, max(load<i32>(size), count > 0 ? bits : 0));
      held += heldBytes;
      value += step;
    }
  }
}

/** Readers one behind the other are mostly at the same destinations: these are counted together. */
function addReadersOneByOne(
  edge: usize,
  node: usize,
  block: usize,
  k: i32,
  rows: usize,
  columns: usize,
  bits: i32,
): void {
  const reader = nodeAt(get(edge, Edge.READER));
  const copies = get(reader, Node.COPY_COUNT);
  const setColumns = get(reader, Node.SET_COLUMNS);
  const first = get(block, Block.INFERENCE) * get(reader, Node.SETS);
  const destinationsOfCopies = get(edge, Edge.DESTINATIONS);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  const firstColumn = item(columnItems, 0);
  let destinations: usize = 0;
  let count = 0;
  for (let r = 0; r < rowCount; r++) {
    const rowFirst = first + item(rowItems, r) * setColumns;
    let copy = <i32>(<u32>(rowFirst + firstColumn) % <u32>copies);
    let before = firstColumn;
    for (let c = 0; c < columnCount; c++) {
      const column = item(columnItems, c);
      copy = copyBehind(copy, column - before, copies);
      before = column;
      const list = listAt(destinationsOfCopies, copy);
      if (destinations !== 0 && itemsOf(list) !== itemsOf(destinations)) {
        addReaders(node, block, k, destinations, count, bits);
        count = 0;
      }
      destinations = list;
      count++;
    }
  }
  addReaders(node, block, k, destinations, count, bits);
}

/** The copy that runs what stands `distance` behind a firing of `copy`; mostly the next one or so. */
function copyBehind(copy: i32, distance: i32, copies: i32): i32 {
  const behind = copy + distance;
  if (<u32>behind < <u32>copies) return behind;
  if (<u32>(behind - copies) < <u32>copies) return behind - copies;
  return ((behind % copies) + copies) % copies;
}

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
    let chosen = firstLanes(count - done);
    if (!isHeldByAll) {
      chosen = v128.and(chosen, lanesOf(heldBits(held, copy)));
      copy = copyBehind(copy, LANES, copies);
    }
    let over = countDown(stateOf(block, first + done), chosen);
    while (over !== 0) {
      dataArrived(node, block, first + done + ctz<i32>(over));
      over &= over - 1;
    }
  }
}

/** True where the items of an ascending list are several, one behind the other. */
function isRunOf(items: usize, length: i32): bool {
  return length > 1 && item(items, length - 1) - item(items, 0) === length - 1;
}

/** The first `count` lanes, all where there are more. */
function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The lanes whose bits are set. */
function lanesOf(bits: i32): v128 {
  const lanes = i32x4(1, 2, 4, 8);
  return i32x4.eq(v128.and(i32x4.splat(bits), lanes), lanes);
}

/** Takes one from those of {@link LANES} words that are chosen; returns the bits of those that get 0. */
function countDown(words: usize, chosen: v128): i32 {
  const left = i32x4.add(v128.load(words), chosen);
  v128.store(words, left);
  return i32x4.bitmask(v128.and(chosen, i32x4.eq(left, i32x4.splat(0))));
}

/** Address of the bits that say which copies of the edge's reader the tile at a destination holds. */
function heldAt(edge: usize, destination: i32): usize {
  return tableAt(get(edge, Edge.HELD) + destination * get(edge, Edge.HELD_WORDS));
}

/** A bit for a copy, whether it is held, and for at least {@link HELD_AHEAD} copies behind it. */
function heldBits(held: usize, copy: i32): i32 {
  return <i32>(load<u32>(held + <usize>(copy >> 3)) >> (copy & 7));
}

/** A set is finished: what it was the last one to read on a tile gives its room back there. */
export function release(block: usize, k: i32, copy: usize): void {
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
  const setColumns = get(producer, Node.SET_COLUMNS);
  const first = valueAt(producer, block, 0, destination);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  const firstColumn = item(columnItems, 0);
  const isRun = isRunOf(columnItems, columnCount);
  released = 0;
  windowBits = 0;
  sharedBits = 0;
  for (let r = 0; r < rowCount; r++) {
    const row = first + ((<usize>(item(rowItems, r) * setColumns)) << 2);
    if (isRun) readRun(producer, row + ((<usize>firstColumn) << 2), columnCount);
    else for (let c = 0; c < columnCount; c++) readOne(producer, row + ((<usize>item(columnItems, c)) << 2));
  }
  if (released === 0) return;
  giveInputBack(producer, destination, windowBits, sharedBits);
  leaveBlock(block, released);
}

/** Values one behind the other have one reader less. */
function readRun(producer: usize, values: usize, count: i32): void {
  for (let done = 0; done < count; done += LANES) {
    const four = values + ((<usize>done) << 2);
    let over = countDown(four, firstLanes(count - done));
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
