/** What waits for what where nothing can happen any more, though sets or results are left. */
import { lowestBit } from '../kernel/bit-set';
import { eventId } from '../kernel/event';
import { addWide, allocate, get, getAddress, set } from '../kernel/memory';
import { firstInOrder } from '../kernel/queue';
import { blockIfAny, sizeOf, stateOf, valueAt } from './block';
import { hasValues, isLayerBeforeFinished } from './conditions';
import { copyAt, copyIndex, isToBeWritten } from './copy';
import { eventBlock, eventSet } from './event';
import { hasInputRoom } from './input-buffer';
import { Copy, Edge, Header, Node, NodeKind, Stuck, StuckCause } from './layout';
import { Block, NoBlock, SetState } from './play-layout';
import { edgeAt, header, item, itemsOf, lengthOf, listAt, nodeAt } from './records';
import { isSent } from './turn';

/** True where sets have not started, or results wait to be injected, at the end of a simulation. */
export function isStuck(): bool {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (get(node, Node.NEXT) !== get(node, Node.FIRINGS) || firstInOrder(node + (Node.QUEUE << 2)) !== 0)
      return true;
  }
  return false;
}

/** Says of every node what it waits for: the address of a record of {@link Stuck} for each. */
export function explainDeadlock(): usize {
  const nodes = header(Header.NODES);
  const records = allocate(<u64>nodes * (Stuck.WORDS << 2));
  for (let i = 0; i < nodes; i++) {
    const record = records + <usize>i * (Stuck.WORDS << 2);
    explainSet(nodeAt(i), record);
    explainResult(nodeAt(i), record);
    set(record, Stuck.HELD, <i32>heldBits(nodeAt(i)));
  }
  return records;
}

/** The set that would be next, and what it waits for. */
function explainSet(node: usize, record: usize): void {
  const isOver = get(node, Node.NEXT) === get(node, Node.FIRINGS);
  const firing = isOver ? -1 : nextFiring(node);
  set(record, Stuck.SET, firing);
  if (firing < 0) return;
  const inference = firing / get(node, Node.SETS);
  const k = firing % get(node, Node.SETS);
  if (!hasValues(node, inference, k)) {
    set(record, Stuck.CAUSE, StuckCause.VALUES);
    set(record, Stuck.PRODUCER, missingProducer(node, inference, k));
  } else if (!isLayerBeforeFinished(node, inference) || get(node, Node.IS_CLOSED)) {
    set(record, Stuck.CAUSE, StuckCause.LAYER_BEFORE);
  } else if (isToBeWritten(copyAt(node, copyIndex(node, firing)))) {
    set(record, Stuck.CAUSE, StuckCause.WEIGHTS);
  } else {
    set(record, Stuck.CAUSE, StuckCause.OUTPUT_ROOM);
    set(record, Stuck.TILE, get(copyAt(node, copyIndex(node, firing)), Copy.HOME));
  }
}

/** Of a join the first that has everything; if none has, the first that has not started. */
function nextFiring(node: usize): i32 {
  if (get(node, Node.KIND) !== NodeKind.JOIN) return get(node, Node.NEXT);
  const ready = lowestBit(getAddress(node, Node.READY));
  if (ready >= 0) return ready;
  const sets = get(node, Node.SETS);
  let firing = 0;
  while (hasStarted(blockIfAny(node, firing / sets), firing % sets)) firing++;
  return firing;
}

function hasStarted(block: usize, k: i32): bool {
  if (block === NoBlock.NOT_YET || block === NoBlock.OVER) return block === NoBlock.OVER;
  return (load<i32>(stateOf(block, k)) & SetState.STARTED) !== 0;
}

/** The node of the first value that is not there: along the first edge. */
function missingProducer(node: usize, inference: i32, k: i32): i32 {
  const first = get(node, Node.FIRST_IN);
  for (let e = first; e < first + get(node, Node.IN_COUNT); e++) {
    const edge = edgeAt(e);
    if (misses(edge, node, inference, k)) return get(edge, Edge.PRODUCER);
  }
  return -1;
}

/** True where a value that a set reads along an edge has not been sent. Then it has not arrived, and otherwise it has. */
function misses(edge: usize, node: usize, inference: i32, k: i32): bool {
  const setColumns = get(node, Node.SET_COLUMNS);
  const rows = listAt(get(edge, Edge.ROW_LISTS), k / setColumns);
  const columns = listAt(get(edge, Edge.COLUMN_LISTS), k % setColumns);
  const producer = nodeAt(get(edge, Edge.PRODUCER));
  const block = blockIfAny(producer, inference);
  for (let r = 0; r < lengthOf(rows); r++) {
    const rowFirst = item(itemsOf(rows), r) * get(producer, Node.SET_COLUMNS);
    for (let c = 0; c < lengthOf(columns); c++) {
      if (!wasSent(block, rowFirst + item(itemsOf(columns), c))) return true;
    }
  }
  return false;
}

function wasSent(block: usize, k: i32): bool {
  if (block === NoBlock.NOT_YET || block === NoBlock.OVER) return block === NoBlock.OVER;
  return isSent(block, k);
}

/** The first result that waits to be sent, and at which destinations there is no room for it. */
function explainResult(node: usize, record: usize): void {
  const event = firstInOrder(node + (Node.QUEUE << 2));
  set(record, Stuck.RESULT, event === 0 ? -1 : eventId(event) - get(node, Node.FIRST_ID));
  if (event === 0) return;
  const block = eventBlock(event);
  const k = eventSet(event);
  const isInTurn = get(block, Block.FIRST) + k === get(node, Node.TURN);
  const destinations = get(node, Node.DESTINATION_COUNT);
  const full = allocate((<u64>destinations) << 2);
  for (let destination = 0; destination < destinations; destination++) {
    const value = valueAt(node, block, k, destination);
    const isFull = load<i32>(value) !== 0 && !hasInputRoom(node, destination, value, isInTurn);
    set(full, destination, isFull ? 1 : 0);
  }
  set(record, Stuck.IS_FULL, <i32>full);
}

/** Per destination the bits of the values that somebody has still to read there, as a table of 64 bits each. */
function heldBits(node: usize): usize {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const held = allocate((<u64>destinations) << 3);
  memory.fill(held, 0, (<usize>destinations) << 3);
  for (let inference = 0; inference < get(node, Node.INFERENCES); inference++) {
    const block = blockIfAny(node, inference);
    if (block === NoBlock.NOT_YET || block === NoBlock.OVER) continue;
    for (let k = 0; k < get(node, Node.SETS); k++) {
      if (!isSent(block, k)) continue;
      for (let destination = 0; destination < destinations; destination++) {
        const value = valueAt(node, block, k, destination);
        if (load<i32>(value) > 0) addWide(held, destination << 1, sizeOf(node, value));
      }
    }
  }
  return held;
}
