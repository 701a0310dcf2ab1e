/** Phase 3: sets start. */
import { addBit, lowestBit, removeBit } from '../kernel/bit-set';
import { now } from '../kernel/calendar';
import { addWide, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { hasStarters, takeStarter, wake } from './awake';
import { blockOf, stateOf } from './block';
import { hasValues, isLayerBeforeFinished } from './conditions';
import { copyAt, copyCycles, copyIndex } from './copy';
import { EventKind, expect } from './event';
import { askForJoin, askGpeu, gpeuCycles } from './gpeu';
import { addWant, firingToGrant, grantTo, grantToStart, needsGrant, startGrant } from './grants';
import { Copy, CopyWide, Header, Node, NodeKind, NodeWide, Stalls, Tile } from './layout';
import { askInputSide, isPortTimed } from './off-chip-port';
import { takeOutput } from './output-buffer';
import { Block, Grant, SetState } from './play-layout';
import { readInputs } from './read-port';
import { header, nodeAt, resultBits } from './records';
import { spills } from './spills';
import { addStall } from './stalls';
import { beginWork, tileAt } from './tile';
import { useFor } from './use';

/** A set has everything that it reads. */
export function dataArrived(node: usize, block: usize, k: i32): void {
  const firing = get(block, Block.FIRST) + k;
  if (get(node, Node.KIND) === NodeKind.JOIN) {
    if (spills() && needsGrant(node, k, copyAt(node, 0))) addWant(node, firing);
    else addBit(getAddress(node, Node.READY), firing);
  } else if (firing !== get(node, Node.NEXT) + get(node, Node.GRANTED)) {
    return;
  }
  wake(node);
}

/** Starts all sets that may start, node by node. */
export function startSets(): void {
  while (hasStarters()) {
    const node = takeStarter();
    if (node === 0) return;
    while (startOrGrant(node)) {}
  }
}

/** Starts a set of a node, or grants it what it needs; false where all have to wait. */
function startOrGrant(node: usize): bool {
  if (spills() && startGranted(node)) return true;
  if (get(node, Node.KIND) === NodeKind.JOIN ? startReady(node) : startNext(node)) return true;
  return spills() && grantNext(node);
}

/** Starts a granted set of a node; false where none has all its values, or its copy is busy. */
function startGranted(node: usize): bool {
  const grant = grantToStart(node);
  if (grant === 0) return false;
  const firing = get(grant, Grant.FIRING);
  const copy = copyAt(node, copyIndex(node, firing));
  if (get(copy, Copy.IS_BUSY)) return false;
  startGrant(node, grant);
  const how = get(grant, Grant.HAS_FETCHED) ? Start.FETCHED : Start.GRANTED;
  return start(node, firing, firing / get(node, Node.SETS), copy, how);
}

/** Starts the set of a base layer or input that is next; false where it has to wait. */
function startNext(node: usize): bool {
  const firing = get(node, Node.NEXT);
  if (firing === get(node, Node.FIRINGS)) return false;
  const copy = copyAt(node, get(node, Node.NEXT_COPY));
  if (get(copy, Copy.IS_BUSY) || get(node, Node.GRANTED) > 0 || get(node, Node.IS_CLOSED)) return false;
  const k = get(node, Node.NEXT_SET);
  if (spills() && needsGrant(node, k, copy)) return false;
  const inference = get(node, Node.NEXT_INFERENCE);
  if (!hasValues(node, inference, k) || !isLayerBeforeFinished(node, inference)) return false;
  return start(node, firing, inference, copy, Start.NOW);
}

/** Starts the first set of a join that has everything; false where there is none, or it has to wait. */
function startReady(node: usize): bool {
  const copy = copyAt(node, 0);
  if (get(copy, Copy.IS_BUSY)) return false;
  const firing = lowestBit(getAddress(node, Node.READY));
  if (firing < 0) return false;
  const sets = get(node, Node.SETS);
  return start(node, firing, firing < sets ? 0 : firing / sets, copy, Start.NOW);
}

/** Grants a set of a node what it needs; false where all have to wait. */
function grantNext(node: usize): bool {
  const firing = firingToGrant(node);
  if (firing < 0) return false;
  const copy = copyAt(node, copyIndex(node, firing));
  return start(node, firing, firing / get(node, Node.SETS), copy, Start.TO_GRANT);
}

/** What becomes of a set that waits for nothing else: all ways of starting are one, since it is what is done most. */
enum Start {
  /** It needs room for its result, and starts. */
  NOW,
  /** It needs room for its result, and is granted the rest. */
  TO_GRANT,
  /** It was granted all; some of it had to be fetched. */
  GRANTED,
  FETCHED,
}

/** Starts a set, or grants it what it needs; false where there is no room for its result. */
function start(node: usize, firing: i32, inference: i32, copy: usize, how: i32): bool {
  const block = blockOf(node, inference);
  const k = firing - inference * get(node, Node.SETS);
  const state = stateOf(block, k);
  if (how <= Start.TO_GRANT && !takeOutput(node, firing, k, state, copy)) {
    set(node, Node.PASSED_OVER, 1);
    return false;
  }
  if (how === Start.TO_GRANT) {
    grantTo(node, firing, copy);
    return true;
  }
  store<i32>(state, load<i32>(state) | SetState.STARTED);
  set(copy, Copy.IS_BUSY, 1);
  countStart(node, firing, copy, how === Start.FETCHED ? Stalls.FETCH : Stalls.DATA);
  moveOn(node, firing);
  begin(node, block, k, copy);
  return true;
}

/** Counts what the set has waited for: that which it got last. */
function countStart(node: usize, firing: i32, copy: usize, otherwise: i32): void {
  const clock = getAddress(node, Node.CLOCK);
  const waited = now() - getWide(clock, NodeWide.LAST_START);
  if (waited > 0) {
    addStall(node, tileAt(get(copy, Copy.HOME)), causeOf(node, copy, otherwise), waited);
  }
  set(node, Node.PASSED_OVER, 0);
  setWide(clock, NodeWide.LAST_START, now());
  if (getWide(node, NodeWide.START) < 0) setWide(node, NodeWide.START, now());
  if (header(Header.KEEPS_SETS)) {
    store<i64>(getAddress(node, Node.STARTS) + ((<usize>firing) << 3), now());
  }
}

function causeOf(node: usize, copy: usize, otherwise: i32): i32 {
  if (get(node, Node.PASSED_OVER)) return Stalls.ROOM;
  if (getWide(copy, CopyWide.WRITTEN_CYCLE) === now()) return Stalls.WRITE;
  return getWide(copy, CopyWide.FREE_CYCLE) === now() ? Stalls.COPY : otherwise;
}

/** The next set of the node is the one behind; of a join, the one that started is not ready any more. */
function moveOn(node: usize, firing: i32): void {
  set(node, Node.NEXT, get(node, Node.NEXT) + 1);
  if (get(node, Node.KIND) === NodeKind.JOIN) {
    removeBit(getAddress(node, Node.READY), firing);
    return;
  }
  const copy = get(node, Node.NEXT_COPY) + 1;
  set(node, Node.NEXT_COPY, copy === get(node, Node.COPY_COUNT) ? 0 : copy);
  const k = get(node, Node.NEXT_SET) + 1;
  const isLast = k === get(node, Node.SETS);
  set(node, Node.NEXT_SET, isLast ? 0 : k);
  if (!isLast) return;
  set(node, Node.NEXT_INFERENCE, get(node, Node.NEXT_INFERENCE) + 1);
  if (get(node, Node.NEXT) === get(node, Node.FIRINGS)) openGroupBehind(node);
}

/** An input of a group is behind all sets of that of the group before. */
function openGroupBehind(node: usize): void {
  const behind = get(node, Node.GROUP_BEHIND);
  if (behind < 0) return;
  set(nodeAt(behind), Node.IS_CLOSED, 0);
  wake(nodeAt(behind));
}

function begin(node: usize, block: usize, k: i32, copy: usize): void {
  const kind = get(node, Node.KIND);
  if (kind === NodeKind.INPUT) {
    if (isPortTimed(resultBits(node, k))) askInputSide(node, block, k, copy);
    else expect(now(), EventKind.COPY_DONE, block, k, copy, 0);
    return;
  }
  const tile = tileAt(get(copy, Copy.HOME));
  const cycles = kind === NodeKind.BASE ? copyCycles(node, k) : gpeuCycles(node, k);
  addWide(node, Node.STALLS + Stalls.COMPUTE, cycles);
  addWide(tile, Tile.STALLS + Stalls.COMPUTE, cycles);
  const readEnd = readInputs(node, k, copy);
  if (kind === NodeKind.BASE) {
    beginWork(tile);
    useFor(node, Node.COMPUTE_BINS, now(), now() + cycles);
    expect(max(now() + cycles, readEnd), EventKind.COPY_DONE, block, k, copy, 0);
  } else if (readEnd > now()) {
    expect(readEnd, EventKind.READ_DONE, block, k, copy, 0);
  } else if (cycles > 0) {
    askForJoin(node, block, k, copy);
  } else {
    expect(now(), EventKind.GPEU_DONE, block, k, copy, 0);
  }
}

/** A join that has read is computed. */
export function beginJoin(node: usize, block: usize, k: i32, copy: usize): void {
  if (gpeuCycles(node, k) > 0) askGpeu(get(copy, Copy.HOME), block, k, copy);
  else expect(now(), EventKind.GPEU_DONE, block, k, copy, 0);
}
