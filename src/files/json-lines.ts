import { appendFileSync, writeFileSync } from 'node:fs';
import type { CodedRows, Column, TableKind } from './table.ts';
import { textLines } from './text-lines.ts';

/** A row is a JSON object on a line of its own. */
export function jsonLines(): TableKind {
  return {
    encode: (columns, rows) => ({ bytes: textLines(rows, piecesOf(columns, rows), '}\n') }),
    begin: (path) => {
      writeFileSync(path, '');
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}

function piecesOf(columns: readonly Column[], { values }: CodedRows): string[][] {
  return columns.map(({ name }, i) =>
    values[i]!.map((value) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`),
  );
}
