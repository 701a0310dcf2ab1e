import type { Flow } from './flow.ts';
import { buildFlow } from './flow-builder.ts';
import { FlowIndex } from './flow-index.ts';
import { type Work, workOf } from './work.ts';
import type { Part } from './workload.ts';

/** Sets, and what they read of each other, as a simulation plays them. */
export const flowPart: Part<Flow> = {
  isOfArchitecture: false,
  make: ({ network, granularity }) => buildFlow(network, granularity),
};

/** Who reads whom in the flow. */
export const indexPart: Part<FlowIndex> = {
  isOfArchitecture: false,
  make: (workload) => new FlowIndex(workload.part(flowPart)),
};

/** What the sets of the flow take on the architecture, in clock cycles and bits. */
export const workPart: Part<Work> = {
  isOfArchitecture: true,
  make: (workload) =>
    workOf(workload.network, workload.part(flowPart), workload.part(indexPart), workload.architecture),
};
