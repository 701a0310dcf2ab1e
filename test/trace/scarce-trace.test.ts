import { describe, expect, test } from 'vitest';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import { traceOf } from '../../src/trace/trace.ts';
import { scarce } from '../scarce-chips.ts';
import { readTrace, type Slice, type TraceDocument, tracksOf } from './format.ts';

const CLOCK_NS = 100;
const cycle = (microseconds: number) => Math.round((microseconds * 1000) / CLOCK_NS);
const span = ({ ts, dur }: Slice) => [cycle(ts), cycle(ts + dur)];
const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

function traced(chip: keyof typeof scarce, mostEvents?: number) {
  const { workload, simulation } = scarce[chip];
  const timeline = timelineOfSimulation(workload, simulation, { mostSets: Infinity });
  const trace = readTrace(traceOf(timeline, { use: simulation.use, mostEvents }).text());
  return { simulation, timeline, trace };
}

/** Values of a counter by the cycle from which on they hold. */
function counter({ traceEvents }: TraceDocument, name: string): [from: number, value: number][] {
  return traceEvents.flatMap((event) =>
    event.ph === 'C' && event.name === name
      ? [[cycle(event.ts), Object.values(event.args)[0]!] as [number, number]]
      : [],
  );
}

/** The sum of a counter over all cycles. */
function area(values: readonly [number, number][]): number {
  return sum(values.slice(1).map(([until], i) => values[i]![1] * (until - values[i]![0])));
}

describe.each(['spilling', 'shared', 'inTurns', 'both'] as const)('the trace of the chip %s', (chip) => {
  const { simulation, timeline, trace } = traced(chip);

  test('has every write of a copy, and when tiles write', () => {
    const tracks = new Map(tracksOf(trace, 'writes'));
    for (const { name, writes = [] } of timeline.lanes) {
      for (const copy of new Set(writes.map((write) => write.copy))) {
        const own = writes.filter((write) => write.copy === copy);
        const drawn = tracks.get(`write ${name} copy ${copy}`)!;
        expect(drawn.map(span)).toEqual(own.map(({ startCycle, endCycle }) => [startCycle, endCycle]));
        expect(drawn.map(({ args }) => [args.group, args.writeCycle])).toEqual(
          own.map(({ group, writeCycle }) => [group, writeCycle]),
        );
      }
    }
    const tiles = tracksOf(trace, 'tiles');
    for (const { tile, writtenPes = 0 } of simulation.tiles) {
      const [, slices = []] = tiles.find(([name]) => name === `writes of tile ${tile}`) ?? [];
      const all = simulation.sets!.flatMap(({ writes }) => writes.filter((write) => write.tile === tile));
      const inCycles = new Set(
        all.flatMap(({ writeCycle, endCycle }) =>
          Array.from({ length: endCycle - writeCycle }, (_, i) => writeCycle + i),
        ),
      );
      expect(sum(slices.map(({ dur }) => cycle(dur)))).toBe(inCycles.size);
      expect(slices.length > 0).toBe(writtenPes > 0);
    }
    expect(tracks.size > 0).toBe(chip === 'inTurns' || chip === 'both');
  });

  test('has what is fetched for every layer', () => {
    const tracks = tracksOf(trace, 'fetches');
    const fetched = timeline.lanes.filter(({ fetches }) => fetches !== undefined);
    expect(tracks.map(([name]) => name)).toEqual(fetched.map(({ name }) => `fetch for ${name}`));
    tracks.forEach(([, slices], i) => {
      const { starts, ends } = fetched[i]!.fetches!;
      expect(slices.map(span)).toEqual(Array.from(starts, (start, k) => [start, ends[k]]));
      const sets = fetched[i]!.times!.fetchStarts!.filter((start) => start >= 0).length;
      expect(sum(slices.map(({ args }) => Number(args.sets)))).toBe(sets);
    });
    expect(tracks.length > 0).toBe(chip !== 'inTurns');
  });

  test('counts how busy the port is, and how full the shared buffer', () => {
    const { inputBusyCycles, outputBusyCycles } = simulation.use!.offChip;
    expect(area(counter(trace, 'off-chip port in')) / 100).toBeCloseTo(sum(inputBusyCycles), -1);
    expect(area(counter(trace, 'off-chip port out')) / 100).toBeCloseTo(sum(outputBusyCycles), -1);
    const shared = counter(trace, 'shared buffer').map(([, value]) => value);
    expect(Math.max(0, ...shared)).toBe(simulation.sharedBuffer?.peakBytes ?? 0);
    expect(shared.length > 0).toBe(chip === 'shared' || chip === 'both');
  });

  test('holds with fewer events, too', () => {
    for (const share of [0.8, 0.4]) {
      const few = traced(chip, Math.floor(trace.otherData.events * share)).trace;
      expect(few.otherData.events).toBeLessThanOrEqual(trace.otherData.events * share);
      expect(few.otherData.leftOut.length).toBeGreaterThan(0);
    }
  });
});

test('a trace without any of that has no tracks for it', () => {
  const { trace } = traced('ample');
  expect([tracksOf(trace, 'writes'), tracksOf(trace, 'fetches')]).toEqual([[], []]);
  expect(counter(trace, 'off-chip port in')).toEqual([]);
  expect(JSON.stringify(trace)).not.toMatch(/off the chip|writes of tile/);
});
