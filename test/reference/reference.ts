import { isBase, type Layer, mvms, type Network } from '../../src/network/network.ts';
import { positionsRead } from './reads.ts';

/** How Stage I cuts OFMs: `pixel` is 1 x 1, `row` is 1 x W of the layer, else blocks (spec.md section 4). */
export type Granularity = 'pixel' | 'row' | { readonly height: number; readonly width: number };

/** One set: rows `top` to `bottom` and columns `left` to `right` of a base layer's OFM, ends excluded. */
export interface ReferenceSet {
  /** Index into `ReferenceSchedule.sets`. */
  readonly id: number;
  /** Index into `Network.layers`. */
  readonly layer: number;
  /** Number of the set in its layer, row-major. */
  readonly k: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly pixels: number;
}

/** The sets of one base layer and their times, in cycles. */
export interface ReferenceLayer {
  /** Index into `Network.layers`. */
  readonly layer: number;
  readonly copies: number;
  /** Rows and columns of a set that is not cut short. */
  readonly setHeight: number;
  readonly setWidth: number;
  readonly sets: readonly ReferenceSet[];
  /** Per set, the ids of the sets that it depends on (Stage II). */
  readonly dependencies: readonly ReadonlySet<number>[];
  /** Per set; with `inputs` > 1 set `k` of input `i` is at `i·n + k`. */
  readonly start: readonly number[];
  readonly finish: readonly number[];
}

/** A schedule by the letter of spec.md section 4. */
export interface ReferenceSchedule {
  /** One per base layer, in the order of the file. */
  readonly layers: readonly ReferenceLayer[];
  /** The sets of all base layers; a set's id is its index. */
  readonly sets: readonly ReferenceSet[];
  readonly cycles: number;
  /** `Σ (ceil(t / d) - 1 + λ)`, of one inference. */
  readonly layerByLayer: number;
  /** `Σ (t - 1 + λ)`, of one inference. */
  readonly baseline: number;
}

/** Stages I and II of a network. */
export interface ReferenceAnalysis {
  readonly network: Network;
  readonly granularity: Granularity;
  /** The sets of all base layers; a set's id is its index. */
  readonly sets: readonly ReferenceSet[];
  /** Per base layer: its index in the network, its sets, and per set the ids of those it depends on. */
  readonly layers: readonly {
    readonly layer: number;
    readonly sets: readonly ReferenceSet[];
    readonly dependencies: readonly ReadonlySet<number>[];
  }[];
}

/** Stages I and II by brute force: every set and every dependency is an explicit entry of a list. */
export function referenceAnalysis(network: Network, granularity: Granularity): ReferenceAnalysis {
  const base = network.layers.flatMap((layer, index) => (isBase(layer) ? [index] : []));
  const { sets, setsOf } = determineSets(network, base, granularity);
  const dependenciesOf = determineDependencies(network, setsOf);
  const layers = base.map((layer) => {
    const own = setsOf.get(layer)!;
    return { layer, sets: own, dependencies: own.map(dependenciesOf) };
  });
  return { network, granularity, sets, layers };
}

/**
 * Stages III and IV: the recurrence, word by word.
 *
 * @param resultCycles λ: cycles from the start of an MVM to its result.
 */
export function referenceTimes(
  analysis: ReferenceAnalysis,
  copies: readonly number[],
  inputs = 1,
  resultCycles = 1,
): ReferenceSchedule {
  const { network, granularity, sets } = analysis;
  if (copies.length !== analysis.layers.length || copies.some((d) => !Number.isSafeInteger(d) || d < 1)) {
    throw new Error(
      `${analysis.layers.length} base layers need as many whole numbers of copies, not [${copies}]`,
    );
  }
  const finishOf: number[][] = []; // [input][set id]
  for (let i = 0; i < inputs; i++) finishOf.push([]);
  const layers = analysis.layers.map(({ layer, sets: own, dependencies }, b): ReferenceLayer => {
    const d = copies[b]!;
    const start: number[] = [];
    const free: number[] = [];
    const finish: number[] = [];
    for (let input = 0; input < inputs; input++) {
      own.forEach((set, k) => {
        const n = input * own.length + k;
        let earliest = 0;
        for (const id of dependencies[k]!) earliest = Math.max(earliest, finishOf[input]![id]!);
        if (n - 1 >= 0) earliest = Math.max(earliest, start[n - 1]!);
        if (n - d >= 0) earliest = Math.max(earliest, free[n - d]!);
        start[n] = earliest;
        free[n] = earliest + set.pixels;
        finish[n] = earliest + set.pixels - 1 + resultCycles;
        finishOf[input]![set.id] = finish[n];
      });
    }
    const size = setSize(network.layers[layer]!, granularity);
    return { layer, copies: d, ...size, sets: own, dependencies, start, finish };
  });

  const finishes = layers.flatMap(({ finish }) => finish);
  const t = layers.map(({ layer }) => mvms(network.layers[layer]!));
  return {
    layers,
    sets,
    cycles: finishes.reduce((latest, finish) => Math.max(latest, finish), 0),
    layerByLayer: t.reduce((sum, n, b) => sum + Math.ceil(n / copies[b]!) - 1 + resultCycles, 0),
    baseline: t.reduce((sum, n) => sum + n - 1 + resultCycles, 0),
  };
}

/**
 * Schedules a network by the four stages of spec.md section 4, by brute force. Slow and plain on purpose;
 * tests hold the engine against it.
 *
 * @param copies `d` per base layer, in the order of the file; may exceed the number of sets.
 * @param inputs how many inferences go through the chip one after the other.
 * @param resultCycles λ: cycles from the start of an MVM to its result.
 */
export function referenceSchedule(
  network: Network,
  copies: readonly number[],
  granularity: Granularity,
  inputs = 1,
  resultCycles = 1,
): ReferenceSchedule {
  return referenceTimes(referenceAnalysis(network, granularity), copies, inputs, resultCycles);
}

/** Rows and columns of a layer's sets; a block that is larger than the map is the map. */
function setSize({ shape }: Layer, granularity: Granularity): { setHeight: number; setWidth: number } {
  if (granularity === 'pixel') return { setHeight: 1, setWidth: 1 };
  if (granularity === 'row') return { setHeight: 1, setWidth: shape.width };
  return {
    setHeight: Math.min(granularity.height, shape.height),
    setWidth: Math.min(granularity.width, shape.width),
  };
}

/** Stage I: cuts the OFM of every base layer into rectangles, row-major, cut short at right and lower edge. */
function determineSets(network: Network, base: readonly number[], granularity: Granularity) {
  const sets: ReferenceSet[] = [];
  const setsOf = new Map<number, ReferenceSet[]>();
  for (const layer of base) {
    const { height, width } = network.layers[layer]!.shape;
    const { setHeight, setWidth } = setSize(network.layers[layer]!, granularity);
    const own: ReferenceSet[] = [];
    for (let top = 0; top < height; top += setHeight) {
      for (let left = 0; left < width; left += setWidth) {
        const bottom = Math.min(top + setHeight, height);
        const right = Math.min(left + setWidth, width);
        const pixels = (bottom - top) * (right - left);
        const set = { id: sets.length, layer, k: own.length, top, bottom, left, right, pixels };
        own.push(set);
        sets.push(set);
      }
    }
    setsOf.set(layer, own);
  }
  return { sets, setsOf };
}

/** Stage II: a function that lists the ids of the sets that a set depends on. */
function determineDependencies(
  network: Network,
  setsOf: ReadonlyMap<number, readonly ReferenceSet[]>,
): (set: ReferenceSet) => ReadonlySet<number> {
  /** The set that covers a position: [layer][y][x]. */
  const setAt = new Map([...setsOf].map(([layer, own]) => [layer, coveringSets(own)]));
  const memo = network.layers.map(() => new Map<string, ReadonlySet<number>>());
  /** `compute`, once per layer and key. */
  const once = (layer: number, key: string, compute: () => ReadonlySet<number>) => {
    const known = memo[layer]!.get(key) ?? compute();
    memo[layer]!.set(key, known);
    return known;
  };

  /** The sets that the value at one position of a layer's OFM waits for. */
  const behind = (layer: number, y: number, x: number): ReadonlySet<number> =>
    once(layer, `${y},${x}`, () => {
      const own = setAt.get(layer);
      return own === undefined ? readBy(layer, y, x) : new Set([own[y]![x]!.id]);
    });

  /** The sets behind everything that one position of a layer reads of its inputs. */
  const readBy = (layer: number, y: number, x: number): ReadonlySet<number> => {
    const parts = network.layers[layer]!.inputs.map(({ from, rows, columns }) => {
      const ifm = network.layers[from]!.shape;
      const ys = positionsRead(rows, y, ifm.height);
      const xs = positionsRead(columns, x, ifm.width);
      const all = () => union(ys.flatMap((q) => xs.map((r) => behind(from, q, r))));
      return once(from, `${ys} x ${xs}`, all);
    });
    return union(parts);
  };

  return ({ layer, top, bottom, left, right }) => {
    const parts: ReadonlySet<number>[] = [];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) parts.push(readBy(layer, y, x));
    }
    return union(parts);
  };
}

/** For every position of an OFM, [y][x], the set that covers it. */
function coveringSets(own: readonly ReferenceSet[]): ReferenceSet[][] {
  const covering: ReferenceSet[][] = [];
  for (const set of own) {
    for (let y = set.top; y < set.bottom; y++) {
      covering[y] ??= [];
      for (let x = set.left; x < set.right; x++) covering[y]![x] = set;
    }
  }
  return covering;
}

/** One set of ids of several; equal ones are often the same object and then cost nothing. */
function union(parts: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const distinct = [...new Set(parts)];
  if (distinct.length === 1) return distinct[0]!;
  return new Set(distinct.flatMap((part) => [...part]));
}
