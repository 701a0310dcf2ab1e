import type { Schedule } from '../schedule/schedule-result.ts';
import type { Published, PublishedSpeedup } from '../zoo/index.ts';
import { duration, extent, integer, modelOn, percent, shortName, table, times } from './table.ts';

/** What tables call the ways of scheduling. */
export const SCHEDULING_NAMES = { xinf: 'across layers (xinf)', lbl: 'layer by layer (lbl)' } as const;

/**
 * A schedule as text for a terminal: its layers, its metrics, and what is published for the same setting.
 *
 * @param published What is published of the same network on the same chip, if anything is.
 */
export function printSchedule(schedule: Schedule, published?: Published): string {
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
  return [
    `${modelOn(schedule.model, schedule.architecture)}, ${schedule.granularity} sets, ` +
      SCHEDULING_NAMES[schedule.scheduling],
    '',
    table(hasCrossbars ? [...heads, 'crossbar'] : heads, rows),
    '',
    metricTable(schedule, published),
    '',
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

function metricRows(schedule: Schedule, published: Published | undefined): string[][] {
  const speedup = published?.speedups.find((candidate) => isSetting(candidate, schedule))?.speedup;
  const extraPes = integer(schedule.totalPes - schedule.minimumPes);
  const minimumPes = published === undefined ? '' : `${published.pesMinimum} + ${extraPes}`;
  return [
    ['PEs', `${integer(schedule.minimumPes)} + ${extraPes}`, minimumPes],
    ['cycles', integer(schedule.cycles), ''],
    ['latency', duration(schedule.latencyNs), ''],
    ['baseline cycles', integer(schedule.baselineCycles), ''],
    ['speedup', times(schedule.speedup), speedup === undefined ? '' : times(speedup)],
    ['utilization', percent(schedule.utilization), ''],
  ];
}

/** True where a published number is for the same setting as the schedule. */
function isSetting(published: PublishedSpeedup, schedule: Schedule): boolean {
  const duplicated = schedule.layers.some((layer) => layer.copies > 1);
  return (
    published.scheduling === schedule.scheduling &&
    published.extraPes === schedule.totalPes - schedule.minimumPes &&
    published.duplicated === duplicated
  );
}
