import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import type { WeightMatrix } from '../network/network.ts';
import type { TileRange } from './tile-range.ts';

/** Rows and columns of a crossbar. */
export interface CrossbarSize {
  /** Rows of the crossbar: inputs of one MVM. */
  readonly crossbarRows: number;
  /** Columns of the crossbar. */
  readonly crossbarColumns: number;
}

/**
 * How the PEs of one copy hold a layer's weights (spec.md section 3): matrices one after the other, each of `rowBlocks` x
 * `columnBlocks` PEs. The PEs of one column block compute parts of the same values.
 */
export interface PeGrid {
  /** PEs that the rows of a matrix are cut into. */
  readonly rowBlocks: number;
  /** PEs that its columns are cut into. */
  readonly columnBlocks: number;
  /** Groups that lie on the diagonal of one PE; 1 for those that have PEs of their own. */
  readonly groupsPerPe: number;
  /** PEs of a copy. */
  readonly pes: number;
  /** Values of which a PE of column block `j` has cells. */
  values(j: number): number;
}

/**
 * The PEs of a copy as section 3 of spec.md counts them.
 *
 * @param perWeight Crossbar columns that hold one weight.
 */
export function peGrid(weights: WeightMatrix, perWeight: number, crossbar: CrossbarSize): PeGrid {
  const { crossbarRows, crossbarColumns } = crossbar;
  const columns = weights.columns * perWeight;
  const fitting = Math.min(Math.floor(crossbarRows / weights.rows), Math.floor(crossbarColumns / columns));
  const groupsPerPe = Math.max(1, Math.min(fitting, weights.groups));
  const rowBlocks = Math.ceil(weights.rows / crossbarRows);
  const columnBlocks = Math.ceil(columns / crossbarColumns);
  return {
    ...{ rowBlocks, columnBlocks, groupsPerPe },
    pes: Math.ceil(weights.groups / groupsPerPe) * rowBlocks * columnBlocks,
    values: (j) =>
      groupsPerPe * Math.ceil(Math.min(crossbarColumns, columns - j * crossbarColumns) / perWeight),
  };
}

/**
 * What lies on each PE of a copy that stays whole: row block by row block, with groups that have PEs of their own group by
 * group (docs/simulation.md section 4).
 *
 * @param crossbar Its crossbars: one of the classes of the architecture.
 */
export function pesOf(
  weights: WeightMatrix,
  architecture: AnyArchitecture,
  crossbar: CrossbarSize,
): TileRange[] {
  const tiles = new Tiles(weights, architecture, crossbar);
  return Array.from({ length: tiles.grid.pes }, (_, pe) => tiles.byRows(pe));
}

/**
 * What lies on the PEs of a slice of a layer, whose PEs are taken column block by column block (spec.md section 9).
 *
 * @param first PEs of the layer in slices before.
 * @param pes PEs of the slice; those that the layer does not have are left out.
 */
export function pesOfSlice(
  weights: WeightMatrix,
  architecture: AnyArchitecture,
  crossbar: CrossbarSize,
  first: number,
  pes: number,
): TileRange[] {
  const tiles = new Tiles(weights, architecture, crossbar);
  const count = Math.max(0, Math.min(pes, tiles.grid.pes - first));
  return Array.from({ length: count }, (_, pe) => tiles.byColumns(first + pe));
}

/** The PEs of a copy, in both orders. */
class Tiles {
  readonly grid: PeGrid;
  readonly #weights: WeightMatrix;
  readonly #perWeight: number;
  readonly #crossbar: CrossbarSize;

  constructor(weights: WeightMatrix, architecture: AnyArchitecture, crossbar: CrossbarSize) {
    this.#weights = weights;
    this.#perWeight = normalArchitecture(architecture).columnsPerWeight;
    this.#crossbar = crossbar;
    this.grid = peGrid(weights, this.#perWeight, crossbar);
  }

  byRows(pe: number): TileRange {
    const { rowBlocks, columnBlocks } = this.grid;
    const inMatrix = pe % (rowBlocks * columnBlocks);
    return this.#tile(pe, Math.floor(inMatrix / columnBlocks), inMatrix % columnBlocks);
  }

  byColumns(pe: number): TileRange {
    const { rowBlocks, columnBlocks } = this.grid;
    const inMatrix = pe % (rowBlocks * columnBlocks);
    return this.#tile(pe, inMatrix % rowBlocks, Math.floor(inMatrix / rowBlocks));
  }

  #tile(pe: number, rowBlock: number, columnBlock: number): TileRange {
    const { rowBlocks, columnBlocks, groupsPerPe } = this.grid;
    const { rows, columns, groups } = this.#weights;
    const matrix = Math.floor(pe / (rowBlocks * columnBlocks));
    const { crossbarRows } = this.#crossbar;
    return {
      groups: { from: matrix * groupsPerPe, to: Math.min(groups, (matrix + 1) * groupsPerPe) },
      rows: { from: rowBlock * crossbarRows, to: Math.min(rows, (rowBlock + 1) * crossbarRows) },
      columns: {
        from: this.#weightsBefore(columnBlock),
        to: Math.min(columns, this.#weightsBefore(columnBlock + 1)),
      },
    };
  }

  /** Weights of a row whose first cell lies in front of a column block. */
  #weightsBefore(columnBlock: number): number {
    return Math.ceil((columnBlock * this.#crossbar.crossbarColumns) / this.#perWeight);
  }
}
