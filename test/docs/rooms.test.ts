import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './documents.ts';

/** Open to all rooms. */
const COMMON: readonly string[] = ['src/errors.ts', 'src/progress.ts'];
const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** The rooms of docs/architecture.md, each with what it says that the room imports. */
function writtenRooms(): Record<string, string[]> {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const table = text.split('\n## Rooms')[1]!.split('\n## ')[0]!;
  const rows = [...table.matchAll(/^\| `([^`]+)` \|.*\| (.*) \|$/gm)];
  return Object.fromEntries(
    rows.map(([, room, imports]) => [room, [...imports!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)]),
  );
}

/** The rooms as the code has them, each with what its files import of others. */
function realRooms(): Record<string, string[]> {
  const rooms = new Map<string, Set<string>>();
  for (const file of sourceFiles()) {
    const room = roomOf(file);
    if (COMMON.includes(room)) continue;
    const imports = rooms.get(room) ?? new Set();
    rooms.set(room, imports);
    for (const [, target] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
      const imported = roomOf(posix.join(dirname(file), target!));
      if (imported !== room && !COMMON.includes(imported)) imports.add(imported);
    }
  }
  return Object.fromEntries([...rooms].map(([room, imports]) => [room, [...imports].toSorted()]));
}

function sourceFiles(): string[] {
  return ['assembly', 'src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll(sep, '/')}`),
  );
}

/** `src/load/onnx/run.ts` is in `src/load`, `src/version.ts` is a room of its own, `assembly` is one. */
function roomOf(file: string): string {
  const [top, ...rest] = file.split('/');
  return top === 'src' ? `src/${rest[0]}` : top!;
}

test('docs/architecture.md says which rooms use Node', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [, list = ''] = /Only ((?:`[^`]+`|, | and )+) use Node/.exec(text) ?? [];
  const using = sourceFiles().filter((file) => /from 'node:/.test(readFileSync(join(root, file), 'utf8')));
  expect([...new Set(using.map(roomOf))].toSorted()).toEqual(
    [...list.matchAll(/`([^`]+)`/g)].map(([, room]) => room).toSorted(),
  );
});

test('docs/architecture.md says which room imports which', () => {
  expect(writtenRooms()).toEqual(realRooms());
});

/** What part of a room a file belongs to: a folder in it, or the file alone. */
const wingsOf = (room: string) => (file: string) => {
  const depth = room.split('/').length + 1;
  return file.split('/').slice(0, depth).join('/');
};

/** A circle among parts that import each other, if there is one. */
function circle(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (part: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(part)) return [...path.slice(path.indexOf(part)), part];
    if (done.has(part)) return undefined;
    for (const next of imports.get(part) ?? []) {
      const found = visit(next, [...path, part]);
      if (found !== undefined) return found;
    }
    done.add(part);
    return undefined;
  };
  for (const part of imports.keys()) {
    const found = visit(part, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What parts import of each other. */
function importsBetween(partOf: (file: string) => string, files: readonly string[]) {
  const imports = new Map(files.map((file) => [partOf(file), new Set<string>()]));
  for (const file of files) {
    for (const [, target] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
      // AssemblyScript leaves the ending out.
      const path = posix.join(dirname(file), target!).replace(/(\.ts)?$/, '.ts');
      if (partOf(path) !== partOf(file)) imports.get(partOf(file))!.add(partOf(path));
    }
  }
  return imports;
}

test('data flows one way: no rooms import each other in a circle', () => {
  expect(circle(importsBetween(roomOf, sourceFiles()))).toBeUndefined();
});

test.each([
  'src/simulate',
  'src/workload',
  'src/schedule',
  'src/optimize',
  'src/engine',
  'src/map',
  'src/architecture',
  'src/sweep',
  'src/sweep/queue',
  'assembly/kernel',
  'assembly/schedule',
  'assembly/simulation',
])('and no parts of %s do', (room) => {
  const files = sourceFiles().filter((file) => file.startsWith(`${room}/`));
  expect(circle(importsBetween(wingsOf(room), files))).toBeUndefined();
});
