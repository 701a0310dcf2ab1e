import * as v from 'valibot';

/** A field of an architecture file and its doc, which is printed above it. */
export function field<const Schema extends v.GenericSchema>(doc: string, schema: Schema) {
  return v.pipe(schema, v.description(doc));
}

/** A field that may be left out, and its doc. */
export function optional<const Schema extends v.GenericSchema>(doc: string, schema: Schema) {
  return v.exactOptional(field(doc, schema));
}
