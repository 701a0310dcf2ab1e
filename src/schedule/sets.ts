import type { MappedLayer } from '../map/mapping.ts';
import type { FeatureMap } from '../network/network.ts';

/** The sets of one base layer with their times, in row-major order (spec.md section 4, Stages I and III). */
export interface LayerSets {
  /** Index of the layer in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** Its OFM, which the sets are cut from. */
  readonly ofm: FeatureMap;
  /** Rows of a set that is not cut. */
  readonly setHeight: number;
  /** Columns of a set that is not cut. */
  readonly setWidth: number;
  /** Copies of the weights: set k runs on copy k mod `copies`. */
  readonly copies: number;
  /** Number of sets. */
  readonly count: number;
  /** Start of set `k` in cycles. */
  start(k: number): number;
  /** Finish of set `k` in cycles. */
  finish(k: number): number;
  /** The copy that runs set `k`; undefined where its MVMs are spread over all copies. */
  copy(k: number): number | undefined;
}

/** A rectangle of positions of an OFM: `[y, y + height)` x `[x, x + width)`. */
export interface Rectangle {
  /** First row. */
  readonly y: number;
  /** First column. */
  readonly x: number;
  /** Number of rows. */
  readonly height: number;
  /** Number of columns. */
  readonly width: number;
}

/** The positions of set `k`. Sets at the right and lower edge are cut short. */
export function rectangle(sets: Pick<LayerSets, 'ofm' | 'setHeight' | 'setWidth'>, k: number): Rectangle {
  const { ofm, setHeight, setWidth } = sets;
  const setsPerRow = Math.ceil(ofm.width / setWidth);
  const y = Math.floor(k / setsPerRow) * setHeight;
  const x = (k % setsPerRow) * setWidth;
  return { y, x, height: Math.min(setHeight, ofm.height - y), width: Math.min(setWidth, ofm.width - x) };
}

/** Number of sets of an OFM. */
export function setCount(ofm: FeatureMap, set: { height: number; width: number }): number {
  return Math.ceil(ofm.height / set.height) * Math.ceil(ofm.width / set.width);
}

/** The sets of a cross-layer schedule, given when each finishes. */
export function crossLayerSets(
  mapped: MappedLayer,
  ofm: FeatureMap,
  set: { height: number; width: number },
  finishes: ArrayLike<number>,
): LayerSets {
  const shape = { ofm, setHeight: set.height, setWidth: set.width };
  return {
    layer: mapped.layer,
    name: mapped.name,
    ...shape,
    copies: mapped.copies,
    count: finishes.length,
    start: (k) => {
      const { height, width } = rectangle(shape, k);
      return finishes[k]! - height * width;
    },
    finish: (k) => finishes[k]!,
    copy: (k) => k % mapped.copies,
  };
}

/**
 * The sets of a layer that runs layer by layer from cycle `startCycle` on: MVM `m` runs on copy
 * `m mod d`, whatever the set that it belongs to, so that the layer takes `ceil(t / d)` cycles. A set
 * lasts from its first MVM to its last.
 */
export function layerByLayerSets(
  mapped: MappedLayer,
  ofm: FeatureMap,
  set: { height: number; width: number },
  startCycle: number,
): LayerSets {
  const shape = { ofm, setHeight: set.height, setWidth: set.width };
  return {
    layer: mapped.layer,
    name: mapped.name,
    ...shape,
    copies: mapped.copies,
    count: setCount(ofm, set),
    start: (k) => {
      const { y, x } = rectangle(shape, k);
      return startCycle + Math.floor((y * ofm.width + x) / mapped.copies);
    },
    finish: (k) => {
      const { y, x, height, width } = rectangle(shape, k);
      const lastMvm = (y + height - 1) * ofm.width + x + width - 1;
      return startCycle + Math.floor(lastMvm / mapped.copies) + 1;
    },
    copy: (k) => (set.height * set.width === 1 ? k % mapped.copies : undefined),
  };
}
