import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import type { EnergyShare } from './energy.ts';
import type { SimulationRun } from './engine.ts';
import { gpeuOperations } from './gpeu-work.ts';
import type { SimulationGraph } from './graph.ts';
import type { SetLists } from './set-lists.ts';

/** What took energy because of every node of a graph, over all inferences (docs/simulation.md section 8). */
export function energyShares(
  network: Network,
  mapping: Mapping,
  { crossbars }: NormalArchitecture,
  graph: SimulationGraph,
  run: SimulationRun,
): EnergyShare[] {
  const { nodes, batch } = graph;
  const mapped = new Map(mapping.layers.map((layer) => [layer.layer, layer]));
  const readBits = readBitsByNode(graph);
  const operations = operationsByNode(network, graph);
  return nodes.map(({ layer, resultBits }, i) => {
    const { inputWrittenBits, outputReadBits, hopBits, offChipBits } = run.nodes[i]!;
    const counts = {
      bufferReadBits: outputReadBits + readBits[i]!,
      bufferWriteBits: inputWrittenBits + batch * resultBits.reduce((sum, bits) => sum + bits, 0),
      gpeuOperations: operations[i]!,
      ...{ hopBits, offChipBits },
    };
    const base = mapped.get(layer);
    if (base === undefined) return { counts };
    const peMvms = base.mvms * base.pesPerCopy * batch;
    return { counts: { ...counts, peMvms }, crossbar: crossbars.classes[base.crossbar] };
  });
}

/**
 * Per node: bits that its sets of all inferences read from input buffers, along every edge as often as a set reads
 * them.
 */
export function readBitsByNode({ nodes, edges, batch }: SimulationGraph): number[] {
  const read = nodes.map(() => 0);
  for (const { from, to, rows, columns, bits } of edges) {
    const { setRows, setColumns } = nodes[from]!;
    const rowReaders = countReaders(rows, setRows);
    const columnReaders = countReaders(columns, setColumns);
    bits.forEach((size, k) => {
      read[to]! += size * rowReaders[Math.floor(k / setColumns)]! * columnReaders[k % setColumns]! * batch;
    });
  }
  return read;
}

/** How many rows (columns) of sets read each one. */
function countReaders(lists: SetLists, size: number): Float64Array {
  const readers = new Float64Array(size);
  for (const list of lists) for (const set of list) readers[set]! += 1;
  return readers;
}

/**
 * Per node: operations of the GPEU for all inferences, its own and those of the fused layers that belong to it:
 * each to the last node that it is reached from.
 */
export function operationsByNode(network: Network, { nodes, batch }: SimulationGraph): number[] {
  const nodeOf = new Map(nodes.map(({ layer }, node) => [layer, node]));
  const operations = nodes.map(() => 0);
  const owners: number[] = [];
  network.layers.forEach((layer, index) => {
    const owner = nodeOf.get(index) ?? Math.max(...layer.inputs.map(({ from }) => owners[from]!));
    owners.push(owner);
    const isOnGpeu = nodes[owner]!.layer !== index || nodes[owner]!.kind === 'join';
    if (isOnGpeu) operations[owner]! += gpeuOperations(network, layer) * batch;
  });
  return operations;
}
