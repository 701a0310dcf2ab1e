import { codesOf } from './coded-rows.ts';
import type { CodedRows } from './table.ts';

/** So many characters become bytes at once: text is kept as the pieces that it is made of until it does. */
const PART_LENGTH = 2 ** 15;

/**
 * Rows as lines of text.
 *
 * @param pieces By column and value what stands in a line.
 * @param end What stands at the end of each.
 */
export function textLines(rows: CodedRows, pieces: readonly (readonly string[])[], end: string): Uint8Array {
  const parts: Buffer[] = [];
  const codes = pieces.map((_, column) => codesOf(rows, column));
  let text = '';
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < pieces.length; column++) text += pieces[column]![codes[column]![row]!]!;
    text += end;
    if (text.length < PART_LENGTH) continue;
    parts.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...parts, Buffer.from(text)]);
}
