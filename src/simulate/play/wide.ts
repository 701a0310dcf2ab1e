import { UNLIMITED } from '../../../assembly/simulation/layout.ts';

/** Writes a number of 64 bits at a word; not given: unlimited. */
export function writeWide(words: Int32Array, word: number, value: number | undefined): void {
  new DataView(words.buffer, words.byteOffset).setBigInt64(word * 4, BigInt(value ?? UNLIMITED), true);
}
