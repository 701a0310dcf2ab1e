import type { Search } from './search.ts';

/**
 * Takes copies from one layer after the other as long as it costs nothing, whatever the target. By bisection:
 * where cut sets make it that fewer copies are worse than still fewer, some are left.
 */
export function* trim(search: Search): Generator<void, void> {
  const { target } = search;
  search.target = -Infinity;
  search.goTo(search.best.copies);
  for (let layer = 0; layer < search.copies.length; layer++) {
    let tooFew = 0;
    while (search.copiesOf(layer) - tooFew > 1 && !search.isOver) {
      const middle = tooFew + ((search.copiesOf(layer) - tooFew) >> 1);
      if (!search.move([layer], [middle], search.cost)) tooFew = middle;
    }
    yield;
  }
  search.target = target;
}
