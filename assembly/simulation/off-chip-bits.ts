/** Sizes of what goes off the chip and comes back. */
import { get, getAddress, getWide } from '../kernel/memory';
import { sizeOf, valueAt } from './block';
import { Entry, Node } from './layout';
import { entry } from './records';
import { isStored } from './spills';

/** Bits of the result of a set that leave the chip. */
export function leavingBits(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.LEAVING_BITS), k);
}

/** Bits of a result on its way to the port: the widest of what is stored of it and of what leaves. */
export function storedBits(node: usize, block: usize, k: i32): i64 {
  let bits: i64 = get(node, Node.LEAVING_BITS) === 0 ? 0 : leavingBits(node, k);
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (isStored(block, k, destination)) bits = max(bits, sizeOf(node, valueAt(node, block, k, destination)));
  }
  return bits;
}

/** The widest of the entries of a message. */
export function fetchedBits(entries: usize): i64 {
  let bits: i64 = 0;
  for (let entry = entries; entry !== 0; entry = getAddress(entry, Entry.NEXT_FETCHED)) {
    bits = max(bits, getWide(entry, Entry.BITS));
  }
  return bits;
}
