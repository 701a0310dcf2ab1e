/** Values between the set that computes them and those that read them: who is to read them on which tile. */
import { get, getAddress, set } from '../memory';
import {
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
  LIST_LENGTH,
  LIST_OFFSET,
  LIST_WORDS,
  NODE_COPY_COUNT,
  NODE_FIRST_IN,
  NODE_IN_COUNT,
  NODE_MISSING,
  NODE_OUT,
  NODE_OUT_COUNT,
  NODE_SET_COLUMNS,
  NODE_SETS,
  NODE_TILE_COUNT,
  NODE_TILES,
  SHARED_SETS,
  SHARED_VALUES,
  SIMULATION_TILE_RECORDS,
  TILE_INPUT_BITS,
  TILE_INPUT_PEAK,
  TILE_WORDS,
  VALUE_BITS,
  VALUE_READERS,
  VALUE_WORDS,
} from './layout';
import { inputRoomFreed } from './line';
import {
  addWide,
  copyIndex,
  entry,
  getWide,
  header,
  inferenceOf,
  nodeAt,
  setOf,
  setWide,
  simulationEdgeAt,
  tableAt,
  valuesOf,
} from './problem';
import { sharedAt } from './setup';
import { dataArrived } from './starts';

/** Entry of a table of lists. */
function listAt(table: i32, index: i32): usize {
  return tableAt(table) + <usize>index * (LIST_WORDS << 2);
}

/** Address of the items of a list. */
function listItems(list: usize): usize {
  return tableAt(get(list, LIST_OFFSET));
}

function item(items: usize, index: i32): i32 {
  return load<i32>(items + ((<usize>index) << 2));
}

/** Record of a tile. */
export function tileAt(tile: i32): usize {
  return <usize>(<u32>header(SIMULATION_TILE_RECORDS)) + <usize>tile * (TILE_WORDS << 2);
}

/** Reserves room in the input buffer of a tile. */
export function reserveInput(tile: usize, bits: i32): void {
  const reserved = getWide(tile, TILE_INPUT_BITS) + bits;
  setWide(tile, TILE_INPUT_BITS, reserved);
  setWide(tile, TILE_INPUT_PEAK, max(getWide(tile, TILE_INPUT_PEAK), reserved));
}

/** Address of the value at a place. */
function valueAt(values: usize, place: i32): usize {
  return values + <usize>place * (VALUE_WORDS << 2);
}

/** Notes who reads the result of an instance where, and how many bits they need; false if nobody does. */
export function findReaders(node: usize, instance: i32): bool {
  const k = setOf(node, instance);
  const inference = inferenceOf(node, instance);
  const setColumns = get(node, NODE_SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const values = valuesOf(node, instance);
  const out = get(node, NODE_OUT);
  const outCount = get(node, NODE_OUT_COUNT);
  let found = false;
  for (let i = 0; i < outCount; i++) {
    const edge = simulationEdgeAt(entry(out, i));
    const rows = listAt(get(edge, EDGE_READER_ROWS), row);
    const columns = listAt(get(edge, EDGE_READER_COLUMNS), column);
    const readers = get(rows, LIST_LENGTH) * get(columns, LIST_LENGTH);
    if (readers === 0) continue;
    found = true;
    const bits = entry(get(edge, EDGE_BITS), k);
    if (get(edge, EDGE_IS_CONSTANT)) addSharedReaders(edge, node, inference, values, bits);
    else if (get(edge, EDGE_IS_GATHERED))
      addReaders(listAt(get(edge, EDGE_PLACES), 0), values, readers, bits);
    else addReadersOneByOne(edge, inference, rows, columns, values, bits);
  }
  return found;
}

/** `count` readers at every place of a list. */
function addReaders(places: usize, values: usize, count: i32, bits: i32): void {
  const length = get(places, LIST_LENGTH);
  const list = listItems(places);
  for (let p = 0; p < length; p++) addReader(valueAt(values, item(list, p)), count, bits);
}

function addReader(value: usize, count: i32, bits: i32): void {
  set(value, VALUE_READERS, get(value, VALUE_READERS) + count);
  set(value, VALUE_BITS, max(get(value, VALUE_BITS), bits));
}

function addSharedReaders(edge: usize, node: usize, inference: i32, values: usize, bits: i32): void {
  const places = get(node, NODE_TILE_COUNT);
  for (let place = 0; place < places; place++) {
    if (get(sharedAt(edge, places, inference, place), SHARED_SETS) > 0) {
      addReader(valueAt(values, place), 1, bits);
    }
  }
}

/** Readers one behind the other are mostly at the same places: these are counted together. */
function addReadersOneByOne(
  edge: usize,
  inference: i32,
  rows: usize,
  columns: usize,
  values: usize,
  bits: i32,
): void {
  const reader = nodeAt(get(edge, EDGE_READER));
  const copies = get(reader, NODE_COPY_COUNT);
  const setColumns = get(reader, NODE_SET_COLUMNS);
  const first = inference * get(reader, NODE_SETS);
  const placesOfCopies = get(edge, EDGE_PLACES);
  const rowCount = get(rows, LIST_LENGTH);
  const columnCount = get(columns, LIST_LENGTH);
  const rowItems = listItems(rows);
  const columnItems = listItems(columns);
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
      if (places !== 0 && get(list, LIST_OFFSET) !== get(places, LIST_OFFSET)) {
        addReaders(places, values, count, bits);
        count = 0;
      }
      places = list;
      count++;
    }
  }
  addReaders(places, values, count, bits);
}

/** The copy that runs what stands `distance` behind an instance of `copy`; mostly the next one or so. */
function copyBehind(copy: i32, distance: i32, copies: i32): i32 {
  const behind = copy + distance;
  if (<u32>behind < <u32>copies) return behind;
  if (<u32>(behind - copies) < <u32>copies) return behind - copies;
  return ((behind % copies) + copies) % copies;
}

/** The result of an instance is at a place: who waits for it there has one value less to wait for. */
export function arrive(node: usize, instance: i32, place: i32): void {
  const k = setOf(node, instance);
  const inference = inferenceOf(node, instance);
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
    if (get(rows, LIST_LENGTH) === 0 || get(columns, LIST_LENGTH) === 0) continue;
    if (get(edge, EDGE_IS_CONSTANT)) arriveForAll(edge, node, inference, place);
    else arriveForReaders(edge, inference, rows, columns, place, holds === HOLDS_ALL);
  }
}

/** A value of a constant edge has arrived at a place. With the last one everybody there has them all. */
function arriveForAll(edge: usize, node: usize, inference: i32, place: i32): void {
  const shared = sharedAt(edge, get(node, NODE_TILE_COUNT), inference, place);
  const valuesLeft = get(shared, SHARED_VALUES) - 1;
  set(shared, SHARED_VALUES, valuesLeft);
  if (valuesLeft > 0) return;
  const reader = nodeAt(get(edge, EDGE_READER));
  const sets = get(reader, NODE_SETS);
  const missing = getAddress(reader, NODE_MISSING);
  const held = heldAt(edge, place);
  for (let instance = inference * sets; instance < (inference + 1) * sets; instance++) {
    if (!isHeld(held, copyIndex(reader, instance))) continue;
    const address = missing + ((<usize>instance) << 2);
    const left = load<i32>(address) - 1;
    store<i32>(address, left);
    if (left === 0) dataArrived(reader, instance);
  }
}

function arriveForReaders(
  edge: usize,
  inference: i32,
  rows: usize,
  columns: usize,
  place: i32,
  isHeldByAll: bool,
): void {
  const reader = nodeAt(get(edge, EDGE_READER));
  const missing = getAddress(reader, NODE_MISSING);
  const copies = get(reader, NODE_COPY_COUNT);
  const setColumns = get(reader, NODE_SET_COLUMNS);
  const first = inference * get(reader, NODE_SETS);
  const held = heldAt(edge, place);
  const rowCount = get(rows, LIST_LENGTH);
  const columnCount = get(columns, LIST_LENGTH);
  const rowItems = listItems(rows);
  const columnItems = listItems(columns);
  const firstColumn = item(columnItems, 0);
  for (let r = 0; r < rowCount; r++) {
    const rowFirst = first + item(rowItems, r) * setColumns;
    let copy = isHeldByAll ? 0 : <i32>(<u32>(rowFirst + firstColumn) % <u32>copies);
    let before = firstColumn;
    for (let c = 0; c < columnCount; c++) {
      const column = item(columnItems, c);
      if (!isHeldByAll) {
        copy = copyBehind(copy, column - before, copies);
        before = column;
        if (!isHeld(held, copy)) continue;
      }
      const address = missing + ((<usize>(rowFirst + column)) << 2);
      const left = load<i32>(address) - 1;
      store<i32>(address, left);
      if (left === 0) dataArrived(reader, rowFirst + column);
    }
  }
}

/** Address of the bits that say which copies of the edge's reader the tile at a place holds. */
function heldAt(edge: usize, place: i32): usize {
  return tableAt(get(edge, EDGE_HELD) + place * get(edge, EDGE_HELD_WORDS));
}

function isHeld(held: usize, copy: i32): bool {
  return ((load<i32>(held + ((<usize>(copy >> 5)) << 2)) >> (copy & 31)) & 1) !== 0;
}

/** An instance is finished: what it was the last one to read on a tile gives its room back there. */
export function release(node: usize, instance: i32): void {
  const k = setOf(node, instance);
  const inference = inferenceOf(node, instance);
  const copy = copyIndex(node, instance);
  const setColumns = get(node, NODE_SET_COLUMNS);
  const row = <i32>(<u32>k / <u32>setColumns);
  const column = k - row * setColumns;
  const first = get(node, NODE_FIRST_IN);
  const end = first + get(node, NODE_IN_COUNT);
  for (let e = first; e < end; e++) {
    const edge = simulationEdgeAt(e);
    const rows = listAt(get(edge, EDGE_ROW_LISTS), row);
    const columns = listAt(get(edge, EDGE_COLUMN_LISTS), column);
    const places = listAt(get(edge, EDGE_PLACES), copy);
    const length = get(places, LIST_LENGTH);
    const isShared = get(edge, EDGE_IS_CONSTANT) !== 0;
    for (let p = 0; p < length; p++) {
      const place = item(listItems(places), p);
      if (!isShared || isLastToRead(edge, inference, place)) releaseAt(edge, inference, rows, columns, place);
    }
  }
}

/** Of a constant edge: true where all sets at a place are finished. */
function isLastToRead(edge: usize, inference: i32, place: i32): bool {
  const places = get(nodeAt(get(edge, EDGE_SOURCE)), NODE_TILE_COUNT);
  const shared = sharedAt(edge, places, inference, place);
  const left = get(shared, SHARED_SETS) - 1;
  set(shared, SHARED_SETS, left);
  return left === 0;
}

/** One reader less at a place for all values in rows and columns; the last one gives the room back. */
function releaseAt(edge: usize, inference: i32, rows: usize, columns: usize, place: i32): void {
  const source = nodeAt(get(edge, EDGE_SOURCE));
  const setColumns = get(source, NODE_SET_COLUMNS);
  const stride = <usize>get(source, NODE_TILE_COUNT) * (VALUE_WORDS << 2);
  const first = valueAt(valuesOf(source, inference * get(source, NODE_SETS)), place);
  const tile = tileAt(entry(get(source, NODE_TILES), place));
  const rowCount = get(rows, LIST_LENGTH);
  const columnCount = get(columns, LIST_LENGTH);
  const rowItems = listItems(rows);
  const columnItems = listItems(columns);
  for (let r = 0; r < rowCount; r++) {
    const rowFirst = item(rowItems, r) * setColumns;
    for (let c = 0; c < columnCount; c++) {
      const value = first + <usize>(rowFirst + item(columnItems, c)) * stride;
      const left = get(value, VALUE_READERS) - 1;
      set(value, VALUE_READERS, left);
      if (left > 0) continue;
      addWide(tile, TILE_INPUT_BITS, -(<i64>get(value, VALUE_BITS)));
      inputRoomFreed(tile);
    }
  }
}
