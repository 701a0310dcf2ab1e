import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel, readArchitecture, type ScheduleOptions, schedule } from '../../src/index.ts';
import { parseGranularity } from '../../src/workload/granularity.ts';
import { root } from '../docs/documents.ts';
import { executablePath, expectFigures, Playground, START_MS } from './playground.ts';

/** Figures that the page has to show as the library gives them. */
function figuresOf(model: string, arch: string, options: ScheduleOptions, dims = {}) {
  const { cycles, latencyNs, speedup, utilization, totalPes, usedPes, minimumPes, baselineCycles } = schedule(
    loadModel(model, { dims }),
    readArchitecture(arch),
    options,
  );
  return { cycles, latencyNs, speedup, utilization, totalPes, usedPes, minimumPes, baselineCycles };
}

/** A configuration with the numbers that the library has for it. */
interface Setting {
  readonly model: string;
  readonly arch?: string;
  readonly extraPes?: number;
  readonly duplication?: 'none' | 'greedy' | 'sum';
  readonly granularity?: string;
  readonly scheduling?: 'xinf' | 'lbl';
  readonly batch?: number;
}

const settings: readonly Setting[] = [
  { model: 'tinyyolov3', extraPes: 16 },
  { model: 'tinyyolov4', extraPes: 32, granularity: 'row' },
  { model: 'vgg16', extraPes: 64, duplication: 'sum', granularity: '4x4' },
  { model: 'vgg19', extraPes: 0, scheduling: 'lbl' },
  { model: 'resnet50', extraPes: 64 },
  { model: 'resnet101', extraPes: 7, granularity: 'row', batch: 4 },
  { model: 'resnet152', extraPes: 32, duplication: 'none', granularity: 'row' },
  { model: 'mobilenetv2', arch: 'isaac' },
  { model: 'vit_b16', arch: 'puma', granularity: 'row' },
  { model: 'bert_base', extraPes: 100, granularity: 'row', duplication: 'sum' },
];

describe.skipIf(executablePath === undefined)('the playground', () => {
  let playground: Playground;
  let page: Page;
  beforeAll(async () => {
    playground = await Playground.start();
    page = await playground.open();
  }, START_MS);
  afterAll(() => playground?.stop());

  test.each(settings)('computes what the library computes: %j', async (setting) => {
    const { model, arch = 'paper', extraPes, duplication = 'greedy', granularity = 'pixel' } = setting;
    const { scheduling = 'xinf', batch = 1 } = setting;
    await page.selectOption('#model', model);
    await page.selectOption('#arch', arch);
    await page.selectOption('#pes-kind', extraPes === undefined ? 'chip' : 'extra');
    if (extraPes !== undefined) {
      await page.fill('#extra-pes', String(extraPes));
      await page.press('#extra-pes', 'Enter');
    }
    await page.selectOption('#duplication', duplication);
    await page.selectOption('#granularity', granularity);
    await page.selectOption('#scheduling', scheduling);
    await page.fill('#batch', String(batch));
    await page.press('#batch', 'Enter');
    const options = { duplication, scheduling, granularity: parseGranularity(granularity) };
    const pes = { ...(extraPes === undefined ? {} : { extraPes }), ...(batch === 1 ? {} : { batch }) };
    await expectFigures(page, figuresOf(model, arch, { ...options, ...pes }));
  });

  test('saves the JSON that the command line prints, byte for byte', async () => {
    await page.click('#tab-schedule');
    const [command = ''] = await page.locator('#command').allTextContents();
    const [program, ...args] = command.split(' ');
    expect(program).toBe('clsa-cim');
    const printed = execFileSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args, '--json']);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text="JSON"')]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(printed.toString());
  });

  test('has nothing to say on the console', () => {
    expect(playground.messages).toEqual([]);
  });
});
