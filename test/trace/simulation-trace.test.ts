import { describe, expect, test } from 'vitest';
import {
  type Architecture,
  type DetailedSimulation,
  prepare,
  readArchitecture,
  type SimulationOptions,
  simulateWorkload,
  zooNetwork,
} from '../../src/index.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import { traceOf } from '../../src/trace/trace.ts';
import { arrowOf, readTrace, type Slice, type TraceDocument, tracksOf } from './format.ts';

const CLOCK_NS = 700;
const mesh: Architecture = {
  ...readArchitecture('paper'),
  chip: {
    ...{ clockNs: CLOCK_NS, meshRows: 4, meshColumns: 5, pesPerTile: 8, linkBitsPerCycle: 256, hopCycles: 1 },
    ...{ gpeuOperationsPerCycle: 4096, offChipBitsPerCycle: 512 },
    ...{ inputBufferBytes: 2 ** 22, outputBufferBytes: 2 ** 20 },
  },
};
const workload = prepare(zooNetwork('tinyyolov4'), mesh, { granularity: 'row' });

function simulated(how: SimulationOptions = {}): DetailedSimulation {
  const keep = { keepSets: true, keepPlacement: true, keepUse: true, keepCriticalPath: true };
  return simulateWorkload(workload, { extraPes: 32, ...how, ...keep });
}

function traced(simulation: DetailedSimulation, mostEvents?: number): TraceDocument {
  const timeline = timelineOfSimulation(workload, simulation, { mostSets: Infinity });
  const trace = traceOf(timeline, { tool: 'test', mostEvents, use: simulation.use });
  return readTrace(Array.from(trace.chunks(), ({ text }) => text).join(''));
}

function cycles({ dur }: Pick<Slice, 'dur'>): number {
  return Math.round((dur * 1000) / CLOCK_NS);
}

function busy(slices: readonly Slice[]): number {
  return slices.reduce((sum, slice) => sum + cycles(slice), 0);
}

/** Per counter the sum of its values times the cycles for which they hold. */
function areas({ traceEvents }: TraceDocument): Map<string, number> {
  const last = new Map<string, { cycle: number; value: number }>();
  const sums = new Map<string, number>();
  for (const event of traceEvents) {
    if (event.ph !== 'C') continue;
    const cycle = (event.ts * 1000) / CLOCK_NS;
    const before = last.get(event.name);
    const area = before === undefined ? 0 : before.value * (cycle - before.cycle);
    sums.set(event.name, (sums.get(event.name) ?? 0) + area);
    last.set(event.name, { cycle, value: Object.values(event.args)[0]! });
  }
  return sums;
}

describe('the trace of a simulation', () => {
  const simulation = simulated({ batch: 2 });
  const trace = traced(simulation);

  test('has the sets of base layers on their copies', () => {
    const drawn = tracksOf(trace, 'layers').flatMap(([name, slices]) =>
      slices.flatMap(({ cat, args: { set, inference, startCycle, finishCycle } }) =>
        cat === 'set' ? [`${name} ${inference}:${set} ${startCycle} ${finishCycle}`] : [],
      ),
    );
    const played = simulation.sets!.flatMap(({ name, kind, count, inferences, ...own }) => {
      const sets = count / inferences;
      if (kind !== 'base') return [];
      return Array.from({ length: count }, (_, k) => {
        const place = `${name} copy ${own.copy(k)} ${Math.floor(k / sets)}:${k % sets}`;
        return `${place} ${own.start(k)} ${own.finish(k)}`;
      });
    });
    expect(drawn.toSorted()).toEqual(played.toSorted());
    const layers = tracksOf(trace, 'layers').flatMap(([name, [first]]) =>
      first?.cat === 'layer' ? [name] : [],
    );
    expect(layers).toEqual(simulation.sets!.map(({ name }) => name));
  });

  test('is at work on tiles and their GPEUs for as long as the simulation says', () => {
    const tracks = new Map(tracksOf(trace, 'tiles'));
    for (const { tile, busyCycles } of simulation.tiles) {
      expect([tile, busy(tracks.get(`tile ${tile}`) ?? [])]).toEqual([tile, busyCycles]);
    }
    for (const { tile, gpeuBusyCycles } of simulation.buffers) {
      expect([tile, busy(tracks.get(`GPEU of tile ${tile}`) ?? [])]).toEqual([tile, gpeuBusyCycles]);
    }
    expect(tracks.size).toBeGreaterThan(10);
  });

  test('has counters that add up to what was used', () => {
    const sums = areas(trace);
    for (const { from, to, busyCycles } of simulation.links) {
      // Percent have two digits behind the point.
      expect((sums.get(`link ${from} to ${to}`) ?? 0) / 100 / busyCycles).toBeCloseTo(1, 2);
    }
    const peaks = new Map<string, number>();
    for (const event of trace.traceEvents) {
      if (event.ph !== 'C') continue;
      const value = Object.values(event.args)[0]!;
      peaks.set(event.name, Math.max(value, peaks.get(event.name) ?? 0));
    }
    for (const { tile, inputPeakBytes, outputPeakBytes } of simulation.buffers) {
      expect(peaks.get(`input buffer of tile ${tile}`) ?? 0).toBe(inputPeakBytes);
      expect(peaks.get(`output buffer of tile ${tile}`) ?? 0).toBe(outputPeakBytes);
    }
  });

  test('has its critical path from the first set to the last finish', () => {
    const [[name, path] = ['', []]] = tracksOf(trace, 'chip');
    const ends = simulation.sets!.flatMap((own) =>
      Array.from({ length: own.count }, (_, k) => own.finish(k)),
    );
    expect(name).toBe('critical path');
    expect(path.at(-1)!.args.finishCycle).toBe(ends.reduce((last, end) => Math.max(last, end)));
    expect(arrowOf(trace).length).toBeGreaterThan(10);
  });

  test('with fewer events still has every track, or leaves out what is used least', () => {
    const { events } = trace.otherData;
    for (const share of [0.8, 0.5, 0.3]) {
      const few = traced(simulation, Math.floor(events * share));
      expect(few.otherData.events).toBeLessThanOrEqual(events * share);
      expect(few.otherData.leftOut.length).toBeGreaterThan(0);
      expect(tracksOf(few, 'tiles').map(([name]) => name)).toEqual(
        tracksOf(trace, 'tiles').map(([name]) => name),
      );
    }
    const least = traced(simulation, 2000);
    expect(least.otherData.leftOut.join()).toMatch(/\d+ counters are left out: those .* used least/);
  });
});

test.each<[string, SimulationOptions]>([
  ['without copies', { extraPes: 0 }],
  ['of many inferences', { batch: 7 }],
])('the trace of a simulation holds the format, %s', (_, how) => {
  const simulation = simulated(how);
  expect(traced(simulation).otherData.cycles).toBe(simulation.cycles);
});
