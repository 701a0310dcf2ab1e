import { afterEach, describe, expect, test, vi } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { ClsaCimError } from '../../src/errors.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { DetailedSchedule } from '../../src/schedule/schedule-result.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { chain } from './chain.ts';
import { chipOf } from './turns-agreement.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

const two: Draft[] = [
  { name: 'a', width: 2 },
  { name: 'b', width: 2, reads: 'a' },
];

/** Of `two` on a chip whose writes take 3 cycles, one copy of each. */
function resultOf(totalPes: number, options: ScheduleOptions): DetailedSchedule {
  const asked = askedOf(two, { totalPes });
  return schedule(asked.network, chipOf(asked), { pes: totalPes, duplication: 'none', ...options });
}

const BATCH = ['batch', 'group', 'groupEndCycles', 'intervalCycles'];
const WRITES = ['writeCycles', 'writes', 'peWritesPerInference', 'writeEnergyPjPerInference'];
const TURNS = [...WRITES, 'reload', 'rounds', 'roundCount', 'writingCycles', 'exposedWritingCycles'];

describe('figures are told', () => {
  test.each<[string, number, ScheduleOptions, string[]]>([
    ['of neither where nothing is asked for', 2, {}, []],
    ['of neither where only sets are kept', 2, { keepSets: true }, []],
    ['of a batch', 2, { batch: 2 }, BATCH],
    ['of a batch where a group is asked for', 2, { group: 1 }, BATCH],
    [
      'of turns where rounds are asked for, though one is enough',
      2,
      { rounds: 'fewest' },
      [...BATCH, ...TURNS],
    ],
    ['of turns where weights take turns', 1, {}, [...BATCH, ...TURNS, 'lifetimeYears']],
    ['of turns layer by layer', 1, { scheduling: 'lbl' }, [...BATCH, ...TURNS, 'lifetimeYears']],
  ])('%s', (_, totalPes, options, expected) => {
    const all = [...BATCH, ...TURNS, 'lifetimeYears'];
    const told = Object.keys(resultOf(totalPes, options)).filter((figure) => all.includes(figure));
    expect(told.toSorted()).toEqual(expected.toSorted());
  });

  test('of energy and lifetime only where the architecture has what they follow from', () => {
    const asked = askedOf(two, { totalPes: 1 });
    const { peWriteEnergyPj: _, enduranceWrites: __, ...chip } = chipOf(asked);
    const told = Object.keys(schedule(asked.network, chip, { pes: 1 }));
    expect(told).toContain('writes');
    expect(told).not.toContain('writeEnergyPjPerInference');
    expect(told).not.toContain('lifetimeYears');
  });
});

describe('one round that was asked for', () => {
  const none = { writes: 0, peWritesPerInference: 0, writingCycles: 0, exposedWritingCycles: 0 };

  test.each([undefined, 'rolling', 'barrier'] as const)('writes nothing: %s', (reload) => {
    expect(resultOf(2, { rounds: 'fewest', reload })).toMatchObject({
      ...{ ...none, writeEnergyPjPerInference: 0, roundCount: 1, reload: reload ?? 'rolling' },
    });
  });
});

describe('layer by layer in turns', () => {
  test('is of barrier, and its rounds are those of the first group', () => {
    // a runs four MVMs from 0; b is written from 4 to 7 and runs until 11; then a from 14 to 16, b from 19 to 21.
    expect(resultOf(1, { scheduling: 'lbl', batch: 3, group: 2 })).toMatchObject({
      ...{ cycles: 21, groupEndCycles: [11, 21], intervalCycles: 10, reload: 'barrier' },
      ...{ writes: 2, peWritesPerInference: 1, writingCycles: 9, exposedWritingCycles: 9 },
      rounds: [
        { layers: ['a'], pes: 1, startCycle: 0, endCycle: 4 },
        { layers: ['b'], pes: 1, startCycle: 7, endCycle: 11 },
      ],
      layers: [
        { name: 'a', startCycle: 0, endCycle: 16 },
        { name: 'b', startCycle: 7, endCycle: 21 },
      ],
    });
  });

  test('the interval is that between the last two groups, by inference', () => {
    // As above, a second group of two from 14 to 18 and from 21 to 25, and the third of one from 28 to 30 and 33 to 35.
    const options = { scheduling: 'lbl', group: 2 } as const;
    expect(resultOf(1, { ...options, batch: 4 })).toMatchObject({
      ...{ groupEndCycles: [11, 25], intervalCycles: 7 },
    });
    expect(resultOf(1, { ...options, batch: 5 })).toMatchObject({
      ...{ groupEndCycles: [11, 25, 35], intervalCycles: 10 },
    });
  });

  test('cannot be rolling', () => {
    const asked = askedOf(two, { totalPes: 1 });
    const scheduler = new Scheduler(prepare(asked.network, chipOf(asked)));
    const mapping = scheduler.map({ pes: 1, scheduling: 'lbl' });
    const options = { scheduling: 'lbl', reload: 'rolling' } as const;
    const refused: Partial<ClsaCimError> = { kind: 'usage', code: 'INVALID_OPTION' };
    expect(() => scheduler.schedule(mapping, options)).toThrow(expect.objectContaining(refused));
    expect(() => scheduler.cycles(mapping, options)).toThrow(expect.objectContaining(refused));
    expect(scheduler.cycles(mapping, { ...options, reload: 'barrier' })).toBe(7);
    expect(scheduler.schedule(mapping, { reload: 'rolling' }).cycles).toBe(7);
  });
});

describe('schedule()', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('gives back its engine, also where it fails', () => {
    const dispose = vi.spyOn(Engine.prototype, 'dispose');
    resultOf(2, {});
    expect(dispose).toHaveBeenCalledTimes(1);
    expect(() => schedule(chain(2, 2 ** 15, 2 ** 15), paper)).toThrow('more sets or larger maps');
    expect(dispose).toHaveBeenCalledTimes(2);
  });

  test('a scheduler that has given back its engine takes another when it is used again', () => {
    const scheduler = new Scheduler(prepare(chain(2, 3, 3), paper));
    const mapping = scheduler.map();
    const cycles = scheduler.cycles(mapping);
    const dispose = vi.spyOn(Engine.prototype, 'dispose');
    scheduler.release();
    expect(dispose).toHaveBeenCalledTimes(1);
    expect(scheduler.cycles(mapping)).toBe(cycles);
  });

  test('refuses what is no network, and says what makes one', () => {
    const refused = { kind: 'usage', message: expect.stringMatching(/^network: .*\bloadModel\b/) };
    expect(() => schedule(undefined as never, paper)).toThrow(expect.objectContaining(refused));
  });
});
