import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { didYouMean } from './nearest.ts';
import { oneLine, show } from './show.ts';

type Issue = v.BaseIssue<unknown>;

/** So many mistakes are told at once; a file with more is the wrong file. */
const MAX_MISTAKES = 20;

/** The message of a field's schema: what is allowed and what was found. */
export function expected(allowed: string): (issue: Issue) => string {
  return (issue) => `must be ${allowed}, found ${show(issue.input)}`;
}

/** A whole number from `least` to `max`. */
export function wholeNumber(least: number, max: number) {
  const message = expected(`a whole number from ${least} to ${max}`);
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(least, message),
    v.maxValue(max, message),
  );
}

/** A whole number from 1 to `max`. */
export function count(max: number) {
  return wholeNumber(1, max);
}

/** True for what YAML and JSON call a mapping, and code an object: no list, no bytes, date, map or set. */
export function isMapping(input: unknown): input is Record<string, unknown> {
  return Object.prototype.toString.call(input) === '[object Object]';
}

/** A mapping of whatever names to values of one kind; valibot's own record passes over names such as `constructor`. */
function byName<Value>(isValue: (value: unknown) => value is Value, kind: string) {
  const wrong = (input: unknown) =>
    isMapping(input) ? Object.entries(input).find(([, value]) => !isValue(value)) : ['', input];
  return v.custom<Readonly<Record<string, Value>>>(
    (input) => wrong(input) === undefined,
    ({ input }) => {
      const [name, value] = wrong(input) ?? [];
      const where = name ? ` for ${oneLine(String(name)).slice(0, 60)}` : '';
      return `must be a mapping from names to ${kind}, found ${show(value)}${where}`;
    },
  );
}

/** A mapping of whatever names to texts. */
export const textsByName = byName((value) => typeof value === 'string', 'texts');

/** A mapping of whatever names to numbers, which whoever uses them checks. */
export const numbersByName = byName((value) => typeof value === 'number', 'numbers');

/** A mapping of exactly these fields; an unknown one is refused with the nearest known one. */
export function fields<const Entries extends v.ObjectEntries>(entries: Entries, what = 'field') {
  const known = Object.keys(entries);
  const unknown = (name: string) => `unknown ${what}${didYouMean(name, known)}`;
  const schema = v.strictObject(entries, (issue) =>
    isUnknown(issue) ? unknown(String(issue.path?.at(-1)?.key)) : 'is missing; add it',
  );
  return v.pipe(
    v.unknown(),
    v.check(isMapping, expected(`a mapping of ${what}s (key: value)`)),
    schema,
    v.rawCheck<v.InferOutput<typeof schema>>(({ dataset, addIssue }) => {
      // The library tells only the first field that is unknown.
      const first = dataset.issues?.find((issue) => isUnknown(issue) && issue.path?.length === 1)?.path?.[0];
      const input: unknown = first?.input;
      if (first === undefined || !isMapping(input)) return;
      const others = Object.keys(input).filter((key) => key !== first.key && !known.includes(key));
      others.forEach((key, i) => {
        const path = { type: 'object', origin: 'key', input, key, value: undefined } as const;
        const message = i < MAX_MISTAKES ? unknown(key) : `unknown ${what}`;
        addIssue({ message, expected: NEVER, path: [path] });
      });
    }),
  );
}

/** What the library expects where a field is unknown. */
const NEVER = 'never';

function isUnknown({ expected }: Issue): boolean {
  return expected === NEVER;
}

/** A mapping from any names to values of one kind. */
export function mapping<const Value extends v.GenericSchema>(
  value: Value,
  message: (issue: Issue) => string,
) {
  // What `v.record` would leave out without a word.
  const isKept = (name: string) => !['__proto__', 'prototype', 'constructor'].includes(name);
  return v.pipe(
    v.unknown(),
    v.check((input) => isMapping(input) && Object.keys(input).every(isKept), message),
    v.record(v.string(), value),
  );
}

/**
 * A rule over several fields of a mapping. It is asked wherever these are right by themselves, whatever is wrong with
 * the others, so that all mistakes of a file are told at once.
 *
 * @param names The fields that it looks at.
 * @param fault What is wrong; undefined where nothing is.
 * @param at The field that the message is about; left out, the message says it.
 */
export function rule<Input extends object, Name extends keyof Input & string>(
  names: readonly Name[],
  fault: (value: Pick<Input, Name>) => string | undefined,
  at?: Name,
) {
  return v.rawCheck<Input>(({ dataset, addIssue }) => {
    const { value, issues = [] } = dataset;
    if (!isMapping(value) || issues.some(({ path }) => names.some((name) => name === path?.[0].key))) return;
    const message = fault(value as Pick<Input, Name>);
    if (message === undefined) return;
    const path = { type: 'object', origin: 'value', input: value, key: at ?? '', value: undefined } as const;
    addIssue({ message, ...(at === undefined ? {} : { path: [path] }) });
  });
}

/**
 * The input as the schema describes it.
 *
 * @param where Name of the file, for messages.
 * @param kind Whose fault it is where something is wrong.
 * @throws ClsaCimError one line: the file, the path of the first field at fault, what was found and what is
 * allowed, and how many more there are, which are its `mistakes`. A misspelt field comes before the one that is
 * missing for it.
 */
export function validate<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  where: string,
  kind: 'input' | 'usage' = 'input',
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const issues = [...result.issues.filter(isUnknown), ...result.issues.filter((issue) => !isUnknown(issue))];
  // A number may be wrong in several ways at once.
  const mistakes = [...new Set(issues.map((issue) => `${where}: ${describe(issue)}`))];
  const [first = where] = mistakes;
  const others = mistakes.length === 1 ? '' : ` (and ${moreMistakes(mistakes.length - 1)})`;
  throw new ClsaCimError(`${first}${others}`, kind, { mistakes: shortened(mistakes, where) });
}

function describe({ path, message }: Issue): string {
  const field = path?.map((item) => oneLine(String(item.key)).slice(0, 60)).join('.');
  return field === undefined ? message : `${field}: ${message}`;
}

function shortened(mistakes: readonly string[], where: string): readonly string[] {
  if (mistakes.length <= MAX_MISTAKES) return mistakes;
  return [...mistakes.slice(0, MAX_MISTAKES), `${where}: ${moreMistakes(mistakes.length - MAX_MISTAKES)}`];
}

function moreMistakes(count: number): string {
  return `${count} more ${count === 1 ? 'mistake' : 'mistakes'}`;
}
