/**
 * Output buffers: results, from the start of their set until they have left. A node has a window on the home of each
 * of its copies, which holds one result; a join uses it in turn (turn.ts).
 */
import { addWide, allocateZeros, get, getAddress, set } from '../kernel/memory';
import { wake } from './awake';
import { stateOf } from './block';
import {
  bufferOf,
  Charge,
  charge,
  chargeFor,
  chargeShared,
  giveBitsBack,
  reserveBits,
  setUpShare,
  setUpWindow,
  takeWaiting,
  waitForRoom,
} from './buffer';
import { BufferWide, Copy, Header, HeaderWide, Node, NodeKind, Tile, TilePlan, UNLIMITED } from './layout';
import { isNoting, Noted, note } from './ledger';
import { Block, SetState, Window, WindowWide } from './play-layout';
import { entry, header, nodeAt, resultBits, tableAt, wideHeader } from './records';
import { spills } from './spills';
import { tileAt } from './tile';

let capacity: i64 = 0;
let isLimited = false;

/** Empties the buffers. */
export function resetOutputBuffers(): void {
  capacity = wideHeader(HeaderWide.OUTPUT_CAPACITY);
  isLimited = capacity !== UNLIMITED;
  for (let i = 0; i < header(Header.NODES); i++) setUpWindows(nodeAt(i));
  for (let i = 0; i < header(Header.TILES); i++) setUpShare(tileAt(i) + (Tile.OUTPUT << 2), capacity);
}

function setUpWindows(node: usize): void {
  const homes = get(node, Node.HOME_COUNT);
  const windows = allocateZeros(<u64>homes * (Window.WORDS << 2));
  set(node, Node.OUTPUT_WINDOWS, <i32>windows);
  for (let home = 0; home < homes; home++) {
    const number = entry(get(node, Node.HOMES), home);
    const bits = header(Header.HAS_TURNS) || isTight(number) ? 0 : <i64>get(node, Node.MOST_BITS);
    const tile = tileAt(number);
    setUpWindow(windows + <usize>home * (Window.WORDS << 2), node, tile + (Tile.OUTPUT << 2), bits);
    if (isLimited) addWide(tile, Tile.OUTPUT + BufferWide.WINDOWS, bits);
  }
}

/** True for a tile without windows, whose results all leave at once since they spill. */
function isTight(tile: i32): bool {
  if (!spills()) return false;
  return (
    get(tableAt(header(Header.TILE_PLANS)) + <usize>tile * (TilePlan.WORDS << 2), TilePlan.IS_TIGHT) !== 0
  );
}

/** False where output buffers have no limit. */
export function hasOutputWindows(): bool {
  return isLimited;
}

/** Room for a result: where values spill, one that is larger than a buffer leaves it in pieces. */
function roomOf(node: usize, k: i32): i64 {
  const bits = resultBits(node, k);
  return spills() && isLimited ? min(bits, capacity) : bits;
}

/** Reserves room for the result of a set that starts, whose state is still to be set; false where there is none. */
export function takeOutput(node: usize, firing: i32, k: i32, state: usize, copy: usize): bool {
  const bits = roomOf(node, k);
  const window = outputWindow(node, copy);
  const buffer = bufferOf(window);
  if (isLimited) {
    const mayUseWindow = get(node, Node.KIND) !== NodeKind.JOIN || get(node, Node.TURN) === firing;
    const where = chargeFor(buffer, window, bits, capacity, mayUseWindow);
    if (where === Charge.NONE) {
      waitForRoom(buffer, window);
      return false;
    }
    charge(buffer, window, bits, where);
    if (where === Charge.WINDOW) store<i32>(state, load<i32>(state) | SetState.IN_WINDOW);
    if (isNoting()) note(window, Noted.TAKEN, firing);
  }
  reserveBits(buffer, bits);
  return true;
}

/** The room of the result of a set is free again. */
export function giveOutputBack(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  const window = outputWindow(node, copy);
  const buffer = bufferOf(window);
  const bits = roomOf(node, k);
  giveBitsBack(buffer, bits);
  if (!isLimited) return;
  if (isNoting()) note(window, Noted.RETURNED, get(block, Block.FIRST) + k);
  const state = stateOf(block, k);
  if (load<i32>(state) & SetState.IN_WINDOW) {
    store<i32>(state, load<i32>(state) & ~SetState.IN_WINDOW);
    addWide(window, WindowWide.USED, -bits);
  } else {
    chargeShared(buffer, window, -bits);
  }
  for (let waiting = takeWaiting(buffer); waiting !== 0; waiting = takeWaiting(buffer)) wake(waiting);
}

/** The window of a node on the home of a copy. */
export function outputWindow(node: usize, copy: usize): usize {
  return outputWindowOf(node, get(copy, Copy.HOME_INDEX));
}

/** The window of a node on one of its homes. */
export function outputWindowOf(node: usize, home: i32): usize {
  return getAddress(node, Node.OUTPUT_WINDOWS) + <usize>home * (Window.WORDS << 2);
}
