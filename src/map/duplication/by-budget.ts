import { greedyByBudget } from './greedy-by-budget.ts';
import type { DuplicationName } from './index.ts';
import type { CopiesByBudget, DuplicableLayer } from './policy.ts';
import { sumByBudget } from './sum-by-budget.ts';

/**
 * The policies that have a name, for whoever asks for the copies of the same layers on one chip after the other: what they
 * give is the same, and what one budget has in common with the next is not computed anew.
 */
export const policiesByBudget = Object.freeze({
  none: (layers) => () => layers.map(() => 1),
  greedy: greedyByBudget,
  sum: sumByBudget,
} satisfies Record<DuplicationName, (layers: readonly DuplicableLayer[]) => CopiesByBudget>);
