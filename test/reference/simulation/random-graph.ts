/** Random graphs, and the same graphs on other chips. */
import fc from 'fast-check';
import type {
  SimulationChip,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../../src/simulate/model/graph.ts';
import { base, on } from './by-hand.ts';
import { perInput, sum } from './invariants.ts';
import { inputWindows, outputWindows, type Window } from './windows.ts';

/** Numbers of a random graph come from one list of bytes, so that fast-check can shrink it. */
class Bytes {
  readonly #bytes: readonly number[];
  #next = 0;

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  /** A number from `least` to `most`; `least` when the bytes are used up. */
  number(least: number, most: number): number {
    const byte = this.#bytes[this.#next++] ?? 0;
    return least + (byte % (most - least + 1));
  }

  list(count: number, least: number, most: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.number(least, most));
  }

  /** Some of 0, 1, … count - 1, in order. */
  some(count: number): number[] {
    return Array.from({ length: count }, (_, k) => k).filter(() => this.number(0, 1) === 1);
  }

  maybe(least: number, most: number): number | undefined {
    return this.number(0, 2) === 0 ? undefined : this.number(least, most);
  }
}

/** A mesh of two columns; routes go along X, then along Y. */
function mesh(rows: number): Pick<SimulationChip, 'tiles' | 'links' | 'route'> {
  const links: (readonly [number, number])[] = [];
  for (let from = 0; from < 2 * rows; from++) {
    for (const to of [from ^ 1, from - 2, from + 2]) if (to >= 0 && to < 2 * rows) links.push([from, to]);
  }
  const route = (from: number, to: number): number[] => {
    if (from === to) return [];
    const next = from % 2 === to % 2 ? from + 2 * Math.sign(to - from) : from ^ 1;
    return [links.findIndex(([a, b]) => a === from && b === next), ...route(next, to)];
  };
  return { tiles: 2 * rows, links, route };
}

/** Leaves the figures out that are undefined. */
const given = (figures: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined));

const MVM_INTERVAL = 2;

interface Shape {
  /** Buffers have limits, so that there may be a deadlock. */
  readonly tight?: boolean;
  /** Movement, GPEU and port cost nothing. */
  readonly free?: boolean;
  /** The largest batch; 3 if left out. */
  readonly most?: number;
}

function randomGraph(bytes: Bytes, { tight = false, free = false, most = 3 }: Shape): SimulationGraph {
  const { tiles, links, route } = mesh(bytes.number(1, 3));
  const figures = {
    linkBitsPerCycle: bytes.maybe(1, 8),
    offChipBitsPerCycle: bytes.maybe(1, 8),
    inputBufferBits: tight ? bytes.maybe(10, 120) : undefined,
    outputBufferBits: tight ? bytes.maybe(8, 60) : undefined,
    inputBufferPorts: bytes.maybe(1, 3),
    inputBufferPortBitsPerCycle: bytes.maybe(4, 24),
  };
  const hopCycles = free ? 0 : bytes.number(0, 3);
  const chip = { tiles, links, route, hopCycles, offChipTile: bytes.number(0, tiles - 1) };
  const nodes: SimulationNode[] = [];
  const edges: SimulationEdge[] = [];
  for (let node = bytes.number(1, 5); node >= 0; node--) {
    const kind = (['input', 'base', 'base', 'base', 'join'] as const)[bytes.number(0, 4)]!;
    nodes.push(randomNode(bytes, tiles, kind, free));
    if (kind !== 'input') edges.push(...randomEdges(bytes, nodes));
  }
  const isRead = (node: number) => edges.some(({ from }) => from === node);
  return {
    nodes: nodes.map((node, index) => {
      // One in four of those that are read inside leaves the chip, too.
      const isOutput = !isRead(index) || bytes.number(0, 3) === 3;
      return isOutput ? { ...node, outputBits: bytes.list(perInput(node), 0, 16) } : node;
    }),
    edges,
    chip: { ...chip, ...(free ? {} : given(figures)) },
    batch: bytes.number(1, most),
    scheduling: bytes.number(0, 4) === 0 ? 'lbl' : 'xinf',
    ...mvmTimes(bytes),
  };
}

/** Every other time MVMs overlap, and up to four of a copy are under way. */
function mvmTimes(bytes: Bytes): Pick<SimulationGraph, 'mvmCycles' | 'mvmIntervalCycles'> {
  const delay = Math.max(0, bytes.number(0, 11) - 5);
  return { mvmCycles: MVM_INTERVAL + delay, mvmIntervalCycles: MVM_INTERVAL };
}

function randomNode(bytes: Bytes, tiles: number, kind: SimulationNode['kind'], free: boolean) {
  const [setRows, setColumns] = [bytes.number(1, 3), bytes.number(1, 3)];
  const count = setRows * setColumns;
  const copies = Array.from({ length: kind === 'base' ? bytes.number(1, 3) : 1 }, () => {
    const first = bytes.number(0, tiles - 1);
    const held = Array.from({ length: bytes.number(1, Math.min(3, tiles)) }, (_, i) => (first + i) % tiles);
    const taken = kind === 'base' ? held : [first];
    return { tiles: taken, partialBitsPerPixel: [...bytes.list(taken.length - 1, 0, free ? 0 : 9)] };
  });
  return base([], {
    kind,
    setRows,
    setColumns,
    copies,
    durations:
      kind === 'base'
        ? bytes.list(count, 1, 3).map((pixels) => MVM_INTERVAL * pixels)
        : bytes.list(count, 0, kind === 'join' && !free ? 3 : 0),
    gpeuCycles: bytes.list(count, 0, free ? 0 : 3),
    resultBits: bytes.list(count, 0, 16),
  });
}

/** What the last of `nodes` reads. */
function randomEdges(bytes: Bytes, nodes: readonly SimulationNode[]): SimulationEdge[] {
  const to = nodes.length - 1;
  const { setRows, setColumns } = nodes[to]!;
  return Array.from({ length: Math.min(to, bytes.number(0, 3)) }, () => {
    const from = bytes.number(0, to - 1);
    const read = nodes[from]!;
    return {
      from,
      to,
      rows: Array.from({ length: setRows }, () => Int32Array.from(bytes.some(read.setRows))),
      columns: Array.from({ length: setColumns }, () => Int32Array.from(bytes.some(read.setColumns))),
      bits: bytes.list(read.setRows * read.setColumns, 0, 16),
    };
  });
}

/**
 * A graph and chip where nothing is in the way of anything else, so that whatever gets earlier lets all else get earlier: a tree
 * of base layers in which each reads one other; a tile, one copy and a GPEU for each; links of its own between every two
 * tiles; so every buffer, link, port and GPEU serves one layer in the order of its sets. All results of a layer have the same size:
 * otherwise a larger shared room may take a result that leaves a gap in it. Nothing leaves the chip, since the port is shared.
 */
function uncontendedGraph(bytes: Bytes): SimulationGraph {
  const count = bytes.number(2, 5);
  const pairs = Array.from({ length: count * count }, (_, i) => [Math.floor(i / count), i % count] as const);
  const hops = pairs.map(() => bytes.number(1, 3));
  const links = pairs.flatMap((pair, i) => Array.from({ length: hops[i]! }, () => pair));
  const route = (from: number, to: number) => {
    if (from === to) return [];
    const first = sum(hops.slice(0, from * count + to));
    return Array.from({ length: hops[from * count + to]! }, (_, hop) => first + hop);
  };
  const chip = {
    ...{ tiles: count, links, route, hopCycles: bytes.number(0, 3), offChipTile: 0 },
    ...given({
      linkBitsPerCycle: bytes.maybe(1, 8),
      inputBufferBits: bytes.maybe(10, 120),
      outputBufferBits: bytes.maybe(8, 40),
      inputBufferPorts: bytes.maybe(1, 3),
      inputBufferPortBitsPerCycle: bytes.maybe(4, 24),
    }),
  };
  const nodes: SimulationNode[] = [];
  const edges: SimulationEdge[] = [];
  for (let node = 0; node < count; node++) {
    const random = randomNode(bytes, count, 'base', false);
    const resultBits = random.resultBits.map((_, __, all) => all[0]!);
    nodes.push({ ...random, resultBits, copies: [on(node)] });
    const edge = randomEdges(bytes, nodes)[0];
    if (edge !== undefined) edges.push({ ...edge, bits: edge.bits.map((_, __, all) => all[0]!) });
  }
  const scheduling = bytes.number(0, 4) === 0 ? 'lbl' : 'xinf';
  return { nodes, edges, chip, batch: bytes.number(1, 3), scheduling, ...mvmTimes(bytes) };
}

/** The same sets on a chip where only MVMs take time. */
export function onlyMvms(graph: SimulationGraph): SimulationGraph {
  const { tiles, links, route } = graph.chip;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      durations: node.durations.map((cycles) => (node.kind === 'base' ? cycles : 0)),
      gpeuCycles: node.gpeuCycles.map(() => 0),
      copies: node.copies.map((copy) => ({
        ...copy,
        partialBitsPerPixel: copy.partialBitsPerPixel.map(() => 0),
      })),
    })),
    chip: { tiles, links, route, hopCycles: 0, offChipTile: 0 },
  };
}

/** The same graph whose sets have up to three pixels, so that one that fits no buffer may be read in pieces. */
export function withPixels(graph: SimulationGraph): SimulationGraph {
  const nodes = graph.nodes.map((node, number) => {
    return { ...node, pixels: node.durations.map((_, set) => 1 + ((number + set * 7) % 3)) };
  });
  return { ...graph, nodes };
}

/** Buffers that are so many bits larger than all windows of the fullest tile. */
export function withBuffers(graph: SimulationGraph, more: number): SimulationGraph {
  const largest = (windows: readonly Window[]) => {
    const perTile = Array.from({ length: graph.chip.tiles }, (_, tile) =>
      sum(windows.filter((window) => window.tile === tile).map(({ bits }) => bits)),
    );
    return Math.max(...perTile) + more;
  };
  const inputBufferBits = largest(inputWindows(graph));
  const outputBufferBits = largest(outputWindows(graph));
  return { ...graph, chip: { ...graph.chip, inputBufferBits, outputBufferBits } };
}

/** Long enough for the largest graph; what is left out when it shrinks counts as 0. */
const bytes = fc
  .array(fc.nat(255), { minLength: 100, maxLength: 900, size: 'max' })
  .map((list) => new Bytes(list));

export const graphs = (shape: Shape = {}) => bytes.map((source) => randomGraph(source, shape));

/** Graphs and chips where nothing is in the way of anything else. */
export const uncontended = () => bytes.map(uncontendedGraph);
