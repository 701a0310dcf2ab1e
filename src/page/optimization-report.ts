import type { Optimization } from '../optimize/index.ts';
import { drawingOfOptimization } from '../picture/drawing.ts';
import { optimizationText } from '../report/optimization-table.ts';
import { modelOn, percent } from '../report/table.ts';
import type { Origin, Report } from './report-data.ts';

/** The report of a search for copies. */
export function optimizationReport(optimization: Optimization, origin: Origin): Report {
  const { model, architecture, granularity, objective, gap } = optimization;
  return {
    title: modelOn(model, architecture),
    subtitle: `${granularity} sets, best ${objective}`,
    origin,
    remarks: [
      gap === 0
        ? 'No copies are better: the best is as good as the bound.'
        : `No copies are better than the best by more than ${percent(gap)}.`,
    ],
    numbers: optimizationText(optimization).slice(1),
    drawing: drawingOfOptimization(optimization),
  };
}
