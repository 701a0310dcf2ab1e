import { Copy, Edge, HELD_AHEAD, Holds, Node } from '../../../assembly/simulation/layout.ts';
import { areAllTheSame } from '../../workload/set-lists.ts';
import type { SimulationChip, SimulationCopy, SimulationEdge, SimulationGraph } from '../model/graph.ts';
import type { WriteWords } from './flat-writes.ts';
import type { Tables } from './tables.ts';

const homeOf = ({ tiles }: SimulationCopy) => tiles.at(-1)!;

/** The words of a simulation that depend on where copies are: destinations, routes, and which tile holds which copy. */
export class CopyWords {
  readonly #copies: readonly (readonly SimulationCopy[])[];
  readonly #chip: SimulationChip;
  /** Per node: true where its results may leave the chip. */
  readonly #leaves: readonly boolean[];
  /** True where values may be stored off the chip. */
  readonly #spills: boolean;
  readonly #tables: Tables;
  readonly #writes: WriteWords | undefined;
  /** Per node: destination tiles, ascending. */
  readonly #tiles: readonly (readonly number[])[];
  readonly #routes = new Map<string, number>();
  /** Offsets of route tables by node and home. */
  readonly #routeTables = new Map<string, number>();

  /**
   * @param copies Of each node, in order, in place of those that the graph has.
   * @param edges Those that carry something.
   * @param writes Where weights take turns.
   */
  constructor(
    { nodes, chip }: SimulationGraph,
    copies: readonly (readonly SimulationCopy[])[],
    edges: readonly SimulationEdge[],
    tables: Tables,
    writes: WriteWords | undefined,
  ) {
    this.#writes = writes;
    this.#copies = copies;
    this.#chip = chip;
    this.#spills = chip.offChipBitsPerCycle !== undefined;
    this.#leaves = nodes.map(({ outputBits }) => outputBits !== undefined);
    this.#tables = tables;
    const tiles = copies.map(() => new Set<number>());
    for (const { from, to } of edges) {
      for (const copy of copies[to]!) for (const tile of copy.tiles) tiles[from]!.add(tile);
    }
    this.#tiles = tiles.map((set) => [...set].sort((a, b) => a - b));
  }

  /** Writes into the record of a node. */
  writeNode(record: Int32Array, node: number): void {
    const copies = this.#copies[node]!;
    const tiles = this.#tiles[node]!;
    const homes = [...new Set(copies.map(homeOf))];
    const copyTiles = new Set(copies.map(({ tiles }) => tiles.length));
    record[Node.COPIES] = this.#writeCopies(node, homes);
    record[Node.COPY_COUNT] = copies.length;
    record[Node.DESTINATIONS] = this.#tables.add(tiles);
    record[Node.DESTINATION_COUNT] = tiles.length;
    record[Node.HOMES] = this.#tables.add(homes);
    record[Node.HOME_COUNT] = homes.length;
    record[Node.WINDOW_SIZES] = this.#tables.reserve(tiles.length * 2).offset;
    record[Node.SPILLED] = this.#tables.reserve(tiles.length).offset;
    record[Node.FETCH_ROUTES] = this.#tables.add(
      this.#spills ? tiles.map((tile) => this.#route(this.#chip.offChipTile, tile)) : [],
    );
    record[Node.COPY_TILES] = copyTiles.size === 1 ? copies[0]!.tiles.length : 0;
  }

  /** Offset of the records of a node's copies. */
  #writeCopies(node: number, homes: readonly number[]): number {
    const copies = this.#copies[node]!;
    const { offset, words } = this.#tables.reserve(copies.length * Copy.WORDS);
    const homeIndices = new Map(homes.map((home, i) => [home, i]));
    copies.forEach((copy, i) => {
      const record = words.subarray(i * Copy.WORDS);
      record[Copy.INDEX] = i;
      record[Copy.HOME_INDEX] = homeIndices.get(homeOf(copy))!;
      this.#writeCopy(record, copy, node);
    });
    this.#writes?.writeCopies(words, node);
    return offset;
  }

  /** Offset of the route from the off-chip port to a tile. */
  routeFromPort(tile: number): number {
    return this.#route(this.#chip.offChipTile, tile);
  }

  #writeCopy(record: Int32Array, copy: SimulationCopy, node: number): void {
    const home = homeOf(copy);
    const others = copy.tiles.slice(0, -1);
    record[Copy.TILES] = this.#tables.add(copy.tiles);
    record[Copy.TILE_COUNT] = copy.tiles.length;
    record[Copy.HOME] = home;
    record[Copy.ROUTES] = this.#routeTable(node, home);
    if (!copy.partialBitsPerPixel.some((bits) => bits > 0)) return;
    record[Copy.PARTIAL_ROUTES] = this.#tables.add(others.map((tile) => this.#route(tile, home)));
    record[Copy.PARTIAL_BITS] = this.#tables.add(copy.partialBitsPerPixel);
  }

  /** Offset of the routes from a home of a node to all its destination tiles, and to the off-chip port. */
  #routeTable(node: number, home: number): number {
    const key = `${node} ${home}`;
    const known = this.#routeTables.get(key);
    if (known !== undefined) return known;
    const routes = this.#tiles[node]!.map((tile) => this.#route(home, tile));
    if (this.#leaves[node] || this.#spills) routes.push(this.#route(home, this.#chip.offChipTile));
    const offset = this.#tables.add(routes);
    this.#routeTables.set(key, offset);
    return offset;
  }

  #route(from: number, to: number): number {
    const key = `${from} ${to}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const links = this.#chip.route(from, to);
    const offset = this.#tables.add([links.length, ...links]);
    this.#routes.set(key, offset);
    return offset;
  }

  /** Writes into the record of an edge which copies of the reader are at which destination tiles of the source. */
  writeEdge(record: Int32Array, { from, to }: SimulationEdge): void {
    const tiles = this.#tiles[from]!;
    const copies = this.#copies[to]!;
    const destinations = destinationsOf(copies, tiles);
    // The engine reads a word from any byte on in which a copy has its bit.
    const heldWords = Math.ceil((copies.length + HELD_AHEAD) / 32) + 1;
    const held = new Int32Array(tiles.length * heldWords);
    const counts = new Int32Array(tiles.length);
    destinations.forEach((list, copy) => {
      for (const destination of list) {
        for (let bit = copy; bit < copies.length + HELD_AHEAD; bit += copies.length) {
          held[destination * heldWords + (bit >> 5)]! |= 1 << (bit & 31);
        }
        counts[destination]! += 1;
      }
    });
    record[Edge.DESTINATIONS] = this.#tables.addLists(destinations);
    record[Edge.IS_GATHERED] = areAllTheSame(destinations) ? 1 : 0;
    record[Edge.HOLDS] = this.#tables.add(
      counts.map((count) => (count === 0 ? Holds.NONE : count === copies.length ? Holds.ALL : Holds.SOME)),
    );
    record[Edge.HELD] = this.#tables.add(held);
    record[Edge.HELD_WORDS] = heldWords;
  }
}

/** Per copy the destinations of its tiles among destination tiles, ascending; equal lists are one. */
function destinationsOf(copies: readonly SimulationCopy[], destinations: readonly number[]): Int32Array[] {
  const indexOf = new Map(destinations.map((tile, destination) => [tile, destination]));
  const known = new Map<string, Int32Array>();
  return copies.map(({ tiles }) => {
    const list = Int32Array.from(tiles, (tile) => indexOf.get(tile)!).sort();
    const key = list.join();
    const same = known.get(key) ?? list;
    known.set(key, same);
    return same;
  });
}
