import {
  type CriticalSet,
  type DetailedSimulation,
  type NodePlacement,
  type NodeSets,
  WAIT_CAUSES,
} from '../simulate/index.ts';
import { workPart } from '../workload/parts.ts';
import type { WorkNode } from '../workload/work.ts';
import type { Workload } from '../workload/workload.ts';
import { BusyBins, binCyclesOf } from './busy.ts';
import type { CriticalPath, SetTimes, Timeline, TimelineLane } from './timeline.ts';
import { timelineGraph } from './timeline-graph.ts';
import { demandKept, type TimelineOptions, timelineOptions } from './timeline-options.ts';

/**
 * The timeline of a simulation, in clock cycles: lanes for base layers, joins and inputs.
 *
 * @param workload What was simulated: layer by layer, that is MVM after MVM.
 * @param simulation With its sets and its placement (`keepSets`, `keepPlacement`); its critical path is there where it was
 * kept (`keepCriticalPath`).
 * @throws ClsaCimError of kind `usage` where the simulation has kept neither or is none of the workload, or an option is wrong.
 */
export function timelineOfSimulation(
  workload: Workload,
  simulation: DetailedSimulation,
  options: TimelineOptions = {},
): Timeline {
  const { mostSets } = timelineOptions('timelineOfSimulation', workload, simulation, options);
  demandKept('timelineOfSimulation', { keepSets: simulation.sets, keepPlacement: simulation.placement });
  const { sets = [], placement = [], criticalSets, cycles } = simulation;
  const work = new Map(workload.part(workPart).nodes.map((node) => [node.layer, node]));
  const isKept = sets.reduce((sum, { count }) => sum + count, 0) <= mostSets;
  const binCycles = binCyclesOf(cycles);
  const lanes = sets.map((own, node): TimelineLane => {
    const times = timesOf(own);
    const gpeuCycles = gpeuCyclesOf(work.get(own.layer)!);
    const busy = new BusyBins(cycles, binCycles);
    addBusy(busy, own, times);
    return {
      ...laneOf(workload, own, node, times, placement[node]!),
      busy: busy.cycles,
      home: { tiles: placement[node]!.copies.map(({ tiles }) => tiles), gpeuCycles },
      ...(isKept ? { times } : {}),
    };
  });
  return {
    model: simulation.model,
    architecture: simulation.architecture,
    cycles,
    cycleNs: simulation.clockNs,
    totalPes: simulation.totalPes,
    binCycles,
    lanes,
    ...timelineGraph(workload, lanes),
    ...(criticalSets === undefined ? {} : { critical: pathOf(criticalSets) }),
  };
}

function laneOf(
  { network }: Workload,
  own: NodeSets,
  node: number,
  { starts, finishes }: SetTimes,
  { pes }: NodePlacement,
) {
  const { layer, name, op, copies, count, inferences } = own;
  const { height, width, channels } = network.layers[layer]!.shape;
  const first = own.rectangle(0);
  return {
    ...{ name, op, node, pes, copies, inferences },
    outputShape: [height, width, channels] as const,
    setHeight: first?.height ?? 1,
    setWidth: first?.width ?? 1,
    sets: count,
    groupSets: count,
    isOnCopies: true,
    startCycle: starts.reduce((least, start) => Math.min(least, start), starts[0] ?? 0),
    endCycle: finishes.reduce((most, finish) => Math.max(most, finish), 0),
  };
}

function timesOf(own: NodeSets): SetTimes {
  const { count, kind } = own;
  const starts = new Float64Array(count);
  const finishes = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    starts[k] = own.start(k);
    finishes[k] = own.finish(k);
  }
  const ends = kind === 'base' ? starts.map((start, k) => start + own.computeCycles(k)) : finishes;
  return { starts, ends, finishes };
}

/** A base layer is at work on its copies from the start of a set on, a join on its GPEU until it is finished. */
function addBusy(busy: BusyBins, own: NodeSets, { ends }: SetTimes): void {
  if (own.kind === 'input') return;
  for (let k = 0; k < own.count; k++) {
    const cycles = own.computeCycles(k);
    busy.add(ends[k]! - cycles, ends[k]!, cycles);
  }
}

/** The critical path; lanes are in the order of nodes. */
function pathOf(sets: readonly CriticalSet[]): CriticalPath {
  return {
    causeNames: WAIT_CAUSES,
    lanes: Int32Array.from(sets, ({ node }) => node),
    sets: Int32Array.from(sets, ({ set }) => set),
    causes: Uint8Array.from(sets, ({ cause }) => WAIT_CAUSES.indexOf(cause)),
    starts: Float64Array.from(sets, ({ start }) => start),
    ends: Float64Array.from(sets, ({ until }) => until),
  };
}

/** Per set all cycles of the GPEU: those of a join and of fused layers. */
function gpeuCyclesOf({ kind, durations, gpeuCycles }: WorkNode): Int32Array {
  return kind === 'join' ? gpeuCycles.map((cycles, set) => cycles + durations[set]!) : gpeuCycles;
}
