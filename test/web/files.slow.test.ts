import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArchitecture, readArchitecture } from '../../src/index.ts';
import { clsaCim } from './cli.ts';
import { executablePath, Playground, START_MS } from './playground.ts';

describe.skipIf(executablePath === undefined)('files of the playground', () => {
  let playground: Playground;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    playground = await Playground.start();
    page = await playground.open('#model=tinyyolov4&extra-pes=32&granularity=row');
    folder = mkdtempSync(join(tmpdir(), 'clsa-cim-files-'));
  }, START_MS);
  afterAll(async () => {
    await playground?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a button offers to save, as a path. */
  async function saved(button: string): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text="${button}"`)]);
    return download.path();
  }

  /** What the command line writes with an option. */
  function written(option: string, name: string): string {
    const [, ...args] = 'clsa-cim schedule tinyyolov4 --extra-pes 32 --granularity row'.split(' ');
    clsaCim([...args, option, join(folder, name)]);
    return readFileSync(join(folder, name), 'utf8');
  }

  test('the trace is that of --trace, byte for byte', async () => {
    expect(readFileSync(await saved('Trace'), 'utf8')).toBe(written('--trace', 'trace.json'));
  });

  test.each(['timeline', 'utilization', 'copies'])(
    'the plot of kind %s has what that of --plot has',
    async (kind) => {
      await page.selectOption('#plot', kind);
      const svg = readFileSync(await saved('SVG'), 'utf8');
      clsaCim([
        ...['schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row'],
        ...['--plot', join(folder, 'plot.svg'), '--plot-kind', kind],
      ]);
      const texts = (of: string) => [...of.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
      const paths = (of: string) => [...of.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
      const expected = readFileSync(join(folder, 'plot.svg'), 'utf8');
      expect(texts(expected).length).toBeGreaterThan(5);
      expect(texts(svg)).toEqual(texts(expected));
      expect(paths(svg)).toEqual(paths(expected));
      expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    },
  );

  test('the chip is the file that gives it', async () => {
    const chip = parseArchitecture(readFileSync(await saved('chip.yaml'), 'utf8'), 'chip.yaml');
    expect(chip).toEqual(readArchitecture('paper'));
  });

  test('the report opens from disk, without a network, and shows the same numbers', async () => {
    const path = await saved('Report');
    const context = await page.context().browser()!.newContext({ offline: true });
    const report = await context.newPage();
    const messages: string[] = [];
    report.on('console', (message) => messages.push(message.text()));
    await report.setContent(readFileSync(path, 'utf8'));
    await report.waitForSelector('main');
    expect(await report.locator('main').textContent()).toContain('5,109');
    expect(messages).toEqual([]);
    await context.close();
  });

  test('nothing is said on the console', () => {
    expect(playground.messages).toEqual([]);
  });
});
