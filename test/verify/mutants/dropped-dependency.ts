import { isBase, type Network } from '../../../src/network/network.ts';
import { type Mutant, POISON, readsTooEarly, TOO_EARLY } from './mutant.ts';

/** The network in which a layer reads nothing. */
function without(network: Network, index: number): Network {
  const layers = network.layers.map((layer, i) => (i === index ? { ...layer, inputs: [] } : layer));
  return { ...network, layers };
}

/** What runs knows nothing of what a layer reads. */
export const droppedDependency: Mutant = {
  name: 'a dropped dependency',
  plant: (from) => {
    const { network, rerun } = from;
    for (const [index, layer] of network.layers.entries()) {
      const readsBase = layer.inputs.some(({ from }) => from > 0);
      if (!isBase(layer) || !readsBase) continue;
      const result = rerun(without(network, index));
      if (readsTooEarly({ ...from, result })) return { result };
    }
    return undefined;
  },
  validation: TOO_EARLY,
  verification: POISON,
};
