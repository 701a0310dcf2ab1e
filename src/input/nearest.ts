import { distance } from 'fastest-levenshtein';
import { ClsaCimError } from '../errors.ts';
import { show } from './show.ts';

/** Longer names are compared by their beginning: hostile input must not cost time. */
const COMPARED_LENGTH = 100;
/** Where nothing is near, all known names are listed, up to this many. */
const LISTED_NAMES = 20;

/**
 * The end of a message about a name that nobody knows: `; did you mean "isaac"?`, or the list of known
 * names where none is near, or nothing where there are too many. Upper and lower case are the same.
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const wanted = name.slice(0, COMPARED_LENGTH).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(wanted.length / 2)) + 1;
  for (const candidate of known) {
    const edits = distance(wanted, candidate.slice(0, COMPARED_LENGTH).toLowerCase());
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  if (best !== undefined) return `; did you mean ${JSON.stringify(best)}?`;
  return known.length > 0 && known.length <= LISTED_NAMES ? `; known are ${known.join(', ')}` : '';
}

/**
 * The error for a name that nobody knows.
 *
 * @param what What the message says in front of the name, such as `no placement is called`.
 * @param known The names that there are; the nearest one, or all of a few, are told.
 */
export function unknownName(
  what: string,
  given: string,
  known: readonly string[],
  kind?: 'input' | 'usage',
): ClsaCimError {
  const message = `${what} ${show(given)}${didYouMean(given, known)}`;
  return new ClsaCimError(message, kind, { code: 'UNKNOWN_NAME', given, known });
}
