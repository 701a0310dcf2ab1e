import { type Mutant, POISON, setThatReadsTooEarly, TOO_EARLY, withReadAt } from './mutant.ts';

/** A set of a base layer reads a cycle before the last value that it reads is there. */
export const setTooEarly: Mutant = {
  name: 'a set that starts too early',
  plant: (from) => {
    const found = setThatReadsTooEarly(from, (own) => !('kind' in own) || own.kind === 'base');
    return found && { result: withReadAt(from.result, found) };
  },
  validation: TOO_EARLY,
  verification: POISON,
};
