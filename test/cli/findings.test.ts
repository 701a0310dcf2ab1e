import { describe, expect, test } from 'vitest';
import type { MovementFinding } from '../../src/experiments/movement.ts';
import { failure, json, output } from './command-line.ts';

describe('reproduce movement', () => {
  test('--json has every setting of the networks that are named', async () => {
    const { chip, networks } = await json<MovementFinding>('reproduce', 'movement', 'VGG-16');
    expect(chip.name).toBe('findings');
    expect(networks.map(({ network }) => network)).toEqual(['vgg16']);
    const { settings, alone } = networks[0]!;
    expect(settings.map(({ setting }) => setting)).toEqual(['none', 'wdup+32', 'all PEs']);
    for (const { onChip } of settings) {
      expect(onChip.map(({ linkBitsPerCycle }) => linkBitsPerCycle)).toEqual([32, 64, 128]);
    }
    expect(alone).toHaveLength(5);
  });

  test('prints tables that fit a terminal', async () => {
    const text = await output('reproduce', 'movement', 'vgg16');
    expect(text.match(/^\| vgg16 +\| wdup\+32 /gm)).toHaveLength(2);
    expect(text).toMatch(/here, up to \+308\.0 % published/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('names the networks that there are', async () => {
    expect(await failure(2, 'reproduce', 'movement', 'mobilenetv2')).toMatch(
      /the experiment movement is not for "mobilenetv2"; it is for tinyyolov3, .*resnet152$/,
    );
  });
});

// What it prints is in docs/experiments.md, and test/report looks at the figures: a curve takes some seconds.
describe('reproduce buffers', () => {
  test.each(['vgg16', 'movement', 'nonsense'])('is not for %s', async (name) => {
    expect(await failure(2, 'reproduce', 'buffers', name)).toBe(
      `the experiment buffers is not for "${name}"; it is for resnet50, mobilenetv2`,
    );
  });
});

test('reproduce speedups is reproduce', async () => {
  expect(await output('reproduce', 'speedups', 'vgg16')).toBe(await output('reproduce', 'vgg16'));
});
