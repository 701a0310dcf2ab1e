import type { Network } from '../network/network.ts';
import type { Optimization } from '../optimize/index.ts';
import type { BestRun } from '../picture/best-run.ts';
import { drawingOfOptimization, drawingOfSimulation, drawingOfTimeline } from '../picture/drawing.ts';
import { meshOverTimeOf } from '../picture/mesh-over-time.ts';
import { networkGraphOf } from '../picture/network-graph.ts';
import { optimizationText } from '../report/optimization-table.ts';
import { simulationDetails } from '../report/simulation-table.ts';
import { integer, modelOn, percent } from '../report/table.ts';
import type { Origin, Report } from './report-data.ts';

/** What a report of a search for copies is made of. */
export interface OptimizationToReport extends BestRun {
  readonly network: Network;
  readonly optimization: Optimization;
  /** What made it. */
  readonly origin: Origin;
}

/** The report of a search for copies. */
export function optimizationReport(found: OptimizationToReport): Report {
  const { network, mapping, optimization, timeline, simulation, origin } = found;
  const { model, architecture, granularity, objective } = optimization;
  const overTime = simulation && meshOverTimeOf(simulation);
  return {
    title: modelOn(model, architecture),
    subtitle: `${granularity} sets, best ${objective}`,
    origin,
    remarks: remarksOn(found),
    numbers: optimizationText(optimization).slice(1),
    ...(simulation && { details: simulationDetails(simulation) }),
    drawing: {
      ...drawingOfTimeline(timeline),
      ...(simulation && drawingOfSimulation(simulation)),
      ...drawingOfOptimization(optimization),
    },
    ...(overTime && { meshOverTime: overTime }),
    graph: networkGraphOf(network, mapping.layers),
  };
}

/** How good the best is, and what the pictures show of it. */
function remarksOn({ optimization: { best, gap }, simulation }: OptimizationToReport): string[] {
  const { group = 1 } = best;
  const count = simulation?.batch ?? group;
  const inferences = count === 1 ? 'one inference' : `${integer(count)} inferences`;
  return [
    gap === 0
      ? 'No copies are better: the best is as good as the bound.'
      : `No copies are better than the best by more than ${percent(gap)}.`,
    simulation === undefined
      ? `The pictures show the best copies as they are scheduled for ${inferences}; movement takes no time in them.`
      : `The pictures show the best copies as they are simulated for ${inferences}, with all that the chip does.`,
  ];
}
