import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Optimization, Simulation } from '../../src/index.ts';
import type { SweepSummary } from '../../src/sweep/index.ts';
import { clsaCim, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();
const MESH = new URL('../../docs/examples/mesh.yaml', import.meta.url).pathname;

/** What a command prints as JSON, and the report that it writes besides. */
async function reported<Result>(name: string, ...args: string[]) {
  const path = join(folder, `${name}.html`);
  const { status, stdout } = await clsaCim(...args, '--json', '--report', path);
  expect(status).toBe(0);
  return { path, result: JSON.parse(stdout) as Result };
}

/** The cells of a row of a table, by the name in front. */
async function rowOf(page: Page, table: string, name: string): Promise<string[]> {
  const rows = page.getByRole('region', { name: table }).locator('tbody tr');
  const row = rows.filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  return row.first().locator('td').allInnerTexts();
}

/** The SVG of the plot in a section. */
function plotOf(page: Page, section: string) {
  return page.getByRole('region', { name: section }).locator('svg').first();
}

describe.skipIf(chromium === undefined)('reports of other commands', () => {
  useBrowser();

  test('of a simulation has its numbers, waits, energy, and the mesh over time', async () => {
    const { path, result } = await reported<Simulation>(
      'simulation',
      ...['simulate', 'tinyyolov4', '--arch', MESH, '--granularity', 'row'],
    );
    await inPage(path, async (page) => {
      const cells = await rowOf(page, 'Table with columns here', 'clock cycles');
      const numbers = cells.map((text) => Number(text.replaceAll(',', '')));
      expect(numbers.slice(0, 2)).toEqual([result.cycles, result.idealCycles]);
      expect(numbers[2]).toBeGreaterThan(result.cycles);
      for (const section of ['Waits', 'Energy', 'Utilization over time']) {
        await page.getByRole('heading', { name: section }).scrollIntoViewIfNeeded();
        await plotOf(page, section).waitFor();
      }
      await page.getByRole('heading', { name: 'Mesh over time' }).scrollIntoViewIfNeeded();
      const mesh = plotOf(page, 'Mesh over time');
      await mesh.waitFor();
      const whole = await mesh.innerHTML();
      const slider = page.getByRole('slider', { name: 'time' });
      await slider.focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^cycle [\d,]+ to /);
      await expect.poll(() => mesh.innerHTML()).not.toBe(whole);
      await page.getByRole('combobox', { name: 'tiles show' }).selectOption({ index: 1 });
      await expect.poll(() => mesh.textContent()).toContain('bits in input buffers');
    });
  });

  test('of a search has best, greedy and bound', async () => {
    const { path, result } = await reported<Optimization>(
      'optimization',
      ...['optimize', 'tinyyolov3', '--extra-pes', '16', '--granularity', 'row', '--max-evaluations', '500'],
    );
    await inPage(path, async (page) => {
      const cells = await rowOf(page, 'Table with columns greedy', 'cycles');
      const numbers = cells.map((text) => Number(text.replaceAll(',', '')));
      const { greedy, best, bound } = result as Optimization<'latency'>;
      expect(numbers).toEqual([greedy.cycles, best.cycles, Math.ceil(bound)]);
      await page.getByRole('heading', { name: 'Best and bound' }).scrollIntoViewIfNeeded();
      await plotOf(page, 'Best and bound').waitFor();
    });
  });

  test('of a sweep has all points, in a table that is sorted and in plots of any columns', async () => {
    const spec = join(folder, 'sweep.yaml');
    writeFileSync(
      spec,
      'models: [tinyyolov3]\narchitectures: [paper]\nproduct:\n  extraPes: [0, 8, 16]\n  granularity: [row, 13x13]\n',
    );
    const { path, result } = await reported<SweepSummary>(
      'sweep',
      ...['sweep', spec, '--out', join(folder, 'sweep'), '--workers', '1'],
    );
    await inPage(path, async (page) => {
      const table = page.getByRole('region', { name: 'Table of points' });
      expect(await table.locator('tbody tr').count()).toBe(result.points);
      const heads = await table.locator('thead th').allInnerTexts();
      const column = heads.findIndex((head) => head.trim() === 'cycles');
      await table.getByRole('button', { name: 'cycles', exact: true }).click();
      const texts = await table.locator(`tbody tr td:nth-child(${column + 1})`).allInnerTexts();
      const cycles = texts.map((text) => Number(text.replaceAll(',', '')));
      expect(cycles).toEqual(cycles.toSorted((a, b) => a - b));
      await page.getByRole('heading', { name: 'Two metrics' }).scrollIntoViewIfNeeded();
      const front = page.getByRole('img', { name: /^All points by/ });
      await front.locator('svg').waitFor();
      await page.getByRole('combobox', { name: 'up' }).first().selectOption('utilization');
      await expect.poll(() => front.getAttribute('aria-label')).toContain('utilization');
      await expect.poll(() => front.textContent()).toContain('utilization');
    });
  });

  test('of a million sets is below 5 MB, and is there within a second', async () => {
    const path = join(folder, 'large.html');
    const args = ['vgg16', '--extra-pes', '400', '--batch', '8'];
    expect((await clsaCim('schedule', ...args, '--report', path)).status).toBe(0);
    expect(statSync(path).size).toBeLessThan(5e6);
    // Time in which the page was at work, not that in which it waited for others on this machine.
    const workSeconds = await inPage(path, async (page) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.reload();
      await page.waitForFunction(() => performance.getEntriesByName('drawn').length > 0);
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')!.value;
    });
    expect(workSeconds).toBeGreaterThan(0);
    expect(workSeconds).toBeLessThan(1);
  });
});
