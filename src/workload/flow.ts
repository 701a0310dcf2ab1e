import type { SetLists } from './set-lists.ts';

/**
 * A network cut into sets, as a simulation plays it on whatever chip (docs/simulation.md section 3): nodes whose sets
 * are computed, and edges along which their values travel.
 */
export interface Flow {
  /** In topological order. */
  readonly nodes: readonly FlowNode[];
  /** By the node that reads. */
  readonly edges: readonly FlowEdge[];
}

/** A base layer, a join of several operands that the GPEU computes, or an input of the network. */
export interface FlowNode {
  readonly kind: 'base' | 'join' | 'input';
  /** Index in `Network.layers`. */
  readonly layer: number;
  /** Index of the last base layer that it depends on, or that it is; -1 for none. */
  readonly lastBase: number;
  /** Per row of its OFM: the row of sets that it lies in. */
  readonly rows: Int32Array;
  /** Per column of its OFM: the column of sets that it lies in. */
  readonly columns: Int32Array;
  /** Rows of sets. */
  readonly setRows: number;
  /** Columns of sets. */
  readonly setColumns: number;
  /** Per set. */
  readonly pixels: Int32Array;
  /** Indices of the fused layers whose work belongs to it. */
  readonly fused: readonly number[];
  /** Of what leaves the chip: values of the node that each output needs of it. */
  readonly outputValues: readonly number[];
}

/** What node `to` reads of node `from`: set (r, c) of `to` reads the sets `rows[r]` x `columns[c]` of `from`. */
export interface FlowEdge {
  readonly from: number;
  readonly to: number;
  readonly rows: SetLists;
  readonly columns: SetLists;
  /** Values that travel along it, over all sets of `from`. */
  readonly values: number;
}
