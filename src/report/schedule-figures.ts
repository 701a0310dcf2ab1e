import type { Schedule } from '../schedule/schedule-result.ts';
import type { Published, PublishedSpeedup } from '../zoo/index.ts';
import { duration, integer, percent, times } from './table.ts';
import { batchRows, turnRows } from './turns-table.ts';

/** The metrics of a schedule as text: each with its name, what it is here, and what is published. */
export function metricRows(schedule: Schedule, published: Published | undefined): string[][] {
  const speedup = publishedSpeedup(published, schedule);
  const { minimumPes, totalPes } = schedule;
  const pes = (minimum: number) =>
    totalPes < minimumPes
      ? `${integer(totalPes)} of ${integer(minimum)}`
      : `${integer(minimum)} + ${integer(totalPes - minimumPes)}`;
  return [
    ['PEs', pes(minimumPes), published === undefined ? '' : pes(published.pesMinimum)],
    ...batchRows(schedule),
    ['cycles', integer(schedule.cycles), ''],
    ['latency', duration(schedule.latencyNs), ''],
    ['baseline cycles', integer(schedule.baselineCycles), ''],
    ['speedup', times(schedule.speedup), speedup === undefined ? '' : times(speedup)],
    ['utilization', percent(schedule.utilization), ''],
    ...turnRows(schedule),
  ];
}

/** What a published number is for. */
type Setting = Pick<Schedule, 'scheduling' | 'totalPes' | 'minimumPes'> & {
  readonly layers: readonly { readonly copies: number }[];
};

/** The speedup that is published for the same setting, if one is. */
export function publishedSpeedup(published: Published | undefined, setting: Setting): number | undefined {
  return published?.speedups.find((candidate) => isSetting(candidate, setting))?.speedup;
}

function isSetting(published: PublishedSpeedup, setting: Setting): boolean {
  const duplicated = setting.layers.some(({ copies }) => copies > 1);
  return (
    published.scheduling === setting.scheduling &&
    published.extraPes === setting.totalPes - setting.minimumPes &&
    published.duplicated === duplicated
  );
}
