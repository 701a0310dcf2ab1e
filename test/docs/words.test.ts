import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './documents.ts';

/** The table of words: each with the files that it is at home in. */
const rows = [
  ...readFileSync(join(root, 'docs/architecture.md'), 'utf8')
    .split('\n## Words')[1]!
    .split('\n## ')[0]!
    .matchAll(/^\| ([\w, -]+) \| .* \| ([^|]*) \|$/gm),
]
  .slice(2)
  .map(([, words, where]) => ({
    words: words!.split(', '),
    files: [...where!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
  }));

/** Words that meant several things, and what they are called now; no file is to be named after them. */
const GIVEN_UP: Readonly<Record<string, string>> = {
  place: 'destination, endpoint or placement',
  places: 'destination or endpoint',
  room: 'buffer, space or budget',
  rooms: 'buffer, space or budget',
  waits: 'stall or dependency',
  stream: 'node and destination',
  streams: 'node and destination',
};

/** What a word is in the names of files: without its ending. */
const stem = (word: string) => word.replace(/(ies|y|s)$/, '');

describe('the words of docs/architecture.md', () => {
  test('are there', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  test.each(rows)(
    '$words: its files are there, and at least one has the word in its name or text',
    ({ words, files }) => {
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
      const texts = files.map((file) => `${file} ${readFileSync(join(root, file), 'utf8')}`.toLowerCase());
      for (const word of words) {
        expect(
          texts.some((text) => text.includes(stem(word))),
          `${word} in ${files}`,
        ).toBe(true);
      }
    },
  );

  test('are in the names of files, and the words that they stand for are not', () => {
    const names = ['assembly', 'src'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.ts'),
      ),
    );
    const parts = names.flatMap((name) => name.replace(/\.ts$/, '').split(/[\\/-]/));
    expect(parts.filter((part) => Object.hasOwn(GIVEN_UP, part))).toEqual([]);
  });
});
