import type { Timeline } from '../picture/timeline.ts';
import { utilizationOf } from '../picture/utilization.ts';
import type { LayerSchedule, Schedule } from '../schedule/schedule-result.ts';
import type { TurnsGain } from '../schedule/turns-gain.ts';
import type { Published } from '../zoo/index.ts';
import { ganttChart } from './gantt.ts';
import { utilizationLine } from './over-time.ts';
import { type Printout, title } from './printout.ts';
import { metricRows } from './schedule-figures.ts';
import { BUSY, extent, modelOn, mostOf, shortName, type Table, table } from './table.ts';
import { gainLine, roundTable } from './turns-table.ts';

/** What tables call the ways of scheduling. */
export const SCHEDULING_NAMES = { xinf: 'across layers (xinf)', lbl: 'layer by layer (lbl)' } as const;

/** What a schedule is shown with. */
export interface ScheduleContext {
  /** What is published of the same network on the same chip, if anything is. */
  readonly published?: Published | undefined;
  /** What weights in turns would make of it, if that was weighed. */
  readonly gain?: TurnsGain | undefined;
  /** What ran when, to be drawn in a terminal. */
  readonly timeline?: Timeline | undefined;
  /** Whether all of the timeline is drawn. */
  readonly gantt?: boolean | undefined;
}

/** A schedule as text: its layers, its metrics, and what is published for the same setting. */
export function scheduleText(schedule: Schedule, context: ScheduleContext = {}): Printout {
  const { published, gain, timeline, gantt = false } = context;
  const { roundCount = 1 } = schedule;
  return [
    title(
      `${modelOn(schedule.model, schedule.architecture)}, ${schedule.granularity} sets, ` +
        `${SCHEDULING_NAMES[schedule.scheduling]}${roundCount > 1 ? ', weights in turns' : ''}`,
    ),
    '',
    layerTable(schedule),
    '',
    ...roundTable(schedule),
    metricTable(schedule, published),
    '',
    ...(gain === undefined ? [] : [gainLine(gain), '']),
    ...(timeline === undefined ? [] : [utilizationLine(utilizationOf(timeline))]),
    ...(timeline === undefined || !gantt ? [] : [ganttChart(timeline), '']),
  ];
}

function layerTable(schedule: Schedule): Table {
  const { layers, roundCount = 1 } = schedule;
  const busy = layers.map((layer) => busyShare(schedule, layer));
  const hasCrossbars = layers.some(({ crossbar }) => crossbar !== undefined);
  const heads = ['layer', 'op', 'OFM', 'PEs', 'copies', 'sets', 'MVMs', 'start', 'end', BUSY];
  const rows = layers.map((layer, i) => [
    shortName(layer.name),
    layer.op,
    extent(layer.outputShape),
    layer.pes,
    layer.copies,
    layer.sets,
    layer.mvms,
    layer.startCycle,
    layer.endCycle,
    { bar: busy[i]! },
    ...(hasCrossbars ? [shortName(layer.crossbar ?? '')] : []),
  ]);
  return table(hasCrossbars ? [...heads, 'crossbar'] : heads, rows, {
    important: [BUSY, 'copies', 'PEs', 'start', 'end', 'crossbar', 'op', 'OFM', 'MVMs', 'sets'],
    inTerminal: [BUSY],
    // Where weights take turns, another layer may well hold up each round.
    bottleneck: roundCount > 1 ? undefined : mostOf(busy),
  });
}

/** The share of a schedule in which each copy of a layer runs MVMs. */
function busyShare({ batch = 1, cycles }: Schedule, { mvms, copies }: LayerSchedule): number {
  return (mvms * batch) / (copies * cycles);
}

/** The metrics, and beside them what is published, if anything is. */
function metricTable(schedule: Schedule, published: Published | undefined): Table {
  const heads = ['', 'here', 'published'];
  const rows = metricRows(schedule, published);
  const columns = rows.some(([, , published]) => published !== '') ? 3 : 2;
  return table(
    heads.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
    { result: rows.findIndex(([name]) => name === 'speedup') },
  );
}
