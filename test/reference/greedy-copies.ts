import { type BaseLayer, baseLayers, mvms, type Network } from '../../src/network/network.ts';

/** Crossbars of the paper's architecture. */
const ROWS = 256;
const COLUMNS = 256;

/** `c` of a layer on 256 x 256 crossbars with one column a weight (spec.md section 3). */
function pesPerCopy({ weights: { rows, columns, groups } }: BaseLayer): number {
  if (groups === 1) return Math.ceil(rows / ROWS) * Math.ceil(columns / COLUMNS);
  const diagonal = Math.min(Math.floor(ROWS / rows), Math.floor(COLUMNS / columns));
  if (diagonal >= 1) return Math.ceil(groups / diagonal);
  return groups * Math.ceil(rows / ROWS) * Math.ceil(columns / COLUMNS);
}

/** `minimumPes` and the copies per base layer that `greedy` gives with `extraPes` more (spec.md section 5). */
export function greedyCopies(network: Network, extraPes: number): { minimumPes: number; copies: number[] } {
  const layers = baseLayers(network).map((layer) => ({ c: pesPerCopy(layer), t: mvms(layer), d: 1 }));
  let left = extraPes;
  for (;;) {
    const affordable = layers.filter(({ c, t, d }) => c <= left && d < t);
    if (affordable.length === 0) break;
    // Cross-multiplied, so that a tie is a tie; the first of the largest.
    const next = affordable.reduce((best, layer) => (layer.t * best.d > best.t * layer.d ? layer : best));
    next.d += 1;
    left -= next.c;
  }
  const minimumPes = layers.reduce((sum, { c }) => sum + c, 0);
  return { minimumPes, copies: layers.map(({ d }) => d) };
}
