import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadModel, prepare, readArchitecture, Scheduler } from '../../src/index.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import type { Timeline } from '../../src/picture/timeline.ts';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();
const MODEL = new URL('../../docs/examples/three-layers.cfg', import.meta.url).pathname;
const REPORT = join(folder, 'timeline.html');

let timeline: Timeline;

beforeAll(async () => {
  const scheduler = new Scheduler(prepare(loadModel(MODEL), readArchitecture('paper')));
  const mapping = scheduler.map({ extraPes: 4 });
  timeline = timelineOfSchedule(scheduler.workload, scheduler.schedule(mapping, { keepSets: true }));
  const { status } = await clsaCim('schedule', MODEL, '--extra-pes', '4', '--report', REPORT);
  expect(status).toBe(0);
});

/** What is said of the set at hand, by name. */
async function words(page: Page): Promise<Record<string, string>> {
  const lines = await page.locator('.set-words .lines > div').all();
  const entries = lines.map(async (line) => [
    await line.locator('dt').innerText(),
    await line.locator('dd').innerText(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** The pixels of the picture, to see whether it has changed. */
function pixels(page: Page): Promise<string> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return document.querySelector('canvas')!.toDataURL();
  });
}

describe.skipIf(chromium === undefined)('the timeline of a report', () => {
  useBrowser();

  test('says of a set what it is, by keyboard', async () => {
    await inPage(REPORT, async (page) => {
      await page.locator('canvas').focus();
      for (const lane of timeline.lanes.keys()) {
        await page.keyboard.press('ArrowDown');
        const { layer, start } = await words(page);
        expect(layer).toContain(timeline.lanes[lane]!.name);
        expect(start).toMatch(/^cycle [\d,]+ \(/);
      }
      const { start: first } = await words(page);
      await page.keyboard.press(']');
      expect((await words(page)).start).not.toBe(first);
      await page.keyboard.press('w');
      expect((await words(page)).layer).not.toContain(timeline.lanes.at(-1)!.name);
      await page.keyboard.press('Escape');
      expect(await words(page)).toEqual({});
    });
  });

  test('says under the pointer which set is there', async () => {
    await inPage(REPORT, async (page) => {
      const canvas = page.locator('canvas');
      await canvas.focus();
      for (let i = 0; i < 30; i++) await page.keyboard.press('+');
      // So near, a window has a few cycles: the middle of a bar is a set of that time.
      const box = (await canvas.boundingBox())!;
      await page.mouse.move(box.x + 190 + (box.width - 190) / 2, box.y + 34 + 8);
      const told = await page.locator('.tooltip').innerText();
      const [, cycle = ''] = /cycle ([\d,]+)/.exec(told) ?? [];
      const [, row, column] = /row (\d+), column (\d+)/.exec(told) ?? [];
      const { setColumns } = timeline.nodes[timeline.lanes[0]!.node]!;
      const set = Number(row) * setColumns + Number(column);
      expect(timeline.lanes[0]!.times!.starts[set]).toBe(Number(cycle.replaceAll(',', '')));
    });
  });

  test('moves and zooms by keys, buttons, wheel and drags, and comes back', async () => {
    await inPage(REPORT, async (page) => {
      const canvas = page.locator('canvas');
      await canvas.focus();
      const whole = await pixels(page);
      const box = (await canvas.boundingBox())!;
      const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
      const seen = new Set([whole]);
      const changes: readonly (() => Promise<void>)[] = [
        () => page.keyboard.press('+'),
        () => page.keyboard.press('ArrowRight'),
        () => page.getByRole('button', { name: 'Zoom in' }).first().click(),
        async () => {
          await page.mouse.move(...middle);
          await page.keyboard.down('Control');
          await page.mouse.wheel(0, -200);
          await page.keyboard.up('Control');
        },
        async () => {
          await page.mouse.move(...middle);
          await page.mouse.down();
          await page.mouse.move(middle[0] + 120, middle[1], { steps: 4 });
          await page.mouse.up();
        },
        () => page.getByRole('checkbox', { name: 'Critical path' }).click(),
      ];
      for (const [i, change] of changes.entries()) {
        await change();
        await page.mouse.move(0, 0);
        expect(seen.size, `change ${i}`).toBe(i + 1);
        seen.add(await pixels(page));
      }
      expect(seen.size).toBe(changes.length + 1);
      await page.getByRole('checkbox', { name: 'Critical path' }).click();
      await page.getByRole('button', { name: 'Fit' }).click();
      expect(await pixels(page)).toBe(whole);
    });
  });

  test('is there for readers of screens as a table', async () => {
    await inPage(REPORT, async (page) => {
      const table = page.getByRole('region', { name: 'Table of layers' });
      const names = await table.locator('tbody tr td:first-child').allInnerTexts();
      expect(names).toEqual(timeline.lanes.map(({ name }) => name));
      await table.getByRole('button', { name: 'end' }).click();
      await table.getByRole('button', { name: 'end' }).click();
      const ends = await table.locator('tbody tr td:nth-child(8)').allInnerTexts();
      const sorted = timeline.lanes.map(({ endCycle }) => endCycle).toSorted((a, b) => b - a);
      expect(ends.map((end) => Number(end.replaceAll(',', '')))).toEqual(sorted);
    });
  });
});

const LONG = 'x'.repeat(1e5);
const EVIL = [
  '<script>document.title = "broken"</script>',
  '</script><img src=x onerror="document.title=1">',
  '"><svg onload=alert(1)>',
  'right\u202eto left',
  'separated\u2028here',
  'two\nlines\u0000\u001b[31m',
  '~0',
  '~~',
  LONG,
];

describe.skipIf(chromium === undefined)('a report of names that are anybody’s text', () => {
  useBrowser();

  test('shows them as text, and keeps its width', async () => {
    const nodes = EVIL.map((name, i) => node('Conv', `${i === 0 ? 'image' : i - 1} w`, String(i), {}, name));
    const path = join(folder, 'evil.html');
    const file = join(folder, 'evil.onnx');
    writeFileSync(
      file,
      model({ inputs: { image: [1, 4, 6, 6] }, initializers: { w: weights(4, 4, 1, 1) }, nodes }),
    );
    expect(await clsaCim('schedule', file, '--report', path)).toMatchObject({ status: 0 });
    for (const width of [390, 1440]) {
      await inPage(
        path,
        async (page) => {
          expect(await page.title()).toBe('evil on paper');
          expect(await page.locator('img').count()).toBe(0);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
          const region = page.getByRole('region', { name: 'Table of layers' });
          const names = await region.locator('tbody tr td:first-child').allInnerTexts();
          expect(names[0]).toMatch(/^<script>doc.*<\/script>$/);
          expect(names.slice(6, 8)).toEqual(['~0', '~~']);
          expect(names[8]!.length).toBeLessThan(40);
        },
        { viewport: { width, height: 900 } },
      );
    }
  });
});
