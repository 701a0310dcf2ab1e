import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { hasTiles } from '../../architecture/normal-chip.ts';
import type { Mapping } from '../../map/mapping.ts';
import type { Network } from '../../network/network.ts';
import type { SimulationCopy } from '../model/graph.ts';
import type { Topology } from '../model/topology.ts';
import { simulationCopy } from './partial-sums.ts';
import { type PlacedCopy, type Placement, place } from './placement.ts';

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
  architecture: NormalArchitecture,
  topology: Topology,
  placement?: Placement | readonly number[],
): CopiesOf {
  const indices = new Map(mapping.layers.map(({ layer }, i) => [layer, i]));
  const { kind, classes: crossbars } = architecture.crossbars;
  // Without mesh and links one tile has all PEs, whatever the classes say of a tile.
  const hasOneTile = kind === 'listed' && !hasTiles(architecture.chip);
  const given = crossbars.map(({ pesPerTile }) => (hasOneTile ? undefined : pesPerTile));
  if (topology.tiles === 1 && given.every((pes) => pes === undefined) && placement === undefined) {
    return (layer, most) => {
      const { copies } = mapping.layers[indices.get(layer)!]!;
      return new Array<SimulationCopy>(Math.min(copies, most)).fill(ON_THE_ONLY_TILE);
    };
  }
  const tiles = { ...topology, crossbars, pesPerTile: given.map((pes) => pes ?? mapping.usedPes) };
  const placed = place(mapping.layers, tiles, placement);
  return (layer, most) => {
    const { weights } = network.layers[layer]!;
    if (weights === undefined) return [];
    const crossbar = crossbars[mapping.layers[indices.get(layer)!]!.crossbar]!;
    // Copies of small layers share tiles, and those on the same tile are the same to a simulation.
    const onOneTile = new Map<number, SimulationCopy>();
    const toCopy = (shares: PlacedCopy): SimulationCopy => {
      const [only] = shares;
      if (only === undefined || shares.length > 1)
        return simulationCopy(shares, weights, architecture, crossbar);
      const copy = onOneTile.get(only.tile) ?? { tiles: [only.tile], partialBitsPerPixel: [] };
      onOneTile.set(only.tile, copy);
      return copy;
    };
    return placed[indices.get(layer)!]!.slice(0, most).map(toCopy);
  };
}
