import { elements } from '../../network/tensor.ts';
import { unfit } from '../not-executable.ts';
import type { Lowering, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { plainLayout, storedPlaces, sums, type ValueLayout } from '../value-layout.ts';

/** A layout by its axes alone: whether something else is stored alike, only the places say. */
export function byAxes(layout: ValueLayout, axes: readonly Int32Array[]): ValueLayout {
  return { ...layout, dims: axes.map(({ length }) => length), axes, digits: [] };
}

/** The same values with their axes in another order. */
export function transposedView({ layout, store }: StoredValue, order: readonly number[]): StoredValue {
  return { layout: transposedLayout(layout, order), store };
}

/**
 * A layout with its axes in another order.
 *
 * @throws NotExecutable where it has no such axes.
 */
export function transposedLayout(layout: ValueLayout, order: readonly number[]): ValueLayout {
  return byAxes(
    layout,
    order.map((axis) => layout.axes[axis] ?? unfit()),
  );
}

/** The same values with axes of size 1 so that there are `rank` behind axis `first`. */
export function trailed({ layout, store }: StoredValue, count: number): StoredValue {
  const ones = Array.from({ length: Math.max(0, count) }, () => new Int32Array(1));
  return { layout: byAxes(layout, [...layout.axes, ...ones]), store };
}

/**
 * The same values with the indices of an axis chosen, some of them several times.
 *
 * @throws NotExecutable where there is no such axis, or an index is none of it.
 */
export function chosen(
  { layout, store }: StoredValue,
  axis: number,
  indices: ArrayLike<number>,
): StoredValue {
  const own = layout.axes[axis] ?? unfit();
  return {
    layout: byAxes(
      layout,
      layout.axes.map((offsets, at) =>
        at === axis ? Int32Array.from(indices, (i) => own[i] ?? unfit()) : offsets,
      ),
    ),
    store,
  };
}

/**
 * The same values in other dimensions, without moving them; moved into one cell where that cannot be.
 *
 * @throws NotExecutable where these are not as many values.
 */
export function reshaped(step: StepContext, value: StoredValue, dims: readonly number[]): StoredValue {
  const layout = reshapedLayout(value.layout, dims);
  if (layout !== undefined) return { layout, store: value.store };
  return step.moved(plainLayout(dims), [value], storedPlaces(value.layout));
}

/**
 * A layout in other dimensions, or undefined where its values lie such that no axes say where.
 *
 * @throws NotExecutable where these are not as many values.
 */
export function reshapedLayout(layout: ValueLayout, dims: readonly number[]): ValueLayout | undefined {
  const isShape = dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape || elements(dims) !== elements(layout.dims)) unfit();
  const axes: Int32Array[] = [];
  let [from, to] = [0, 0];
  while (to < dims.length || from < layout.dims.length) {
    const [firstFrom, firstTo] = [from, to];
    let [old, next] = [layout.dims[from++] ?? 1, dims[to++] ?? 1];
    while (old !== next) {
      if (old < next) old *= layout.dims[from++] ?? Number.NaN;
      else next *= dims[to++] ?? Number.NaN;
      if (Number.isNaN(old + next)) return undefined;
    }
    const split = splitTable(sums(layout.axes.slice(firstFrom, from)), dims.slice(firstTo, to));
    if (split === undefined) return undefined;
    axes.push(...split);
  }
  return byAxes(layout, axes);
}

/** Offsets of several axes whose sums are those of one. */
function splitTable(table: Int32Array, sizes: readonly number[]): Int32Array[] | undefined {
  let stride = table.length;
  const axes = sizes.map((size, axis) => {
    stride /= size;
    // Where the first value lies is said by the first axis.
    const first = axis === 0 ? 0 : table[0]!;
    return Int32Array.from({ length: size }, (_, i) => table[i * stride]! - first);
  });
  return sums(axes).every((offset, i) => offset === table[i]) ? axes : undefined;
}

/** An operator that has the channels of its output, and of some inputs, last. */
export function channelsLast(lowering: Lowering, moved: readonly number[] = [0]): Lowering {
  return (step) => {
    const inputs = step.inputs.map((input, i) =>
      input === undefined || !moved.includes(i)
        ? input
        : transposedView(input, toFront(input.layout.dims.length)),
    );
    const inner = step.as({
      inputs,
      layout: (layout) => transposedLayout(layout, toFront(layout.dims.length)),
    });
    return lowering(inner).map((value) => value && transposedView(value, toBack(value.layout.dims.length)));
  };
}

/** The axes of (N, C, spatial…) in (N, spatial…, C). */
export function toFront(rank: number): number[] {
  return rank < 3
    ? [...Array(rank).keys()]
    : [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** The axes of (N, spatial…, C) in (N, C, spatial…). */
export function toBack(rank: number): number[] {
  return rank < 3 ? [...Array(rank).keys()] : [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}
