import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../browser/axe.ts';
import { executablePath, Playground, START_MS } from './playground.ts';

/** Opens every part of the page, one after the other. */
const parts: readonly (readonly [name: string, open: (page: Page) => Promise<unknown>])[] = [
  ['schedule', (page) => page.click('#tab-schedule')],
  ['form', (page) => page.selectOption('#fields', 'form').then(() => page.waitForSelector('.form'))],
  ['editor', (page) => page.selectOption('#fields', 'yaml').then(() => page.waitForSelector('.cm-content'))],
  ['comparison', (page) => page.check('text=Compare two configurations')],
  [
    'simulation',
    async (page) => {
      await page.selectOption('#fields', 'none');
      await page.click('#tab-simulate');
      await page.check('#explain');
      await page.waitForSelector('#explanation');
    },
  ],
  [
    'optimisation',
    (page) =>
      page
        .click('#tab-optimize')
        .then(() => page.click('#start'))
        .then(() => page.waitForSelector('#optimized')),
  ],
  [
    'sweep',
    (page) =>
      page
        .click('#tab-sweep')
        .then(() => page.click('#sweep'))
        .then(() => page.waitForSelector('#swept')),
  ],
  [
    'mistake',
    (page) =>
      page
        .selectOption('#pes-kind', 'all')
        .then(() => page.fill('#pes', '1'))
        .then(() => page.press('#pes', 'Tab'))
        .then(() => page.waitForSelector('#failures li')),
  ],
];

describe.skipIf(executablePath === undefined)('the playground', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await Playground.start();
  }, START_MS);
  afterAll(() => playground?.stop());

  test.each([
    { colorScheme: 'light', width: 1440 },
    { colorScheme: 'dark', width: 1440 },
    { colorScheme: 'light', width: 390 },
    { colorScheme: 'dark', width: 390 },
  ] as const)('is open to all and fits, $colorScheme at $width px', async ({ colorScheme, width }) => {
    const page = await playground.open('#model=tinyyolov3&extra-pes=8&granularity=row', {
      colorScheme,
      viewport: { width, height: 900 },
    });
    for (const [name, open] of parts) {
      await open(page);
      expect(await violations(page), name).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(
        width,
      );
    }
  });

  test('goes by keyboard from tab to tab', async () => {
    const page = await playground.open();
    await page.focus('#tab-schedule');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('[aria-selected="true"]').textContent()).toBe('Simulate');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator(':focus').textContent()).toBe('Sweep');
  });

  test('says nothing on the console', () => {
    expect(playground.messages).toEqual([]);
  });
});
