/** Which values go through off-chip memory, and where each of them is. */
import { get, getAddress, set } from '../kernel/memory';
import { Header, Node } from './layout';
import { Block, Spill } from './play-layout';
import { entry, header, nodeAt } from './records';

let isOn = false;

/** Whether anything is spilled, and what. */
export function resetSpills(): void {
  isOn = header(Header.SPILLS) !== 0;
  if (!isOn) return;
  for (let i = 0; i < header(Header.NODES); i++)
    set(nodeAt(i), Node.IS_SPILLED, i32(isAnySpilled(nodeAt(i))));
}

function isAnySpilled(node: usize): bool {
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    if (isSpilled(node, destination)) return true;
  }
  return false;
}

/** True in a simulation in which values may spill. */
export function spills(): bool {
  return isOn;
}

/** True where what a node sends to a destination goes through off-chip memory if there is no room for it. */
export function isSpilled(node: usize, destination: i32): bool {
  return isOn && entry(get(node, Node.SPILLED), destination) !== 0;
}

/** Address of the {@link Spill} of a value. */
export function spillAt(node: usize, block: usize, k: i32, destination: i32): usize {
  const sets = get(node, Node.SETS);
  return block + getAddress(node, Node.BLOCK_SPILLS) + ((<usize>(destination * sets + k)) << 2);
}

/** True where the value of a set has been or will be stored for a destination. */
export function isStored(block: usize, k: i32, destination: i32): bool {
  if (!isOn) return false;
  return load<i32>(spillAt(getAddress(block, Block.NODE), block, k, destination)) === Spill.STORED;
}
