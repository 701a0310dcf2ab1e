/** Phase 1: what is over at the current cycle. */
import { now, takeEvents, takeEventsInOrder } from '../kernel/calendar';
import { dropEvent, eventDetail, eventKind, nextEvent } from '../kernel/event';
import { get, getAddress, set, setWide } from '../kernel/memory';
import { arrive } from './arrivals';
import { wake, wakeSender } from './awake';
import { leaveBlock } from './block';
import { copyCycles, freeCopy } from './copy';
import { EventKind, eventBlock, eventCopy, eventSet, expect, newEvent } from './event';
import { askForFetch, askToStore, endStore, fetched, fetchedArrived, isStoreTimed } from './fetches';
import { askGpeu, endGpeuTask, gpeuCycles } from './gpeu';
import { endGrant } from './grants';
import { makeReady } from './injections';
import { Copy, Header, HeaderWide, Node, NodeKind, NodeWide } from './layout';
import { addMessage } from './message';
import { leavingBits } from './off-chip-bits';
import { askOutputSide, endInput, endOutput, isPortTimed } from './off-chip-port';
import { giveOutputBack } from './output-buffer';
import { Block } from './play-layout';
import { findReaders } from './readers';
import { count, header, headerRecord, nodeAt, resultBits, setHeader, wideHeader } from './records';
import { releaseValues } from './releases';
import { spills } from './spills';
import { beginJoin } from './starts';
import { resultIsStored } from './stored';
import { endWork, tileAt } from './tile';
import { resultLeft } from './turn';
import { askForWeights, peWritten, setIsFinished, weightsArrived, weightsFetched } from './writes';

/** Plays all events of the current cycle that there are when it begins. */
export function completeEvents(): void {
  // What they hand on is sorted later on, but for what is first come, first served among fetched values and weights.
  let event = spills() || header(Header.HAS_TURNS) ? takeEventsInOrder() : takeEvents();
  let completed: i64 = 0;
  while (event !== 0) {
    const next = nextEvent(event);
    const block = eventBlock(event);
    const k = eventSet(event);
    const copy = eventCopy(event);
    switch (eventKind(event)) {
      case EventKind.ARRIVED:
        arrive(block, k, eventDetail(event));
        break;
      case EventKind.SENT_AND_ARRIVED:
        arrive(block, k, eventDetail(event));
        sent(block, k, copy);
        break;
      case EventKind.COPY_DONE:
        copyDone(block, k, copy);
        break;
      case EventKind.MVMS_DONE:
        mvmsDone(block, k, copy);
        break;
      case EventKind.SENT:
        sent(block, k, copy);
        break;
      case EventKind.GPEU_DONE:
        gpeuDone(block, k, copy);
        break;
      case EventKind.PARTIALS_DONE:
        computed(block, k, copy);
        break;
      case EventKind.READ_DONE:
        beginJoin(getAddress(block, Block.NODE), block, k, copy);
        break;
      case EventKind.ARRIVED_AT_PORT:
        arriveAtPort(block, k, copy, eventDetail(event));
        break;
      case EventKind.ARRIVED_FETCHED:
        fetchedArrived(copy);
        break;
      case EventKind.FETCHED:
        fetched(block, k, copy);
        break;
      case EventKind.MEMORY_DONE:
        askForFetch(block, k, copy);
        break;
      case EventKind.STORED:
        storeDone(block, k);
        break;
      case EventKind.WEIGHTS_MEMORY_DONE:
        askForWeights(block, k);
        break;
      case EventKind.WEIGHTS_FETCHED:
        weightsFetched(block, k);
        break;
      case EventKind.WEIGHTS_ARRIVED:
        weightsArrived(block, k);
        break;
      case EventKind.WRITTEN:
        peWritten(block);
        break;
      default:
        portDone(block, k);
        break;
    }
    dropEvent(event);
    event = next;
    completed++;
  }
  count(HeaderWide.EVENTS, completed);
}

/** The copy may start its next MVM, or an input is there: the copy is free. */
function copyDone(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  const kind = get(node, Node.KIND);
  freeCopy(node, copy);
  if (kind === NodeKind.BASE) {
    const delay = wideHeader(HeaderWide.RESULT_DELAY);
    if (delay > 0) expect(now() + delay, EventKind.MVMS_DONE, block, k, copy, 0);
    else mvmsDone(block, k, copy);
    return;
  }
  if (kind === NodeKind.INPUT && isPortTimed(resultBits(node, k))) endInput(node, k);
  computed(block, k, copy);
}

/** The MVMs of a set are done: partial sums go home. */
function mvmsDone(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  endWork(tileAt(get(copy, Copy.HOME)));
  const hasPartials = get(copy, Copy.PARTIAL_BITS) !== 0;
  if (hasPartials && copyCycles(node, k) > 0) addMessage(newEvent(EventKind.PARTIALS, block, k, copy, 0));
  else computed(block, k, copy);
}

/** MVMs and partial sums are done; the fused layers are left. */
function computed(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  if (gpeuCycles(node, k) > 0) askGpeu(get(copy, Copy.HOME), block, k, copy);
  else finish(node, block, k, copy);
}

function gpeuDone(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  if (gpeuCycles(node, k) > 0) endGpeuTask(get(copy, Copy.HOME));
  if (get(node, Node.KIND) === NodeKind.JOIN) freeCopy(node, copy);
  finish(node, block, k, copy);
}

/** The result is complete. */
function finish(node: usize, block: usize, k: i32, copy: usize): void {
  countFinish(node, block, k);
  if (get(copy, Copy.GATE) !== 0) setIsFinished(copy);
  if (spills()) endGrant(node, get(block, Block.FIRST) + k, copy);
  releaseValues(block, k, copy);
  if (findReaders(block, k) || get(node, Node.LEAVING_BITS) !== 0) {
    makeReady(block, k, copy);
  } else {
    resultLeft(block, k);
    wakeSender(node); // the next result may be in turn now
    sent(block, k, copy);
  }
}

function countFinish(node: usize, block: usize, k: i32): void {
  const inference = get(block, Block.INFERENCE);
  const ofBatch = get(node, Node.FIRST_INFERENCE) + inference;
  setWide(node, NodeWide.END, now());
  setHeader(HeaderWide.CYCLES, now());
  setWide(getAddress(headerRecord(), Header.INFERENCE_ENDS), ofBatch << 1, now());
  if (header(Header.KEEPS_SETS)) {
    setWide(getAddress(node, Node.FINISHES), (get(block, Block.FIRST) + k) << 1, now());
  }
  if (!header(Header.IS_LBL)) return;
  // The next base layer may wait for the last set of an inference.
  const unfinished = getAddress(node, Node.UNFINISHED);
  const left = get(unfinished, inference) - 1;
  set(unfinished, inference, left);
  if (left === 0 && get(node, Node.BASE_BEHIND) >= 0) wake(nodeAt(get(node, Node.BASE_BEHIND)));
}

/** The result has left its tile, or goes nowhere. */
function sent(block: usize, k: i32, copy: usize): void {
  giveOutputBack(block, k, copy);
  leaveBlock(block, 1);
}

function arriveAtPort(block: usize, k: i32, copy: usize, isStored: i32): void {
  if (isStored) {
    if (isStoreTimed(block, k)) askToStore(block, k, copy);
    else stored(block, k);
  } else if (isPortTimed(leavingBits(getAddress(block, Block.NODE), k))) askOutputSide(block, k, copy);
  else setHeader(HeaderWide.CYCLES, now());
  leaveBlock(block, 1);
}

function storeDone(block: usize, k: i32): void {
  endStore(block, k);
  stored(block, k);
}

/** A result is in off-chip memory; of an output it has left, too. */
function stored(block: usize, k: i32): void {
  if (get(getAddress(block, Block.NODE), Node.LEAVING_BITS) !== 0) setHeader(HeaderWide.CYCLES, now());
  resultIsStored(block, k);
}

function portDone(block: usize, k: i32): void {
  endOutput(getAddress(block, Block.NODE), k);
  setHeader(HeaderWide.CYCLES, now());
}
