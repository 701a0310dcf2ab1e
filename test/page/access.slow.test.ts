import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../browser/axe.ts';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();

/** Scrolls through a page, so that all of it is drawn. */
async function seeAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 500) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  for (const plot of await page.locator('.plot-holder').all()) await plot.locator('svg').first().waitFor();
  if ((await page.locator('.graph').count()) > 0) await page.waitForSelector('.network');
}

function example(name: string): string {
  return new URL(`../../docs/examples/${name}`, import.meta.url).pathname;
}

writeFileSync(
  join(folder, 'sweep.yaml'),
  'models: [tinyyolov3]\narchitectures: [paper]\nproduct:\n  extraPes: [0, 8, 16]\n  granularity: [row, 13x13]\n',
);

/** Reports, with the command that makes each. */
const REPORTS: readonly (readonly [name: string, ...args: string[]])[] = [
  ['schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row'],
  ['simulate', 'tinyyolov4', '--arch', example('mesh.yaml'), '--granularity', 'row', '--explain'],
  ['optimize', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row', '--max-evaluations', '300'],
  ['compare', example('runs.yaml')],
  ['sweep', join(folder, 'sweep.yaml'), '--out', join(folder, 'sweep')],
];

describe.skipIf(chromium === undefined).each(REPORTS)('a report of %s', (command, ...args) => {
  useBrowser();
  const path = join(folder, `${command}.html`);
  beforeAll(async () => {
    const { status } = await clsaCim(command, ...args, '--report', path);
    expect(status).toBe(0);
  });

  test.each(['light', 'dark'] as const)('can be used by all, %s, wide and narrow', async (colorScheme) => {
    await inPage(
      path,
      async (page) => {
        for (const width of [1440, 390]) {
          await page.setViewportSize({ width, height: 900 });
          await seeAll(page);
          expect(await violations(page), `${width} pixels wide`).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
        }
      },
      { colorScheme },
    );
  });
});
