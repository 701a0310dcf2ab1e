import type { NetworkBuilder, Output } from '../../src/network/builder.ts';
import type { Tensor } from '../../src/network/tensor.ts';

/** What a base layer gives that has the H and W of its input, so that it has to be waited for. */
export function baseOutput(b: NetworkBuilder, output: Output, name = 'base'): Tensor {
  const weights = { rows: 1, columns: 1, groups: 1 };
  const x = b.input(`${name}/input`, output);
  return b.positionwise({ name, op: 'Conv2D', weights }, x);
}
