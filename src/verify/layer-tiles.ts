import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { pesOf, pesOfSlice } from '../map/pe-grid.ts';
import { pesPerCopy } from '../map/tiling.ts';
import { isBase, type Network } from '../network/network.ts';
import type { TimedNode } from './timeline.ts';

/** A base layer or a slice of one, as a result claims it. */
export interface ClaimedLayer {
  /** Index in `Network.layers`. */
  readonly layer: number;
  /** PEs of one copy. */
  readonly pes: number;
  /** Index of its class of crossbars. */
  readonly crossbar: number;
}

/** What lies on the PEs of base layers; those of one layer that follow each other are its slices. */
export function tilesOf(
  network: Network,
  architecture: NormalArchitecture,
  claimed: readonly ClaimedLayer[],
): Pick<TimedNode, 'slices' | 'tiles' | 'pes' | 'layerPes'>[] {
  const slicesOf = new Map<number, number>();
  for (const { layer } of claimed) slicesOf.set(layer, (slicesOf.get(layer) ?? 0) + 1);
  let first = 0;
  return claimed.map(({ layer, pes, crossbar: index }, i) => {
    if (claimed[i - 1]?.layer !== layer) first = 0;
    const slices = slicesOf.get(layer)!;
    const of = network.layers[layer];
    if (of === undefined || !isBase(of)) throw new Error(`layer ${layer} of the network is no base layer`);
    const crossbar = architecture.crossbars.classes[index]!;
    const layerPes = pesPerCopy(of.weights, architecture, crossbar);
    const tiles =
      slices === 1
        ? pesOf(of.weights, architecture, crossbar).slice(0, pes)
        : pesOfSlice(of.weights, architecture, crossbar, first, pes);
    first += pes;
    return { slices, tiles, pes, layerPes };
  });
}
