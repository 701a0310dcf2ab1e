import type { Architecture } from '../src/architecture/architecture.ts';
import { paper } from '../src/architecture/presets.ts';
import { mapNetwork } from '../src/map/mapping.ts';
import { buildGraph } from '../src/simulate/build-graph.ts';
import type { SimulationGraph } from '../src/simulate/model/graph.ts';
import { SimulationEngine } from '../src/simulate/play/engine.ts';
import { zooNetwork } from '../src/zoo/index.ts';
import { type Measurement, measure, measureOnce } from './measure.ts';

/** PEs of a tile: few, so that layers spread and much goes over links. */
const PES_PER_TILE = 8;

/** Chips: one where everything is free, and one of everything that the simulation knows. */
const chips: Readonly<Record<string, (pes: number) => Architecture>> = {
  free: () => paper,
  mesh: (pes) => {
    const meshRows = Math.ceil(Math.sqrt(Math.ceil(pes / PES_PER_TILE) * 1.25));
    const chip = { meshRows, meshColumns: meshRows, pesPerTile: PES_PER_TILE };
    const movement = { clockNs: 10, linkBitsPerCycle: 64, hopCycles: 2, offChipBitsPerCycle: 128 };
    const rooms = { inputBufferBytes: 2 ** 22, outputBufferBytes: 2 ** 16, gpeuOperationsPerCycle: 64 };
    return { ...paper, chip: { ...chip, ...movement, ...rooms } };
  },
};

/** The graph of a network at pixel sets on one of the chips. */
function benchGraph(name: string, chip: string, batch: number): SimulationGraph {
  const network = zooNetwork(name);
  const { totalPes: pes } = mapNetwork(network, paper, { extraPes: 32 });
  const architecture = chips[chip]!(pes);
  return buildGraph(network, mapNetwork(network, architecture, { pes }), architecture, { batch });
}

/** The cycle simulation of one network at pixel sets, on a chip where all is free and on a mesh. */
export function simulationBenchmarks(name: string, quick: boolean, batch = 1): Measurement[] {
  return Object.keys(chips).flatMap((chip) => {
    const graph = benchGraph(name, chip, batch);
    const sets = graph.nodes.reduce((sum, node) => sum + node.setRows * node.setColumns, 0) * batch;
    const engine = new SimulationEngine();
    const subject = (what: string) => ({
      name: `${what}-${chip}`,
      network: name,
      granularity: 'pixel',
      sets,
    });
    const load = measureOnce(subject('load'), () => engine.load(graph)).measurement;
    engine.play();
    const { events, deadlock } = engine.run();
    if (deadlock !== undefined) throw new Error(`${name} deadlocks on the chip ${chip}`);
    const played = measure(subject('simulate'), () => engine.play(), quick);
    return [load, { ...played, events, eventsPerSecond: events / played.secondsPerRun }];
  });
}
