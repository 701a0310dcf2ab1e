/**
 * Input buffers that grow where nothing can happen any more, by as little as lets something happen: T. M. Parks, Bounded Scheduling of
 * Process Networks, 1995.
 */
import { get } from '../kernel/memory';
import { firstInOrder } from '../kernel/queue';
import { valueAt } from './block';
import { eventBlock, eventSet } from './event';
import { enlargeInput, missingInput } from './input-buffer';
import { Header, Node } from './layout';
import { Block } from './play-layout';
import { header, nodeAt } from './records';

/** Lets input buffers grow, in whole bytes, until one result that waits for room has it, and returns their size in bits; infinity where none waits. */
export function growInput(): f64 {
  let least: i64 = i64.MAX_VALUE;
  for (let i = 0; i < header(Header.NODES); i++) least = min(least, missingBits(nodeAt(i)));
  return least === i64.MAX_VALUE ? Infinity : <f64>enlargeInput(((least + 7) >> 3) << 3);
}

/** What the first result of a node lacks to be sent, on the tile where it lacks most. */
function missingBits(node: usize): i64 {
  const event = firstInOrder(node + (Node.QUEUE << 2));
  if (event === 0) return i64.MAX_VALUE;
  const block = eventBlock(event);
  const k = eventSet(event);
  const isInTurn = get(block, Block.FIRST) + k === get(node, Node.TURN);
  let most: i64 = 0;
  for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
    const value = valueAt(node, block, k, destination);
    if (load<i32>(value) !== 0) most = max(most, missingInput(node, destination, value, isInTurn));
  }
  return most;
}
