import { describe, expect, test } from 'vitest';
import type { CopiesFinding } from '../../src/experiments/copies.ts';
import type { GroupsFinding } from '../../src/experiments/groups.ts';
import type { MovementFinding } from '../../src/experiments/movement.ts';
import type { SizesFinding } from '../../src/experiments/sizes.ts';
import type { WritesFinding } from '../../src/experiments/writes.ts';
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

test('reproduce copies --json has every number of PEs of the networks that are named', async () => {
  const { chip, networks } = await json<CopiesFinding>('reproduce', 'copies', 'vgg16');
  expect(chip).toMatchObject({ name: 'copies', crossbarRows: 512, mvmLatencyNs: 800 });
  expect(networks.map(({ network }) => network)).toEqual(['vgg16']);
  expect(networks[0]!.settings.map(({ totalPes }) => totalPes)).toEqual([71, 87, 103, 135]);
  expect(await failure(2, 'reproduce', 'copies', 'resnet152')).toMatch(/is for tinyyolov3, .*mobilenetv2$/);
});

// The figures are looked at in test/experiments.
describe('the experiments on weights in turns', () => {
  test('reproduce sizes --json has every size of the networks that are named', async () => {
    const { chip, networks } = await json<SizesFinding>('reproduce', 'sizes', 'tinyyolov4');
    expect(chip).toMatchObject({ name: 'turns', peWriteNs: 56_000 });
    expect(networks.map(({ network }) => network)).toEqual(['tinyyolov4']);
    const shares = networks[0]!.sizes.map(({ share }) => share);
    expect([shares[0], shares.at(-1)]).toEqual([0.1, 2]);
  });

  test('reproduce writes --json has one inference and a stream', async () => {
    const { curves } = await json<WritesFinding>('reproduce', 'writes', 'tinyyolov4');
    expect(curves.map(({ load }) => load)).toEqual(['one inference', 'groups of 16']);
    expect(curves[0]!.writes.map(({ writeCycles }) => writeCycles)).toContain(40);
  });

  test('reproduce groups --json has groups of 1 to 64', async () => {
    const { curves } = await json<GroupsFinding>('reproduce', 'groups', 'tinyyolov4');
    for (const { groups } of curves) {
      expect(groups.map(({ group }) => group)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    }
  });

  test('reproduce sizes is for the seven networks of the paper, the others for five of them', async () => {
    expect(await failure(2, 'reproduce', 'sizes', 'mobilenetv2')).toMatch(
      /it is for tinyyolov3, .*resnet152$/,
    );
    expect(await failure(2, 'reproduce', 'writes', 'resnet101')).toMatch(/, vgg19, resnet50$/);
    expect(await failure(2, 'reproduce', 'groups', 'resnet152')).toMatch(/, vgg19, resnet50$/);
  });
});

test('reproduce speedups is reproduce', async () => {
  expect(await output('reproduce', 'speedups', 'vgg16')).toBe(await output('reproduce', 'vgg16'));
});
