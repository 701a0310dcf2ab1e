/** Small graphs, written down set by set, and what the reference makes of them. */
import type {
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../../src/simulate/model/graph.ts';
import type { ReferenceSimulation } from './result.ts';
import { referenceSimulation } from './simulation.ts';

/** A mesh of one row of tiles; links go right (0, 1, …) and left (after them). Everything is free. */
export function rowOfTiles(tiles: number): SimulationChip {
  const right = Array.from({ length: tiles - 1 }, (_, tile): [number, number] => [tile, tile + 1]);
  const links = [...right, ...right.map(([from, to]): [number, number] => [to, from])];
  const route = (from: number, to: number) => {
    const number = (tile: number) => (from < to ? tile : tiles - 2 + tile);
    const step = from < to ? 1 : -1;
    return Array.from({ length: Math.abs(to - from) }, (_, hop) => number(from + hop * step));
  };
  return { tiles, links, route, hopCycles: 0, offChipTile: 0 };
}

/** A base layer of one row of sets, on one copy on tile 0, with the given durations. */
export function base(durations: readonly number[], o: Partial<SimulationNode> = {}): SimulationNode {
  const { setRows = 1, setColumns = durations.length } = o;
  const perSet = (value: number) => Int32Array.from(durations, () => value);
  return {
    kind: 'base',
    layer: 0,
    name: 'by hand',
    op: 'Conv2D',
    setRows,
    setColumns,
    durations: Int32Array.from(durations),
    gpeuCycles: perSet(0),
    resultBits: perSet(8),
    copies: [on(0)],
    ...o,
  };
}

export const on = (...tiles: number[]): SimulationCopy => ({
  tiles,
  partialBitsPerPixel: tiles.slice(1).map(() => 0),
});

/** Set k of `to` reads the sets `columns[k]` of `from`; both are one row of sets. */
export function edge(
  from: number,
  to: number,
  columns: readonly (readonly number[])[],
  bits: readonly number[],
) {
  const lists = columns.map((list) => Int32Array.from(list));
  return { from, to, rows: [Int32Array.of(0)], columns: lists, bits: Int32Array.from(bits) };
}

export const same = (count: number) => Array.from({ length: count }, (_, k) => [k]);

export function simulate(
  nodes: readonly SimulationNode[],
  edges: readonly SimulationEdge[],
  chip: SimulationChip,
  o: Partial<SimulationGraph> = {},
): ReferenceSimulation {
  return referenceSimulation({ nodes, edges, chip, batch: 1, scheduling: 'xinf', ...o });
}

export const starts = (simulation: ReferenceSimulation) => simulation.nodes.map(({ start }) => start);
export const finishes = (simulation: ReferenceSimulation) => simulation.nodes.map(({ finish }) => finish);
