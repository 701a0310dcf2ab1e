import type { LayerSets } from './sets.ts';
import { rectangle } from './sets.ts';

/**
 * Checks a finished layer-by-layer schedule against spec.md section 4, MVM by MVM: layers run one after the
 * other, MVM `m` of a layer runs on copy `m mod d` as soon as that copy is free, and a set lasts from its
 * first MVM to the result of its last.
 *
 * @param resultCycles cycles from the start of an MVM to its result, above 1 where MVMs overlap.
 * @throws Error that names the layer, the set and what is violated. A wrong schedule is a bug of ours.
 */
export function validateLayerByLayer(layers: readonly LayerSets[], cycles: number, resultCycles = 1): void {
  let cycle = 0;
  for (const sets of layers) cycle = checkLayer(sets, cycle, resultCycles);
  if (cycle !== cycles) {
    throw new Error(`the schedule claims ${cycles} cycles, but its last layer ends at cycle ${cycle}`);
  }
}

/** Checks a layer that may start at `start` and returns the cycle in which its last MVM is finished. */
function checkLayer(sets: LayerSets, start: number, resultCycles: number): number {
  const { height, width } = sets.ofm;
  const copyIsFree = new Float64Array(sets.copies).fill(start);
  const finishes = new Float64Array(height * width);
  finishes.forEach((_, mvm) => {
    const copy = mvm % sets.copies;
    finishes[mvm] = copyIsFree[copy]! + resultCycles;
    copyIsFree[copy]! += 1;
  });
  for (let k = 0; k < sets.count; k++) {
    const { y, x, height: rows, width: columns } = rectangle(sets, k);
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (let row = y; row < y + rows; row++) {
      for (let column = x; column < x + columns; column++) {
        const finish = finishes[row * width + column]!;
        first = Math.min(first, finish - resultCycles);
        last = Math.max(last, finish);
      }
    }
    if (sets.start(k) !== first || sets.finish(k) !== last) {
      throw new Error(
        `layer ${sets.name}, set ${k}: runs from cycle ${sets.start(k)} to ${sets.finish(k)}, but its MVMs ` +
          `run from cycle ${first} to ${last}`,
      );
    }
  }
  return finishes.reduce((latest, finish) => Math.max(latest, finish), start);
}
