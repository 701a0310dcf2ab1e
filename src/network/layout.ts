/**
 * A part of H, of W or of the channels: a digit of the row (column, channel) number, written in mixed radix. The
 * row is the sum of all digits of `h`, each times its stride; likewise the column. Channels need no
 * stride, since every position has all of them.
 */
export interface Factor {
  /** What it is a part of: the row, the column or the channels. */
  readonly of: 'h' | 'w' | 'c';
  /** Values that the digit takes; never 1. */
  readonly size: number;
  /** Rows or columns from one value of the digit to the next; 0 for channels. */
  readonly stride: number;
}

/** What every axis of a tensor is made of, from the slowest digit to the fastest; nothing where its size is 1. */
export type Layout = readonly (readonly Factor[])[];

/** The axes of H and W, -1 for none. */
export interface PositionAxes {
  readonly h: number;
  readonly w: number;
}

/** An axis that is the whole of H, of W or of the channels. */
export function whole(of: Factor['of'], size: number): readonly Factor[] {
  return size === 1 ? [] : [{ of, size, stride: of === 'c' ? 0 : 1 }];
}

/** The layout of a tensor with H and W on axes of their own. */
export function plainLayout(dims: readonly number[], { h, w }: PositionAxes): Layout {
  return dims.map((size, axis) => whole(axis === h ? 'h' : axis === w ? 'w' : 'c', size));
}

/** True for an axis that no position depends on. */
export function isChannels(axis: readonly Factor[]): boolean {
  return axis.every(({ of }) => of === 'c');
}

/** Rows and columns of the OFM. */
export function extentOf(layout: Layout): { height: number; width: number } {
  return { height: sizeOf(layout, 'h'), width: sizeOf(layout, 'w') };
}

function sizeOf(layout: Layout, of: 'h' | 'w'): number {
  let size = 1;
  for (const axis of layout) for (const factor of axis) if (factor.of === of) size *= factor.size;
  return size;
}

/** Neighbours that are one digit, as one. */
export function fused(factors: readonly Factor[]): Factor[] {
  const out: Factor[] = [];
  for (const factor of factors) {
    const last = out.at(-1);
    const joins = last?.of === factor.of && last.stride === factor.size * factor.stride;
    if (joins) out[out.length - 1] = { ...factor, size: last.size * factor.size };
    else out.push(factor);
  }
  return out;
}

/**
 * The layout after a reshape to `dims`; undefined where an axis would begin or end within a digit that
 * cannot be split there (6 rows of 4 as 4 rows of 6).
 */
export function reshaped(layout: Layout, dims: readonly number[]): Layout | undefined {
  const rest = fused(layout.flat()).reverse();
  const axes: Factor[][] = [];
  for (const size of dims) {
    const axis: Factor[] = [];
    for (let left = size; left > 1; ) {
      const factor = rest.pop()!;
      if (left % factor.size === 0) {
        axis.push(factor);
        left /= factor.size;
      } else if (factor.size % left === 0) {
        const minor = factor.size / left;
        axis.push({ ...factor, size: left, stride: factor.stride * minor });
        rest.push({ ...factor, size: minor });
        left = 1;
      } else return undefined;
    }
    axes.push(axis);
  }
  return axes;
}

/** What an axis of `dims` has a part of, where {@link reshaped} has no answer. */
export function overlapping(layout: Layout, dims: readonly number[]): Layout {
  /** Values from one index to the next. */
  const strides = (sizes: readonly number[]) =>
    sizes.map((_, i) => sizes.slice(i + 1).reduce((product, size) => product * size, 1));
  const factors = layout.flat();
  const from = strides(factors.map(({ size }) => size));
  const to = strides(dims);
  return dims.map((size, axis) =>
    factors.filter((factor, i) => from[i]! < to[axis]! * size && to[axis]! < from[i]! * factor.size),
  );
}

/** The layout with strides that leave no gaps, after some digits have vanished or changed their size. */
export function renumbered(layout: Layout): Layout {
  const strides = new Map<Factor, number>();
  for (const of of ['h', 'w'] as const) {
    const digits = layout.flat().filter((factor) => factor.of === of);
    let stride = 1;
    for (const digit of digits.sort((a, b) => a.stride - b.stride)) {
      strides.set(digit, stride);
      stride *= digit.size;
    }
  }
  return layout.map((axis) => axis.map((factor) => ({ ...factor, stride: strides.get(factor) ?? 0 })));
}

/** The axes of H and W where each has one of its own; otherwise undefined. */
export function plainAxes(layout: Layout): PositionAxes | undefined {
  const axes = layout.map(fused);
  const axisOf = (of: 'h' | 'w') => {
    const [axis, another] = axesWith(axes, of);
    if (axis === undefined) return -1;
    return another === undefined && axes[axis]!.length === 1 ? axis : undefined;
  };
  const h = axisOf('h');
  const w = axisOf('w');
  return h === undefined || w === undefined ? undefined : { h, w };
}

function axesWith(layout: Layout, of: 'h' | 'w'): number[] {
  return layout.flatMap((factors, axis) => (factors.some((factor) => factor.of === of) ? [axis] : []));
}

/**
 * The axes that stand for H and W where a layer needs one of its own for each: such that later layers find them
 * where they look for them. A map that is flattened whole is channels; the tokens of a sequence that
 * are cut become a map, whose channels come first.
 */
export function positionAxes(layout: Layout): PositionAxes {
  if (layout.filter((axis) => axis.length > 0).length <= 1) return { h: -1, w: -1 };
  const [hs, ws] = [axesWith(layout, 'h'), axesWith(layout, 'w')];
  const all = [...hs, ...ws];
  const isOneDirection = hs.length === 0 || ws.length === 0;
  if (isOneDirection && all.length > 1 && all.every((axis) => isPure(layout[axis]!))) {
    const [h, w] = all.slice(-2);
    return { h: h!, w: w! };
  }
  const h = mostOf(layout, hs, 'h');
  const others = ws.filter((axis) => axis !== h);
  return { h, w: mostOf(layout, others, 'w') };
}

function isPure(axis: readonly Factor[]): boolean {
  return axis.every(({ of }) => of === axis[0]!.of);
}

/** Of some axes with parts of a direction the one with nothing else, and of these the one with the slowest digit. */
function mostOf(layout: Layout, axes: readonly number[], of: 'h' | 'w'): number {
  const pure = axes.filter((axis) => isPure(layout[axis]!));
  const candidates = pure.length > 0 ? pure : axes;
  const slowest = (axis: number) =>
    Math.max(...layout[axis]!.map((factor) => (factor.of === of ? factor.stride : 0)));
  return candidates.reduce((best, axis) => (best < 0 || slowest(axis) > slowest(best) ? axis : best), -1);
}
