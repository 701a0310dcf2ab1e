import { clockNs } from '../architecture/normal-architecture.ts';
import { mapNetwork } from '../map/mapping.ts';
import { buildGraph } from '../simulate/build-graph.ts';
import type { SimulationChip } from '../simulate/model/graph.ts';
import { SimulationEngine, type SimulationRun } from '../simulate/play/engine.ts';
import { zooNetwork } from '../zoo/index.ts';
import { FINDINGS_BATCH, FINDINGS_GRANULARITY, findingsChip, type PeBudget } from './findings-setup.ts';

/** Inferences per second with input buffers of so many bytes, without limit where none are given; undefined where it halts. */
export type PerSecond = (inputBufferBytes?: number) => number | undefined;

/** Clock cycles of all inferences, likewise. */
type Cycles = (inputBufferBytes: number) => number | undefined;

/** A network on the chip of the experiments, to be played with input buffers of many sizes. */
export interface BufferTrial {
  readonly usedPes: number;
  readonly unlimitedPerSecond: number;
  /** The smallest input buffers, in bytes, with which it comes to an end. */
  readonly smallest: number;
  /** Without spilling. */
  readonly perSecond: PerSecond;
  /** Without spilling. */
  readonly cycles: Cycles;
  /** With spilling. */
  readonly spillingCycles: Cycles;
}

/** Maps a network, and plays it with whatever sizes `work` asks for. */
export function withBufferTrial<T>(name: string, { options }: PeBudget, work: (trial: BufferTrial) => T): T {
  const network = zooNetwork(name);
  const mapping = mapNetwork(network, findingsChip, options);
  const graph = buildGraph(network, mapping, findingsChip, {
    granularity: FINDINGS_GRANULARITY,
    batch: FINDINGS_BATCH,
  });
  const engine = new SimulationEngine();
  try {
    engine.load(graph);
    const play = (inputBufferBytes?: number) => {
      engine.setFigures(withInputBuffers(graph.chip, inputBufferBytes));
      engine.play();
      return engine.run();
    };
    const perSecond = (inputBufferBytes?: number) => throughput(play(inputBufferBytes));
    const cyclesOf = ({ deadlock, cycles }: SimulationRun) => (deadlock === undefined ? cycles : undefined);
    const spillingCycles = (inputBufferBytes: number) => {
      engine.setFigures(withInputBuffers(graph.chip, inputBufferBytes));
      return engine.playSpilling() === undefined ? cyclesOf(engine.run()) : undefined;
    };
    const unlimited = play();
    const unlimitedPerSecond = throughput(unlimited);
    if (unlimitedPerSecond === undefined)
      throw new Error(`${name} comes to no end without limit of input buffers`);
    const peakBits = Math.max(...unlimited.tiles.map(({ inputPeakBits }) => inputPeakBits));
    const smallest = smallestBytes(perSecond, Math.ceil(peakBits / 8));
    return work({
      ...{ usedPes: mapping.usedPes, unlimitedPerSecond, smallest, perSecond, spillingCycles },
      cycles: (inputBufferBytes) => cyclesOf(play(inputBufferBytes)),
    });
  } finally {
    engine.release();
  }
}

/** The smallest input buffers that come to an end, by bisection below `sure` bytes. */
function smallestBytes(perSecond: PerSecond, sure: number): number {
  const ends = (bytes: number) => perSecond(bytes) !== undefined;
  let tooSmall = 0;
  let enough = sure;
  while (!ends(enough)) {
    tooSmall = enough;
    enough *= 2;
  }
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (ends(middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}

/** A chip with input buffers of so many bytes; undefined: without limit. */
function withInputBuffers(
  { inputBufferBits: _, ...chip }: SimulationChip,
  bytes: number | undefined,
): SimulationChip {
  return bytes === undefined ? chip : { ...chip, inputBufferBits: bytes * 8 };
}

/** Inferences per second in the steady state; undefined where buffers are too small to come to the end. */
function throughput({ deadlock, inferenceEnds }: SimulationRun): number | undefined {
  if (deadlock !== undefined) return undefined;
  const intervalCycles =
    (Math.max(...inferenceEnds) - Math.min(...inferenceEnds)) / (inferenceEnds.length - 1);
  return 1e9 / (intervalCycles * clockNs(findingsChip));
}
