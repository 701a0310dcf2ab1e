/**
 * Whether values are in windows or in the shared room of a buffer. Where the input of a network is far ahead, its values fill
 * both, and the next one takes whatever was given back last: which of them are where comes again after thousands of inferences only,
 * though it makes no difference. It makes none where
 *
 * - no other node needs the shared room of the buffer: whatever it has there is in its window, and finds room in it;
 * - the node's values are all in turn, and of the same bits, or none. Then there is room for one more in the window or in the shared room if
 *   and only if there are not as many as both hold.
 */
import { get, getAddress, getWide, set } from '../kernel/memory';
import { hasInputWindows, inputWindow } from './input-buffer';
import { Asked, Buffer, Edge, Header, Node, Tile, Window, WindowWide } from './layout';
import { hasOutputWindows, outputWindowOf } from './output-buffer';
import { edgeAt, entry, header, nodeAt } from './records';
import { tileAt } from './tile';

/** True where values of some window are charged in another way than those in the state that is kept. */
let isAnyDifferent = false;

/** From now on it is noted what is asked of windows. */
export function watchCharges(): void {
  isAnyDifferent = false;
  walkWindows(Pass.FORGET);
}

/** Values of a window are charged in another way than those in the state that is kept. */
export function chargesDiffer(window: usize): void {
  isAnyDifferent = true;
  set(window, Window.ASKED, get(window, Window.ASKED) | Asked.DIFFERS);
}

/** No window differs. */
export function resetCharges(): void {
  isAnyDifferent = false;
}

/** The same windows differ still, and it is noted what is asked of them from now on. */
export function watchChargesAgain(): void {
  walkWindows(Pass.FORGET_ASKED);
}

/** No window differs. */
export function forgetDifferences(): void {
  isAnyDifferent = false;
  walkWindows(Pass.FORGET_DIFFERENCES);
}

/** True where it has made no difference, since what is asked has been noted, that windows differ. */
export function areChargesAlike(): bool {
  if (!isAnyDifferent) return true;
  areAlike = true;
  for (let i = 0; i < header(Header.TILES); i++) {
    set(tileAt(i), Tile.INPUT + Buffer.SHARERS, 0);
    set(tileAt(i), Tile.OUTPUT + Buffer.SHARERS, 0);
  }
  walkWindows(Pass.COUNT_SHARERS);
  walkWindows(Pass.CHECK);
  return areAlike;
}

/** What is done with every window. */
enum Pass {
  FORGET,
  FORGET_ASKED,
  FORGET_DIFFERENCES,
  COUNT_SHARERS,
  CHECK,
}

let areAlike: bool = true;

function walkWindows(pass: Pass): void {
  for (let i = 0; i < header(Header.NODES); i++) {
    const node = nodeAt(i);
    if (hasInputWindows()) {
      for (let d = 0; d < get(node, Node.DESTINATION_COUNT); d++) {
        const tile = tileAt(entry(get(node, Node.DESTINATIONS), d));
        visit(pass, inputWindow(node, d), tile + (Tile.INPUT << 2), false);
      }
    }
    if (hasOutputWindows()) {
      for (let home = 0; home < get(node, Node.HOME_COUNT); home++) {
        const tile = tileAt(entry(get(node, Node.HOMES), home));
        visit(pass, outputWindowOf(node, home), tile + (Tile.OUTPUT << 2), true);
      }
    }
  }
}

function visit(pass: Pass, window: usize, buffer: usize, isOutput: bool): void {
  const asked = get(window, Window.ASKED);
  if (pass === Pass.COUNT_SHARERS) {
    const isSharer =
      (asked & (Asked.SHARED | Asked.DIFFERS)) !== 0 || getWide(window, WindowWide.SHARED) !== 0;
    set(buffer, Buffer.SHARERS, get(buffer, Buffer.SHARERS) + i32(isSharer));
  } else if (pass === Pass.CHECK) {
    if (asked & Asked.DIFFERS) areAlike = areAlike && makesNoDifference(window, buffer, isOutput);
  } else {
    const left =
      pass === Pass.FORGET ? 0 : pass === Pass.FORGET_ASKED ? asked & Asked.DIFFERS : asked & ~Asked.DIFFERS;
    set(window, Window.ASKED, left);
  }
}

/** True where nobody else uses the shared room, and the node's values are in turn and of the same bits. */
function makesNoDifference(window: usize, buffer: usize, isOutput: bool): bool {
  if (get(buffer, Buffer.SHARERS) > 1 || get(window, Window.ASKED) & Asked.OUT_OF_TURN) return false;
  const node = getAddress(window, Window.NODE);
  const sets = get(node, Node.SETS);
  let bits = 0;
  if (isOutput) return commonBits(get(node, Node.RESULT_BITS), sets, bits) >= 0;
  for (let i = 0; i < get(node, Node.OUT_COUNT) && bits >= 0; i++) {
    bits = commonBits(get(edgeAt(entry(get(node, Node.OUT), i)), Edge.BITS), sets, bits);
  }
  return bits >= 0;
}

/** The bits that all of a table are that are not 0, and that are those of others (0 for none); -1 where they are not the same. */
function commonBits(table: i32, count: i32, others: i32): i32 {
  let common = others;
  for (let k = 0; k < count; k++) {
    const bits = entry(table, k);
    if (bits === 0) continue;
    if (common !== 0 && common !== bits) return -1;
    common = bits;
  }
  return common;
}
