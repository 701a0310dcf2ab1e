/** What the sets of a critical path may have waited for; see {@link WaitCause}. */
export const WAIT_CAUSES = [
  'values',
  'link',
  'link queue',
  'input room',
  'output room',
  'copy',
  'set before',
  'layer before',
  'nothing',
  'write',
  'fetch',
] as const;

/**
 * What a set got last before it started. `values`: a result that was there as soon as it was complete; `link`: one
 * that had to travel; `link queue`: one that waited for links; `input room`: one that waited to be sent until
 * input buffers had room; `output room`: room for its own result; `copy`: its copy, held by an earlier set;
 * `set before`: the start of the set before; `layer before`: the end of the base layer before (lbl); `nothing`:
 * it started at once; `write`: its copy was being written, since an earlier set gave its PEs free; `fetch`: a result that was
 * fetched from where it was stored.
 */
export type WaitCause = (typeof WAIT_CAUSES)[number];

/** A set of the critical path, and what happened from `from` to `until` because of it. Times are clock cycles. */
export interface CriticalSet {
  /** Index of its node, in topological order: as in `sets` and `placement` of a simulation. */
  readonly node: number;
  /** Which set: set k of inference i of a node with n sets is k + i·n. */
  readonly set: number;
  /** What it got last before it started. */
  readonly cause: WaitCause;
  /** The node whose values it was. */
  readonly valuesOf: number | undefined;
  /** When the set before on the path had done its part; cycle 0 for the first one. */
  readonly from: number;
  /** When it started. */
  readonly start: number;
  /** MVMs of a base layer, GPEU of a join, off-chip port of an input; no more than `until − start`. */
  readonly workCycles: number;
  /** When it had done its part: it was finished, or gave its copy back, or let the set behind start. */
  readonly until: number;
}
