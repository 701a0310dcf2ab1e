import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { gpeuOperationsPerCycleOf } from '../architecture/normal-chip.ts';
import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import type { Layer, Network } from '../network/network.ts';
import type { Flow, FlowEdge, FlowNode } from './flow.ts';
import type { FlowIndex, Readers } from './flow-index.ts';
import { gpeuOperations } from './gpeu-work.ts';
import { int32, spread, timesPixels } from './spread.ts';
import { elements } from './values.ts';

/** What the sets of a {@link Flow} take on an architecture: times in clock cycles, sizes in bits. */
export interface Work {
  /** Of the nodes of the flow. */
  readonly nodes: readonly WorkNode[];
  /** Of its edges. */
  readonly edges: readonly WorkEdge[];
  /** Per node: operations of the GPEU for one inference, its own (of a join) and those of its fused layers. */
  readonly gpeuOperations: readonly number[];
  /** Per node: bits that its sets read for one inference, along every edge as often as a set reads them. */
  readonly readBits: readonly number[];
}

/** A base layer, a join of several operands that the GPEU computes, or an input of the network. */
export interface WorkNode {
  /** A base layer, a join of several operands, or an input of the network. */
  readonly kind: 'base' | 'join' | 'input';
  /** Index in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** Rows of sets. */
  readonly setRows: number;
  /** Columns of sets. */
  readonly setColumns: number;
  /** Per set: its pixels, of a join its positions. Absent: one each. */
  readonly pixels?: Int32Array;
  /** Per set: cycles on its copy (base: pixels · interval between MVMs), or of the GPEU (join), 0 for an input. */
  readonly durations: Int32Array;
  /** Per set: cycles of the GPEU for the fused layers that belong to it, after it is computed. */
  readonly gpeuCycles: Int32Array;
  /** Per set: bits that its result takes in the output buffer of its tile. */
  readonly resultBits: Int32Array;
  /**
   * Per set: bits that leave the chip through the off-chip port. Only of outputs of the network; others may read
   * their results as well.
   */
  readonly outputBits?: Int32Array;
}

/** What node `to` reads of node `from`: set (r, c) of `to` reads the sets `rows[r]` x `columns[c]` of `from`. */
export interface WorkEdge {
  /** Index of the node that is read. */
  readonly from: number;
  /** Index of the node that reads. */
  readonly to: number;
  /** Per row of sets of the node that reads: the rows of sets that it reads. */
  readonly rows: readonly Int32Array[];
  /** The same for columns of sets. */
  readonly columns: readonly Int32Array[];
  /** Per set of `from`: bits of a message along this edge. */
  readonly bits: Int32Array;
}

/**
 * The work of a flow on an architecture (docs/simulation.md sections 1 to 3).
 *
 * @throws ClsaCimError where what one set takes does not fit 32 bits, or there are more sets than memory holds.
 */
export function workOf(
  network: Network,
  flow: Flow,
  index: FlowIndex,
  architecture: NormalArchitecture,
): Work {
  checkSets(network, flow);
  const costs = new Costs(network, architecture);
  const edges = flow.edges.map((edge) => costs.ofEdge(edge, flow.nodes[edge.from]!));
  return {
    nodes: flow.nodes.map((node) => costs.ofNode(node)),
    edges,
    gpeuOperations: flow.nodes.map((node) => costs.operations(node)),
    readBits: index.incoming.map((numbers) =>
      numbers.reduce((sum, number) => sum + bitsRead(edges[number]!, index.readers[number]!), 0),
    ),
  };
}

/** Bits that are read along an edge: of every set as often as somebody reads it. */
function bitsRead({ bits }: WorkEdge, { rows, columns }: Readers): number {
  let read = 0;
  let k = 0;
  for (const { length: rowReaders } of rows) {
    for (const { length: columnReaders } of columns) read += bits[k++]! * rowReaders * columnReaders;
  }
  return read;
}

/** More sets no memory holds with all that a simulation keeps of them. */
const MAX_SETS = 2 ** 26;

function checkSets({ layers }: Network, { nodes }: Flow): void {
  let sets = 0;
  for (const { layer, setRows, setColumns } of nodes) {
    sets += setRows * setColumns;
    if (sets <= MAX_SETS) continue;
    throw new ClsaCimError(
      `layer ${oneLine(layers[layer]!.name)}: up to here the network has more sets than the memory of a simulation holds; use larger ones, such as row`,
      'input',
      { code: 'OUT_OF_MEMORY' },
    );
  }
}

class Costs {
  readonly #network: Network;
  readonly #architecture: NormalArchitecture;
  /** Shares of equal totals are one array. */
  readonly #shares = new Map<string, Int32Array>();

  constructor(network: Network, architecture: NormalArchitecture) {
    this.#network = network;
    this.#architecture = architecture;
  }

  ofNode(node: FlowNode): WorkNode {
    const { kind, layer: index, setRows, setColumns } = node;
    const layer = this.#network.layers[index]!;
    const outputBits = this.#outputBits(node);
    return {
      ...{ kind, layer: index, name: layer.name, op: layer.op, setRows, setColumns },
      pixels: node.pixels,
      durations: this.#durations(node, layer),
      gpeuCycles: this.#fusedCycles(node),
      resultBits: this.#bits(node, elements(layer)),
      ...(outputBits === undefined ? {} : { outputBits }),
    };
  }

  /** Equal bits are one array. */
  ofEdge({ from, to, rows, columns, values }: FlowEdge, source: FlowNode): WorkEdge {
    return { from, to, rows, columns, bits: this.#bits(source, values) };
  }

  operations({ kind, layer, fused }: FlowNode): number {
    const layers = kind === 'join' ? [layer, ...fused] : fused;
    return layers.reduce(
      (sum, index) => sum + gpeuOperations(this.#network, this.#network.layers[index]!),
      0,
    );
  }

  #durations(node: FlowNode, layer: Layer): Int32Array {
    const { kind, pixels } = node;
    const what = this.#what(node, 'cycles');
    if (kind === 'base') return timesPixels(this.#architecture.mvmIntervalCycles, pixels, what);
    if (kind === 'input') return new Int32Array(pixels.length);
    return spread(this.#gpeuCycles(layer), pixels, what);
  }

  /** The work of all fused layers of a node together, set by set. */
  #fusedCycles(node: FlowNode): Int32Array {
    const { pixels, fused } = node;
    const total = new Int32Array(pixels.length);
    const what = this.#what(node, 'GPEU cycles');
    for (const index of fused) {
      const cycles = this.#gpeuCycles(this.#network.layers[index]!);
      if (cycles === 0) continue;
      const shares = spread(cycles, pixels, what);
      for (let k = 0; k < shares.length; k++) total[k] = int32(total[k]! + shares[k]!, what);
    }
    return total;
  }

  /** Cycles of the GPEU for one inference of a fused layer or join. */
  #gpeuCycles(layer: Layer): number {
    const perCycle = gpeuOperationsPerCycleOf(this.#architecture.chip, layer.op);
    return perCycle === undefined ? 0 : Math.ceil(gpeuOperations(this.#network, layer) / perCycle);
  }

  /** What leaves the chip: of every set what the most demanding output needs. */
  #outputBits(node: FlowNode): Int32Array | undefined {
    const [first, ...others] = node.outputValues.map((values) => this.#bits(node, values));
    return first && others.reduce((most, bits) => most.map((size, k) => Math.max(size, bits[k]!)), first);
  }

  #bits(node: FlowNode, values: number): Int32Array {
    const key = `${node.layer} ${values}`;
    const total = values * this.#architecture.activationBits;
    const bits = this.#shares.get(key) ?? spread(total, node.pixels, this.#what(node, 'bits'));
    this.#shares.set(key, bits);
    return bits;
  }

  #what({ layer }: FlowNode, quantity: string): string {
    return `layer ${oneLine(this.#network.layers[layer]!.name)}: the ${quantity}`;
  }
}
