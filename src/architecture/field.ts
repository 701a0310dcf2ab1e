import * as v from 'valibot';
import { expected } from '../input/validate.ts';

/** Beyond it nothing is measured in pJ, mW, mm² or ns. */
export const MAX_FIGURE = 1e12;

export const MAX_PES = 2 ** 31 - 1;
export const MAX_PES_PER_TILE = 2 ** 20;

/** A field of an architecture file and its doc, which is printed above it. */
export function field<const Schema extends v.GenericSchema>(doc: string, schema: Schema) {
  return v.pipe(schema, v.description(doc));
}

/** A field that may be left out, and its doc. */
export function optional<const Schema extends v.GenericSchema>(doc: string, schema: Schema) {
  return v.exactOptional(field(doc, schema));
}

/** The doc of a field, whether it may be left out or not. */
export function docOf(schema: v.GenericSchema): string {
  const given = isOptional(schema) ? schema.wrapped : schema;
  return v.getDescription(given) ?? '';
}

/** True for a field that may be left out. */
export function isOptional(
  schema: v.GenericSchema,
): schema is v.ExactOptionalSchema<v.GenericSchema, undefined> {
  return schema.type === 'exact_optional';
}

const figureMessage = expected(`a number from 0 to ${MAX_FIGURE}`);

/** An energy, a power or an area. */
export const figure = v.pipe(
  v.number(figureMessage),
  v.minValue(0, figureMessage),
  v.maxValue(MAX_FIGURE, figureMessage),
);

/** A second: no crossbar is slower. */
const MAX_TIME_NS = 1e9;
/** A femtosecond: nothing is faster, and the ratio of any two times is a number that is no 0 and no infinity. */
const MIN_TIME_NS = 1e-6;

/** A day: nobody waits longer for a PE. */
export const MAX_WRITE_NS = 86_400e9;

/** A time in ns, which messages call `what`. */
export function timeNs(what: string, most = MAX_TIME_NS) {
  const message = expected(`${what} above 0, at most ${most}`);
  const tooShort = expected(`${what} of at least ${MIN_TIME_NS.toFixed(6)}`);
  return v.pipe(
    v.number(message),
    v.gtValue(0, message),
    v.maxValue(most, message),
    v.check((ns) => !(ns > 0) || ns >= MIN_TIME_NS, tooShort),
  );
}

/** The time to write something. */
export const writeTimeNs = timeNs('a number of nanoseconds', MAX_WRITE_NS);

const nameMessage = expected('a name of 1 to 100 characters on one line');

/** What reports call something. */
export const name = v.pipe(
  v.string(nameMessage),
  v.regex(/^(?=\S)[^\p{Cc}\u2028\u2029]{1,100}(?<=\S)$/u, nameMessage),
);
