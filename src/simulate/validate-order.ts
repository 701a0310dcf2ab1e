import { oneLine } from '../input/show.ts';
import type { DetailedSimulation } from './detailed.ts';
import type { NodeSets } from './node-sets.ts';
import { refuseSet } from './validate-message.ts';

/**
 * Checks on which copies sets run and in which order: starts of a layer or input never decrease, a copy runs one set at a
 * time, and layer by layer a layer waits for the one before (docs/simulation.md sections 5 and 13).
 *
 * @throws Error that names the layer, the set and what is violated.
 */
export function validateOrder(
  { batch, rounds, group = batch, scheduling }: DetailedSimulation,
  sets: readonly NodeSets[],
): void {
  // Where weights take turns, every group runs as if it were alone; sets of inputs start behind those of the group before.
  const size = rounds === undefined ? batch : group;
  let before: NodeSets | undefined;
  for (const node of sets) {
    const perGroup = size * (node.count / batch);
    for (let first = 0; first < node.count; first += perGroup) {
      const range = { first, end: Math.min(first + perGroup, node.count), group: first / perGroup };
      checkCopies(node, range);
      if (node.kind === 'join') checkJoin(node, range);
      else checkStarts(node, { ...range, first: node.kind === 'input' ? Math.max(0, first - 1) : first });
    }
    if (node.kind !== 'base') continue;
    if (before !== undefined && scheduling === 'lbl')
      checkLayerByLayer(before, node, rounds === undefined ? 1 : size);
    before = node;
  }
}

/** Sets of a group, by their numbers. */
interface GroupRange {
  readonly first: number;
  readonly end: number;
  readonly group: number;
}

function checkStarts(node: NodeSets, { first, end }: GroupRange): void {
  for (let k = first + 1; k < end; k++) {
    if (!(node.start(k) >= node.start(k - 1)))
      refuseSet(node, k, `it starts before the set before it, at ${node.start(k - 1)}`);
  }
}

/** Set k of a group runs on copy k mod d, which has no other set meanwhile. */
function checkCopies(node: NodeSets, { first, end, group }: GroupRange): void {
  const copies = Math.min(node.copies, end - first);
  for (let k = first; k < end; k++) {
    const copy = group * node.copies + ((k - first) % copies);
    if (node.copy(k) !== copy) refuseSet(node, k, `is on copy ${node.copy(k)}, and the rules say ${copy}`);
    const before = k - copies;
    if (node.kind !== 'base' || before < first) continue;
    const free = node.start(before) + node.computeCycles(before);
    if (!(node.start(k) >= free))
      refuseSet(node, k, `copy ${copy} runs the set ${copies} before it until cycle ${free}`);
  }
}

/** Sets of a join start in any order, one after the other. */
function checkJoin(node: NodeSets, { first, end }: GroupRange): void {
  const order = Array.from({ length: end - first }, (_, i) => first + i).sort(
    (a, b) => node.start(a) - node.start(b) || node.finish(a) - node.finish(b),
  );
  order.forEach((k, i) => {
    const before = order[i - 1];
    if (before === undefined || node.start(k) >= node.finish(before)) return;
    refuseSet(node, k, `the GPEU works on another set of it until cycle ${node.finish(before)}`);
  });
}

/** @param inferences Of which the layer before has to be finished: one, or a group. */
function checkLayerByLayer(before: NodeSets, node: NodeSets, inferences: number): void {
  const ends = new Float64Array(Math.ceil(node.inferences / inferences));
  const partOf = ({ count }: NodeSets, k: number) =>
    Math.floor(Math.floor((k * node.inferences) / count) / inferences);
  for (let k = 0; k < before.count; k++) {
    const part = partOf(before, k);
    ends[part] = Math.max(ends[part]!, before.finish(k));
  }
  for (let k = 0; k < node.count; k++) {
    const end = ends[partOf(node, k)]!;
    if (!(node.start(k) >= end))
      refuseSet(node, k, `the layer before, ${oneLine(before.name)}, is finished only at cycle ${end}`);
  }
}
