import { paper } from '../src/architecture/presets.ts';
import { mapNetwork } from '../src/map/mapping.ts';
import type { Network } from '../src/network/network.ts';
import { setCount } from '../src/schedule/sets.ts';
import { formatGranularity, type Granularity, setShape } from '../src/workload/granularity.ts';
import { zooNetwork } from '../src/zoo/index.ts';

/** A network with wdup+32 on the paper's architecture, and how many sets it has. */
export interface Prepared {
  readonly network: Network;
  readonly copies: readonly number[];
  readonly granularity: Granularity;
  readonly sets: number;
}

/** Builds a network of the zoo and maps it with 32 PEs beyond its minimum, shared out by `greedy`. */
export function prepare(name: string, granularity: Granularity, dims: Record<string, number> = {}): Prepared {
  const network = zooNetwork(name, { dims });
  const mapping = mapNetwork(network, paper, { extraPes: 32 });
  const shapes = mapping.layers.map(({ layer }) => network.layers[layer]!.shape);
  const sets = shapes.reduce((sum, shape) => sum + setCount(shape, setShape(granularity, shape)), 0);
  return { network, copies: mapping.layers.map(({ copies }) => copies), granularity, sets };
}

/** What a measurement of a prepared network is about. */
export function subject(name: string, { network, granularity, sets }: Prepared) {
  return { name, network: network.name, granularity: formatGranularity(granularity), sets };
}
