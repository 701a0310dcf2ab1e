import { type Mutant, setThatReadsTooEarly, TOO_EARLY, withReadAt } from './mutant.ts';
import type { AnySets } from './run-case.ts';

const STALE =
  /set \d+ of inference [45] .*: reads .* which holds the value of inference [0-3]: .*set \d+ of inference [45] .*has not produced/;

/** Nothing is left where the first inferences read. */
const isOfLastTwo = (own: AnySets, k: number) => k >= own.count - (2 * own.count) / own.inferences;

/** A set of one of the last inferences reads what is left there of an earlier one. */
export const staleBuffer: Mutant = {
  name: 'a stale buffer',
  on: ['rounds'],
  plant: (from) => {
    const found = setThatReadsTooEarly(from, isOfLastTwo);
    return found && { result: withReadAt(from.result, found) };
  },
  validation: TOO_EARLY,
  verification: STALE,
};

/** The same layer by layer, inference by inference: across layers all inferences are in flight, and nothing is left of others. */
export const staleLayerByLayer: Mutant = {
  name: 'a stale buffer, layer by layer',
  of: 'schedule',
  on: ['paper', 'isaac', 'puma'],
  plant: (from) => {
    const result = from.rerun(from.network, { scheduling: 'lbl', group: 1 });
    const found = setThatReadsTooEarly({ ...from, result }, isOfLastTwo);
    return found && { result: withReadAt(result, found) };
  },
  validation: /runs from cycle \d+ to \d+, but its MVMs run from cycle \d+ to \d+/,
  verification: STALE,
};
