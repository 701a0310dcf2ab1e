import * as v from 'valibot';
import { fail, type LayerCall, place } from '../layer-kind.ts';
import { parse } from '../schema.ts';

/** Longer lists of positions would fill the memory, and belong to no real model. */
const MAX_LISTED = 2 ** 22;

/**
 * The first of the named arguments that is given, by keyword (Keras 2), in the configuration (Keras 3) or as
 * argument `position`; read by `schema`.
 */
export function argument<S extends v.GenericSchema>(
  call: LayerCall,
  names: readonly string[],
  schema: S,
  position = 1,
): v.InferOutput<S> {
  for (const key of names) {
    if (call.named[key] !== undefined)
      throw fail(call, `its ${key} is computed from tensors; only constants are supported`);
    const value = call.keywords[key] ?? call.config[key];
    if (value !== undefined) return parse(v.object({ [key]: schema }), { [key]: value }, place(call))[key]!;
  }
  return parse(v.object({ [names[0]!]: schema }), { [names[0]!]: call.positional[position] }, place(call))[
    names[0]!
  ]!;
}

/** Positions of an output, one by one; too many are refused. */
export function positionList(call: LayerCall, length: number, position: (p: number) => number): number[] {
  if (length > MAX_LISTED) {
    throw fail(call, `${length} positions cannot be listed one by one; at most ${MAX_LISTED} can`);
  }
  return Array.from({ length }, (_, p) => position(p));
}
