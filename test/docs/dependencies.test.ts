import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './documents.ts';

const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');

/** Those that are optional at run time have their line there. */
const forDevelopment = Object.keys(packageJson.devDependencies).filter(
  (name) => !Object.hasOwn(packageJson.peerDependencies, name),
);

test.each([
  ['At run time', Object.keys(packageJson.dependencies)],
  ['Optional', Object.keys(packageJson.peerDependencies)],
  ['For development', forDevelopment],
])('docs/dependencies.md has a line for each: %s', (heading, dependencies) => {
  const section = text.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
  const named = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
  expect(named.toSorted()).toEqual(dependencies.toSorted());
});
