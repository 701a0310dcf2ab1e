import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { expect, it } from 'vitest';
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
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll(sep, '/')}`),
  );
}

/** `src/load/onnx/run.ts` is in `src/load`, `src/model.ts` is a room of its own, `assembly` is one. */
function roomOf(file: string): string {
  const [top, ...rest] = file.split('/');
  return top === 'src' ? `src/${rest[0]}` : top!;
}

it('docs/architecture.md says which rooms use Node', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [, list = ''] = /Only ((?:`[^`]+`|, | and )+) use Node/.exec(text) ?? [];
  const using = sourceFiles().filter((file) => /from 'node:/.test(readFileSync(join(root, file), 'utf8')));
  expect([...new Set(using.map(roomOf))].toSorted()).toEqual(
    [...list.matchAll(/`([^`]+)`/g)].map(([, room]) => room).toSorted(),
  );
});

it('docs/architecture.md says which room imports which', () => {
  expect(writtenRooms()).toEqual(realRooms());
});
