import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArchitecture, schedule, zooNetwork } from '../../src/index.ts';
import { executablePath, expectFigures, Playground, START_MS } from './playground.ts';

describe.skipIf(executablePath === undefined)('links to the playground', () => {
  let playground: Playground;
  let page: Page;
  beforeAll(async () => {
    playground = await Playground.start();
    page = await playground.open();
  }, START_MS);
  afterAll(() => playground?.stop());

  test('a link is opened in the page that is there, too, and the browser goes back and forward', async () => {
    const open = (hash: string) =>
      page.evaluate((to) => {
        location.hash = to;
      }, hash);
    const cyclesOf = (name: string) => schedule(zooNetwork(name), readArchitecture('paper'), {}).cycles;
    await open('#model=vgg16&view=sweep');
    await expectFigures(page, { cycles: cyclesOf('vgg16') });
    expect(await page.locator('[aria-selected="true"]').textContent()).toBe('Sweep');
    await open('#model=vgg19');
    await expectFigures(page, { cycles: cyclesOf('vgg19') });
    await page.goBack();
    await expectFigures(page, { cycles: cyclesOf('vgg16') });
    await page.goForward();
    await expectFigures(page, { cycles: cyclesOf('vgg19') });
    await open('#a=b&c=d');
    expect(await page.locator('.notice').textContent()).toContain('nothing that this page understands');
    await expectFigures(page, { cycles: cyclesOf('vgg19') });
  });

  test.each([
    '#a=b',
    '#other.a=b',
    '#__proto__=x',
    '#extra-pes=-1',
    '#batch=1e9',
    '#chip=null',
    '#reload=never',
    `#${'%'.repeat(100_000)}`,
  ])('a link that says nothing (%.20s …) is told, and the page is as without it', async (hash) => {
    const opened = await playground.open(hash);
    expect(await opened.locator('.notice').textContent()).toContain('nothing that this page understands');
    const { cycles } = schedule(zooNetwork('tinyyolov4'), readArchitecture('paper'), { extraPes: 32 });
    await expectFigures(opened, { cycles });
    await opened.context().close();
  });

  test('the browser has nothing to say', () => {
    expect(playground.messages).toEqual([]);
  });
});
