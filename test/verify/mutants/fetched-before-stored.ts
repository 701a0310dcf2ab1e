import { type Mutant, POISON, setThatReadsTooEarly, withReadAt } from './mutant.ts';

/** What a set reads is fetched before it is stored. */
export const fetchedBeforeStored: Mutant = {
  name: 'something that is fetched before it is stored',
  of: 'simulation',
  on: ['rounds'],
  plant: (from) => {
    const found = setThatReadsTooEarly(from, (own, k) => 'fetchStart' in own && own.fetchStart(k) >= 0);
    return found && { result: withReadAt(from.result, found) };
  },
  validation:
    /is granted what it reads at cycle \d+, and a set that it depends on is finished only at cycle \d+/,
  verification: POISON,
};
