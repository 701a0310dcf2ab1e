/** A base layer on PEs. */
export interface MappedLayer {
  /** Index in `network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** MVMs of one inference: `t` of spec.md section 3. */
  readonly mvms: number;
  /** PEs of one copy of the weights: `c` of spec.md section 3. */
  readonly pesPerCopy: number;
  /** Copies of the weights: `d` of spec.md section 5; 1 where they are not duplicated. */
  readonly copies: number;
  /** The class of its crossbars, all its copies alike: index in `crossbarClasses(architecture)`. */
  readonly crossbar: number;
  /** Where a layer is cut into slices, since one copy is larger than the chip: which one it is, from 0, of how many. */
  readonly slice?: { readonly index: number; readonly of: number };
  /** Where there are several classes: why it is in this one, in a sentence. */
  readonly reason?: string;
}

/** How many PEs there are; only for architectures whose crossbars are all of one size. */
export interface PeOptions {
  /** Number of PEs; instead of the architecture's. */
  readonly pes?: number | undefined;
  /** PEs beyond the network's minimum; instead of `pes`. */
  readonly extraPes?: number | undefined;
}
