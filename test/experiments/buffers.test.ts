import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../src/errors.ts';
import { type BufferCurve, buffersFinding, stepsOf } from '../../src/experiments/buffers.ts';
import { findingsChip } from '../../src/experiments/findings-setup.ts';
import { simulate, zooNetwork } from '../../src/index.ts';
import { buffersText } from '../../src/report/buffers-table.ts';
import { markdown } from '../../src/report/markdown.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const finding = buffersFinding([findZooEntry('mobilenetv2')!, findZooEntry('resnet50')!]);
const { curves } = finding;

/** Throughput of `simulate` with input buffers of so many bytes, without spilling. */
function simulated({ network, setting }: BufferCurve, inputBufferBytes: number): number {
  return simulate(
    zooNetwork(network),
    { ...findingsChip, chip: { ...findingsChip.chip, inputBufferBytes } },
    {
      ...(setting === 'wdup+32' && { extraPes: 32 }),
      granularity: 'row',
      batch: 8,
      spill: false,
      duplication: 'greedy',
    },
  ).throughputPerSecond;
}

describe.each(curves)('throughput over buffers of $network, $setting', (curve) => {
  const { sizes, unlimitedPerSecond, ampleBytes } = curve;

  test('begins with the smallest buffers that run', () => {
    const [smallest] = sizes;
    expect(simulated(curve, smallest!.inputBufferBytes)).toBeCloseTo(smallest!.throughputPerSecond!, 6);
    expect(() => simulated(curve, smallest!.inputBufferBytes - 1)).toThrow(ClsaCimError);
  });

  test('goes on to eight times as much, in rising sizes', () => {
    const bytes = sizes.map(({ inputBufferBytes }) => inputBufferBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(bytes.at(-1)).toBe(bytes[0]! * 8);
    expect(bytes.length).toBeGreaterThanOrEqual(25);
  });

  test('has looked closely wherever throughput rises', () => {
    const coarse = sizes.filter(({ inputBufferBytes, throughputPerSecond = 0 }, i) => {
      const before = sizes[i - 1];
      if (before === undefined) return false;
      const isFar = inputBufferBytes > before.inputBufferBytes * 1.0101;
      return isFar && throughputPerSecond > (before.throughputPerSecond ?? 0) * 1.05;
    });
    expect(coarse).toEqual([]);
  });

  test('is ample from where it stays at 99 % of what unlimited buffers give', () => {
    const isAmple = ({ throughputPerSecond = 0 }) => throughputPerSecond >= 0.99 * unlimitedPerSecond;
    if (ampleBytes === undefined) {
      expect(isAmple(sizes.at(-1)!)).toBe(false);
      return;
    }
    const index = sizes.findIndex(({ inputBufferBytes }) => inputBufferBytes === ampleBytes);
    expect(index).toBeGreaterThanOrEqual(0);
    expect(sizes.slice(index).every(isAmple)).toBe(true);
    if (index > 0) expect(isAmple(sizes[index - 1]!)).toBe(false);
  });
});

test('prints a table and the steps of every curve, that fit a terminal', () => {
  const text = markdown(buffersText(finding));
  expect(text.match(/^\| (mobilenetv2|resnet50), (wdup\+32|all PEs) \(/gm)).toHaveLength(4);
  expect(text.match(/^Steepest step of at most 5\.0 %: [\d,]+ to [\d,]+ B, /gm)).toHaveLength(4);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('reproduces that a few per cent more buffer doubles throughput', () => {
  const { doubling } = curves.find(({ network }) => network === 'mobilenetv2')!;
  expect(doubling!.gain).toBeGreaterThanOrEqual(2);
  expect(doubling!.growth).toBeLessThan(0.05);
});

describe('steps of a curve', () => {
  const curve = (...points: readonly (readonly [bytes: number, throughput?: number])[]) =>
    stepsOf(
      points.map(([inputBufferBytes, throughputPerSecond]) => ({
        inputBufferBytes,
        ...(throughputPerSecond !== undefined && { throughputPerSecond }),
      })),
    );

  test('finds the steepest of at most 5 %, and the least growth that doubles', () => {
    const { steepest, doubling } = curve([1000, 10], [1040, 15], [1080, 18], [1200, 31], [2000, 100]);
    expect(steepest).toMatchObject({ fromBytes: 1000, toBytes: 1040, gain: 1.5 });
    expect(doubling).toMatchObject({ fromBytes: 1040, toBytes: 1200 });
    expect(doubling!.gain).toBeCloseTo(31 / 15, 12);
    expect(doubling!.growth).toBeCloseTo(160 / 1040, 12);
  });

  test('passes over sizes that halt, and knows when there is nothing to find', () => {
    expect(curve([1000, 10], [1010], [1020, 20]).steepest).toMatchObject({ toBytes: 1020, gain: 2 });
    expect(curve([1000, 10], [1010, 10], [2000, 19])).toEqual({});
  });
});

/** The charts of docs/experiments.md: sizes in equal ratios up to four times the smallest. */
describe('charts of docs/experiments.md', () => {
  const path = fileURLToPath(new URL('../../docs/experiments.md', import.meta.url));
  const CHARTED_SIZES = 17;

  test.each(curves.filter(({ setting }) => setting === 'wdup+32'))('$network', ({ network, sizes }) => {
    const smallest = sizes[0]!.inputBufferBytes;
    const charted = Array.from({ length: CHARTED_SIZES }, (_, i) => {
      const bytes = Math.round(smallest * 2 ** (i / 8));
      return sizes.find(({ inputBufferBytes }) => inputBufferBytes === bytes)!;
    });
    const kibibytes = charted.map(({ inputBufferBytes }) => Math.round(inputBufferBytes / 1024));
    const speeds = charted.map(({ throughputPerSecond = 0 }) => Math.round(throughputPerSecond));
    const chart = new RegExp(`(title "${network}[^\n]*\n +x-axis [^[\n]*)[^\n]*(\n[^\n]*\n +line )[^\n]*`);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(chart);
    const today = text.replace(
      chart,
      (_, head: string, between: string) =>
        `${head}[${kibibytes.join(', ')}]${between}[${speeds.join(', ')}]`,
    );
    if (process.env.UPDATE_DOCS === '1') writeFileSync(path, today);
    else expect(text, 'UPDATE_DOCS=1 refreshes it').toBe(today);
  });
});
