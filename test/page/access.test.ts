import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is hard to use for some, in words. */
async function violations(page: Page): Promise<string[]> {
  // The policy of the page lets no script in, but the driver may evaluate one.
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

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
