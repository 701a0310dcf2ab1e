/**
 * Who reads which result where, kept from run to run: that depends on copies alone, and they are played again with other figures. For
 * each node the values of a block of inference 0, before any of them was read.
 */
import { allocate, get } from '../kernel/memory';
import { copyIndex } from './copy';
import { Edge, Header, Node } from './layout';
import { Value } from './play-layout';
import { edgeAt, entry, header, nodeAt } from './records';

/** Nothing is kept that takes more: it would be a large share of all memory. */
const MOST_BYTES: u64 = 67108864;

/** By node: where its values are kept, 0 for not at all, and how many of them somebody reads. */
const ADDRESS = 0;
const READ = 4;
const ENTRY_BYTES = 8;

let table: usize = 0;

/** Nothing is kept. */
export function forgetReaders(): void {
  table = 0;
}

/** Room for what is to be kept of the simulation that is open; it has to stay where it is. */
export function reserveReaders(): void {
  table = 0;
  const nodes = header(Header.NODES);
  const tableBytes = <u64>nodes * ENTRY_BYTES;
  let bytes = tableBytes;
  for (let i = 0; i < nodes; i++) bytes += valueBytes(nodeAt(i));
  if (bytes > MOST_BYTES) return;
  table = allocate(bytes);
  memory.fill(table, 0, <usize>tableBytes);
}

/** Bytes of the values of a block. */
function valueBytes(node: usize): u64 {
  return <u64>get(node, Node.SETS) * get(node, Node.DESTINATION_COUNT) * (Value.WORDS << 2);
}

/** True where there is room to keep what {@link keepReaders} is told. */
export function keepsReaders(): bool {
  return table !== 0;
}

/**
 * Keeps the values of a block of inference 0 in which all readers are noted, node by node.
 *
 * @param read How many of them somebody reads.
 */
export function keepReaders(index: i32, values: usize, read: i32): void {
  const before = index === 0 ? table + <usize>header(Header.NODES) * ENTRY_BYTES : endOf(index - 1);
  store<u32>(table + <usize>index * ENTRY_BYTES, <u32>before, ADDRESS);
  store<i32>(table + <usize>index * ENTRY_BYTES, read, READ);
  memory.copy(before, values, <usize>valueBytes(nodeAt(index)));
}

function endOf(index: i32): usize {
  return <usize>load<u32>(table + <usize>index * ENTRY_BYTES, ADDRESS) + <usize>valueBytes(nodeAt(index));
}

/** Notes the readers of all results of a new block in its values, and returns how many values somebody reads; -1 where that is not kept. */
export function takeReaders(node: usize, inference: i32, values: usize): i32 {
  if (table === 0) return -1;
  const kept = table + <usize>get(node, Node.INDEX) * ENTRY_BYTES;
  const address = <usize>load<u32>(kept, ADDRESS);
  if (address === 0 || !hasSameReaders(node, inference)) return -1;
  memory.copy(values, address, <usize>valueBytes(node));
  return load<i32>(kept, READ);
}

/** True where the sets of an inference run on the copies that those of inference 0 run on, of all readers of a node. */
function hasSameReaders(node: usize, inference: i32): bool {
  if (inference === 0) return true;
  for (let i = 0; i < get(node, Node.OUT_COUNT); i++) {
    const reader = nodeAt(get(edgeAt(entry(get(node, Node.OUT), i)), Edge.READER));
    if (copyIndex(reader, inference * get(reader, Node.SETS)) !== 0) return false;
  }
  return true;
}
