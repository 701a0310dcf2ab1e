/** Phase 1: what is over at the current cycle. */
import { get, getAddress } from '../memory';
import {
  dropEvent,
  EVENT_ARRIVE,
  EVENT_ARRIVE_AT_PORT,
  EVENT_COPY_DONE,
  EVENT_GPEU_DONE,
  EVENT_PARTIALS_DONE,
  EVENT_SEND_PARTIALS,
  EVENT_SENT,
  EVENT_SENT_AND_ARRIVE,
  eventInstance,
  eventKind,
  eventNode,
  eventPlace,
  nextEvent,
  now,
  takeEvents,
} from './events';
import {
  COPY_HOME,
  COPY_PARTIAL_BITS,
  KIND_INPUT,
  KIND_JOIN,
  NODE_BASE_BEHIND,
  NODE_END,
  NODE_FINISHES,
  NODE_KIND,
  NODE_TO_PORT,
  NODE_UNFINISHED,
  SIMULATION_CYCLES,
  SIMULATION_EVENTS,
  SIMULATION_KEEPS_SETS,
  SIMULATION_OFF_CHIP_IN,
  SIMULATION_OFF_CHIP_OUT,
  SIMULATION_OUTPUT_WRITTEN,
} from './layout';
import { joinLine } from './line';
import { addMessage } from './messages';
import { copyOf, count, header, inferenceOf, nodeAt, setHeader, setWide } from './problem';
import { ask, endTask, gpeuCycles, portCycles, portIn, portOut } from './queues';
import { copyCycles, freeCopy, freeOutputRoom, resultBits, wake } from './starts';
import { arrive, findReaders, release } from './values';

/** Plays all events of the current cycle that there are when it begins. */
export function completeEvents(): void {
  let event = takeEvents();
  let completed: i64 = 0;
  while (event !== 0) {
    const next = nextEvent(event);
    complete(event);
    dropEvent(event);
    event = next;
    completed++;
  }
  count(SIMULATION_EVENTS, completed);
}

function complete(event: usize): void {
  const kind = eventKind(event);
  const node = eventNode(event);
  const instance = eventInstance(event);
  if (kind === EVENT_SENT_AND_ARRIVE) {
    freeOutputRoom(node, instance);
    arrive(node, instance, eventPlace(event));
  } else if (kind === EVENT_ARRIVE) arrive(node, instance, eventPlace(event));
  else if (kind === EVENT_COPY_DONE) copyDone(node, instance);
  else if (kind === EVENT_SENT) freeOutputRoom(node, instance);
  else if (kind === EVENT_GPEU_DONE) gpeuDone(node, instance);
  else if (kind === EVENT_PARTIALS_DONE) computed(node, instance);
  else if (kind === EVENT_ARRIVE_AT_PORT) arriveAtPort(node, instance);
  else portDone(node, instance);
}

/** MVMs are done, or an input is there: the copy is free, and partial sums go home. */
function copyDone(node: usize, instance: i32): void {
  freeCopy(node, instance);
  if (get(node, NODE_KIND) === KIND_INPUT && portCycles(node, instance) > 0) {
    endTask(portIn());
    count(SIMULATION_OFF_CHIP_IN, resultBits(node, instance));
  }
  const hasPartials = get(copyOf(node, instance), COPY_PARTIAL_BITS) !== 0;
  if (hasPartials && copyCycles(node, instance) > 0) addMessage(EVENT_SEND_PARTIALS, node, instance);
  else computed(node, instance);
}

/** MVMs and partial sums are done; the fused layers are left. */
function computed(node: usize, instance: i32): void {
  if (gpeuCycles(node, instance) > 0) ask(get(copyOf(node, instance), COPY_HOME), node, instance);
  else finish(node, instance);
}

function gpeuDone(node: usize, instance: i32): void {
  if (gpeuCycles(node, instance) > 0) endTask(get(copyOf(node, instance), COPY_HOME));
  if (get(node, NODE_KIND) === KIND_JOIN) freeCopy(node, instance);
  finish(node, instance);
}

/** The result is complete. */
function finish(node: usize, instance: i32): void {
  setWide(node, NODE_END, now());
  setHeader(SIMULATION_CYCLES, now());
  if (header(SIMULATION_KEEPS_SETS)) {
    store<i64>(getAddress(node, NODE_FINISHES) + ((<usize>instance) << 3), now());
  }
  count(SIMULATION_OUTPUT_WRITTEN, resultBits(node, instance));
  countFinish(node, instance);
  release(node, instance);
  if (get(node, NODE_TO_PORT) || findReaders(node, instance)) joinLine(node, instance);
  else freeOutputRoom(node, instance);
}

/** Layer by layer, the next base layer may wait for the last set of an inference. */
function countFinish(node: usize, instance: i32): void {
  const unfinished = getAddress(node, NODE_UNFINISHED) + ((<usize>inferenceOf(node, instance)) << 2);
  const left = load<i32>(unfinished) - 1;
  store<i32>(unfinished, left);
  if (left === 0 && get(node, NODE_BASE_BEHIND) >= 0) wake(nodeAt(get(node, NODE_BASE_BEHIND)));
}

function arriveAtPort(node: usize, instance: i32): void {
  if (portCycles(node, instance) > 0) ask(portOut(), node, instance);
  else setHeader(SIMULATION_CYCLES, now());
}

function portDone(node: usize, instance: i32): void {
  endTask(portOut());
  count(SIMULATION_OFF_CHIP_OUT, resultBits(node, instance));
  setHeader(SIMULATION_CYCLES, now());
}
