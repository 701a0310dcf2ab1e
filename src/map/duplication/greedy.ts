import { Heap } from './heap.ts';
import type { DuplicableLayer, DuplicationPolicy } from './policy.ts';

/** With PEs for fewer copies than this per layer, adding them one by one is faster than {@link leap}. */
const LEAP_FROM = 16;

/**
 * One more copy, again and again, to the layer with the most MVMs per copy of those that still fit (spec.md
 * section 5); the first in topological order on a tie.
 *
 * A layer that does not fit the PEs that are left never will again. So it goes in rounds: within a round
 * everything fits and the order is that of `t / d` alone, which lets {@link leap} take most of a large
 * budget at once; a round ends at the first copy that does not fit. Time O(L log L) per round, with at
 * most as many rounds as there are different `c`.
 */
export const greedy: DuplicationPolicy = (layers, extraPes) => {
  const copies = layers.map(() => 1);
  greedyFrom(layers, copies, extraPes);
  return copies;
};

/** {@link greedy} from copies on that it has given so far, with the PEs that are left then; adds to `copies`. */
export function greedyFrom(layers: readonly DuplicableLayer[], copies: number[], pesLeft: number): void {
  let left = pesLeft;
  for (;;) {
    const open: number[] = [];
    let smallest = left;
    for (let i = 0; i < layers.length; i++) {
      const { pesPerCopy, mvms } = layers[i]!;
      if (pesPerCopy > left || copies[i]! >= mvms) continue;
      open.push(i);
      smallest = Math.min(smallest, pesPerCopy);
    }
    if (open.length === 0) return;
    if (left / smallest > LEAP_FROM * open.length) left -= leap(layers, copies, open, left);
    left -= addOneByOne(layers, copies, open, left);
  }
}

/** Adds copies in order until the next one does not fit; returns the PEs they take. */
function addOneByOne(
  layers: readonly DuplicableLayer[],
  copies: number[],
  open: readonly number[],
  left: number,
): number {
  const heap = inOrderOfGreedy(
    layers,
    copies,
    open.filter((i) => copies[i]! < layers[i]!.mvms),
  );
  let taken = 0;
  for (let i = heap.first; i !== undefined; i = heap.first) {
    const { mvms, pesPerCopy } = layers[i]!;
    if (taken + pesPerCopy > left) break;
    taken += pesPerCopy;
    copies[i]! += 1;
    if (copies[i]! < mvms) heap.reorderFirst();
    else heap.removeFirst();
  }
  return taken;
}

/** Layers by who gets the next copy: those with the most MVMs per copy first, the first of them on a tie. */
export function inOrderOfGreedy(
  layers: readonly DuplicableLayer[],
  copies: readonly number[],
  open: readonly number[],
): Heap {
  return new Heap(open, (a, b) => {
    const order = compareFractions(layers[a]!.mvms, copies[a]!, layers[b]!.mvms, copies[b]!);
    return order > 0 || (order === 0 && a < b);
  });
}

/** Sign of a/b - c/d for positive integers, exactly. */
function compareFractions(a: number, b: number, c: number, d: number): number {
  const left = a * d;
  const right = c * b;
  if (left !== right || left <= Number.MAX_SAFE_INTEGER) return left - right;
  // Products that only rounding has made equal.
  return Number(BigInt(a) * BigInt(d) - BigInt(c) * BigInt(b));
}

/**
 * Adds every copy that comes before some threshold of `t / d`, the lowest threshold at which all of them
 * fit; returns the PEs they take. Division rounds monotonically, so that `t / d > threshold` cuts the exact
 * order of copies in two, and equal fractions stay on one side.
 */
function leap(
  layers: readonly DuplicableLayer[],
  copies: number[],
  open: readonly number[],
  left: number,
): number {
  const cost = (threshold: number) => {
    let pes = 0;
    for (const i of open) {
      const { mvms, pesPerCopy } = layers[i]!;
      pes += pesPerCopy * (copiesAbove(threshold, mvms, copies[i]!) - copies[i]!);
    }
    return pes;
  };
  let fits = open.reduce((most, i) => Math.max(most, layers[i]!.mvms), 0);
  let tooLow = 1;
  if (cost(tooLow) <= left) fits = tooLow;
  for (;;) {
    const middle = tooLow + (fits - tooLow) / 2;
    if (middle <= tooLow || middle >= fits) break;
    if (cost(middle) <= left) fits = middle;
    else tooLow = middle;
  }
  const taken = cost(fits);
  for (const i of open) copies[i] = copiesAbove(fits, layers[i]!.mvms, copies[i]!);
  return taken;
}

/** Copies of a layer once every copy that comes before `threshold` is added to those it has. */
function copiesAbove(threshold: number, mvms: number, copies: number): number {
  let enough = Math.min(mvms, Math.ceil(mvms / threshold));
  while (mvms / (enough - 1) <= threshold) enough--;
  while (enough < mvms && mvms / enough > threshold) enough++;
  return Math.max(enough, copies);
}
