import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { axes } from '../../bench/scaling/axes.ts';
import { decades } from '../../bench/scaling/axis.ts';
import { fitted } from '../../bench/scaling/fit.ts';
import { growthOf } from '../../bench/scaling/growth.ts';
import { sample } from '../../bench/scaling/sample.ts';
import { readScalingRun, saveScalingRun, scalingRun } from '../../bench/scaling/saved.ts';
import { shortCount } from '../../bench/scaling/table.ts';
import { root } from '../docs/documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-scaling-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Points of a law at sizes from 10^3 to 10^6. */
const points = (law: (count: number) => number) =>
  decades(3, 6).map((count) => ({ count, value: law(count) }));

test.each([0, 0.5, 1, 1.5, 2])('a power law of exponent %d is found', (exponent) => {
  const fit = fitted(points((count) => 3e-7 * count ** exponent))!;
  expect(fit.exponent).toBeCloseTo(exponent, 9);
  expect(fit.factor).toBeCloseTo(3e-7, 12);
  expect(fit.error).toBeLessThan(1e-6);
  expect([fit.from, fit.to]).toEqual([1e4, 1e6]);
});

test('what every run costs does not hide how it grows, nor does a quadratic part hide behind a linear one', () => {
  expect(fitted(points((count) => 1e-3 + 1e-6 * count))!.exponent).toBeGreaterThan(0.95);
  expect(fitted(points((count) => 1e-6 * count + 1e-10 * count ** 2))!.exponent).toBeGreaterThan(1.5);
});

test('n log n is told from n', () => {
  const { exponent } = fitted(points((count) => count * Math.log2(count)))!;
  expect(exponent).toBeGreaterThan(1.05);
  expect(exponent).toBeLessThan(1.1);
});

test('the error tells how far points are from the law: by hand', () => {
  // Logarithms 0, 1 and 2 of counts, 0, 2 and 2 of values: slope 1, residues 1/3, -2/3 and 1/3 squared, over a spread of 2.
  const at = (x: number, y: number) => ({ count: Math.exp(x), value: Math.exp(y) });
  const fit = fitted([at(0, 0), at(1, 2), at(2, 2)])!;
  expect(fit.exponent).toBeCloseTo(1, 12);
  expect(fit.error).toBeCloseTo(Math.sqrt(6 / 9 / 2), 12);
});

test('points below the least do not count, and nothing is fitted to fewer than two', () => {
  const measured = points((count) => count);
  expect(fitted(measured, 1e5)!.from).toBe(1e5);
  expect(fitted(measured, 1e6)).toBeUndefined();
  expect(fitted([])).toBeUndefined();
  expect(fitted([measured[0]!, measured[0]!])).toBeUndefined();
});

test('memory is told where it is more than V8 takes for its own sake', () => {
  const samples = (bytes: number) =>
    points((count) => count).map(({ count }) => ({ count, seconds: 1, bytes: bytes * count }));
  const row = { name: 'a', unit: 'b', does: 'c' };
  expect(growthOf({ ...row, samples: samples(1) }).memory).toBeUndefined();
  expect(growthOf({ ...row, samples: samples(1000) })).toMatchObject({
    time: { exponent: expect.closeTo(0, 9) },
    memory: { exponent: expect.closeTo(1, 9) },
  });
});

test('counts are shown with two digits', () => {
  expect([1000, 2613, 9_960, 3e5, 1048576, 102_440_052].map(shortCount)).toEqual([
    '10³',
    '2.6·10³',
    '10⁴',
    '3·10⁵',
    '10⁶',
    '10⁸',
  ]);
});

test('an axis that is measured again takes its row of the saved run', () => {
  const path = join(folder, 'run.json');
  const row = (name: string, count: number) => ({
    ...{ name, unit: 'sets', does: '' },
    samples: [{ count, seconds: 1, bytes: 2 ** 20 }],
  });
  saveScalingRun(path, scalingRun([row('a', 1), row('b', 2)]));
  saveScalingRun(path, scalingRun([row('c', 3), row('a', 4)]), readScalingRun(path));
  expect(readScalingRun(path).rows.map(({ name, samples }) => [name, samples[0]!.count])).toEqual([
    ['a', 4],
    ['b', 2],
    ['c', 3],
  ]);
});

test.each(axes)('$name has more of what grows at the larger size', async (axis) => {
  const counts: number[] = [];
  for (const size of axis.quickSizes) {
    axis.write?.(size, folder);
    const { count, seconds } = await sample(axis, size, folder, true);
    expect(seconds).toBeGreaterThan(0);
    counts.push(count);
  }
  expect(counts[1]).toBeGreaterThan(counts[0]!);
  expect(axis.sizes).toEqual(axis.sizes.toSorted((a, b) => a - b));
});

const main = join(root, 'build/bench/main.js');
const bench = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('--scaling measures each size in processes of their own', () => {
  const { stdout, status } = bench('--scaling', '--quick', '--json', '--only', 'load-residual');
  expect(status).toBe(0);
  expect(JSON.parse(stdout).rows).toMatchObject([
    { name: 'load-residual', unit: 'nodes', samples: [{ count: 100 }, { count: 1000 }] },
  ]);
});

test.each([
  [['--scaling', '--only', 'engine'], 'it must be one of schedule-sets'],
  [['--scaling', '--quick', '--save'], 'leave --quick out'],
  [['--scaling', 'resnet50'], 'no networks'],
  [['--save'], '--scaling'],
])('%j is refused', (args, reason) => {
  const { stderr, status } = bench(...args);
  expect(status).not.toBe(0);
  expect(stderr).toContain(reason);
});
