import type { Architecture } from '../architecture/architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import { isBase, type Network } from '../network/network.ts';
import type { SimulationCopy } from './graph.ts';
import { simulationCopy } from './partial-sums.ts';
import { type PlacedCopy, type Placement, place } from './placement.ts';
import type { Topology } from './topology.ts';

/** The first copies of a base layer (by its index in the network), at most so many. */
export type CopiesOf = (layer: number, most: number) => readonly SimulationCopy[];

/** Where a chip that says nothing about tiles has every copy. */
const ON_THE_ONLY_TILE: SimulationCopy = { tiles: [0], partialBitsPerPixel: [] };

/**
 * Where the copies of the base layers are (docs/simulation.md section 4).
 *
 * @throws ClsaCimError where the tiles have too few PEs, or a user's placement is at fault.
 */
export function placedCopies(
  network: Network,
  mapping: Mapping,
  architecture: Architecture,
  topology: Topology,
  placement?: Placement | readonly number[],
): CopiesOf {
  const indices = new Map(mapping.layers.map(({ layer }, i) => [layer, i]));
  const { pesPerTile } = architecture.chip ?? {};
  if (topology.tiles === 1 && pesPerTile === undefined && placement === undefined) {
    return (layer, most) => {
      const { copies } = mapping.layers[indices.get(layer)!]!;
      return new Array<SimulationCopy>(Math.min(copies, most)).fill(ON_THE_ONLY_TILE);
    };
  }
  const tiles = { ...topology, pesPerTile: pesPerTile ?? mapping.usedPes };
  const placed = place(mapping.layers, tiles, placement);
  return (layer, most) => {
    const mapped = network.layers[layer]!;
    if (!isBase(mapped)) return [];
    // Copies of small layers share tiles, and those on the same tile are the same to a simulation.
    const onOneTile = new Map<number, SimulationCopy>();
    const toCopy = (shares: PlacedCopy): SimulationCopy => {
      const [only] = shares;
      if (only === undefined || shares.length > 1)
        return simulationCopy(shares, mapped.weights, architecture);
      const copy = onOneTile.get(only.tile) ?? { tiles: [only.tile], partialBitsPerPixel: [] };
      onOneTile.set(only.tile, copy);
      return copy;
    };
    return placed[indices.get(layer)!]!.slice(0, most).map(toCopy);
  };
}
