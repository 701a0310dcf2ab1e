import { expect } from 'vitest';
import { agrees, type Block, refreshed, replaceShown } from './documents.ts';

/**
 * Demands that a document shows what its command or example prints; with UPDATE_DOCS=1 in the environment
 * the document is changed instead.
 */
export function expectShown(path: string, shown: Block, printed: string): void {
  if (agrees(shown.code, printed)) return;
  if (process.env.UPDATE_DOCS === '1') {
    const output = refreshed(shown.code, printed);
    replaceShown(path, shown, output);
    if (agrees(output, printed)) return;
  }
  expect
    .soft(printed, `${path}:${shown.line} shows another output; UPDATE_DOCS=1 refreshes it`)
    .toBe(shown.code);
}
