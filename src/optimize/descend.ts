import type { Search } from './search.ts';

/**
 * Goes down through all moves of one and two layers until none of them is better: one copy less where it costs
 * nothing, one copy more, and one more for one layer from as many of another as it takes.
 */
export function* descend(search: Search): Generator<void, void> {
  const layers = search.copies.length;
  let failed = 0;
  // Pairs in turn, from where the last better one was, until every pair has failed in a row.
  for (let pair = 0; failed < layers * layers; pair = (pair + 1) % (layers * layers)) {
    if (search.isOver) return;
    const gains = Math.floor(pair / layers);
    const gives = pair % layers;
    const isBetter = gains === gives ? tryOne(search, gains) : tryPair(search, gains, gives);
    failed = isBetter ? 0 : failed + 1;
    if (gives === 0) yield;
  }
}

function tryOne(search: Search, layer: number): boolean {
  const { space, copies } = search;
  const left = search.pesLeftFor(layer);
  const now = copies[layer]!;
  if (now > 1 && search.move([layer], [now - 1], search.cost)) return true;
  if (now >= space.most[layer]! || space.pesPerCopy[layer]! > left) return false;
  return search.move([layer], [now + 1], better(search.cost));
}

function tryPair(search: Search, gains: number, gives: number): boolean {
  const { space, copies } = search;
  if (copies[gains]! >= space.most[gains]! || space.crossbars[gains] !== space.crossbars[gives]) return false;
  const missing = space.pesPerCopy[gains]! - search.pesLeftFor(gains);
  if (missing <= 0) return false;
  const given = Math.ceil(missing / space.pesPerCopy[gives]!);
  if (given >= copies[gives]!) return false;
  const saves = given * space.pesPerCopy[gives]! > space.pesPerCopy[gains]!;
  // The same cost with fewer PEs is better too.
  const limit = saves ? search.cost : better(search.cost);
  return search.move([gains, gives], [copies[gains]! + 1, copies[gives]! - given], limit);
}

/** The greatest number below a cost. */
export function better(cost: number): number {
  return cost - Math.max(Number.MIN_VALUE, Math.abs(cost) * Number.EPSILON);
}
