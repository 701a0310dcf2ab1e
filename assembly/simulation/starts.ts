/** Phase 3: sets start. */
import { get, getAddress, set } from '../memory';
import { takeStarter, wake } from './awake';
import { addBit, lowestBit, removeBit } from './bit-set';
import { blockIfAny, blockOf, stateOf } from './blocks';
import { EVENT_COPY_DONE, EVENT_GPEU_DONE, EVENT_READ_DONE, expect, now } from './events';
import {
  BLOCK_FIRST,
  BLOCK_OVER,
  COPY_FREE_CYCLE,
  COPY_HOME,
  COPY_IS_BUSY,
  KIND_BASE,
  KIND_INPUT,
  KIND_JOIN,
  NODE_BASE_BEFORE,
  NODE_COPY_COUNT,
  NODE_INSTANCES,
  NODE_KIND,
  NODE_LAST_START,
  NODE_NEXT,
  NODE_NEXT_COPY,
  NODE_NEXT_INFERENCE,
  NODE_NEXT_SET,
  NODE_PASSED_OVER,
  NODE_READS,
  NODE_READY,
  NODE_SETS,
  NODE_START,
  NODE_STARTS,
  NODE_UNFINISHED,
  NODE_WAITS,
  SET_STARTED,
  SIMULATION_IS_LBL,
  SIMULATION_KEEPS_SETS,
  TILE_WAITS,
  WAITS_COMPUTE,
  WAITS_COPY,
  WAITS_DATA,
  WAITS_ROOM,
} from './layout';
import { takeOutput } from './output-rooms';
import {
  addWide,
  copyAt,
  copyCycles,
  getWide,
  header,
  item,
  nodeAt,
  resultBits,
  setWide,
  tileAt,
} from './problem';
import { ask, gpeuCycles, isPortTimed, portIn } from './queues';
import { readInputs } from './read-ports';
import { addWait, beginWork } from './waits';

/** A set has everything that it reads. */
export function dataArrived(node: usize, block: usize, k: i32): void {
  const instance = get(block, BLOCK_FIRST) + k;
  if (get(node, NODE_KIND) === KIND_JOIN) addBit(getAddress(node, NODE_READY), instance);
  else if (instance !== get(node, NODE_NEXT)) return;
  wake(node);
}

/** A copy is free again. */
export function freeCopy(node: usize, copy: usize): void {
  set(copy, COPY_IS_BUSY, 0);
  setWide(copy, COPY_FREE_CYCLE, now());
  wake(node);
}

/** Starts all sets that may start, node by node. */
export function startSets(): void {
  for (let node = takeStarter(); node !== 0; node = takeStarter()) {
    if (get(node, NODE_KIND) === KIND_JOIN) while (startReady(node)) {}
    else while (startNext(node)) {}
  }
}

/** Starts the set of a base layer or input that is next; false where it has to wait. */
function startNext(node: usize): bool {
  const instance = get(node, NODE_NEXT);
  if (instance === get(node, NODE_INSTANCES)) return false;
  const copy = copyAt(node, get(node, NODE_NEXT_COPY));
  if (get(copy, COPY_IS_BUSY)) return false;
  const k = get(node, NODE_NEXT_SET);
  const inference = get(node, NODE_NEXT_INFERENCE);
  if (!hasValues(node, inference, k) || !isLayerBeforeFinished(node, inference)) return false;
  return start(node, instance, inference, k, copy);
}

/** Starts the first set of a join that has everything; false where there is none, or it has to wait. */
function startReady(node: usize): bool {
  const copy = copyAt(node, 0);
  if (get(copy, COPY_IS_BUSY)) return false;
  const instance = lowestBit(getAddress(node, NODE_READY));
  if (instance < 0) return false;
  const sets = get(node, NODE_SETS);
  const inference = instance < sets ? 0 : instance / sets;
  return start(node, instance, inference, instance - inference * sets, copy);
}

/** Of an inference that nothing has happened to: true where the set reads nothing. */
function hasValues(node: usize, inference: i32, k: i32): bool {
  const block = blockIfAny(node, inference);
  if (block > <usize>BLOCK_OVER) return load<i32>(stateOf(block, k)) === 0;
  return item(getAddress(node, NODE_READS), k) === 0;
}

/** Layer by layer: true where all sets of this inference of the base layer before are finished. */
function isLayerBeforeFinished(node: usize, inference: i32): bool {
  if (!header(SIMULATION_IS_LBL) || get(node, NODE_KIND) !== KIND_BASE) return true;
  const before = get(node, NODE_BASE_BEFORE);
  if (before < 0) return true;
  return item(getAddress(nodeAt(before), NODE_UNFINISHED), inference) === 0;
}

/** Starts a set that waits for nothing but room for its result; false where there is none. */
function start(node: usize, instance: i32, inference: i32, k: i32, copy: usize): bool {
  const block = blockOf(node, inference);
  const state = stateOf(block, k);
  if (!takeOutput(node, instance, state, copy, resultBits(node, k))) {
    set(node, NODE_PASSED_OVER, 1);
    return false;
  }
  store<i32>(state, load<i32>(state) | SET_STARTED);
  set(copy, COPY_IS_BUSY, 1);
  countStart(node, instance, copy);
  moveOn(node, instance);
  begin(node, block, k, copy);
  return true;
}

/** Counts what the set has waited for: that which it got last. */
function countStart(node: usize, instance: i32, copy: usize): void {
  const waited = now() - getWide(node, NODE_LAST_START);
  if (waited > 0) {
    const isCopyNew = getWide(copy, COPY_FREE_CYCLE) === now();
    const cause = get(node, NODE_PASSED_OVER) ? WAITS_ROOM : isCopyNew ? WAITS_COPY : WAITS_DATA;
    addWait(node, tileAt(get(copy, COPY_HOME)), cause, waited);
  }
  set(node, NODE_PASSED_OVER, 0);
  setWide(node, NODE_LAST_START, now());
  if (getWide(node, NODE_START) < 0) setWide(node, NODE_START, now());
  if (header(SIMULATION_KEEPS_SETS)) {
    store<i64>(getAddress(node, NODE_STARTS) + ((<usize>instance) << 3), now());
  }
}

/** The next set of the node is the one behind; of a join, the one that started is not ready any more. */
function moveOn(node: usize, instance: i32): void {
  set(node, NODE_NEXT, get(node, NODE_NEXT) + 1);
  if (get(node, NODE_KIND) === KIND_JOIN) {
    removeBit(getAddress(node, NODE_READY), instance);
    return;
  }
  const copy = get(node, NODE_NEXT_COPY) + 1;
  set(node, NODE_NEXT_COPY, copy === get(node, NODE_COPY_COUNT) ? 0 : copy);
  const k = get(node, NODE_NEXT_SET) + 1;
  const isLast = k === get(node, NODE_SETS);
  set(node, NODE_NEXT_SET, isLast ? 0 : k);
  if (isLast) set(node, NODE_NEXT_INFERENCE, get(node, NODE_NEXT_INFERENCE) + 1);
}

function begin(node: usize, block: usize, k: i32, copy: usize): void {
  const kind = get(node, NODE_KIND);
  if (kind === KIND_INPUT) {
    if (isPortTimed(resultBits(node, k))) ask(portIn(), block, k, copy);
    else expect(now(), EVENT_COPY_DONE, block, k, copy, 0);
    return;
  }
  const tile = tileAt(get(copy, COPY_HOME));
  const cycles = kind === KIND_BASE ? copyCycles(node, k) : gpeuCycles(node, k);
  addWide(node, NODE_WAITS + WAITS_COMPUTE, cycles);
  addWide(tile, TILE_WAITS + WAITS_COMPUTE, cycles);
  const readEnd = readInputs(node, k, copy);
  if (kind === KIND_BASE) {
    beginWork(tile);
    expect(max(now() + cycles, readEnd), EVENT_COPY_DONE, block, k, copy, 0);
  } else if (readEnd > now()) {
    expect(readEnd, EVENT_READ_DONE, block, k, copy, 0);
  } else {
    beginJoin(node, block, k, copy);
  }
}

/** A join that has read is computed. */
export function beginJoin(node: usize, block: usize, k: i32, copy: usize): void {
  if (gpeuCycles(node, k) > 0) ask(get(copy, COPY_HOME), block, k, copy);
  else expect(now(), EVENT_GPEU_DONE, block, k, copy, 0);
}
