import type { ModelBytes } from '../model-bytes.ts';
import { FieldWalker } from './field-walker.ts';

/** Fields of a protobuf that are looked at to tell what it is. */
const MAX_OUTERMOST_FIELDS = 10_000;

/**
 * The outermost fields of a protobuf, and the wire type of each where it is first met.
 *
 * @throws DamagedError where the bytes are no protobuf.
 */
export function outermostFields(bytes: ModelBytes): ReadonlyMap<number, number> {
  const walker = new FieldWalker(bytes);
  const fields = new Map<number, number>();
  for (let i = 0; i < MAX_OUTERMOST_FIELDS && walker.position < bytes.size; i++) {
    const tag = walker.tag();
    if (!fields.has(tag >>> 3)) fields.set(tag >>> 3, tag % 8);
    walker.skipField(tag % 8, bytes.size);
  }
  return fields;
}
