import type { SweepPicture } from '../picture/sweep.ts';
import { sweepText } from '../report/sweep-summary.ts';
import { integer } from '../report/table.ts';
import type { SweepSummary } from '../sweep/index.ts';
import type { Origin, Report } from './report-data.ts';

/**
 * The report of a sweep.
 *
 * @param parameters Names of its parameters.
 */
export function sweepReport(
  summary: SweepSummary,
  parameters: readonly string[],
  sweep: SweepPicture,
  origin: Origin,
): Report {
  const { points, failed, missing } = summary;
  const told = [
    ...(failed > 0 ? [`${integer(failed)} have failed`] : []),
    ...(missing > 0 ? [`${integer(missing)} are not finished`] : []),
  ];
  return {
    title: 'Sweep',
    subtitle: [`${integer(points)} ${points === 1 ? 'point' : 'points'}`, ...told].join(', '),
    origin,
    remarks: [],
    numbers: sweepText(summary, parameters),
    drawing: { sweep },
  };
}
