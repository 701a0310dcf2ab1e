import type { NetworkBuilder, Output } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import { SAME } from '../../src/network/reads.ts';
import type { Tensor } from '../../src/network/tensor.ts';

/** A map that a base layer computes, so that its positions have to be waited for, with H and W on these axes. */
export function computed(b: NetworkBuilder, output: Output): Tensor {
  const operand = { tensor: b.input('input', output), rows: SAME, columns: SAME };
  const kind = { name: 'base', op: 'Conv2D', weights: { rows: 1, columns: 1, groups: 1 } };
  return b.layer(kind, [operand], output);
}

/** What the layers do, one word each. */
export const opsOf = (network: Network): string[] => network.layers.map(({ op }) => op);
