import * as v from 'valibot';
import { ClsaCimError } from '../../errors.ts';

/** Numbers beyond this are typing errors, not sizes. */
const MAX_INTEGER = 2 ** 31 - 1;

const POSITIVE = 'a positive integer below 2^31';
const NATURAL = 'an integer from 0 to 2^31 - 1';

export const positive = v.pipe(
  v.number(POSITIVE),
  v.integer(POSITIVE),
  v.minValue(1, POSITIVE),
  v.maxValue(MAX_INTEGER, POSITIVE),
);
export const natural = v.pipe(
  v.number(NATURAL),
  v.integer(NATURAL),
  v.minValue(0, NATURAL),
  v.maxValue(MAX_INTEGER, NATURAL),
);
export const integer = v.pipe(
  v.number('an integer'),
  v.integer('an integer'),
  v.minValue(-MAX_INTEGER, 'an integer above -2^31'),
  v.maxValue(MAX_INTEGER, 'an integer below 2^31'),
);
/** A switch that is off by default. */
export const flag = v.nullish(v.boolean('true or false'), false);

/** A switch that is on by default. */
export const onByDefault = v.nullish(v.boolean('true or false'), true);

/** More dimensions than any tensor has. */
const MAX_RANK = 16;

/** A list with one item for every dimension of a tensor at most. */
export function perDimension<S extends v.GenericSchema>(item: S) {
  return v.pipe(v.array(item), v.maxLength(MAX_RANK, `a list of at most ${MAX_RANK} items`));
}

/** One or several integers, such as axes. */
export const integers = v.pipe(
  v.union([integer, perDimension(integer)], `an integer or a list of at most ${MAX_RANK} of them`),
  v.transform((value) => (typeof value === 'number' ? [value] : value)),
);

/** A size along each of `count` spatial axes; one number stands for all of them. */
export function sizes(count: number) {
  return v.pipe(
    v.union(
      [positive, v.pipe(v.array(positive), v.length(count))],
      `${POSITIVE} or a list of ${count} of them`,
    ),
    v.transform((value) => (typeof value === 'number' ? new Array<number>(count).fill(value) : value)),
  );
}

/** Names end up in reports and messages: no control characters, and of a length to be read. */
export const name = v.pipe(
  v.string('a name'),
  v.regex(/^\P{Cc}{1,500}$/u, 'a name of 1 to 500 characters without control characters'),
);

/**
 * Parses a part of the file.
 *
 * @param where what the part belongs to, for the message: `layer conv1 (Conv2D)`
 * @throws ClsaCimError naming the first field at fault
 */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown, where: string): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? 'the description';
  if (issue.received === 'undefined') throw new ClsaCimError(`${where}: ${path} is missing`);
  const received = issue.received.length > 60 ? `${issue.received.slice(0, 60)}…` : issue.received;
  const wanted = /^Invalid \w+: (Expected .*) but received/.exec(issue.message)?.[1];
  const expected = wanted?.replace('Expected', 'must be') ?? `must be ${issue.message}`;
  throw new ClsaCimError(`${where}: ${path} is ${received}, but ${expected}`);
}
