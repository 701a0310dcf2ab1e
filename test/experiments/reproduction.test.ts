import { describe, expect, test } from 'vitest';
import { reproduce } from '../../src/experiments/reproduction.ts';
import { markdown } from '../../src/report/markdown.ts';
import { reproductionText } from '../../src/report/reproduction-table.ts';
import { zoo } from '../../src/zoo/index.ts';

const entries = zoo.filter(({ published }) => published !== undefined);
const evaluation = reproduce(entries);
const without = (name: string) => reproduce(entries.filter((entry) => entry.name !== name));

describe('the lead to the published gain of utilization', () => {
  test('is ResNet50 with 32 more PEs and row sets, 17.90x', () => {
    const { nearest } = evaluation.utilizationLead!;
    expect(nearest).toMatchObject({
      ...{ network: 'resnet50', setting: 'wdup+32 xinf', granularity: 'row', minimumPes: 390, totalPes: 422 },
    });
    expect(nearest.speedup.toFixed(2)).toBe('19.37');
    expect(nearest.utilizationGain.toFixed(2)).toBe('17.90');
    expect(nearest.utilizationGain).toBeCloseTo((nearest.speedup * 390) / 422, 10);
  });

  test('has TinyYOLOv3 against it, here and as published, and no other network', () => {
    const { against } = evaluation.utilizationLead!;
    expect(against.map(({ network }) => network)).toEqual(['tinyyolov3']);
    expect(against[0]!.utilizationGain.toFixed(1)).toBe('23.6');
    expect(against[0]!.publishedUtilizationGain).toBeCloseTo((29.2 * 142) / 174, 10);
  });

  test('is printed as a lead, with the calculation', () => {
    const text = markdown(reproductionText(evaluation));
    expect(text).toContain(
      'A lead, no more: resnet50 at wdup+32 xinf, row sets, gains 19.37x · 390 / 422 = 17.90x.\n' +
        'Against it: tinyyolov3 gains more there, 28.89x · 142 / 174 = 23.58x (23.83x as published).\n',
    );
  });

  test('is none where no gain is that near', () => {
    const other = without('resnet50');
    expect(other.utilizationLead).toBeUndefined();
    expect(markdown(reproductionText(other))).not.toContain('A lead');
  });
});
