import type { Edge, Layer } from '../network/network.ts';
import { areSameLists, type SetListComposer, type SetLists } from './set-lists.ts';
import { scaledUp } from './spread.ts';
import { elements } from './values.ts';

/** What a layer has from one node, through fused layers or directly (docs/simulation.md section 3). */
export interface Source {
  readonly node: number;
  /** Per row (column) of the layer's map: the rows (columns) of sets of the node that it reads. */
  readonly rows: SetLists;
  readonly columns: SetLists;
  /** Values of the layer's OFM that come from the node, and the fewest of them on the way: what has to travel. */
  readonly values: number;
  readonly fewestValues: number;
}

/** What a layer reads through one edge of what its operand has, position by position. */
export function sourcesThrough(
  composer: SetListComposer,
  edge: Edge,
  layer: Layer,
  offers: readonly Source[],
): Source[] {
  return offers.map((source) => ({
    ...source,
    rows: composer.through(edge.rows, source.rows, layer.shape.height),
    columns: composer.through(edge.columns, source.columns, layer.shape.width),
  }));
}

/** The same after a fused layer of one operand: values grow or shrink with the layer. */
export function scaled(source: Source, operand: Layer, layer: Layer): Source {
  const values = scaledUp(source.values, elements(layer), elements(operand));
  return { ...source, values, fewestValues: Math.min(source.fewestValues, values) };
}

/**
 * Sources without those that another one stands for: what reads the same sets of the same node and needs no
 * fewer values now and on the way.
 */
export function distinct(sources: readonly Source[]): readonly Source[] {
  if (sources.length === 1) return sources;
  const kept: Source[] = [];
  for (const source of sources) {
    const isCovered = (other: Source) =>
      other.node === source.node &&
      other.values >= source.values &&
      other.fewestValues >= source.fewestValues &&
      areSameLists(other.rows, source.rows) &&
      areSameLists(other.columns, source.columns);
    if (!kept.some(isCovered)) kept.push(source);
  }
  return kept;
}
