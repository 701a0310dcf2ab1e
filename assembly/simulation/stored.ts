/** Results that are stored, in off-chip memory or in the shared buffer. */
import { addWide, get, getAddress } from '../kernel/memory';
import { arrive } from './arrivals';
import { Block, Node, NodeWide } from './layout';
import { spilledBits } from './off-chip-bits';
import { isStored } from './spills';

/** A result is stored: sets that wait for it may fetch it. */
export function resultIsStored(block: usize, k: i32): void {
  const node = getAddress(block, Block.NODE);
  addWide(node, NodeWide.SPILLED, spilledBits(node, block, k));
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (isStored(block, k, destination)) arrive(block, k, destination);
  }
}
