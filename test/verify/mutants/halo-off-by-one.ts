import { isBase, type Network } from '../../../src/network/network.ts';
import type { Reads } from '../../../src/network/reads.ts';
import { type Mutant, POISON, readsTooEarly, TOO_EARLY } from './mutant.ts';

/** The window without its last position. */
function shrunk(reads: Reads): Reads {
  return reads.kind === 'window' && reads.kernel > 1 ? { ...reads, kernel: reads.kernel - 1 } : reads;
}

function withShrunk(network: Network, index: number): Network {
  const layers = network.layers.map((layer, i) =>
    i === index
      ? {
          ...layer,
          inputs: layer.inputs.map((edge) => ({
            ...edge,
            rows: shrunk(edge.rows),
            columns: shrunk(edge.columns),
          })),
        }
      : layer,
  );
  return { ...network, layers };
}

/** What runs takes the window of a layer for one row and column smaller. */
export const haloOffByOne: Mutant = {
  name: 'a halo that is one too small',
  plant: (from) => {
    const { network, rerun } = from;
    for (const [index, layer] of network.layers.entries()) {
      if (!isBase(layer) || layer.inputs.every(({ from }) => from === 0)) continue;
      const result = rerun(withShrunk(network, index));
      if (readsTooEarly({ ...from, result })) return { result };
    }
    return undefined;
  },
  validation: TOO_EARLY,
  verification: POISON,
};
