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

const figureMessage = expected(`a number from 0 to ${MAX_FIGURE}`);

/** An energy, a power or an area. */
export const figure = v.pipe(
  v.number(figureMessage),
  v.minValue(0, figureMessage),
  v.maxValue(MAX_FIGURE, figureMessage),
);

const nameMessage = expected('a name of 1 to 100 characters on one line');

/** What reports call something. */
export const name = v.pipe(
  v.string(nameMessage),
  v.regex(/^(?=\S)[^\p{Cc}\u2028\u2029]{1,100}(?<=\S)$/u, nameMessage),
);
