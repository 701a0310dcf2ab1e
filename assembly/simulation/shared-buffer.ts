/**
 * The shared buffer beside the off-chip port: what spills is there as long as there is room for it, and in off-chip memory
 * otherwise. It has an input and an output side of so many bits per cycle, one task at a time each.
 */
import { get, getAddress, getWide } from '../kernel/memory';
import { giveBitsBack, reserveBits } from './buffer';
import { BufferWide, HeaderWide, Node, OffChip, UNLIMITED } from './layout';
import { spilledBits } from './off-chip-bits';
import { Block, Spill } from './play-layout';
import { offChip, wideHeader } from './records';
import { spillAt, spills } from './spills';

let capacity: i64 = 0;

/** Takes the size of the buffer, which is empty; where there is none, nothing is ever in it. */
export function resetSharedBuffer(): void {
  capacity = spills() ? wideHeader(HeaderWide.SHARED_CAPACITY) : 0;
}

/** A result of which something has to be stored gets room in the buffer, if there is; what leaves the chip is stored out there. */
export function takeShared(node: usize, block: usize, k: i32): void {
  if (capacity === 0 || get(node, Node.LEAVING_BITS) !== 0) return;
  let destinations = 0;
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (load<i32>(spillAt(node, block, k, destination)) === Spill.STORED) destinations++;
  }
  const bits = spilledBits(node, block, k);
  if (destinations === 0 || getWide(sharedBuffer(), BufferWide.BITS) + bits > capacity) return;
  reserveBits(sharedBuffer(), bits);
  store<i32>(destinationsLeft(node, block, k), destinations);
}

/** True where a result is in the buffer, or on its way there. */
export function isShared(block: usize, k: i32): bool {
  if (capacity === 0) return false;
  return load<i32>(destinationsLeft(getAddress(block, Block.NODE), block, k)) > 0;
}

/** All have read a stored value at one destination: the last one gives the room back. */
export function leaveShared(node: usize, block: usize, k: i32): void {
  if (!isShared(block, k)) return;
  const at = destinationsLeft(node, block, k);
  const left = load<i32>(at) - 1;
  store<i32>(at, left);
  if (left === 0) giveBitsBack(sharedBuffer(), spilledBits(node, block, k));
}

/** True where a side of the buffer takes time for bits. */
export function isSharedTimed(bits: i64): bool {
  return bits > 0 && wideHeader(HeaderWide.SHARED_BITS) !== UNLIMITED;
}

/** Cycles of a side of the buffer, which takes time. */
export function sharedCycles(bits: i64): i64 {
  const width = wideHeader(HeaderWide.SHARED_BITS);
  return (bits + width - 1) / width;
}

/** The buffer, where there is one. */
export function sharedBuffer(): usize {
  return offChip() + (OffChip.SHARED << 2);
}

/** Address of how many destinations have still to read a stored value; 0: it is not in the buffer. */
function destinationsLeft(node: usize, block: usize, k: i32): usize {
  return spillAt(node, block, k, get(node, Node.DESTINATION_COUNT));
}
