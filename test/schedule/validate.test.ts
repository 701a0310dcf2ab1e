import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Layer } from '../../src/network/network.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import type { LayerSets } from '../../src/schedule/sets.ts';
import { type ScheduledLayer, validateSchedule } from '../../src/schedule/validate.ts';
import { validateLayerByLayer } from '../../src/schedule/validate-layer-by-layer.ts';
import { rawNetwork, type ScheduleCase, scheduleCase } from '../reference/random-network.ts';
import { type ReferenceSchedule, referenceSchedule } from '../reference/reference.ts';

/** A schedule whose times a test may change. */
interface Editable {
  readonly layers: (Omit<ScheduledLayer, 'start' | 'finish'> & { starts: number[]; finishes: number[] })[];
  cycles: number;
}

function editable({ layers, cycles }: ReferenceSchedule): Editable {
  const copied = layers.map(({ layer, copies, setHeight, setWidth, start, finish }) => ({
    ...{ layer, copies, setHeight, setWidth },
    starts: [...start],
    finishes: [...finish],
  }));
  return { layers: copied, cycles };
}

function validate(network: ScheduleCase['network'], { layers, cycles }: Editable, resultCycles = 1): void {
  const scheduled = layers.map(({ starts, finishes, ...layer }) => ({
    ...layer,
    start: (k: number) => starts[k]!,
    finish: (k: number) => finishes[k]!,
  }));
  validateSchedule(network, scheduled, cycles, undefined, resultCycles);
}

/** Runs `check` on random networks and their schedules by the reference. */
function forSchedules(
  seed: number,
  numRuns: number,
  check: (drawn: ScheduleCase, schedule: Editable) => void,
  cases = scheduleCase(),
): void {
  const property = fc.property(cases, (drawn) => {
    check(drawn, editable(referenceSchedule(drawn.network, drawn.copies, drawn.granularity)));
  });
  fc.assert(property, { seed, numRuns });
}

describe('validateSchedule', () => {
  test('accepts what the reference schedules', () => {
    forSchedules(1, 300, ({ network }, schedule) => validate(network, schedule));
  });

  test('accepts it for any reads on any edge', () => {
    forSchedules(2, 300, ({ network }, schedule) => validate(network, schedule), scheduleCase(rawNetwork()));
  });

  test('accepts MVMs that overlap, and nothing but the cycles to their results that the schedule has', () => {
    const cases = fc.tuple(scheduleCase(), fc.integer({ min: 1, max: 5 }));
    const property = fc.property(cases, ([{ network, copies, granularity }, resultCycles]) => {
      const schedule = editable(referenceSchedule(network, copies, granularity, 1, resultCycles));
      validate(network, schedule, resultCycles);
      for (const wrong of [resultCycles - 1, resultCycles + 1]) {
        expect(() => validate(network, schedule, wrong)).toThrow(/set 0, cycles .*: it takes/);
      }
    });
    fc.assert(property, { seed: 8, numRuns: 100 });
  });

  test('rejects a copy that waits for its results, and one that starts before its last MVM has', () => {
    // One layer of two sets of a pixel on one copy, with results after 3 cycles: it starts at 0 and 1, not at 3, not at 0.
    const shape = { height: 1, width: 2, channels: 1 };
    const layer = { name: 'a', op: 'Conv2D', shape, inputs: [], weights: { rows: 1, columns: 1, groups: 1 } };
    const network = { name: 'one', layers: [layer], outputs: [0], warnings: [] };
    const scheduled = (second: number): Editable => ({
      layers: [
        { layer: 0, copies: 1, setHeight: 1, setWidth: 1, starts: [0, second], finishes: [3, second + 3] },
      ],
      cycles: second + 3,
    });
    validate(network, scheduled(1), 3);
    expect(() => validate(network, scheduled(3), 3)).toThrow('it could start at cycle 1');
    expect(() => validate(network, scheduled(0), 3)).toThrow('copy 0 runs set 0 until cycle 1');
  });

  test('rejects every start or finish that is one cycle off', () => {
    forSchedules(3, 60, ({ network }, schedule) => {
      for (const { layer, starts, finishes } of schedule.layers) {
        const name = network.layers[layer]!.name;
        for (const times of [starts, finishes]) {
          // Every set of a small layer, some 40 of a large one.
          for (let k = 0; k < times.length; k += Math.ceil(times.length / 40)) {
            for (const error of [-1, 1]) {
              times[k]! += error;
              expect(() => validate(network, schedule), name).toThrow(`layer ${name}, set ${k}, `);
              times[k]! -= error;
            }
          }
        }
      }
    });
  });

  test('rejects every set that is moved as a whole', () => {
    forSchedules(4, 60, ({ network }, schedule) => {
      for (const { starts, finishes } of schedule.layers) {
        for (let k = 0; k < starts.length; k += Math.ceil(starts.length / 40)) {
          for (const delay of [-1, 1]) {
            starts[k]! += delay;
            finishes[k]! += delay;
            expect(() => validate(network, schedule)).toThrow(/^layer .*, set \d+, cycles /);
            starts[k]! -= delay;
            finishes[k]! -= delay;
          }
        }
      }
    });
  });

  test('rejects two sets whose times are swapped', () => {
    forSchedules(5, 60, ({ network }, schedule) => {
      for (const { starts, finishes } of schedule.layers) {
        const swap = (k: number) => {
          [starts[k], starts[k + 1]] = [starts[k + 1]!, starts[k]!];
          [finishes[k], finishes[k + 1]] = [finishes[k + 1]!, finishes[k]!];
        };
        for (let k = 0; k + 1 < starts.length; k += Math.ceil(starts.length / 20)) {
          if (starts[k] === starts[k + 1] && finishes[k] === finishes[k + 1]) continue;
          swap(k);
          expect(() => validate(network, schedule)).toThrow();
          swap(k);
        }
      }
    });
  });

  test('rejects wrong cycles', () => {
    forSchedules(6, 30, ({ network }, schedule) => {
      for (const error of [-1, 1, Number.NaN]) {
        const wrong = { ...schedule, cycles: schedule.cycles + error };
        expect(() => validate(network, wrong)).toThrow(
          `claims ${wrong.cycles} cycles, but its last set is finished at cycle ${schedule.cycles}`,
        );
      }
    });
  });

  test('rejects a layer too few, out of order, or with times that are no numbers', () => {
    forSchedules(7, 30, ({ network }, schedule) => {
      const { layers, cycles } = schedule;
      expect(() => validate(network, { layers: layers.slice(1), cycles })).toThrow('but the base layers are');
      // One more than there are, behind all that are right.
      const more = { layers: [...layers, layers[0]!], cycles };
      expect(() => validate(network, more)).toThrow('but the base layers are');
      if (layers.length > 1) {
        const reversed = { layers: layers.toReversed(), cycles };
        expect(() => validate(network, reversed)).toThrow('but the base layers are');
      }
      const noTimes = layers.map((layer) => ({ ...layer, starts: [], finishes: [] }));
      expect(() => validate(network, { layers: noTimes, cycles })).toThrow('cycles undefined to undefined');
      const noCopies = layers.map((layer) => ({ ...layer, copies: 0 }));
      expect(() => validate(network, { layers: noCopies, cycles })).toThrow('on 0 copies');
    });
  });

  test('tells how far it is by positions of all layers', () => {
    const layer = (name: string, width: number, inputs: number[]): Layer => ({
      ...{ name, op: 'Conv2D', shape: { height: 1, width, channels: 1 } },
      inputs: inputs.map((from) => ({ from, rows: SAME, columns: ALL })),
      weights: { rows: 1, columns: 1, groups: 1 },
    });
    const layers = [layer('a', 1, []), layer('b', 2, [0]), layer('c', 1, [1])];
    const network = { name: 'chain', layers, outputs: [2], warnings: [] };
    const schedule = referenceSchedule(network, [1, 1, 1], 'pixel');
    const scheduled = schedule.layers.map(
      ({ start, finish, ...own }): ScheduledLayer => ({
        ...own,
        start: (k) => start[k]!,
        finish: (k) => finish[k]!,
      }),
    );
    const told: number[] = [];
    validateSchedule(network, scheduled, schedule.cycles, (share) => told.push(share));
    expect(told).toEqual([0, 1 / 4, 3 / 4]);
  });

  // Layer b reads, position by position, layer a, whose three sets are finished at 1, 1 and 2.
  const violations: [string, { copies: number; starts: number[]; finishes: number[] }][] = [
    ['it takes 2 cycles for 1 pixels', { copies: 3, starts: [1, 1, 2], finishes: [3, 2, 3] }],
    ['it starts before set 0, which starts at 1', { copies: 3, starts: [1, 0, 2], finishes: [2, 1, 3] }],
    ['copy 0 runs set 0 until cycle 2', { copies: 1, starts: [1, 1, 2], finishes: [2, 2, 3] }],
    ['a set that it depends on is finished only at cycle 1', { copies: 3, starts: [0], finishes: [1] }],
    ['it could start at cycle 1', { copies: 3, starts: [2], finishes: [3] }],
  ];
  test.each(violations)('says that %s', (problem, { copies, starts, finishes }) => {
    const layer = (name: string, inputs: number[], weights = { rows: 1, columns: 1, groups: 1 }): Layer => ({
      name,
      op: 'Conv2D',
      shape: { height: 1, width: 3, channels: 1 },
      inputs: inputs.map((from) => ({ from, rows: SAME, columns: SAME })),
      weights,
    });
    const network = { name: 'chain', layers: [layer('a', []), layer('b', [0])], outputs: [1], warnings: [] };
    const schedule = editable(referenceSchedule(network, [2, copies], 'pixel'));
    const wrong = { ...schedule.layers[1]!, starts, finishes };
    expect(() => validate(network, { ...schedule, layers: [schedule.layers[0]!, wrong] })).toThrow(problem);
  });
});

test('validateLayerByLayer takes MVMs that overlap, and no other cycles to their results than the sets have', () => {
  // Two layers of 2 x 3 pixels in rows, on 2 copies and on 1: ceil(6 / 2) - 1 + 4 = 6 cycles, and 6 - 1 + 4 = 9.
  const layer = (name: string, copies: number, starts: number[], finishes: number[]): LayerSets => ({
    ...{
      layer: 0,
      name,
      copies,
      ofm: { height: 2, width: 3, channels: 1 },
      setHeight: 1,
      setWidth: 3,
      count: 2,
      inferences: 1,
      group: 1,
    },
    start: (k) => starts[k]!,
    finish: (k) => finishes[k]!,
    copy: () => undefined,
  });
  const layers = [layer('a', 2, [0, 1], [5, 6]), layer('b', 1, [6, 9], [12, 15])];
  validateLayerByLayer(layers, 15, 4);
  for (const wrong of [1, 3, 5]) {
    expect(() => validateLayerByLayer(layers, 15, wrong)).toThrow('layer a, set 0: runs from cycle 0 to 5');
  }
  expect(() => validateLayerByLayer(layers.slice(1), 15, 4)).toThrow('layer b, set 0: runs from cycle 6');
});
