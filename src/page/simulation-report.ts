import type { Network } from '../network/network.ts';
import { drawingOfSimulation, drawingOfTimeline } from '../picture/drawing.ts';
import { meshOverTimeOf } from '../picture/mesh-over-time.ts';
import { networkGraphOf } from '../picture/network-graph.ts';
import type { Timeline } from '../picture/timeline.ts';
import { explanationText } from '../report/explanation.ts';
import { SCHEDULING_NAMES } from '../report/schedule-table.ts';
import { simulationDetails, simulationMetrics } from '../report/simulation-table.ts';
import { duration, integer, modelOn, percent, shortName } from '../report/table.ts';
import type { Explanation } from '../simulate/explain/explain.ts';
import type { DetailedSimulation, Simulation } from '../simulate/index.ts';
import type { Origin, Report } from './report-data.ts';

/** What a report of a simulation is made of. */
export interface SimulationToReport {
  readonly network: Network;
  /** With its placement and its use over time. */
  readonly simulation: DetailedSimulation;
  /** What ran when in it. */
  readonly timeline: Timeline;
  /** What limits it, where that was asked for. */
  readonly explanation?: Explanation | undefined;
  /** What made it. */
  readonly origin: Origin;
}

/** The report of a simulation. */
export function simulationReport(simulated: SimulationToReport): Report {
  const { network, simulation, timeline, explanation, origin } = simulated;
  const { model, architecture, granularity, scheduling, clockNs, batch, placement = [] } = simulation;
  const mapped = placement.map(({ layer, pes, copies }) => ({
    layer,
    pesPerCopy: pes,
    copies: copies.length,
  }));
  const overTime = meshOverTimeOf(simulation);
  return {
    title: modelOn(model, architecture),
    subtitle:
      `${granularity} sets, ${SCHEDULING_NAMES[scheduling]}, ${integer(batch)} ` +
      `${batch === 1 ? 'inference' : 'inferences'}, simulated; a cycle of the clock is ${duration(clockNs)}`,
    origin,
    remarks: remarksOn(simulation),
    numbers: [simulationMetrics(simulation)],
    details: [
      ...simulationDetails(simulation),
      ...(explanation === undefined ? [] : explanationText(explanation)),
    ],
    drawing: { ...drawingOfTimeline(timeline), ...drawingOfSimulation(simulation) },
    ...(overTime === undefined ? {} : { meshOverTime: overTime }),
    graph: networkGraphOf(network, mapped),
  };
}

/** Where the bottleneck lies. */
function remarksOn({ bottleneck, cycles, idealCycles }: Simulation): string[] {
  const { layer, copies, mvmCycles } = bottleneck;
  return [
    `The bottleneck is ${shortName(layer)}: each of its ${integer(copies)} ${copies === 1 ? 'copy' : 'copies'} computes for ` +
      `${integer(mvmCycles)} cycles, ${percent(mvmCycles / cycles)} of the run.`,
    cycles === idealCycles
      ? 'Movement, GPEUs and buffers cost nothing.'
      : `Movement, GPEUs and buffers make it ${(cycles / idealCycles).toFixed(2)} times as long as if they took no time.`,
  ];
}
