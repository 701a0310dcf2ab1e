import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import { readFile } from '../../src/files/read-file.ts';
import type { Column, TableRow } from '../../src/files/table.ts';
import { TableFile, type TableFormat } from '../../src/files/table-file.ts';
import { readTextFile } from '../../src/files/text-file.ts';
import { checkPlace, removeDrafts, writeWhole } from '../../src/files/whole-file.ts';

const root = mkdtempSync(join(tmpdir(), 'clsa-cim-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = () => mkdtempSync(join(root, 'folder-'));

/** What is thrown; the reason of the system in words. */
function reason(code: 'CANNOT_READ' | 'CANNOT_WRITE', work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (hasCode(error, code)) return error.reason;
    throw error;
  }
  return 'nothing';
}

describe('a file that is written whole', () => {
  test('replaces what is there, and leaves nothing else', () => {
    const folder = fresh();
    const path = join(folder, 'a.json');
    writeWhole(path, 'old');
    writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('leaves all as it was where it cannot be written', () => {
    const folder = fresh();
    mkdirSync(join(folder, 'there'));
    const write = (path: string) => reason('CANNOT_WRITE', () => writeWhole(join(folder, path), 'x'));
    expect(write('there')).toMatch(/it is a directory/);
    expect(write('none/a')).toMatch(/there is no such directory/);
    expect(reason('CANNOT_WRITE', () => checkPlace(join(folder, 'there')))).toMatch(/it is a directory/);
    expect(readdirSync(folder)).toEqual(['there']);
  });

  test.skipIf(process.platform === 'win32')('is written to where it is a pipe, which stays', () => {
    const pipe = join(fresh(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const script = 'cat "$0" & sleep 0.2; "$1" --input-type=module -e "$2"; wait';
    const module = new URL('../../build/src/files/whole-file.js', import.meta.url).href;
    const code = `import { writeWhole } from '${module}'; writeWhole('${pipe}', 'through it');`;
    const printed = execFileSync('sh', ['-c', script, pipe, process.execPath, code], { encoding: 'utf8' });
    expect(printed).toBe('through it');
    execFileSync('test', ['-p', pipe]);
  });
});

describe('drafts', () => {
  const names = (pid: number) => [`a.csv.${pid}.partial`, 'a.csv.partial', `b.csv.${pid}.partial`];
  const withDrafts = (pid: number, seconds: number) => {
    const folder = fresh();
    for (const name of names(pid)) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), seconds, seconds);
    }
    return folder;
  };
  const gone = 2 ** 22 + 1;
  const now = Date.now() / 1000;

  test.each([
    ['of a process that is gone go', gone, now - 60, false, 1],
    ['of one that has just gone stay: it may be of another machine', gone, now, false, 0],
    ['of one that runs stay', process.pid, now - 60, false, 0],
    ['go at once where nobody else writes', gone, now, true, 1],
  ])('%s', (_, pid, seconds, isLocked, removed) => {
    const folder = withDrafts(pid, seconds);
    removeDrafts(join(folder, 'a.csv'), { isLocked });
    expect(readdirSync(folder)).toEqual(names(pid).slice(removed).sort());
  });
});

test('what cannot be read is told with the reason and what to do', () => {
  const folder = fresh();
  const read = (path: string) => () => readFile(path, 'give another');
  expect(reason('CANNOT_READ', read(join(folder, 'none')))).toBe('there is no such file');
  expect(reason('CANNOT_READ', read(folder))).toBe('it is no file');
  expect(read(folder)).toThrow(/" cannot be read \(it is no file\); give another$/);
});

test('a file written by hand that cannot be read has the reason in words', () => {
  const read = (path: string) => () => readTextFile(path);
  expect(reason('CANNOT_READ', read(join(fresh(), 'none')))).toBe('there is no such file');
  expect(reason('CANNOT_READ', read('x'.repeat(300)))).toBe('the name is too long');
  expect(read('a\0b')).toThrow(/cannot be read \(this is no name of a file\); give a YAML or JSON file$/);
});

describe('a table', () => {
  const columns: readonly Column[] = [
    { name: 'name', type: 'text', isRequired: true },
    { name: 'count', type: 'integer' },
    { name: 'share', type: 'number' },
    { name: 'isBest', type: 'boolean' },
  ];
  const rows: readonly TableRow[] = [
    ['=1+1', 3, 0.5, true],
    ['a,b', null, null, false],
  ];
  const written = async (format: TableFormat) => {
    const path = join(fresh(), `t${format}`);
    const table = await TableFile.begin(path, format, columns);
    for (const row of rows) table.write([row]);
    expect(readdirSync(join(path, '..'))).toEqual([`t${format}.${process.pid}.partial`]);
    table.finish();
    table.drop();
    expect(readdirSync(join(path, '..'))).toEqual([`t${format}`]);
    return path;
  };

  test('as CSV has nothing that a spreadsheet computes', async () => {
    const lines = readFileSync(await written('.csv'), 'utf8').split('\n');
    expect(lines).toEqual(['name,count,share,isBest', "'=1+1,3,0.5,true", '"a,b",,,false', '']);
  });

  test('as JSON lines has an object a row', async () => {
    const lines = readFileSync(await written('.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { name: '=1+1', count: 3, share: 0.5, isBest: true },
      { name: 'a,b', count: null, share: null, isBest: false },
    ]);
  });

  test('as Parquet has the types of its columns', async () => {
    const file = await asyncBufferFromFile(await written('.parquet'));
    expect(await parquetReadObjects({ file })).toEqual([
      { name: '=1+1', count: 3n, share: 0.5, isBest: true },
      { name: 'a,b', count: null, share: null, isBest: false },
    ]);
  });

  test.each(['.csv', '.jsonl', '.parquet'] as const)('%s that is dropped leaves nothing', async (format) => {
    const folder = fresh();
    const table = await TableFile.begin(join(folder, 'x'), format, columns);
    table.write(rows);
    table.drop();
    expect(readdirSync(folder)).toEqual([]);
  });
});
