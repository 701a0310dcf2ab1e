import { ClsaCimError } from '../errors.ts';

/**
 * Layers that a file may make by applying something again: real networks stay far below, and small files could make
 * any number of them out of functions that call functions, or models in models.
 */
const MAX_EXPANDED = 100_000;

/** Names in front of a layer's own are shown up to this many characters; longer ones would be repeated for every layer. */
const MAX_PREFIX = 256;

/** Counts what a file makes by applying the same part of it again and again, so that this comes to an end. */
export class Expansion {
  readonly #what: string;
  #count = 0;

  /** @param what What is applied, in words: `functions`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** @throws ClsaCimError beyond 100,000 in all. */
  add(count: number): void {
    this.#count += count;
    if (this.#count <= MAX_EXPANDED) return;
    throw new ClsaCimError(
      `the ${this.#what} of this model, written out as often as they are called, have more than ${MAX_EXPANDED} ` +
        'layers; call them less often, or cut the model in parts',
      'input',
      { code: 'TOO_LARGE' },
    );
  }
}

/** The name of what stands around a layer, cut in the middle where it is too long to stand in front of many. */
export function shortPrefix(prefix: string): string {
  if (prefix.length <= MAX_PREFIX) return prefix;
  const half = MAX_PREFIX / 2;
  return `${prefix.slice(0, half - 1)}…${prefix.slice(-half)}`;
}
