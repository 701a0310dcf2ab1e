import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import type { Optimization } from '../optimize/index.ts';
import { drawingOfOptimization, drawingOfTimeline } from '../picture/drawing.ts';
import { networkGraphOf } from '../picture/network-graph.ts';
import type { Timeline } from '../picture/timeline.ts';
import { optimizationText } from '../report/optimization-table.ts';
import { integer, modelOn, percent } from '../report/table.ts';
import type { Origin, Report } from './report-data.ts';

/** What a report of a search for copies is made of. */
export interface OptimizationToReport {
  readonly network: Network;
  /** With the best copies. */
  readonly mapping: Mapping;
  readonly optimization: Optimization;
  /** What runs when with them, as a schedule. */
  readonly timeline: Timeline;
  /** What made it. */
  readonly origin: Origin;
}

/** The report of a search for copies. */
export function optimizationReport(found: OptimizationToReport): Report {
  const { network, mapping, optimization, timeline, origin } = found;
  const { model, architecture, granularity, objective } = optimization;
  return {
    title: modelOn(model, architecture),
    subtitle: `${granularity} sets, best ${objective}`,
    origin,
    remarks: remarksOn(optimization),
    numbers: optimizationText(optimization).slice(1),
    drawing: { ...drawingOfTimeline(timeline), ...drawingOfOptimization(optimization) },
    graph: networkGraphOf(network, mapping.layers),
  };
}

/** How good the best is, and what the pictures show of it. */
function remarksOn({ best, gap }: Optimization): string[] {
  const { group = 1 } = best;
  return [
    gap === 0
      ? 'No copies are better: the best is as good as the bound.'
      : `No copies are better than the best by more than ${percent(gap)}.`,
    `The pictures show the best copies as they are scheduled for ${group === 1 ? 'one inference' : `${integer(group)} inferences`}; ` +
      'movement takes no time in them.',
  ];
}
