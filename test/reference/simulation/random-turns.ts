/** Random graphs whose weights take turns. */
import fc from 'fast-check';
import type {
  CopyOfNode,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
  SimulationTurns,
  SimulationWrite,
} from '../../../src/simulate/model/graph.ts';

/** What is drawn for the turns of a graph. */
export interface Drawn {
  /** Inferences of a group, before it is cut to the batch. */
  readonly group: number;
  /** How many of ten PEs are there from the start. */
  readonly there: number;
  /** One gate for all copies of so many nodes; 0: one for each copy. */
  readonly round: number;
  readonly writeCycles: number;
  readonly parallelWrites: number | undefined;
  readonly tileWritePorts: number | undefined;
  readonly latency: number;
  readonly freesTogether: boolean;
  /** Numbers for all that is left to chance. */
  readonly bytes: readonly number[];
}

const maybe = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: undefined });

export const drawnTurns: fc.Arbitrary<Drawn> = fc.record({
  group: fc.integer({ min: 1, max: 4 }),
  there: fc.integer({ min: 0, max: 9 }),
  round: fc.integer({ min: 0, max: 3 }),
  writeCycles: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 60 })),
  parallelWrites: maybe(1, 4),
  tileWritePorts: maybe(1, 3),
  latency: fc.integer({ min: 0, max: 5 }),
  freesTogether: fc.boolean(),
  bytes: fc.array(fc.nat(255), { minLength: 20, maxLength: 60 }),
});

/** A graph whose batch goes through the chip in groups, each on copies of its own that are written while others compute. */
export function inTurns(graph: SimulationGraph, drawn: Drawn): SimulationGraph {
  const { batch, chip } = graph;
  const group = Math.min(drawn.group, batch);
  const starts = Array.from({ length: Math.ceil(batch / group) }, (_, g) => g * group);
  const perGroup = graph.nodes.length;
  const nodes = starts.flatMap((first, g) =>
    graph.nodes.map((node, i): SimulationNode => {
      const count = Math.min(group, batch - first);
      const own = node.setRows * node.setColumns * count;
      return {
        ...{ ...node, copies: node.copies.slice(0, own), inferences: { first, count } },
        ...(g > 0 ? { groupBefore: (g - 1) * perGroup + i } : {}),
      };
    }),
  );
  const edges = starts.flatMap((_, g) =>
    graph.edges.map(
      (edge): SimulationEdge => ({ ...edge, from: edge.from + g * perGroup, to: edge.to + g * perGroup }),
    ),
  );
  const { tileWritePorts, latency } = drawn;
  return {
    ...{ ...graph, nodes, edges, scheduling: 'xinf' },
    chip: {
      ...chip,
      ...(tileWritePorts === undefined ? {} : { tileWritePorts }),
      ...(latency === 0 ? {} : { offChipLatencyCycles: latency }),
    },
    turns: turnsOf(nodes, drawn),
  };
}

/** Each PE has a gate of copies of nodes before, which finish without it. */
function turnsOf(nodes: readonly SimulationNode[], drawn: Drawn): SimulationTurns {
  let at = 0;
  const number = (count: number) => drawn.bytes[at++ % drawn.bytes.length]! % count;
  const gates: CopyOfNode[][] = [];
  /** Per gate: the last node that it is of. */
  const lastNodes: number[] = [];
  let inGate = 0;
  nodes.forEach(({ kind, copies }, node) => {
    if (kind !== 'base') return;
    copies.forEach((_, copy) => {
      if (drawn.round === 0 || gates.length === 0 || inGate >= drawn.round) {
        if (drawn.round === 0 || copy === 0) {
          gates.push([]);
          lastNodes.push(node);
          inGate = 0;
        }
      }
      gates.at(-1)!.push({ node, copy });
      lastNodes[lastNodes.length - 1] = node;
    });
    inGate++;
  });
  const writes: SimulationWrite[] = [];
  nodes.forEach(({ kind, copies }, node) => {
    if (kind !== 'base') return;
    const usable = lastNodes.flatMap((last, gate) => (last < node ? [gate] : []));
    copies.forEach(({ tiles }, copy) => {
      for (const tile of tiles) {
        if (usable.length === 0 || number(10) < drawn.there) continue;
        writes.push({
          ...{ node, copy, tile, pes: 1 + number(3), bits: 1 + number(40) },
          gate: usable[number(usable.length)]!,
        });
      }
    });
  });
  const { writeCycles, parallelWrites, freesTogether } = drawn;
  return {
    writes,
    gates,
    writeCycles,
    freesTogether,
    ...(parallelWrites === undefined ? {} : { parallelWrites }),
  };
}
