/** The off-chip port: its input and its output side, of so many bits per cycle, one task at a time each. */
import { now } from '../kernel/calendar';
import { eventDetail, eventTime } from '../kernel/event';
import { addWide, getAddress, getWide } from '../kernel/memory';
import { EventKind, eventBlock, eventCopy, eventSet, expectAgain, PortTask } from './event';
import { Block, HeaderWide, NodeWide, UNLIMITED, WriteWide } from './layout';
import { fetchedBits, leavingBits, storedBits } from './off-chip-bits';
import { resultBits, wideHeader } from './records';
import { askResource, endTask, inputSide, outputSide } from './task-queues';

/** True where the port takes time for bits. */
export function isPortTimed(bits: i64): bool {
  return bits > 0 && wideHeader(HeaderWide.OFF_CHIP_BITS) !== UNLIMITED;
}

/** Puts a set of an input into the queue of the input side. */
export function askInputSide(block: usize, k: i32, copy: usize): void {
  askResource(inputSide(), block, k, copy);
}

/** Puts a result into the queue of the output side. */
export function askOutputSide(block: usize, k: i32, copy: usize): void {
  askResource(outputSide(), block, k, copy);
}

/** A side of the port begins with a task. */
export function beginPortTask(isInput: bool, task: usize): void {
  const node = getAddress(eventBlock(task), Block.NODE);
  const k = eventSet(task);
  addWide(node, NodeWide.WAIT_PORT, now() - eventTime(task));
  const kind = eventDetail(task);
  if (kind === PortTask.MEMORY) {
    beginMemoryTask(isInput, node, task);
    return;
  }
  if (kind === PortTask.WEIGHTS) {
    expectAgain(
      task,
      now() + portCycles(getWide(eventBlock(task), WriteWide.BITS)),
      EventKind.WEIGHTS_FETCHED,
    );
    return;
  }
  const bits = isInput ? resultBits(node, k) : leavingBits(node, k);
  expectAgain(task, now() + portCycles(bits), isInput ? EventKind.COPY_DONE : EventKind.PORT_DONE);
}

/** A value is fetched, or a result is stored. */
function beginMemoryTask(isInput: bool, node: usize, task: usize): void {
  const bits = isInput ? fetchedBits(eventCopy(task)) : storedBits(node, eventBlock(task), eventSet(task));
  expectAgain(task, now() + portCycles(bits), isInput ? EventKind.FETCHED : EventKind.STORED);
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
