import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArchitecture, readArchitecture } from '../../src/index.ts';
import { unpack } from '../../src/picture/pack.ts';
import { clsaCim } from './cli.ts';
import { executablePath, Playground, START_MS } from './playground.ts';

/** What a view is asked for before its files are there, and which it has. */
interface View {
  readonly hash: string;
  /** Lets it compute. */
  readonly run: (page: Page) => Promise<unknown>;
  readonly hasTrace: boolean;
  readonly plots: readonly string[];
}

const views: Readonly<Record<string, View>> = {
  schedule: {
    hash: '#model=tinyyolov4&extra-pes=32&granularity=row',
    run: (page) => page.waitForSelector('text="Report"'),
    hasTrace: true,
    plots: ['timeline', 'utilization', 'layer-utilization', 'copies'],
  },
  simulate: {
    hash: '#model=mobilenetv2&arch=puma&granularity=row&placement=optimised&view=simulate',
    run: (page) => page.check('#explain').then(() => page.waitForSelector('#explanation')),
    hasTrace: true,
    plots: ['waits', 'energy', 'mesh', 'timeline', 'utilization', 'copies'],
  },
  optimize: {
    hash: '#model=tinyyolov3&extra-pes=16&granularity=row&view=optimize',
    run: async (page) => {
      await page.fill('#max-evaluations', '200');
      await page.press('#max-evaluations', 'Tab');
      await page.click('#start');
      await page.waitForSelector('#optimized');
    },
    hasTrace: false,
    plots: ['search'],
  },
  sweep: {
    hash: '#model=tinyyolov4&granularity=row&view=sweep',
    run: async (page) => {
      // At the first value the network does not fit.
      await page.selectOption('#parameter-0', 'pes');
      await page.fill('#values-0', '5, 200, 250');
      await page.selectOption('#parameter-1', 'duplication');
      await page.click('#sweep');
      await page.waitForSelector('#swept');
    },
    hasTrace: false,
    plots: ['pareto', 'parameter', 'parallel'],
  },
};

describe.skipIf(executablePath === undefined)('files of the playground', () => {
  let playground: Playground;
  let folder: string;
  beforeAll(async () => {
    playground = await Playground.start();
    folder = mkdtempSync(join(tmpdir(), 'clsa-cim-files-'));
  }, START_MS);
  afterAll(async () => {
    await playground?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a button offers to save, as a path. */
  async function saved(page: Page, button: string): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text="${button}"`)]);
    return download.path();
  }

  describe.each(Object.entries(views))('%s', (name, { hash, run, hasTrace, plots }) => {
    let page: Page;
    let args: readonly string[];
    beforeAll(async () => {
      page = await playground.open(hash);
      await run(page);
      const [program, ...others] = (await page.locator('#command').textContent())!.split(' ');
      expect(program).toBe('clsa-cim');
      expect(others[0]).toBe(name);
      args = others;
      if (name === 'sweep') {
        writeFileSync(join(folder, 'sweep.yaml'), readFileSync(await saved(page, 'sweep.yaml')));
      }
    }, START_MS);

    /** What the command line of the page writes with an option. */
    function written(option: string, file: string, ...others: readonly string[]): string {
      const { errors } = clsaCim([...args, option, file, ...others], folder);
      expect(errors.filter((line) => line.includes('bug'))).toEqual([]);
      return readFileSync(join(folder, file), 'utf8');
    }

    test('the report is that of --report, to the last number', async () => {
      const own = readFileSync(await saved(page, 'Report'), 'utf8');
      const theirs = written('--report', 'report.html');
      const shell = (html: string) => html.replace(DATA, '');
      expect(shell(own)).toBe(shell(theirs));
      expect(await dataOf(own)).toEqual(await dataOf(theirs));
    });

    test.skipIf(!hasTrace)('the trace is that of --trace, byte for byte', async () => {
      expect(readFileSync(await saved(page, 'Trace'), 'utf8')).toBe(written('--trace', 'trace.json'));
    });

    test.each(plots)('the plot of kind %s has what that of --plot has', async (kind) => {
      await page.selectOption('#plot', kind);
      const svg = readFileSync(await saved(page, 'SVG'), 'utf8');
      const expected = written('--plot', 'plot.svg', '--plot-kind', kind);
      const texts = (of: string) => [...of.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
      const paths = (of: string) => [...of.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
      expect(texts(expected).length).toBeGreaterThan(2);
      expect(texts(svg)).toEqual(texts(expected));
      expect(paths(svg)).toEqual(paths(expected));
      expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    });

    test.skipIf(name === 'sweep')('the JSON is that of --json, byte for byte', async () => {
      expect(readFileSync(await saved(page, 'JSON'), 'utf8')).toBe(clsaCim([...args, '--json'], folder).out);
    });

    test.runIf(name === 'sweep')('the table is results.csv, byte for byte', async () => {
      const own = readFileSync(await saved(page, 'CSV'), 'utf8');
      clsaCim(args, folder);
      expect(own).toBe(readFileSync(join(folder, 'sweep/results.csv'), 'utf8'));
      expect(own).toContain('needs 117 PEs');
    });

    test('the chip is the file that gives it', async () => {
      const text = readFileSync(await saved(page, 'chip.yaml'), 'utf8');
      const preset = new URLSearchParams(hash.slice(1)).get('arch') ?? 'paper';
      expect(parseArchitecture(text, 'chip.yaml')).toEqual(readArchitecture(preset));
    });
  });

  test('the report opens from disk, without a network, and shows the same numbers', async () => {
    const page = await playground.open(views.schedule!.hash);
    const path = await saved(page, 'Report');
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

  test('a slider that is dragged and another view leave the file that is being made alone', async () => {
    const page = await playground.open('#model=resnet152&extra-pes=8');
    const download = page.waitForEvent('download', { timeout: START_MS });
    await page.click('text="Report"');
    await page.locator('input[aria-label="Extra PEs, slider"]').fill('9');
    await page.click('#tab-sweep');
    const path = await (await download).path();
    expect(readFileSync(path, 'utf8')).toContain('resnet152');
  });

  test('nothing is said on the console', () => {
    expect(playground.messages).toEqual([]);
  });
});

const DATA = /(<script type="application\/octet-stream" id="data">)([^<]*)/;

/** What a report shows. */
async function dataOf(html: string): Promise<unknown> {
  const [, , packed = ''] = DATA.exec(html) ?? [];
  return unpack(Uint8Array.from(Buffer.from(packed, 'base64')));
}
