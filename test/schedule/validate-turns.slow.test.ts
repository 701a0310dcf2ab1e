import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { turnsCase } from '../reference/random-turns.ts';
import type { Turns } from '../reference/turns.ts';
import { type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { type Editable, editable, validate } from './editable-turns.ts';

/** Runs `check` on random turns and their schedules by the reference. */
function forTurns(
  seed: number,
  numRuns: number,
  check: (asked: TurnsCase, schedule: Editable) => void,
): void {
  const property = fc.property(turnsCase(), (asked) => check(asked, editable(turnsOf(asked))));
  fc.assert(property, { seed, numRuns });
}

const inTurns = ({ rounds }: Editable) => rounds!.length > 1;

describe('validateTurns', () => {
  test('accepts what the reference schedules', () => {
    forTurns(1, 400, ({ network }, schedule) => validate(network, schedule));
  });

  test('rejects every set that is moved, and every start, finish or end of writing that is a cycle off', () => {
    forTurns(2, 40, ({ network }, schedule) => {
      for (const { starts, finishes, readies } of schedule.layers) {
        const moved = [[starts], [finishes], [starts, finishes]];
        for (const times of [...moved, ...(inTurns(schedule) ? readies.map((own) => [own]) : [])]) {
          for (let k = 0; k < times[0]!.length; k += Math.ceil(times[0]!.length / 12)) {
            for (const error of [-1, 1]) {
              for (const own of times) own[k]! += error;
              expect(() => validate(network, schedule)).toThrow(/^layer /);
              for (const own of times) own[k]! -= error;
            }
          }
        }
      }
    });
  });

  test('rejects wrong claims of cycles and ends of groups', () => {
    forTurns(3, 60, ({ network }, schedule) => {
      const { cycles, groupEndCycles } = schedule;
      for (const error of [-1, 1, Number.NaN]) {
        expect(() => validate(network, { ...schedule, cycles: cycles + error })).toThrow(
          /^the schedule claims/,
        );
        const last = groupEndCycles.length - 1;
        const ends = groupEndCycles.with(last, groupEndCycles[last]! + error);
        expect(() => validate(network, { ...schedule, groupEndCycles: ends })).toThrow(/that group \d+ ends/);
      }
      const fewer = groupEndCycles.slice(1);
      expect(() => validate(network, { ...schedule, groupEndCycles: fewer })).toThrow(/^the schedule claims/);
    });
  });

  /** What changes a schedule such that it is another one: what is claimed of it, where that differs. */
  const otherwise: [string, (turns: Turns) => Partial<Turns>][] = [
    ['with more writers', ({ parallelWrites }) => ({ parallelWrites: parallelWrites + 1 })],
    ['with faster writes', ({ writeCycles }) => ({ writeCycles: Math.ceil(writeCycles / 2) })],
    [
      'with the other way to write',
      ({ reload }) => ({ reload: reload === 'barrier' ? 'rolling' : 'barrier' }),
    ],
    ['in other groups', ({ batch, group }) => ({ group: group === batch ? 1 : batch })],
    ['with MVMs that overlap otherwise', ({ resultCycles }) => ({ resultCycles: resultCycles + 1 })],
    ['with copies left out', ({ copies }) => ({ copies: copies.map((d) => Math.ceil(d / 2)) })],
  ];
  test.each(otherwise)('rejects a schedule that was made %s', (_, change) => {
    let rejected = 0;
    forTurns(4, 150, ({ network, ...asked }, right) => {
      const turns = turnsOf({ network, ...asked });
      const made = editable({ ...turns, ...change(turns) });
      const claimed = {
        ...right,
        layers: right.layers.map((layer, slice) => {
          const { starts, finishes, readies } = made.layers[slice]!;
          return { ...layer, starts, finishes, readies };
        }),
        ...{ cycles: made.cycles, groupEndCycles: made.groupEndCycles },
      };
      const times = ({ layers, groupEndCycles }: Editable) =>
        JSON.stringify([
          layers.map(({ starts, finishes, readies }) => [starts, finishes, readies]),
          groupEndCycles,
        ]);
      if (times(claimed) === times(right)) return;
      expect(() => validate(network, claimed)).toThrow();
      rejected++;
    });
    expect(rejected).toBeGreaterThan(5);
  });
});
