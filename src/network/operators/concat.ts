import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { SAME, shift } from '../reads.ts';
import { isConstant, isSpatial, type Tensor } from '../tensor.ts';
import { broadcastArrangement, broadcastAxes } from './elementwise.ts';

/** Concatenation along `axis`: over channels the same position, over H or W the shifted one. */
export function concat(b: NetworkBuilder, name: string, tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0]!.dims;
  for (const { dims } of tensors) {
    const fits = dims.length === first.length && dims.every((size, i) => i === axis || size === first[i]);
    if (!fits) {
      throw new ClsaCimError(
        `layer ${name} (Concat): the shapes [${first.join(', ')}] and [${dims.join(', ')}] do not fit ` +
          `together along axis ${axis}`,
      );
    }
  }
  const dims = [...first];
  dims[axis] = tensors.reduce((sum, tensor) => sum + tensor.dims[axis]!, 0);
  const kind = { name, op: 'Concat' };
  const hasViews = tensors.some(({ view }) => view !== undefined);
  if (hasViews && !tensors.some((tensor) => isSpatial(tensor, axis))) {
    const operands = tensors.map((tensor) => ({ tensor }));
    return b.byAxes(kind, operands, broadcastArrangement(b, name, tensors, dims));
  }
  const { h, w } = broadcastAxes(b, tensors, dims.length);
  let offset = 0;
  const operands = tensors.map((tensor) => {
    const reads = shift(-offset);
    offset += tensor.dims[axis]!;
    return {
      tensor: isConstant(tensor) ? tensor : b.withAxes(tensor, h, w),
      rows: axis === h ? reads : SAME,
      columns: axis === w ? reads : SAME,
    };
  });
  return b.layer(kind, operands, { dims, h, w });
}
