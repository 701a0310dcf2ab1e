import { type CopyWrite, copyWrites } from '../schedule/copy-writes.ts';
import type { DetailedSchedule, LayerSchedule } from '../schedule/schedule-result.ts';
import type { LayerSets } from '../schedule/sets.ts';
import { flowPart } from '../workload/parts.ts';
import type { Workload } from '../workload/workload.ts';
import { BusyBins, binCyclesOf } from './busy.ts';
import { scheduleCriticalPath } from './schedule-critical-path.ts';
import { clockOf, type SetClock } from './set-clock.ts';
import type { LaneWrite, SetTimes, Timeline, TimelineLane } from './timeline.ts';
import { timelineGraph } from './timeline-graph.ts';
import { demandKept, type TimelineOptions, timelineOptions } from './timeline-options.ts';

/**
 * The timeline of a schedule.
 *
 * @param workload What was scheduled.
 * @param schedule With its sets (`keepSets`).
 * @throws ClsaCimError of kind `usage` where the schedule has kept no sets or is none of the workload, or an option is wrong.
 */
export function timelineOfSchedule(
  workload: Workload,
  schedule: DetailedSchedule,
  options: TimelineOptions = {},
): Timeline {
  const { mostSets } = timelineOptions('timelineOfSchedule', workload, schedule, options);
  demandKept('timelineOfSchedule', { keepSets: schedule.sets });
  const { sets = [], layers, cycles } = schedule;
  const binCycles = binCyclesOf(cycles);
  const flow = workload.part(flowPart);
  const nodeOf = new Map(flow.nodes.map(({ layer }, node) => [layer, node]));
  const isKept = sets.reduce((sum, { count }) => sum + count, 0) <= mostSets;
  const writes = writesByLayer(copyWrites(workload.network, workload.architecture, schedule), layers.length);
  const { resultCycles } = workload.architecture;
  const lanes = sets.map((own, i): TimelineLane => {
    const busy = new BusyBins(cycles, binCycles);
    const times = isKept ? emptyTimes(own, resultCycles) : undefined;
    playSets(own, resultCycles, busy, times);
    return {
      ...laneOf(layers[i]!, own, nodeOf.get(own.layer)!),
      groupSets: areCopiesOfGroups(schedule, own) ? (own.count / own.inferences) * own.group : own.count,
      busy: busy.cycles,
      ...(times === undefined ? {} : { times }),
      ...(own.round === undefined ? {} : { round: own.round }),
      ...(writes[i]!.length === 0 ? {} : { writes: writes[i]! }),
    };
  });
  const timeline: Timeline = {
    model: schedule.model,
    architecture: schedule.architecture,
    cycles,
    cycleNs: workload.architecture.mvmIntervalNs,
    totalPes: schedule.totalPes,
    binCycles,
    lanes,
    ...timelineGraph(workload, lanes),
  };
  const clocks = sets.map((own, i) => {
    const { times } = lanes[i]!;
    return times === undefined ? clockOfSets(own, resultCycles) : clockOf(times);
  });
  return { ...timeline, critical: scheduleCriticalPath(timeline, clocks, schedule) };
}

function laneOf(layer: LayerSchedule, own: LayerSets, node: number) {
  const { name, op, outputShape, pes, copies, startCycle, endCycle } = layer;
  const { setHeight, setWidth, count, inferences } = own;
  return {
    ...{ name, op, node, outputShape, setHeight, setWidth, pes, copies, startCycle, endCycle },
    ...{ sets: count, inferences },
    isOnCopies: own.copy(0) !== undefined,
  };
}

/** True where every group begins again with the first copy. */
function areCopiesOfGroups({ scheduling }: DetailedSchedule, { ready }: LayerSets): boolean {
  return scheduling === 'lbl' || ready !== undefined;
}

/** Times that are still to be written. Where results come at once, a copy is free when its set is finished. */
function emptyTimes({ count }: LayerSets, resultCycles: number): SetTimes {
  const finishes = new Float64Array(count);
  const ends = resultCycles === 1 ? finishes : new Float64Array(count);
  return { starts: new Float64Array(count), ends, finishes };
}

/** Goes through the sets of a layer: says when it is busy and, where they are to be kept, when each set runs. */
function playSets(own: LayerSets, resultCycles: number, busy: BusyBins, times: SetTimes | undefined): void {
  const { ofm, setHeight, setWidth, inferences } = own;
  const isOnCopies = own.copy(0) !== undefined;
  let k = 0;
  for (let inference = 0; inference < inferences; inference++) {
    for (let y = 0; y < ofm.height; y += setHeight) {
      const height = Math.min(setHeight, ofm.height - y);
      for (let x = 0; x < ofm.width; x += setWidth, k++) {
        const pixels = height * Math.min(setWidth, ofm.width - x);
        const finish = own.finish(k);
        const end = finish - (resultCycles - 1);
        const start = isOnCopies ? end - pixels : own.start(k);
        busy.add(start, end, pixels);
        if (times === undefined) continue;
        times.starts[k] = start;
        times.ends[k] = end;
        times.finishes[k] = finish;
      }
    }
  }
}

/** The clock of sets whose times are not kept. */
function clockOfSets(own: LayerSets, resultCycles: number): SetClock {
  return { start: own.start, end: (set) => own.finish(set) - (resultCycles - 1), finish: own.finish };
}

function writesByLayer(writes: readonly CopyWrite[], layers: number): LaneWrite[][] {
  const byLayer = Array.from({ length: layers }, (): LaneWrite[] => []);
  for (const { layer, copy, ...write } of writes) {
    byLayer[layer]!.push(copy === undefined ? write : { ...write, copy });
  }
  return byLayer;
}
