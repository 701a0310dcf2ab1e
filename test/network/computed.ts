import type { NetworkBuilder, Output } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import type { Tensor } from '../../src/network/tensor.ts';

/** A map that a base layer computes, so that its positions have to be waited for, with H and W on these axes. */
export function computed(b: NetworkBuilder, output: Output, name = 'base'): Tensor {
  const weights = { rows: 1, columns: 1, groups: 1 };
  return b.positionwise({ name, op: 'Conv2D', weights }, b.input(`${name}/input`, output));
}

/** What the layers do, one word each. */
export const opsOf = (network: Network): string[] => network.layers.map(({ op }) => op);
