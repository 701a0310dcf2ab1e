/** A range of indices: `[from, to)`. */
export interface Range {
  /** The first one. */
  readonly from: number;
  /** The one behind the last one. */
  readonly to: number;
}

/** The weights that lie on one PE: part of the matrices of some groups of a base layer (spec.md section 3). */
export interface TileRange {
  /** Groups; more than one only where they lie on the diagonal of one PE, each whole. */
  readonly groups: Range;
  /** Rows of the matrix of each group. */
  readonly rows: Range;
  /** Columns of weights of each group; a weight whose cells lie on two PEs belongs to the first of them. */
  readonly columns: Range;
}
