/** What a set waits for before it looks for room and its copy. */
import { get, getAddress } from '../kernel/memory';
import { blockIfAny, stateOf } from './block';
import { Header, Node, NodeKind } from './layout';
import { NoBlock } from './play-layout';
import { header, item, nodeAt } from './records';

/** Of an inference that nothing has happened to: true where the set reads nothing. */
export function hasValues(node: usize, inference: i32, k: i32): bool {
  const block = blockIfAny(node, inference);
  if (block > <usize>NoBlock.OVER) return load<i32>(stateOf(block, k)) === 0;
  return item(getAddress(node, Node.READS), k) === 0;
}

/** Layer by layer: true where all sets of this inference of the base layer before are finished. */
export function isLayerBeforeFinished(node: usize, inference: i32): bool {
  if (!header(Header.IS_LBL) || get(node, Node.KIND) !== NodeKind.BASE) return true;
  const before = get(node, Node.BASE_BEFORE);
  if (before < 0) return true;
  return item(getAddress(nodeAt(before), Node.UNFINISHED), inference) === 0;
}
