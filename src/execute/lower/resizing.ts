import { blockedUpsample } from '../../load/onnx/operators/layouts.ts';
import { tapsOf } from '../../load/onnx/operators/resize-taps.ts';
import { type Resizing, resizingOf } from '../../load/onnx/operators/resizing.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { Windows } from '../window.ts';
import { tapsOfPoints } from './points.ts';
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
  const { taps: all } = tapsOfPoints(output, input, taps, (a, b) => a * b);
  new Windows(output, input, all, {
    initial: 0,
    add: (sum, value, weight) => sum + weight * value,
    finish: (sum, count) => (count === 0 ? outside : sum),
  });
  return output;
}

const resize: Lowering = (step) => [resized(step, resizingOf(step.node))];

/** Operators that interpolate between positions. */
export const resizing: Lowerings = {
  Resize: resize,
  Upsample: resize,
  'com.microsoft.nchwc:Upsample': (step) => [resized(step, resizingOf(blockedUpsample(step.node)))],
};
