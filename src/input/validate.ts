import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { oneLine, show } from './show.ts';

type Issue = v.BaseIssue<unknown>;

/** The message of a field's schema: what is allowed and what was found. */
export function expected(allowed: string): (issue: Issue) => string {
  return (issue) => `must be ${allowed}, found ${show(issue.input)}`;
}

/** A whole number from 1 to `max`. */
export function count(max: number) {
  const message = expected(`a whole number from 1 to ${max}`);
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(1, message), v.maxValue(max, message));
}

/** True for a mapping, with whatever keys. */
export function isMapping(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** A mapping of whatever names to texts; valibot's own record passes over names such as `constructor`. */
export const textsByName = v.custom<Readonly<Record<string, string>>>(
  (input) => isMapping(input) && Object.values(input).every((text) => typeof text === 'string'),
  expected('a mapping from names to texts'),
);

/** A mapping of exactly these fields; an unknown one is refused with the nearest known one. */
export function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(
    v.unknown(),
    v.check(isMapping, expected('a mapping of fields (key: value)')),
    v.strictObject(entries, (issue) => {
      if (issue.expected !== 'never') return 'is missing; add it';
      return `unknown field${didYouMean(String(issue.path?.at(-1)?.key), Object.keys(entries))}`;
    }),
  );
}

/**
 * The input as the schema describes it.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line: the file, the path of the first field at fault, what was found and what is
 * allowed, and how many more there are. A misspelt field comes before the one that is missing for it.
 */
export function validate<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const first = result.issues.find((issue) => issue.expected === 'never') ?? result.issues[0];
  const path = first.path?.map((item) => oneLine(String(item.key)).slice(0, 60)).join('.');
  const field = path === undefined ? '' : `${path}: `;
  const more = result.issues.length - 1;
  const others = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'mistake' : 'mistakes'})`;
  throw new ClsaCimError(`${where}: ${field}${first.message}${others}`);
}
