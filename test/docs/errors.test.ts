import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/run.ts';
import { root } from './documents.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const rows = (start: RegExp) =>
  [...read('docs/errors.md').matchAll(/^\| (`[A-Z_]+`|\d+) \|(.*)\|$/gm)]
    .map(([, head, rest]) => ({ head: head!.replaceAll('`', ''), rest: rest! }))
    .filter(({ head }) => start.test(head));

/** Codes with the names of their figures, from the interface that defines them. */
function codesOfCode(): Record<string, string[]> {
  const text = read('src/errors.ts');
  const members = (name: string) => text.split(`export interface ${name} {\n`)[1]!.split('\n}\n')[0]!;
  const figures = (body: string) => [...body.matchAll(/^ +readonly (\w+):/gm)].map(([, field]) => field!);
  const codes = members('ErrorFigures').matchAll(/^ {2}([A-Z_]+): (?:(\w+);|\{\n([^}]*)\})/gm);
  return Object.fromEntries(
    [...codes].map(([, code, named, inline]) => {
      const body = named === undefined ? inline! : named === 'object' ? '' : members(named);
      return [code!, figures(body)];
    }),
  );
}

test('docs/errors.md has every code with its figures, in order', () => {
  const written = rows(/^[A-Z]/).map(({ head, rest }) => {
    const figures = rest.split(' | ').at(-1)!;
    return [head, [...figures.matchAll(/`(\w+)`/g)].map(([, field]) => field)];
  });
  expect(written.length).toBeGreaterThan(10);
  expect(written).toEqual(Object.entries(codesOfCode()));
});

test('every code is that of some error', () => {
  const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`src/${name}`))
    .join('\n');
  for (const code of Object.keys(codesOfCode()))
    expect(source).toMatch(new RegExp(`(code|input|usage): '${code}'`));
});

test('docs/errors.md has every exit status', () => {
  expect(rows(/^\d/).map(({ head }) => Number(head))).toEqual(Object.values(EXIT));
});
