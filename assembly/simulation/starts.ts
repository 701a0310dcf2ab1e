/** Phase 3: sets start. */
import { get, getAddress, set } from '../memory';
import { addBit, lowestBit, newBitSet, removeBit } from './bit-set';
import { EVENT_COPY_DONE, EVENT_GPEU_DONE, expect, now } from './events';
import {
  COPY_FREE_CYCLE,
  COPY_HOME,
  COPY_IS_BUSY,
  KIND_BASE,
  KIND_JOIN,
  NODE_BASE_BEFORE,
  NODE_BITS,
  NODE_COMPUTE,
  NODE_DURATIONS,
  NODE_INDEX,
  NODE_INSTANCES,
  NODE_KIND,
  NODE_LAST_START,
  NODE_MISSING,
  NODE_NEXT,
  NODE_PASSED_OVER,
  NODE_READY,
  NODE_ROOM_NEXT,
  NODE_START,
  NODE_STARTS,
  NODE_UNFINISHED,
  NODE_WAIT_COPY,
  NODE_WAIT_DATA,
  NODE_WAIT_ROOM,
  NODE_WAITS_FOR_ROOM,
  SIMULATION_IS_LBL,
  SIMULATION_KEEPS_SETS,
  SIMULATION_NODES,
  SIMULATION_OUTPUT_ROOM,
  STARTED,
  TILE_OUTPUT_BITS,
  TILE_OUTPUT_PEAK,
  TILE_ROOM_WAITERS,
  UNLIMITED,
} from './layout';
import {
  addWide,
  copyOf,
  entry,
  getWide,
  header,
  inferenceOf,
  nodeAt,
  setOf,
  setWide,
  wideHeader,
} from './problem';
import { ask, gpeuCycles, portCycles, portIn } from './queues';
import { idOf } from './setup';
import { tileAt } from './values';

/** Nodes for which something has changed that their next set may have waited for. */
let awake: usize = 0;

/** All nodes may start sets. */
export function resetStarts(): void {
  awake = newBitSet(header(SIMULATION_NODES));
  for (let i = 0; i < header(SIMULATION_NODES); i++) addBit(awake, i);
}

/** The next set of a node may be able to start. */
export function wake(node: usize): void {
  addBit(awake, get(node, NODE_INDEX));
}

/** An instance has everything that it reads. */
export function dataArrived(node: usize, instance: i32): void {
  if (get(node, NODE_KIND) === KIND_JOIN) addBit(getAddress(node, NODE_READY), instance);
  else if (instance !== get(node, NODE_NEXT)) return;
  wake(node);
}

/** The copy of an instance is free again. */
export function freeCopy(node: usize, instance: i32): void {
  const copy = copyOf(node, instance);
  set(copy, COPY_IS_BUSY, 0);
  setWide(copy, COPY_FREE_CYCLE, now());
  wake(node);
}

/** The room of the result of an instance in the output buffer is free again. */
export function freeOutputRoom(node: usize, instance: i32): void {
  const tile = tileAt(get(copyOf(node, instance), COPY_HOME));
  addWide(tile, TILE_OUTPUT_BITS, -resultBits(node, instance));
  let waiter = getAddress(tile, TILE_ROOM_WAITERS);
  set(tile, TILE_ROOM_WAITERS, 0);
  while (waiter !== 0) {
    wake(waiter);
    set(waiter, NODE_WAITS_FOR_ROOM, 0);
    waiter = getAddress(waiter, NODE_ROOM_NEXT);
  }
}

/** Bits of the result of an instance. */
export function resultBits(node: usize, instance: i32): i64 {
  return <i64>entry(get(node, NODE_BITS), setOf(node, instance));
}

/** Cycles that an instance of a base layer holds its copy. */
export function copyCycles(node: usize, instance: i32): i64 {
  return <i64>entry(get(node, NODE_DURATIONS), setOf(node, instance));
}

/** Starts all sets that may start, node by node. */
export function startSets(): void {
  for (let index = lowestBit(awake); index >= 0; index = lowestBit(awake)) {
    removeBit(awake, index);
    const node = nodeAt(index);
    while (startNext(node)) {}
  }
}

/** Starts the next set of a node; false where it has to wait. */
function startNext(node: usize): bool {
  const instance = nextInstance(node);
  if (instance < 0) return false;
  const copy = copyOf(node, instance);
  if (get(copy, COPY_IS_BUSY) || !isLayerBeforeFinished(node, instance)) return false;
  const tile = tileAt(get(copy, COPY_HOME));
  const bits = getWide(tile, TILE_OUTPUT_BITS) + resultBits(node, instance);
  const room = wideHeader(SIMULATION_OUTPUT_ROOM);
  if (room !== UNLIMITED && bits > room) {
    waitForRoom(node, tile);
    return false;
  }
  setWide(tile, TILE_OUTPUT_BITS, bits);
  setWide(tile, TILE_OUTPUT_PEAK, max(getWide(tile, TILE_OUTPUT_PEAK), bits));
  set(copy, COPY_IS_BUSY, 1);
  countStart(node, instance, copy);
  begin(node, instance);
  return true;
}

/** The set of a node that has to start next and has everything that it reads, -1 for none. */
function nextInstance(node: usize): i32 {
  if (get(node, NODE_KIND) === KIND_JOIN) return lowestBit(getAddress(node, NODE_READY));
  const next = get(node, NODE_NEXT);
  if (next === get(node, NODE_INSTANCES)) return -1;
  return load<i32>(getAddress(node, NODE_MISSING) + ((<usize>next) << 2)) === 0 ? next : -1;
}

/** Layer by layer: true where all sets of this inference of the base layer before are finished. */
function isLayerBeforeFinished(node: usize, instance: i32): bool {
  if (!header(SIMULATION_IS_LBL) || get(node, NODE_KIND) !== KIND_BASE) return true;
  const before = get(node, NODE_BASE_BEFORE);
  if (before < 0) return true;
  const inference = inferenceOf(node, instance);
  return load<i32>(getAddress(nodeAt(before), NODE_UNFINISHED) + ((<usize>inference) << 2)) === 0;
}

function waitForRoom(node: usize, tile: usize): void {
  set(node, NODE_PASSED_OVER, 1);
  if (get(node, NODE_WAITS_FOR_ROOM)) return;
  set(node, NODE_WAITS_FOR_ROOM, 1);
  set(node, NODE_ROOM_NEXT, get(tile, TILE_ROOM_WAITERS));
  set(tile, TILE_ROOM_WAITERS, <i32>node);
}

/** Counts what the set has waited for: that which it got last. */
function countStart(node: usize, instance: i32, copy: usize): void {
  const waited = now() - getWide(node, NODE_LAST_START);
  const isCopyNew = getWide(copy, COPY_FREE_CYCLE) === now();
  const cause = get(node, NODE_PASSED_OVER) ? NODE_WAIT_ROOM : isCopyNew ? NODE_WAIT_COPY : NODE_WAIT_DATA;
  addWide(node, cause, waited);
  set(node, NODE_PASSED_OVER, 0);
  setWide(node, NODE_LAST_START, now());
  if (getWide(node, NODE_START) < 0) setWide(node, NODE_START, now());
  if (header(SIMULATION_KEEPS_SETS)) {
    store<i64>(getAddress(node, NODE_STARTS) + ((<usize>instance) << 3), now());
  }
  set(node, NODE_NEXT, get(node, NODE_NEXT) + 1);
  store<i32>(getAddress(node, NODE_MISSING) + ((<usize>instance) << 2), STARTED);
  if (get(node, NODE_KIND) === KIND_JOIN) removeBit(getAddress(node, NODE_READY), instance);
}

function begin(node: usize, instance: i32): void {
  const kind = get(node, NODE_KIND);
  const id = idOf(node, instance);
  if (kind === KIND_BASE) {
    const cycles = copyCycles(node, instance);
    addWide(node, NODE_COMPUTE, cycles);
    expect(now() + cycles, EVENT_COPY_DONE, node, instance, id, 0);
  } else if (kind === KIND_JOIN) {
    const cycles = gpeuCycles(node, instance);
    addWide(node, NODE_COMPUTE, cycles);
    if (cycles > 0) ask(get(copyOf(node, instance), COPY_HOME), node, instance);
    else expect(now(), EVENT_GPEU_DONE, node, instance, id, 0);
  } else if (portCycles(node, instance) > 0) {
    ask(portIn(), node, instance);
  } else {
    expect(now(), EVENT_COPY_DONE, node, instance, id, 0);
  }
}
