/** Values between the set that computes them and those that read them: who is to read them on which tile. */
import { get, getAddress, set } from '../memory';
import { blockOf, leaveBlock, sharedAt, sizeAt, stateOf, valueAt } from './blocks';
import { giveInputBack } from './input-rooms';
import {
  BLOCK_FIRST,
  BLOCK_INFERENCE,
  BLOCK_LEFT,
  BLOCK_NODE,
  COPY_INDEX,
  EDGE_BITS,
  EDGE_COLUMN_LISTS,
  EDGE_HELD,
  EDGE_HELD_WORDS,
  EDGE_HOLDS,
  EDGE_IS_CONSTANT,
  EDGE_IS_GATHERED,
  EDGE_PLACES,
  EDGE_READER,
  EDGE_READER_COLUMNS,
  EDGE_READER_ROWS,
  EDGE_ROW_LISTS,
  EDGE_SOURCE,
  HOLDS_ALL,
  HOLDS_NONE,
  NODE_COPY_COUNT,
  NODE_FIRST_IN,
  NODE_IN_COUNT,
  NODE_OUT,
  NODE_OUT_COUNT,
  NODE_SET_COLUMNS,
  NODE_SETS,
  NODE_TILE_COUNT,
  SHARED_SETS,
  SHARED_VALUES,
  VALUE_IN_WINDOW,
  VALUE_SIZE,
} from './layout';
import {
  copyIndex,
  entry,
  item,
  itemsOf,
  lengthOf,
  listAt,
  nodeAt,
  simulationEdgeAt,
  tableAt,
} from './problem';
import { dataArrived } from './starts';

/** Words of a vector. */
const LANES = 4;

/** Places where the set is read whose readers are being looked for. */
let found = 0;

/** Notes who reads the result of a set where, and how many bits they need; false if nobody does. */
export function findReaders(block: usize, k: i32): bool {
  const node = getAddress(block, BLOCK_NODE);
  const setColumns = get(node, NODE_SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const out = get(node, NODE_OUT);
  const outCount = get(node, NODE_OUT_COUNT);
  found = 0;
  for (let i = 0; i < outCount; i++) {
    const edge = simulationEdgeAt(entry(out, i));
    const rows = listAt(get(edge, EDGE_READER_ROWS), row);
    const columns = listAt(get(edge, EDGE_READER_COLUMNS), column);
    const readers = lengthOf(rows) * lengthOf(columns);
    if (readers === 0) continue;
    const bits = entry(get(edge, EDGE_BITS), k);
    if (get(edge, EDGE_IS_CONSTANT)) addSharedReaders(edge, node, block, k, bits);
    else if (get(edge, EDGE_IS_GATHERED))
      addReaders(node, block, k, listAt(get(edge, EDGE_PLACES), 0), readers, bits);
    else addReadersOneByOne(edge, node, block, k, rows, columns, bits);
  }
  set(block, BLOCK_LEFT, get(block, BLOCK_LEFT) + found);
  return found > 0;
}

/** `count` readers at every place of a list. */
function addReaders(node: usize, block: usize, k: i32, places: usize, count: i32, bits: i32): void {
  const length = lengthOf(places);
  const items = itemsOf(places);
  for (let p = 0; p < length; p++) addReader(node, valueAt(node, block, k, item(items, p)), count, bits);
}

function addReader(node: usize, value: usize, count: i32, bits: i32): void {
  const readers = load<i32>(value);
  const size = sizeAt(node, value);
  if (readers === 0) found++;
  store<i32>(value, readers + count);
  store<i32>(size, max(load<i32>(size), bits));
}

function addSharedReaders(edge: usize, node: usize, block: usize, k: i32, bits: i32): void {
  const places = get(node, NODE_TILE_COUNT);
  for (let place = 0; place < places; place++) {
    if (get(sharedAt(edge, block, place), SHARED_SETS) === 0) continue;
    addReader(node, valueAt(node, block, k, place), 1, bits);
  }
}

/** Readers one behind the other are mostly at the same places: these are counted together. */
function addReadersOneByOne(
  edge: usize,
  node: usize,
  block: usize,
  k: i32,
  rows: usize,
  columns: usize,
  bits: i32,
): void {
  const reader = nodeAt(get(edge, EDGE_READER));
  const copies = get(reader, NODE_COPY_COUNT);
  const setColumns = get(reader, NODE_SET_COLUMNS);
  const first = get(block, BLOCK_INFERENCE) * get(reader, NODE_SETS);
  const placesOfCopies = get(edge, EDGE_PLACES);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  const firstColumn = item(columnItems, 0);
  let places: usize = 0;
  let count = 0;
  for (let r = 0; r < rowCount; r++) {
    const rowFirst = first + item(rowItems, r) * setColumns;
    let copy = <i32>(<u32>(rowFirst + firstColumn) % <u32>copies);
    let before = firstColumn;
    for (let c = 0; c < columnCount; c++) {
      const column = item(columnItems, c);
      copy = copyBehind(copy, column - before, copies);
      before = column;
      const list = listAt(placesOfCopies, copy);
      if (places !== 0 && itemsOf(list) !== itemsOf(places)) {
        addReaders(node, block, k, places, count, bits);
        count = 0;
      }
      places = list;
      count++;
    }
  }
  addReaders(node, block, k, places, count, bits);
}

/** The copy that runs what stands `distance` behind an instance of `copy`; mostly the next one or so. */
function copyBehind(copy: i32, distance: i32, copies: i32): i32 {
  const behind = copy + distance;
  if (<u32>behind < <u32>copies) return behind;
  if (<u32>(behind - copies) < <u32>copies) return behind - copies;
  return ((behind % copies) + copies) % copies;
}

/** The result of a set is at a place: who waits for it there has one value less to wait for. */
export function arrive(block: usize, k: i32, place: i32): void {
  const node = getAddress(block, BLOCK_NODE);
  const inference = get(block, BLOCK_INFERENCE);
  const setColumns = get(node, NODE_SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const out = get(node, NODE_OUT);
  const outCount = get(node, NODE_OUT_COUNT);
  for (let i = 0; i < outCount; i++) {
    const edge = simulationEdgeAt(entry(out, i));
    const holds = entry(get(edge, EDGE_HOLDS), place);
    if (holds === HOLDS_NONE) continue;
    const rows = listAt(get(edge, EDGE_READER_ROWS), row);
    const columns = listAt(get(edge, EDGE_READER_COLUMNS), column);
    if (lengthOf(rows) === 0 || lengthOf(columns) === 0) continue;
    const reader = nodeAt(get(edge, EDGE_READER));
    const readerBlock = blockOf(reader, inference);
    if (get(edge, EDGE_IS_CONSTANT)) arriveForAll(edge, block, place, reader, readerBlock);
    else arriveForReaders(edge, rows, columns, place, holds === HOLDS_ALL, reader, readerBlock);
  }
}

/** A value of a constant edge has arrived at a place. With the last one everybody there has them all. */
function arriveForAll(edge: usize, block: usize, place: i32, reader: usize, readerBlock: usize): void {
  const shared = sharedAt(edge, block, place);
  const valuesLeft = get(shared, SHARED_VALUES) - 1;
  set(shared, SHARED_VALUES, valuesLeft);
  if (valuesLeft > 0) return;
  const sets = get(reader, NODE_SETS);
  const first = get(readerBlock, BLOCK_FIRST);
  const held = heldAt(edge, place);
  for (let k = 0; k < sets; k++) {
    if (isHeld(held, copyIndex(reader, first + k))) missLess(reader, readerBlock, k);
  }
}

function arriveForReaders(
  edge: usize,
  rows: usize,
  columns: usize,
  place: i32,
  isHeldByAll: bool,
  reader: usize,
  readerBlock: usize,
): void {
  const setColumns = get(reader, NODE_SET_COLUMNS);
  const rowCount = lengthOf(rows);
  const columnCount = lengthOf(columns);
  const rowItems = itemsOf(rows);
  const columnItems = itemsOf(columns);
  if (isHeldByAll) {
    const firstColumn = item(columnItems, 0);
    const isRun = isRunOf(columnItems, columnCount);
    for (let r = 0; r < rowCount; r++) {
      const rowFirst = item(rowItems, r) * setColumns;
      if (isRun) missLessInRun(reader, readerBlock, rowFirst + firstColumn, columnCount);
      else
        for (let c = 0; c < columnCount; c++) missLess(reader, readerBlock, rowFirst + item(columnItems, c));
    }
    return;
  }
  const copies = get(reader, NODE_COPY_COUNT);
  const first = get(readerBlock, BLOCK_FIRST);
  const held = heldAt(edge, place);
  const firstColumn = item(columnItems, 0);
  for (let r = 0; r < rowCount; r++) {
    const rowFirst = item(rowItems, r) * setColumns;
    let copy = <i32>(<u32>(first + rowFirst + firstColumn) % <u32>copies);
    let before = firstColumn;
    for (let c = 0; c < columnCount; c++) {
      const column = item(columnItems, c);
      copy = copyBehind(copy, column - before, copies);
      before = column;
      if (isHeld(held, copy)) missLess(reader, readerBlock, rowFirst + column);
    }
  }
}

/** A set has one value less to wait for. */
function missLess(node: usize, block: usize, k: i32): void {
  const state = stateOf(block, k);
  const left = load<i32>(state) - 1;
  store<i32>(state, left);
  if (left === 0) dataArrived(node, block, k);
}

/** Sets one behind the other have one value less to wait for. */
function missLessInRun(node: usize, block: usize, first: i32, count: i32): void {
  for (let done = 0; done < count; done += LANES) {
    const states = stateOf(block, first + done);
    const lanes = min(count - done, LANES);
    if (!countDown(states, lanes)) continue;
    for (let lane = 0; lane < lanes; lane++) {
      if (load<i32>(states + ((<usize>lane) << 2)) === 0) dataArrived(node, block, first + done + lane);
    }
  }
}

/** True where the items of an ascending list are several, one behind the other. */
function isRunOf(items: usize, length: i32): bool {
  return length > 1 && item(items, length - 1) - item(items, 0) === length - 1;
}

/** Takes one from the first `lanes` of {@link LANES} words; true where one of them gets 0. */
function countDown(words: usize, lanes: i32): bool {
  const chosen = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
  const left = i32x4.add(v128.load(words), chosen);
  v128.store(words, left);
  return v128.any_true(v128.and(chosen, i32x4.eq(left, i32x4.splat(0))));
}

/** Address of the bits that say which copies of the edge's reader the tile at a place holds. */
function heldAt(edge: usize, place: i32): usize {
  return tableAt(get(edge, EDGE_HELD) + place * get(edge, EDGE_HELD_WORDS));
}

function isHeld(held: usize, copy: i32): bool {
  return ((load<i32>(held + ((<usize>(copy >> 5)) << 2)) >> (copy & 31)) & 1) !== 0;
}

/** A set is finished: what it was the last one to read on a tile gives its room back there. */
export function release(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, BLOCK_NODE);
  const inference = get(block, BLOCK_INFERENCE);
  const setColumns = get(node, NODE_SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const first = get(node, NODE_FIRST_IN);
  const end = first + get(node, NODE_IN_COUNT);
  for (let e = first; e < end; e++) {
    const edge = simulationEdgeAt(e);
    const rows = listAt(get(edge, EDGE_ROW_LISTS), row);
    const columns = listAt(get(edge, EDGE_COLUMN_LISTS), column);
    if (lengthOf(rows) === 0 || lengthOf(columns) === 0) continue;
    const places = listAt(get(edge, EDGE_PLACES), get(copy, COPY_INDEX));
    const length = lengthOf(places);
    const isShared = get(edge, EDGE_IS_CONSTANT) !== 0;
    const source = nodeAt(get(edge, EDGE_SOURCE));
    const sourceBlock = blockOf(source, inference);
    for (let p = 0; p < length; p++) {
      const place = item(itemsOf(places), p);
      if (!isShared || isLastToRead(edge, sourceBlock, place)) {
        releaseAt(source, sourceBlock, rows, columns, place);
      }
    }
  }
}

/** Of a constant edge: true where all sets at a place are finished. */
function isLastToRead(edge: usize, block: usize, place: i32): bool {
  const shared = sharedAt(edge, block, place);
  const left = get(shared, SHARED_SETS) - 1;
  set(shared, SHARED_SETS, left);
  return left === 0;
}

/** Bits of values that the current call of {@link releaseAt} gives back: those in a window, and the others. */
let windowBits: i64 = 0;
let sharedBits: i64 = 0;
let released = 0;

/** One reader less at a place for all values in rows and columns; the last one gives the room back. */
function releaseAt(source: usize, block: usize, rows: usize, columns: usize, place: i32): void {
  const setColumns = get(source, NODE_SET_COLUMNS);
  const first = valueAt(source, block, 0, place);
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
    if (isRun) readRun(source, row + ((<usize>firstColumn) << 2), columnCount);
    else for (let c = 0; c < columnCount; c++) readOne(source, row + ((<usize>item(columnItems, c)) << 2));
  }
  if (released === 0) return;
  giveInputBack(source, place, windowBits, sharedBits);
  leaveBlock(block, released);
}

/** Values one behind the other have one reader less. */
function readRun(source: usize, values: usize, count: i32): void {
  for (let done = 0; done < count; done += LANES) {
    const four = values + ((<usize>done) << 2);
    const lanes = min(count - done, LANES);
    if (!countDown(four, lanes)) continue;
    for (let lane = 0; lane < lanes; lane++) {
      const value = four + ((<usize>lane) << 2);
      if (load<i32>(value) === 0) addReleased(load<i32>(sizeAt(source, value)));
    }
  }
}

function readOne(source: usize, value: usize): void {
  const left = load<i32>(value) - 1;
  store<i32>(value, left);
  if (left === 0) addReleased(load<i32>(sizeAt(source, value)));
}

function addReleased(sizeAndFlag: i32): void {
  released++;
  if (sizeAndFlag & VALUE_IN_WINDOW) windowBits += <i64>(sizeAndFlag & VALUE_SIZE);
  else sharedBits += <i64>sizeAndFlag;
}
