import { expect, test } from 'vitest';
import type { ScheduleOptions } from '../../src/index.ts';
import { prepare, readArchitecture, zooNetwork } from '../../src/index.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import type { Timeline } from '../../src/picture/timeline.ts';
import { utilizationOf } from '../../src/picture/utilization.ts';
import { inSteps } from '../../src/report/bars.ts';
import { ganttChart } from '../../src/report/gantt.ts';
import { spread, utilizationLine } from '../../src/report/over-time.ts';
import { PLAIN } from '../../src/report/printout.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';

function timelineOf(chip: string, options: ScheduleOptions): Timeline {
  const workload = prepare(zooNetwork('tinyyolov4'), readArchitecture(chip), { granularity: 'row' });
  const scheduler = new Scheduler(workload);
  const how = { ...options, keepSets: true };
  return timelineOfSchedule(workload, scheduler.schedule(scheduler.map(how), how));
}

const stays = timelineOf('paper', { extraPes: 32 });
const turns = timelineOf('docs/examples/turns.yaml', { pes: 60 });

test('nothing of what bins hold is lost where they are spread over columns', () => {
  for (const columns of [1, 7, 60, 1024, 3000]) {
    for (const { busy } of stays.lanes) {
      const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
      const shown = spread(busy, stays.binCycles, stays.cycles, columns);
      expect(shown).toHaveLength(columns);
      expect(sum(shown)).toBeCloseTo(sum(busy), 6);
    }
  }
});

test.each([40, 80, 200])('a chart of %i columns shows each lane from its start to its end', (columns) => {
  const lines = ganttChart(stays).draw(columns, PLAIN);
  expect(Math.max(...lines.map((line) => line.length))).toBe(columns);
  expect(lines[0]).toMatch(/^ +0 .* 5,109$/);
  const indent = lines[0]!.indexOf('0');
  const cyclesOfColumn = stays.cycles / (columns - indent);
  stays.lanes.forEach(({ name, startCycle, endCycle }, i) => {
    const line = lines[2 + i]!;
    expect(line.slice(0, indent)).toContain(name);
    const bars = line.slice(indent);
    // Bins are not cut where columns are.
    expect(Math.abs(bars.search(/\S/) - startCycle / cyclesOfColumn)).toBeLessThanOrEqual(2);
    expect(Math.abs(bars.length - endCycle / cyclesOfColumn)).toBeLessThanOrEqual(2);
  });
});

test('writes are marked where weights take turns, and only there', () => {
  const rows = ganttChart(turns).draw(80, PLAIN);
  expect(rows.slice(3, -2).every((row) => / w/.test(row))).toBe(true);
  expect(rows.join(' ')).toContain('w: weights are written');
  expect(ganttChart(stays).draw(80, PLAIN).join(' ')).not.toContain('written');
});

test('a chart of nothing says so', () => {
  expect(ganttChart({ ...stays, lanes: [] }).draw(80, PLAIN)).toEqual([
    'Nothing runs, so that there is nothing to draw.',
  ]);
});

test('the line of utilization is of the same PEs as the figure', () => {
  const [text = '', line = ''] = utilizationLine(utilizationOf(stays)).draw(80, PLAIN);
  expect(text).toMatch(/^PEs busy from 0 to 5,109 cycles; the highest is [\d.]+ %:$/);
  expect(line).toHaveLength(80);
  const [, highest] = /is ([\d.]+) %/.exec(text)!;
  const levels = Array.from(line, (character) => ' ▁▂▃▄▅▆▇█'.indexOf(character));
  const mean = (levels.reduce((sum, level) => sum + level, 0) / 80 / 8) * Number(highest);
  expect(mean).toBeGreaterThan(25);
  expect(mean).toBeLessThan(32);
});

test('only nothing is drawn as nothing, and only all as all', () => {
  expect([0, 1e-9, 0.5, 1 - 1e-9, 1].map((share) => inSteps(share, 8))).toEqual([0, 1, 4, 7, 8]);
});
