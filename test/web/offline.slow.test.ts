import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, Playground, START_MS } from './playground.ts';

const documents = {
  'docs/index.html': '<!doctype html><title>Documents</title><a href="reference/cli.html">More</a>',
  'docs/reference/cli.html': '<!doctype html><title>More</title><img src="../a.svg" alt="a">',
  'docs/a.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
};

describe.skipIf(executablePath === undefined)('documents beside the playground', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await Playground.start(documents);
  }, START_MS);
  afterAll(() => playground?.stop());

  test('are read without a network once the page has been there, and are no part of its first load', async () => {
    const page = await playground.open();
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(loaded.filter((name) => name.includes('/docs/'))).toEqual([]);
    const kept = () =>
      page.evaluate(async () => {
        const names = (await caches.keys()).filter((name) => name.includes('documents'));
        const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return requests.flat().length;
      });
    await expect.poll(kept, { timeout: START_MS }).toBe(Object.keys(documents).length);
    await page.context().setOffline(true);
    await page.reload();
    await page.click('text="Documents"');
    await page.click('text="More"');
    await expect.poll(() => page.title()).toBe('More');
    expect(await page.locator('img').evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
    await page.goBack();
    await page.goBack();
    await page.waitForSelector('.figures[aria-busy="false"]');
  });
});
