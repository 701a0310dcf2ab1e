import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { exportsOf, typesIn } from './declarations.ts';

/** The entry points that are code, each with the file of its types. */
const entries = Object.entries(packageJson.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [[name, target.types.slice(2)] as const],
);

test('there are some', () => {
  expect(entries.map(([name]) => name)).toEqual(['.', './core', './sweep', './plot', './verify', './queue']);
});

test.each(entries)('%s exports all that stands in the signatures of what it exports', (_, file) => {
  const exported = new Set([...exportsOf(file).values()].map(({ file, name }) => `${file} ${name}`));
  const missing = [...exportsOf(file)].flatMap(([name, declared]) =>
    typesIn(declared)
      .filter((type) => !exported.has(`${type.file} ${type.name}`))
      .map((type) => `${type.name} (${type.file}), named by ${name}`),
  );
  expect([...new Set(missing)].toSorted()).toEqual([]);
});
