import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import { clsaCim, failure, temporaryFolder } from '../cli/command-line.ts';
import { chromium, inPage, useBrowser } from './browser.ts';

const folder = temporaryFolder();
const OPTIONS = ['tinyyolov4', '--extra-pes', '32', '--granularity', 'row'];

/** The report of a schedule, and what the command prints besides. */
async function reported(name: string, ...args: string[]) {
  const path = join(folder, name);
  const { status, stdout, stderr } = await clsaCim('schedule', ...args, '--report', path);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return { path, stdout };
}

/** The numbers of a report by name, as text. */
async function figuresOf(page: Page): Promise<Record<string, string[]>> {
  const rows = await page.getByRole('region', { name: 'Table with columns here' }).locator('tbody tr').all();
  const entries = rows.map(async (row) => [
    await row.locator('th').innerText(),
    await row.locator('td').allInnerTexts(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

describe('schedule --report', () => {
  test('prints what it prints without, and writes the same bytes again', async () => {
    const { stdout } = await clsaCim('schedule', ...OPTIONS, '--json');
    const first = await reported('same.html', ...OPTIONS, '--json');
    const bytes = readFileSync(first.path);
    const second = await reported('same.html', ...OPTIONS, '--json');
    expect([first.stdout, second.stdout]).toEqual([stdout, stdout]);
    expect(readFileSync(second.path).equals(bytes)).toBe(true);
  });

  test('writes over nothing that is read, and only where there is a place', async () => {
    const chip = new URL('../../docs/examples/mesh.yaml', import.meta.url).pathname;
    const over = await failure(2, 'schedule', 'vgg16', '--arch', chip, '--report', chip);
    expect(over).toContain('would overwrite');
    const nowhere = await failure(1, 'schedule', 'vgg16', '--report', join(folder, 'none', 'r.html'));
    expect(nowhere).toContain('--report');
  });
});

describe.skipIf(chromium === undefined)('the report of a schedule', () => {
  useBrowser();

  test('has the numbers of --json', async () => {
    const { path, stdout } = await reported('numbers.html', ...OPTIONS, '--json');
    const schedule: Schedule = JSON.parse(stdout);
    const figures = await inPage(path, figuresOf);
    const [cycles, baseline] = figures.cycles!.map((text) => Number(text.replaceAll(',', '')));
    expect([cycles, baseline]).toEqual([schedule.cycles, schedule.baselineCycles]);
    expect(figures.speedup).toEqual([`${schedule.speedup.toFixed(2)}x`, '1.00x', '21.90x']);
    expect(figures.utilization![0]).toBe(`${(schedule.utilization * 100).toFixed(1)} %`);
  });
});
