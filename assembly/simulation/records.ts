/** The simulation that is loaded: where its records and tables are. */
import { get } from '../kernel/memory';
import { Copy, Edge, Format, Header, List, Node, Tile } from './layout';

let words: usize = 0;
let edgeRecords: usize = 0;

/** Takes the words at `address` as the simulation; false where they are none. */
export function openSimulation(address: usize): bool {
  if (get(address, Header.MAGIC) !== Format.MAGIC) return false;
  if (get(address, Header.VERSION) !== Format.VERSION) return false;
  words = address;
  edgeRecords = tableAt(get(address, Header.EDGE_RECORDS));
  return true;
}

/** A word of the header. */
export function header(word: i32): i32 {
  return get(words, word);
}

/** 64 bits of the header. */
export function wideHeader(word: i32): i64 {
  return getWide(words, word);
}

/** Adds to a count in the header. */
export function count(word: i32, amount: i64): void {
  addWide(words, word, amount);
}

/** Sets 64 bits of the header. */
export function setHeader(word: i32, value: i64): void {
  setWide(words, word, value);
}

/** The record of the header itself. */
export function headerRecord(): usize {
  return words;
}

/** Address of the table at an offset. */
export function tableAt(offset: i32): usize {
  return words + ((<usize>offset) << 2);
}

/** The word at an index of the table at an offset. */
export function entry(offset: i32, index: i32): i32 {
  return load<i32>(words + ((<usize>offset + <usize>index) << 2));
}

/** Entry of a table of lists. */
export function listAt(table: i32, index: i32): usize {
  return tableAt(table) + <usize>index * (List.WORDS << 2);
}

/** How many items a list has. */
export function lengthOf(list: usize): i32 {
  return get(list, List.LENGTH);
}

/** Address of the items of a list. */
export function itemsOf(list: usize): usize {
  return tableAt(get(list, List.OFFSET));
}

/** The item at an index. */
export function item(items: usize, index: i32): i32 {
  return load<i32>(items + ((<usize>index) << 2));
}

/** Record of node `index`. */
export function nodeAt(index: i32): usize {
  return words + (Header.WORDS << 2) + <usize>index * (Node.WORDS << 2);
}

/** Record of edge `index`. */
export function edgeAt(index: i32): usize {
  return edgeRecords + <usize>index * (Edge.WORDS << 2);
}

/** Record of a tile. */
export function tileAt(tile: i32): usize {
  return <usize>(<u32>get(words, Header.TILE_RECORDS)) + <usize>tile * (Tile.WORDS << 2);
}

/** Index of the copy that runs a firing of a node. */
export function copyIndex(node: usize, firing: i32): i32 {
  const copies = get(node, Node.COPY_COUNT);
  return copies === 1 ? 0 : <i32>(<u32>firing % <u32>copies);
}

/** Record of copy `index` of a node. */
export function copyAt(node: usize, index: i32): usize {
  return tableAt(get(node, Node.COPIES)) + <usize>index * (Copy.WORDS << 2);
}

/** Bits of the result of a set. */
export function resultBits(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.RESULT_BITS), k);
}

/** Cycles that a set of a base layer holds its copy. */
export function copyCycles(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.DURATIONS), k);
}

/** 64 bits of a record. */
export function getWide(record: usize, word: i32): i64 {
  return load<i64>(record + ((<usize>word) << 2));
}

/** Sets 64 bits of a record. */
export function setWide(record: usize, word: i32, value: i64): void {
  store<i64>(record + ((<usize>word) << 2), value);
}

/** Adds to 64 bits of a record. */
export function addWide(record: usize, word: i32, amount: i64): void {
  const address = record + ((<usize>word) << 2);
  store<i64>(address, load<i64>(address) + amount);
}
