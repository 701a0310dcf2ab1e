import type { Network } from '../network/network.ts';
import { drawingOfTimeline } from '../picture/drawing.ts';
import { type CopiesOfLayer, networkGraphOf } from '../picture/network-graph.ts';
import type { Timeline } from '../picture/timeline.ts';
import { metricRows } from '../report/schedule-figures.ts';
import { SCHEDULING_NAMES } from '../report/schedule-table.ts';
import { duration, integer, modelOn, percent, shortName, type Table, table, times } from '../report/table.ts';
import { roundTable } from '../report/turns-table.ts';
import type { LayerSchedule, Schedule } from '../schedule/schedule-result.ts';
import type { Published } from '../zoo/index.ts';
import type { Origin, Report } from './report-data.ts';

/** What a report of a schedule is made of. */
export interface ScheduleToReport {
  readonly network: Network;
  /** PEs and copies of its base layers, or of slices of them. */
  readonly copies: readonly CopiesOfLayer[];
  readonly schedule: Schedule;
  /** What ran when in it. */
  readonly timeline: Timeline;
  /** What is published of the same network on the same chip. */
  readonly published?: Published | undefined;
  /** What made it. */
  readonly origin: Origin;
}

/** The report of a schedule. */
export function scheduleReport(scheduled: ScheduleToReport): Report {
  const { network, copies, schedule, timeline, published, origin } = scheduled;
  const { model, architecture, granularity, scheduling, roundCount = 1 } = schedule;
  const turns = roundCount > 1 ? ', weights in turns' : '';
  return {
    title: modelOn(model, architecture),
    subtitle: `${granularity} sets, ${SCHEDULING_NAMES[scheduling]}${turns}`,
    origin,
    numbers: [figuresOf(schedule, published), ...roundTable(schedule)],
    remarks: remarksOn(schedule),
    drawing: drawingOfTimeline(timeline),
    graph: networkGraphOf(network, copies),
  };
}

/** The metrics, beside those of layer by layer without copies and of what is published. */
function figuresOf(schedule: Schedule, published: Published | undefined): Table {
  const { baselineCycles, cycles, latencyNs, utilization } = schedule;
  const baseline: Readonly<Record<string, string>> = {
    cycles: integer(baselineCycles),
    latency: duration((latencyNs / cycles) * baselineCycles),
    'baseline cycles': integer(baselineCycles),
    speedup: times(1),
    // The same MVMs in more cycles.
    utilization: percent((utilization * cycles) / baselineCycles),
  };
  const rows = metricRows(schedule, published).map(([name = '', here = '', beside = '']) => [
    name,
    here,
    baseline[name] ?? '',
    beside,
  ]);
  const heads = ['', 'here', 'layer by layer, no copies', 'published'];
  const columns = rows.some(([, , , beside]) => beside !== '') ? 4 : 3;
  return table(
    heads.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
  );
}

/** Where the bottleneck lies. */
function remarksOn(schedule: Schedule): string[] {
  const { layers, cycles, lowerBoundCycles, usedPes, totalPes, batch = 1 } = schedule;
  if (layers.length === 0) return ['No layer of this network has weights.'];
  const busy = (layer: LayerSchedule) => Math.ceil((layer.mvms * batch) / layer.copies);
  const slowest = layers.reduce((most, layer) => (busy(layer) > busy(most) ? layer : most), layers[0]!);
  const { name, copies, pes } = slowest;
  return [
    `The bottleneck is ${shortName(name)}: with ${counted(copies, 'copy', 'copies')} of ${counted(pes, 'PE', 'PEs')} ` +
      `it computes for ${integer(busy(slowest))} cycles, ${percent(busy(slowest) / cycles)} of the makespan.`,
    cycles === lowerBoundCycles
      ? 'With these copies no schedule is faster.'
      : `With these copies no schedule takes less than ${integer(lowerBoundCycles)} cycles; this one takes ${integer(cycles)}.`,
    `${integer(usedPes)} of ${integer(totalPes)} PEs hold weights.`,
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${integer(count)} ${count === 1 ? one : many}`;
}
