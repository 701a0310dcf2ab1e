import type { Comparison } from '../compare/index.ts';
import { comparisonText } from '../report/comparison-table.ts';
import { integer } from '../report/table.ts';
import type { NamedTimeline, Origin, Report } from './report-data.ts';

/**
 * The report of runs that were compared.
 *
 * @param timelines Of the runs whose sets are known: those that were run for the comparison.
 */
export function comparisonReport(
  comparison: Comparison,
  timelines: readonly NamedTimeline[],
  origin: Origin,
): Report {
  const { runs } = comparison;
  const without = runs.length - timelines.length;
  return {
    title: `${integer(runs.length)} runs side by side`,
    subtitle: [...new Set(runs.map(({ model }) => model))].join(', '),
    origin,
    remarks:
      without === 0
        ? []
        : [
            `${without === 1 ? 'One run has' : `${integer(without)} runs have`} no timeline here: results of --json hold no sets. ` +
              'Give the options of a run in a file, and it is run again.',
          ],
    numbers: comparisonText(comparison),
    drawing: {},
    timelines,
  };
}
