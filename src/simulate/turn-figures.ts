import { writtenPes } from '../schedule/run-groups.ts';
import { type Batch, groupsOf, type Reload } from '../schedule/turn-options.ts';
import type { IndexedGraph } from './model/graph.ts';
import { firstGroup } from './one-group.ts';
import type { Played, Simulator } from './play/simulator.ts';

/** Layers whose copies hold the chip together, in the first group. */
export interface SimulatedRound {
  /** Names of its base layers or slices. */
  readonly layers: readonly string[];
  /** PEs of its copies. */
  readonly pes: number;
  /** Start of its first set, in clock cycles. */
  readonly startCycle: number;
  /** Finish of its last set, in clock cycles. */
  readonly endCycle: number;
}

/** What is told where weights take turns (docs/simulation.md section 13); named as in a schedule. */
export interface SimulatedTurns extends Pick<Batch, 'group'> {
  /** How weights are written. */
  readonly reload: Reload;
  /** The rounds, in order. */
  readonly rounds: readonly SimulatedRound[];
  /** How many these are. */
  readonly roundCount: number;
  /** Last finish of each group and all before it, in clock cycles. */
  readonly groupEndCycles: readonly number[];
  /** Clock cycles to write one PE. */
  readonly writeCycles: number;
  /** PEs that are written for a group when many follow. */
  readonly writes: number;
  /** Writes of a PE per inference, on average: `writes / PEs / group`. */
  readonly peWritesPerInference: number;
  /** PEs that were written after cycle 0. */
  readonly writtenPes: number;
  /** Bits of weights that were fetched for them. */
  readonly weightBits: number;
}

/** What is told of a run in turns; nothing where weights stay. */
export function turnFigures(
  { workload, scheduling, turns: { group, reload, batch } }: Simulator,
  { mapping, graph, run }: Played,
): SimulatedTurns | Record<never, never> {
  const { layers, rounds, totalPes } = mapping;
  if (graph.turns === undefined || rounds === undefined) return {};
  const nodes = firstGroup(graph);
  const ofLayer = new Map(
    graph.nodes
      .slice(0, nodes)
      .map(({ kind, name }, i) => [kind === 'base' ? name : undefined, run.nodes[i]!]),
  );
  const writes = writtenPes(workload, mapping, group, scheduling).reduce((sum, pes) => sum + pes, 0);
  const told: SimulatedTurns = {
    ...{ group, reload, roundCount: rounds.length },
    rounds: rounds.map((start, round) => {
      const own = layers.slice(start, rounds[round + 1] ?? layers.length);
      const runs = own.map(({ name }) => ofLayer.get(name)!);
      return {
        layers: own.map(({ name }) => name),
        pes: own.reduce((sum, { pesPerCopy, copies }) => sum + pesPerCopy * copies, 0),
        startCycle: runs.reduce((first, { startCycle }) => Math.min(first, startCycle), Infinity),
        endCycle: runs.reduce((last, { endCycle }) => Math.max(last, endCycle), 0),
      };
    }),
    groupEndCycles: groupEnds(run.inferenceEnds, groupsOf({ batch, group })),
    writeCycles: graph.turns.writeCycles,
    ...{ writes, peWritesPerInference: writes / totalPes / group },
    writtenPes: graph.turns.writes.reduce((sum, { pes }) => sum + pes, 0),
    weightBits: graph.turns.writes.reduce((sum, { pes, bits }) => sum + pes * bits, 0),
  };
  return told;
}

function groupEnds(inferenceEnds: Float64Array, groups: readonly number[]): number[] {
  let last = 0;
  let first = 0;
  return groups.map((count) => {
    for (const end of inferenceEnds.subarray(first, first + count)) last = Math.max(last, end);
    first += count;
    return last;
  });
}

/** Where weights take turns: PEs that were written for the layer of each node of the first group, for all groups. */
export function writesOf(graph: IndexedGraph): number[] | undefined {
  if (graph.turns === undefined) return undefined;
  const nodes = firstGroup(graph);
  const writes = new Array<number>(nodes).fill(0);
  for (const { node, pes } of graph.turns.writes) writes[node % nodes]! += pes;
  return writes;
}
