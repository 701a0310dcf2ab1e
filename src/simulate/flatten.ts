import {
  Copy,
  Edge,
  Format,
  HELD_AHEAD,
  Header,
  HeaderWide,
  Holds,
  List,
  Node,
  NodeKind,
  UNLIMITED,
} from '../../assembly/simulation/layout.ts';
import { ClsaCimError } from '../errors.ts';
import type {
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from './graph.ts';

const KINDS = { base: NodeKind.BASE, join: NodeKind.JOIN, input: NodeKind.INPUT } as const;
const MAX_INSTANCES = 2 ** 31 - 1;

/**
 * A graph as the words that the engine plays (see assembly/simulation/layout.ts).
 *
 * @throws ClsaCimError where there are more sets in all inferences than 31 bits count.
 */
export function flatten(graph: SimulationGraph, keepSets: boolean): Int32Array {
  const instances = graph.nodes.reduce((sum, node) => sum + setsOf(node), 0) * graph.batch;
  if (instances > MAX_INSTANCES) {
    throw new ClsaCimError(
      `a batch of ${graph.batch} has ${instances} sets; more than ${MAX_INSTANCES} cannot be simulated; ` +
        'use a smaller batch or coarser sets, such as --granularity row',
    );
  }
  return new Flattener(graph, keepSets).words();
}

/** Writes the figures of a chip into a header: widths, sizes, and times, on which no other word depends. */
export function writeFigures(header: Int32Array, chip: SimulationChip): void {
  writeWide(header, HeaderWide.LINK_BITS, chip.linkBitsPerCycle);
  writeWide(header, HeaderWide.HOP_CYCLES, chip.hopCycles);
  writeWide(header, HeaderWide.INPUT_ROOM, chip.inputBufferBits);
  writeWide(header, HeaderWide.OUTPUT_ROOM, chip.outputBufferBits);
  writeWide(header, HeaderWide.OFF_CHIP_BITS, chip.offChipBitsPerCycle);
  writeWide(header, HeaderWide.READ_BITS, chip.inputBufferPortBitsPerCycle);
  header[Header.READ_PORTS] = chip.inputBufferPorts ?? 1;
}

/** True where the words of two graphs differ in {@link writeFigures} only: all else is the same, identically. */
export function differInFigures(a: SimulationGraph, b: SimulationGraph): boolean {
  return (
    a.nodes === b.nodes &&
    a.edges === b.edges &&
    a.batch === b.batch &&
    a.scheduling === b.scheduling &&
    a.mvmCycles === b.mvmCycles &&
    a.chip.tiles === b.chip.tiles &&
    a.chip.links === b.chip.links &&
    a.chip.route === b.chip.route &&
    a.chip.offChipTile === b.chip.offChipTile &&
    (a.chip.offChipBitsPerCycle === undefined) === (b.chip.offChipBitsPerCycle === undefined)
  );
}

const homeOf = ({ tiles }: SimulationCopy) => tiles.at(-1)!;

/** Per node: the base node before and behind a base node, -1 for none. */
function baseNeighbours(nodes: readonly SimulationNode[]): { before: number; behind: number }[] {
  const neighbours = nodes.map(() => ({ before: -1, behind: -1 }));
  let last = -1;
  nodes.forEach(({ kind }, node) => {
    if (kind !== 'base') return;
    neighbours[node]!.before = last;
    if (last >= 0) neighbours[last]!.behind = node;
    last = node;
  });
  return neighbours;
}

const setsOf = ({ setRows, setColumns }: SimulationNode) => setRows * setColumns;

/** An edge that carries something. */
interface FlatEdge extends SimulationEdge {
  readonly isConstant: boolean;
}

class Flattener {
  readonly #graph: SimulationGraph;
  readonly #keepSets: boolean;
  /** Edges by the node that reads. */
  readonly #edges: readonly FlatEdge[];
  /** Per node: indices of the edges from it, and of the first one to it. */
  readonly #out: readonly number[][];
  readonly #in: readonly { readonly first: number; readonly count: number }[];
  /** Nodes that an edge leaves, even if nothing is read along it. */
  readonly #sources: ReadonlySet<number>;
  readonly #neighbours: readonly { readonly before: number; readonly behind: number }[];
  /** Per node: destination tiles, ascending. */
  readonly #tiles: readonly (readonly number[])[];
  readonly #tables = new Tables();
  readonly #routes = new Map<string, number>();
  /** Offsets of route tables by node and home. */
  readonly #routeTables = new Map<string, number>();

  constructor(graph: SimulationGraph, keepSets: boolean) {
    this.#graph = graph;
    this.#keepSets = keepSets;
    this.#neighbours = baseNeighbours(graph.nodes);
    this.#edges = graph.edges
      .filter(({ rows, columns }) => rows.some(isFilled) && columns.some(isFilled))
      .map((edge) => ({ ...edge, isConstant: areAllEqual(edge.rows) && areAllEqual(edge.columns) }))
      .sort((a, b) => a.to - b.to);
    const out = graph.nodes.map((): number[] => []);
    const into = graph.nodes.map(() => ({ first: 0, count: 0 }));
    this.#edges.forEach(({ from, to }, edge) => {
      out[from]!.push(edge);
      if (into[to]!.count++ === 0) into[to]!.first = edge;
    });
    this.#out = out;
    this.#in = into;
    this.#sources = new Set(graph.edges.map(({ from }) => from));
    const tiles = graph.nodes.map(() => new Set<number>());
    for (const { from, to } of this.#edges) {
      for (const copy of graph.nodes[to]!.copies) for (const tile of copy.tiles) tiles[from]!.add(tile);
    }
    this.#tiles = tiles.map((set) => [...set].sort((a, b) => a - b));
  }

  words(): Int32Array {
    const { nodes } = this.#graph;
    const tables = this.#tables;
    const header = tables.reserve(Header.WORDS);
    const nodeRecords = nodes.map(() => tables.reserve(Node.WORDS));
    const edgeRecords = this.#edges.map(() => tables.reserve(Edge.WORDS));
    this.#writeHeader(header, edgeRecords[0]?.offset ?? 0);
    nodeRecords.forEach(({ words }, node) => {
      this.#writeNode(words, node);
    });
    edgeRecords.forEach(({ words }, edge) => {
      this.#writeEdge(words, this.#edges[edge]!);
    });
    return tables.concatenated();
  }

  #writeHeader({ words }: Table, edgeRecords: number): void {
    const { nodes, chip, batch, scheduling, mvmCycles } = this.#graph;
    words[Header.MAGIC] = Format.MAGIC;
    words[Header.VERSION] = Format.VERSION;
    words[Header.NODES] = nodes.length;
    words[Header.EDGES] = this.#edges.length;
    words[Header.TILES] = chip.tiles;
    words[Header.LINKS] = chip.links.length;
    words[Header.BATCH] = batch;
    words[Header.IS_LBL] = scheduling === 'lbl' ? 1 : 0;
    words[Header.KEEPS_SETS] = this.#keepSets ? 1 : 0;
    words[Header.EDGE_RECORDS] = edgeRecords;
    writeWide(words, HeaderWide.MVM_CYCLES, mvmCycles ?? 1);
    writeFigures(words, chip);
  }

  #writeNode(words: Int32Array, index: number): void {
    const node = this.#graph.nodes[index]!;
    const out = this.#out[index]!;
    const homes = [...new Set(node.copies.map(homeOf))];
    const copyTiles = new Set(node.copies.map(({ tiles }) => tiles.length));
    words[Node.KIND] = KINDS[node.kind];
    words[Node.SETS] = setsOf(node);
    words[Node.SET_COLUMNS] = node.setColumns;
    words[Node.COPIES] = this.#copies(node, index, homes);
    words[Node.COPY_COUNT] = node.copies.length;
    words[Node.TILES] = this.#tables.add(this.#tiles[index]!);
    words[Node.TILE_COUNT] = this.#tiles[index]!.length;
    words[Node.DURATIONS] = this.#tables.add(node.durations);
    words[Node.GPEU_CYCLES] = this.#tables.add(node.gpeuCycles);
    words[Node.BITS] = this.#tables.add(node.resultBits);
    words[Node.OUTPUT_BITS] = this.#leaves(node) ? this.#tables.add(node.outputBits) : 0;
    words[Node.MOST_BITS] = node.resultBits.reduce((most, bits) => Math.max(most, bits), 0);
    words[Node.FIRST_IN] = this.#in[index]!.first;
    words[Node.IN_COUNT] = this.#in[index]!.count;
    words[Node.OUT] = this.#tables.add(out);
    words[Node.OUT_COUNT] = out.length;
    words[Node.IS_SINK] = this.#sources.has(index) ? 0 : 1;
    words[Node.BASE_BEFORE] = this.#neighbours[index]!.before;
    words[Node.BASE_BEHIND] = this.#neighbours[index]!.behind;
    words[Node.HOMES] = this.#tables.add(homes);
    words[Node.HOME_COUNT] = homes.length;
    words[Node.WINDOWS] = this.#tables.reserve(this.#tiles[index]!.length * 2).offset;
    words[Node.COPY_TILES] = copyTiles.size === 1 ? node.copies[0]!.tiles.length : 0;
  }

  /** True where results of a node leave the chip. */
  #leaves(node: SimulationNode): node is SimulationNode & { readonly outputBits: Int32Array } {
    return node.outputBits !== undefined && this.#graph.chip.offChipBitsPerCycle !== undefined;
  }

  /** Offset of the records of a node's copies. */
  #copies(node: SimulationNode, index: number, homes: readonly number[]): number {
    const { offset, words } = this.#tables.reserve(node.copies.length * Copy.WORDS);
    const homeIndices = new Map(homes.map((home, i) => [home, i]));
    node.copies.forEach((copy, i) => {
      const record = words.subarray(i * Copy.WORDS);
      record[Copy.INDEX] = i;
      record[Copy.HOME_INDEX] = homeIndices.get(homeOf(copy))!;
      this.#writeCopy(record, copy, index);
    });
    return offset;
  }

  #writeCopy(words: Int32Array, copy: SimulationCopy, node: number): void {
    const home = homeOf(copy);
    const others = copy.tiles.slice(0, -1);
    words[Copy.TILES] = this.#tables.add(copy.tiles);
    words[Copy.TILE_COUNT] = copy.tiles.length;
    words[Copy.HOME] = home;
    words[Copy.ROUTES] = this.#routeTable(node, home);
    if (!copy.partialBitsPerPixel.some((bits) => bits > 0)) return;
    words[Copy.PARTIAL_ROUTES] = this.#tables.add(others.map((tile) => this.#route(tile, home)));
    words[Copy.PARTIAL_BITS] = this.#tables.add(copy.partialBitsPerPixel);
  }

  /** Offset of the routes from a home of a node to all its destination tiles, and to the off-chip port. */
  #routeTable(node: number, home: number): number {
    const key = `${node} ${home}`;
    const known = this.#routeTables.get(key);
    if (known !== undefined) return known;
    const routes = this.#tiles[node]!.map((tile) => this.#route(home, tile));
    const { offChipTile } = this.#graph.chip;
    const leaves = this.#leaves(this.#graph.nodes[node]!);
    const offset = this.#tables.add(leaves ? [...routes, this.#route(home, offChipTile)] : routes);
    this.#routeTables.set(key, offset);
    return offset;
  }

  #route(from: number, to: number): number {
    const key = `${from} ${to}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const links = this.#graph.chip.route(from, to);
    const offset = this.#tables.add([links.length, ...links]);
    this.#routes.set(key, offset);
    return offset;
  }

  #writeEdge(words: Int32Array, edge: FlatEdge): void {
    const { from, to, rows, columns, bits, isConstant } = edge;
    const source = this.#graph.nodes[from]!;
    words[Edge.SOURCE] = from;
    words[Edge.READER] = to;
    words[Edge.IS_CONSTANT] = isConstant ? 1 : 0;
    words[Edge.ROW_LISTS] = this.#tables.addLists(rows);
    words[Edge.COLUMN_LISTS] = this.#tables.addLists(columns);
    words[Edge.READER_ROWS] = this.#tables.addLists(readers(rows, source.setRows));
    words[Edge.READER_COLUMNS] = this.#tables.addLists(readers(columns, source.setColumns));
    words[Edge.BITS] = this.#tables.add(bits);
    this.#writePlaces(words, edge);
  }

  /** Which copies of the reader are at which destination tiles of the source. */
  #writePlaces(words: Int32Array, { from, to }: FlatEdge): void {
    const tiles = this.#tiles[from]!;
    const { copies } = this.#graph.nodes[to]!;
    const placeOf = new Map(tiles.map((tile, place) => [tile, place]));
    const known = new Map<string, Int32Array>();
    const places = copies.map(({ tiles }) => {
      const list = Int32Array.from(tiles, (tile) => placeOf.get(tile)!).sort();
      const same = known.get(list.join()) ?? list;
      known.set(list.join(), same);
      return same;
    });
    // The engine reads a word from any byte on in which a copy has its bit.
    const heldWords = Math.ceil((copies.length + HELD_AHEAD) / 32) + 1;
    const held = new Int32Array(tiles.length * heldWords);
    const counts = new Int32Array(tiles.length);
    places.forEach((list, copy) => {
      for (const place of list) {
        for (let bit = copy; bit < copies.length + HELD_AHEAD; bit += copies.length) {
          held[place * heldWords + (bit >> 5)]! |= 1 << (bit & 31);
        }
        counts[place]! += 1;
      }
    });
    words[Edge.PLACES] = this.#tables.addLists(places);
    words[Edge.IS_GATHERED] = areAllEqual(places) ? 1 : 0;
    words[Edge.HOLDS] = this.#tables.add(
      counts.map((count) => (count === 0 ? Holds.NONE : count === copies.length ? Holds.ALL : Holds.SOME)),
    );
    words[Edge.HELD] = this.#tables.add(held);
    words[Edge.HELD_WORDS] = heldWords;
  }
}

const isFilled = (list: Int32Array) => list.length > 0;

function areAllEqual(lists: readonly Int32Array[]): boolean {
  const first = lists[0]!;
  return lists.every((list) => list === first || areEqual(list, first));
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Per row (column) of the source the rows (columns) whose lists have it. */
function readers(lists: readonly Int32Array[], size: number): readonly Int32Array[] {
  if (areAllEqual(lists)) {
    const all = Int32Array.from(lists, (_, i) => i);
    const none = new Int32Array();
    const isRead = new Set(lists[0]);
    return Array.from({ length: size }, (_, position) => (isRead.has(position) ? all : none));
  }
  const result = Array.from({ length: size }, (): number[] => []);
  lists.forEach((list, reader) => {
    for (const position of list) result[position]!.push(reader);
  });
  return result.map((list) => Int32Array.from(list));
}

/** 64 bits; not given: unlimited. */
function writeWide(words: Int32Array, word: number, value: number | undefined): void {
  new DataView(words.buffer, words.byteOffset).setBigInt64(word * 4, BigInt(value ?? UNLIMITED), true);
}

interface Table {
  readonly offset: number;
  readonly words: Int32Array;
}

/** Tables one behind the other. One that is added twice is there once. */
class Tables {
  readonly #parts: Table[] = [];
  readonly #offsets = new Map<unknown, number>();
  #end = 0;

  /** Room for `length` words, on a boundary of 64 bits. */
  reserve(length: number): Table {
    return this.#append(new Int32Array(length));
  }

  /** Offset of a table of words, which stays as it is from now on. */
  add(table: Int32Array | readonly number[]): number {
    const known = this.#offsets.get(table);
    if (known !== undefined) return known;
    const { offset } = this.#append(table instanceof Int32Array ? table : Int32Array.from(table));
    this.#offsets.set(table, offset);
    return offset;
  }

  /** Offset of a table of lists: offset and length of each. */
  addLists(lists: readonly Int32Array[]): number {
    const known = this.#offsets.get(lists);
    if (known !== undefined) return known;
    const { offset, words } = this.reserve(lists.length * List.WORDS);
    lists.forEach((list, i) => {
      words[i * List.WORDS + List.OFFSET] = this.add(list);
      words[i * List.WORDS + List.LENGTH] = list.length;
    });
    this.#offsets.set(lists, offset);
    return offset;
  }

  concatenated(): Int32Array {
    const all = new Int32Array(this.#end);
    for (const { offset, words } of this.#parts) all.set(words, offset);
    return all;
  }

  #append(words: Int32Array): Table {
    const part = { offset: this.#end, words };
    this.#parts.push(part);
    this.#end += words.length + (words.length & 1);
    return part;
  }
}
