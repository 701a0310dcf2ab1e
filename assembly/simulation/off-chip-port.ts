/** The off-chip port: its input and its output side, of so many bits per cycle, one task at a time each. */
import { now } from '../kernel/calendar';
import { eventDetail, eventTime } from '../kernel/event';
import { addWide, getAddress, getWide } from '../kernel/memory';
import { EventKind, eventBlock, eventCopy, eventSet, expect, expectAgain, PortTask } from './event';
import { HeaderWide, NodeWide, OffChip, UNLIMITED, WriteWide } from './layout';
import { fetchedBits, leavingBits, storedBits } from './off-chip-bits';
import { Block } from './play-layout';
import { offChip, resultBits, wideHeader } from './records';
import { askResource, beginsAtOnce, endTask, inputSide, outputSide } from './task-queues';
import { useFor } from './use';

/** True where the port takes time for bits. */
export function isPortTimed(bits: i64): bool {
  return bits > 0 && wideHeader(HeaderWide.OFF_CHIP_BITS) !== UNLIMITED;
}

/** A set of an input that starts now takes the input side. */
export function askInputSide(node: usize, block: usize, k: i32, copy: usize): void {
  if (!beginsAtOnce(inputSide())) {
    askResource(inputSide(), block, k, copy);
    return;
  }
  const end = now() + portCycles(resultBits(node, k));
  useFor(offChip(), OffChip.INPUT_BINS, now(), end);
  expect(end, EventKind.COPY_DONE, block, k, copy, 0);
}

/** Puts a result into the queue of the output side. */
export function askOutputSide(block: usize, k: i32, copy: usize): void {
  askResource(outputSide(), block, k, copy);
}

/** A side of the port begins with a task. */
export function beginPortTask(isInput: bool, task: usize): void {
  const node = getAddress(eventBlock(task), Block.NODE);
  addWide(node, NodeWide.WAIT_PORT, now() - eventTime(task));
  const end = now() + portCycles(isInput ? bitsIn(node, task) : bitsOut(node, task));
  useFor(offChip(), isInput ? OffChip.INPUT_BINS : OffChip.OUTPUT_BINS, now(), end);
  expectAgain(task, end, whenDone(isInput, eventDetail(task)));
}

/** Bits of a set of an input, of a value that is fetched, or of weights. */
function bitsIn(node: usize, task: usize): i64 {
  const kind = eventDetail(task);
  if (kind === PortTask.MEMORY) return fetchedBits(eventCopy(task));
  if (kind === PortTask.WEIGHTS) return getWide(eventBlock(task), WriteWide.BITS);
  return resultBits(node, eventSet(task));
}

/** Bits of a result that is stored, or that leaves. */
function bitsOut(node: usize, task: usize): i64 {
  const k = eventSet(task);
  if (eventDetail(task) === PortTask.MEMORY) return storedBits(node, eventBlock(task), k);
  return leavingBits(node, k);
}

/** What happens when a side is done with a task. */
function whenDone(isInput: bool, kind: i32): i32 {
  if (kind === PortTask.MEMORY) return isInput ? EventKind.FETCHED : EventKind.STORED;
  if (kind === PortTask.WEIGHTS) return EventKind.WEIGHTS_FETCHED;
  return isInput ? EventKind.COPY_DONE : EventKind.PORT_DONE;
}

/** The input side is done with a set. */
export function endInput(node: usize, k: i32): void {
  endTask(inputSide());
  addWide(node, NodeWide.OFF_CHIP, resultBits(node, k));
}

/** The output side is done with a result. */
export function endOutput(node: usize, k: i32): void {
  endTask(outputSide());
  addWide(node, NodeWide.OFF_CHIP, leavingBits(node, k));
}

/** Cycles of a side of the port, which takes time. */
function portCycles(bits: i64): i64 {
  const width = wideHeader(HeaderWide.OFF_CHIP_BITS);
  return (bits + width - 1) / width;
}
