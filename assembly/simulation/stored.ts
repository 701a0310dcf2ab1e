/** Results that are stored, in off-chip memory or in the shared buffer. */
import { get, getAddress } from '../kernel/memory';
import { arrive } from './arrivals';
import { Node } from './layout';
import { Block } from './play-layout';
import { isStored } from './spills';
import { countStored } from './traffic';

/** A result is stored: sets that wait for it may fetch it. */
export function resultIsStored(block: usize, k: i32): void {
  const node = getAddress(block, Block.NODE);
  countStored(node, block, k);
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (isStored(block, k, destination)) arrive(block, k, destination);
  }
}
