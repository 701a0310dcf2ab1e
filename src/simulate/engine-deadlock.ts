import {
  Block,
  Buffer,
  Header,
  HeaderWide,
  NoBlock,
  Node,
  NodeKind,
  SetState,
  Stream,
  StreamWide,
  Tile,
  Value,
  ValueBits,
} from '../../assembly/simulation/layout.ts';
import type { EngineMemory } from './engine-memory.ts';
import type { SimulationCopy, SimulationEdge, SimulationGraph } from './graph.ts';

/** Nothing can happen any more, though sets or messages are left. */
export interface SimulationDeadlock {
  /** When nothing could happen any more. */
  readonly cycle: number;
  /** Of every node that has sets left: the one that would be next. Set k of inference i has number k + i·n. */
  readonly sets: readonly WaitingSet[];
  /** The first result of every node that has results to send, by node. */
  readonly messages: readonly WaitingMessage[];
  /** Every tile that lacks room for one of these: bits that values of each node occupy there. */
  readonly rooms: readonly FullRoom[];
}

/** A set that cannot start. */
export interface WaitingSet {
  /** Its node. */
  readonly node: number;
  /** Its number in the node. */
  readonly set: number;
  /** What it waits for. */
  readonly waitsFor: 'values' | 'output room' | 'layer before';
  /** The tile whose output buffer has no room. */
  readonly tile?: number;
  /** The node of the first value that is not there: along the first edge, the lowest set. */
  readonly source?: number;
}

/** A result that cannot be sent. */
export interface WaitingMessage {
  /** Its node. */
  readonly node: number;
  /** Its number in the node. */
  readonly set: number;
  /** Tiles whose input buffers have no room for it. */
  readonly tiles: readonly number[];
}

/** An input buffer, and what is in it. */
export interface FullRoom {
  /** Its tile. */
  readonly tile: number;
  /** Bits that values of each node take in it. */
  readonly holds: readonly { readonly node: number; readonly bits: number }[];
}

/** What waits for what at the end of a simulation; `undefined` where all is done. */
export function deadlockOf(graph: SimulationGraph, memory: EngineMemory): SimulationDeadlock | undefined {
  const state = new EndState(graph, memory);
  const sets = graph.nodes.flatMap((_, node) => state.waitingSet(node) ?? []);
  const messages = graph.nodes.flatMap((_, node) => state.waitingMessage(node) ?? []);
  if (sets.length + messages.length === 0) return undefined;
  const full = [...new Set(messages.flatMap(({ tiles }) => tiles))].sort((a, b) => a - b);
  return { cycle: memory.wide(memory.header, HeaderWide.NOW), sets, messages, rooms: state.rooms(full) };
}

/** The memory of the engine, where nothing happens any more. */
class EndState {
  readonly #graph: SimulationGraph;
  readonly #memory: EngineMemory;

  constructor(graph: SimulationGraph, memory: EngineMemory) {
    this.#graph = graph;
    this.#memory = memory;
  }

  waitingSet(node: number): WaitingSet | undefined {
    const record = this.#node(node);
    const next = this.#memory.word(record, Node.NEXT);
    if (next === this.#memory.word(record, Node.INSTANCES)) return undefined;
    const set = this.#memory.word(record, Node.KIND) === NodeKind.JOIN ? this.#nextOfJoin(node) : next;
    if (!this.#hasValues(node, set))
      return { node, set, waitsFor: 'values', source: this.#missingSource(node, set) };
    if (this.#waitsForLayerBefore(node, set)) return { node, set, waitsFor: 'layer before' };
    return { node, set, waitsFor: 'output room', tile: this.#copy(node, set).tiles.at(-1)! };
  }

  waitingMessage(node: number): WaitingMessage | undefined {
    const record = this.#node(node);
    const event = this.#memory.address(record, Node.QUEUE_HEAD);
    if (event === 0) return undefined;
    const set = this.#memory.eventId(event) - this.#memory.word(record, Node.FIRST_ID);
    const tiles = this.#tiles(node).filter((_, place) => !this.#hasRoom(node, set, place));
    return { node, set, tiles };
  }

  /** What occupies the input buffers of some tiles. */
  rooms(tiles: readonly number[]): FullRoom[] {
    const held = new Map(tiles.map((tile) => [tile, new Map<number, number>()]));
    this.#graph.nodes.forEach((_, node) => {
      const places = this.#tiles(node).flatMap((tile, place) => {
        const bits = held.get(tile);
        return bits === undefined ? [] : [{ place, bits }];
      });
      if (places.length === 0) return;
      for (let set = 0; set < this.#memory.word(this.#node(node), Node.INSTANCES); set++) {
        if (!this.#isSent(node, set)) continue;
        for (const { place, bits } of places) {
          const value = this.#value(node, set, place);
          if (value.readers > 0) bits.set(node, (bits.get(node) ?? 0) + value.bits);
        }
      }
    });
    return tiles.map((tile) => {
      const holds = [...held.get(tile)!]
        .map(([node, bits]) => ({ node, bits }))
        .filter(({ bits }) => bits > 0);
      return { tile, holds };
    });
  }

  /** The lowest-numbered set of a join that has everything and has not started; if none has, that has not started. */
  #nextOfJoin(node: number): number {
    const instances = this.#memory.word(this.#node(node), Node.INSTANCES);
    let first = -1;
    for (let set = 0; set < instances; set++) {
      if (this.#hasStarted(node, set)) continue;
      if (first < 0) first = set;
      if (this.#hasValues(node, set)) return set;
    }
    return first;
  }

  #hasValues(node: number, set: number): boolean {
    const state = this.#state(node, set);
    if (state !== undefined) return state === 0;
    const { setRows, setColumns } = this.#graph.nodes[node]!;
    const reads = this.#memory.address(this.#node(node), Node.READS);
    return this.#memory.word(reads, set % (setRows * setColumns)) === 0;
  }

  #hasStarted(node: number, set: number): boolean {
    return this.#isOver(node, set) || (this.#state(node, set) ?? 0) < 0;
  }

  /** True where the result of a set was injected, or had nowhere to go. Then it has arrived, too. */
  #isSent(node: number, set: number): boolean {
    const state = this.#state(node, set) ?? 0;
    return this.#isOver(node, set) || (state < 0 && (state & SetState.SENT) !== 0);
  }

  /** The node of the first value that is not there. */
  #missingSource(node: number, set: number): number {
    const missing = this.#graph.edges.find((edge) => edge.to === node && this.#misses(edge, set));
    if (missing === undefined) throw new Error(`set ${set} of node ${node} waits for a value that is there`);
    return missing.from;
  }

  #misses({ from, to, rows, columns }: SimulationEdge, set: number): boolean {
    const { nodes } = this.#graph;
    const { setRows, setColumns } = nodes[to]!;
    const source = nodes[from]!;
    const inference = Math.floor(set / (setRows * setColumns));
    const k = set % (setRows * setColumns);
    const first = inference * source.setRows * source.setColumns;
    return rows[Math.floor(k / setColumns)]!.some((row) =>
      columns[k % setColumns]!.some(
        (column) => !this.#isSent(from, first + row * source.setColumns + column),
      ),
    );
  }

  #waitsForLayerBefore(node: number, set: number): boolean {
    const { scheduling, nodes } = this.#graph;
    if (scheduling !== 'lbl' || nodes[node]!.kind !== 'base') return false;
    const before = nodes.slice(0, node).findLastIndex(({ kind }) => kind === 'base');
    if (before < 0) return false;
    const inference = Math.floor(set / this.#memory.word(this.#node(node), Node.SETS));
    return this.#memory.word(this.#memory.address(this.#node(before), Node.UNFINISHED), inference) > 0;
  }

  /** True where the tile at a place has room for a result that waits. */
  #hasRoom(node: number, set: number, place: number): boolean {
    const memory = this.#memory;
    const { readers, bits } = this.#value(node, set, place);
    if (readers === 0) return true;
    const tiles = memory.address(memory.header, Header.TILE_RECORDS);
    const buffer = tiles + (this.#tiles(node)[place]! * Tile.WORDS + Tile.INPUT) * 4;
    const limit = this.#graph.chip.inputBufferBits ?? Number.POSITIVE_INFINITY;
    if (memory.wide(buffer, Buffer.BITS) + bits > limit) return false;
    const stream = memory.address(this.#node(node), Node.STREAMS) + place * Stream.WORDS * 4;
    const isInTurn = memory.word(this.#node(node), Node.TURN) === set;
    if (isInTurn && memory.wide(stream, StreamWide.USED) + bits <= memory.wide(stream, StreamWide.WINDOW))
      return true;
    return memory.wide(buffer, Buffer.SHARED) + bits <= memory.wide(buffer, Buffer.SHARED_ROOM);
  }

  #node(node: number): number {
    return this.#memory.nodeRecord(node, Node.WORDS);
  }

  #copy(node: number, set: number): SimulationCopy {
    const { copies } = this.#graph.nodes[node]!;
    return copies[set % copies.length]!;
  }

  /** Destination tiles of a node. */
  #tiles(node: number): number[] {
    const record = this.#node(node);
    const tiles = this.#memory.table(this.#memory.word(record, Node.TILES));
    return Array.from(this.#memory.words(tiles, this.#memory.word(record, Node.TILE_COUNT)));
  }

  /** The word for the block of the inference that a set is of. */
  #block(node: number, set: number): number {
    const record = this.#node(node);
    const inference = Math.floor(set / this.#memory.word(record, Node.SETS));
    return this.#memory.address(this.#memory.address(record, Node.BLOCKS), inference);
  }

  #isOver(node: number, set: number): boolean {
    return this.#block(node, set) === NoBlock.OVER;
  }

  /** The state of a set, where its inference has begun at the node and is not over. */
  #state(node: number, set: number): number | undefined {
    const block = this.#block(node, set);
    if (block === NoBlock.NOT_YET || block === NoBlock.OVER) return undefined;
    return this.#memory.word(block, Block.SETS + (set % this.#memory.word(this.#node(node), Node.SETS)));
  }

  /** The result of a set at a place: how many have still to read it, and its bits. */
  #value(node: number, set: number, place: number): { readers: number; bits: number } {
    const block = this.#block(node, set);
    if (block === NoBlock.NOT_YET || block === NoBlock.OVER) return { readers: 0, bits: 0 };
    const record = this.#node(node);
    const sets = this.#memory.word(record, Node.SETS);
    const values = block + this.#memory.address(record, Node.BLOCK_VALUES) + place * sets * Value.WORDS * 4;
    const k = set % sets;
    return {
      readers: this.#memory.word(values, k),
      bits: this.#memory.word(values, sets + k) & ValueBits.SIZE,
    };
  }
}
