import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const DOCUMENT = 'docs/verification.md';

/** A deviation in a table: one digit, since more of them depend on who judges. */
export function deviationText(deviation: number): string {
  return deviation.toExponential(0);
}

/**
 * Demands that the table of docs/verification.md with these headings has these rows, but for deviations; with
 * UPDATE_DOCS=1 in the environment the table is written instead.
 */
export function expectTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  const table = [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const first = lines.indexOf(table[0]!);
  expect(first, `${DOCUMENT} has no table with these headings`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('|'));
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(DOCUMENT, lines.toSpliced(first, end - first, ...table).join('\n'));
    return;
  }
  const withoutDeviations = (row: string) => row.replaceAll(/\de[-+]\d+/g, 'deviation');
  expect(lines.slice(first, end).map(withoutDeviations), 'UPDATE_DOCS=1 refreshes it').toEqual(
    table.map(withoutDeviations),
  );
}
