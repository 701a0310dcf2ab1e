/** Results that are stored, in off-chip memory or in the shared buffer. */
import { addWide, get, getAddress } from '../kernel/memory';
import { arrive } from './arrivals';
import { sizeOf, valueAt } from './block';
import { Block, Node, NodeWide } from './layout';
import { isStored } from './spills';

/** A result is stored: sets that wait for it may fetch it. */
export function resultIsStored(block: usize, k: i32): void {
  const node = getAddress(block, Block.NODE);
  let bits: i64 = 0;
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (!isStored(block, k, destination)) continue;
    bits = max(bits, sizeOf(node, valueAt(node, block, k, destination)));
    arrive(block, k, destination);
  }
  addWide(node, NodeWide.SPILLED, bits);
}
