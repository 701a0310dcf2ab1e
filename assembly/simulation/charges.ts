/**
 * What is charged to windows and what to the shared room of a buffer, where all else repeats. Where the input of a network is far ahead, its
 * values fill both, and the next one takes whatever was given back last: which of them are where comes again after thousands of
 * inferences only, though it seldom makes a difference. So states are taken as the same in spite of it, and the charges are found from
 * the ledger of a period, for one period after the other: whoever asked for room asks for it again, and as long as all get the same answers
 * all comes as it came. No charges of other buffers depend on these.
 */
import { allocate, get, getAddress, getWide, mark, release, set, setWide } from '../kernel/memory';
import { firstUntouched, isAhead } from './ahead';
import { blockIfAny, firstUnderWay, lastUnderWay, sizeAt, stateOf, valueAt } from './block';
import { Charge, charge, chargeBeside, chargeShared } from './buffer';
import { copyAt, copyIndex } from './copy';
import { hasInputWindows, inputWindow } from './input-buffer';
import { Buffer, Copy, Header, Node, Tile } from './layout';
import { entryKind, entrySubject, entryWindow, KIND_NOTED, ledgerEntries, Noted } from './ledger';
import { hasOutputWindows, outputWindowOf } from './output-buffer';
import { Block, NoBlock, SetState, ValueBits, Window, WindowWide } from './play-layout';
import { entry, header, nodeAt, resultBits } from './records';
import { tileAt } from './tile';

/** What the values of a window are charged to, while that is found from the ledger; see {@link ChargesWide}, too. */
enum Charges {
  BUFFER = 0,
  /** The first set, from that of the inference that is counted from; how many there are, and how many of those from the first are now. */
  FIRST = 1,
  COUNT = 2,
  PRESENT = 3,
  /** By set {@link ValueBits}, and those of sets that are now as they were when a period began. */
  VALUES = 4,
  KEPT = 5,
  WORDS = 10,
}

/** Words of that which are 64 bits each: what was in the window, and in the shared room, when a period began. */
enum ChargesWide {
  USED = 6,
  SHARED = 8,
}

/** True where values of some window are charged in another way than those in the state that is kept. */
let isAnyDifferent = false;
/** What inferences are counted from now, and were counted from where the ledger begins. */
let origin = 0;
let period = 0;

/** Values of a window are charged in another way than those in the state that is kept. */
export function chargesDiffer(window: usize): void {
  isAnyDifferent = true;
  set(window, Window.DIFFERS, 1);
}

/** True where some are. */
export function doChargesDiffer(): bool {
  return isAnyDifferent;
}

/** None are. */
export function forgetDifferences(): void {
  if (!isAnyDifferent) return;
  isAnyDifferent = false;
  walkWindows(Pass.FORGET);
}

/** No window has been looked at. */
export function resetCharges(): void {
  isAnyDifferent = false;
}

/**
 * How often the period of the ledger comes again, at most `times`. All that is in buffers is charged as it is then.
 *
 * @param inference What inferences are counted from in the state as it is.
 * @param inferences Inferences of the period.
 */
export function chargeAgain(inference: i32, inferences: i32, times: i64): i64 {
  origin = inference;
  period = inferences;
  const free = mark();
  walkWindows(Pass.FIND_BUFFERS);
  walkWindows(Pass.OPEN);
  const entries = allocate(<u64>ledgerEntries() * REPLAYED_BYTES);
  const count = entriesToReplay(entries);
  let done: i64 = 0;
  while (count >= 0 && done < times) {
    walkWindows(Pass.KEEP);
    if (!replay(entries, count)) {
      walkWindows(Pass.RESTORE);
      break;
    }
    walkWindows(Pass.MOVE);
    done++;
  }
  walkWindows(Pass.CLOSE);
  release(free);
  return done;
}

/** What is done with every window. */
enum Pass {
  FORGET,
  /** Buffers of windows that differ. */
  FIND_BUFFERS,
  /** Of all windows in these, what every value is charged to; and to keep it, to go back, and to be a period later. */
  OPEN,
  KEEP,
  RESTORE,
  MOVE,
  /** Values are charged to what they would be. */
  CLOSE,
}

function walkWindows(pass: Pass): void {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (hasInputWindows()) {
      for (let d = 0; d < get(node, Node.DESTINATION_COUNT); d++) {
        const tile = tileAt(entry(get(node, Node.DESTINATIONS), d));
        visit(pass, node, inputWindow(node, d), tile + (Tile.INPUT << 2), d);
      }
    }
    if (hasOutputWindows()) {
      for (let home = 0; home < get(node, Node.HOME_COUNT); home++) {
        const tile = tileAt(entry(get(node, Node.HOMES), home));
        visit(pass, node, outputWindowOf(node, home), tile + (Tile.OUTPUT << 2), ~home);
      }
    }
  }
}

/** Does it with a window at a destination, or in the output buffer of a home, of which `where` has all bits the other way. */
function visit(pass: Pass, node: usize, window: usize, buffer: usize, where: i32): void {
  if (pass === Pass.FORGET) {
    set(window, Window.DIFFERS, 0);
    set(window, Window.CHARGES, 0);
    set(buffer, Buffer.DIFFERS, 0);
    return;
  }
  if (pass === Pass.FIND_BUFFERS) {
    if (get(window, Window.DIFFERS)) set(buffer, Buffer.DIFFERS, 1);
    return;
  }
  if (!get(buffer, Buffer.DIFFERS)) return;
  if (pass === Pass.OPEN) set(window, Window.CHARGES, <i32>newCharges(node, buffer));
  const charges = getAddress(window, Window.CHARGES);
  if (pass === Pass.OPEN || pass === Pass.CLOSE) walkValues(node, charges, where, pass === Pass.CLOSE);
  else if (pass === Pass.KEEP) keepCharges(charges, window);
  else if (pass === Pass.RESTORE) restoreCharges(charges, window);
  else moveCharges(charges, node);
}

/** A word for each set from that of the first block on, and for those that may come within a period. */
function newCharges(node: usize, buffer: usize): usize {
  const sets = get(node, Node.SETS);
  const first = firstUnderWay(node);
  const blocks = (isAhead(node) ? firstUntouched(node) : lastUnderWay(node) + 1) - first;
  const count = (blocks + period) * sets;
  const charges = allocate(Charges.WORDS << 2);
  set(charges, Charges.BUFFER, <i32>buffer);
  set(charges, Charges.FIRST, (first - origin) * sets);
  set(charges, Charges.COUNT, count);
  set(charges, Charges.PRESENT, blocks * sets);
  set(charges, Charges.VALUES, <i32>allocate((<u64>count) << 2));
  set(charges, Charges.KEPT, <i32>allocate((<u64>(blocks * sets)) << 2));
  memory.fill(getAddress(charges, Charges.VALUES), 0, (<usize>count) << 2);
  return charges;
}

/** Reads of all values of a window what they are charged to, or tells them. */
function walkValues(node: usize, charges: usize, where: i32, tells: bool): void {
  const sets = get(node, Node.SETS);
  const first = firstUnderWay(node);
  let value = getAddress(charges, Charges.VALUES);
  for (let i = 0; i < get(charges, Charges.PRESENT) / sets; i++) {
    const block = blockIfAny(node, first + i);
    for (let k = 0; k < sets; k++) {
      if (block > <usize>NoBlock.OVER) {
        if (where >= 0) walkValue(node, valueAt(node, block, k, where), value, tells);
        else if (homeOf(node, block, k) === ~where) walkResult(node, block, k, value, tells);
      }
      value += 4;
    }
  }
}

/** Index of the home of the copy that a set is on. */
function homeOf(node: usize, block: usize, k: i32): i32 {
  return get(copyAt(node, copyIndex(node, get(block, Block.FIRST) + k)), Copy.HOME_INDEX);
}

function walkResult(node: usize, block: usize, k: i32, value: usize, tells: bool): void {
  const state = load<i32>(stateOf(block, k));
  if ((state & SetState.STARTED) === 0) return;
  if (tells) {
    const flag = load<i32>(value) < 0 ? SetState.IN_WINDOW : 0;
    store<i32>(stateOf(block, k), (state & ~SetState.IN_WINDOW) | flag);
  } else {
    const flag = state & SetState.IN_WINDOW ? ValueBits.IN_WINDOW : 0;
    store<i32>(value, <i32>resultBits(node, k) | flag);
  }
}

function walkValue(node: usize, readers: usize, value: usize, tells: bool): void {
  if (load<i32>(readers) === 0) return;
  const size = sizeAt(node, readers);
  if (tells) {
    store<i32>(size, (load<i32>(size) & ValueBits.SIZE) | (load<i32>(value) & ValueBits.IN_WINDOW));
  } else {
    store<i32>(value, load<i32>(size));
  }
}

function keepCharges(charges: usize, window: usize): void {
  setWide(charges, ChargesWide.USED, getWide(window, WindowWide.USED));
  setWide(charges, ChargesWide.SHARED, getWide(window, WindowWide.SHARED));
  const bytes = (<usize>get(charges, Charges.PRESENT)) << 2;
  memory.copy(getAddress(charges, Charges.KEPT), getAddress(charges, Charges.VALUES), bytes);
}

function restoreCharges(charges: usize, window: usize): void {
  setWide(window, WindowWide.USED, getWide(charges, ChargesWide.USED));
  const shared = getWide(charges, ChargesWide.SHARED) - getWide(window, WindowWide.SHARED);
  chargeShared(getAddress(charges, Charges.BUFFER), window, shared);
  const bytes = (<usize>get(charges, Charges.PRESENT)) << 2;
  memory.copy(getAddress(charges, Charges.VALUES), getAddress(charges, Charges.KEPT), bytes);
}

/** It is a period later: sets are counted from an inference that is so much later. */
function moveCharges(charges: usize, node: usize): void {
  const values = getAddress(charges, Charges.VALUES);
  const later = (<usize>(period * get(node, Node.SETS))) << 2;
  memory.copy(values, values + later, (<usize>get(charges, Charges.PRESENT)) << 2);
}

/** Of an entry that is replayed: its window, with flags; bits that are asked for; the address of what a set is charged to. */
const BITS = 4;
const VALUE = 8;
const REPLAYED_BYTES = 12;

/** Writes the entries of windows in buffers that differ; returns how many, -1 where one is of a set that is not expected. */
function entriesToReplay(entries: usize): i32 {
  let end = entries;
  for (let i = 0; i < ledgerEntries(); i++) {
    const window = entryWindow(i);
    const charges = getAddress(window, Window.CHARGES);
    if (charges === 0) continue;
    const kind = entryKind(i);
    const subject = entrySubject(i);
    let what = <u32>window | <u32>kind;
    if ((kind & KIND_NOTED) < Noted.TAKEN) {
      store<i32>(end, subject, BITS);
    } else {
      const value = chargedAt(window, charges, subject);
      if (value === 0) return -1;
      if (kind === Noted.TAKEN) {
        // What is taken was asked for just before.
        end -= REPLAYED_BYTES;
        what = (load<u32>(end) & ~(<u32>KIND_NOTED)) | Noted.TAKEN;
      }
      store<u32>(end, <u32>value, VALUE);
    }
    store<u32>(end, what);
    end += REPLAYED_BYTES;
  }
  return <i32>((end - entries) / REPLAYED_BYTES);
}

/** The address of what a firing of the ledger is charged to, 0 where none is expected. */
function chargedAt(window: usize, charges: usize, firing: i32): usize {
  const node = getAddress(window, Window.NODE);
  const since = firing - (origin - period) * get(node, Node.SETS) - get(charges, Charges.FIRST);
  if (since < 0 || since >= get(charges, Charges.COUNT)) return 0;
  return getAddress(charges, Charges.VALUES) + ((<usize>since) << 2);
}

/** Asks, takes and gives back as it was noted; false where somebody who asks gets another answer. */
function replay(entries: usize, count: i32): bool {
  const end = entries + <usize>count * REPLAYED_BYTES;
  for (let at = entries; at < end; at += REPLAYED_BYTES) {
    const what = load<i32>(at);
    const window = <usize>(<u32>what & ~(<u32>Noted.MASK));
    const buffer = getAddress(getAddress(window, Window.CHARGES), Charges.BUFFER);
    const kind = what & KIND_NOTED;
    if (kind === Noted.RETURNED) {
      const value = <usize>load<u32>(at, VALUE);
      const given = load<i32>(value);
      const bits = <i64>(given & ValueBits.SIZE);
      charge(buffer, window, -bits, given < 0 ? Charge.WINDOW : Charge.SHARED);
      store<i32>(value, 0);
      continue;
    }
    const bits = load<i32>(at, BITS);
    const where = chargeBeside(buffer, window, <i64>bits, (what & Noted.IN_TURN) !== 0);
    if ((where === Charge.NONE) !== (kind === Noted.REFUSED)) return false;
    if (kind !== Noted.TAKEN) continue;
    charge(buffer, window, <i64>bits, where);
    store<i32>(<usize>load<u32>(at, VALUE), where === Charge.WINDOW ? bits | ValueBits.IN_WINDOW : bits);
  }
  return true;
}
