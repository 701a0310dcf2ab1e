import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareRuns, comparisonPrintout, savedTimings, timings } from '../../bench/compare.ts';
import { measurement } from '../../bench/measure.ts';
import { markdown } from '../../src/report/markdown.ts';
import { root } from '../docs/documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = join(root, 'build/bench/main.js');
const row = (name: string, network: string, seconds: number, sets = 100) =>
  measurement({ name, network, granularity: 'pixel', sets }, seconds);
const sweepRow = (workers: number, seconds: number) => ({
  ...{ name: 'sweep-points', points: 1000, workers, seconds, pointsPerSecond: 1000 / seconds },
});

/** Writes a file of a saved run. */
function saved(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const before = [
  row('analyse', 'a', 1e-3),
  row('analyse', 'b', 4e-3),
  row('gone', 'a', 1),
  row('other', 'a', 1, 7),
];
const now = [row('other', 'a', 1), row('analyse', 'b', 1e-3), row('analyse', 'a', 1e-3), row('new', 'a', 1)];

test('rows are matched by name, network and sets, whatever their order', () => {
  const comparison = compareRuns(savedTimings(saved('run.json', before)), timings(now));
  expect(comparison.rows).toEqual([
    { name: 'analyse', of: 'b, pixel', secondsBefore: 4e-3, seconds: 1e-3, ratio: 0.25 },
    { name: 'analyse', of: 'a, pixel', secondsBefore: 1e-3, seconds: 1e-3, ratio: 1 },
  ]);
  // √(0.25 · 1)
  expect(comparison.means).toEqual([{ name: 'analyse', rows: 2, ratio: expect.closeTo(0.5, 12) }]);
});

test('rows of one run only, and of other numbers of sets, are named and not compared', () => {
  const comparison = compareRuns(timings(before), timings(now));
  expect(comparison.onlyBefore).toEqual(['gone (a, pixel)']);
  expect(comparison.onlyNow).toEqual(['new (a, pixel)']);
  expect(comparison.otherWork).toEqual(['other (a, pixel)']);
  expect(markdown(comparisonPrintout(comparison))).toMatchInlineSnapshot(`
    "| benchmark | of       | µs before | µs now | now / before |
    | :-------- | :------- | --------: | -----: | -----------: |
    | analyse   | b, pixel |    4000.0 | 1000.0 |         0.25 |
    | analyse   | a, pixel |    1000.0 | 1000.0 |         1.00 |

    | benchmark | rows | geometric mean of now / before |
    | :-------- | ---: | -----------------------------: |
    | analyse   |    2 |                           0.50 |

    Only in the saved run: gone (a, pixel).

    Only in this run: new (a, pixel).

    Not compared, since sets or points are not the same in number: other (a, pixel)."
  `);
});

test('a run beside itself is all ones, and nothing is missing', () => {
  const { rows, onlyBefore, onlyNow, otherWork } = compareRuns(timings(now), timings(now));
  expect(rows.map(({ ratio }) => ratio)).toEqual([1, 1, 1, 1]);
  expect([onlyBefore, onlyNow, otherWork]).toEqual([[], [], []]);
});

test('sweeps are matched by name and workers', () => {
  const path = saved('sweep.json', [sweepRow(1, 4), sweepRow(2, 2)]);
  const { rows } = compareRuns(savedTimings(path), timings([sweepRow(2, 1)]));
  expect(rows).toEqual([{ name: 'sweep-points', of: '2 workers', secondsBefore: 2, seconds: 1, ratio: 0.5 }]);
});

test('a row that is there twice is an error', () => {
  const twice = timings([row('a', 'a', 1), row('a', 'a', 2)]);
  expect(() => compareRuns(twice, [])).toThrow('the saved run has a (a, pixel) twice');
  expect(() => compareRuns([], twice)).toThrow('this run has a (a, pixel) twice');
});

test.each([
  ['not JSON', 'nonsense'],
  ['another document', '{ "cycles": 3 }'],
  ['no time', [{ name: 'a', network: 'a', granularity: 'row', sets: 1, secondsPerRun: 0 }]],
])('a file that is no saved run is an error that says how to save one: %s', (_, content) => {
  const path = saved('bad.json', content);
  expect(() => savedTimings(path)).toThrow(`--compare ${path}: `);
  expect(() => savedTimings(path)).toThrow('save a run first');
});

test('npm run bench saves a run and compares with it', () => {
  const bench = (...flags: string[]) =>
    execFileSync(process.execPath, [main, '--quick', '--only', 'engine', ...flags], { encoding: 'utf8' });
  const path = saved('quick.json', bench('--json', 'tinyyolov3'));
  const printed = bench('--compare', path, 'tinyyolov3');
  expect(printed).toContain('now / before');
  expect(printed).toMatch(/schedule-wasm-row +\| tinyyolov3, row/);
  expect(printed).not.toContain('Only in');
  const comparison = JSON.parse(bench('--compare', path, '--json', 'tinyyolov4'));
  expect(comparison).toMatchObject({ rows: [], means: [] });
  expect(comparison.onlyBefore).toHaveLength(6);
  expect(comparison.onlyNow).toHaveLength(6);
});

test('a file that is not there is told before anything is measured', () => {
  const flags = ['--compare', join(folder, 'missing.json')];
  const { status, stderr, stdout } = spawnSync(process.execPath, [main, ...flags], {
    ...{ encoding: 'utf8', timeout: 20_000 },
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('missing.json');
});
