import { Copy, Header, HeaderWide, Write, WriteWide } from '../../../assembly/simulation/layout.ts';
import type { CopyOfNode, SimulationGraph, SimulationTurns } from '../model/graph.ts';
import type { Tables } from './tables.ts';
import { writeWide } from './wide.ts';

/** The words of a simulation about weights that take turns. */
export class WriteWords {
  readonly #graph: SimulationGraph;
  readonly #turns: SimulationTurns;
  /** Per node, by copy: its gate and 1; PEs that are written. */
  readonly #gates: Int32Array[];
  readonly #toWrite: Int32Array[];

  constructor(graph: SimulationGraph, turns: SimulationTurns) {
    this.#graph = graph;
    this.#turns = turns;
    this.#gates = graph.nodes.map(({ copies }) => new Int32Array(copies.length));
    this.#toWrite = graph.nodes.map(({ copies }) => new Int32Array(copies.length));
    turns.gates.forEach((copies, gate) => {
      for (const { node, copy } of copies) this.#gates[node]![copy] = gate + 1;
    });
    for (const { node, copy, pes } of turns.writes) this.#toWrite[node]![copy]! += pes;
  }

  /** Writes into the records of the copies of a node, which lie one behind the other. */
  writeCopies(records: Int32Array, node: number): void {
    this.#gates[node]!.forEach((gate, copy) => {
      records[copy * Copy.WORDS + Copy.GATE] = gate;
      records[copy * Copy.WORDS + Copy.TO_WRITE] = this.#toWrite[node]![copy]!;
    });
  }

  /** Writes into the header, and into tables. `routeTo` gives the offset of the route from the port to a tile. */
  writeHeader(header: Int32Array, tables: Tables, routeTo: (tile: number) => number): void {
    const { writes, gates, parallelWrites = 0, writeCycles, freesTogether = false } = this.#turns;
    const { offset, words } = tables.reserve(writes.length * Write.WORDS);
    writes.forEach(({ node, copy, tile, pes, bits, gate }, i) => {
      const record = words.subarray(i * Write.WORDS);
      record[Write.NODE_INDEX] = node;
      record[Write.COPY] = copy;
      record[Write.TILE] = tile;
      record[Write.PES] = pes;
      record[Write.GATE] = gate;
      record[Write.ROUTE] = routeTo(tile);
      writeWide(record, WriteWide.BITS, bits);
    });
    header[Header.HAS_TURNS] = 1;
    header[Header.WRITES] = offset;
    header[Header.WRITE_COUNT] = writes.length;
    header[Header.GATES] = tables.add(gates.map((copies) => this.#setsOn(copies)));
    header[Header.GATE_COUNT] = gates.length;
    header[Header.PARALLEL_WRITES] = parallelWrites;
    header[Header.FREES_TOGETHER] = freesTogether ? 1 : 0;
    writeWide(header, HeaderWide.WRITE_CYCLES, writeCycles);
  }

  /** Sets that run on copies. */
  #setsOn(copies: readonly CopyOfNode[]): number {
    const { nodes, batch } = this.#graph;
    return copies.reduce((sum, { node, copy }) => {
      const { setRows, setColumns, inferences, copies: all } = nodes[node]!;
      const sets = setRows * setColumns * (inferences?.count ?? batch);
      return sum + Math.ceil((sets - copy) / all.length);
    }, 0);
  }
}
