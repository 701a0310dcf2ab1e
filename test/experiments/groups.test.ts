import { describe, expect, test } from 'vitest';
import { groupsFinding } from '../../src/experiments/groups.ts';
import { turnsChip } from '../../src/experiments/turns-setup.ts';
import { schedule, zooNetwork } from '../../src/index.ts';
import { groupsText } from '../../src/report/groups-table.ts';
import { markdown } from '../../src/report/markdown.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const finding = groupsFinding([findZooEntry('tinyyolov4')!, findZooEntry('resnet50')!]);
const { curves } = finding;
const curveOf = (name: string, share: number, cycles = 40) =>
  curves.find(
    ({ network, share: own, writeCycles }) => network === name && own === share && writeCycles === cycles,
  )!;

describe('inferences in groups', () => {
  test('are what schedule says', () => {
    const { pes, groups } = curveOf('tinyyolov4', 0.25);
    const size = groups.find(({ group }) => group === 8)!;
    const result = schedule(zooNetwork('tinyyolov4'), turnsChip, {
      ...{ pes, granularity: 'row', batch: 24, group: 8 },
    });
    expect(pes).toBe(29);
    expect(size).toMatchObject({
      roundCount: result.roundCount,
      intervalCycles: result.intervalCycles,
      firstGroupCycles: result.groupEndCycles![0],
      peWritesPerInference: result.peWritesPerInference,
    });
  });

  test('take less and less time, and write less and less, the larger the groups are', () => {
    for (const { groups } of curves) {
      for (const [i, { intervalCycles, peWritesPerInference }] of groups.entries()) {
        if (i === 0) continue;
        expect(intervalCycles).toBeLessThan(groups[i - 1]!.intervalCycles);
        expect(peWritesPerInference).toBeLessThan(groups[i - 1]!.peWritesPerInference);
      }
    }
  });

  test('are said to make up for writing from where it makes less than 10 % of the interval for good', () => {
    for (const { groups, amortisedFrom } of curves) {
      const shares = groups.map(({ writingShare }) => writingShare);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      const index = groups.findIndex(({ group }) => group === amortisedFrom);
      const atFault = amortisedFrom === undefined ? shares.slice(-1) : shares.slice(index - 1, index);
      for (const share of atFault) expect(share).toBeGreaterThanOrEqual(0.1);
      if (index >= 0) expect(Math.max(...shares.slice(index))).toBeLessThan(0.1);
    }
  });

  test('need not be of 16 with a write of 40 cycles, and have to be with one of 1,000', () => {
    expect(curveOf('tinyyolov4', 0.25).amortisedFrom).toBe(1);
    expect(curveOf('resnet50', 0.5).amortisedFrom).toBe(8);
    expect(curveOf('tinyyolov4', 0.25, 1000).amortisedFrom).toBe(16);
    expect(curveOf('resnet50', 0.5, 1000).amortisedFrom).toBe(64);
    expect(curveOf('resnet50', 0.5, 10_000).amortisedFrom).toBeUndefined();
  });

  test('of 16 are within 10 % of groups of 64, on every chip with a write of 40 cycles', () => {
    for (const { writeCycles, settledFrom } of curves) {
      if (writeCycles === 40) expect(settledFrom).toBeLessThanOrEqual(16);
    }
  });
});

test('prints tables that fit a terminal', () => {
  const text = markdown(groupsText(finding));
  expect(text.match(/^\| tinyyolov4 \| 25 % \| +29 \| +\d+ \| /gm)).toHaveLength(7);
  expect(text).toMatch(/^\| resnet50 +\| 50 % \| +4 \| +8 \| +8 \| +64 \| – +\| +16 \|$/m);
  expect(text).toMatch(/^COMPASS is said to find batches of 16 enough: .*, not verified/m);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
