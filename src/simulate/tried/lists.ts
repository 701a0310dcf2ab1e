import type { Duplication } from '../../map/duplicate.ts';
import { type DuplicationPolicy, duplicationPolicies } from '../../map/duplication/index.ts';
import { baseLayers } from '../../network/network.ts';
import { setCount } from '../../schedule/sets.ts';
import { setShape } from '../../workload/granularity.ts';
import type { Workload } from '../../workload/workload.ts';

/** Copies that are worth a try, before they are mapped. */
export interface List {
  /** Who gets them, in words. */
  readonly copies: string;
  readonly duplication: Duplication;
}

/**
 * The lists that are tried, in this order: one copy of each layer, `greedy`, and what is often better where values move. Copies
 * that are fewer go to fewer tiles, fill fewer buffers and hold fewer links.
 *
 * @param inTurns Whether weights take turns.
 */
export function listsFor(workload: Workload, inTurns: boolean): List[] {
  const { greedy, sum } = duplicationPolicies;
  const trim = trimmer(workload);
  const greedyOn = (share: number, of: number): List => ({
    copies: `greedy on ${share}/${of} of the extra PEs, trimmed`,
    duplication: trim((layers, extraPes) => greedy(layers, Math.floor((extraPes * share) / of))),
  });
  const none: List = { copies: 'none', duplication: 'none' };
  const all: List = { copies: 'greedy', duplication: 'greedy' };
  const trimmed: List = { copies: 'greedy, trimmed', duplication: trim(greedy) };
  const sums: List = { copies: 'sum, trimmed', duplication: trim(sum) };
  const [half, quarter, eighth] = [greedyOn(1, 2), greedyOn(1, 4), greedyOn(1, 8)];
  // Copies that take turns are written, too: those that are few take least to try, and are often best.
  if (inTurns) return [none, eighth, quarter, half, all];
  return [none, all, sums, half, quarter, trimmed, eighth, greedyOn(3, 4), greedyOn(3, 8)];
}

/**
 * Takes away copies that spare no copy a set: of `n` sets the busiest of `d` copies has `ceil(n / d)`, and the fewest copies
 * of which that holds stay.
 */
function trimmer({ network, granularity }: Workload): (policy: DuplicationPolicy) => DuplicationPolicy {
  const sets = new Map(
    baseLayers(network).map(({ name, shape }) => [name, setCount(shape, setShape(granularity, shape))]),
  );
  // A slice is called like its layer, with a number behind.
  const setsOf = (name: string) => sets.get(name) ?? sets.get(name.slice(0, name.lastIndexOf('[')))!;
  return (policy) => (layers, extraPes) =>
    policy(layers, extraPes).map((copies, i) => {
      const count = setsOf(layers[i]!.name);
      return Math.ceil(count / Math.ceil(count / copies));
    });
}
