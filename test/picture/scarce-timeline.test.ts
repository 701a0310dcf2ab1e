import { describe, expect, test } from 'vitest';
import {
  prepare,
  readArchitecture,
  type ScheduleOptions,
  schedule,
  simulate,
  zooNetwork,
} from '../../src/index.ts';
import { SetWords } from '../../src/page/timeline/describe.ts';
import { drawingOfTimeline } from '../../src/picture/drawing.ts';
import { setsOnCopy, tilesOf } from '../../src/picture/lane-copies.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import { stretchesOf } from '../../src/picture/stretches.ts';
import type { Timeline } from '../../src/picture/timeline.ts';
import { plotSvg } from '../../src/plot/svg.ts';
import { ganttChart } from '../../src/report/gantt.ts';
import { PLAIN } from '../../src/report/printout.ts';
import { ReadFigure, rectangles } from '../plot/figure.ts';
import { scarce } from '../scarce-chips.ts';

const timelineOf = (chip: keyof typeof scarce): Timeline =>
  timelineOfSimulation(scarce[chip].workload, scarce[chip].simulation);
const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

describe('weights in turns on the timeline of a simulation', () => {
  const writing = { ...readArchitecture('paper'), peWriteNs: 40 * 1400, parallelWrites: 16 };
  const network = zooNetwork('tinyyolov4');
  const workload = prepare(network, writing, { granularity: 'row' });

  test.each<[string, ScheduleOptions]>([
    ['rolling', { pes: 20, batch: 5, group: 2 }],
    ['barrier', { pes: 59, batch: 4, group: 2, reload: 'barrier' }],
  ])('are written, and run, when they are in the schedule if movement is free: %s', (_, options) => {
    const own = { ...options, granularity: 'row', keepSets: true } as const;
    const scheduled = timelineOfSchedule(workload, schedule(network, writing, own));
    const simulated = timelineOfSimulation(
      workload,
      simulate(network, writing, { ...own, keepPlacement: true }),
    );
    const lanes = simulated.lanes.filter(({ pes }) => pes > 0);
    expect(lanes.map(({ name }) => name)).toEqual(scheduled.lanes.map(({ name }) => name));
    lanes.forEach((lane, i) => {
      const { writes = [], groupSets, copies, round, times } = scheduled.lanes[i]!;
      expect([lane.groupSets, lane.copies, lane.round]).toEqual([groupSets, copies, round]);
      expect(lane.times!.starts).toEqual(times!.starts);
      expect((lane.writes ?? []).map(({ writeCycle, ...write }) => write)).toEqual(writes);
      for (const { startCycle, writeCycle } of lane.writes ?? []) expect(writeCycle).toBe(startCycle);
    });
    expect(sum(lanes.map(({ writes = [] }) => writes.length))).toBeGreaterThan(5);
  });

  test('have every set on the tiles of its copy, group by group', () => {
    const { sets, placement } = scarce.both.simulation;
    timelineOf('both').lanes.forEach((lane, node) => {
      const own = sets![node]!;
      const copies = placement![node]!.copies;
      const found = copies.flatMap((_, index) => [...setsOnCopy(lane, index)]);
      expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: own.count }, (_, set) => set));
      for (let set = 0; set < own.count; set++)
        expect(tilesOf(lane, set)).toEqual(copies[own.copy(set)]!.tiles);
    });
  });
});

describe('what is fetched', () => {
  test('is all that was fetched for sets, in stretches', () => {
    expect(stretchesOf(Float64Array.of(-1, 8, 2, 3, 12), Float64Array.of(-1, 9, 5, 8, 13))).toEqual({
      starts: Float64Array.of(2, 12),
      ends: Float64Array.of(9, 13),
    });
    for (const chip of ['spilling', 'shared', 'both'] as const) {
      const { lanes } = timelineOf(chip);
      lanes.forEach(({ fetches, sets: count }, node) => {
        const { fetchStart, fetchEnd } = scarce[chip].simulation.sets![node]!;
        const cycles = new Set<number>();
        for (let k = 0; k < count; k++)
          for (let cycle = fetchStart(k); cycle < fetchEnd(k); cycle++) cycles.add(cycle);
        const { starts = [], ends = [] } = fetches ?? {};
        const drawn = Array.from(starts, (start, i) => ends[i]! - start);
        expect(sum(drawn)).toBe(cycles.size);
      });
      expect(lanes.some(({ fetches }) => fetches !== undefined)).toBe(true);
    }
  });

  test('and what is written is drawn, and said in a legend, only where it is there', () => {
    const parts = (chip: keyof typeof scarce) => {
      const timeline = timelineOf(chip);
      const figure = new ReadFigure(plotSvg(drawingOfTimeline(timeline), 'timeline'));
      const text = ganttChart(timeline).draw(100, PLAIN).join(' ');
      const has = (what: string) => figure.texts.includes(what);
      return {
        ...{ writes: figure.marks('writes').length, fetches: figure.marks('fetches').length },
        legend: [has('writing of weights'), has('fetching of spilled values')],
        text: [text.includes('w: weights are written'), text.includes('f: spilled values are fetched')],
      };
    };
    expect(parts('ample')).toMatchObject({
      writes: 0,
      fetches: 0,
      legend: [false, false],
      text: [false, false],
    });
    expect(parts('inTurns')).toMatchObject({
      writes: 1,
      fetches: 0,
      legend: [true, false],
      text: [true, false],
    });
    expect(parts('shared')).toMatchObject({
      writes: 0,
      fetches: 1,
      legend: [false, true],
      text: [false, true],
    });
    expect(parts('both')).toMatchObject({ writes: 1, fetches: 1, legend: [true, true], text: [true, true] });
  });

  test('is drawn where and as long as it lasts', () => {
    const timeline = timelineOf('spilling');
    const figure = new ReadFigure(plotSvg(drawingOfTimeline(timeline), 'timeline'));
    const [strip] = figure.marks('fetches');
    const at = figure.across();
    const drawn = rectangles(strip!).map(({ x1, x2 }) => at(x2) - at(x1));
    const all = timeline.lanes.flatMap(({ fetches }) =>
      Array.from(fetches?.starts ?? [], (start, i) => fetches!.ends[i]! - start),
    );
    // Those less than a column apart are one.
    expect(drawn.length).toBeLessThanOrEqual(all.length);
    expect(sum(drawn)).toBeGreaterThanOrEqual(sum(all) * 0.99);
    expect(sum(drawn)).toBeLessThan(sum(all) + (all.length * timeline.cycles) / 100);
  });

  test('is said of the set that waited for it, and where nothing runs', () => {
    const timeline = timelineOf('both');
    const words = new SetWords(timeline);
    let [said, written, waited] = [0, 0, 0];
    timeline.lanes.forEach(({ times, sets, copies, groupSets, writes = [], fetches }, lane) => {
      for (let set = 0; set < sets; set++) {
        const lines = new Map(words.lines(words.around({ lane, set })));
        const fetched = times!.fetchStarts?.[set] ?? -1;
        expect(lines.has('fetched')).toBe(fetched >= 0);
        if (fetched >= 0) said++;
        if (times!.fetchEnds?.[set] === times!.starts[set] && / fetched$/.test(lines.get('waited for')!))
          waited++;
        const write = writes.find(
          (each) => each.group === Math.floor(set / groupSets) && each.copy === (set % groupSets) % copies,
        );
        expect(lines.has('written')).toBe(write !== undefined);
        if (write !== undefined) written++;
      }
      for (const { startCycle } of writes)
        expect(new Map(words.idleLines(lane, startCycle)!).get('is written')).toContain('copy');
      for (const start of fetches?.starts ?? [])
        expect(new Map(words.idleLines(lane, start)!).has('is fetched')).toBe(true);
    });
    expect([said > 5, written > 5, waited > 0]).toEqual([true, true, true]);
    expect(words.idleLines(0, timeline.cycles)).toBeUndefined();
  });
});
