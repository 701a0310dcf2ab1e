import type { Readers } from '../../workload/flow-index.ts';
import {
  type IndexedGraph,
  indexed,
  type SimulationEdge,
  type SimulationGraph,
  type SimulationNode,
} from '../model/graph.ts';

/**
 * Bits that go from one endpoint to some others as multicasts: all messages of a graph with the same ends together.
 * An endpoint below `chip.tiles` is whatever the graph has on that tile, and goes where that goes; endpoint `chip.tiles + t`
 * is tile `t` itself, where inputs and outputs enter and leave, whatever lies there.
 */
export interface Traffic {
  readonly from: number;
  /** Ascending, without `from`. */
  readonly to: readonly number[];
  readonly bits: number;
}

/**
 * All that goes from tile to tile in all inferences of a graph: results, partial sums, and what enters and leaves
 * the chip (docs/simulation.md section 6). A message that is wider for some tiles than for others counts as
 * several: what all of them take, what all but the narrowest take on top, and so on.
 */
export function trafficOf(graph: SimulationGraph): Traffic[] {
  const ledger = new Ledger();
  const whole = indexed(graph);
  const endpoints = endpointsOf(whole);
  graph.nodes.forEach((node, number) => {
    const homes = endpoints[number]!.map((copy) => copy.at(-1)!);
    const readers = whole.index.outgoing[number]!.map((edge) => {
      return new EdgeReaders(whole, edge, endpoints[graph.edges[edge]!.to]!);
    });
    addResults(ledger, graph, node, homes, readers);
    addPartialSums(ledger, graph, node);
  });
  return ledger.traffic();
}

/** Sums up bits by their ends. */
class Ledger {
  readonly #entries = new Map<string, { from: number; to: readonly number[]; bits: number }>();

  add(from: number, to: readonly number[], bits: number): void {
    const others = to.filter((endpoint) => endpoint !== from).sort((a, b) => a - b);
    if (others.length === 0 || bits === 0) return;
    const key = `${from}>${others.join()}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { from, to: others, bits });
    else entry.bits += bits;
  }

  /** A message with bits of its own for every endpoint. */
  addMulticast(from: number, widths: ReadonlyMap<number, number>, times: number): void {
    const distinct = new Set(widths.values());
    let narrower = 0;
    for (const width of distinct.size > 1 ? [...distinct].sort((a, b) => a - b) : distinct) {
      const to = [...widths.keys()].filter((endpoint) => widths.get(endpoint)! >= width);
      this.add(from, to, (width - narrower) * times);
      narrower = width;
    }
  }

  traffic(): Traffic[] {
    return [...this.#entries.values()];
  }
}

/** Per node and copy: its tiles as endpoints. What depends on no base layer stays where it is. */
function endpointsOf({ nodes, edges, chip, index }: IndexedGraph): (readonly number[])[][] {
  const moves: boolean[] = [];
  // In topological order: what a node reads has been met before it.
  nodes.forEach(({ kind }, node) => {
    const reads = index.incoming[node]!.map((edge) => edges[edge]!.from);
    moves.push(kind === 'base' || (kind === 'join' && reads.some((from) => moves[from])));
  });
  return nodes.map(({ copies }, node) =>
    copies.map(({ tiles }) => (moves[node] ? tiles : tiles.map((tile) => chip.tiles + tile))),
  );
}

function addResults(
  ledger: Ledger,
  { nodes, chip, batch }: SimulationGraph,
  node: SimulationNode,
  homes: readonly number[],
  edges: readonly EdgeReaders[],
): void {
  const outputBits = chip.offChipBitsPerCycle === undefined ? undefined : node.outputBits;
  if (edges.length === 0 && outputBits === undefined) return;
  const sets = node.setRows * node.setColumns;
  const period = periodOf([node, ...edges.map(({ edge }) => nodes[edge.to]!)], batch);
  for (let inference = 0; inference < period; inference++) {
    const times = Math.ceil((batch - inference) / period);
    for (let set = 0; set < sets; set++) {
      const widths = new Map<number, number>();
      for (const readers of edges) readers.widen(widths, set, inference);
      if (outputBits !== undefined) widths.set(chip.tiles + chip.offChipTile, outputBits[set]!);
      ledger.addMulticast(homes[(set + inference * sets) % homes.length]!, widths, times);
    }
  }
}

/** After so many inferences, at most `batch`, sets of these nodes run on the same copies again. */
function periodOf(nodes: readonly SimulationNode[], batch: number): number {
  let period = 1;
  for (const { copies, setRows, setColumns } of nodes) {
    const own = copies.length / gcd(copies.length, setRows * setColumns);
    period = (period / gcd(period, own)) * own;
    if (period >= batch) return batch;
  }
  return period;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function addPartialSums(
  ledger: Ledger,
  { mvmCycles = 1, mvmIntervalCycles = mvmCycles, batch }: SimulationGraph,
  { copies, durations }: SimulationNode,
): void {
  if (copies.every(({ tiles }) => tiles.length === 1)) return;
  const pixels = new Float64Array(copies.length);
  const period = Math.min(batch, copies.length / gcd(copies.length, durations.length));
  for (let inference = 0; inference < period; inference++) {
    const times = Math.ceil((batch - inference) / period);
    durations.forEach((cycles, set) => {
      pixels[(set + inference * durations.length) % copies.length]! += (cycles / mvmIntervalCycles) * times;
    });
  }
  copies.forEach(({ tiles, partialBitsPerPixel }, copy) => {
    partialBitsPerPixel.forEach((bits, position) => {
      ledger.add(tiles[position]!, tiles.slice(-1), bits * pixels[copy]!);
    });
  });
}

/** Who reads the sets of a node along one edge. */
class EdgeReaders {
  readonly edge: SimulationEdge;
  readonly #reader: SimulationNode;
  readonly #sourceColumns: number;
  readonly #readers: Readers;
  /** Per copy of the reader. */
  readonly #endpoints: readonly (readonly number[])[];
  /** Where all copies of the reader are in the same endpoints. */
  readonly #onlyEndpoints: readonly number[] | undefined;
  /** Where every set reads the same: the copies of one inference. */
  #copiesOfAll: { readonly inference: number; readonly copies: ReadonlySet<number> } | undefined;

  constructor(
    { nodes, edges, index }: IndexedGraph,
    number: number,
    endpoints: readonly (readonly number[])[],
  ) {
    this.edge = edges[number]!;
    this.#reader = nodes[this.edge.to]!;
    this.#sourceColumns = nodes[this.edge.from]!.setColumns;
    this.#readers = index.readers[number]!;
    const [first, ...rest] = endpoints;
    this.#endpoints = endpoints;
    this.#onlyEndpoints = rest.every((copy) => areEqual(copy, first!)) ? first : undefined;
  }

  /** Notes the endpoints that read a set, with the bits that they take. */
  widen(widths: Map<number, number>, set: number, inference: number): void {
    const rows = this.#readers.rows[Math.floor(set / this.#sourceColumns)]!;
    const columns = this.#readers.columns[set % this.#sourceColumns]!;
    if (rows.length === 0 || columns.length === 0) return;
    const bits = this.edge.bits[set]!;
    const widenTo = (endpoint: number) => {
      if (!(widths.get(endpoint)! >= bits)) widths.set(endpoint, bits);
    };
    if (this.#onlyEndpoints !== undefined) {
      this.#onlyEndpoints.forEach(widenTo);
      return;
    }
    for (const copy of this.#copies(rows, columns, inference)) this.#endpoints[copy]!.forEach(widenTo);
  }

  /** The copies that run the sets in these rows and columns. */
  #copies(rows: Int32Array, columns: Int32Array, inference: number): ReadonlySet<number> {
    if (this.#readers.isConstant && this.#copiesOfAll?.inference === inference)
      return this.#copiesOfAll.copies;
    const { setRows, setColumns, copies } = this.#reader;
    const before = inference * setRows * setColumns;
    const found = new Set<number>();
    for (const row of rows) {
      for (const column of columns) found.add((before + row * setColumns + column) % copies.length);
      if (found.size === copies.length) break;
    }
    if (this.#readers.isConstant) this.#copiesOfAll = { inference, copies: found };
    return found;
  }
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
