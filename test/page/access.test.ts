import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from '../browser/axe.ts';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();

/** Reports, with the command that makes each. */
const REPORTS: readonly (readonly [name: string, ...args: string[]])[] = [
  ['schedule', 'tinyyolov4', '--extra-pes', '32', '--granularity', 'row'],
];

describe.skipIf(chromium === undefined).each(REPORTS)('a report of %s', (command, ...args) => {
  useBrowser();
  const path = join(folder, `${command}.html`);

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('can be used by all, %s, %d pixels wide, and is no wider', async (colorScheme, width) => {
    const { status, stderr } = await clsaCim(command, ...args, '--report', path);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await inPage(
      path,
      async (page) => {
        await page.locator('.graph').first().scrollIntoViewIfNeeded();
        await page.waitForSelector('.network');
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      },
      { colorScheme, viewport: { width, height: 900 } },
    );
  });
});
