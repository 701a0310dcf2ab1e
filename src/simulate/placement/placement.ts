import type { CrossbarClass } from '../../architecture/crossbar.ts';
import { ClsaCimError } from '../../errors.ts';
import { oneLine, show } from '../../input/show.ts';
import { callUser, frozenCopy } from '../../input/user-function.ts';
import { type MappedLayer, pesUsed } from '../../map/mapping.ts';

/** PEs of one copy that lie on one tile. */
export interface TileShare {
  /** Number of the tile. */
  readonly tile: number;
  /** PEs of the copy that lie there. */
  readonly pes: number;
}

/** Where a copy lies: its PEs in order (docs/simulation.md section 4). The last tile is its home. */
export type PlacedCopy = readonly TileShare[];

/** What a placement knows of the tiles. */
export interface Tiles {
  /** Number of tiles; in a mesh they are numbered row by row. */
  readonly tiles: number;
  /** The classes of crossbars: `crossbar` of a layer is an index in them. */
  readonly crossbars: readonly CrossbarClass[];
  /** Of every class, the PEs of one tile. */
  readonly pesPerTile: readonly number[];
  /** 1 row where the tiles make no mesh. */
  readonly meshRows: number;
  /** All tiles where they make no mesh. */
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
 * Copies one after the other along these tiles, those of each class of crossbars on their own PEs. A copy that would
 * fit into one tile is not cut, and a larger one starts at a new tile; where that takes too many tiles, the copies of
 * the class are packed without gaps. A class but the first takes the tiles in use backwards where that brings its
 * layers nearer to the layers before and behind them, which are in other classes.
 */
export function alongTiles(order: readonly number[]): Placement {
  return (layers, tiles) => {
    const runs = layers.map((): Run => ({ copies: [], first: 0, last: 0 }));
    tiles.pesPerTile.forEach((pesPerTile, crossbar) => {
      const members = layers.flatMap((layer, i) => (layer.crossbar === crossbar ? [i] : []));
      const own = members.map((i) => layers[i]!);
      const placed =
        alongOrder(own, order.length, pesPerTile, false) ?? alongOrder(own, order.length, pesPerTile, true);
      if (placed === undefined) missing(own, order.length, tiles, crossbar);
      members.forEach((i, at) => {
        runs[i] = placed[at]!;
      });
    });
    const end = runs.reduce((most, { last }) => Math.max(most, last), 0);
    const isBackwards = directions(layers, runs, end, tiles.pesPerTile.length);
    runs.forEach(({ copies }, i) => {
      const backwards = isBackwards[layers[i]!.crossbar]!;
      for (const copy of copies) {
        for (const share of copy) share.tile = order[backwards ? end - share.tile : share.tile]!;
      }
    });
    return runs.map(({ copies }) => copies);
  };
}

/** The copies of a layer along an order of tiles. Until the end `tile` of a share is its place in the order. */
interface Run {
  readonly copies: readonly { tile: number; pes: number }[][];
  /** Places where the first copy starts and the last one ends. */
  readonly first: number;
  readonly last: number;
}

/**
 * Which classes take the tiles backwards: one after the other each that lowers the distance from the end of every layer
 * to the start of the next one. Measured on ResNets with two classes, that saves up to 8 % of the bits times links,
 * and leaving tiles free for the sake of layers in another class saves no more and may cost a third.
 */
function directions(
  layers: readonly MappedLayer[],
  runs: readonly Run[],
  end: number,
  classes: number,
): readonly boolean[] {
  const isBackwards = new Array<boolean>(classes).fill(false);
  const distance = () => {
    let sum = 0;
    let before = 0;
    layers.forEach(({ crossbar }, i) => {
      const { first, last } = runs[i]!;
      const [from, to] = isBackwards[crossbar] ? [end - first, end - last] : [first, last];
      if (i > 0) sum += Math.abs(from - before);
      before = to;
    });
    return sum;
  };
  let least = distance();
  for (let crossbar = 1; crossbar < classes; crossbar++) {
    isBackwards[crossbar] = true;
    const turned = distance();
    if (turned < least) least = turned;
    else isBackwards[crossbar] = false;
  }
  return isBackwards;
}

/** Copies of layers in one class of crossbars on the first tiles of an order; undefined where it has too few. */
function alongOrder(
  layers: readonly MappedLayer[],
  tiles: number,
  pesPerTile: number,
  isPacked: boolean,
): Run[] | undefined {
  let at = 0;
  let free = pesPerTile;
  const nextTile = () => {
    at++;
    free = pesPerTile;
  };
  const takeCopy = (pes: number) => {
    // A larger copy starts at a new tile, too: it would be cut once more otherwise.
    if (free === 0 || (!isPacked && pes > free && free < pesPerTile)) nextTile();
    const shares: { tile: number; pes: number }[] = [];
    for (let left = pes; left > 0 && at < tiles; ) {
      if (free === 0) nextTile();
      const taken = Math.min(left, free);
      shares.push({ tile: at, pes: taken });
      left -= taken;
      free -= taken;
    }
    return shares;
  };
  const runs: Run[] = [];
  for (const { pesPerCopy, copies } of layers) {
    const own = [takeCopy(pesPerCopy)];
    while (own.length < copies && at < tiles) own.push(takeCopy(pesPerCopy));
    if (at >= tiles) return undefined;
    runs.push({ copies: own, first: own[0]![0]!.tile, last: at });
  }
  return runs;
}

/**
 * So many PEs of one class of crossbars along an order of tiles, by default the {@link snake}.
 *
 * @throws ClsaCimError where the tiles have fewer, or are no order of tiles.
 */
export function tilesInOrder(tiles: Tiles, pes: number, order?: readonly number[]): PlacedCopy {
  if (order !== undefined) {
    checkList(order, 'the tiles');
    checkOrder(order, tiles);
  }
  const along = order ?? snakeOrder(tiles);
  const perTile = tiles.pesPerTile[0]!;
  if (pes > along.length * perTile) tooFewTiles(pes, along.length, tiles, 0);
  const shares: TileShare[] = [];
  for (let left = pes; left > 0; left -= perTile) {
    shares.push({ tile: along[shares.length]!, pes: Math.min(left, perTile) });
  }
  return shares;
}

function missing(layers: readonly MappedLayer[], order: number, tiles: Tiles, crossbar: number): never {
  tooFewTiles(pesUsed(layers), order, tiles, crossbar);
}

function tooFewTiles(used: number, order: number, { crossbars, pesPerTile }: Tiles, crossbar: number): never {
  const perTile = pesPerTile[crossbar]!;
  const there = order * perTile;
  const [of, fewer] =
    crossbars.length > 1
      ? [` of crossbar ${oneLine(crossbars[crossbar]!.name)}`, 'fewer of them for copies']
      : ['', `pes: ${there}, so that fewer are used for copies or weights take turns`];
  throw new ClsaCimError(
    `chip: the mapping uses ${used} PEs${of}, and ${order} tiles of ${perTile} have ${there}: ${used - there} ` +
      `missing; give more tiles or a larger pesPerTile, or ${fewer}`,
    'input',
    { code: 'DOES_NOT_FIT', neededPes: used, totalPes: there, missingPes: [used - there] },
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
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  tiles.pesPerTile.forEach((pesPerTile, crossbar) => {
    const own = layers.filter((layer) => layer.crossbar === crossbar);
    if (pesUsed(own) > tiles.tiles * pesPerTile) missing(own, tiles.tiles, tiles, crossbar);
  });
  if (placement === snake) return snake(layers, tiles);
  if (typeof placement === 'function') {
    // What it gives may be more than data, and throw when it is looked at.
    return callUser('the placement', () =>
      checked(placement(frozenCopy(layers), frozenCopy(tiles)), layers, tiles),
    );
  }
  checkList(placement, 'the tiles');
  checkOrder(placement, tiles);
  return alongTiles(placement)(layers, tiles);
}

function checkList(given: unknown, what: string): void {
  if (!Array.isArray(given)) fault(`must give ${what} as a list, found ${show(given)}`);
}

function checkOrder(order: readonly number[], { tiles }: Tiles): void {
  const seen = new Set<number>();
  order.forEach((tile, i) => {
    if (!isTile(tile, tiles)) fault(`entry ${i}: ${tile} is no tile; tiles are 0 to ${tiles - 1}`);
    if (seen.has(tile)) fault(`entry ${i}: tile ${tile} is given twice; keep one`);
    seen.add(tile);
  });
}

/** Demands of what a user's function returns that every copy of every layer is on PEs that are there. */
function checked(
  placed: readonly (readonly PlacedCopy[])[],
  layers: readonly MappedLayer[],
  tiles: Tiles,
): readonly (readonly PlacedCopy[])[] {
  checkList(placed, 'the base layers');
  if (placed.length !== layers.length) fault(`has ${placed.length} of ${layers.length} base layers`);
  /** Per class of crossbars: PEs that are used of every tile. */
  const used = tiles.crossbars.map(() => new Map<number, number>());
  layers.forEach((layer, i) => {
    const name = `layer ${oneLine(layer.name)}`;
    const copies = placed[i]!;
    checkList(copies, `the copies of ${name}`);
    if (copies.length !== layer.copies) fault(`${name}: has ${copies.length} of ${layer.copies} copies`);
    // Not by forEach, which leaves out what a list has no entry for.
    for (const [n, copy] of copies.entries()) {
      checkCopy(copy, layer, `${name}, copy ${n}`, tiles, used[layer.crossbar]!);
    }
  });
  return placed;
}

function checkCopy(
  shares: PlacedCopy,
  { pesPerCopy, crossbar }: MappedLayer,
  where: string,
  { tiles, crossbars, pesPerTile }: Tiles,
  used: Map<number, number>,
): void {
  const most = pesPerTile[crossbar]!;
  const of = crossbars.length > 1 ? ` of crossbar ${oneLine(crossbars[crossbar]!.name)}` : '';
  checkList(shares, `the tiles of ${where}`);
  for (const share of shares) {
    const { tile, pes } = share ?? {};
    if (!isTile(tile, tiles)) fault(`${where}: ${show(tile)} is no tile; tiles are 0 to ${tiles - 1}`);
    if (!Number.isSafeInteger(pes) || pes < 1)
      fault(`${where}: ${show(pes)} PEs on tile ${tile}; give 1 or more`);
    const onTile = (used.get(tile) ?? 0) + pes;
    used.set(tile, onTile);
    if (onTile > most) fault(`${where}: more than ${most} PEs${of} on tile ${tile}; use another tile`);
  }
  const pes = shares.reduce((sum, share) => sum + share.pes, 0);
  if (pes !== pesPerCopy) fault(`${where}: has ${pes} of ${pesPerCopy} PEs`);
}

function isTile(tile: number, tiles: number): boolean {
  return Number.isSafeInteger(tile) && tile >= 0 && tile < tiles;
}

function fault(problem: string): never {
  throw new ClsaCimError(`the placement: ${problem}`, 'usage');
}
