import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './documents.ts';

const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');

/** Those that are optional at run time have their line there; of the others, some end up in bundles. */
const forDevelopment = Object.keys(packageJson.devDependencies).filter(
  (name) => !Object.hasOwn(packageJson.peerDependencies, name),
);

/** The packages that a section names. */
function namedIn(heading: string): string[] {
  const section = text.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
}

test.each([
  ['At run time', Object.keys(packageJson.dependencies)],
  ['Optional', Object.keys(packageJson.peerDependencies)],
  ['For development', forDevelopment],
])('docs/dependencies.md has a line for each: %s', (heading, dependencies) => {
  const bundled = heading === 'For development' ? namedIn('Bundled') : [];
  expect([...namedIn(heading), ...bundled].toSorted()).toEqual(dependencies.toSorted());
});
