import type { Mutant } from './mutant.ts';

/** The outputs of two inferences are exchanged. */
export const batchSwapped: Mutant = {
  name: 'a batch out of order',
  plant: ({ result }) => ({
    result,
    outputs: <T>([first, second, ...others]: readonly T[]) => [second!, first!, ...others],
  }),
  verification: /the output of inference 0 differs/,
};
