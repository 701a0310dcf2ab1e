import { type Architecture, clockNs, mvmCycles } from '../architecture/architecture.ts';
import { type Mapping, type MappingOptions, mapNetwork } from '../map/mapping.ts';
import { baseLayers, mvms, type Network } from '../network/network.ts';
import { formatGranularity } from '../schedule/granularity.ts';
import type { Scheduling } from '../schedule/schedule.ts';
import { buildGraph, type GraphOptions } from './build-graph.ts';
import { deadlockError } from './deadlock.ts';
import { type Area, areaOf, type Energy, energyOf, readBits, workOf } from './energy.ts';
import { type SimulationRun, simulateGraph } from './engine.ts';
import type { SimulationGraph } from './graph.ts';

export interface SimulationOptions extends MappingOptions, GraphOptions {}

/** One layer of a simulation: a base layer, or a join of several operands that the GPEU computes. */
export interface LayerSimulation {
  readonly name: string;
  readonly op: string;
  readonly copies: number;
  /** First start and last finish of a set, in clock cycles, over all inferences. */
  readonly startCycle: number;
  readonly endCycle: number;
  /** Cycles that its copies compute, all together; of a join, cycles of the GPEU. */
  readonly computeCycles: number;
  /** Time before its sets by what they waited for last: values, room for the result, a copy. */
  readonly waitDataCycles: number;
  readonly waitSpaceCycles: number;
  readonly waitCopyCycles: number;
  /** What its sets waited in the queue of a GPEU, and its results for room and for links. */
  readonly waitGpeuCycles: number;
  readonly waitSendCycles: number;
  readonly waitLinkCycles: number;
  /** Cycles of the run before its first start and after its last finish. */
  readonly idleCycles: number;
}

/** What a network does on a chip; `clsa-cim simulate --json` prints it as it is (docs/simulation.md). */
export interface Simulation {
  readonly model: string;
  readonly architecture: string;
  readonly granularity: string;
  readonly scheduling: Scheduling;
  readonly batch: number;
  readonly minimumPes: number;
  readonly totalPes: number;
  readonly usedPes: number;
  /** Time of a clock cycle. */
  readonly clockNs: number;
  /** Clock cycles until everything is done. */
  readonly cycles: number;
  readonly latencyNs: number;
  /** The same with free movement, GPEUs that take no time and buffers without limit. */
  readonly idealCycles: number;
  /** When the last set of the first inference is finished. */
  readonly firstLatencyNs: number;
  /** Mean cycles between the ends of one inference and the next; absent for a batch of 1. */
  readonly intervalCycles?: number;
  /** Inferences per second: at the interval, or one after the other; of the whole batch where the interval is 0. */
  readonly throughputPerSecond: number;
  /** Of the whole batch, in pJ; parts for which the architecture has no figure are left out. */
  readonly energyPj: Energy;
  /** Energy of one inference times `firstLatencyNs`, in pJ·ns; absent without figures of energy. */
  readonly energyDelayPjNs?: number;
  readonly inferencesPerJoule?: number;
  /** Operations of the base layers (2 per weight and MVM), in 10^12 per second, and per second and watt. */
  readonly teraOperationsPerSecond: number;
  readonly teraOperationsPerJoule?: number;
  /** Area in mm², with its parts; parts for which the architecture has no figure are left out. */
  readonly areaMm2: Area;
  readonly layers: readonly LayerSimulation[];
  /** Links that were used. */
  readonly links: readonly {
    readonly from: number;
    readonly to: number;
    readonly bits: number;
    readonly busyCycles: number;
    /** Share of all cycles in which it was held. */
    readonly utilization: number;
  }[];
  /** Tiles whose buffers were used: the most that was in them. */
  readonly buffers: readonly {
    readonly tile: number;
    readonly inputPeakBytes: number;
    readonly outputPeakBytes: number;
    readonly gpeuBusyCycles: number;
  }[];
  /** Bits times links that they went over. */
  readonly bitHops: number;
  readonly messages: number;
  readonly events: number;
}

/**
 * Maps a network to an architecture and plays what the chip does: movement, GPEUs, finite buffers, several
 * inferences one after the other. Deterministic.
 *
 * @throws ClsaCimError where the network does not fit, an option is out of range, or the buffers are too small
 * to make progress; the message then names who waits and what size would do.
 */
export function simulate(
  network: Network,
  architecture: Architecture,
  options: SimulationOptions = {},
): Simulation {
  const { granularity = 'pixel', scheduling = 'xinf', batch = 1 } = options;
  const mapping = mapNetwork(network, architecture, options);
  const graph = buildGraph(network, mapping, architecture, options);
  const run = simulateGraph(graph, { keepSets: batch > 1 });
  if (run.deadlock !== undefined) throw deadlockError(graph, run.deadlock);
  const clock = clockNs(architecture);
  const ends = inferenceEnds(graph, run);
  const intervalCycles = batch > 1 ? meanInterval(ends) : undefined;
  // Inferences that all end at the same time, each on copies of its own, have no interval.
  const throughputPerSecond = 1e9 / ((intervalCycles || run.cycles / batch) * clock);
  const energy = energyOf(architecture.chip ?? {}, energyCounts(network, mapping, graph, run, clock));
  return {
    model: network.name,
    architecture: architecture.name,
    granularity: scheduling === 'lbl' ? 'pixel' : formatGranularity(granularity),
    scheduling,
    batch,
    minimumPes: mapping.minimumPes,
    totalPes: mapping.totalPes,
    usedPes: mapping.usedPes,
    clockNs: clock,
    cycles: run.cycles,
    latencyNs: run.cycles * clock,
    // Without figures of a chip everything is free, and this is the run.
    idealCycles:
      architecture.chip === undefined ? run.cycles : idealCycles(network, mapping, architecture, options),
    firstLatencyNs: ends[0]! * clock,
    ...(intervalCycles === undefined ? {} : { intervalCycles }),
    throughputPerSecond,
    ...efficiency(network, batch, throughputPerSecond, ends[0]! * clock, energy),
    energyPj: energy,
    areaMm2: areaOf(architecture.chip ?? {}, mapping.totalPes, graph.chip.tiles),
    layers: graph.nodes.flatMap((node, i) => (node.kind === 'input' ? [] : [layerSimulation(graph, run, i)])),
    links: links(graph, run),
    buffers: run.tiles.flatMap(({ inputPeakBits, outputPeakBits, gpeuBusyCycles }, tile) =>
      inputPeakBits + outputPeakBits + gpeuBusyCycles === 0
        ? []
        : [
            {
              tile,
              inputPeakBytes: Math.ceil(inputPeakBits / 8),
              outputPeakBytes: Math.ceil(outputPeakBits / 8),
              gpeuBusyCycles,
            },
          ],
    ),
    bitHops: run.links.reduce((sum, { bits }) => sum + bits, 0),
    messages: run.messages,
    events: run.events,
  };
}

/** Metrics of a batch that takes so long and so much energy. */
function efficiency(
  network: Network,
  batch: number,
  throughput: number,
  firstLatencyNs: number,
  { total }: Energy,
) {
  const operations = baseLayers(network).reduce((sum, layer) => {
    const { rows, columns, groups } = layer.weights;
    return sum + 2 * rows * columns * groups * mvms(layer);
  }, 0);
  const teraOperationsPerSecond = (operations * throughput) / 1e12;
  if (total === 0) return { teraOperationsPerSecond };
  const joulesPerInference = total / batch / 1e12;
  return {
    teraOperationsPerSecond,
    energyDelayPjNs: (total / batch) * firstLatencyNs,
    inferencesPerJoule: 1 / joulesPerInference,
    teraOperationsPerJoule: operations / 1e12 / joulesPerInference,
  };
}

/** Cycles of the same mapping on a chip on which only MVMs take time. */
function idealCycles(
  network: Network,
  mapping: Mapping,
  architecture: Architecture,
  options: GraphOptions,
): number {
  const { chip: _, ...free } = architecture;
  const run = simulateGraph(buildGraph(network, mapping, free, { ...options, placement: undefined }));
  return run.cycles * mvmCycles(architecture);
}

/** When the last set of each inference is finished. */
function inferenceEnds({ nodes, batch }: SimulationGraph, run: SimulationRun): number[] {
  if (batch === 1) return [run.nodes.reduce((latest, { endCycle }) => Math.max(latest, endCycle), 0)];
  const ends = new Array<number>(batch).fill(0);
  run.nodes.forEach(({ finishes = new Float64Array() }, i) => {
    const sets = nodes[i]!.setRows * nodes[i]!.setColumns;
    finishes.forEach((finish, k) => {
      const inference = Math.floor(k / sets);
      ends[inference] = Math.max(ends[inference]!, finish);
    });
  });
  return ends;
}

/** Mean cycles from one end to the next. Movement may let a later inference overtake. */
function meanInterval(ends: readonly number[]): number {
  const first = ends.reduce((earliest, end) => Math.min(earliest, end));
  const last = ends.reduce((latest, end) => Math.max(latest, end));
  return (last - first) / (ends.length - 1);
}

function energyCounts(
  network: Network,
  mapping: Mapping,
  graph: SimulationGraph,
  run: SimulationRun,
  clock: number,
) {
  const { inputWrittenBits, outputWrittenBits, outputReadBits, offChipInBits, offChipOutBits } = run.moved;
  return {
    ...workOf(network, mapping, graph.batch),
    bufferReadBits: readBits(graph) + outputReadBits,
    bufferWriteBits: inputWrittenBits + outputWrittenBits,
    hopBits: run.links.reduce((sum, { bits }) => sum + bits, 0),
    offChipBits: offChipInBits + offChipOutBits,
    tiles: graph.chip.tiles,
    latencyNs: run.cycles * clock,
  };
}

function layerSimulation(graph: SimulationGraph, run: SimulationRun, index: number): LayerSimulation {
  const { name, op, copies } = graph.nodes[index]!;
  const node = run.nodes[index]!;
  return {
    name,
    op,
    copies: copies.length,
    startCycle: node.startCycle,
    endCycle: node.endCycle,
    computeCycles: node.computeCycles,
    waitDataCycles: node.waitDataCycles,
    waitSpaceCycles: node.waitSpaceCycles,
    waitCopyCycles: node.waitCopyCycles,
    waitGpeuCycles: node.waitGpeuCycles,
    waitSendCycles: node.waitSendCycles,
    waitLinkCycles: node.waitLinkCycles,
    idleCycles: run.cycles - (node.endCycle - node.startCycle),
  };
}

function links(graph: SimulationGraph, run: SimulationRun): Simulation['links'] {
  return run.links.flatMap(({ bits, busyCycles }, i) => {
    if (bits === 0) return [];
    const [from, to] = graph.chip.links[i]!;
    return [{ from, to, bits, busyCycles, utilization: busyCycles / run.cycles }];
  });
}
