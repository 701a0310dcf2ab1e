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
  /** Number of sets: of one inference times the inferences. Set `s` of inference `i` is set `i·n + s`. */
  readonly count: number;
  /** Inferences of the batch. */
  readonly inferences: number;
  /** Inferences of each group but for the last one, which may have fewer. */
  readonly group: number;
  /** Where the layer is cut into slices: which one it is, from 0, of how many. */
  readonly slice?: { readonly index: number; readonly of: number };
  /** Where weights take turns: the index of its round. */
  readonly round?: number;
  /** Start of set `k` in cycles. */
  start(k: number): number;
  /** Finish of set `k` in cycles. */
  finish(k: number): number;
  /** The copy that runs set `k`; undefined where its MVMs are spread over all copies. */
  copy(k: number): number | undefined;
  /** Where weights take turns: when the copies that ran in each group were ready, in cycles. */
  readonly ready?: readonly ArrayLike<number>[];
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

/** The positions of set `k`, in whatever inference. Sets at the right and lower edge are cut short. */
export function rectangle(
  sets: Pick<LayerSets, 'ofm' | 'setHeight' | 'setWidth'>,
  kOfBatch: number,
): Rectangle {
  const { ofm, setHeight, setWidth } = sets;
  const setsPerRow = Math.ceil(ofm.width / setWidth);
  const k = kOfBatch % (setsPerRow * Math.ceil(ofm.height / setHeight));
  const y = Math.floor(k / setsPerRow) * setHeight;
  const x = (k % setsPerRow) * setWidth;
  return { y, x, height: Math.min(setHeight, ofm.height - y), width: Math.min(setWidth, ofm.width - x) };
}

/** Number of sets of an OFM. */
export function setCount(ofm: FeatureMap, set: { height: number; width: number }): number {
  return Math.ceil(ofm.height / set.height) * Math.ceil(ofm.width / set.width);
}

/** What a layer's sets are, whatever their times. */
interface SetShape {
  readonly mapped: MappedLayer;
  /** Where weights take turns: the index of its round. */
  readonly round: number | undefined;
  /** Inferences of each group but for the last one, which may have fewer. */
  readonly group: number;
  readonly ofm: FeatureMap;
  /** Rows and columns of a set that is not cut. */
  readonly set: { readonly height: number; readonly width: number };
  /** Cycles from the start of an MVM to its result: λ of spec.md section 4. */
  readonly resultCycles: number;
}

/** What is the same of all ways of scheduling. */
function described({ mapped, round, group, ofm, set }: SetShape) {
  const { layer, name, copies, slice } = mapped;
  return {
    layer,
    name,
    ofm,
    setHeight: set.height,
    setWidth: set.width,
    copies,
    group,
    ...(slice === undefined ? {} : { slice }),
    ...(round === undefined ? {} : { round }),
  };
}

/**
 * The sets of a cross-layer schedule, given when each finishes.
 *
 * @param ready See {@link LayerSets.ready}: every group is a residency of its own.
 */
export function crossLayerSets(
  from: SetShape,
  finishes: ArrayLike<number>,
  ready?: readonly ArrayLike<number>[],
): LayerSets {
  const { mapped, ofm, set, resultCycles, group } = from;
  const shape = described(from);
  const sets = setCount(ofm, set);
  const groupSets = ready === undefined ? finishes.length : group * sets;
  return {
    ...shape,
    count: finishes.length,
    inferences: finishes.length / sets,
    start: (k) => {
      const { height, width } = rectangle(shape, k);
      return finishes[k]! - height * width - (resultCycles - 1);
    },
    finish: (k) => finishes[k]!,
    copy: (k) => (k % groupSets) % mapped.copies,
    ...(ready === undefined ? {} : { ready }),
  };
}

/** When the groups of a batch start to run a layer, layer by layer. */
interface GroupStarts {
  /** Inferences of the batch. */
  readonly batch: number;
  /** Start of each group, in cycles. */
  readonly starts: readonly number[];
}

/**
 * The sets of a layer that runs layer by layer: in a group MVM `m` runs on copy `m mod d`, whatever the set that it belongs
 * to, so that the layer takes `ceil(B·t / d) - 1 + λ` cycles. A set lasts from the start of its first MVM to the result
 * of its last.
 */
export function layerByLayerSets(from: SetShape, { batch, starts }: GroupStarts): LayerSets {
  const { mapped, ofm, set, resultCycles, group } = from;
  const shape = described(from);
  const sets = setCount(ofm, set);
  const mvms = ofm.height * ofm.width;
  /** Cycle in which MVM `m` of the set's inference starts. */
  const startOf = (k: number, m: number) => {
    const inference = Math.floor(k / sets);
    const before = (inference % group) * mvms;
    return starts[Math.floor(inference / group)]! + Math.floor((before + m) / mapped.copies);
  };
  return {
    ...shape,
    count: sets * batch,
    inferences: batch,
    start: (k) => {
      const { y, x } = rectangle(shape, k);
      return startOf(k, y * ofm.width + x);
    },
    finish: (k) => {
      const { y, x, height, width } = rectangle(shape, k);
      return startOf(k, (y + height - 1) * ofm.width + x + width - 1) + resultCycles;
    },
    copy: (k) => (set.height * set.width === 1 ? (k % (sets * group)) % mapped.copies : undefined),
  };
}
