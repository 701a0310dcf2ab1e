import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import type { SweepSummary } from '../../src/sweep/index.ts';
import { clsaCim, failure, json, MAIN, output, temporaryFolder, withoutProgress } from './command-line.ts';

const folder = temporaryFolder();
let made = 0;
/** A path that nothing else has. */
const fresh = (name: string) => join(folder, `${made++}-${name}`);

function specFile(text: string): string {
  const path = fresh('spec.yaml');
  writeFileSync(path, text);
  return path;
}

const SMALLEST = specFile(`
models: [tinyyolov4, vgg16]
architectures: [paper]
product:
  extraPes: [0, 16, 32]
  granularity: [row, pixel]
`);

/** Some seconds of work, so that it can be interrupted. */
const LONGER = specFile(`
models: [resnet50, resnet101]
product:
  extraPes: {from: 0, to: 3999, step: 1}
  granularity: [row, pixel]
`);
const LONGER_POINTS = 2 * 4000 * 2;

const TABLES = ['results.csv', 'results.parquet', 'summary.json'];
const read = (directory: string, name: string) => readFileSync(join(directory, name));
const journalKeys = (directory: string) =>
  read(directory, 'journal.jsonl')
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).key as string);

/** Rows of a CSV file without quotes, by the names in its head. */
function csvRows(directory: string): Record<string, string>[] {
  const [head = '', ...lines] = read(directory, 'results.csv').toString().trimEnd().split('\n');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(head.split(',').map((name, i) => [name, cells[i]!]));
  });
}

/** The command, without waiting for its end. */
function started(...args: string[]): {
  child: ChildProcess;
  ended: Promise<{ status: number | null; stderr: string }>;
} {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ status: number | null; stderr: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, stderr }));
  });
  return { child, ended };
}

/** Waits until a sweep has written so much. */
async function journalOf(directory: string, bytes: number): Promise<void> {
  const path = join(directory, 'journal.jsonl');
  for (let i = 0; i < 1000; i++) {
    if (existsSync(path) && statSync(path).size >= bytes) return;
    await sleep(10);
  }
  throw new Error(`no ${bytes} bytes in ${path} within 10 s`);
}

describe('clsa-cim sweep', () => {
  test('writes what schedule prints, point by point, as CSV and Parquet', async () => {
    const out = fresh('smallest');
    const summary = await json<SweepSummary>('sweep', SMALLEST, '--out', out);
    expect(summary).toMatchObject({ points: 12, failed: 0, pareto: ['latencyNs', 'totalPes'] });
    expect(readdirSync(out).toSorted()).toEqual(['journal.jsonl', ...TABLES, 'sweep.json'].toSorted());
    const rows = csvRows(out);
    const parquet = await parquetReadObjects({ file: new Uint8Array(read(out, 'results.parquet')).buffer });
    expect(rows).toHaveLength(12);
    expect(new Set(journalKeys(out)).size).toBe(12);
    for (const [i, row] of rows.entries()) {
      const printed = await json<Schedule & { version: string; chip: unknown }>(
        ...['schedule', row.model!, '--arch', row.architecture!],
        ...['--extra-pes', row.extraPes!, '--granularity', row.granularity!],
      );
      const { layers: _, areaMm2, version: __, chip: ___, ...expected } = printed;
      const text = Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, String(value)]));
      const onFront = summary.models.some(({ paretoFront }) =>
        paretoFront.some(
          (point) =>
            point.model === row.model &&
            String(point.extraPes) === row.extraPes &&
            point.granularity === row.granularity,
        ),
      );
      const missing = areaMm2.missing.join(' ');
      expect(row).toEqual({
        ...{ ...text, 'areaMm2.total': '', 'areaMm2.missing': missing },
        ...{ extraPes: row.extraPes, pareto: String(onFront), error: '' },
      });
      const numbers = Object.fromEntries(
        Object.entries(parquet[i]!).map(([name, value]) => [
          name,
          typeof value === 'bigint' ? Number(value) : value,
        ]),
      );
      expect(numbers).toEqual({
        ...{ ...expected, 'areaMm2.total': null, 'areaMm2.missing': missing },
        ...{ extraPes: Number(row.extraPes), pareto: onFront, error: null },
      });
    }
    expect(Object.keys(rows[0]!).slice(0, 4)).toEqual(['model', 'architecture', 'extraPes', 'granularity']);
  }, 60_000);

  test('counts and estimates without a directory', async () => {
    expect(await output('sweep', LONGER, '--dry-run')).toMatch(
      /^16,000 points \(2 models x .*\)\nabout .* on \d+ workers?\n$/,
    );
    expect(await json<object>('sweep', SMALLEST, '--dry-run')).toMatchObject({ points: 12 });
    expect(await failure(2, 'sweep', SMALLEST)).toMatch(/--out is missing/);
  });

  test('says in one line what is wrong', async () => {
    expect(await failure(1, 'sweep', fresh('none.yaml'), '--dry-run')).toMatch(/cannot be read/);
    const bad = specFile('models: [vgg16]\nproduct: {extraPees: [1]}');
    expect(await failure(1, 'sweep', bad, '--dry-run')).toMatch(
      /spec.yaml: product: no parameter .* did you mean "extraPes"/,
    );
    expect(await failure(2, 'sweep', SMALLEST, '--out', fresh('x'), '--shard', '3/2')).toMatch(
      /I from 1 to N/,
    );
    const file = fresh('file');
    writeFileSync(file, '');
    expect(await failure(1, 'sweep', SMALLEST, '--out', file)).toMatch(/cannot be written/);
    expect(await failure(1, 'sweep', SMALLEST, '--out', fresh('y'), '--pareto', 'cycles,nothing')).toMatch(
      /no metric is called/,
    );
  });

  test('ends with the same tables after kill -9 at any moments, and computes nothing twice', async () => {
    const undisturbed = fresh('undisturbed');
    const killed = fresh('killed');
    await output('sweep', LONGER, '--out', undisturbed);
    let seen: string[] = [];
    let kills = 0;
    for (let round = 0; round < 8; round++) {
      const { child, ended } = started('sweep', LONGER, '--out', killed);
      await sleep(150 + 130 * round * Math.random());
      if (round % 2 === 0) await journalOf(killed, 1);
      child.kill('SIGKILL');
      if ((await ended).status === null) kills++;
      if (!existsSync(join(killed, 'journal.jsonl'))) continue;
      // As if it had been killed halfway through a line.
      const whole = read(killed, 'journal.jsonl').toString();
      const keys = journalKeysOf(whole);
      expect(keys.slice(0, seen.length)).toEqual(seen);
      seen = keys;
      if (round % 3 === 0) writeFileSync(join(killed, 'journal.jsonl'), `${wholeLines(whole)}{"key":"0123`);
    }
    expect(kills).toBeGreaterThan(3);
    await output('sweep', LONGER, '--out', killed);
    const keys = journalKeys(killed);
    expect(keys).toHaveLength(LONGER_POINTS);
    expect(new Set(keys).size).toBe(LONGER_POINTS);
    for (const name of TABLES) expect(read(killed, name).equals(read(undisturbed, name))).toBe(true);
  }, 60_000);

  test('ends in order on Ctrl-C, and refuses a second process meanwhile', async () => {
    const out = fresh('stopped');
    const { child, ended } = started('sweep', LONGER, '--out', out, '--workers', '1');
    await journalOf(out, 1);
    expect(await failure(1, 'sweep', LONGER, '--out', out)).toMatch(
      /in use by process \d+ .*wait until it is done/,
    );
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    // On a busy machine it says how far it is before it is stopped.
    expect(withoutProgress(stderr)).toMatch(
      /^clsa-cim: stopped after [\d,]+ of 16,000 points; the tables have what is finished \(see missing in summary\.json\), run the same command again to go on\n$/,
    );
    const partial: SweepSummary = JSON.parse(read(out, 'summary.json').toString());
    expect(partial.points).toBe(journalKeys(out).length);
    expect(partial.missing).toBe(LONGER_POINTS - partial.points);
    expect(csvRows(out)).toHaveLength(partial.points);
    expect(existsSync(join(out, 'lock'))).toBe(false);
    const before = journalKeys(out);
    expect(read(out, 'journal.jsonl').toString()).toMatch(/\}\n$/);
    await output('sweep', LONGER, '--out', out);
    expect(journalKeys(out).slice(0, before.length)).toEqual(before);
    expect(journalKeys(out)).toHaveLength(LONGER_POINTS);
  }, 60_000);

  test('runs in shards, which merge into the same tables', async () => {
    const whole = fresh('whole');
    const shards = [1, 2, 3].map((number) => fresh(`shard-${number}`));
    const merged = fresh('merged');
    await output('sweep', SMALLEST, '--out', whole);
    for (const [i, out] of shards.slice(0, 2).entries()) {
      await output('sweep', SMALLEST, '--out', out, '--shard', `${i + 1}/3`);
      expect(csvRows(out)).toHaveLength(4);
    }
    const partial = await clsaCim('merge', ...shards.slice(0, 2), '--out', merged);
    expect(partial).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^clsa-cim: warning: 4 points are in none/),
    });
    await output('sweep', SMALLEST, '--out', shards[2]!, '--shard', '3/3');
    await output('merge', ...shards, '--out', merged);
    for (const name of TABLES) expect(read(merged, name).equals(read(whole, name))).toBe(true);
    const other = fresh('other');
    await output('sweep', specFile('models: [vgg16]'), '--out', other);
    expect(await failure(1, 'merge', whole, other, '--out', fresh('z'))).toMatch(/are of different sweeps/);
    expect(await failure(1, 'merge', folder, '--out', fresh('z'))).toMatch(
      /give a directory that a sweep has written/,
    );
  }, 60_000);
});

/** The text up to its last line end. */
const wholeLines = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1);
const journalKeysOf = (text: string) =>
  wholeLines(text)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).key as string);

describe('on a full disk', () => {
  const disk = join(folder, 'disk');
  const isMounted = mounted(disk);
  afterAll(() => {
    if (isMounted) execFileSync('umount', [disk]);
  });

  test.skipIf(!isMounted)(
    'says so, keeps what is finished, and goes on when there is room',
    async () => {
      const out = join(disk, 'out');
      const message = await failure(1, 'sweep', LONGER, '--out', out);
      expect(message).toMatch(
        /journal.jsonl" cannot be written: no space is left; make some, and run the same command/,
      );
      const before = journalKeys(out);
      expect(before.length).toBeGreaterThan(10);
      execFileSync('mount', ['-o', 'remount,size=16m', disk]);
      await output('sweep', LONGER, '--out', out);
      expect(journalKeys(out).slice(0, before.length)).toEqual(before);
      expect(csvRows(out)).toHaveLength(LONGER_POINTS);
    },
    60_000,
  );
});

/** Mounts a disk of 128 KiB, where that is allowed. */
function mounted(path: string): boolean {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('the test of a full disk is skipped: this user may not mount a tmpfs');
    rmSync(path, { recursive: true });
    return false;
  }
}
