import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { Journal } from '../../src/sweep/journal.ts';
import { sha256 } from '../../src/sweep/key.ts';
import { lockDirectory } from '../../src/sweep/lock.ts';
import { packRows } from '../../src/sweep/packed-rows.ts';
import type { Row } from '../../src/sweep/point.ts';
import { cpuMs } from '../cpu-ms.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (i: number): Row => ({
  key: sha256(`point ${i}`),
  parameters: { extraPes: i, model: 'µ'.repeat(i % 50) },
  ...(i % 7 === 0 ? { error: 'failed' } : { results: { cycles: i * 10 } }),
});

function append(journal: Journal, rows: readonly Row[]): void {
  journal.append(
    packRows(
      rows.map(({ key }) => key),
      rows.map((one) => JSON.stringify(one)),
    ),
  );
}

/** The text of a journal of these rows. */
function journalOf(rows: readonly Row[]): string {
  const path = join(folder, 'some.jsonl');
  rmSync(path, { force: true });
  const journal = Journal.open(path);
  append(journal, rows);
  journal.close();
  return readFileSync(path, 'utf8');
}

describe('a journal', () => {
  test('gives back every row, now and after it was opened again', () => {
    const path = join(folder, 'all.jsonl');
    const rows = Array.from({ length: 20_000 }, (_, i) => row(i));
    const journal = Journal.open(path);
    for (let i = 0; i < rows.length; i += 999) append(journal, rows.slice(i, i + 999));
    const again = Journal.open(path);
    for (const source of [journal, again]) {
      expect(source.size).toBe(rows.length);
      expect(rows.filter((one, i) => i % 61 === 0 && source.line(one.key) !== JSON.stringify(one))).toEqual(
        [],
      );
      expect(source.has(sha256('point -1'))).toBe(false);
      expect(source.row(sha256('point -1'))).toBeUndefined();
      source.close();
    }
  });

  test('keeps all whole lines wherever it is cut off, and goes on behind them', () => {
    const path = join(folder, 'cut.jsonl');
    const rows = [row(1), row(2), row(3)];
    const text = journalOf(rows);
    const bytes = Buffer.byteLength(text);
    for (let length = 0; length <= bytes; length++) {
      writeFileSync(path, text);
      truncateSync(path, length);
      const whole = readFileSync(path, 'utf8').split('\n').length - 1;
      const journal = Journal.open(path);
      expect(journal.size).toBe(whole);
      expect(journal.warning).toBeUndefined();
      append(journal, [row(4)]);
      expect(journal.row(row(4).key)).toEqual(row(4));
      journal.close();
      expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(whole + 2);
    }
  });

  test('passes over lines that are no rows, and tells of the first', () => {
    const path = join(folder, 'odd.jsonl');
    writeFileSync(
      path,
      `\0\0\0\n{}\nnull\n${JSON.stringify(row(1)).slice(0, -1)}\n${JSON.stringify({ key: row(2).key })}\n`,
    );
    appendFileSync(path, journalOf([row(3)]));
    const journal = Journal.open(path);
    expect([1, 2, 3].map((i) => journal.has(row(i).key))).toEqual([false, false, true]);
    expect(journal.row(row(3).key)).toEqual(row(3));
    expect(journal.warning).toMatch(
      /odd\.jsonl": line 1 has no check value.*, and 4 more lines are like that/,
    );
    journal.close();
  });

  test.each<[string, (line: string) => string]>([
    ['a value', (line) => line.replace('"cycles":20', '"cycles":21')],
    ['results', (line) => line.replace(/"results":\{[^}]*\}/, '"results":null')],
    ['a key', (line) => line.replace(/[0-9a-f]{64}/, sha256('point 9'))],
    ['the check value', (line) => line.replace(/"check":"./, '"check":"x')],
    ['white space', (line) => line.replace(',"results"', ', "results"')],
    ['the check value taken out', (line) => line.replace(/,"check":"[0-9a-f]*"/, '')],
  ])('tells of a line that was edited, and takes it for none: %s', (_, edited) => {
    const path = join(folder, 'edited.jsonl');
    const lines = journalOf([row(1), row(2), row(3)]).split('\n');
    writeFileSync(path, lines.with(1, edited(lines[1]!)).join('\n'));
    for (const journal of [Journal.open(path), Journal.read(path)]) {
      expect(journal.size).toBe(2);
      expect(journal.has(row(2).key) || journal.holds(row(2).key) || journal.has(sha256('point 9'))).toBe(
        false,
      );
      expect(journal.warning).toMatch(
        /edited\.jsonl": line 2 [^,]*(, so [^;]*)?; what is missing thereby is computed/,
      );
      journal.close();
    }
    const journal = Journal.open(path);
    append(journal, [row(2)]);
    journal.close();
    const again = Journal.read(path);
    expect(again.row(row(2).key)).toEqual(row(2));
    again.close();
  });

  test('is opened in time that grows with it, whatever it ends in', () => {
    const path = join(folder, 'zeros.jsonl');
    const text = journalOf([row(1)]);
    writeFileSync(path, text);
    // Such as the zeros of a file system that has lost power.
    truncateSync(path, 2 ** 28);
    const start = cpuMs();
    const journal = Journal.open(path);
    expect(cpuMs() - start).toBeLessThan(5000);
    append(journal, [row(2)]);
    journal.close();
    expect(readFileSync(path, 'utf8')).toBe(journalOf([row(1), row(2)]));
  });

  test('is not written to by two at a time, whatever links lead to it', () => {
    const [path, link] = [join(folder, 'linked.jsonl'), join(folder, 'link.jsonl')];
    const first = Journal.open(path);
    linkSync(path, link);
    const second = Journal.open(link);
    append(first, [row(1), row(2)]);
    expect(() => append(second, [row(3)])).toThrow(/link\.jsonl" was changed by another process/);
    append(first, [row(3)]);
    expect(first.row(row(1).key)).toEqual(row(1));
    for (const journal of [first, second]) journal.close();
    expect(readFileSync(path, 'utf8')).toBe(journalOf([row(1), row(2), row(3)]));
  });

  test('has a failure that more means may mend until there is better', () => {
    const path = join(folder, 'retry.jsonl');
    const failed: Row = { key: row(1).key, parameters: {}, error: 'too little', retry: { memoryMib: 64 } };
    const first = Journal.open(path, () => false);
    append(first, [failed]);
    expect([first.has(failed.key), first.holds(failed.key)]).toEqual([true, true]);
    first.close();
    const second = Journal.open(path, ({ memoryMib = 0 }) => memoryMib < 65);
    expect([second.has(failed.key), second.holds(failed.key), second.size]).toEqual([false, true, 1]);
    expect(second.row(failed.key)).toEqual(failed);
    append(second, [row(1)]);
    expect([second.has(failed.key), second.size]).toEqual([true, 1]);
    second.close();
    const third = Journal.open(path, () => false);
    expect(third.row(failed.key)).toEqual(row(1));
    append(third, [failed]);
    expect(third.row(failed.key)).toEqual(row(1));
    third.close();
  });
});

/** For a second: takes the lock of a directory, and leaves one behind as if it had been killed. */
const RACE = `
import { renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
const [lock, directory] = process.argv.slice(1);
const { lockDirectory } = await import(lock);
const strange = [];
let taken = 0;
for (const end = Date.now() + 1000; Date.now() < end; ) {
  try {
    lockDirectory(directory);
    taken++;
    const draft = directory + '.' + process.pid;
    writeFileSync(draft, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), startTime: String(Math.random()) }));
    renameSync(draft, directory + '/lock');
  } catch (error) {
    if (!/ is in use by /.test(error.message)) strange.push(error.message);
  }
}
console.log(JSON.stringify({ taken, strange }));
`;

describe('a lock', () => {
  const owner = (lock: object) => writeFileSync(join(folder, 'lock'), JSON.stringify(lock));

  test('keeps others out until it is given back', () => {
    const unlock = lockDirectory(folder);
    expect(() => lockDirectory(folder)).toThrow(`is in use by process ${process.pid}`);
    unlock();
    lockDirectory(folder)();
  });

  test('is taken over from a process that is gone, or another one of its number', () => {
    owner({ pid: 2 ** 22 + 1, host: hostname(), startTime: '1' });
    lockDirectory(folder)();
    if (process.platform !== 'linux') return;
    owner({ pid: process.pid, host: hostname(), startTime: '1' });
    lockDirectory(folder)();
  });

  test('of another machine, or of nobody, says which file to remove', () => {
    owner({ pid: 1, host: 'elsewhere', startTime: null });
    expect(() => lockDirectory(folder)).toThrow(/lock": process 1 of "elsewhere" uses .* remove the file/);
    writeFileSync(join(folder, 'lock'), '');
    expect(() => lockDirectory(folder)).toThrow('remove it if no sweep is running');
    rmSync(join(folder, 'lock'));
  });

  test.skipIf(process.platform === 'win32')('that is a named pipe is not waited for', () => {
    execFileSync('mkfifo', [join(folder, 'lock')]);
    expect(() => lockDirectory(folder)).toThrow('is in use by another process');
    rmSync(join(folder, 'lock'));
  });

  test('of one that is gone is taken over by one of many, and the others say so', async () => {
    // They find the same lock, and each finds that others have moved it away meanwhile.
    const directory = join(folder, 'race');
    mkdirSync(directory);
    const lock = new URL('../../build/src/sweep/lock.js', import.meta.url).href;
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { stdout } = await promisify(execFile)(process.execPath, [
          ...['--input-type=module', '--eval', RACE, '--', lock, directory],
        ]);
        const outcome: { taken: number; strange: string[] } = JSON.parse(stdout);
        return outcome;
      }),
    );
    expect(outcomes.flatMap(({ strange }) => strange)).toEqual([]);
    expect(outcomes.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(0);
  });
});
