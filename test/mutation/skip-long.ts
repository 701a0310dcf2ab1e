/**
 * For tests that run on mutants: leaves out single ones that take longer than all others of their file together, since every
 * mutant that they reach would wait for them, and makes no counterexample smaller, since nobody reads it.
 */
import type { IAsyncProperty, IProperty, IRawProperty, Parameters } from 'fast-check';
import { beforeEach, vi } from 'vitest';

/** How the names end of tests that are left out. */
export const LONG: readonly string[] = [
  'ends soon with many layers and PEs, in something that no move makes better',
  'goes on with some of the choices where there are too many',
  'is as good as a knapsack on ResNet152',
  'takes well under a second for any budget',
  'takes no time for any budget',
  '10,000 schedules one after another do not grow the process',
  'the memory of a large schedule is given back',
  'rejects every start or finish that is one cycle off',
  'rejects every set that starts or ends a cycle off',
  'accepts layers in turns',
  'on random networks in random turns',
  'on larger networks',
  'of a batch that takes long',
];

/** Random cases of a property: what they do not notice, more would. */
const MOST_RUNS = 15;

vi.mock(import('fast-check'), async (original) => {
  const all = await original();
  function assert<Ts>(property: IAsyncProperty<Ts>, parameters?: Parameters<Ts>): Promise<void>;
  function assert<Ts>(property: IProperty<Ts>, parameters?: Parameters<Ts>): void;
  function assert<Ts>(property: IRawProperty<Ts>, parameters?: Parameters<Ts>): void | Promise<void>;
  function assert<Ts>(property: IRawProperty<Ts>, parameters: Parameters<Ts> = {}): void | Promise<void> {
    const { numRuns = MOST_RUNS } = parameters;
    return all.assert(property, { ...parameters, numRuns: Math.min(numRuns, MOST_RUNS), endOnFailure: true });
  }
  return { ...all, assert, default: { ...all.default, assert } };
});

beforeEach(({ task, skip }) => {
  skip(LONG.some((end) => task.name.endsWith(end)));
});
