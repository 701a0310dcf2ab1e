import { isaac } from '../src/architecture/presets/isaac.ts';
import { mapNetwork } from '../src/map/mapping.ts';
import { buildGraph } from '../src/simulate/build-graph.ts';
import { enoughBuffers } from '../src/simulate/deadlock/buffer-sizes.ts';
import { simulateAndExplain } from '../src/simulate/explain/explain.ts';
import type { SimulationGraph } from '../src/simulate/model/graph.ts';
import { simulateGraph } from '../src/simulate/play/engine.ts';
import { zooNetwork } from '../src/zoo/index.ts';
import { type Measurement, measure } from './measure.ts';

/** What is explained; others take much longer. */
const NETWORK = 'resnet50';
/** A quarter of what `isaac` has: too small for all that waits in it. */
const SMALL_BUFFER_BYTES = 2 ** 14;

/**
 * What takes many simulations: why ResNet50 takes so long on `isaac`, from the network to the explanation, and the size of buffers that
 * would do where they are too small and nothing spills.
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
    measure(subject('deadlock-sizes'), () => void enoughBuffers(graph, tiles), quick),
  ];
}

function deadlockedGraph(name: string): SimulationGraph {
  const network = zooNetwork(name);
  const architecture = { ...isaac, chip: { ...isaac.chip, inputBufferBytes: SMALL_BUFFER_BYTES } };
  return buildGraph(network, mapNetwork(network, architecture), architecture);
}
