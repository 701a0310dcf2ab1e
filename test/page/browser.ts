import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { chromium } from '../core/browser.ts';

export { chromium };

if (chromium === undefined)
  console.warn('tests in a browser are skipped: there is no Chromium; install it (apt-get install chromium)');

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-quic'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Where a command is, which this driver does not look for. */
function pathOf(command: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path)) ?? command;
}

let browser: Browser;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await driver.launch({ executablePath: pathOf(chromium!), args: ARGUMENTS });
  });
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
    const told: string[] = [];
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(String(error)));
    await page.goto(`file://${encodeURI(path)}`);
    await page.waitForSelector('main');
    const result = await work(page);
    expect(told).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}
