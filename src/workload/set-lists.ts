import { ClsaCimError } from '../errors.ts';
import { visitPositionsRead } from '../network/positions-read.ts';
import type { Reads } from '../network/reads.ts';

/**
 * For every row (column) of a map the rows (columns) of sets of some node that are read, ascending and without
 * duplicates. Equal lists are mostly the same object.
 */
export type SetLists = readonly Int32Array[];

/** Entries of all lists of a network together; a billion-wide pooling would fill any memory. */
const MAX_ENTRIES = 2 ** 25;

/** Composes what layers read of each other into what sets read of sets, one direction at a time. */
export class SetListComposer {
  readonly #singles: Int32Array[] = [];
  #entries = 0;

  /** Rows of sets of a node, row by row of its own map: row `y` lies in row `setOf[y]` of sets. */
  own(setOf: Int32Array): SetLists {
    return Array.from({ length: setOf.length }, (_, position) => this.#single(setOf[position]!));
  }

  /**
   * What a layer reads of a node, through an operand that has `lists`.
   *
   * @param size H or W of the layer.
   */
  through(reads: Reads, lists: SetLists, size: number): SetLists {
    if (isIdentity(reads, lists.length, size)) return lists;
    if (reads.kind === 'all') return new Array<Int32Array>(size).fill(this.#union(lists));
    const composed: Int32Array[] = [];
    const read: Int32Array[] = [];
    const visit = (q: number) => {
      read.push(lists[q]!);
    };
    for (let p = 0; p < size; p++) {
      read.length = 0;
      visitPositionsRead(reads, p, lists.length, visit);
      composed.push(this.#union(read, composed[p - 1]));
    }
    return composed;
  }

  /** What blocks of `height` rows read, the last one cut short. */
  blocks(lists: SetLists, height: number): SetLists {
    if (height === 1) return lists;
    const blocks: Int32Array[] = [];
    for (let top = 0; top < lists.length; top += height) {
      blocks.push(this.#union(lists.slice(top, top + height), blocks.at(-1)));
    }
    return blocks;
  }

  #single(set: number): Int32Array {
    this.#singles[set] ??= Int32Array.of(set);
    this.#count(1);
    return this.#singles[set];
  }

  /** The union of lists; `before` itself, if it is the same. */
  #union(lists: SetLists, before?: Int32Array): Int32Array {
    const distinct = lists.filter((list, i) => list.length > 0 && list !== lists[i - 1]);
    if (distinct.length === 1) return distinct[0]!;
    this.#count(1 + distinct.reduce((sum, list) => sum + list.length, 0));
    const merged = merge(distinct);
    return before !== undefined && isSameList(merged, before) ? before : merged;
  }

  #count(entries: number): void {
    this.#entries += entries;
    if (this.#entries > MAX_ENTRIES) {
      throw new ClsaCimError(
        'the network reads more rows and columns than the memory of a simulation holds; simulate a smaller input',
        'input',
        { code: 'TOO_LARGE' },
      );
    }
  }
}

function isIdentity(reads: Reads, inputSize: number, size: number): boolean {
  if (inputSize !== size) return false;
  if (reads.kind === 'same') return true;
  return reads.kind === 'window' && reads.kernel === 1 && reads.stride === 1 && reads.padding === 0;
}

function merge(lists: SetLists): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let length = 0;
  // Most lists have one entry or a few; to copy them one by one is faster than `set`.
  for (const list of lists) for (let i = 0; i < list.length; i++) all[length++] = list[i]!;
  if (isAscending(all)) return all;
  all.sort();
  return all.filter((set, i) => i === 0 || set !== all[i - 1]);
}

function isAscending(list: Int32Array): boolean {
  for (let i = 1; i < list.length; i++) if (list[i]! <= list[i - 1]!) return false;
  return true;
}

/** True for lists of the same sets. */
function isSameList(a: Int32Array, b: Int32Array): boolean {
  return a === b || (a.length === b.length && a.every((set, i) => set === b[i]));
}

/** True where every row (column) reads the same. */
export function areAllTheSame(lists: SetLists): boolean {
  const [first] = lists;
  return lists.every((list) => isSameList(list, first!));
}

/** True where two read the same sets, row by row (column by column). */
export function areSameLists(a: SetLists, b: SetLists): boolean {
  return a === b || (a.length === b.length && a.every((list, i) => isSameList(list, b[i]!)));
}

/**
 * Groups the positions of a direction by what they read along all edges. Classes are numbered as they appear.
 *
 * @param edges Per edge, what every position reads. At least one.
 */
export function classesOf(edges: readonly SetLists[]): { classes: Int32Array; firsts: number[] } {
  const [first] = edges;
  let classes = new Int32Array(first!.length);
  for (const lists of edges) {
    const numbers = new Map<string, number>();
    const keys = new Map<Int32Array, string>();
    classes = classes.map((before, position) => {
      const list = lists[position]!;
      const key = keys.get(list) ?? list.join();
      keys.set(list, key);
      const both = `${before}:${key}`;
      const number = numbers.get(both) ?? numbers.size;
      numbers.set(both, number);
      return number;
    });
  }
  const firsts: number[] = [];
  classes.forEach((number, position) => {
    firsts[number] ??= position;
  });
  return { classes, firsts };
}
