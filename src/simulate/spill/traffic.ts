import type { NodeRun } from '../play/engine.ts';

/** What went to off-chip memory since buffers had no room for it, and came back. */
export interface SpillTraffic {
  /** Bits of results that were stored there. */
  readonly spilledBits: number;
  /** Bits of values that were fetched from there, as often as they were. */
  readonly fetchedBits: number;
}

/** What spilled of all nodes of a run. */
export function spillTraffic(nodes: readonly Pick<NodeRun, keyof SpillTraffic>[]): SpillTraffic {
  let [spilledBits, fetchedBits] = [0, 0];
  for (const node of nodes) {
    spilledBits += node.spilledBits;
    fetchedBits += node.fetchedBits;
  }
  return { spilledBits, fetchedBits };
}
