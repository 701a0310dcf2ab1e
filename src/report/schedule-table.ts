import type { Schedule } from '../schedule/schedule-result.ts';
import type { TurnsGain } from '../schedule/turns-gain.ts';
import type { Published } from '../zoo/index.ts';
import { metricRows } from './schedule-figures.ts';
import { extent, modelOn, shortName, table } from './table.ts';
import { gainLine, roundTable } from './turns-table.ts';

/** What tables call the ways of scheduling. */
export const SCHEDULING_NAMES = { xinf: 'across layers (xinf)', lbl: 'layer by layer (lbl)' } as const;

/**
 * A schedule as text for a terminal: its layers, its metrics, and what is published for the same setting.
 *
 * @param published What is published of the same network on the same chip, if anything is.
 * @param gain What weights in turns would make of it, if that was weighed.
 */
export function printSchedule(schedule: Schedule, published?: Published, gain?: TurnsGain): string {
  const hasCrossbars = schedule.layers.some(({ crossbar }) => crossbar !== undefined);
  const heads = ['layer', 'op', 'OFM', 'PEs', 'copies', 'sets', 'MVMs', 'start', 'end'];
  const rows = schedule.layers.map((layer) => [
    shortName(layer.name),
    layer.op,
    extent(layer.outputShape),
    layer.pes,
    layer.copies,
    layer.sets,
    layer.mvms,
    layer.startCycle,
    layer.endCycle,
    ...(hasCrossbars ? [shortName(layer.crossbar ?? '')] : []),
  ]);
  const { roundCount = 1 } = schedule;
  return [
    `${modelOn(schedule.model, schedule.architecture)}, ${schedule.granularity} sets, ` +
      `${SCHEDULING_NAMES[schedule.scheduling]}${roundCount > 1 ? ', weights in turns' : ''}`,
    '',
    table(hasCrossbars ? [...heads, 'crossbar'] : heads, rows),
    '',
    ...roundTable(schedule),
    metricTable(schedule, published),
    '',
    ...(gain === undefined ? [] : [gainLine(gain), '']),
  ].join('\n');
}

/** The metrics, and beside them what is published, if anything is. */
function metricTable(schedule: Schedule, published: Published | undefined): string {
  const heads = ['', 'here', 'published'];
  const rows = metricRows(schedule, published);
  const columns = rows.some(([, , published]) => published !== '') ? 3 : 2;
  return table(
    heads.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
  );
}
