/** Whose turn it is: the lowest-numbered set of a node whose result is not finished and injected yet. */
import { get, getAddress, set } from '../memory';
import { wake } from './awake';
import { blockIfAny, stateOf } from './blocks';
import { hasInputWindows } from './input-rooms';
import {
  BLOCK_FIRST,
  BLOCK_INFERENCE,
  BLOCK_NODE,
  BLOCK_NONE,
  BLOCK_OVER,
  KIND_JOIN,
  NODE_KIND,
  NODE_SETS,
  NODE_TURN,
  SET_SENT,
  SET_STARTED,
  SIMULATION_BATCH,
} from './layout';
import { hasOutputWindows } from './output-rooms';
import { header } from './problem';

/** The result of a set is finished and injected, or goes nowhere. Where it is not injected, wake the sender. */
export function resultLeft(block: usize, k: i32): void {
  // Turns are about windows only.
  if (!hasInputWindows() && !hasOutputWindows()) return;
  const state = stateOf(block, k);
  store<i32>(state, load<i32>(state) | SET_SENT);
  const node = getAddress(block, BLOCK_NODE);
  if (get(block, BLOCK_FIRST) + k !== get(node, NODE_TURN)) return;
  set(node, NODE_TURN, turnBehind(node, block, k));
  if (get(node, NODE_KIND) === KIND_JOIN && hasOutputWindows()) wake(node);
}

/** The first instance behind a set whose result is still there. */
function turnBehind(node: usize, block: usize, k: i32): i32 {
  const sets = get(node, NODE_SETS);
  const batch = header(SIMULATION_BATCH);
  let inference = get(block, BLOCK_INFERENCE);
  k++;
  while (true) {
    if (block !== BLOCK_OVER) {
      while (k < sets && isSent(block, k)) k++;
      if (k < sets) return inference * sets + k;
    }
    inference++;
    k = 0;
    if (inference === batch) return inference * sets;
    block = blockIfAny(node, inference);
    if (block === BLOCK_NONE) return inference * sets;
  }
}

function isSent(block: usize, k: i32): bool {
  const state = load<i32>(stateOf(block, k));
  return (state & SET_STARTED) !== 0 && (state & SET_SENT) !== 0;
}
