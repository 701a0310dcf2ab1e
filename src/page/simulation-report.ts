import type { Network } from '../network/network.ts';
import { type Drawing, drawingOfSimulation } from '../picture/drawing.ts';
import { meshOverTimeOf } from '../picture/mesh-over-time.ts';
import { networkGraphOf } from '../picture/network-graph.ts';
import type { Timeline } from '../picture/timeline.ts';
import { explanationText } from '../report/explanation.ts';
import { publishedSpeedup } from '../report/schedule-figures.ts';
import { SCHEDULING_NAMES } from '../report/schedule-table.ts';
import { simulationDetails, simulationMetrics } from '../report/simulation-table.ts';
import { duration, integer, modelOn, percent, shortName, type Table, table, times } from '../report/table.ts';
import type { Explanation } from '../simulate/explain/explain.ts';
import type { DetailedSimulation, Simulation } from '../simulate/index.ts';
import type { Published } from '../zoo/index.ts';
import type { Origin, Report } from './report-data.ts';

/** What a report of a simulation is made of. */
export interface SimulationToReport {
  readonly network: Network;
  /** With its placement and its use over time. */
  readonly simulation: DetailedSimulation;
  /** What ran when in it. */
  readonly timeline: Timeline;
  /** Clock cycles layer by layer without copies, where only MVMs take time. */
  readonly baselineCycles: number;
  /** What is published of the same network on the same chip. */
  readonly published?: Published | undefined;
  /** What limits it, where that was asked for. */
  readonly explanation?: Explanation | undefined;
  /** What made it. */
  readonly origin: Origin;
}

/** The report of a simulation. */
export function simulationReport(simulated: SimulationToReport): Report {
  const { network, simulation, timeline, explanation, origin } = simulated;
  const { model, architecture, granularity, scheduling, clockNs, batch, rounds, placement = [] } = simulation;
  const copiesOf = new Map(simulation.layers.map(({ name, copies }) => [name, copies]));
  const mapped = placement.map(({ layer, name, pes, copies }) => ({
    layer,
    pesPerCopy: pes,
    // Where weights take turns every group has copies of its own.
    copies: copiesOf.get(name) ?? copies.length,
  }));
  const overTime = meshOverTimeOf(simulation);
  return {
    title: modelOn(model, architecture),
    subtitle:
      `${granularity} sets, ${SCHEDULING_NAMES[scheduling]}, ${rounds === undefined ? '' : 'weights in turns, '}${integer(batch)} ` +
      `${batch === 1 ? 'inference' : 'inferences'}, simulated; a cycle of the clock is ${duration(clockNs)}`,
    origin,
    remarks: remarksOn(simulation),
    numbers: [figuresOf(simulated)],
    details: [
      ...simulationDetails(simulation),
      ...(explanation === undefined ? [] : explanationText(explanation)),
    ],
    drawing: drawingOf(simulation, timeline),
    ...(overTime === undefined ? {} : { meshOverTime: overTime }),
    graph: networkGraphOf(network, mapped),
  };
}

/** All pictures but that of traffic where there is none, which needs no section. */
function drawingOf(simulation: DetailedSimulation, timeline: Timeline): Drawing {
  const { traffic, ...others } = drawingOfSimulation(simulation, timeline);
  return traffic.layers.length === 0 ? others : { ...others, traffic };
}

/** The metrics, beside those of free movement, of layer by layer without copies, and of what is published. */
function figuresOf({ simulation, baselineCycles, published }: SimulationToReport): Table {
  const { cycles, idealCycles, clockNs } = simulation;
  const baseline: Readonly<Record<string, string>> = {
    'clock cycles': integer(baselineCycles),
    latency: duration(baselineCycles * clockNs),
  };
  const { heads, rows } = simulationMetrics(simulation);
  const found = publishedSpeedup(published, simulation);
  const columns = found === undefined ? 4 : 5;
  const speedups = [
    'speedup',
    ...[cycles, idealCycles, baselineCycles].map((each) => times(baselineCycles / each)),
  ];
  const speedupRow = [...speedups, found === undefined ? '' : times(found)];
  const all = rows.flatMap(([name = '', ...others]) => {
    const row = [name, ...others, baseline[name as string] ?? '', ''];
    return name === 'latency' ? [row, speedupRow] : [row];
  });
  return table(
    [...heads, 'layer by layer, no copies', 'published'].slice(0, columns),
    all.map((row) => row.slice(0, columns)),
  );
}

/** Where the bottleneck lies. */
function remarksOn(simulation: Simulation): string[] {
  const { bottleneck, cycles, idealCycles } = simulation;
  const { layer, copies, mvmCycles } = bottleneck;
  return [
    `The bottleneck is ${shortName(layer)}: ${copies === 1 ? 'its copy' : `each of its ${integer(copies)} copies`} computes for ` +
      `${integer(mvmCycles)} cycles, ${percent(mvmCycles / cycles)} of the run.`,
    cycles === idealCycles
      ? 'Movement, GPEUs and buffers cost nothing.'
      : `Movement, GPEUs and buffers make it ${(cycles / idealCycles).toFixed(2)} times as long as if they took no time.`,
    ...scarceRemarks(simulation),
  ];
}

/** What is written and what spills. */
function scarceRemarks({
  rounds,
  writtenPes = 0,
  weightBits = 0,
  spill,
  sharedBuffer,
}: Simulation): string[] {
  const shared =
    sharedBuffer === undefined || spill === undefined
      ? ''
      : `, ${percent(spill.sharedBufferBits / (spill.spilledBits + spill.fetchedBits))} of both in the shared buffer`;
  return [
    ...(rounds === undefined
      ? []
      : [
          `Weights take turns in ${integer(rounds.length)} rounds: ${integer(writtenPes)} PEs are written, with ${integer(weightBits)} bits.`,
        ]),
    ...(spill === undefined
      ? []
      : [
          `For want of room ${integer(spill.spilledBits)} bits of results are stored off the tiles, and ` +
            `${integer(spill.fetchedBits)} fetched back${shared}.`,
        ]),
  ];
}
