import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Journal } from '../../src/sweep/journal.ts';
import { sha256 } from '../../src/sweep/key.ts';
import { lockDirectory } from '../../src/sweep/lock.ts';
import type { Row } from '../../src/sweep/point.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (i: number): Row => ({
  key: sha256(`point ${i}`),
  parameters: { extraPes: i, model: 'µ'.repeat(i % 50) },
  ...(i % 7 === 0 ? { error: 'failed' } : { results: { cycles: i * 10 } }),
});

function append(journal: Journal, rows: readonly Row[]): void {
  journal.append(
    rows.map(({ key }) => key),
    rows.map((one) => JSON.stringify(one)),
  );
}

describe('a journal', () => {
  it('gives back every row, now and after it was opened again', () => {
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

  it('keeps all whole lines wherever it is cut off, and goes on behind them', () => {
    const path = join(folder, 'cut.jsonl');
    const rows = [row(1), row(2), row(3)];
    const text = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
    const bytes = Buffer.byteLength(text);
    for (let length = 0; length <= bytes; length++) {
      writeFileSync(path, text);
      truncateSync(path, length);
      const whole = readFileSync(path, 'utf8').split('\n').length - 1;
      const journal = Journal.open(path);
      expect(journal.size).toBe(whole);
      append(journal, [row(4)]);
      expect(journal.row(row(4).key)).toEqual(row(4));
      journal.close();
      expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(whole + 2);
    }
  });

  it('passes over lines that are no rows', () => {
    const path = join(folder, 'odd.jsonl');
    writeFileSync(
      path,
      `\0\0\0\n{}\nnull\n${JSON.stringify(row(1)).slice(0, -1)}\n${JSON.stringify({ key: row(2).key })}\n`,
    );
    appendFileSync(path, `${JSON.stringify(row(3))}\n`);
    const journal = Journal.open(path);
    expect([1, 2, 3].map((i) => journal.has(row(i).key))).toEqual([false, false, true]);
    expect(journal.row(row(3).key)).toEqual(row(3));
    journal.close();
  });
});

describe('a lock', () => {
  const owner = (lock: object) => writeFileSync(join(folder, 'lock'), JSON.stringify(lock));

  it('keeps others out until it is given back', () => {
    const unlock = lockDirectory(folder);
    expect(() => lockDirectory(folder)).toThrow(`is in use by process ${process.pid}`);
    unlock();
    lockDirectory(folder)();
  });

  it('is taken over from a process that is gone, or another one of its number', () => {
    owner({ pid: 2 ** 22 + 1, host: hostname(), startTime: '1' });
    lockDirectory(folder)();
    if (process.platform !== 'linux') return;
    owner({ pid: process.pid, host: hostname(), startTime: '1' });
    lockDirectory(folder)();
  });

  it('of another machine, or of nobody, says which file to remove', () => {
    owner({ pid: 1, host: 'elsewhere', startTime: null });
    expect(() => lockDirectory(folder)).toThrow(/lock": process 1 of "elsewhere" uses .* remove the file/);
    writeFileSync(join(folder, 'lock'), '');
    expect(() => lockDirectory(folder)).toThrow('remove it if no sweep is running');
  });
});
