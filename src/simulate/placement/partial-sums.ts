import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { type CrossbarSize, type PeGrid, peGrid } from '../../map/pe-grid.ts';
import type { WeightMatrix } from '../../network/network.ts';
import type { SimulationCopy } from '../model/graph.ts';
import type { PlacedCopy } from './placement.ts';

/** Values of which the PEs `first` to `first + pes - 1` of a copy have parts. */
function partialValues(grid: PeGrid, first: number, pes: number): number {
  const perMatrix = grid.rowBlocks * grid.columnBlocks;
  let values = 0;
  for (let at = first; at < first + pes; ) {
    const inMatrix = at % perMatrix;
    const count = Math.min(perMatrix - inMatrix, first + pes - at);
    // More PEs than column blocks: some are added up on the tile.
    const blocks = Math.min(count, grid.columnBlocks);
    for (let i = 0; i < blocks; i++) values += grid.values((inMatrix + i) % grid.columnBlocks);
    at += count;
  }
  return values;
}

/**
 * Bits of partial sums that a copy sends home per pixel at least, on whatever tiles it is. Its home has the PEs of one
 * tile, and spares those of column blocks with many values; what a tile has of one column block is added up there, of
 * the most PEs where one behind the other fill it.
 */
export function leastPartialBits(
  weights: WeightMatrix,
  { columnsPerWeight, chip }: NormalArchitecture,
  crossbar: CrossbarSize,
  pes: number,
  pesPerTile: number,
): number {
  const away = pes - pesPerTile;
  if (away <= 0) return 0;
  const { rowBlocks, columnBlocks, values } = peGrid(weights, columnsPerWeight, crossbar);
  // The last column block may have fewer values than all others.
  const [most, least] = [values(0), values(columnBlocks - 1)];
  const perRow = (columnBlocks - 1) * most + least;
  const rows = pes / columnBlocks;
  const atHome = Math.min(pesPerTile, rows * (columnBlocks - 1));
  const computedAway = rows * perRow - atHome * most - (pesPerTile - atHome) * least;
  // Values that the PEs of one tile compute, for each that it sends: `inTile / perRow`, or all of them.
  const together = Math.min(pesPerTile, rowBlocks * columnBlocks);
  const inTile = Math.floor(together / columnBlocks) * perRow + (together % columnBlocks) * most;
  const sent = together < columnBlocks ? computedAway : Math.ceil((computedAway * perRow) / inTile);
  return chip.partialSumBits * Math.max(sent, Math.ceil(away / pesPerTile) * least);
}

/**
 * The tiles of a slice of a layer (spec.md section 9) and what they send home, as {@link simulationCopy} has it. Its PEs are taken column block by column
 * block. A tile adds up the PEs of one column block.
 *
 * @param first PEs of the layer in slices before.
 */
export function sliceCopy(
  shares: PlacedCopy,
  first: number,
  weights: WeightMatrix,
  { columnsPerWeight, chip }: NormalArchitecture,
  crossbar: CrossbarSize,
): SimulationCopy {
  const { rowBlocks, columnBlocks, values } = peGrid(weights, columnsPerWeight, crossbar);
  const bits: number[] = [];
  let begin = first;
  for (const { pes } of shares) {
    let sums = 0;
    const end = Math.floor((begin + pes - 1) / rowBlocks);
    for (let block = Math.floor(begin / rowBlocks); block <= end; block++)
      sums += values(block % columnBlocks);
    bits.push(sums * chip.partialSumBits);
    begin += pes;
  }
  return { tiles: shares.map(({ tile }) => tile), partialBitsPerPixel: bits.slice(0, -1) };
}

/**
 * The tiles of a copy and what they send home (docs/simulation.md sections 4 and 5): bits of partial sums per
 * pixel, one sum for every value of every column block that the tile has PEs of.
 */
export function simulationCopy(
  shares: PlacedCopy,
  weights: WeightMatrix,
  { columnsPerWeight, chip }: NormalArchitecture,
  crossbar: CrossbarSize,
): SimulationCopy {
  const home = shares.at(-1)!.tile;
  const others = [...new Set(shares.map(({ tile }) => tile))].filter((tile) => tile !== home);
  if (others.length === 0) return { tiles: [home], partialBitsPerPixel: [] };
  const grid = peGrid(weights, columnsPerWeight, crossbar);
  const perTile = new Map<number, number>();
  let first = 0;
  for (const { tile, pes } of shares) {
    perTile.set(tile, (perTile.get(tile) ?? 0) + chip.partialSumBits * partialValues(grid, first, pes));
    first += pes;
  }
  return { tiles: [...others, home], partialBitsPerPixel: others.map((tile) => perTile.get(tile)!) };
}
