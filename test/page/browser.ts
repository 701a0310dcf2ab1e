import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchChromium, messagesOf, START_MS } from '../browser/chromium.ts';

export { chromium } from '../browser/chromium.ts';

let browser: Browser;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchChromium();
  }, START_MS);
  afterAll(() => browser?.close());
}

/** Opens a file without a network and gives what is done with it; nothing may be told to the console meanwhile. */
export async function inPage<Result>(
  path: string,
  work: (page: Page) => Promise<Result>,
  options: BrowserContextOptions = {},
): Promise<Result> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    offline: true,
    ...options,
  });
  try {
    const page = await context.newPage();
    const told = messagesOf(page);
    await page.goto(`file://${encodeURI(path)}`);
    await page.waitForSelector('main');
    const result = await work(page);
    expect(told).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}
