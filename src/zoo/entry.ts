import type { NetworkBuilder } from '../network/builder.ts';

/** A size that the user may choose, such as the height of the image or the length of the sequence. */
export interface ZooDimension {
  /** The size in the publication. */
  readonly default: number;
  /** The size must be a multiple of this. */
  readonly multipleOf?: number;
}

/** A speedup that the paper reports, with the setting that gives it (spec.md section 7). */
export interface PublishedSpeedup {
  /** Baseline cycles (layer-by-layer on the minimum of PEs) divided by cycles. */
  readonly speedup: number;
  /** PEs beyond the network's minimum. */
  readonly extraPes: number;
  /** Across layers or layer by layer. */
  readonly scheduling: 'xinf' | 'lbl';
  /** Whether the extra PEs hold copies of weights (wdup). */
  readonly duplicated: boolean;
  /** What the paper does not say about the setting, and what is taken instead. */
  readonly assumed?: string;
}

/** What the CLSA-CIM paper reports of a network (spec.md section 7). */
export interface Published {
  /** Number of base layers. */
  readonly baseLayers: number;
  /** PE_min on crossbars of 256 x 256 cells, one cell a weight. */
  readonly pesMinimum: number;
  /** Speedups, each with its setting. */
  readonly speedups: readonly PublishedSpeedup[];
}

/** A network that is built in code. `Dimension` are the names of the sizes that the user may choose. */
export interface ZooEntry<Dimension extends string = string> {
  /** Lower case letters and digits, words joined by `_`. */
  readonly name: string;
  /** One line for a list of networks. */
  readonly description: string;
  /** The publication that the layers are taken from. */
  readonly source: string;
  /** The sizes that the user may choose, by name. */
  readonly dims: Readonly<Record<Dimension, ZooDimension>>;
  /** What the paper reports of it, if it does. */
  readonly published?: Published;
  /** Appends the network's layers to `builder`; `dims` has a size for every key of the entry's `dims`. */
  build(builder: NetworkBuilder, dims: Readonly<Record<Dimension, number>>): void;
}

/** The sizes of an image, in pixels. */
export type ImageDimension = 'height' | 'width';

/** An image of `size` x `size` pixels, unless the user wants another size. */
export function squareImage(size: number, multipleOf = 1): Record<ImageDimension, ZooDimension> {
  return { height: { default: size, multipleOf }, width: { default: size, multipleOf } };
}
