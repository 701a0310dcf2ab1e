import { better } from '../descend.ts';
import { localSearch } from '../local-search.ts';
import type { Search, SearchPolicy } from '../search.ts';

/**
 * How copies are searched for where each look takes a simulation: many copies at a time come and go, layer by layer, then as few
 * as there are looks left for.
 */
export const resizing: SearchPolicy = function* (search: Search) {
  for (;;) {
    const { cost } = search.best;
    search.goTo(search.best.copies);
    yield* growAll(search);
    yield* shrinkAll(search);
    if (search.isOver) return;
    if (search.best.cost >= cost) break;
  }
  yield* localSearch(search);
};

/** Twice the copies of one layer after the other, as long as it helps, first of those with the most MVMs a copy. */
function* growAll(search: Search): Generator<void, void> {
  const { work } = search.space;
  for (const layer of layersBy(search, (i) => work[i]! / search.copiesOf(i))) {
    while (tryGrow(search, layer)) yield;
    yield;
  }
}

/** Half the copies, first of those with the most PEs; of equal costs the one with fewer PEs is better. */
function* shrinkAll(search: Search): Generator<void, void> {
  const { pesPerCopy } = search.space;
  for (const layer of layersBy(search, (i) => pesPerCopy[i]! * (search.copiesOf(i) - 1))) {
    while (tryShrink(search, layer)) yield;
    yield;
  }
}

function layersBy(search: Search, weight: (layer: number) => number): number[] {
  return search.copies.map((_, i) => i).sort((a, b) => weight(b) - weight(a) || a - b);
}

/** Where PEs are missing, those that have the fewest MVMs a copy give half of theirs. */
function tryGrow(search: Search, layer: number): boolean {
  const { space } = search;
  const now = search.copiesOf(layer);
  const next = Math.min(2 * now, space.most[layer]!);
  if (next <= now) return false;
  const [layers, copies] = [[layer], [next]];
  let missing = space.pesPerCopy[layer]! * (next - now) - search.pesLeftFor(layer);
  for (const giver of layersBy(search, (i) => -space.work[i]! / search.copiesOf(i))) {
    if (missing <= 0) break;
    const has = search.copiesOf(giver);
    if (giver === layer || has === 1 || space.crossbars[giver] !== space.crossbars[layer]) continue;
    const given = Math.min(has >> 1, Math.ceil(missing / space.pesPerCopy[giver]!));
    layers.push(giver);
    copies.push(has - given);
    missing -= given * space.pesPerCopy[giver]!;
  }
  if (missing > 0) return tryGrowBy(search, layer);
  return search.move(layers, copies, better(search.cost));
}

/** As many more as the PEs that are left suffice for. */
function tryGrowBy(search: Search, layer: number): boolean {
  const more = Math.floor(search.pesLeftFor(layer) / search.space.pesPerCopy[layer]!);
  return more > 0 && search.move([layer], [search.copiesOf(layer) + more], better(search.cost));
}

function tryShrink(search: Search, layer: number): boolean {
  const now = search.copiesOf(layer);
  return now > 1 && search.move([layer], [now >> 1], search.cost);
}
