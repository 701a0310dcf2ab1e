import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './documents.ts';

/** Where the compiler writes declarations: a member a line, with four blanks in front of those of interfaces and classes. */
const TYPES = 'dist/src';
const FROM = /(?:from|import\() ?'(\.[^']+)\.ts'/g;
const DECLARATION = /^export (?:declare )?(?:abstract )?(interface|class|type|function|const|enum) (\w+)/;
/** A member: its name, behind what may stand in front of it. */
const MEMBER = /^ {4}(?:(?:readonly|static|get|set) )*(\[[^\]]+\]|\w+|'[^']+')/;
const PRIVATE = /^ {4}(?:private|protected|#)/;

/** Something that a file exports. */
interface Declaration {
  readonly name: string;
  readonly file: string;
  readonly kind: string;
  readonly lines: readonly string[];
  readonly isDocumented: boolean;
}

/** What the entry points export by name, or what is exported by them in a list of its own. */
const INDICES = [
  ...['index.d.ts', 'core.d.ts', 'sweep/index.d.ts', 'sweep/queue/index.d.ts'],
  ...['node/plot.d.ts', 'picture/index.d.ts', 'architecture/index.d.ts', 'network/operators/index.d.ts'],
];

/** Files that the entry points lead to. Named numbers that host and engine share lie outside. */
function files(): string[] {
  const found = new Set(INDICES);
  for (const file of found) {
    for (const [, target] of read(file).matchAll(FROM)) {
      const path = posix.join(dirname(file), `${target}.d.ts`);
      if (!path.startsWith('..')) found.add(path);
    }
  }
  return [...found];
}

function read(file: string): string {
  return readFileSync(join(root, TYPES, file), 'utf8');
}

function declarationsOf(file: string): Declaration[] {
  const found: (Declaration & { readonly lines: string[] })[] = [];
  let isDocumented = false;
  for (const line of read(file).split('\n')) {
    const [, kind, name] = DECLARATION.exec(line) ?? [];
    if (kind !== undefined && name !== undefined)
      found.push({ name, file, kind, lines: [line], isDocumented });
    else found.at(-1)?.lines.push(line);
    isDocumented = line.trimEnd().endsWith('*/');
  }
  return found;
}

/** What the index exports by name, and all that this names in turn. */
function publicDeclarations(): Declaration[] {
  const all = new Map<string, Declaration[]>();
  for (const declaration of files().flatMap(declarationsOf)) {
    all.set(declaration.name, [...(all.get(declaration.name) ?? []), declaration]);
  }
  const names = new Set(INDICES.flatMap((file) => read(file).match(/\w+/g) ?? []));
  const found: Declaration[] = [];
  for (const name of names) {
    for (const declaration of all.get(name) ?? []) {
      found.push(declaration);
      const code = declaration.lines.filter((line) => !/^\s*(\/\*|\*)/.test(line) && !PRIVATE.test(line));
      for (const word of code.join('\n').match(/\w+/g) ?? []) names.add(word);
    }
  }
  return found;
}

/** An interface or class, and its members, as far as they have no docstring. */
function undocumented({
  name: owner,
  file,
  kind,
  lines,
  isDocumented: isOwnerDocumented,
}: Declaration): string[] {
  if (kind !== 'interface' && kind !== 'class') return [];
  const missing = isOwnerDocumented ? [] : [`${file}: ${owner}`];
  let isDocumented = false;
  // Overloads, or getter and setter, stand under one docstring.
  let last: string | undefined;
  for (const line of lines.slice(1, lines.indexOf('}'))) {
    const [, name] = PRIVATE.test(line) ? [] : (MEMBER.exec(line) ?? []);
    if (name !== undefined && name !== 'constructor') {
      if (!isDocumented && name !== last) missing.push(`${file}: ${owner}.${name}`);
      last = name;
    }
    isDocumented = line.trimEnd().endsWith('*/');
  }
  return missing;
}

test('every interface and class of the public API has a docstring, and so has every member', () => {
  const declarations = publicDeclarations();
  expect(declarations.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Schedule', 'Search', 'Space', 'Published', 'Output', 'Reads', 'SweepSummary']),
  );
  expect(declarations.flatMap(undocumented)).toEqual([]);
});
