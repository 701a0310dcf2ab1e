import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutatedFolders } from '../../scripts/mutation/folders.ts';
import { compareSurvivors, readSurvivors, readTallies } from '../../scripts/mutation/known-survivors.ts';
import { brief, describeMutant, isWording, percentKilled } from '../../scripts/mutation/mutants.ts';
import { summarise } from '../../scripts/mutation/run.ts';
import { root } from '../docs/documents.ts';
import { expectTable } from '../verify/networks/table.ts';
import { LONG } from './skip-long.ts';

const { reasons, survivors } = readSurvivors(root);
const tallies = readTallies(root);
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const survivorsIn = (folder: string) => survivors.filter(({ file }) => dirname(file) === folder);

describe('what survives', () => {
  test('is in the source as it is written down', () => {
    const stale = survivors.filter(({ file, line, original }) => {
      const lines = textOf(file).split('\n');
      const start = original.endsWith('…') ? original.slice(0, -1) : original;
      return !lines.some((text, i) => brief(text) === line && briefFrom(lines, i).includes(start));
    });
    expect(stale).toEqual([]);
  });

  test('has a reason that is in the table, each of which is one of some survivor', () => {
    expect([...new Set(survivors.map(({ reason }) => reason))].toSorted()).toEqual(
      Object.keys(reasons).toSorted(),
    );
  });

  test('is all that the last run of each folder has found', () => {
    for (const { path } of mutatedFolders) {
      expect(survivorsIn(path).length, path).toBe(tallies[path]?.survived);
    }
  });

  test('is told in the documents', () => {
    expectTable(
      ['folder', 'mutants', 'killed', 'by time', 'share', 'survive', 'wording', 'untried'],
      mutatedFolders.map(({ path }) => {
        const tally = tallies[path]!;
        const { mutants, killed, timedOut, survived, wording, untried } = tally;
        const counts = [survived, wording, untried];
        const share = `${percentKilled(tally).toFixed(1)} %`;
        return [`\`${path}\``, mutants, killed + timedOut, timedOut, share, ...counts].map(String);
      }),
    );
    expectTable(
      ['why no test notices', 'survivors'],
      Object.entries(reasons).map(([key, meaning]) => [
        meaning,
        String(survivors.filter(({ reason }) => reason === key).length),
      ]),
    );
  });
});

/** The source from a line on, as far as a survivor may reach that is written down. */
function briefFrom(lines: readonly string[], start: number): string {
  return lines
    .slice(start, start + 12)
    .join('\n')
    .replaceAll(/\s+/g, ' ');
}

describe('what is run', () => {
  test('is every file of the four rooms', () => {
    const rooms = ['src/schedule', 'src/map', 'src/network', 'src/workload'];
    const folders = rooms.flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => dirname(`${room}/${name.replaceAll('\\', '/')}`)),
    );
    expect(mutatedFolders.map(({ path }) => path).toSorted()).toEqual([...new Set(folders)].toSorted());
    expect(Object.keys(tallies).filter((path) => !folders.includes(path))).toEqual([]);
  });

  test('by tests that are there, but for those that are there and take long', () => {
    const tests = [...new Set(mutatedFolders.flatMap((folder) => folder.tests))];
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const names = (path: string): readonly string[] =>
      path.endsWith('.ts')
        ? [path]
        : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) =>
            join(path, name),
          );
    const text = tests
      .flatMap(names)
      .filter((path) => path.endsWith('.test.ts'))
      .map(textOf)
      .join('\n');
    expect(LONG.filter((name) => !text.includes(`'${name}'`))).toEqual([]);
  });
});

test('a folder that is not among them is refused', () => {
  const main = join(root, 'build/scripts/mutation/main.js');
  const { status, stderr } = spawnSync(process.execPath, [main, 'src/engine'], { encoding: 'utf8' });
  expect(stderr).toMatch(/^usage: npm run mutation \[-- src\/map\|.* …\]\n$/);
  expect(status).toBe(2);
});

test('a mutant is told by its text, without its place', () => {
  const source = 'const a = 1;\n  if (a <\n    2) {\n  }\n';
  const location = { start: { line: 2, column: 7 }, end: { line: 3, column: 6 } };
  const mutant = {
    fileName: 'a.ts',
    mutatorName: 'EqualityOperator',
    replacement: 'a <=\n 2',
    status: 'Survived',
  };
  expect(describeMutant({ ...mutant, location }, 'src/a.ts', source)).toEqual({
    ...{ file: 'src/a.ts', line: 'if (a <', mutator: 'EqualityOperator' },
    ...{ original: 'a < 2', replacement: 'a <= 2' },
  });
  const within = { start: { line: 1, column: 11 }, end: { line: 1, column: 12 } };
  expect(describeMutant({ ...mutant, location: within }, 'src/a.ts', source).original).toBe('1');
  expect(brief(`${'x'.repeat(100)}y`)).toBe(`${'x'.repeat(100)}…`);
});

test('mutants of a folder are counted, and none of others', () => {
  const at = { location: { start: { line: 1, column: 1 }, end: { line: 1, column: 7 } } };
  const mutant = (fileName: string, status: string) => ({
    ...{ ...at, fileName, status, mutatorName: 'StringLiteral', replacement: '""' },
  });
  const file = 'src/map/tiling.ts';
  const statuses = ['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'];
  const all = [
    ...statuses.map((status) => mutant(join(root, file), status)),
    mutant('src/map/duplication/none.ts', 'Survived'),
  ];
  const { tally, survivors: left } = summarise(root, 'src/map', all);
  expect(tally).toEqual({ mutants: 6, killed: 2, timedOut: 1, survived: 2, wording: 0, untried: 1 });
  expect(left.map((survivor) => survivor.file)).toEqual([file, file]);
});

test('wording is a text with a space, whatever is put into it', () => {
  const text = { file: '', line: '', mutator: 'StringLiteral', replacement: '""' };
  expect(isWording({ ...text, original: "'use more PEs'" })).toBe(true);
  expect(isWording({ ...text, original: "'greedy'" })).toBe(false);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source.
  expect(isWording({ ...text, original: '`${a + b}`' })).toBe(false);
  expect(isWording({ ...text, mutator: 'EqualityOperator', original: 'a < b' })).toBe(false);
});

test('survivors are compared one by one, and equal ones are counted', () => {
  const [a, b] = ['a', 'b'].map((original) => ({
    ...{ file: 'src/a.ts', line: 'a + b', mutator: 'ArithmeticOperator', original, replacement: '' },
  }));
  expect(compareSurvivors([a!, b!, b!], [b!, a!])).toEqual({ unknown: [b], gone: [] });
  const listed = { ...a!, reason: 'speed' };
  expect(compareSurvivors([b!], [listed, b!])).toEqual({ unknown: [], gone: [listed] });
});

test('the share of killed mutants counts those that were tried', () => {
  const tally = { mutants: 120, killed: 70, timedOut: 5, survived: 25, wording: 12, untried: 8 };
  expect(percentKilled(tally)).toBe(75);
});
