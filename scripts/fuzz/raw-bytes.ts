import type { Random } from './random.ts';
import type { Format } from './target.ts';

/** Bytes without a structure: what transfers and editors do to files. */
export const rawBytes: Format<Uint8Array> = {
  parse: (bytes) => bytes,
  write: (bytes) => bytes,
  edit: (bytes, donor, random) => edits[random.below(edits.length)]!(bytes, donor, random),
  without(bytes, first, count) {
    return first < bytes.length ? joined(bytes.subarray(0, first), bytes.subarray(first + count)) : undefined;
  },
};

type Edit = (bytes: Uint8Array, donor: Uint8Array, random: Random) => Uint8Array;

const edits: readonly Edit[] = [flip, flip, put, cut, drop, repeat, splice];

function flip(bytes: Uint8Array, _: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return changed;
}

function put(bytes: Uint8Array, _: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  for (let i = random.few(); i > 0 && changed.length > 0; i--) {
    changed[random.below(changed.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, 0x0a, random.below(256)]);
  }
  return changed;
}

function cut(bytes: Uint8Array, _: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function drop(bytes: Uint8Array, _: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + random.few()));
}

function repeat(bytes: Uint8Array, _: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  const part = bytes.subarray(at, at + random.few() * random.few());
  return joined(bytes.subarray(0, at), ...new Array(random.few()).fill(part), bytes.subarray(at));
}

function splice(bytes: Uint8Array, donor: Uint8Array, random: Random): Uint8Array {
  return joined(
    bytes.subarray(0, random.below(bytes.length + 1)),
    donor.subarray(random.below(donor.length + 1)),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
