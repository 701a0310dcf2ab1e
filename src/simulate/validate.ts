import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { oneLine } from '../input/show.ts';
import { isBase, type Layer, mvms, type Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import { type Availability, readBy } from '../schedule/availability.ts';
import type { DetailedSimulation } from './detailed.ts';
import type { NodeSets } from './node-sets.ts';
import { nodeInWords, refuseSet } from './validate-message.ts';
import { validateOrder } from './validate-order.ts';
import { validatePes } from './validate-pes.ts';

/**
 * Checks a simulated run by brute force and without anything of the engine (docs/simulation.md): it follows every position of
 * every OFM, and demands that no set starts, or is granted what is fetched for it, before all that it reads is finished; that
 * sets take the time that they need, on the copies that the rules say, one at a time; and that weights are on the PEs that
 * run them. Links and buffers are not looked at: movement may delay everything.
 *
 * @param simulation With its sets (`keepSets`).
 * @param onProgress Is told how far the check is.
 * @throws Error that names the layer, the set or copy and what is violated. A wrong run is a bug of ours.
 */
export function validateSimulation(
  network: Network,
  architecture: AnyArchitecture,
  simulation: DetailedSimulation,
  onProgress?: OnProgress,
): void {
  const { sets, batch } = simulation;
  if (sets === undefined) throw new Error('the simulation has not kept its sets');
  const normal = normalArchitecture(architecture);
  const nodes = nodesByLayer(network, sets);
  for (let inference = 0; inference < batch; inference++) {
    const progress = (share: number) => onProgress?.((inference + share) / batch);
    checkInference(network, nodes, normal, inference, progress);
  }
  validateOrder(simulation, sets);
  validatePes(network, normal, simulation, sets);
  checkEnds(normal, simulation, sets);
}

/** The nodes of each layer, of which slices have several, after checking that all are there, in order. */
function nodesByLayer({ layers }: Network, sets: readonly NodeSets[]): (readonly NodeSets[])[] {
  let next = 0;
  const ofLayers = layers.map((layer, index) => {
    const kind = kindOf(layer);
    const own: NodeSets[] = [];
    const of = kind === undefined ? 0 : (sets[next]?.slice?.of ?? 1);
    for (let slice = 0; slice < of; slice++, next++) {
      const found = sets[next];
      if (found?.layer !== index || found.kind !== kind || (found.slice?.index ?? 0) !== slice) {
        const words = `layer ${oneLine(layer.name)}: ${kind} ${slice + 1} of ${of} is expected`;
        throw new Error(`${words}, and ${found === undefined ? 'nothing' : nodeInWords(found)} is there`);
      }
      own.push(found);
    }
    return own;
  });
  if (next !== sets.length) throw new Error(`${nodeInWords(sets[next]!)}: is no node of the network`);
  return ofLayers;
}

/** What a layer is in a simulation; undefined where it is fused. */
function kindOf(layer: Layer): NodeSets['kind'] | undefined {
  if (isBase(layer)) return 'base';
  if (layer.inputs.length === 0) return 'input';
  return layer.inputs.length > 1 && layer.op !== 'Concat' ? 'join' : undefined;
}

/** Checks the sets of one inference, layer by layer. */
function checkInference(
  network: Network,
  nodes: readonly (readonly NodeSets[])[],
  architecture: NormalArchitecture,
  inference: number,
  progress: OnProgress,
): void {
  const available = new Map<number, Availability>();
  const lastReaders = new Map(
    network.layers.flatMap(({ inputs }, index) => inputs.map(({ from }) => [from, index])),
  );
  const work = network.layers.reduce((sum, layer) => sum + mvms(layer), 0);
  let done = 0;
  network.layers.forEach((layer, index) => {
    progress(done / work);
    done += mvms(layer);
    const ready = readBy(network, layer, available);
    const own = nodes[index]!;
    available.set(index, own.length === 0 ? ready : finishesOf(layer, own, architecture, inference, ready));
    // A map is kept no longer than it is read.
    for (const { from } of layer.inputs) if (lastReaders.get(from) === index) available.delete(from);
  });
}

/** Checks the sets of a layer's slices in one inference; returns when each position is there, of all slices. */
function finishesOf(
  layer: Layer,
  nodes: readonly NodeSets[],
  architecture: NormalArchitecture,
  inference: number,
  ready: Availability,
): Float64Array {
  const finishes = new Float64Array(mvms(layer));
  for (const node of nodes) {
    const isProduced = new Uint8Array(finishes.length);
    const sets = node.count / node.inferences;
    for (let k = inference * sets; k < (inference + 1) * sets; k++) {
      let inputsReady = 0;
      for (const position of node.positions(k)) {
        if (isProduced[position]) refuseSet(node, k, `position ${position} is of another set, too`);
        isProduced[position] = 1;
        finishes[position] = Math.max(finishes[position]!, node.finish(k));
        if (ready !== undefined) inputsReady = Math.max(inputsReady, ready[position]!);
      }
      checkTimes(node, k, architecture, inputsReady);
    }
    const left = isProduced.indexOf(0);
    if (left >= 0)
      throw new Error(`${nodeInWords(node)}: position ${left} of inference ${inference} is in no set`);
  }
  return finishes;
}

/** Checks when a set reads, and how long it takes. */
function checkTimes(
  node: NodeSets,
  k: number,
  { mvmCycles, mvmIntervalCycles }: NormalArchitecture,
  inputsReady: number,
): void {
  const start = node.start(k);
  const granted = node.fetchStart(k);
  const isFetched = granted >= 0;
  if (isFetched && !(granted <= node.fetchEnd(k) && node.fetchEnd(k) <= start)) {
    refuseSet(node, k, `what is fetched for it is there from cycle ${granted} to ${node.fetchEnd(k)}`);
  }
  if ((isFetched ? granted : start) < inputsReady) {
    const when = isFetched ? `is granted what it reads at cycle ${granted}, and ` : '';
    refuseSet(node, k, `${when}a set that it depends on is finished only at cycle ${inputsReady}`);
  }
  const base = node.kind === 'base' ? mvmCycles - mvmIntervalCycles + node.gpeuCycles(k) : 0;
  const least = node.computeCycles(k) + base;
  if (!(node.finish(k) - start >= least)) refuseSet(node, k, `it takes ${least} cycles or more`);
}

/** Checks what the run claims of its ends. */
function checkEnds(
  { chip, clockNs }: NormalArchitecture,
  { cycles, layers, firstLatencyNs, group, groupEndCycles = [], batch }: DetailedSimulation,
  sets: readonly NodeSets[],
): void {
  const ends = new Float64Array(batch);
  const told = sets.filter(({ kind }) => kind !== 'input');
  sets.forEach((node) => {
    let [first, last] = [Infinity, 0];
    for (let k = 0; k < node.count; k++) {
      const inference = Math.floor((k * batch) / node.count);
      ends[inference] = Math.max(ends[inference]!, node.finish(k));
      first = Math.min(first, node.start(k));
      last = Math.max(last, node.finish(k));
    }
    const claimed = layers[told.indexOf(node)];
    if (claimed === undefined || (claimed.startCycle === first && claimed.endCycle === last)) return;
    throw new Error(
      `${nodeInWords(node)}: is said to run from cycle ${claimed.startCycle} to ${claimed.endCycle}, and runs from ${first} to ${last}`,
    );
  });
  if (firstLatencyNs !== ends[0]! * clockNs)
    throw new Error(`inference 0 ends at cycle ${ends[0]}, not ${firstLatencyNs} ns`);
  const last = ends.reduce((latest, end) => Math.max(latest, end), 0);
  // What leaves the chip takes time behind the last finish.
  const isEnd = chip.offChipBitsPerCycle === undefined ? cycles === last : cycles >= last;
  if (!isEnd)
    throw new Error(`the run claims ${cycles} cycles, but its last set is finished at cycle ${last}`);
  groupEndCycles.forEach((end, index) => {
    const own = ends.slice(0, (index + 1) * group!).reduce((latest, other) => Math.max(latest, other), 0);
    if (end !== own)
      throw new Error(`the run claims that group ${index} ends at cycle ${end}, and it does at ${own}`);
  });
}
