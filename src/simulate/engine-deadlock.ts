import {
  KIND_JOIN,
  NODE_FIRST_ID,
  NODE_INDEX,
  NODE_INSTANCES,
  NODE_KIND,
  NODE_LINE_NEXT,
  NODE_MISSING,
  NODE_NEXT,
  NODE_QUEUE_HEAD,
  NODE_SETS,
  NODE_TILE_COUNT,
  NODE_TILES,
  NODE_UNFINISHED,
  NODE_VALUES,
  NODE_WORDS,
  SIMULATION_LINE,
  SIMULATION_NOW,
  SIMULATION_TILE_RECORDS,
  STARTED,
  TILE_INPUT_BITS,
  TILE_WORDS,
  VALUE_BITS,
  VALUE_READERS,
  VALUE_WORDS,
} from '../../assembly/simulation/layout.ts';
import type { EngineMemory } from './engine-memory.ts';
import type { SimulationGraph } from './graph.ts';

/** Nothing can happen any more, though sets or messages are left. */
export interface SimulationDeadlock {
  readonly cycle: number;
  /** Of every node that has sets left: the one that would be next. Set k of inference i has number k + i·n. */
  readonly sets: readonly WaitingSet[];
  /** The first result of every node that has results to send, in the order in which they stand in line. */
  readonly messages: readonly WaitingMessage[];
}

/** A set that cannot start. */
export interface WaitingSet {
  readonly node: number;
  readonly set: number;
  readonly waitsFor: 'values' | 'output room' | 'layer before';
  /** The tile whose output buffer has no room. */
  readonly tile?: number;
}

/** A result that cannot be sent. */
export interface WaitingMessage {
  readonly node: number;
  readonly set: number;
  /** Tiles whose input buffers have no room for it. Empty: it stands in line behind a message for which there is none. */
  readonly tiles: readonly number[];
}

/** What waits for what at the end of a simulation; `undefined` where all is done. */
export function deadlockOf(graph: SimulationGraph, memory: EngineMemory): SimulationDeadlock | undefined {
  const sets = graph.nodes.flatMap((_, node) => waitingSet(graph, memory, node) ?? []);
  const messages = waitingMessages(graph, memory);
  if (sets.length + messages.length === 0) return undefined;
  return { cycle: memory.wide(memory.header, SIMULATION_NOW), sets, messages };
}

function waitingSet(graph: SimulationGraph, memory: EngineMemory, node: number): WaitingSet | undefined {
  const record = memory.nodeRecord(node, NODE_WORDS);
  const instances = memory.word(record, NODE_INSTANCES);
  const next = memory.word(record, NODE_NEXT);
  if (next === instances) return undefined;
  const missing = memory.words(memory.address(record, NODE_MISSING), instances);
  const ready = missing.indexOf(0);
  const isJoin = memory.word(record, NODE_KIND) === KIND_JOIN;
  const set = !isJoin ? next : ready >= 0 ? ready : missing.findIndex((values) => values !== STARTED);
  if (missing[set] !== 0) return { node, set, waitsFor: 'values' };
  if (waitsForLayerBefore(graph, memory, node, set)) return { node, set, waitsFor: 'layer before' };
  const { copies } = graph.nodes[node]!;
  return { node, set, waitsFor: 'output room', tile: copies[set % copies.length]!.tiles.at(-1)! };
}

function waitsForLayerBefore(
  graph: SimulationGraph,
  memory: EngineMemory,
  node: number,
  set: number,
): boolean {
  if (graph.scheduling !== 'lbl' || graph.nodes[node]!.kind !== 'base') return false;
  const before = graph.nodes.slice(0, node).findLastIndex(({ kind }) => kind === 'base');
  if (before < 0) return false;
  const inference = Math.floor(set / memory.word(memory.nodeRecord(node, NODE_WORDS), NODE_SETS));
  return memory.word(memory.address(memory.nodeRecord(before, NODE_WORDS), NODE_UNFINISHED), inference) > 0;
}

function waitingMessages(graph: SimulationGraph, memory: EngineMemory): WaitingMessage[] {
  const messages: WaitingMessage[] = [];
  for (
    let record = memory.address(memory.header, SIMULATION_LINE);
    record !== 0;
    record = memory.address(record, NODE_LINE_NEXT)
  ) {
    const node = memory.word(record, NODE_INDEX);
    const set = memory.word(record, NODE_QUEUE_HEAD) - memory.word(record, NODE_FIRST_ID);
    messages.push({ node, set, tiles: tilesWithoutRoom(graph, memory, record, set) });
  }
  return messages;
}

function tilesWithoutRoom(
  graph: SimulationGraph,
  memory: EngineMemory,
  record: number,
  set: number,
): number[] {
  const room = graph.chip.inputBufferBits ?? Number.POSITIVE_INFINITY;
  const places = memory.word(record, NODE_TILE_COUNT);
  const tiles = memory.words(memory.table(memory.word(record, NODE_TILES)), places);
  const tileRecords = memory.address(memory.header, SIMULATION_TILE_RECORDS);
  const values = memory.address(record, NODE_VALUES) + set * places * VALUE_WORDS * 4;
  return Array.from(tiles).filter((tile, place) => {
    const value = values + place * VALUE_WORDS * 4;
    if (memory.word(value, VALUE_READERS) === 0) return false;
    const used = memory.wide(tileRecords + tile * TILE_WORDS * 4, TILE_INPUT_BITS);
    return used + memory.word(value, VALUE_BITS) > room;
  });
}
