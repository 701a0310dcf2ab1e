import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { overlapping, positionAxes, reshaped } from '../layout.ts';
import { arranged, constant, elements, isConstant, layoutOf, type Tensor } from '../tensor.ts';

/**
 * Reshape, squeeze, unsqueeze, flatten. The values stay where they are, and no layer is added: axes are split and
 * merged with whatever they hold of H, W and channels. Only where an axis would begin or end within a part that cannot
 * be split there, every position reads everything.
 */
export function reshape(b: NetworkBuilder, name: string, input: Tensor, dims: readonly number[]): Tensor {
  if (elements(dims) !== elements(input.dims)) {
    throw new ClsaCimError(
      `layer ${name} (Reshape): [${input.dims.join(', ')}] has ${elements(input.dims)} values and ` +
        `[${dims.join(', ')}] has ${elements(dims)}`,
    );
  }
  if (isConstant(input)) return constant(dims, input.values);
  const layout = layoutOf(input);
  const isShape = dims.every((size) => Number.isInteger(size) && size >= 1);
  const result = isShape ? reshaped(layout, dims) : undefined;
  if (result !== undefined) {
    const { view, ...rest } = input;
    // Axes of size 1 come and go without a trace, and leave no name.
    const isRenamed = view === undefined || !sameSizes(dims, input.dims);
    const rearranged = { tensor: input };
    return { ...rest, rearranged, ...arranged(dims, result, isRenamed ? name : view.name) };
  }
  const axes = positionAxes(overlapping(layout, dims));
  return b.everything({ name, op: 'Reshape' }, [input], { dims, ...axes });
}

/** True for dimensions that differ in axes of size 1 only. */
function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  const sizes = (dims: readonly number[]) => dims.filter((size) => size !== 1).join();
  return sizes(a) === sizes(b);
}

/** Permutes the axes; H and W go with theirs, so that nothing has to be waited for. */
export function transpose(input: Tensor, permutation: readonly number[]): Tensor {
  const { values: _, view, ...rest } = input;
  const output = {
    ...rest,
    dims: permutation.map((axis) => input.dims[axis]!),
    h: permutation.indexOf(input.h),
    w: permutation.indexOf(input.w),
    rearranged: { tensor: input, permutation },
  };
  if (view === undefined) return output;
  const layout = permutation.map((axis) => view.layout[axis]!);
  return { ...output, ...arranged(output.dims, layout, view.name) };
}
