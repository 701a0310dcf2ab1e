import { isBase, isInput, type Layer, type Network } from '../network/network.ts';

/** The layers of a network and what reads what. */
export interface NetworkGraph {
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  /** Indices of two nodes each: what is read, and what reads it. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** A base layer, an input, or layers without PEs that follow each other. */
export interface GraphNode {
  /** Name of the layer; of several the last one's. Anybody's text. */
  readonly name: string;
  /** What it does, in one word; of several the words of all. */
  readonly ops: readonly string[];
  /** Whether it has PEs, comes from outside, or runs on GPEUs. */
  readonly kind: 'base' | 'input' | 'other';
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** Of a base layer: PEs of one copy. */
  readonly pes?: number;
  /** Of a base layer: copies of its weights. */
  readonly copies?: number;
}

/** What a mapping says of a base layer, or of a slice of one. */
export interface CopiesOfLayer {
  /** Index of the layer in `Network.layers`. */
  readonly layer: number;
  /** PEs of one copy. */
  readonly pesPerCopy: number;
  /** Copies of its weights. */
  readonly copies: number;
}

/**
 * The network as a graph. Layers without PEs that follow each other and are read by nobody else are one node.
 *
 * @param mapped PEs and copies of base layers, such as the `layers` of a mapping.
 */
export function networkGraphOf({ layers }: Network, mapped: readonly CopiesOfLayer[]): NetworkGraph {
  const readers = layers.map(() => 0);
  for (const { inputs } of layers) for (const from of operands(inputs)) readers[from]!++;
  const nodeOf: number[] = [];
  const nodes: GraphNode[] = [];
  const edges: [number, number][] = [];
  layers.forEach((layer, i) => {
    const from = operands(layer.inputs);
    const [before = -1] = from;
    const node = nodes[nodeOf[before] ?? -1];
    const isNext = from.length === 1 && readers[before] === 1 && !isBase(layer) && node?.kind === 'other';
    if (isNext) {
      nodeOf.push(nodeOf[before]!);
      nodes[nodeOf[before]!] = { ...nodeOfLayer(layer), ops: [...node.ops, layer.op] };
      return;
    }
    nodeOf.push(nodes.length);
    for (const operand of new Set(from.map((each) => nodeOf[each]!))) edges.push([operand, nodes.length]);
    nodes.push({ ...nodeOfLayer(layer), ...(isBase(layer) ? pesOf(i, mapped) : {}) });
  });
  return { nodes, edges };
}

function operands(inputs: Layer['inputs']): number[] {
  return [...new Set(inputs.map(({ from }) => from))];
}

function nodeOfLayer(layer: Layer): GraphNode {
  const { height, width, channels } = layer.shape;
  return {
    ...{ name: layer.name, ops: [layer.op], outputShape: [height, width, channels] },
    kind: isBase(layer) ? 'base' : isInput(layer) ? 'input' : 'other',
  };
}

/** PEs and copies of a base layer; of one in slices their sum, and the fewest copies. */
function pesOf(layer: number, mapped: readonly CopiesOfLayer[]): Pick<GraphNode, 'pes' | 'copies'> {
  const own = mapped.filter((each) => each.layer === layer);
  if (own.length === 0) return {};
  return {
    pes: own.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0),
    copies: own.reduce((least, { copies }) => Math.min(least, copies), Number.POSITIVE_INFINITY),
  };
}
