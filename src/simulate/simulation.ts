import { type Area, areaOf, cellsOf } from '../architecture/area.ts';
import { baseLayers, mvms, type Network } from '../network/network.ts';
import type { Scheduling } from '../schedule/scheduling.ts';
import { formatGranularity } from '../workload/granularity.ts';
import { type Bottleneck, bottleneck } from './bottleneck.ts';
import { type Energy, energyOf } from './energy/energy.ts';
import { energyShares } from './energy/shares.ts';
import { copiesInUse, type SimulationGraph, type SimulationTurns } from './model/graph.ts';
import { asOneGroup } from './one-group.ts';
import type { SimulationRun, Waits, WriteWaits } from './play/engine.ts';
import type { Played, Simulator } from './play/simulator.ts';
import { type SpillTraffic, spillTraffic } from './spill/traffic.ts';
import type { TriedCopies } from './tried/try-all.ts';
import { type SimulatedTurns, turnFigures, writesOf } from './turn-figures.ts';

/** One layer of a simulation: a base layer, or a join of several operands that the GPEU computes. */
export interface LayerSimulation extends Waits, WriteWaits {
  /** Unique in the network. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** Copies of its weights that are in use; 1 for a join. */
  readonly copies: number;
  /** First start of a set, in clock cycles, over all inferences. */
  readonly startCycle: number;
  /** Last finish of a set, in clock cycles, over all inferences. */
  readonly endCycle: number;
  /** Cycles of the run before its first start and after its last finish. */
  readonly idleCycles: number;
  /** What it took itself, with the fused layers that belong to it; parts as in {@link Simulation.energyPj}. */
  readonly energyPj: Energy;
  /** What spilled of its results; only in a run in which something did. */
  readonly spill?: SpillTraffic;
  /** PEs that were written for it after cycle 0; only where weights take turns. */
  readonly writtenPes?: number;
}

/** One input of a simulation. */
export interface InputSimulation {
  /** Unique in the network. */
  readonly name: string;
  /** The way into the chip and to the layers that read it; parts as in {@link Simulation.energyPj}. */
  readonly energyPj: Energy;
  /** What spilled of it; only in a run in which something did. */
  readonly spill?: SpillTraffic;
}

/** One tile of a simulation; it is charged for what it is the home of. */
export interface TileSimulation extends Waits, WriteWaits {
  /** Number of the tile. */
  readonly tile: number;
  /** Layers that have a copy there, or a part of one; joins and inputs, too. */
  readonly layers: readonly string[];
  /** Cycles in which one of its copies or its GPEU was at work. */
  readonly busyCycles: number;
  /** All other clock cycles. */
  readonly idleCycles: number;
  /**
   * What spilled of results of copies whose home it is, and what was fetched to it, which of a value that goes to several tiles
   * is counted on each; only in a run in which something spilled.
   */
  readonly spill?: SpillTraffic;
  /** Of its PEs, how often one was written after cycle 0; only where weights take turns. */
  readonly writtenPes?: number;
}

/** The buffers of one tile. */
export interface BufferSimulation {
  /** Number of the tile. */
  readonly tile: number;
  /** The most that was in the input buffer. */
  readonly inputPeakBytes: number;
  /** The most that was in the output buffer. */
  readonly outputPeakBytes: number;
  /** Size of the input buffer; only where the chip limits it. */
  readonly inputBytes?: number;
  /** What all windows take of the input buffer; only where the chip limits it. */
  readonly inputWindowBytes?: number;
  /** Size of the output buffer; only where the chip limits it. */
  readonly outputBytes?: number;
  /** What all windows take of the output buffer; only where the chip limits it. */
  readonly outputWindowBytes?: number;
  /** Clock cycles in which the GPEU of the tile was at work. */
  readonly gpeuBusyCycles: number;
}

/** What a network does on a chip; `clsa-cim simulate --json` prints it as it is (docs/simulation.md). */
export interface Simulation extends Partial<SimulatedTurns> {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** How OFMs are cut into sets: `pixel`, `row` or `HxW`. */
  readonly granularity: string;
  /** Across layers or layer by layer. */
  readonly scheduling: Scheduling;
  /** Inferences that followed each other. */
  readonly batch: number;
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not. */
  readonly totalPes: number;
  /** PEs that hold weights. */
  readonly usedPes: number;
  /** Cells of all PEs of the chip, used or not. */
  readonly cells: number;
  /** Time of a clock cycle. */
  readonly clockNs: number;
  /** Clock cycles until everything is done. */
  readonly cycles: number;
  /** Time until everything is done, in ns: `cycles` times `clockNs`. */
  readonly latencyNs: number;
  /** The same with free movement, GPEUs that take no time and buffers without limit. */
  readonly idealCycles: number;
  /** When the last set of the first inference is finished. */
  readonly firstLatencyNs: number;
  /** Mean cycles between the ends of one inference and the next; absent for a batch of 1. */
  readonly intervalCycles?: number;
  /** Inferences per second: at the interval, or one after the other; of the whole batch where the interval is 0. */
  readonly throughputPerSecond: number;
  /** Of the whole batch, in pJ, as far as the architecture has figures. */
  readonly energyPj: Energy;
  /** Energy of one inference times `firstLatencyNs`, in pJ·ns; absent where the total is not known. */
  readonly energyDelayPjNs?: number;
  /** Inferences that a joule is enough for; absent where the total is not known, or 0. */
  readonly inferencesPerJoule?: number;
  /** Operations of the base layers (2 per weight and MVM), in 10^12 per second. */
  readonly teraOperationsPerSecond: number;
  /** The same per second and watt; absent without figures of energy. */
  readonly teraOperationsPerJoule?: number;
  /** In mm², as far as the architecture has figures. */
  readonly areaMm2: Area;
  /** The layer with the most to compute. */
  readonly bottleneck: Bottleneck;
  /** Base layers, and joins of several operands, in the order of the file. */
  readonly layers: readonly LayerSimulation[];
  /** What the inputs of the network took: the way into the chip and to the layers that read them. */
  readonly inputs: readonly InputSimulation[];
  /** Tiles that hold a copy or a part of one, or a join or an input. */
  readonly tiles: readonly TileSimulation[];
  /** Links that were used. */
  readonly links: readonly {
    readonly from: number;
    readonly to: number;
    readonly bits: number;
    readonly busyCycles: number;
    /** Share of all cycles in which it was held. */
    readonly utilization: number;
  }[];
  /** Tiles whose buffers or GPEU were used. */
  readonly buffers: readonly BufferSimulation[];
  /** What went off the chip for want of room, and came back; only in a run in which something did. */
  readonly spill?: SpillTraffic;
  /** The shared buffer and the most that was in it; where there is one and something spilled. */
  readonly sharedBuffer?: { readonly bytes: number; readonly peakBytes: number };
  /** Bits times links that they went over. */
  readonly bitHops: number;
  /** Messages that were sent between tiles, or through the port to the outside. */
  readonly messages: number;
  /** Things that happened: what the time of a simulation goes with. */
  readonly events: number;
  /** With the policy `tried`, and where rounds were left open: the lists that were tried, and why one was taken. */
  readonly tried?: TriedCopies;
}

/**
 * What a run was, in the words of users. A run that came to no end is none.
 *
 * @param idealCycles Clock cycles of the same copies where only MVMs take time.
 */
export function simulationOf(simulator: Simulator, played: Played, idealCycles: number): Simulation {
  const { workload, scheduling, batch } = simulator;
  const { network, architecture } = workload;
  const { mapping, graph, run } = asOneGroup(played);
  const clock = architecture.clockNs;
  const firstLatencyNs = run.inferenceEnds[0]! * clock;
  const intervalCycles = batch > 1 ? meanInterval(run.inferenceEnds) : undefined;
  // Inferences that all end at the same time, each on copies of its own, have no interval.
  const throughputPerSecond = 1e9 / ((intervalCycles || run.cycles / batch) * clock);
  const figures = { ...architecture.chip, peWriteEnergyPj: architecture.writing?.peWriteEnergyPj };
  const writes = writesOf(played.graph);
  const shares = energyShares(workload, { mapping, graph, run }, writes);
  const spilled = spilledOf(run);
  const leakage = { counts: { tileNs: graph.chip.tiles * run.cycles * clock } };
  const energy = energyOf(figures, [...shares, leakage]);
  return {
    ...{ model: network.name, architecture: architecture.name },
    ...{ granularity: formatGranularity(workload.granularity), scheduling, batch },
    minimumPes: mapping.minimumPes,
    totalPes: mapping.totalPes,
    usedPes: mapping.usedPes,
    cells: cellsOf(architecture, mapping),
    clockNs: clock,
    cycles: run.cycles,
    latencyNs: run.cycles * clock,
    idealCycles,
    firstLatencyNs,
    ...(intervalCycles === undefined ? {} : { intervalCycles }),
    throughputPerSecond,
    ...efficiency(network, batch, throughputPerSecond, firstLatencyNs, energy),
    energyPj: energy,
    areaMm2: areaOf(architecture, mapping, graph.chip.tiles),
    bottleneck: bottleneck(played.graph, played.run),
    layers: shares.flatMap((share, i) =>
      graph.nodes[i]!.kind === 'input'
        ? []
        : [
            {
              ...layerSimulation(graph, run, i, energyOf(figures, [share])),
              ...spilled([run.nodes[i]!]),
              ...(writes && { writtenPes: writes[i]! }),
            },
          ],
    ),
    inputs: shares.flatMap((share, i) => {
      const { kind, name } = graph.nodes[i]!;
      if (kind !== 'input') return [];
      return [{ name, energyPj: energyOf(figures, [share]), ...spilled([run.nodes[i]!]) }];
    }),
    tiles: tiles(graph, run, played.graph.turns),
    links: links(graph, run),
    buffers: buffers(graph, run),
    ...spilled(run.nodes),
    ...sharedBuffer(graph, run),
    bitHops: run.links.reduce((sum, { bits }) => sum + bits, 0),
    messages: run.messages,
    events: run.events,
    ...turnFigures(simulator, played),
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
  if (total === null) return { teraOperationsPerSecond };
  const energyDelayPjNs = (total / batch) * firstLatencyNs;
  if (total === 0) return { teraOperationsPerSecond, energyDelayPjNs };
  const joulesPerInference = total / batch / 1e12;
  return {
    teraOperationsPerSecond,
    energyDelayPjNs,
    inferencesPerJoule: 1 / joulesPerInference,
    teraOperationsPerJoule: operations / 1e12 / joulesPerInference,
  };
}

/** Mean cycles from one end to the next. Movement may let a later inference overtake. */
function meanInterval(ends: Float64Array): number {
  const first = ends.reduce((earliest, end) => Math.min(earliest, end));
  const last = ends.reduce((latest, end) => Math.max(latest, end));
  return (last - first) / (ends.length - 1);
}

function layerSimulation(
  graph: SimulationGraph,
  run: SimulationRun,
  index: number,
  energyPj: Energy,
): LayerSimulation {
  const { name, op, ...placed } = graph.nodes[index]!;
  const node = run.nodes[index]!;
  const { startCycle, endCycle } = node;
  return {
    ...{ name, op, copies: copiesInUse(placed), startCycle, endCycle },
    ...waits(node),
    idleCycles: run.cycles - (endCycle - startCycle),
    energyPj,
  };
}

/** The shared buffer, where the chip has one. */
function sharedBuffer({ chip }: SimulationGraph, run: SimulationRun): Pick<Simulation, 'sharedBuffer'> {
  const { sharedBufferBits } = chip;
  if (sharedBufferBits === undefined || !isSpilling(run)) return {};
  return { sharedBuffer: { bytes: sharedBufferBits / 8, peakBytes: Math.ceil(run.sharedPeakBits / 8) } };
}

/** True where something went off the chip for want of room. */
function isSpilling({ nodes }: SimulationRun): boolean {
  return nodes.some(({ spilledBits }) => spilledBits > 0);
}

/** What spilled of some nodes or tiles; nothing in a run in which nothing did. */
function spilledOf(run: SimulationRun): (parts: readonly SpillTraffic[]) => Pick<Simulation, 'spill'> {
  return isSpilling(run) ? (parts) => ({ spill: spillTraffic(parts) }) : () => ({});
}

/** The figures that layers and tiles have in common, in the order they are printed. */
function waits(run: Waits & WriteWaits): Waits & WriteWaits {
  const told = {
    computeCycles: run.computeCycles,
    waitDataCycles: run.waitDataCycles,
    waitSpaceCycles: run.waitSpaceCycles,
    waitCopyCycles: run.waitCopyCycles,
    waitReadCycles: run.waitReadCycles,
    waitGpeuCycles: run.waitGpeuCycles,
    waitSendCycles: run.waitSendCycles,
    waitLinkCycles: run.waitLinkCycles,
    waitFetchCycles: run.waitFetchCycles,
  };
  return run.waitWriteCycles === undefined ? told : { ...told, waitWriteCycles: run.waitWriteCycles };
}

function tiles(
  { nodes }: SimulationGraph,
  all: SimulationRun,
  turns: SimulationTurns | undefined,
): TileSimulation[] {
  const { tiles: runs, cycles } = all;
  const spilled = spilledOf(all);
  const written = new Map<number, number>();
  for (const { tile, pes } of turns?.writes ?? []) written.set(tile, (written.get(tile) ?? 0) + pes);
  const layersOf = new Map<number, Set<string>>();
  for (const { name, copies } of nodes) {
    for (const tile of copies.flatMap((copy) => copy.tiles)) {
      const layers = layersOf.get(tile) ?? new Set();
      layersOf.set(tile, layers.add(name));
    }
  }
  return [...layersOf]
    .toSorted(([a], [b]) => a - b)
    .map(([tile, layers]) => {
      const run = runs[tile]!;
      const { busyCycles } = run;
      return {
        ...{ tile, layers: [...layers], ...waits(run), busyCycles, idleCycles: cycles - busyCycles },
        ...spilled([run]),
        ...(turns !== undefined && { writtenPes: written.get(tile) ?? 0 }),
      };
    });
}

function buffers({ chip }: SimulationGraph, run: SimulationRun): BufferSimulation[] {
  const bytes = (bits: number) => Math.ceil(bits / 8);
  const { inputBufferBits, outputBufferBits } = chip;
  return run.tiles.flatMap((tileRun, tile) => {
    const { inputPeakBits, inputWindowBits, outputPeakBits, outputWindowBits, gpeuBusyCycles } = tileRun;
    if (inputPeakBits + outputPeakBits + gpeuBusyCycles === 0) return [];
    return [
      {
        ...{ tile, inputPeakBytes: bytes(inputPeakBits), outputPeakBytes: bytes(outputPeakBits) },
        ...(inputBufferBits !== undefined && {
          ...{ inputBytes: bytes(inputBufferBits), inputWindowBytes: bytes(inputWindowBits) },
        }),
        ...(outputBufferBits !== undefined && {
          ...{ outputBytes: bytes(outputBufferBits), outputWindowBytes: bytes(outputWindowBits) },
        }),
        gpeuBusyCycles,
      },
    ];
  });
}

function links(graph: SimulationGraph, run: SimulationRun): Simulation['links'] {
  return run.links.flatMap(({ bits, busyCycles }, i) => {
    if (bits === 0) return [];
    const [from, to] = graph.chip.links[i]!;
    return [{ from, to, bits, busyCycles, utilization: busyCycles / run.cycles }];
  });
}
