import {
  COPY_HOME,
  COPY_HOME_INDEX,
  COPY_INDEX,
  COPY_PARTIAL_BITS,
  COPY_PARTIAL_ROUTES,
  COPY_ROUTES,
  COPY_TILE_COUNT,
  COPY_TILES,
  COPY_WORDS,
  EDGE_BITS,
  EDGE_COLUMN_LISTS,
  EDGE_HELD,
  EDGE_HELD_WORDS,
  EDGE_HOLDS,
  EDGE_IS_CONSTANT,
  EDGE_IS_GATHERED,
  EDGE_PLACES,
  EDGE_READER,
  EDGE_READER_COLUMNS,
  EDGE_READER_ROWS,
  EDGE_RECORD_WORDS,
  EDGE_ROW_LISTS,
  EDGE_SOURCE,
  HELD_AHEAD,
  HOLDS_ALL,
  HOLDS_NONE,
  HOLDS_SOME,
  KIND_BASE,
  KIND_INPUT,
  KIND_JOIN,
  LIST_LENGTH,
  LIST_OFFSET,
  LIST_WORDS,
  NODE_BASE_BEFORE,
  NODE_BASE_BEHIND,
  NODE_BITS,
  NODE_COPIES,
  NODE_COPY_COUNT,
  NODE_COPY_TILES,
  NODE_DURATIONS,
  NODE_FIRST_IN,
  NODE_GPEU_CYCLES,
  NODE_HOME_COUNT,
  NODE_HOMES,
  NODE_IN_COUNT,
  NODE_IS_SINK,
  NODE_KIND,
  NODE_MOST_BITS,
  NODE_OUT,
  NODE_OUT_COUNT,
  NODE_OUTPUT_BITS,
  NODE_SET_COLUMNS,
  NODE_SETS,
  NODE_TILE_COUNT,
  NODE_TILES,
  NODE_WINDOWS,
  NODE_WORDS,
  SIMULATION_BATCH,
  SIMULATION_EDGE_RECORDS,
  SIMULATION_EDGES,
  SIMULATION_HEADER_MAGIC,
  SIMULATION_HEADER_VERSION,
  SIMULATION_HEADER_WORDS,
  SIMULATION_HOP_CYCLES,
  SIMULATION_INPUT_ROOM,
  SIMULATION_IS_LBL,
  SIMULATION_KEEPS_SETS,
  SIMULATION_LINK_BITS,
  SIMULATION_LINKS,
  SIMULATION_MAGIC,
  SIMULATION_MVM_CYCLES,
  SIMULATION_NODES,
  SIMULATION_OFF_CHIP_BITS,
  SIMULATION_OUTPUT_ROOM,
  SIMULATION_READ_BITS,
  SIMULATION_READ_PORTS,
  SIMULATION_TILES,
  SIMULATION_VERSION,
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

const KINDS = { base: KIND_BASE, join: KIND_JOIN, input: KIND_INPUT } as const;
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
        'use a smaller batch or coarser sets, such as granularity row',
      'input',
      { code: 'OUT_OF_MEMORY' },
    );
  }
  return new Flattener(graph, keepSets).words();
}

/** Writes the figures of a chip into a header: widths, sizes, and times, on which no other word depends. */
export function writeFigures(header: Int32Array, chip: SimulationChip): void {
  writeWide(header, SIMULATION_LINK_BITS, chip.linkBitsPerCycle);
  writeWide(header, SIMULATION_HOP_CYCLES, chip.hopCycles);
  writeWide(header, SIMULATION_INPUT_ROOM, chip.inputBufferBits);
  writeWide(header, SIMULATION_OUTPUT_ROOM, chip.outputBufferBits);
  writeWide(header, SIMULATION_OFF_CHIP_BITS, chip.offChipBitsPerCycle);
  writeWide(header, SIMULATION_READ_BITS, chip.inputBufferPortBitsPerCycle);
  header[SIMULATION_READ_PORTS] = chip.inputBufferPorts ?? 1;
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
    const header = tables.reserve(SIMULATION_HEADER_WORDS);
    const nodeRecords = nodes.map(() => tables.reserve(NODE_WORDS));
    const edgeRecords = this.#edges.map(() => tables.reserve(EDGE_RECORD_WORDS));
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
    words[SIMULATION_HEADER_MAGIC] = SIMULATION_MAGIC;
    words[SIMULATION_HEADER_VERSION] = SIMULATION_VERSION;
    words[SIMULATION_NODES] = nodes.length;
    words[SIMULATION_EDGES] = this.#edges.length;
    words[SIMULATION_TILES] = chip.tiles;
    words[SIMULATION_LINKS] = chip.links.length;
    words[SIMULATION_BATCH] = batch;
    words[SIMULATION_IS_LBL] = scheduling === 'lbl' ? 1 : 0;
    words[SIMULATION_KEEPS_SETS] = this.#keepSets ? 1 : 0;
    words[SIMULATION_EDGE_RECORDS] = edgeRecords;
    writeWide(words, SIMULATION_MVM_CYCLES, mvmCycles ?? 1);
    writeFigures(words, chip);
  }

  #writeNode(words: Int32Array, index: number): void {
    const node = this.#graph.nodes[index]!;
    const out = this.#out[index]!;
    const homes = [...new Set(node.copies.map(homeOf))];
    const copyTiles = new Set(node.copies.map(({ tiles }) => tiles.length));
    words[NODE_KIND] = KINDS[node.kind];
    words[NODE_SETS] = setsOf(node);
    words[NODE_SET_COLUMNS] = node.setColumns;
    words[NODE_COPIES] = this.#copies(node, index, homes);
    words[NODE_COPY_COUNT] = node.copies.length;
    words[NODE_TILES] = this.#tables.add(this.#tiles[index]!);
    words[NODE_TILE_COUNT] = this.#tiles[index]!.length;
    words[NODE_DURATIONS] = this.#tables.add(node.durations);
    words[NODE_GPEU_CYCLES] = this.#tables.add(node.gpeuCycles);
    words[NODE_BITS] = this.#tables.add(node.resultBits);
    words[NODE_OUTPUT_BITS] = this.#leaves(node) ? this.#tables.add(node.outputBits) : 0;
    words[NODE_MOST_BITS] = node.resultBits.reduce((most, bits) => Math.max(most, bits), 0);
    words[NODE_FIRST_IN] = this.#in[index]!.first;
    words[NODE_IN_COUNT] = this.#in[index]!.count;
    words[NODE_OUT] = this.#tables.add(out);
    words[NODE_OUT_COUNT] = out.length;
    words[NODE_IS_SINK] = this.#sources.has(index) ? 0 : 1;
    words[NODE_BASE_BEFORE] = this.#neighbours[index]!.before;
    words[NODE_BASE_BEHIND] = this.#neighbours[index]!.behind;
    words[NODE_HOMES] = this.#tables.add(homes);
    words[NODE_HOME_COUNT] = homes.length;
    words[NODE_WINDOWS] = this.#tables.reserve(this.#tiles[index]!.length * 2).offset;
    words[NODE_COPY_TILES] = copyTiles.size === 1 ? node.copies[0]!.tiles.length : 0;
  }

  /** True where results of a node leave the chip. */
  #leaves(node: SimulationNode): node is SimulationNode & { readonly outputBits: Int32Array } {
    return node.outputBits !== undefined && this.#graph.chip.offChipBitsPerCycle !== undefined;
  }

  /** Offset of the records of a node's copies. */
  #copies(node: SimulationNode, index: number, homes: readonly number[]): number {
    const { offset, words } = this.#tables.reserve(node.copies.length * COPY_WORDS);
    const homeIndices = new Map(homes.map((home, i) => [home, i]));
    node.copies.forEach((copy, i) => {
      const record = words.subarray(i * COPY_WORDS);
      record[COPY_INDEX] = i;
      record[COPY_HOME_INDEX] = homeIndices.get(homeOf(copy))!;
      this.#writeCopy(record, copy, index);
    });
    return offset;
  }

  #writeCopy(words: Int32Array, copy: SimulationCopy, node: number): void {
    const home = homeOf(copy);
    const others = copy.tiles.slice(0, -1);
    words[COPY_TILES] = this.#tables.add(copy.tiles);
    words[COPY_TILE_COUNT] = copy.tiles.length;
    words[COPY_HOME] = home;
    words[COPY_ROUTES] = this.#routeTable(node, home);
    if (!copy.partialBitsPerPixel.some((bits) => bits > 0)) return;
    words[COPY_PARTIAL_ROUTES] = this.#tables.add(others.map((tile) => this.#route(tile, home)));
    words[COPY_PARTIAL_BITS] = this.#tables.add(copy.partialBitsPerPixel);
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
    words[EDGE_SOURCE] = from;
    words[EDGE_READER] = to;
    words[EDGE_IS_CONSTANT] = isConstant ? 1 : 0;
    words[EDGE_ROW_LISTS] = this.#tables.addLists(rows);
    words[EDGE_COLUMN_LISTS] = this.#tables.addLists(columns);
    words[EDGE_READER_ROWS] = this.#tables.addLists(readers(rows, source.setRows));
    words[EDGE_READER_COLUMNS] = this.#tables.addLists(readers(columns, source.setColumns));
    words[EDGE_BITS] = this.#tables.add(bits);
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
    words[EDGE_PLACES] = this.#tables.addLists(places);
    words[EDGE_IS_GATHERED] = areAllEqual(places) ? 1 : 0;
    words[EDGE_HOLDS] = this.#tables.add(
      counts.map((count) => (count === 0 ? HOLDS_NONE : count === copies.length ? HOLDS_ALL : HOLDS_SOME)),
    );
    words[EDGE_HELD] = this.#tables.add(held);
    words[EDGE_HELD_WORDS] = heldWords;
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
    const { offset, words } = this.reserve(lists.length * LIST_WORDS);
    lists.forEach((list, i) => {
      words[i * LIST_WORDS + LIST_OFFSET] = this.add(list);
      words[i * LIST_WORDS + LIST_LENGTH] = list.length;
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
