import { PoolKind } from '../../../assembly/execute/elements-layout.ts';
import { reducedAxes } from '../../load/onnx/operators/arguments.ts';
import { INT64 } from '../data-types.ts';
import { Reduction, type ReductionFunction } from '../reduction.ts';
import { Rows } from '../rows.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { sums } from '../value-layout.ts';

const sum = (
  of: (value: number) => number,
  finish: (sum: number, count: number) => number,
): ReductionFunction => ({
  initial: 0,
  add: (total, value) => total + of(value),
  finish,
});

/** The first of the best values. As in ONNX Runtime, what is no number is better than all others where it is the first, and else is passed over. */
function best(initial: number, isBetter: (a: number, b: number) => boolean): ReductionFunction {
  return {
    initial,
    add: (found, value, index) => (index === 0 || isBetter(value, found) ? value : found),
    finish: (found) => found,
  };
}

/** What the operators `Reduce…` make of the values along some axes. */
export const reductions: Readonly<Record<string, ReductionFunction>> = {
  L1: sum(Math.abs, (total) => total),
  L2: sum((value) => value * value, Math.sqrt),
  LogSum: sum((value) => value, Math.log),
  LogSumExp: sum(Math.exp, Math.log),
  Max: best(Number.NEGATIVE_INFINITY, (a, b) => a > b),
  Mean: {
    ...sum(
      (value) => value,
      (total, count) => total / count,
    ),
    kernel: PoolKind.MEAN,
  },
  Min: best(Number.POSITIVE_INFINITY, (a, b) => a < b),
  Prod: { initial: 1, add: (a, b) => a * b, finish: (total) => total },
  Sum: {
    ...sum(
      (value) => value,
      (total) => total,
    ),
    kernel: PoolKind.SUM,
  },
  SumSquare: sum(
    (value) => value * value,
    (total) => total,
  ),
};

/** The input reduced over axes, which the output keeps as axes of size 1 or has not. */
export function reduced(
  step: StepContext,
  input: StoredValue,
  axes: readonly number[],
  compute: ReductionFunction,
  dataType = input.store.dataType,
): StoredValue {
  const output = step.value(step.layout(), [input], dataType);
  const { dims } = input.layout;
  const isKept = output.layout.dims.length === dims.length;
  const left = dims.map((_, axis) => axis).filter((axis) => isKept || !axes.includes(axis));
  const loops = left.map((axis, i) => ({
    out: output.layout.axes[i]!,
    into: axes.includes(axis) ? new Int32Array(1) : input.layout.axes[axis]!,
  }));
  const inner = sums(axes.toSorted((a, b) => a - b).map((axis) => input.layout.axes[axis]!));
  new Reduction(output, input, loops, inner, compute);
  return output;
}

const reduce =
  (compute: ReductionFunction): Lowering =>
  (step) => {
    const input = step.input(0);
    return [reduced(step, input, reducedAxes(step.node, input.layout.dims.length), compute)];
  };

/** The index of the greatest (or least) value; of several the first or the last one. */
const argument =
  (isBetter: (a: number, b: number) => boolean): Lowering =>
  (step) => {
    const input = step.input(0);
    const isLast = step.node.int('select_last_index', 0) !== 0;
    let best = 0;
    const compute: ReductionFunction = {
      initial: -1,
      add: (found, value, index) => {
        if (found >= 0 && !isBetter(value, best) && !(isLast && value === best)) return found;
        best = value;
        return index;
      },
      finish: (found) => found,
    };
    const axis = step.node.axis(step.node.int('axis', 0), input.layout.dims.length);
    return [reduced(step, input, [axis], compute, INT64)];
  };

/** The greatest (or least) values along an axis, and where they are; of equals the first ones. */
const topK: Lowering = (step) => {
  const input = step.input(0);
  const axis = step.node.axis(step.node.int('axis', -1), input.layout.dims.length);
  const sign = step.node.int('largest', 1) !== 0 ? 1 : -1;
  const isSorted = step.node.int('sorted', 1) !== 0;
  const order = new Int32Array(input.layout.dims[axis]!);
  return [false, true].slice(0, step.step.outputs.length).map((isIndex, i) => {
    const output = step.value(step.layout(i), [input], isIndex ? INT64 : input.store.dataType);
    new Rows(output, input, [axis], (row, out) => {
      order.forEach((_, k) => {
        order[k] = k;
      });
      order.sort((a, b) => sign * (row[b]! - row[a]!) || a - b);
      const taken = order.subarray(0, out.length);
      if (!isSorted) taken.sort((a, b) => a - b);
      taken.forEach((from, k) => {
        out[k] = isIndex ? from : row[from]!;
      });
    });
    return output;
  });
};

/** Reductions. */
export const reduction: Lowerings = {
  ...Object.fromEntries(
    Object.entries(reductions).map(([name, compute]) => [`Reduce${name}`, reduce(compute)]),
  ),
  ArgMax: argument((a, b) => a > b),
  ArgMin: argument((a, b) => a < b),
  TopK: topK,
};
