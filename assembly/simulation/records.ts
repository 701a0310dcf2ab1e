/** The simulation that is loaded: where its records and tables are. */
import { addWide, get, getWide, setWide } from '../kernel/memory';
import { Edge, Format, Header, List, Node } from './layout';

/** Addresses of all words and of the edges: at places of their own in memory, which take less to read than variables. */
const WORDS: usize = memory.data(8);
const EDGES: usize = memory.data(8);

function words(): usize {
  return <usize>load<u32>(WORDS);
}

/** Takes the words at `address` as the simulation; false where they are none. */
export function openSimulation(address: usize): bool {
  if (get(address, Header.MAGIC) !== Format.MAGIC) return false;
  if (get(address, Header.VERSION) !== Format.VERSION) return false;
  store<u32>(WORDS, <u32>address);
  store<u32>(EDGES, <u32>tableAt(get(address, Header.EDGE_RECORDS)));
  return true;
}

/** A word of the header. */
export function header(word: i32): i32 {
  return get(words(), word);
}

/** 64 bits of the header. */
export function wideHeader(word: i32): i64 {
  return getWide(words(), word);
}

/** Adds to a count in the header. */
export function count(word: i32, amount: i64): void {
  addWide(words(), word, amount);
}

/** Sets 64 bits of the header. */
export function setHeader(word: i32, value: i64): void {
  setWide(words(), word, value);
}

/** The record of the header itself. */
export function headerRecord(): usize {
  return words();
}

/** The record of what is beside the off-chip port. */
export function offChip(): usize {
  return <usize>(<u32>header(Header.OFF_CHIP));
}

/** Address of the table at an offset. */
export function tableAt(offset: i32): usize {
  return words() + ((<usize>offset) << 2);
}

/** The word at an index of the table at an offset. */
export function entry(offset: i32, index: i32): i32 {
  return load<i32>(words() + ((<usize>offset + <usize>index) << 2));
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

/** Entry of a table of lists at an address. */
export function listIn(lists: usize, index: i32): usize {
  return lists + <usize>index * (List.WORDS << 2);
}

/** The first item of a list that has some. */
export function firstOf(list: usize): i32 {
  return get(list, List.FIRST);
}

/** True where a list has items, one behind the other. */
export function isRun(list: usize): bool {
  return get(list, List.IS_RUN) !== 0;
}

/** The item at an index. */
export function item(items: usize, index: i32): i32 {
  return load<i32>(items + ((<usize>index) << 2));
}

/** Record of node `index`. */
export function nodeAt(index: i32): usize {
  return words() + (Header.WORDS << 2) + <usize>index * (Node.WORDS << 2);
}

/** Record of edge `index`. */
export function edgeAt(index: i32): usize {
  return <usize>load<u32>(EDGES) + <usize>index * (Edge.WORDS << 2);
}

/** Bits of the result of a set. */
export function resultBits(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.RESULT_BITS), k);
}
