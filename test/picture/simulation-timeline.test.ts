import { describe, expect, test } from 'vitest';
import {
  type Architecture,
  type DetailedSimulation,
  prepare,
  readArchitecture,
  type SimulationOptions,
  simulateWorkload,
  type Workload,
  zooNetwork,
} from '../../src/index.ts';
import { SetReads } from '../../src/picture/set-reads.ts';
import { timelineOfSimulation } from '../../src/picture/simulation-timeline.ts';
import type { Timeline } from '../../src/picture/timeline.ts';

const paper = readArchitecture('paper');
const mesh: Architecture = {
  ...paper,
  chip: {
    ...{ clockNs: 700, meshRows: 4, meshColumns: 5, pesPerTile: 8, linkBitsPerCycle: 256, hopCycles: 1 },
    ...{ gpeuOperationsPerCycle: 4096, offChipBitsPerCycle: 512 },
    ...{ inputBufferBytes: 2 ** 22, outputBufferBytes: 2 ** 20, inputBufferPortBitsPerCycle: 4096 },
  },
};
const overlapping: Architecture = { ...mesh, mvmLatencyNs: 2800, mvmIntervalNs: 700 };

const network = zooNetwork('tinyyolov4');

function simulated(
  architecture: Architecture,
  { granularity = 'row', ...how }: Omit<SimulationOptions, 'granularity'> & { granularity?: 'row' | 'pixel' },
): { workload: Workload; simulation: DetailedSimulation } {
  const workload = prepare(network, architecture, { granularity });
  const keep = { keepSets: true, keepPlacement: true, keepCriticalPath: true };
  return { workload, simulation: simulateWorkload(workload, { extraPes: 32, ...how, ...keep }) };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Sets of each GPEU by the end of its work there. */
function gpeuSpans({ lanes }: Timeline): Map<number, [start: number, end: number][]> {
  const byTile = new Map<number, [start: number, end: number][]>();
  for (const { home, times, sets, inferences } of lanes) {
    const { tiles, gpeuCycles } = home!;
    for (let set = 0; set < sets; set++) {
      const cycles = gpeuCycles[set % (sets / inferences)]!;
      if (cycles === 0) continue;
      const tile = tiles[set % tiles.length]!.at(-1)!;
      const end = times!.finishes[set]!;
      const spans = byTile.get(tile) ?? [];
      byTile.set(tile, spans);
      spans.push([end - cycles, end]);
    }
  }
  for (const spans of byTile.values()) spans.sort(([a], [b]) => a - b);
  return byTile;
}

describe('the timeline of a simulation', () => {
  test.each<[string, Architecture, Parameters<typeof simulated>[1]]>([
    ['on a mesh', mesh, {}],
    ['of a batch', mesh, { batch: 3 }],
    ['with MVMs that overlap', overlapping, { batch: 2 }],
    ['layer by layer', mesh, { granularity: 'pixel', scheduling: 'lbl' }],
  ])('has the times, the work and the places of everything, %s', (_, architecture, how) => {
    const { workload, simulation } = simulated(architecture, how);
    const timeline = timelineOfSimulation(workload, simulation);
    const { sets = [], placement = [], cycles, clockNs, totalPes } = simulation;
    expect(timeline).toMatchObject({ cycles, cycleNs: clockNs, totalPes, model: 'tinyyolov4' });
    expect(timeline.lanes.map(({ name }) => name)).toEqual(sets.map(({ name }) => name));
    expect(timeline.nodes.map(({ kind, lanes }) => [kind, lanes])).toEqual(
      sets.map(({ kind }, node) => [kind, [node]]),
    );
    timeline.lanes.forEach(({ name, times, busy, copies, home, startCycle, endCycle }, lane) => {
      const own = sets[lane]!;
      expect(times!.starts).toEqual(Float64Array.from({ length: own.count }, (_, k) => own.start(k)));
      expect(times!.finishes).toEqual(Float64Array.from({ length: own.count }, (_, k) => own.finish(k)));
      expect(home!.tiles).toEqual(placement[lane]!.copies.map(({ tiles }) => tiles));
      expect(home!.tiles).toHaveLength(copies);
      const layer = simulation.layers.find((each) => each.name === name);
      expect(sum(busy)).toBeCloseTo(layer?.computeCycles ?? 0, 4);
      if (layer !== undefined) {
        expect({ startCycle, endCycle }).toEqual({
          ...{ startCycle: layer.startCycle, endCycle: layer.endCycle },
        });
      }
    });
    const pes = timeline.lanes.reduce((all, { pes: own, copies }) => all + own * copies, 0);
    expect(pes).toBe(simulation.usedPes);
  });

  test('gives a copy to one set at a time, and a GPEU to one piece of work, as long as the simulation says', () => {
    const { workload, simulation } = simulated(overlapping, { batch: 2 });
    const timeline = timelineOfSimulation(workload, simulation);
    for (const { pes, copies, times } of timeline.lanes) {
      if (pes === 0) continue;
      const { starts, ends } = times!;
      const early = starts.filter((start, set) => set >= copies && start < ends[set - copies]!);
      expect([...early]).toEqual([]);
    }
    const spans = gpeuSpans(timeline);
    expect(spans.size).toBeGreaterThan(3);
    for (const [tile, own] of spans) {
      const overlap = own.filter(([start], i) => i > 0 && start < own[i - 1]![1]);
      expect(overlap).toEqual([]);
      const busy = simulation.buffers.find((buffer) => buffer.tile === tile)?.gpeuBusyCycles;
      expect(sum(own.map(([start, end]) => end - start))).toBe(busy);
    }
  });

  test('knows what sets read: it is there before they start', () => {
    const { workload, simulation } = simulated(mesh, {});
    const timeline = timelineOfSimulation(workload, simulation);
    const reads = new SetReads(timeline);
    const finishOf = (lane: number, set: number) => timeline.lanes[lane]!.times!.finishes[set]!;
    const late = timeline.lanes.flatMap(({ times, sets }, lane) =>
      Array.from({ length: sets }, (_, set) => set).filter((set) => {
        const start = times!.starts[set]!;
        return reads.readBy({ lane, set }).some((read) => finishOf(read.lane, read.set) > start);
      }),
    );
    expect(late).toEqual([]);
  });

  test('has the critical path of the simulation', () => {
    const { workload, simulation } = simulated(mesh, { batch: 2 });
    const { critical, lanes } = timelineOfSimulation(workload, simulation);
    const { causeNames, causes, sets, starts, ends } = critical!;
    const steps = Array.from(critical!.lanes, (lane, i) => [
      ...[lane, sets[i], causeNames[causes[i]!], starts[i], ends[i]],
    ]);
    expect(steps).toEqual(
      simulation.criticalSets!.map(({ node, set, cause, start, until }) => [node, set, cause, start, until]),
    );
    const last = lanes.reduce((latest, { endCycle }) => Math.max(latest, endCycle), 0);
    expect(ends.at(-1)).toBe(last);
  });

  test('keeps no times of sets where there are too many, but all else', () => {
    const { workload, simulation } = simulated(mesh, {});
    const timeline = timelineOfSimulation(workload, simulation, { mostSets: 10 });
    expect(timeline.lanes.some(({ times }) => times !== undefined)).toBe(false);
    expect(timeline.lanes.map(({ busy }) => busy)).toEqual(
      timelineOfSimulation(workload, simulation).lanes.map(({ busy }) => busy),
    );
  });
});
