import {
  type CriticalSet,
  type DetailedSimulation,
  type NodePlacement,
  type NodeSets,
  type TileWrite,
  WAIT_CAUSES,
} from '../simulate/index.ts';
import { flowPart } from '../workload/parts.ts';
import type { Workload } from '../workload/workload.ts';
import { BusyBins, binCyclesOf } from './busy.ts';
import { stretchesOf } from './stretches.ts';
import type { CriticalPath, LaneWrite, SetTimes, Timeline, TimelineLane } from './timeline.ts';
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
  const { sets = [], placement = [], rounds = [], criticalSets, cycles } = simulation;
  const roundOf = new Map(
    rounds.flatMap(({ layers }, round) => layers.map((name) => [name, round] as const)),
  );
  const nodeOf = new Map(workload.part(flowPart).nodes.map(({ layer }, node) => [layer, node]));
  const isKept = sets.reduce((sum, { count }) => sum + count, 0) <= mostSets;
  const binCycles = binCyclesOf(cycles);
  const lanes = sets.map((own, node): TimelineLane => {
    const times = timesOf(own);
    const gpeuCycles = Int32Array.from({ length: own.count / own.inferences }, (_, set) =>
      own.gpeuCycles(set),
    );
    const busy = new BusyBins(cycles, binCycles);
    addBusy(busy, own, times);
    const { writes } = own;
    const round = roundOf.get(own.name);
    const fetches = times.fetchStarts && stretchesOf(times.fetchStarts, times.fetchEnds!);
    return {
      ...laneOf(workload, own, times, placement[node]!),
      // Slices of a layer are lanes of one node.
      node: nodeOf.get(own.layer)!,
      groupSets: groupSetsOf(own, simulation),
      busy: busy.cycles,
      home: {
        ...{ tiles: placement[node]!.copies.map(({ tiles }) => tiles), gpeuCycles },
        ...(writes.length > 0 && { writes }),
      },
      ...(isKept ? { times } : {}),
      ...(round === undefined ? {} : { round }),
      ...(writes.length > 0 && { writes: laneWrites(writes) }),
      ...(fetches && { fetches }),
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
  { starts, finishes }: SetTimes,
  { pes }: NodePlacement,
) {
  const { layer, name, op, copies, count, inferences } = own;
  const { height, width, channels } = network.layers[layer]!.shape;
  const first = own.rectangle(0);
  return {
    ...{ name, op, pes, copies, inferences },
    outputShape: [height, width, channels] as const,
    setHeight: first?.height ?? 1,
    setWidth: first?.width ?? 1,
    sets: count,
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
  const fetchStarts = Float64Array.from({ length: count }, (_, k) => own.fetchStart(k));
  if (fetchStarts.every((start) => start < 0)) return { starts, ends, finishes };
  return {
    ...{ starts, ends, finishes, fetchStarts },
    fetchEnds: Float64Array.from({ length: count }, (_, k) => own.fetchEnd(k)),
  };
}

/** Where weights take turns, every group begins again with the first copy. */
function groupSetsOf({ count, inferences }: NodeSets, { rounds, group = 1 }: DetailedSimulation): number {
  return rounds === undefined ? count : (count / inferences) * group;
}

/** The writing of each copy, on all of its tiles together. */
function laneWrites(writes: readonly TileWrite[]): LaneWrite[] {
  const ofCopies: LaneWrite[] = [];
  for (const { group, copy, startCycle, writeCycle, endCycle } of writes) {
    const last = ofCopies.at(-1);
    if (last?.group !== group || last.copy !== copy) {
      ofCopies.push({ group, copy, startCycle, writeCycle, endCycle });
      continue;
    }
    ofCopies[ofCopies.length - 1] = {
      ...{ group, copy, startCycle: Math.min(last.startCycle, startCycle) },
      writeCycle: Math.min(last.writeCycle!, writeCycle),
      endCycle: Math.max(last.endCycle, endCycle),
    };
  }
  return ofCopies;
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
