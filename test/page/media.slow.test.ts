import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const turns = new URL('../../docs/examples/turns.yaml', import.meta.url).pathname;

describe.skipIf(chromium === undefined)('a report with weights in turns', () => {
  useBrowser();
  const path = join(temporaryFolder(), 'turns.html');
  beforeAll(async () => {
    const args = ['tinyyolov4', '--arch', turns, '--pes', '59', '--granularity', 'row', '--report', path];
    expect((await clsaCim('schedule', ...args)).status).toBe(0);
  });

  test('is printed with all of its pictures, though none of them has been seen', async () => {
    await inPage(path, async (page) => {
      expect(await page.locator('.network').count()).toBe(0);
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      // What is not there by now is not on paper.
      const nodes = await page.locator('.network .node').count();
      expect(nodes).toBeGreaterThan(21);
      const [drawn, holders] = [page.locator('.plot-holder > svg'), page.locator('.plot-holder')];
      expect(await drawn.count()).toBe(await holders.count());
      // All of the graph is in its frame.
      const { frame, last } = await page.evaluate(() => {
        const boxOf = (element: Element) => element.getBoundingClientRect().toJSON() as DOMRect;
        const shown = [...document.querySelectorAll('.network .node')].map(boxOf);
        return {
          frame: boxOf(document.querySelector('.network')!),
          last: shown.reduce((most, { bottom }) => Math.max(most, bottom), 0),
        };
      });
      expect(last).toBeLessThanOrEqual(frame.bottom);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await expect.poll(() => page.locator('.network').getAttribute('height')).toBe('560');
    });
  });

  test('has a legend where colours are forced', async () => {
    await inPage(
      path,
      async (page) => {
        const found = await page.locator('.legend .swatch').evaluateAll((swatches) => {
          const { backgroundColor: ground } = getComputedStyle(document.body);
          return swatches.map((swatch) => {
            const { backgroundColor, backgroundImage, borderTopWidth } = getComputedStyle(swatch);
            return backgroundImage !== 'none' || borderTopWidth !== '0px' || backgroundColor !== ground;
          });
        });
        expect(found.length).toBeGreaterThan(3);
        expect(found).toEqual(found.map(() => true));
      },
      { forcedColors: 'active' },
    );
  });

  test('shows its numbers on a phone without scrolling', async () => {
    await inPage(
      path,
      async (page) => {
        const table = page.locator('.scroll').first();
        expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      },
      { viewport: { width: 390, height: 844 } },
    );
  });
});
