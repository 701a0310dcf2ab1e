import {
  Edge,
  Format,
  Header,
  HeaderWide,
  Node,
  NodeKind,
  TilePlan,
} from '../../../assembly/simulation/layout.ts';
import { ClsaCimError } from '../../errors.ts';
import type { FlowIndex, Readers } from '../../workload/flow-index.ts';
import {
  indexed,
  resultDelayOf,
  type SimulationChip,
  type SimulationCopy,
  type SimulationEdge,
  type SimulationGraph,
  type SimulationNode,
} from '../model/graph.ts';
import { CopyWords } from './flat-copies.ts';
import { WriteWords } from './flat-writes.ts';
import { Tables } from './tables.ts';
import { writeWide } from './wide.ts';

const KINDS = { base: NodeKind.BASE, join: NodeKind.JOIN, input: NodeKind.INPUT } as const;
const MAX_FIRINGS = 2 ** 31 - 1;

/** An edge that carries something. */
interface FlatEdge extends SimulationEdge {
  readonly readers: Readers;
}

/**
 * A graph as the words that the engine plays (see assembly/simulation/layout.ts): the header and the records, then
 * tables that depend on the sets alone, then those that depend on where copies are. So that a graph is played with
 * other figures of the chip, only {@link records} have to be written anew; with other copies, {@link copyTables} too.
 */
export class FlatGraph {
  readonly #graph: SimulationGraph;
  /** Edges by the node that reads. */
  readonly #edges: readonly FlatEdge[];
  /** The header, and the records of nodes and edges. */
  readonly records: Int32Array;
  readonly #index: FlowIndex;
  readonly #setTables: Tables;
  #copyTables: Tables;
  /** Per node: offset of the table of bits that leave the chip, 0 for none. */
  readonly #outputBits: readonly number[];

  /** @throws ClsaCimError where there are more sets in all inferences than 31 bits count. */
  constructor(graph: SimulationGraph) {
    checkFirings(graph);
    this.#graph = graph;
    const { index } = indexed(graph);
    this.#index = index;
    this.#edges = graph.edges
      .map((edge, number) => ({ ...edge, readers: index.readers[number]! }))
      .filter(({ rows, columns }) => rows.some(isFilled) && columns.some(isFilled))
      .sort((a, b) => a.to - b.to);
    this.records = new Int32Array(this.#edgeOffset(this.#edges.length));
    this.#setTables = new Tables(this.records.length);
    this.#copyTables = this.#setTables;
    this.#writeHeader();
    this.#outputBits = graph.nodes.map(({ outputBits }) =>
      outputBits === undefined ? 0 : this.#setTables.add(outputBits),
    );
    this.#writeNodes();
    this.#edges.forEach((edge, index) => {
      this.#writeEdge(this.#edgeRecord(index), edge);
    });
    this.setFigures(graph.chip);
    this.setCopies(graph.nodes.map(({ copies }) => copies));
  }

  /** Number of words. */
  get length(): number {
    return this.#copyTables.end;
  }

  /** All words. */
  words(): Int32Array {
    const words = new Int32Array(this.length);
    words.set(this.records);
    this.#setTables.writeTo(words);
    this.#copyTables.writeTo(words);
    return words;
  }

  /** The tables that depend on where copies are, and their offset. */
  copyTables(): { readonly offset: number; readonly words: Int32Array } {
    const offset = this.#setTables.end;
    const words = new Int32Array(this.length - offset);
    this.#copyTables.writeTo(words, offset);
    return { offset, words };
  }

  /** Says whether start and finish of every set are kept, and in how many bins at most what is used; 0: it is not. */
  setKept({ keepsSets, useBins }: { readonly keepsSets: boolean; readonly useBins: number }): void {
    this.records[Header.KEEPS_SETS] = keepsSets ? 1 : 0;
    this.records[Header.USE_BINS] = useBins;
  }

  /** Takes the figures of a chip: widths, sizes, and times. Its tiles and links are those of the chip before. */
  setFigures(chip: SimulationChip): void {
    if (chip.tiles !== this.#graph.chip.tiles || chip.links.length !== this.#graph.chip.links.length) {
      throw new Error('other figures of a chip are none with other tiles or links');
    }
    writeWide(this.records, HeaderWide.LINK_BITS, chip.linkBitsPerCycle);
    writeWide(this.records, HeaderWide.HOP_CYCLES, chip.hopCycles);
    writeWide(this.records, HeaderWide.INPUT_CAPACITY, chip.inputBufferBits);
    writeWide(this.records, HeaderWide.OUTPUT_CAPACITY, chip.outputBufferBits);
    writeWide(this.records, HeaderWide.OFF_CHIP_BITS, chip.offChipBitsPerCycle);
    writeWide(this.records, HeaderWide.READ_BITS, chip.inputBufferPortBitsPerCycle);
    writeWide(this.records, HeaderWide.OFF_CHIP_LATENCY, chip.offChipLatencyCycles ?? 0);
    writeWide(this.records, HeaderWide.SHARED_CAPACITY, chip.sharedBufferBits ?? 0);
    writeWide(this.records, HeaderWide.SHARED_BITS, chip.sharedBufferBitsPerCycle);
    this.records[Header.OFF_CHIP_TILE] = chip.offChipTile;
    this.records[Header.TILE_WRITE_PORTS] = chip.tileWritePorts ?? 0;
    this.records[Header.READ_PORTS] = chip.inputBufferPorts ?? 1;
    // Without a figure for the port nothing leaves the chip.
    this.#outputBits.forEach((offset, node) => {
      this.#nodeRecord(node)[Node.LEAVING_BITS] = chip.offChipBitsPerCycle === undefined ? 0 : offset;
    });
  }

  /** Puts copies of each node, in order, on tiles of the chip. */
  setCopies(copies: readonly (readonly SimulationCopy[])[]): void {
    this.#copyTables = new Tables(this.#setTables.end);
    const { turns } = this.#graph;
    const writes = turns === undefined ? undefined : new WriteWords(this.#graph, turns);
    const words = new CopyWords(this.#graph, copies, this.#edges, this.#copyTables, writes);
    writes?.writeHeader(this.records, this.#copyTables, (tile) => words.routeFromPort(tile));
    this.#graph.nodes.forEach((_, node) => {
      words.writeNode(this.#nodeRecord(node), node);
    });
    this.records[Header.TILE_PLANS] = this.#copyTables.reserve(
      this.#graph.chip.tiles * TilePlan.WORDS,
    ).offset;
    this.#edges.forEach((edge, index) => {
      words.writeEdge(this.#edgeRecord(index), edge);
    });
  }

  #edgeOffset(index: number): number {
    return Header.WORDS + this.#graph.nodes.length * Node.WORDS + index * Edge.WORDS;
  }

  #nodeRecord(index: number): Int32Array {
    return this.records.subarray(Header.WORDS + index * Node.WORDS);
  }

  #edgeRecord(index: number): Int32Array {
    return this.records.subarray(this.#edgeOffset(index));
  }

  #writeHeader(): void {
    const { nodes, chip, batch, scheduling, mvmCycles = 1, mvmIntervalCycles = mvmCycles } = this.#graph;
    const header = this.records;
    header[Header.MAGIC] = Format.MAGIC;
    header[Header.VERSION] = Format.VERSION;
    header[Header.NODES] = nodes.length;
    header[Header.EDGES] = this.#edges.length;
    header[Header.TILES] = chip.tiles;
    header[Header.LINKS] = chip.links.length;
    header[Header.BATCH] = batch;
    header[Header.IS_LBL] = scheduling === 'lbl' ? 1 : 0;
    header[Header.EDGE_RECORDS] = this.#edgeOffset(0);
    writeWide(header, HeaderWide.MVM_INTERVAL, mvmIntervalCycles);
    writeWide(header, HeaderWide.RESULT_DELAY, resultDelayOf(this.#graph));
  }

  #writeNodes(): void {
    const { nodes, batch } = this.#graph;
    const { baseBefore, outgoing } = this.#index;
    const baseBehind = behind(baseBefore);
    const out = nodes.map((): number[] => []);
    const into = nodes.map(() => ({ first: 0, count: 0 }));
    this.#edges.forEach(({ from, to }, edge) => {
      out[from]!.push(edge);
      if (into[to]!.count++ === 0) into[to]!.first = edge;
    });
    nodes.forEach((node, index) => {
      const record = this.#nodeRecord(index);
      this.#writeSets(record, node);
      record[Node.FIRST_IN] = into[index]!.first;
      record[Node.IN_COUNT] = into[index]!.count;
      record[Node.OUT] = this.#setTables.add(out[index]!);
      record[Node.OUT_COUNT] = out[index]!.length;
      // An edge counts even if nothing is read along it.
      record[Node.IS_SINK] = outgoing[index]!.length > 0 ? 0 : 1;
      const { inferences = { first: 0, count: batch }, groupBefore = -1 } = node;
      record[Node.INFERENCES] = inferences.count;
      record[Node.FIRST_INFERENCE] = inferences.first;
      record[Node.GROUP_BEFORE] = groupBefore;
      record[Node.GROUP_BEHIND] = -1;
      if (groupBefore >= 0) this.#nodeRecord(groupBefore)[Node.GROUP_BEHIND] = index;
      record[Node.BASE_BEFORE] = baseBefore[index]!;
      record[Node.BASE_BEHIND] = baseBehind[index]!;
    });
  }

  #writeSets(record: Int32Array, node: SimulationNode): void {
    record[Node.KIND] = KINDS[node.kind];
    record[Node.SETS] = setsOf(node);
    record[Node.SET_COLUMNS] = node.setColumns;
    record[Node.DURATIONS] = this.#setTables.add(node.durations);
    record[Node.GPEU_CYCLES] = this.#setTables.add(node.gpeuCycles);
    record[Node.RESULT_BITS] = this.#setTables.add(node.resultBits);
    record[Node.MOST_BITS] = node.resultBits.reduce((most, bits) => Math.max(most, bits), 0);
  }

  #writeEdge(record: Int32Array, { from, to, rows, columns, bits, readers }: FlatEdge): void {
    record[Edge.PRODUCER] = from;
    record[Edge.READER] = to;
    record[Edge.IS_CONSTANT] = readers.isConstant ? 1 : 0;
    record[Edge.ROW_LISTS] = this.#setTables.addLists(rows);
    record[Edge.COLUMN_LISTS] = this.#setTables.addLists(columns);
    record[Edge.READER_ROWS] = this.#setTables.addLists(readers.rows);
    record[Edge.READER_COLUMNS] = this.#setTables.addLists(readers.columns);
    record[Edge.BITS] = this.#setTables.add(bits);
  }
}

function checkFirings({ nodes, batch, turns }: SimulationGraph): void {
  const sets = nodes.reduce((sum, node) => sum + setsOf(node) * (node.inferences?.count ?? batch), 0);
  // PEs that are written are numbered behind them.
  const firings = (turns?.writes ?? []).reduce((sum, { pes }) => sum + pes, sets);
  if (firings > MAX_FIRINGS) {
    throw new ClsaCimError(
      `a batch of ${batch} has ${firings} sets; more than ${MAX_FIRINGS} cannot be simulated; ` +
        'use a smaller batch or coarser sets, such as granularity row',
      'input',
      { code: 'OUT_OF_MEMORY' },
    );
  }
}

const setsOf = ({ setRows, setColumns }: SimulationNode) => setRows * setColumns;

const isFilled = (list: Int32Array) => list.length > 0;

/** Per base node the one behind it, -1 for none, given the one before. */
function behind(before: Int32Array): Int32Array {
  const behind = new Int32Array(before.length).fill(-1);
  before.forEach((other, node) => {
    if (other >= 0) behind[other] = node;
  });
  return behind;
}
