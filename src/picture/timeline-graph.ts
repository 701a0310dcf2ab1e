import { flowPart } from '../workload/parts.ts';
import type { Workload } from '../workload/workload.ts';
import type { Timeline, TimelineLane, TimelineNode } from './timeline.ts';

/** The nodes that sets read through, with the lanes that they have, and what they read. */
export function timelineGraph(
  workload: Workload,
  lanes: readonly TimelineLane[],
): Pick<Timeline, 'nodes' | 'reads'> {
  const flow = workload.part(flowPart);
  const lanesOf = flow.nodes.map((): number[] => []);
  lanes.forEach(({ node }, lane) => {
    lanesOf[node]!.push(lane);
  });
  const nodes = flow.nodes.map(
    ({ kind, layer, setRows, setColumns }, node): TimelineNode => ({
      ...{ name: workload.network.layers[layer]!.name, kind, setRows, setColumns, lanes: lanesOf[node]! },
    }),
  );
  const reads = flow.edges.map(({ from, to, rows, columns }) => ({ from, to, rows, columns }));
  return { nodes, reads };
}
