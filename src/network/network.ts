import type { Reads } from './reads.ts';

/** A feature map's extent: `height` x `width` positions of `channels` values each (spec.md section 1). */
export interface FeatureMap {
  /** H: rows of positions. */
  readonly height: number;
  /** W: columns of positions. */
  readonly width: number;
  /** C: values at one position. */
  readonly channels: number;
}

/**
 * One operand of a layer: output position (y, x) of the layer reads the positions `rows(y)` x `columns(x)`
 * of the OFM of layer `from`.
 */
export interface Edge {
  /** Index into `Network.layers`; always smaller than the index of the layer that reads. */
  readonly from: number;
  /** What an output row reads of the operand's rows. */
  readonly rows: Reads;
  /** What an output column reads of the operand's columns. */
  readonly columns: Reads;
}

/**
 * The weights of a base layer as the crossbars see them (im2col, spec.md section 3): `groups` independent
 * matrices of `rows` = kh·kw·Ci/g by `columns` = Co/g weights.
 */
export interface WeightMatrix {
  /** Rows of one group's matrix: kh·kw·Ci/g. */
  readonly rows: number;
  /** Columns of one group's matrix: Co/g weights. */
  readonly columns: number;
  /** Number of groups; 1 for a convolution that is not grouped. */
  readonly groups: number;
}

/** A layer: base (it has `weights`, owns PEs and takes time) or non-base (it runs on the GPEU). */
export interface Layer {
  /** Unique in the network. */
  readonly name: string;
  /** What the layer does, in one word: `Conv2D`, `Dense`, `MatMul`, `MaxPool`, `Add`, `Input`, … */
  readonly op: string;
  /** The layer's OFM. */
  readonly shape: FeatureMap;
  /** The operands; none for an input of the network. */
  readonly inputs: readonly Edge[];
  /** Of a base layer only. */
  readonly weights?: WeightMatrix;
  /** Bits of a weight, where the file quantises it. */
  readonly weightBits?: number;
  /** Bits of an activation that the layer reads, where the file quantises it. */
  readonly activationBits?: number;
  /** A bias is added to the OFM; canonicalisation turns it into a layer of its own. */
  readonly bias?: boolean;
  /** Operations of the GPEU for one inference, where they do not follow from op and shapes: dot products, mostly. */
  readonly operations?: number;
}

/** Cycle counts and set counts start from H·W of a layer; beyond this no memory holds its sets. */
export const MAX_POSITIONS = 2 ** 31 - 1;

/** A base layer is one whose weights stay in crossbars. */
export type BaseLayer = Layer & { readonly weights: WeightMatrix };

/** A network: its layers in the order of the file, which is topological. */
export interface Network {
  /** What the model is called: its file without the ending, or its name in the zoo. */
  readonly name: string;
  /** In topological order; edges refer to their indices. */
  readonly layers: readonly Layer[];
  /** Indices of the layers whose OFM is a result of the network and leaves the chip; ascending, no inputs. */
  readonly outputs: readonly number[];
  /** What the loader had to assume, one sentence each; for the user to see. */
  readonly warnings: readonly string[];
}

/** True for a layer that runs on crossbars. */
export function isBase(layer: Layer): layer is BaseLayer {
  return layer.weights !== undefined;
}

/** True for what is there at time 0 and comes from outside: a layer that computes nothing and reads nothing. */
export function isInput(layer: Layer): boolean {
  return layer.inputs.length === 0 && !isBase(layer);
}

/** The layers that nobody reads, inputs aside: the outputs of a network of which nothing else is said. */
export function unreadLayers(layers: readonly Layer[]): number[] {
  const read = new Set(layers.flatMap(({ inputs }) => inputs.map(({ from }) => from)));
  return layers.flatMap((layer, index) => (read.has(index) || isInput(layer) ? [] : [index]));
}

/** The base layers of a network, in the order of the file. */
export function baseLayers(network: Network): BaseLayer[] {
  return network.layers.filter(isBase);
}

/** MVMs of one inference of a layer: `t` = H·W (spec.md section 3). */
export function mvms(layer: Layer): number {
  return layer.shape.height * layer.shape.width;
}
