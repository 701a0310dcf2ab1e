/**
 * Queues of tasks: one for the GPEU of each tile, one for each side of the off-chip port. First come, first
 * served; tasks of one round stand in the order of instances.
 */
import { allocate, get, set } from '../memory';
import { addBit, lowestBit, newBitSet, removeBit } from './bit-set';
import { EVENT_COPY_DONE, EVENT_GPEU_DONE, EVENT_PORT_DONE, expect, now } from './events';
import {
  COPY_HOME,
  KIND_JOIN,
  NODE_BITS,
  NODE_DURATIONS,
  NODE_GPEU_CYCLES,
  NODE_KIND,
  NODE_WAIT_GPEU,
  NODE_WAIT_PORT,
  SIMULATION_OFF_CHIP_BITS,
  SIMULATION_TILE_RECORDS,
  SIMULATION_TILES,
  TILE_GPEU_BUSY,
  TILE_WORDS,
  UNLIMITED,
} from './layout';
import { addWide, copyOf, entry, header, setOf, wideHeader } from './problem';
import { idOf, instanceOfId, nodeOfId } from './setup';

const HEAD = 0;
const TAIL = 1;
const IS_BUSY = 2;
/** The round in which the last task came, and the last task that was there before. */
const ROUND = 3;
const BEFORE_ROUND = 4;
const QUEUE_WORDS = 5;

let queues: usize = 0;
let asked: usize = 0;
let nexts: usize = 0;
let round = 0;
let tiles = 0;

/** Empties all queues; `ids` instances may stand in them. */
export function resetQueues(ids: i32): void {
  tiles = header(SIMULATION_TILES);
  const bytes = <usize>(tiles + 2) * (QUEUE_WORDS << 2);
  queues = allocate(bytes);
  memory.fill(queues, 0, bytes);
  asked = newBitSet(tiles + 2);
  nexts = allocate((<u64>ids) << 2);
  round = 0;
}

/** The instance behind `id` in the list that it is in, 0 for none. An instance is in one list at a time. */
export function nextId(id: i32): i32 {
  return load<i32>(nexts + ((<usize>id) << 2));
}

/** Puts `next` behind `id`. */
export function linkIds(id: i32, next: i32): void {
  store<i32>(nexts + ((<usize>id) << 2), next);
}

/** The queue of the input side of the off-chip port. */
export function portIn(): i32 {
  return tiles;
}

/** The queue of the output side of the off-chip port. */
export function portOut(): i32 {
  return tiles + 1;
}

/** The next round begins. */
export function beginRound(): void {
  round++;
}

/** Cycles of the GPEU for an instance: of a join all of it, otherwise of the fused layers. */
export function gpeuCycles(node: usize, instance: i32): i64 {
  const k = setOf(node, instance);
  const fused = <i64>entry(get(node, NODE_GPEU_CYCLES), k);
  return get(node, NODE_KIND) === KIND_JOIN ? fused + entry(get(node, NODE_DURATIONS), k) : fused;
}

/** Cycles of one side of the off-chip port for the result of an instance. */
export function portCycles(node: usize, instance: i32): i64 {
  const width = wideHeader(SIMULATION_OFF_CHIP_BITS);
  if (width === UNLIMITED) return 0;
  return (<i64>entry(get(node, NODE_BITS), setOf(node, instance)) + width - 1) / width;
}

/** Lets the task of an instance stand in a queue. */
export function ask(queue: i32, node: usize, instance: i32): void {
  const record = queueAt(queue);
  const id = idOf(node, instance);
  if (get(record, ROUND) !== round) {
    set(record, ROUND, round);
    set(record, BEFORE_ROUND, get(record, TAIL));
  }
  insert(record, id);
  addBit(asked, queue);
  addWide(node, queue < tiles ? NODE_WAIT_GPEU : NODE_WAIT_PORT, -now());
}

/** A queue whose task is over may take the next. */
export function endTask(queue: i32): void {
  set(queueAt(queue), IS_BUSY, 0);
  addBit(asked, queue);
}

/** Phase 4: what is idle takes the next task. */
export function beginTasks(): void {
  for (let queue = lowestBit(asked); queue >= 0; queue = lowestBit(asked)) {
    removeBit(asked, queue);
    const record = queueAt(queue);
    if (get(record, HEAD) !== 0 && !get(record, IS_BUSY)) beginTask(queue, record);
  }
}

function queueAt(queue: i32): usize {
  return queues + <usize>queue * (QUEUE_WORDS << 2);
}

/** Behind the tasks of rounds before, among those of this round by number. */
function insert(queue: usize, id: i32): void {
  let before = get(queue, TAIL);
  if (before !== get(queue, BEFORE_ROUND) && before > id) {
    before = get(queue, BEFORE_ROUND);
    let next = before === 0 ? get(queue, HEAD) : nextId(before);
    while (next !== 0 && next < id) {
      before = next;
      next = nextId(next);
    }
  }
  const next = before === 0 ? get(queue, HEAD) : nextId(before);
  linkIds(id, next);
  if (before === 0) set(queue, HEAD, id);
  else linkIds(before, id);
  if (next === 0) set(queue, TAIL, id);
}

function beginTask(queue: i32, record: usize): void {
  const id = get(record, HEAD);
  const node = nodeOfId(id);
  const instance = instanceOfId(node, id);
  const rest = nextId(id);
  set(record, HEAD, rest);
  if (rest === 0) set(record, TAIL, 0);
  set(record, IS_BUSY, 1);
  if (queue < tiles) {
    const cycles = gpeuCycles(node, instance);
    const home = get(copyOf(node, instance), COPY_HOME);
    const tile = <usize>(<u32>header(SIMULATION_TILE_RECORDS)) + <usize>home * (TILE_WORDS << 2);
    addWide(tile, TILE_GPEU_BUSY, cycles);
    addWide(node, NODE_WAIT_GPEU, now());
    expect(now() + cycles, EVENT_GPEU_DONE, node, instance, id, 0);
  } else {
    const kind = queue === portIn() ? EVENT_COPY_DONE : EVENT_PORT_DONE;
    addWide(node, NODE_WAIT_PORT, now());
    expect(now() + portCycles(node, instance), kind, node, instance, id, 0);
  }
}
