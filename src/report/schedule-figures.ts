import type { Schedule } from '../schedule/schedule-result.ts';
import type { Published, PublishedSpeedup } from '../zoo/index.ts';
import { duration, integer, percent, times } from './table.ts';
import { batchRows, turnRows } from './turns-table.ts';

/** The metrics of a schedule as text: each with its name, what it is here, and what is published. */
export function metricRows(schedule: Schedule, published: Published | undefined): string[][] {
  const speedup = published?.speedups.find((candidate) => isSetting(candidate, schedule))?.speedup;
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

/** True where a published number is for the same setting as the schedule. */
function isSetting(published: PublishedSpeedup, schedule: Schedule): boolean {
  const duplicated = schedule.layers.some((layer) => layer.copies > 1);
  return (
    published.scheduling === schedule.scheduling &&
    published.extraPes === schedule.totalPes - schedule.minimumPes &&
    published.duplicated === duplicated
  );
}
