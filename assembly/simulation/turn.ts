/** Whose turn it is: the lowest-numbered set of a node whose result is not finished and injected yet. */
import { get, getAddress, set } from '../kernel/memory';
import { wake } from './awake';
import { blockIfAny, stateOf } from './block';
import { hasInputWindows } from './input-buffer';
import { Node, NodeKind } from './layout';
import { hasOutputWindows } from './output-buffer';
import { Block, NoBlock, SetState } from './play-layout';

/** The result of a set is finished and injected, or goes nowhere. Where it is not injected, wake the sender. */
export function resultLeft(block: usize, k: i32): void {
  // Turns are about windows only.
  if (!hasInputWindows() && !hasOutputWindows()) return;
  const state = stateOf(block, k);
  store<i32>(state, load<i32>(state) | SetState.SENT);
  const node = getAddress(block, Block.NODE);
  if (get(block, Block.FIRST) + k !== get(node, Node.TURN)) return;
  set(node, Node.TURN, turnBehind(node, block, k));
  if (get(node, Node.KIND) === NodeKind.JOIN && hasOutputWindows()) wake(node);
}

/** The first firing behind a set whose result is still there. */
function turnBehind(node: usize, block: usize, k: i32): i32 {
  const sets = get(node, Node.SETS);
  const batch = get(node, Node.INFERENCES);
  let inference = get(block, Block.INFERENCE);
  k++;
  while (true) {
    if (block !== NoBlock.OVER) {
      while (k < sets && isSent(block, k)) k++;
      if (k < sets) return inference * sets + k;
    }
    inference++;
    k = 0;
    if (inference === batch) return inference * sets;
    block = blockIfAny(node, inference);
    if (block === NoBlock.NOT_YET) return inference * sets;
  }
}

/** True where the result of a set is finished and injected, or goes nowhere. */
export function isSent(block: usize, k: i32): bool {
  const state = load<i32>(stateOf(block, k));
  return (state & SetState.STARTED) !== 0 && (state & SetState.SENT) !== 0;
}
