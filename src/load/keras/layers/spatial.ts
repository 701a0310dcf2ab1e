import * as v from 'valibot';
import { areSwapped } from '../../../network/operators/directions.ts';
import { samePadding, type Window } from '../../../network/operators/index.ts';
import { type Reads, SAME } from '../../../network/reads.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { fail, type LayerCall, onlyInput } from '../layer-kind.ts';

export const dataFormat = v.nullish(
  v.picklist(['channels_last', 'channels_first'], '"channels_last" or "channels_first"'),
  'channels_last',
);
export type DataFormat = 'channels_last' | 'channels_first';

export const paddingMode = v.optional(
  v.pipe(
    v.string('"valid", "same" or "causal"'),
    v.toLowerCase(),
    v.picklist(['valid', 'same', 'causal'], '"valid", "same" or "causal"'),
  ),
  'valid',
);
export type PaddingMode = 'valid' | 'same' | 'causal';

/** The axes of a map: what lies along which. */
export interface Axes {
  readonly spatial: readonly number[];
  readonly channel: number;
}

/**
 * The axes of the layer's input, which must have `count` spatial ones besides batch and channels.
 *
 * @throws ClsaCimError where the input has another rank
 */
export function axes(call: LayerCall, count: number, format: DataFormat): Axes {
  const { dims } = onlyInput(call);
  if (dims.length !== count + 2) {
    throw fail(call, `needs an input of ${count + 2} dimensions, but gets [${dims.join(', ')}]`);
  }
  const first = format === 'channels_first' ? 2 : 1;
  const spatial = Array.from({ length: count }, (_, i) => first + i);
  return { spatial, channel: format === 'channels_first' ? 1 : count + 1 };
}

/** The sliding window along one axis of `size` positions, padded as Keras says. */
export function window(
  size: number,
  o: { kernel: number; stride: number; dilation?: number; padding: PaddingMode },
): Window {
  const { kernel, stride, dilation = 1 } = o;
  if (o.padding === 'same')
    return { kernel, stride, dilation, ...samePadding(size, { kernel, stride, dilation }) };
  const before = o.padding === 'causal' ? dilation * (kernel - 1) : 0;
  return { kernel, stride, dilation, before, after: 0 };
}

/** Lets a layer read along its spatial axes; each direction has the size and the reads given for its axis. */
export function alongSpatialAxes(
  call: LayerCall,
  op: string,
  spatial: readonly number[],
  directions: readonly { readonly size: number; readonly reads: Reads }[],
  input = onlyInput(call),
): Tensor {
  const { b, name } = call;
  // A sequence stays where it is; two axes are rows and columns.
  const [one, two = -1] = spatial;
  const asColumns = two < 0 ? one === input.w : areSwapped(b, input, one!, two);
  const [h, w] = asColumns ? [two, one!] : [one!, two];
  b.expectAxes(input, h, w);
  const tensor = b.withAxes(input, h, w);
  const dims = [...input.dims];
  spatial.forEach((axis, i) => {
    dims[axis] = directions[i]!.size;
  });
  const [first = SAME, second = SAME] = directions.map(({ reads }) => reads);
  const [rows, columns] = asColumns ? [second, first] : [first, second];
  return b.layer({ name, op }, [{ tensor, rows, columns }], { dims, h, w });
}
