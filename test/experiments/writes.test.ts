import { describe, expect, test } from 'vitest';
import { turnsChip } from '../../src/experiments/turns-setup.ts';
import { writesFinding } from '../../src/experiments/writes.ts';
import { schedule, zooNetwork } from '../../src/index.ts';
import { markdown } from '../../src/report/markdown.ts';
import { writesText } from '../../src/report/writes-table.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const finding = writesFinding([findZooEntry('tinyyolov4')!, findZooEntry('resnet50')!]);
const { curves } = finding;
const curveOf = (name: string, load: string) =>
  curves.find((curve) => curve.network === name && curve.load === load)!;

describe('turns over the time of a write', () => {
  const run = (name: string, cycles: number, options: { rounds?: 'auto'; batch?: number; group?: number }) =>
    schedule(
      zooNetwork(name),
      { ...turnsChip, peWriteNs: cycles * 1400 },
      { extraPes: 32, granularity: 'row', ...options },
    );

  test('are what schedule says', () => {
    const one = curveOf('tinyyolov4', 'one inference');
    expect(one).toMatchObject({ pes: 149, atOnceCycles: 5109 });
    for (const { writeCycles, cycles, roundCount, gain } of one.writes) {
      const result = run('tinyyolov4', writeCycles, { rounds: 'auto' });
      expect(cycles).toBe(result.cycles);
      expect(roundCount).toBe(result.roundCount);
      expect(gain).toBe(5109 / cycles);
    }
    const stream = curveOf('resnet50', 'groups of 16');
    const at40 = stream.writes.find(({ writeCycles }) => writeCycles === 40)!;
    expect(at40.cycles).toBe(run('resnet50', 40, { rounds: 'auto', batch: 48, group: 16 }).intervalCycles);
    expect(stream.atOnceCycles).toBe(run('resnet50', 40, { batch: 48, group: 16 }).intervalCycles);
  });

  test('gain more than twice with a write of 40 cycles', () => {
    for (const { writes } of curves) {
      expect(writes.find(({ writeCycles }) => writeCycles === 40)!.gain).toBeGreaterThan(2);
    }
  });

  test('gain nothing any more with the longest writes, where auto leaves everything in one round', () => {
    for (const { writes, atOnceCycles } of curves) {
      expect(writes.at(-1)).toMatchObject({ roundCount: 1, gain: 1, cycles: atOnceCycles });
    }
  });

  test.each(curves)('$network, $load: gain until a write takes so long', (curve) => {
    const longest = curve.longestGainingWriteCycles!;
    const load = curve.load === 'one inference' ? {} : { batch: 48, group: 16 };
    const cyclesAt = (writeCycles: number) =>
      run(curve.network, writeCycles, { rounds: 'auto', ...load }).intervalCycles!;
    expect(cyclesAt(longest)).toBeLessThan(curve.atOnceCycles);
    expect(cyclesAt(Math.ceil(longest * 1.01) + 1)).toBeGreaterThanOrEqual(curve.atOnceCycles);
  });

  test('groups of 16 bear writes that are some seven times as long as one inference alone does', () => {
    for (const name of ['tinyyolov4', 'resnet50']) {
      const alone = curveOf(name, 'one inference').longestGainingWriteCycles!;
      const stream = curveOf(name, 'groups of 16').longestGainingWriteCycles!;
      expect(stream / alone).toBeGreaterThan(6);
      expect(stream / alone).toBeLessThan(16);
    }
  });
});

test('prints a table that fits a terminal, and a sentence for every row', () => {
  const text = markdown(writesText(finding));
  expect(text).toMatch(/^\| resnet50 +\| one inference \| +3,010 \| +2\.37x \| .* – +\| – +\|$/m);
  expect(text.match(/: turns gain up to [\d,]+ cycles a write\.$/gm)).toHaveLength(4);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
