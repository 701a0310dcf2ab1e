import type { SimulationCopy } from './model/graph.ts';
import type { Played, Simulator } from './play/simulator.ts';

/** The tiles of a chip and what joins them (docs/simulation.md section 2). */
export interface SimulationMesh {
  /** A `mesh` of rows and columns, whatever is joined by a list of `links`, or `one` tile. */
  readonly kind: 'mesh' | 'links' | 'one';
  /** Number of tiles; they are numbered from 0, in a mesh row by row. */
  readonly tiles: number;
  /** Rows of tiles; 1 where they make no mesh. */
  readonly rows: number;
  /** Columns of tiles; all tiles where they make no mesh. */
  readonly columns: number;
  /** The tile that has the port to the outside. */
  readonly offChipTile: number;
  /** All links by their numbers, one way each, used or not. */
  readonly links: readonly (readonly [from: number, to: number])[];
}

/** Where a base layer, a join or an input lies. */
export interface NodePlacement {
  /** Index of the layer in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** A base layer, a join of several operands that a GPEU computes, or an input of the network. */
  readonly kind: 'base' | 'join' | 'input';
  /** PEs of one copy; 0 for joins and inputs. */
  readonly pes: number;
  /** Of every copy that runs sets its tiles; one for joins and inputs. Copies on the same tiles may be one object. */
  readonly copies: readonly SimulationCopy[];
}

const KINDS = { one: 'one', mesh: 'mesh', linked: 'links' } as const;

/** The tiles and links that a simulator plays on. */
export function meshOf({ workload, topology, chip }: Simulator): SimulationMesh {
  return {
    kind: KINDS[workload.architecture.chip.tiles.kind],
    tiles: topology.tiles,
    rows: topology.meshRows,
    columns: topology.meshColumns,
    offChipTile: chip.offChipTile,
    links: topology.links,
  };
}

/** Where everything was that has been played, in topological order. */
export function placementOf({ graph, mapping }: Played): NodePlacement[] {
  const pesOf = new Map(mapping.layers.map(({ name, pesPerCopy }) => [name, pesPerCopy]));
  return graph.nodes.map(({ layer, name, kind, copies }) => ({
    ...{ layer, name, kind, pes: kind === 'base' ? (pesOf.get(name) ?? 0) : 0, copies },
  }));
}
