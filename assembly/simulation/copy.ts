/** Copies of a node: which one runs a firing, and whether it is free. */
import { now } from '../kernel/calendar';
import { get, getWide, set, setWide } from '../kernel/memory';
import { wake } from './awake';
import { Copy, CopyWide, Node } from './layout';
import { entry, tableAt } from './records';

/** Index of the copy that runs a firing of a node. */
export function copyIndex(node: usize, firing: i32): i32 {
  const copies = get(node, Node.COPY_COUNT);
  return copies === 1 ? 0 : <i32>(<u32>firing % <u32>copies);
}

/** The copy that runs what stands `distance` behind a firing of `copy`; mostly the next one or so. */
export function copyBehind(copy: i32, distance: i32, copies: i32): i32 {
  const behind = copy + distance;
  if (<u32>behind < <u32>copies) return behind;
  if (<u32>(behind - copies) < <u32>copies) return behind - copies;
  return ((behind % copies) + copies) % copies;
}

/** Record of copy `index` of a node. */
export function copyAt(node: usize, index: i32): usize {
  return tableAt(get(node, Node.COPIES)) + <usize>index * (Copy.WORDS << 2);
}

/** Cycles that a set of a base layer holds its copy. */
export function copyCycles(node: usize, k: i32): i64 {
  return <i64>entry(get(node, Node.DURATIONS), k);
}

/** All copies of a node are free, but for those that are still to be written. */
export function resetCopies(node: usize): void {
  for (let c = 0; c < get(node, Node.COPY_COUNT); c++) {
    const copy = copyAt(node, c);
    set(copy, Copy.IS_BUSY, i32(get(copy, Copy.TO_WRITE) > 0));
    set(copy, Copy.UNWRITTEN, get(copy, Copy.TO_WRITE));
    setWide(copy, CopyWide.FREE_CYCLE, -1);
    setWide(copy, CopyWide.WRITTEN_CYCLE, -1);
  }
}

/** True for a copy that is held since it is still to be written. */
export function isToBeWritten(copy: usize): bool {
  return get(copy, Copy.TO_WRITE) > 0 && getWide(copy, CopyWide.WRITTEN_CYCLE) < 0;
}

/** A copy is free again. */
export function freeCopy(node: usize, copy: usize): void {
  set(copy, Copy.IS_BUSY, 0);
  setWide(copy, CopyWide.FREE_CYCLE, now());
  wake(node);
}
