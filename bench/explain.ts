import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isaac } from '../src/architecture/presets/isaac.ts';
import { mapNetwork } from '../src/map/mapping.ts';
import { buildGraph } from '../src/simulate/build-graph.ts';
import { enoughBuffers } from '../src/simulate/deadlock/buffer-sizes.ts';
import { simulateAndExplain } from '../src/simulate/explain/explain.ts';
import type { SimulationGraph } from '../src/simulate/model/graph.ts';
import { simulateGraph } from '../src/simulate/play/engine.ts';
import { zooNetwork } from '../src/zoo/index.ts';
import { type Measurement, measure, measurement } from './measure.ts';

/** What is explained; others take much longer. */
const NETWORK = 'resnet50';
/** So many processes are measured. */
const PROCESSES = 10;
/** A quarter of what `isaac` has: too small for all that waits in it. */
const SMALL_BUFFER_BYTES = 2 ** 14;

/**
 * What takes many simulations: why ResNet50 takes so long on `isaac`, from the network to the explanation and as a whole process, and
 * the size of buffers that would do where they are too small and nothing spills.
 */
export function explainBenchmarks(name: string, quick: boolean): Measurement[] {
  if (name !== NETWORK) return [];
  const network = zooNetwork(name);
  const graph = deadlockedGraph(name);
  const { tiles, deadlock } = simulateGraph(graph);
  if (deadlock === undefined)
    throw new Error(`${name} comes to an end in buffers of ${SMALL_BUFFER_BYTES} bytes`);
  const sets = graph.nodes.reduce((sum, node) => sum + node.setRows * node.setColumns, 0);
  const subject = (what: string) => ({ name: what, network: name, granularity: 'pixel', sets });
  return [
    measure(subject('explain-isaac'), () => void simulateAndExplain(network, isaac), quick),
    measurement(subject('explain-process'), leastSeconds(name, quick ? 1 : PROCESSES)),
    measure(subject('deadlock-sizes'), () => void enoughBuffers(graph, tiles), quick),
  ];
}

/** Least time by the clock of several processes of the command line. */
function leastSeconds(name: string, processes: number): number {
  const root = dirname(createRequire(import.meta.url).resolve('clsa-cim/package.json'));
  const args = ['simulate', name, '--arch', isaac.name, '--explain'];
  let least = Number.POSITIVE_INFINITY;
  // What was compiled is kept by the first one.
  for (let i = 0; i <= processes; i++) {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args]);
    if (status !== 0) throw new Error(`clsa-cim ${args.join(' ')} fails`);
    if (i > 0) least = Math.min(least, (performance.now() - start) / 1e3);
  }
  return least;
}

function deadlockedGraph(name: string): SimulationGraph {
  const network = zooNetwork(name);
  const architecture = { ...isaac, chip: { ...isaac.chip, inputBufferBytes: SMALL_BUFFER_BYTES } };
  return buildGraph(network, mapNetwork(network, architecture), architecture);
}
