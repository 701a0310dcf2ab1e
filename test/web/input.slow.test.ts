import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  architectureToYaml,
  loadModelBytes,
  type OneSizeArchitecture,
  readArchitecture,
  schedule,
  zooNetwork,
} from '../../src/index.ts';
import { MODELS, modelFile } from '../models.ts';
import { clsaCim } from './cli.ts';
import { executablePath, expectFigures, Playground, START_MS, settled } from './playground.ts';

/** Lets go of files over the page, as a hand does. */
async function drop(
  page: Page,
  files: Readonly<Record<string, Buffer | string>>,
  on = '.drop',
): Promise<void> {
  const transfer = await page.evaluateHandle(
    (all) => {
      const data = new DataTransfer();
      for (const [name, bytes] of all) data.items.add(new File([Uint8Array.from(bytes)], name));
      return data;
    },
    Object.entries(files).map(([name, content]) => [name, [...Buffer.from(content)]] as const),
  );
  await page.dispatchEvent(on, 'drop', { dataTransfer: transfer });
}

/** A model of one layer. */
const ONE_LAYER = '[net]\nheight=8\nwidth=8\nchannels=3\n[convolutional]\nfilters=4\nsize=3\n';

describe.skipIf(executablePath === undefined)('what the playground is given', () => {
  let playground: Playground;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    playground = await Playground.start();
    folder = mkdtempSync(join(tmpdir(), 'clsa-cim-input-'));
  }, START_MS);
  beforeEach(async () => {
    page = await playground.open();
  }, START_MS);
  afterAll(async () => {
    await playground?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const failures = () => page.locator('#failures li').allTextContents();

  test
    .skipIf(!existsSync(MODELS))
    .each([
      'onnx/resnet18.onnx',
      'onnx/light_squeezenet.onnx',
      'darknet/yolov4-tiny.cfg',
      'keras/mobilenet_v1.json',
    ])('%s is dropped, and has the numbers of the library while the slider moves', async (name) => {
    const content = readFileSync(modelFile(name));
    await drop(page, { [basename(name)]: content });
    const network = loadModelBytes(content, basename(name));
    for (const extraPes of [32, 33, 60]) {
      await page.locator('input[aria-label="Extra PEs, slider"]').fill(String(extraPes));
      const { cycles, speedup, usedPes } = schedule(network, readArchitecture('paper'), { extraPes });
      await expectFigures(page, { cycles, speedup, usedPes });
    }
  });

  test('a file that is no model is refused in the words of the command line, and the page stays usable', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'no model at all\n');
    await page.setInputFiles('#file', join(folder, 'notes.txt'));
    await expect.poll(failures).toEqual(clsaCim(['schedule', 'notes.txt'], folder).errors);
    expect(await page.locator('.figures.old').count()).toBe(1);
    await page.selectOption('#model', 'vgg16');
    await expect.poll(failures).toEqual([]);
  });

  test('files are taken wherever they are dropped, and of several the page says which', async () => {
    await drop(page, { 'one.cfg': ONE_LAYER, 'two.cfg': ONE_LAYER }, 'main');
    await expectFigures(page, { minimumPes: 1 });
    expect(await page.locator('.notice').textContent()).toContain('of 2 only one.cfg was taken');
    expect(await page.locator('#model').inputValue()).toBe('file');
    await drop(page, { 'empty.onnx': '' }, 'header');
    await expect.poll(failures).toEqual(['empty.onnx: the file is empty']);
    // What is no file is for whoever it is dropped on.
    const isLeft = await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'some text');
      return document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    });
    expect(isLeft).toBe(true);
  });

  test('a network with a hostile name is harmless', async () => {
    const name = `<script>document.title='bad'</script>${'x'.repeat(200)}`;
    await drop(page, { [`${name}.cfg`]: ONE_LAYER });
    await expect.poll(() => page.locator('[data-figure="minimumPes"]').textContent()).toBe('1');
    expect(await page.title()).toBe('clsa-cim playground');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test('a chip with mistakes and one that a network does not fit say what the command line says', async () => {
    await page.selectOption('#pes-kind', 'chip');
    await page.selectOption('#fields', 'form');
    await page.fill('#field-pes', '3');
    await page.press('#field-pes', 'Tab');
    const chip = join(folder, 'chip.yaml');
    writeFileSync(chip, JSON.stringify({ ...readArchitecture('paper'), pes: 3 }));
    await expect
      .poll(failures)
      .toEqual(clsaCim(['schedule', 'tinyyolov4', '--arch', 'chip.yaml'], folder).errors);
    await page.fill('#field-pes', 'many');
    await page.press('#field-pes', 'Tab');
    writeFileSync(chip, JSON.stringify({ ...readArchitecture('paper'), pes: 'many' }));
    await expect
      .poll(failures)
      .toEqual(clsaCim(['schedule', 'tinyyolov4', '--arch', 'chip.yaml'], folder).errors);
    await page.fill('#field-pes', '200');
    await page.press('#field-pes', 'Tab');
    await expectFigures(page, { totalPes: 200 });
  });

  test('the editor tells mistakes at their line, suggests keys, and what is right is used', async () => {
    await page.selectOption('#fields', 'yaml');
    await page.click('.cm-content');
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('crosbarRows: 12\n');
    await expect
      .poll(() => page.locator('#mistakes li').allTextContents())
      .toEqual(['Line 1: crosbarRows: unknown field; did you mean "crossbarRows"?']);
    expect(await page.locator('.cm-lint-marker-error').count()).toBe(1);
    await page.keyboard.press('Control+a');
    const mine = { ...readArchitecture('paper'), crossbarRows: 128 } as OneSizeArchitecture;
    await page.keyboard.insertText(architectureToYaml(mine));
    const { cycles, minimumPes } = schedule(zooNetwork('tinyyolov4'), mine, { extraPes: 32 });
    await expectFigures(page, { cycles, minimumPes });
    await page.keyboard.press('Control+End');
    await page.keyboard.type('mvmI');
    await expect
      .poll(() => page.locator('.cm-tooltip-autocomplete li').allTextContents())
      .toContain('mvmIntervalNs');
  });

  test('a link brings the same state, and of a file it says that it is not shared', async () => {
    await page.selectOption('#model', 'vgg16');
    await page.locator('input[aria-label="Crossbar size, slider"]').fill('3');
    await page.selectOption('#granularity', 'row');
    await page.check('text=Compare two configurations');
    await page.selectOption('#duplication', 'none');
    await settled(page);
    const figures = async (of: Page) =>
      of.locator('[data-figure]').evaluateAll((all) => all.map(({ textContent }) => textContent));
    await expect.poll(() => page.url()).toContain('other.duplication=none');
    const other = await playground.open(new URL(page.url()).hash);
    await expect.poll(() => figures(other)).toEqual(await figures(page));
    expect((await figures(other)).length).toBeGreaterThan(10);
    await page.setInputFiles('#file', {
      name: 'mine.cfg',
      mimeType: 'text/plain',
      buffer: Buffer.from('[net]\n'),
    });
    await expect.poll(() => page.url()).toContain('mine.cfg');
    const third = await playground.open(new URL(page.url()).hash);
    expect(await third.locator('.notice').textContent()).toContain('mine.cfg, and files are not shared');
  });

  test('the browser has nothing to say', () => {
    expect(playground.messages).toEqual([]);
  });
});
