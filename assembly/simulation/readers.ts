/** Who reads the result of a set, at which destinations. */
import { get, getAddress, set } from '../kernel/memory';
import { barrierAt, blockOf, sizeAt, valueAt } from './block';
import { copyBehind } from './copy';
import { heldAt, heldBits } from './held';
import { keepReaders, keepsReaders } from './kept-readers';
import { Edge, HELD_AHEAD, Header, Node } from './layout';
import { Barrier, Block, Value } from './play-layout';
import { edgeAt, entry, header, item, itemsOf, lengthOf, listAt, nodeAt } from './records';

/** With so many destinations it is faster to look at each of them than at each reader. */
const FEW_DESTINATIONS = 8;

/** Destinations where the set whose readers are being looked for is read. */
let found = 0;

/** Finds and keeps the readers of all results, before anything is played. */
export function findAllReaders(): void {
  if (!keepsReaders()) return;
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    const block = blockOf(node, 0);
    let read = 0;
    for (let k = 0; k < get(node, Node.SETS); k++) {
      noteReaders(block, k);
      read += found;
    }
    set(block, Block.HAS_READERS, 1);
    keepReaders(i, valueAt(node, block, 0, 0), read);
  }
}

/** Notes who reads the result of a set where, and how many bits they need; false if nobody does. */
export function findReaders(block: usize, k: i32): bool {
  return get(block, Block.HAS_READERS) ? isRead(block, k) : noteReaders(block, k);
}

/** True where somebody reads the result of a set, whose readers are noted. */
function isRead(block: usize, k: i32): bool {
  const node = getAddress(block, Block.NODE);
  const destinations = get(node, Node.DESTINATION_COUNT);
  const step = (<usize>get(node, Node.SETS) * Value.WORDS) << 2;
  let value = valueAt(node, block, k, 0);
  for (let destination = 0; destination < destinations; destination++) {
    if (load<i32>(value) !== 0) return true;
    value += step;
  }
  return false;
}

function noteReaders(block: usize, k: i32): bool {
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
