import { greedy } from './greedy.ts';
import { none } from './none.ts';
import type { DuplicationPolicy } from './policy.ts';
import { sum } from './sum.ts';

export type { DuplicableLayer, DuplicationPolicy } from './policy.ts';

/** The policies that have a name (spec.md section 5). */
export const duplicationPolicies = Object.freeze({ none, greedy, sum } satisfies Record<
  string,
  DuplicationPolicy
>);

/** Name of a duplication policy. */
export type DuplicationName = keyof typeof duplicationPolicies;
