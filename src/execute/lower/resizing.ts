import { blockedUpsample } from '../../load/onnx/operators/layouts.ts';
import { type Tap, tapsOf } from '../../load/onnx/operators/resize-taps.ts';
import { type Resizing, resizingOf } from '../../load/onnx/operators/resizing.ts';
import { Access } from '../access.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { storedPlaces, sums } from '../value-layout.ts';
import { type Taps, Windows } from '../window.ts';
import { upTo } from './rearrangement.ts';

function resized(step: StepContext, { axes, modes, isComputed }: Resizing): StoredValue {
  const input = step.input(0);
  const layout = step.layout();
  if (axes.every(({ input: from, output: to }) => from === to)) return step.arranged(input, layout);
  if (isComputed) step.fail('the region to crop is computed, and only constant ones are executed');
  const taps = axes.map((axis) =>
    axis.scale === 1 ? undefined : Array.from(upTo(axis.output), tapsOf(axis, modes)),
  );
  const outside = step.node.float('extrapolation_value', 0);
  const output = step.value(layout, [input]);
  new Windows(output, input, tapsOfPoints(output, input, taps), {
    initial: 0,
    add: (sum, value, weight) => sum + weight * value,
    finish: (sum, count) => (count === 0 ? outside : sum),
  });
  return output;
}

/** The taps of all axes together: each has the product of their weights. */
function tapsOfPoints(
  { layout }: StoredValue,
  input: StoredValue,
  taps: readonly (readonly (readonly Tap[])[] | undefined)[],
): Taps {
  const loops = layout.axes.map((out, axis) => ({
    out,
    into: taps[axis] === undefined ? input.layout.axes[axis]! : new Int32Array(out.length),
  }));
  const base = new Access(layout, input.layout, loops);
  const isOfCell = (axis: number) => layout.axes[axis]!.every((offset) => offset % layout.channels === 0);
  const isByCell = base.all === undefined && taps.every((list, axis) => list === undefined || isOfCell(axis));
  const unit = isByCell ? layout.channels : 1;
  const resizedAxes = taps.flatMap((list, axis) => (list === undefined ? [] : [{ axis, list }]));
  const indices = resizedAxes.map(({ axis }) => indicesOf(layout, axis, unit));
  const starts = new Int32Array((layout.cells * layout.channels) / unit + 1);
  const places: number[] = [];
  const weights: number[] = [];
  for (let point = 0; point < starts.length - 1; point++) {
    const stored = point * unit;
    const first = base.at(Math.floor(stored / layout.channels), isByCell ? 0 : stored % layout.channels);
    let all: Tap[] = [{ position: isByCell ? first - base.channels[0]! : first, weight: 1 }];
    resizedAxes.forEach(({ axis, list }, i) => {
      const ofAxis = list[indices[i]![point]!]!;
      const offsets = input.layout.axes[axis]!;
      all = all.flatMap(({ position, weight }) =>
        ofAxis.map((tap) => ({ position: position + offsets[tap.position]!, weight: weight * tap.weight })),
      );
    });
    for (const { position, weight } of all) {
      places.push(position);
      weights.push(weight);
    }
    starts[point + 1] = places.length;
  }
  return {
    starts,
    places: Int32Array.from(places),
    weights: Float64Array.from(weights),
    channels: isByCell ? base.channels : new Int32Array(1),
  };
}

/** Per point of so many stored values: the index along an axis. */
function indicesOf(layout: StoredValue['layout'], axis: number, unit: number): Int32Array {
  const all = sums(
    layout.axes.map(({ length }, other) => (other === axis ? upTo(length) : new Int32Array(length))),
  );
  const result = new Int32Array((layout.cells * layout.channels) / unit);
  storedPlaces(layout).forEach((place, i) => {
    result[Math.floor(place / unit)] = all[i]!;
  });
  return result;
}

const resize: Lowering = (step) => [resized(step, resizingOf(step.node))];

/** Operators that interpolate between positions. */
export const resizing: Lowerings = {
  Resize: resize,
  Upsample: resize,
  'com.microsoft.nchwc:Upsample': (step) => [resized(step, resizingOf(blockedUpsample(step.node)))],
};
