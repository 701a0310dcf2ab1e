import type { Role, Values } from './stored-value.ts';

/**
 * Values of a tensor that the file has none of: each follows from seed, tensor and index alone. Weights are uniform with
 * variance 2/R, where R is the number of rows of their matrix (He et al., 2015), so that activations keep their size.
 */
export function randomValues(
  role: Role,
  o: { readonly seed: number; readonly name: string },
  from: number,
  count: number,
  into: Values,
): void {
  const key = hashOf(o.name, o.seed);
  const [middle, reach] = rangeOf(role);
  for (let i = 0; i < count; i++) {
    into[i] = middle + reach * (2 * (mixed(key ^ Math.imul(from + i, 0x9e3779b1)) / 2 ** 32) - 1);
  }
}

/** Whole numbers of a type, at most 8 bits of them: quantised weights. Each follows from seed, tensor and index alone. */
export function randomIntegers(
  [low, high]: readonly [number, number],
  o: { readonly seed: number; readonly name: string },
  from: number,
  count: number,
  into: Values,
): void {
  const key = hashOf(o.name, o.seed);
  const [least, most] = [Math.max(low, -128), Math.min(high, low < 0 ? 127 : 255)];
  for (let i = 0; i < count; i++) {
    into[i] = least + (mixed(key ^ Math.imul(from + i, 0x9e3779b1)) % (most - least + 1));
  }
}

/** Numbers from 0 to below 1, each of which follows from seed, name and index alone. */
export function randomNumbers(
  o: { readonly seed: number; readonly name: string },
  count: number,
): Float32Array {
  const key = hashOf(o.name, o.seed);
  return Float32Array.from(
    { length: count },
    (_, i) => (mixed(key ^ Math.imul(i, 0x9e3779b1)) >>> 8) / 2 ** 24,
  );
}

/** The middle of the values, and how far they reach to either side. */
function rangeOf(role: Role): readonly [number, number] {
  switch (role.kind) {
    case 'weights':
      return [0, Math.sqrt(6 / role.rows)];
    case 'scale':
      return [1, 0.5];
    case 'bias':
      return [0, 0.17];
    case 'table':
      return [0, 1];
  }
}

function hashOf(name: string, seed: number): number {
  let hash = mixed(seed ^ 0x811c9dc5);
  for (let i = 0; i < name.length; i++) hash = mixed(Math.imul(hash ^ name.charCodeAt(i), 0x01000193));
  return hash;
}

/** A bijection of 32 bits in which every bit depends on all others (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
