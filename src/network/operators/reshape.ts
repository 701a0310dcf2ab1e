import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { constant, elements, extent, isConstant, type Tensor, wideAxes } from '../tensor.ts';

/** A run of input axes that a reshape turns into a run of output axes, both without axes of size 1. */
interface Regrouping {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Cuts a reshape into the smallest runs of axes whose sizes have the same product. */
function regroup(from: readonly number[], to: readonly number[]): Regrouping[] {
  const fromAxes = wideAxes(from);
  const toAxes = wideAxes(to);
  const runs: Regrouping[] = [];
  let i = 0;
  let j = 0;
  while (i < fromAxes.length && j < toAxes.length) {
    const run = { from: [fromAxes[i]!], to: [toAxes[j]!] };
    let left = from[fromAxes[i++]!]!;
    let right = to[toAxes[j++]!]!;
    while (left !== right) {
      if (left < right) {
        run.from.push(fromAxes[i]!);
        left *= from[fromAxes[i++]!]!;
      } else {
        run.to.push(toAxes[j]!);
        right *= to[toAxes[j++]!]!;
      }
    }
    runs.push(run);
  }
  return runs;
}

/**
 * Reshape, squeeze, unsqueeze, flatten. Where H and W stay as they are (only channels are split or merged)
 * a position reads the same position and no layer is added at all; where H or W is merged with another
 * axis or split, everything (spec.md section 4). A run of axes that held H or W goes on as positions:
 * merged with nothing but each other they are a sequence, and a map that is flattened whole is channels.
 */
export function reshape(b: NetworkBuilder, name: string, input: Tensor, dims: readonly number[]): Tensor {
  if (elements(dims) !== elements(input.dims)) {
    throw new ClsaCimError(
      `layer ${name} (Reshape): [${input.dims.join(', ')}] has ${elements(input.dims)} values and ` +
        `[${dims.join(', ')}] has ${elements(dims)}`,
    );
  }
  if (isConstant(input)) return constant(dims, input.values);
  const runs = regroup(input.dims, dims);
  const moved = (axis: number) => {
    if (extent(input, axis) === 1) return -1;
    const run = runs.find(({ from }) => from.includes(axis))!;
    return run.from.length === 1 && run.to.length === 1 ? run.to[0]! : undefined;
  };
  const h = moved(input.h);
  const w = moved(input.w);
  const view = dims.map((_, axis) => {
    const run = runs.find(({ to }) => to.includes(axis));
    return run?.from.length === 1 && run.to.length === 1 ? ofLayer(input, run.from[0]!) : -1;
  });
  if (h !== undefined && w !== undefined) return { ...input, dims, h, w, view };
  const operand = { ...input, view: input.dims.map(() => -1) };
  return b.everything({ name, op: 'Reshape' }, [operand], {
    dims,
    ...positionsAfter(input, dims, runs, h, w),
  });
}

/** The axis of the layer's output that an axis of a view of it is. */
function ofLayer({ view }: Tensor, axis: number): number {
  return view === undefined ? axis : view[axis]!;
}

/**
 * The axes that carry positions after a reshape that did not keep H (`h` undefined) or W (`w` undefined). Any
 * choice is right, since all positions read everything; it is made so that later layers find H and W where they
 * look for them.
 */
function positionsAfter(
  input: Tensor,
  dims: readonly number[],
  runs: readonly Regrouping[],
  h: number | undefined,
  w: number | undefined,
): { h: number; w: number } {
  if (wideAxes(dims).length <= 1) return { h: -1, w: -1 };
  const lost = [h === undefined ? input.h : -1, w === undefined ? input.w : -1];
  const broken = runs.filter(({ from }) => lost.some((axis) => from.includes(axis)));
  const homes = broken.flatMap(({ to }) => to).filter((axis) => axis !== h && axis !== w);
  // Positions alone, as after a flattening: they may become a map again, whose channels come first if they are there.
  const onlyPositions = broken.every(({ from }) => from.every((axis) => lost.includes(axis)));
  const isFree = (axis: number | undefined) => axis === undefined || (onlyPositions && axis < 0);
  const count = [h, w].filter(isFree).length;
  const rest = onlyPositions ? homes.slice(-count) : homes;
  const newH = isFree(h) ? (rest.shift() ?? -1) : h!;
  const newW = isFree(w) ? (rest.shift() ?? -1) : w!;
  return { h: newH, w: newW };
}

/** Permutes the axes; H and W go with theirs, so that nothing has to be waited for. */
export function transpose(input: Tensor, permutation: readonly number[]): Tensor {
  const { values: _, ...view } = input;
  const moved = (axis: number) => (axis < 0 ? -1 : permutation.indexOf(axis));
  return {
    ...view,
    dims: permutation.map((axis) => input.dims[axis]!),
    h: moved(input.h),
    w: moved(input.w),
    view: permutation.map((axis) => ofLayer(input, axis)),
  };
}
