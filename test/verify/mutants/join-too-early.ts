import { type Mutant, POISON, setThatReadsTooEarly, TOO_EARLY, withReadAt } from './mutant.ts';

/** A join reads a cycle before the last of its operands is there. */
export const joinTooEarly: Mutant = {
  name: 'a join that starts too early',
  of: 'simulation',
  plant: (from) => {
    const found = setThatReadsTooEarly(from, (own) => 'kind' in own && own.kind === 'join');
    return found && { result: withReadAt(from.result, found) };
  },
  validation: TOO_EARLY,
  verification: POISON,
};
