import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Architecture,
  type DetailedSchedule,
  type Network,
  NetworkBuilder,
  operators,
  parseGranularity,
  prepare,
  readArchitecture,
  type ScheduleOptions,
  Scheduler,
  type Workload,
  zooNetwork,
} from '../../src/index.ts';
import { timelineOfSchedule } from '../../src/picture/schedule-timeline.ts';
import { type TraceOptions, traceOf } from '../../src/trace/trace.ts';
import { scheduleCase } from '../reference/random-network.ts';
import { arrowOf, readTrace, type Slice, type TraceDocument, tracksOf } from './format.ts';

const paper = readArchitecture('paper');
const writable = { ...paper, peWriteNs: 56_000 };
const TOOL: TraceOptions = { tool: 'test' };

/** The text of the trace of a schedule. */
function traceText(workload: Workload, schedule: DetailedSchedule, options = TOOL): string {
  const timeline = timelineOfSchedule(workload, schedule, { mostSets: Infinity });
  return Array.from(traceOf(timeline, options).chunks(), ({ text }) => text).join('');
}

/** A schedule with its sets, by all that it takes. */
function scheduled(
  network: Network,
  architecture: Architecture,
  { granularity = 'row', ...how }: Omit<ScheduleOptions, 'granularity'> & { granularity?: string },
) {
  const scheduler = new Scheduler(
    prepare(network, architecture, { granularity: parseGranularity(granularity) }),
  );
  const schedule = scheduler.schedule(scheduler.map(how), { ...how, keepSets: true });
  return { workload: scheduler.workload, schedule };
}

/** Bars of sets that are not merged, by what they say, in the order of layers and sets. */
function setsOf(trace: TraceDocument): string[] {
  return tracksOf(trace, 'layers').flatMap(([, slices]) =>
    slices.flatMap(({ cat, args: { set, inference = 0, startCycle, finishCycle } }) =>
      cat === 'set' ? [`${inference}:${set} ${startCycle} ${finishCycle}`] : [],
    ),
  );
}

/** What a schedule says of its sets, in the same words. */
function rowsOf({ sets = [] }: DetailedSchedule): string[] {
  return sets.flatMap((own) => {
    const perInference = own.count / own.inferences;
    return Array.from(
      { length: own.count },
      (_, k) => `${Math.floor(k / perInference)}:${k % perInference} ${own.start(k)} ${own.finish(k)}`,
    );
  });
}

/** The cycles that a bar covers. */
function cyclesOf({ ts, dur }: Slice, cycleNs: number): [start: number, end: number] {
  return [Math.round((ts * 1000) / cycleNs), Math.round(((ts + dur) * 1000) / cycleNs)];
}

describe('the trace of a schedule', () => {
  const settings = [
    ['tinyyolov4', paper, { granularity: 'row', extraPes: 32 }],
    ['tinyyolov4', paper, { granularity: '2x3', extraPes: 3 }],
    ['tinyyolov4', { ...paper, mvmIntervalNs: 200 }, { granularity: 'row', extraPes: 9 }],
    ['tinyyolov4', writable, { granularity: 'row', pes: 60, rounds: 'auto', batch: 3, group: 2 }],
    ['tinyyolov4', writable, { granularity: 'row', pes: 60, rounds: 'auto', reload: 'barrier' }],
    ['tinyyolov4', paper, { granularity: 'row', extraPes: 32, scheduling: 'lbl' }],

    ['tinyyolov4', writable, { granularity: '13x13', pes: 60, scheduling: 'lbl', batch: 2, group: 1 }],
    ['resnet152', paper, { granularity: 'row', extraPes: 64 }],
  ] as const;
  test.each(settings)('holds the format, and the times of all sets: %s %#', (model, architecture, how) => {
    const { workload, schedule } = scheduled(zooNetwork(model), architecture, how);
    const trace = readTrace(traceText(workload, schedule));
    expect(setsOf(trace).toSorted()).toEqual(rowsOf(schedule).toSorted());
    expect(trace.otherData).toMatchObject({ model, cycles: schedule.cycles, leftOut: [] });
    const cycleNs = workload.architecture.mvmIntervalNs;
    const layers = tracksOf(trace, 'layers').flatMap(([name, [first]]) =>
      first?.cat === 'layer' ? [[name, ...cyclesOf(first, cycleNs)]] : [],
    );
    expect(layers).toEqual(
      schedule.layers.map(({ name, startCycle, endCycle }) => [name, startCycle, endCycle]),
    );
    const [[, path] = ['', []]] = tracksOf(trace, 'chip');
    expect(cyclesOf(path.at(-1)!, cycleNs)[1]).toBe(schedule.cycles);
    expect(arrowOf(trace).length).toBeGreaterThan(10);
    expect(tracksOf(trace, 'writes').length > 0).toBe('pes' in how);
  });

  test('of any network holds the format, with all events and with few', () => {
    fc.assert(
      fc.property(scheduleCase(), fc.double({ min: 0.2, max: 1, noNaN: true }), (drawn, share) => {
        const { network, copies, granularity } = drawn;
        const scheduler = new Scheduler(prepare(network, paper, { granularity }));
        const mapping = scheduler.map({ pes: 1e6, duplication: copies });
        const schedule = scheduler.schedule(mapping, { keepSets: true });
        const trace = readTrace(traceText(scheduler.workload, schedule));
        expect(setsOf(trace).toSorted()).toEqual(rowsOf(schedule).toSorted());
        const least = leastEvents(scheduler.workload, schedule);
        const mostEvents = Math.max(least, Math.floor(trace.otherData.events * share));
        const cut = readTrace(traceText(scheduler.workload, schedule, { ...TOOL, mostEvents }));
        expect(cut.otherData.events).toBeLessThanOrEqual(mostEvents);
      }),
      { numRuns: 60 },
    );
  });

  test('has the utilization of the schedule as its counter', () => {
    const { workload, schedule } = scheduled(zooNetwork('tinyyolov4'), paper, { extraPes: 32 });
    const trace = readTrace(traceText(workload, schedule));
    const points = trace.traceEvents.flatMap((event) =>
      event.ph === 'C' ? [[(event.ts * 1000) / 1400, event.args.percent!] as const] : [],
    );
    const area = points.reduce(
      (sum, [cycle, percent], i) => sum + percent * ((points[i + 1]?.[0] ?? cycle) - cycle),
      0,
    );
    expect(points.at(-1)).toEqual([schedule.cycles, 0]);
    expect(area / 100 / schedule.cycles).toBeCloseTo(schedule.utilization, 4);
  });

  test('has a bar for every writing', () => {
    const how = { pes: 60, rounds: 'auto', batch: 3, group: 2, reload: 'rolling' } as const;
    const { workload, schedule } = scheduled(zooNetwork('tinyyolov4'), writable, how);
    const timeline = timelineOfSchedule(workload, schedule);
    const written = timeline.lanes.flatMap(({ writes = [] }) =>
      writes.map(({ startCycle, endCycle, group }) => [group, startCycle, endCycle].join()),
    );
    const bars = tracksOf(readTrace(traceText(workload, schedule)), 'writes').flatMap(([, slices]) =>
      slices.map((slice) => [slice.args.group, ...cyclesOf(slice, 1400)].join()),
    );
    expect(bars.toSorted()).toEqual(written.toSorted());
  });
});

/** The fewest events that a trace can have. */
function leastEvents(workload: Workload, schedule: DetailedSchedule): number {
  try {
    traceText(workload, schedule, { ...TOOL, mostEvents: 1 });
  } catch (error) {
    return Number(/allow (\d+) or more/.exec(String(error))?.[1]);
  }
  throw new Error('one event is never enough');
}

describe('a trace with fewer events than there is to show', () => {
  const { workload, schedule } = scheduled(zooNetwork('tinyyolov4'), paper, {
    granularity: 'pixel',
    extraPes: 32,
  });
  const whole = readTrace(traceText(workload, schedule));
  const least = leastEvents(workload, schedule);

  test('has bars for several sets, which cover the same time and say how busy it was', () => {
    const cut = readTrace(traceText(workload, schedule, { ...TOOL, mostEvents: 8000 }));
    expect(cut.otherData.events).toBeLessThanOrEqual(8000);
    expect(cut.otherData.leftOut.join()).toMatch(/113061 sets and writes are \d+ bars/);
    const all = tracksOf(whole, 'layers');
    const few = tracksOf(cut, 'layers');
    expect(few.map(([name]) => name)).toEqual(all.map(([name]) => name));
    few.forEach(([, slices], i) => {
      const sets = all[i]![1];
      expect([slices[0]?.ts, end(slices)]).toEqual([sets[0]?.ts, end(sets)]);
      if (slices[0]?.cat === 'layer') return;
      expect(sum(slices.map(({ args }) => Number(args.sets ?? 1)))).toBe(sets.length);
      const busy = slices.map((slice) => Number(slice.args.busyCycles ?? cyclesOf(slice, 1400)[1]));
      if (slices.every(({ cat }) => cat === 'sets')) expect(sum(busy)).toBe(sets.length);
    });
    expect(arrowOf(cut).length).toBeGreaterThan(10);
  });

  test('has no copies, and then no path, where there is no room for them', () => {
    const layers = readTrace(traceText(workload, schedule, { ...TOOL, mostEvents: least + 150 }));
    expect(layers.otherData.leftOut.join()).toContain('copies are left out');
    expect(tracksOf(layers, 'layers')).toHaveLength(21);
    expect(arrowOf(layers).length).toBeGreaterThan(10);
    const bare = readTrace(traceText(workload, schedule, { ...TOOL, mostEvents: least }));
    expect(bare.otherData.events).toBe(least);
    expect(bare.otherData.leftOut.join()).toContain('the critical path is left out');
  });

  test('is refused where a bar per layer is too much, with the number that would do', () => {
    expect(() => traceText(workload, schedule, { ...TOOL, mostEvents: least - 1 })).toThrow(
      `${least - 1} events are not enough for a trace of 21 layers; allow ${least} or more`,
    );
  });

  function end(slices: readonly Slice[]): number {
    const last = slices.at(-1)!;
    return Math.round((last.ts + last.dur) * 1e6);
  }

  function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
  }
});

test('names that are anybody’s text are harmless, on one line and short', () => {
  const image = { dims: [6, 6, 4], h: 0, w: 1 };
  const window = { kernel: 3, stride: 1, dilation: 1, before: 1, after: 1 };
  const how = { windows: [window, window], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 };
  const evil = [
    '</script><script>alert(1)</script>',
    '"},{"ph":"E"}]',
    'a\u0000\u001b[31m\u2028\ud800b',
    'x'.repeat(1e5),
  ];
  const builder = new NetworkBuilder(evil[0]!);
  let at = builder.input('in\n\t', image);
  for (const name of evil) at = operators.convolution(builder, name, at, { ...how, bias: false });
  const { workload, schedule } = scheduled(builder.build(), paper, {});
  const trace = readTrace(traceText(workload, schedule));
  expect(tracksOf(trace, 'layers').filter(([name]) => !/ copy 0$/.test(name))).toHaveLength(4);
});
