import { describe, expect, test } from 'vitest';
import { plotSvg } from '../../src/plot/svg.ts';
import { scheduled, scheduledInTurns } from './drawings.ts';
import { ReadFigure, rectangles } from './figure.ts';

const { schedule, drawing } = scheduled('tinyyolov4');
const inTurns = scheduledInTurns();

describe('the plot of a timeline', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'timeline'));
  const cycleAt = figure.across();

  test('has a row for each layer, from its start to its end', () => {
    const rows = figure.rows();
    expect(rows.map(({ label }) => label)).toEqual(schedule.layers.map(({ name }) => name));
    const bars = figure.marks('bars').flatMap(rectangles);
    const distance = rows[1]!.y - rows[0]!.y;
    schedule.layers.forEach(({ startCycle, endCycle }, row) => {
      const own = bars.filter(({ y1, y2 }) => Math.abs((y1 + y2) / 2 - rows[row]!.y) < distance / 2);
      const from = Math.min(...own.map(({ x1 }) => cycleAt(x1)));
      const to = Math.max(...own.map(({ x2 }) => cycleAt(x2)));
      expect(Math.abs(from - startCycle)).toBeLessThan(schedule.cycles / 1000);
      expect(Math.abs(to - endCycle)).toBeLessThan(schedule.cycles / 1000);
    });
  });

  test('has a critical path from the start to the end', () => {
    const numbers = figure.marks('critical path')[0]!.getAttribute('d')!;
    const across = [...numbers.matchAll(/[MH]([\d.]+)/g)].map(([, x]) => cycleAt(Number(x)));
    expect(Math.abs(across[0]!)).toBeLessThan(schedule.cycles / 1000);
    expect(Math.abs(across.at(-1)! - schedule.cycles)).toBeLessThan(schedule.cycles / 1000);
    expect(across).toEqual(across.toSorted((a, b) => a - b));
  });

  test('says at its head how long cycles take', () => {
    const [foot, head] = [figure.across(0), figure.across(1)];
    expect(figure.texts).toContain('time (ms)');
    for (const x of [90, 150, 200])
      expect(head(x) * 1e6).toBeCloseTo((foot(x) * schedule.latencyNs) / schedule.cycles, 0);
  });

  test('has the writes of weights in turns', () => {
    const written = new ReadFigure(plotSvg(inTurns, 'timeline'));
    const boxes = written.marks('writes').flatMap(rectangles);
    const last = Math.max(...boxes.map(({ x2 }) => written.across()(x2)));
    const ends = inTurns.timeline!.lanes.flatMap(({ writes = [] }) => writes.map(({ endCycle }) => endCycle));
    expect(Math.abs(last - Math.max(...ends))).toBeLessThan(inTurns.timeline!.cycles / 1000);
    expect(figure.marks('writes')).toEqual([]);
  });
});

test('the plot of the utilization has as much under its line as the schedule says', () => {
  const figure = new ReadFigure(plotSvg(drawing, 'utilization'));
  const d = figure.marks('line')[0]!.querySelector('path')!.getAttribute('d')!;
  const points = [...d.matchAll(/[ML]?(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({
    cycle: figure.across()(Number(x)),
    share: figure.up()(Number(y)),
  }));
  const area = points
    .slice(1)
    .reduce(
      (sum, { cycle, share }, i) => sum + ((share + points[i]!.share) / 2) * (cycle - points[i]!.cycle),
      0,
    );
  expect(area / schedule.cycles).toBeCloseTo(schedule.utilization, 3);
  expect(figure.texts).toContain(`mean ${Number((schedule.utilization * 100).toFixed(2))} %`);
});
