import { Header, HeaderWide, Node, Stuck, StuckCause } from '../../../assembly/simulation/layout.ts';
import type { EngineInstance } from '../../engine/instance.ts';
import type { EngineMemory, EngineRecord } from '../../engine/memory.ts';
import type { SimulationGraph } from '../model/graph.ts';

/** Nothing can happen any more, though sets or messages are left. */
export interface SimulationDeadlock {
  /** When nothing could happen any more. */
  readonly cycle: number;
  /** Of every node that has sets left: the one that would be next. Set k of inference i has number k + i·n. */
  readonly sets: readonly WaitingSet[];
  /** The first result of every node that has results to send, by node. */
  readonly messages: readonly WaitingMessage[];
  /** Every tile that lacks room for one of these: bits that values of each node occupy there. */
  readonly fullBuffers: readonly FullBuffer[];
}

/** A set that cannot start. */
export interface WaitingSet {
  /** Its node. */
  readonly node: number;
  /** Its number in the node. */
  readonly set: number;
  /** What it waits for. */
  readonly waitsFor: 'values' | 'output room' | 'layer before' | 'weights';
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
export interface FullBuffer {
  /** Its tile. */
  readonly tile: number;
  /** Bits that values of each node take in it. */
  readonly holds: readonly { readonly node: number; readonly bits: number }[];
}

const CAUSES = {
  [StuckCause.VALUES]: 'values',
  [StuckCause.LAYER_BEFORE]: 'layer before',
  [StuckCause.OUTPUT_ROOM]: 'output room',
  [StuckCause.WEIGHTS]: 'weights',
} as const;

/** What the engine says of a node that has come to no end. */
interface StuckNode {
  readonly node: number;
  readonly record: EngineRecord<Stuck>;
  /** Its destination tiles. */
  readonly tiles: readonly number[];
}

/** What waits for what where a simulation has come to no end; the engine knows, and this puts it into words. */
export function deadlockOf(graph: SimulationGraph, instance: EngineInstance): SimulationDeadlock {
  const records = instance.call((exports) => exports.explainDeadlock()) >>> 0;
  const { memory, start } = instance;
  const stuck = graph.nodes.map((_, node): StuckNode => {
    const record = memory.recordOf<Stuck>(records, node, Stuck.WORDS);
    return { node, record, tiles: destinations(instance, node) };
  });
  const messages = stuck.flatMap((node) => waitingMessage(memory, node) ?? []);
  const full = [...new Set(messages.flatMap(({ tiles }) => tiles))].sort((a, b) => a - b);
  return {
    cycle: memory.record<Header, HeaderWide>(start).wide(HeaderWide.NOW),
    sets: stuck.flatMap((node) => waitingSet(node) ?? []),
    messages,
    fullBuffers: full.map((tile) => fullBuffer(memory, stuck, tile)),
  };
}

function destinations({ memory, start }: EngineInstance, node: number): number[] {
  const record = memory.recordOf<Node>(start + Header.WORDS * 4, node, Node.WORDS);
  const tiles = memory.words(start + record.word(Node.DESTINATIONS) * 4, record.word(Node.DESTINATION_COUNT));
  return Array.from(tiles);
}

function waitingSet({ node, record }: StuckNode): WaitingSet | undefined {
  const set = record.word(Stuck.SET);
  if (set < 0) return undefined;
  const waitsFor = CAUSES[record.word(Stuck.CAUSE) as StuckCause];
  return {
    ...{ node, set, waitsFor },
    ...(waitsFor === 'values' && { source: record.word(Stuck.PRODUCER) }),
    ...(waitsFor === 'output room' && { tile: record.word(Stuck.TILE) }),
  };
}

function waitingMessage(
  memory: EngineMemory,
  { node, record, tiles }: StuckNode,
): WaitingMessage | undefined {
  const set = record.word(Stuck.RESULT);
  if (set < 0) return undefined;
  const isFull = memory.words(record.pointer(Stuck.IS_FULL), tiles.length);
  return { node, set, tiles: tiles.filter((_, index) => isFull[index] !== 0) };
}

/** What takes the room in the input buffer of a tile. */
function fullBuffer(memory: EngineMemory, stuck: readonly StuckNode[], tile: number): FullBuffer {
  const holds = stuck.flatMap(({ node, record, tiles }) => {
    const index = tiles.indexOf(tile);
    const bits = index < 0 ? 0 : memory.wide(record.pointer(Stuck.HELD) + index * 8);
    return bits > 0 ? [{ node, bits }] : [];
  });
  return { tile, holds };
}
