import type { Edge, Layer } from '../network/network.ts';
import { areSameLists, type SetListComposer, type SetLists } from './set-lists.ts';
import { scaledUp } from './spread.ts';
import { elements } from './values.ts';

/** What a layer has from one node, through fused layers or directly (docs/simulation.md section 3). */
export interface Offer {
  readonly node: number;
  /** Per row (column) of the layer's map: the rows (columns) of sets of the node that it reads. */
  readonly rows: SetLists;
  readonly columns: SetLists;
  /** Values of the layer's OFM that come from the node, and the fewest of them on the way: what has to travel. */
  readonly values: number;
  readonly fewestValues: number;
}

/** What a layer reads through one edge of what its operand has, position by position. */
export function offersThrough(
  composer: SetListComposer,
  edge: Edge,
  layer: Layer,
  offers: readonly Offer[],
): Offer[] {
  return offers.map((offer) => ({
    ...offer,
    rows: composer.through(edge.rows, offer.rows, layer.shape.height),
    columns: composer.through(edge.columns, offer.columns, layer.shape.width),
  }));
}

/** The same after a fused layer of one operand: values grow or shrink with the layer. */
export function scaled(offer: Offer, operand: Layer, layer: Layer): Offer {
  const values = scaledUp(offer.values, elements(layer), elements(operand));
  return { ...offer, values, fewestValues: Math.min(offer.fewestValues, values) };
}

/**
 * Sources without those that another one stands for: what reads the same sets of the same node and needs no
 * fewer values now and on the way.
 */
export function distinct(offers: readonly Offer[]): readonly Offer[] {
  if (offers.length === 1) return offers;
  const kept: Offer[] = [];
  for (const offer of offers) {
    const isCovered = (other: Offer) =>
      other.node === offer.node &&
      other.values >= offer.values &&
      other.fewestValues >= offer.fewestValues &&
      areSameLists(other.rows, offer.rows) &&
      areSameLists(other.columns, offer.columns);
    if (!kept.some(isCovered)) kept.push(offer);
  }
  return kept;
}
