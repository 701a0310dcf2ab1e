/**
 * Sizes of the windows in input buffers, found before cycle 0 by playing the first inferences on demand and without time: sets
 * are played one after the other, each just before the first that reads it. What is then on a tile at most of
 * what a node sends there is the size of its window; with room for all of them there is no deadlock.
 */
import { allocate, get, getWide, set, setWide } from '../kernel/memory';
import { blockOf, leaveBlock, valueAt } from './block';
import { copyAt, copyIndex } from './copy';
import { growWindow, inputWindow } from './input-buffer';
import { Edge, Header, Node, NodeKind } from './layout';
import { WindowWide } from './play-layout';
import { findReaders } from './readers';
import { edgeAt, header, item, itemsOf, lengthOf, listAt, nodeAt, tableAt } from './records';
import { releaseValues } from './releases';

/** So many inferences are played: copies rotate from one to the next. */
const PLAYED_INFERENCES = 4;

/** What is demanded: sets of a node up to one, and the next edge along which the next set demands. */
const DEMAND_NODE = 0;
const DEMAND_LAST = 1;
const DEMAND_EDGE = 2;
const DEMAND_WORDS = 3;

/** A sink in the heap of roots: its node, and the next set. */
const ROOT_NODE = 0;
const ROOT_SET = 1;
const ROOT_WORDS = 2;

/** Per node: how many sets have been played. */
let played: usize = 0;
/** Demands, each of a node before that of the one below it; so there are never more than nodes. */
let demands: usize = 0;
let roots: usize = 0;
let rootCount = 0;

/** Finds the windows in the input buffers, and notes them in the tables of the nodes. */
export function findWindows(): void {
  const nodes = header(Header.NODES);
  const inferences = min(header(Header.BATCH), PLAYED_INFERENCES);
  played = allocate((<u64>nodes) << 2);
  demands = allocate(<u64>nodes * (DEMAND_WORDS << 2));
  roots = allocate(<u64>nodes * (ROOT_WORDS << 2));
  for (let inference = 0; inference < inferences; inference++) {
    if (inference === 0 || hasOtherCopies(inference)) playInference(inference);
  }
  for (let i = 0; i < nodes; i++) {
    const node = nodeAt(i);
    const sizes = tableAt(get(node, Node.WINDOW_SIZES));
    for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
      setWide(sizes, destination << 1, getWide(inputWindow(node, destination), WindowWide.SIZE));
    }
  }
}

/** True where sets of an inference run on other copies than those of the first. */
function hasOtherCopies(inference: i32): bool {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (copyIndex(node, inference * get(node, Node.SETS)) !== 0) return true;
  }
  return false;
}

function playInference(inference: i32): void {
  const nodes = header(Header.NODES);
  memory.fill(played, 0, (<usize>nodes) << 2);
  if (header(Header.IS_LBL)) {
    for (let i = 0; i < nodes; i++) if (get(nodeAt(i), Node.KIND) === NodeKind.BASE) demandAll(i, inference);
    for (let i = 0; i < nodes; i++) if (get(nodeAt(i), Node.IS_SINK)) demandAll(i, inference);
  } else {
    demandSinks(inference);
  }
  // What nobody has asked for: from the last node on, so that the earlier ones are played just before they are read.
  for (let i = nodes - 1; i >= 0; i--) demandAll(i, inference);
}

function demandAll(index: i32, inference: i32): void {
  demand(index, get(nodeAt(index), Node.SETS) - 1, inference);
}

/** Demands the sets of all sinks in the order of the share of the sink that is played with them. */
function demandSinks(inference: i32): void {
  rootCount = 0;
  for (let i = header(Header.NODES) - 1; i >= 0; i--) if (get(nodeAt(i), Node.IS_SINK)) addRoot(i);
  while (rootCount > 0) {
    const index = get(roots, ROOT_NODE);
    const k = get(roots, ROOT_SET);
    demand(index, k, inference);
    if (k + 1 < get(nodeAt(index), Node.SETS)) {
      set(roots, ROOT_SET, k + 1);
    } else {
      rootCount--;
      swapRoots(0, rootCount);
    }
    sink(0);
  }
}

/** Puts a sink into the heap. */
function addRoot(index: i32): void {
  let at = rootCount++;
  set(rootAt(at), ROOT_NODE, index);
  set(rootAt(at), ROOT_SET, 0);
  while (at > 0 && isBefore(at, (at - 1) >> 1)) {
    swapRoots(at, (at - 1) >> 1);
    at = (at - 1) >> 1;
  }
}

/** Lets the root at an index sink until those below it are behind it. */
function sink(at: i32): void {
  while (true) {
    let first = at;
    for (let child = 2 * at + 1; child < min(2 * at + 3, rootCount); child++) {
      if (isBefore(child, first)) first = child;
    }
    if (first === at) return;
    swapRoots(first, at);
    at = first;
  }
}

function rootAt(index: i32): usize {
  return roots + <usize>index * (ROOT_WORDS << 2);
}

/** (k + 1) / n, compared exactly; then the lower node. */
function isBefore(a: i32, b: i32): bool {
  const nodeA = get(rootAt(a), ROOT_NODE);
  const nodeB = get(rootAt(b), ROOT_NODE);
  const shareA = (<i64>get(rootAt(a), ROOT_SET) + 1) * get(nodeAt(nodeB), Node.SETS);
  const shareB = (<i64>get(rootAt(b), ROOT_SET) + 1) * get(nodeAt(nodeA), Node.SETS);
  return shareA < shareB || (shareA === shareB && nodeA < nodeB);
}

function swapRoots(a: i32, b: i32): void {
  const whole = load<i64>(rootAt(a));
  store<i64>(rootAt(a), load<i64>(rootAt(b)));
  store<i64>(rootAt(b), whole);
}

/** Plays the sets of a node up to `last`, each behind what it reads. */
function demand(index: i32, last: i32, inference: i32): void {
  let depth = 0;
  if (playedOf(index) <= last) depth = push(depth, index, last);
  while (depth > 0) {
    const top = demands + <usize>(depth - 1) * (DEMAND_WORDS << 2);
    const node = nodeAt(get(top, DEMAND_NODE));
    const k = playedOf(get(top, DEMAND_NODE));
    const edge = get(top, DEMAND_EDGE);
    if (edge < get(node, Node.FIRST_IN) + get(node, Node.IN_COUNT)) {
      set(top, DEMAND_EDGE, edge + 1);
      const producer = get(edgeAt(edge), Edge.PRODUCER);
      const read = highestRead(edgeAt(edge), node, k);
      if (playedOf(producer) <= read) depth = push(depth, producer, read);
      continue;
    }
    playSet(node, k, inference);
    store<i32>(played + ((<usize>get(top, DEMAND_NODE)) << 2), k + 1);
    if (k === get(top, DEMAND_LAST)) depth--;
    else set(top, DEMAND_EDGE, get(node, Node.FIRST_IN));
  }
}

function playedOf(index: i32): i32 {
  return load<i32>(played + ((<usize>index) << 2));
}

function push(depth: i32, index: i32, last: i32): i32 {
  const demand = demands + <usize>depth * (DEMAND_WORDS << 2);
  set(demand, DEMAND_NODE, index);
  set(demand, DEMAND_LAST, last);
  set(demand, DEMAND_EDGE, get(nodeAt(index), Node.FIRST_IN));
  return depth + 1;
}

/** The highest-numbered set of the producer that a set reads along an edge, -1 for none. Lists are ascending. */
function highestRead(edge: usize, node: usize, k: i32): i32 {
  const setColumns = get(node, Node.SET_COLUMNS);
  const rows = listAt(get(edge, Edge.ROW_LISTS), k / setColumns);
  const columns = listAt(get(edge, Edge.COLUMN_LISTS), k % setColumns);
  if (lengthOf(rows) === 0 || lengthOf(columns) === 0) return -1;
  const row = item(itemsOf(rows), lengthOf(rows) - 1);
  const column = item(itemsOf(columns), lengthOf(columns) - 1);
  return row * get(nodeAt(get(edge, Edge.PRODUCER)), Node.SET_COLUMNS) + column;
}

/** The result of a set is where it is read; what it was the last one to read is taken away. */
function playSet(node: usize, k: i32, inference: i32): void {
  const block = blockOf(node, inference);
  if (findReaders(block, k)) {
    for (let destination = 0; destination < get(node, Node.DESTINATION_COUNT); destination++) {
      const value = valueAt(node, block, k, destination);
      if (load<i32>(value) > 0) growWindow(node, destination, value);
    }
  }
  releaseValues(block, k, copyAt(node, copyIndex(node, inference * get(node, Node.SETS) + k)));
  leaveBlock(block, 1);
}
