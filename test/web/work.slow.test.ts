import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optimize, readArchitecture, schedule, simulateAndExplain, zooNetwork } from '../../src/index.ts';
import { sentences } from '../../src/report/explanation.ts';
import { integer, rounded } from '../../src/report/table.ts';
import { executablePath, expectFigures, figure, Playground, START_MS } from './playground.ts';

describe.skipIf(executablePath === undefined)('the playground', () => {
  let playground: Playground;
  let page: Page;
  beforeAll(async () => {
    playground = await Playground.start();
    page = await playground.open('#model=tinyyolov3&arch=isaac&granularity=row');
  }, START_MS);
  afterAll(() => playground?.stop());

  test('simulates and explains as the library does, and follows the controls', async () => {
    await page.click('#tab-simulate');
    await page.check('#explain');
    await page.selectOption('#fields', 'form');
    await page.fill('[id="field-chip.inputBufferBytes"]', '131072');
    await page.press('[id="field-chip.inputBufferBytes"]', 'Tab');
    await page.selectOption('#fields', 'none');
    for (const linkBitsPerCycle of [16, 32]) {
      await page.fill('#link', String(linkBitsPerCycle));
      await page.press('#link', 'Tab');
      const isaac = readArchitecture('isaac');
      const chip = { ...isaac, chip: { ...isaac.chip, inputBufferBytes: 131072, linkBitsPerCycle } };
      const { simulation, explanation } = simulateAndExplain(zooNetwork('tinyyolov3'), chip, {
        granularity: 'row',
      });
      await expectFigures(page, {
        'simulation.cycles': simulation.cycles,
        'simulation.latencyNs': simulation.latencyNs,
        'simulation.energyPj': simulation.energyPj.total,
      });
      await expect
        .poll(() => page.locator('#explanation li').allTextContents())
        .toEqual(sentences(explanation));
    }
  });

  test('optimises as the library does', async () => {
    await page.selectOption('#arch', 'paper');
    await page.selectOption('#pes-kind', 'extra');
    await page.click('#tab-optimize');
    await page.selectOption('#model', 'resnet50');
    await page.fill('#max-evaluations', '300');
    await page.press('#max-evaluations', 'Tab');
    await page.click('#start');
    const options = { extraPes: 32, granularity: 'row', maxEvaluations: 300 } as const;
    const { greedy, best, bound } = await optimize(
      zooNetwork('resnet50'),
      readArchitecture('paper'),
      options,
    );
    await expectFigures(page, { greedy: greedy.cycles, best: best.cycles, bound });
    await page.click('text="Use these copies"');
    await expectFigures(page, { cycles: best.cycles });
    expect(await page.locator('#command').textContent()).toContain('--duplication copies.json');
  });

  test('stops a search when it is asked to, with what it has', async () => {
    await page.selectOption('#duplication', 'greedy');
    await page.click('#tab-optimize');
    await page.selectOption('#model', 'resnet101');
    // Its bound stays below the best for minutes.
    await page.fill('#extra-pes', '512');
    await page.press('#extra-pes', 'Tab');
    await page.fill('#max-evaluations', '100000000');
    await page.press('#max-evaluations', 'Tab');
    await page.click('#start');
    await page.waitForSelector('.working:has-text("best so far")');
    await page.click('#stop');
    await page.waitForSelector('#optimized');
    expect(await page.locator('#optimized').textContent()).toContain('Stopped: this is the best until then.');
    expect(await figure(page, 'best')).toBeLessThanOrEqual(await figure(page, 'greedy'));
  });

  test.each(['latency', 'throughput'])(
    'stopped at once, a search for the %s has something to show',
    async (what) => {
      // No worker has loaded what searches: Stop is heard before it has begun.
      const fresh = await playground.open('#model=resnet152&extra-pes=150&view=optimize');
      await fresh.selectOption('#objective', what);
      await fresh.evaluate(async () => {
        document.querySelector<HTMLElement>('#start')!.click();
        while (document.querySelector('#stop') === null) await new Promise((resolve) => setTimeout(resolve));
        document.querySelector<HTMLElement>('#stop')!.click();
      });
      await fresh.waitForSelector('#optimized', { timeout: START_MS });
      expect(await fresh.locator('#optimized').textContent()).toContain(
        'Stopped: this is the best until then.',
      );
      expect(await figure(fresh, 'best')).toBeLessThanOrEqual(await figure(fresh, 'greedy'));
      await fresh.selectOption('#model', 'vgg16');
      await expectFigures(fresh, {
        minimumPes: schedule(zooNetwork('vgg16'), readArchitecture('paper')).minimumPes,
      });
      await fresh.context().close();
    },
  );

  test('sweeps, with the points of schedules', async () => {
    await page.selectOption('#model', 'tinyyolov4');
    await page.click('#tab-sweep');
    await page.fill('#values-0', '0, 8, 16');
    await page.selectOption('#parameter-1', 'crossbarSize');
    await page.fill('#values-1', '128, 256');
    await page.click('#sweep');
    await page.waitForSelector('#swept');
    const shown = await page
      .locator('section[aria-label="All points"] tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('td.number')].map(({ textContent }) => textContent)),
      );
    const expected = [0, 8, 16].flatMap((extraPes) =>
      [128, 256].map((side) => {
        const chip = { ...readArchitecture('paper'), crossbarRows: side, crossbarColumns: side };
        const result = schedule(zooNetwork('tinyyolov4'), chip as never, { extraPes, granularity: 'row' });
        const whole = [extraPes, side, side, result.latencyNs, result.cells, result.cycles].map(integer);
        return [...whole, rounded(result.speedup), rounded(result.utilization)];
      }),
    );
    expect(shown).toEqual(expected);
    await page.fill('#values-0', '0, -1');
    await page.click('#sweep');
    await expect.poll(() => page.locator('#view .failure li').allTextContents()).toHaveLength(1);
  });

  test('has nothing to say on the console', () => {
    expect(playground.messages).toEqual([]);
  });
});
