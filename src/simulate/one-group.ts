import { FlowIndex } from '../workload/flow-index.ts';
import type { CriticalSet } from './critical/critical-set.ts';
import type { IndexedGraph, SimulationNode } from './model/graph.ts';
import type { NodeRun, SimulationRun } from './play/engine.ts';
import type { Played } from './play/simulator.ts';
import type { RunUse } from './play/use.ts';

/** A run as it is told: where weights take turns, the nodes of a layer in all groups are one. */
export function asOneGroup(played: Played): Played {
  const { graph, run } = played;
  if (graph.turns === undefined) return played;
  const groups = groupsOf(graph);
  return {
    ...played,
    graph: graphOfAll(graph, groups),
    run: {
      ...run,
      nodes: groups.map((own) => runOfAll(own.map((node) => run.nodes[node]!))),
      ...useOfAll(run, groups),
    },
  };
}

/** Sets of the critical path among the nodes of {@link asOneGroup}. */
export function pathAsOneGroup(graph: IndexedGraph, path: readonly CriticalSet[]): readonly CriticalSet[] {
  if (graph.turns === undefined) return path;
  const groups = groupsOf(graph);
  const told = new Map(groups.flatMap((own, node) => own.map((other) => [other, node] as const)));
  return path.map((step) => {
    const { setRows, setColumns, inferences } = graph.nodes[step.node]!;
    const set = step.set + inferences!.first * setRows * setColumns;
    const valuesOf = step.valuesOf === undefined ? undefined : told.get(step.valuesOf)!;
    return { ...step, node: told.get(step.node)!, set, valuesOf };
  });
}

/** Nodes of the first group only: what a network is in one group. */
export function firstGroup({ nodes }: IndexedGraph): number {
  const behind = nodes.findIndex(({ groupBefore }) => groupBefore !== undefined);
  return behind < 0 ? nodes.length : behind;
}

/** Per node of the first group, the nodes of its layer in all groups. */
function groupsOf(graph: IndexedGraph): number[][] {
  const perGroup = firstGroup(graph);
  return Array.from({ length: perGroup }, (_, first) =>
    Array.from({ length: graph.nodes.length / perGroup }, (__, group) => first + group * perGroup),
  );
}

function graphOfAll(graph: IndexedGraph, groups: readonly (readonly number[])[]): IndexedGraph {
  const nodes = groups.map((own): SimulationNode => {
    const { inferences, ...first } = graph.nodes[own[0]!]!;
    const sets = first.setRows * first.setColumns * inferences!.count;
    const copies = own.flatMap((node) => graph.nodes[node]!.copies);
    return { ...first, copies, perGroup: { sets, copies: first.copies.length } };
  });
  const edges = graph.edges.filter(({ to }) => to < groups.length);
  const { turns: _, ...others } = graph;
  return { ...others, nodes, edges, index: new FlowIndex({ nodes, edges }) };
}

/** Figures of all groups together. */
function runOfAll(runs: readonly NodeRun[]): NodeRun {
  const [first, ...others] = runs;
  return others.reduce(together, first!);
}

function together(a: NodeRun, b: NodeRun): NodeRun {
  const { startCycle, endCycle, starts, finishes, fetchStarts, fetchEnds, ...sums } = a;
  const added = Object.fromEntries(
    Object.entries(sums).map(([name, figure]) => [name, figure + b[name as keyof typeof sums]!]),
  ) as typeof sums;
  return {
    ...added,
    startCycle: Math.min(startCycle, b.startCycle),
    endCycle: Math.max(endCycle, b.endCycle),
    ...(starts !== undefined && { starts: joined(starts, b.starts!) }),
    ...(finishes !== undefined && { finishes: joined(finishes, b.finishes!) }),
    ...(fetchStarts !== undefined && { fetchStarts: joined(fetchStarts, b.fetchStarts!) }),
    ...(fetchEnds !== undefined && { fetchEnds: joined(fetchEnds, b.fetchEnds!) }),
  };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function useOfAll({ use }: SimulationRun, groups: readonly (readonly number[])[]): { use?: RunUse } {
  if (use === undefined) return {};
  const nodes = groups.map((own) => {
    const sum = new Float64Array(use.nodes[own[0]!]!);
    for (const node of own.slice(1)) {
      for (const [bin, cycles] of use.nodes[node]!.entries()) sum[bin]! += cycles;
    }
    return sum;
  });
  return { use: { ...use, nodes } };
}
