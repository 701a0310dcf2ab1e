import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import type { MappedLayer } from '../map/mapping.ts';

/** PEs of one copy that lie on one tile. */
export interface TileShare {
  readonly tile: number;
  readonly pes: number;
}

/** Where a copy lies: its PEs in order (docs/simulation.md section 4). The last tile is its home. */
export type PlacedCopy = readonly TileShare[];

/** What a placement knows of the tiles. */
export interface Tiles {
  /** Number of tiles; in a mesh they are numbered row by row. */
  readonly tiles: number;
  readonly pesPerTile: number;
  /** 1 row where the tiles make no mesh. */
  readonly meshRows: number;
  readonly meshColumns: number;
}

/** Decides where copies lie: for every base layer, in order, every one of its copies. */
export type Placement = (layers: readonly MappedLayer[], tiles: Tiles) => readonly (readonly PlacedCopy[])[];

/** More copies than this are a mistake: every one is an object in memory. */
const MAX_COPIES = 2 ** 24;

/** Tiles row by row, every other row from right to left, so that neighbours in this order are neighbours. */
export function snakeOrder({ tiles, meshColumns }: Pick<Tiles, 'tiles' | 'meshColumns'>): number[] {
  return Array.from({ length: tiles }, (_, i) => {
    const row = Math.floor(i / meshColumns);
    const column = i % meshColumns;
    return row * meshColumns + (row % 2 === 0 ? column : meshColumns - 1 - column);
  });
}

/** The default: copies along a snake through the mesh. */
export const snake: Placement = (layers, tiles) => alongTiles(snakeOrder(tiles))(layers, tiles);

/**
 * Copies one after the other along these tiles. A copy that would fit into one tile is not cut, and a larger
 * one starts at a new tile; where that takes too many tiles, copies are packed without gaps.
 */
export function alongTiles(order: readonly number[]): Placement {
  return (layers, { pesPerTile }) =>
    alongOrder(layers, order, pesPerTile, false) ??
    alongOrder(layers, order, pesPerTile, true) ??
    missing(layers, order.length, pesPerTile);
}

function alongOrder(
  layers: readonly MappedLayer[],
  order: readonly number[],
  pesPerTile: number,
  isPacked: boolean,
): PlacedCopy[][] | undefined {
  let at = 0;
  let free = pesPerTile;
  const takeCopy = (pes: number): PlacedCopy | undefined => {
    // A larger copy starts at a new tile, too: it would be cut once more otherwise.
    if (!isPacked && pes > free && free < pesPerTile) {
      at++;
      free = pesPerTile;
    }
    const shares: TileShare[] = [];
    for (let left = pes; left > 0; ) {
      if (free === 0) {
        at++;
        free = pesPerTile;
      }
      if (at >= order.length) return undefined;
      const taken = Math.min(left, free);
      shares.push({ tile: order[at]!, pes: taken });
      left -= taken;
      free -= taken;
    }
    return shares;
  };
  const placed: PlacedCopy[][] = [];
  for (const { pesPerCopy, copies } of layers) {
    const own: PlacedCopy[] = [];
    for (let i = 0; i < copies; i++) {
      const copy = takeCopy(pesPerCopy);
      if (copy === undefined) return undefined;
      own.push(copy);
    }
    placed.push(own);
  }
  return placed;
}

function missing(layers: readonly MappedLayer[], tiles: number, pesPerTile: number): never {
  const used = layers.reduce((pes, { pesPerCopy, copies }) => pes + pesPerCopy * copies, 0);
  const there = tiles * pesPerTile;
  throw new ClsaCimError(
    `chip: the mapping uses ${used} PEs, and ${tiles} tiles of ${pesPerTile} have ${there}: ${used - there} ` +
      'missing; give more tiles or a larger pesPerTile, or fewer PEs for duplication',
  );
}

/**
 * Places the copies of a mapping.
 *
 * @param placement A function, or the order in which copies take tiles; the {@link snake} by default.
 * @throws ClsaCimError where the tiles have too few PEs, or a user's placement is at fault.
 */
export function place(
  layers: readonly MappedLayer[],
  tiles: Tiles,
  placement: Placement | readonly number[] = snake,
): readonly (readonly PlacedCopy[])[] {
  const copies = layers.reduce((sum, layer) => sum + layer.copies, 0);
  if (copies > MAX_COPIES) {
    throw new ClsaCimError(
      `chip: ${copies} copies cannot be placed on tiles; at most ${MAX_COPIES} can, so give fewer PEs`,
    );
  }
  const used = layers.reduce((pes, layer) => pes + layer.pesPerCopy * layer.copies, 0);
  if (used > tiles.tiles * tiles.pesPerTile) missing(layers, tiles.tiles, tiles.pesPerTile);
  if (placement === snake) return snake(layers, tiles);
  if (typeof placement === 'function') return checked(placement(layers, tiles), layers, tiles);
  checkOrder(placement, tiles);
  return alongTiles(placement)(layers, tiles);
}

function checkOrder(order: readonly number[], { tiles }: Tiles): void {
  const seen = new Set<number>();
  order.forEach((tile, i) => {
    if (!isTile(tile, tiles)) fault(`entry ${i}: ${tile} is no tile; tiles are 0 to ${tiles - 1}`);
    if (seen.has(tile)) fault(`entry ${i}: tile ${tile} is given twice; keep one`);
    seen.add(tile);
  });
}

function checked(
  placed: readonly (readonly PlacedCopy[])[],
  layers: readonly MappedLayer[],
  { tiles, pesPerTile }: Tiles,
): readonly (readonly PlacedCopy[])[] {
  if (placed.length !== layers.length) fault(`has ${placed.length} of ${layers.length} base layers`);
  const used = new Map<number, number>();
  layers.forEach(({ name, copies, pesPerCopy }, i) => {
    const layer = `layer ${oneLine(name)}`;
    if (placed[i]!.length !== copies) fault(`${layer}: has ${placed[i]!.length} of ${copies} copies`);
    placed[i]!.forEach((shares, copy) => {
      const where = `${layer}, copy ${copy}`;
      for (const { tile, pes } of shares) {
        if (!isTile(tile, tiles)) fault(`${where}: ${tile} is no tile; tiles are 0 to ${tiles - 1}`);
        if (!Number.isSafeInteger(pes) || pes < 1)
          fault(`${where}: ${pes} PEs on tile ${tile}; give 1 or more`);
        used.set(tile, (used.get(tile) ?? 0) + pes);
        if (used.get(tile)! > pesPerTile) {
          fault(`${where}: more than ${pesPerTile} PEs on tile ${tile}; use another tile`);
        }
      }
      const pes = shares.reduce((sum, share) => sum + share.pes, 0);
      if (pes !== pesPerCopy) fault(`${where}: has ${pes} of ${pesPerCopy} PEs`);
    });
  });
  return placed;
}

function isTile(tile: number, tiles: number): boolean {
  return Number.isSafeInteger(tile) && tile >= 0 && tile < tiles;
}

function fault(problem: string): never {
  throw new ClsaCimError(`the placement: ${problem}`, 'usage');
}
