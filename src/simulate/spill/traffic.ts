import type { NodeRun } from '../play/engine.ts';

/** What went to off-chip memory or the shared buffer since input buffers had no room for it, and came back. */
export interface SpillTraffic {
  /** Bits of results that were stored. */
  readonly spilledBits: number;
  /** Bits of values that were fetched, as often as they were. */
  readonly fetchedBits: number;
  /** Of both, those that went into the shared buffer and came out of it. */
  readonly sharedBufferBits: number;
}

/** What spilled of all nodes of a run. */
export function spillTraffic(nodes: readonly Pick<NodeRun, keyof SpillTraffic>[]): SpillTraffic {
  let [spilledBits, fetchedBits, sharedBufferBits] = [0, 0, 0];
  for (const node of nodes) {
    spilledBits += node.spilledBits;
    fetchedBits += node.fetchedBits;
    sharedBufferBits += node.sharedBufferBits;
  }
  return { spilledBits, fetchedBits, sharedBufferBits };
}
