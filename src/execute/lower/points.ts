import type { Tap } from '../../load/onnx/operators/resize-taps.ts';
import { Access } from '../access.ts';
import type { StoredValue } from '../stored-value.ts';
import { storedPlaces, sums, type ValueLayout } from '../value-layout.ts';
import type { Taps } from '../window.ts';
import { upTo } from './rearrangement.ts';

/** What each index of an axis of an output reads along the same axis of the operand; undefined for the same index. */
export type AxisTaps = readonly (readonly Tap[])[] | undefined;

/** The taps of the points of an output, and the index of each point along an axis. */
export interface PointTaps {
  readonly taps: Taps;
  indices(axis: number): Int32Array;
}

/**
 * The taps of all axes together, with what `combine` makes of their weights. A point is a cell, or one value where an axis
 * with taps lies in channels.
 */
export function tapsOfPoints(
  { layout }: StoredValue,
  input: StoredValue,
  axes: readonly AxisTaps[],
  combine: (a: number, b: number) => number,
): PointTaps {
  const loops = layout.axes.map((out, axis) => ({
    out,
    into: axes[axis] === undefined ? input.layout.axes[axis]! : new Int32Array(out.length),
  }));
  const base = new Access(layout, input.layout, loops);
  const isOfCell = (axis: number) => layout.axes[axis]!.every((offset) => offset % layout.channels === 0);
  const isByCell = base.all === undefined && axes.every((list, axis) => list === undefined || isOfCell(axis));
  const unit = isByCell ? layout.channels : 1;
  const tapped = axes.flatMap((list, axis) => (list === undefined ? [] : [{ axis, list }]));
  const indices = tapped.map(({ axis }) => indicesOf(layout, axis, unit));
  const starts = new Int32Array((layout.cells * layout.channels) / unit + 1);
  const places: number[] = [];
  const weights: number[] = [];
  for (let point = 0; point < starts.length - 1; point++) {
    const stored = point * unit;
    const first = isByCell
      ? base.cells[point]!
      : base.at(Math.floor(stored / layout.channels), stored % layout.channels);
    let all: readonly Tap[] | undefined;
    tapped.forEach(({ axis, list }, i) => {
      const offsets = input.layout.axes[axis]!;
      const own = list[indices[i]![point]!]!.map(({ position, weight }) => ({
        position: offsets[position]!,
        weight,
      }));
      all =
        all?.flatMap((a) =>
          own.map((b) => ({ position: a.position + b.position, weight: combine(a.weight, b.weight) })),
        ) ?? own;
    });
    for (const { position, weight } of all ?? []) {
      places.push(first + position);
      weights.push(weight);
    }
    starts[point + 1] = places.length;
  }
  return {
    taps: {
      starts,
      places: Int32Array.from(places),
      weights: Float64Array.from(weights),
      channels: isByCell ? base.channels : new Int32Array(1),
    },
    indices: (axis) => indicesOf(layout, axis, unit),
  };
}

/** Per point of so many stored values: its index along an axis. */
function indicesOf(layout: ValueLayout, axis: number, unit: number): Int32Array {
  const all = sums(
    layout.axes.map(({ length }, other) => (other === axis ? upTo(length) : new Int32Array(length))),
  );
  const result = new Int32Array((layout.cells * layout.channels) / unit);
  storedPlaces(layout).forEach((place, i) => {
    result[Math.floor(place / unit)] = all[i]!;
  });
  return result;
}
