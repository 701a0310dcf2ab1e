import { type CopyWrite, copyWrites } from '../schedule/copy-writes.ts';
import type { DetailedSchedule, LayerSchedule } from '../schedule/schedule-result.ts';
import type { LayerSets } from '../schedule/sets.ts';
import { flowPart } from '../workload/parts.ts';
import type { Workload } from '../workload/workload.ts';
import { BusyBins, binCyclesOf } from './busy.ts';
import { scheduleCriticalPath } from './schedule-critical-path.ts';
import {
  type LaneWrite,
  MAX_KEPT_SETS,
  type SetTimes,
  type Timeline,
  type TimelineLane,
} from './timeline.ts';
import { timelineGraph } from './timeline-graph.ts';

/**
 * The timeline of a schedule.
 *
 * @param workload What was scheduled.
 * @param schedule With its sets (`keepSets`).
 * @param mostSets How many sets may have their times kept.
 */
export function timelineOfSchedule(
  workload: Workload,
  schedule: DetailedSchedule,
  mostSets = MAX_KEPT_SETS,
): Timeline {
  const { sets = [], layers, cycles } = schedule;
  const binCycles = binCyclesOf(cycles);
  const flow = workload.part(flowPart);
  const nodeOf = new Map(flow.nodes.map(({ layer }, node) => [layer, node]));
  const isKept = sets.reduce((sum, { count }) => sum + count, 0) <= mostSets;
  const writes = writesByLayer(copyWrites(workload.network, workload.architecture, schedule), layers.length);
  const lanes = sets.map((own, i): TimelineLane => {
    const pixels = pixelsOf(own);
    const times = timesOf(own, pixels, workload.architecture.resultCycles);
    return {
      ...laneOf(layers[i]!, own, nodeOf.get(own.layer)!),
      groupSets: areCopiesOfGroups(schedule, own) ? (own.count / own.inferences) * own.group : own.count,
      busy: busyOf(pixels, times, cycles, binCycles),
      times,
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
  const critical = scheduleCriticalPath(timeline, schedule);
  return { ...timeline, lanes: isKept ? lanes : lanes.map(({ times: _, ...lane }) => lane), critical };
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

/** Pixels of the sets of an inference, in order. */
function pixelsOf({ ofm, setHeight, setWidth, count, inferences }: LayerSets): Int32Array {
  const pixels = new Int32Array(count / inferences);
  let k = 0;
  for (let y = 0; y < ofm.height; y += setHeight) {
    const height = Math.min(setHeight, ofm.height - y);
    for (let x = 0; x < ofm.width; x += setWidth) pixels[k++] = height * Math.min(setWidth, ofm.width - x);
  }
  return pixels;
}

function timesOf(own: LayerSets, pixels: Int32Array, resultCycles: number): SetTimes {
  const { count } = own;
  const starts = new Float64Array(count);
  const finishes = new Float64Array(count);
  const isOnCopies = own.copy(0) !== undefined;
  for (let k = 0, s = 0; k < count; k++, s = s + 1 === pixels.length ? 0 : s + 1) {
    const finish = own.finish(k);
    finishes[k] = finish;
    starts[k] = isOnCopies ? finish - pixels[s]! - (resultCycles - 1) : own.start(k);
  }
  // Where results come at once, a copy is free when its set is finished.
  const ends = resultCycles === 1 ? finishes : finishes.map((finish) => finish - (resultCycles - 1));
  return { starts, ends, finishes };
}

function busyOf(
  pixels: Int32Array,
  { starts, ends }: SetTimes,
  cycles: number,
  binCycles: number,
): Float64Array {
  const bins = new BusyBins(cycles, binCycles);
  for (let k = 0, s = 0; k < starts.length; k++, s = s + 1 === pixels.length ? 0 : s + 1) {
    bins.add(starts[k]!, ends[k]!, pixels[s]!);
  }
  return bins.cycles;
}

function writesByLayer(writes: readonly CopyWrite[], layers: number): LaneWrite[][] {
  const byLayer = Array.from({ length: layers }, (): LaneWrite[] => []);
  for (const { layer, copy, ...write } of writes) {
    byLayer[layer]!.push(copy === undefined ? write : { ...write, copy });
  }
  return byLayer;
}
