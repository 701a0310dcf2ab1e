/** Nodes that have to be looked at again, since something has changed that they may have waited for. */
import { addBit, mayHaveBits, newBitSet, takeLowestBit } from '../kernel/bit-set';
import { get } from '../kernel/memory';
import { Header, Node } from './layout';
import { header, nodeAt } from './records';

/** Nodes whose next set may be able to start. */
let starters: usize = 0;
/** Nodes whose first result may have room, counted from the last node. */
let senders: usize = 0;
let lastNode = 0;

/** All nodes may start sets, and nobody has results. */
export function resetAwake(): void {
  lastNode = header(Header.NODES) - 1;
  starters = newBitSet(lastNode + 1);
  senders = newBitSet(lastNode + 1);
  for (let i = 0; i <= lastNode; i++) addBit(starters, i);
}

/** The next set of a node may be able to start. */
export function wake(node: usize): void {
  addBit(starters, get(node, Node.INDEX));
}

/** The first result of a node may have room now. */
export function wakeSender(node: usize): void {
  addBit(senders, lastNode - get(node, Node.INDEX));
}

/** False where no node may start sets; true where that takes a closer look. */
export function hasStarters(): bool {
  return mayHaveBits(starters);
}

/** The same of nodes that may inject results. */
export function hasSenders(): bool {
  return mayHaveBits(senders);
}

/** Takes the first node that may start sets, 0 for none. */
export function takeStarter(): usize {
  const index = takeLowestBit(starters);
  return index < 0 ? 0 : nodeAt(index);
}

/** Takes the last node that may inject results, 0 for none. */
export function takeSender(): usize {
  const index = takeLowestBit(senders);
  return index < 0 ? 0 : nodeAt(lastNode - index);
}
