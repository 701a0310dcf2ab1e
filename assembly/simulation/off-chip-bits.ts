/** Sizes of what goes off the chip and comes back. */
import { get, getAddress, getWide } from '../kernel/memory';
import { sizeOf, valueAt } from './block';
import { Node } from './layout';
import { Entry, Spill } from './play-layout';
import { entry } from './records';
import { spillAt } from './spills';

/** Bits of the result of a set that leave the chip. */
export function leavingBits(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.LEAVING_BITS), k);
}

/** The widest of the values of a result that are stored, whether or not they have been fetched since. */
export function spilledBits(node: usize, block: usize, k: i32): i64 {
  let bits: i64 = 0;
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (<u32>load<i32>(spillAt(node, block, k, destination)) < <u32>Spill.STORED) continue;
    bits = max(bits, sizeOf(node, valueAt(node, block, k, destination)));
  }
  return bits;
}

/** Bits of a result on its way to the port: the widest of what is stored of it and of what leaves. */
export function storedBits(node: usize, block: usize, k: i32): i64 {
  const bits = spilledBits(node, block, k);
  return get(node, Node.LEAVING_BITS) === 0 ? bits : max(bits, leavingBits(node, k));
}

/** The widest of the entries of a message. */
export function fetchedBits(entries: usize): i64 {
  let bits: i64 = 0;
  for (let entry = entries; entry !== 0; entry = getAddress(entry, Entry.NEXT_FETCHED)) {
    bits = max(bits, getWide(entry, Entry.BITS));
  }
  return bits;
}
