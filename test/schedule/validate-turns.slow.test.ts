import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Network } from '../../src/network/network.ts';
import type { LayerInTurns, TurnsToValidate } from '../../src/schedule/turns-to-validate.ts';
import { validateTurns } from '../../src/schedule/validate-turns.ts';
import { turnsCase } from '../reference/random-turns.ts';
import { referenceTurns, type Turns } from '../reference/turns.ts';
import { type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { groupEnds } from '../reference/turns-metrics.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

/** A schedule whose times a test may change. */
interface Editable extends Omit<TurnsToValidate, 'layers'> {
  readonly layers: (Omit<LayerInTurns, 'start' | 'finish' | 'ready'> & {
    readonly starts: number[];
    readonly finishes: number[];
    /** [group][copy] */
    readonly readies: number[][];
  })[];
}

function editable(turns: Turns): Editable {
  const times = referenceTurns(turns);
  const { analysis, slices, rounds, copies, totalPes, writeCycles, parallelWrites } = turns;
  const { reload, batch, group, resultCycles } = turns;
  const layers = slices.map(({ name, base, index, of, pes }, slice) => {
    const { layer, sets } = analysis.layers[base]!;
    // The first set is one that is not cut short.
    const { top, bottom, left, right } = sets[0]!;
    return {
      ...{ name, layer, setHeight: bottom - top, setWidth: right - left, copies: copies[slice]! },
      ...{ pesPerCopy: pes, slice: of === 1 ? undefined : { index, of } },
      starts: [...times.slices[slice]!.start],
      finishes: [...times.slices[slice]!.finish],
      readies: times.ready.map((ofGroup) => [...ofGroup[slice]!]),
    };
  });
  const groupEndCycles = groupEnds(turns, times);
  const claims = { cycles: Math.max(...groupEndCycles), groupEndCycles };
  const writing = { writeCycles, parallelWrites };
  return { layers, totalPes, rounds, writing, reload, batch, group, resultCycles, ...claims };
}

function validate(network: Network, { layers, ...rest }: Editable): void {
  const plain = layers.map(
    ({ starts, finishes, readies, ...layer }): LayerInTurns => ({
      ...layer,
      start: (k) => starts[k]!,
      finish: (k) => finishes[k]!,
      ready: readies,
    }),
  );
  validateTurns(network, { ...rest, layers: plain });
}

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

describe('validateTurns says', () => {
  const chain: Draft[] = [
    { name: 'a', width: 2 },
    { name: 'b', width: 2, reads: 'a' },
    { name: 'c', width: 2, reads: 'b' },
  ];
  const sliced: Draft[] = [
    { name: 'a', width: 2, pes: 3 },
    { name: 'b', width: 2, reads: 'a' },
  ];

  /** The schedule of some layers, changed, and what is wrong with it then. */
  function expectProblem(
    asked: TurnsCase,
    change: (schedule: Editable) => Partial<Editable>,
    problem: string,
  ) {
    const right = editable(turnsOf(asked));
    validate(asked.network, right);
    expect(() => validate(asked.network, { ...right, ...change(right) })).toThrow(problem);
  }

  /** A layer with other times. */
  const withTimes =
    (name: string, starts: readonly number[], readies?: readonly (readonly number[])[]) =>
    ({ layers, resultCycles }: Editable): Partial<Editable> => ({
      layers: layers.map((layer) =>
        layer.name !== name
          ? layer
          : {
              ...layer,
              starts: [...starts],
              finishes: starts.map((start) => start + resultCycles),
              readies: readies?.map((own) => [...own]) ?? layer.readies,
            },
      ),
    });

  test('that a set runs on a copy that is not written', () => {
    // b is written from 2 to 5.
    expectProblem(
      askedOf(chain.slice(0, 2), { totalPes: 1 }),
      withTimes('b', [4, 5]),
      'layer b, group 0, set 0 (set 0 of inference 0), cycles 4 to 5: copy 0 is written only at cycle 5',
    );
  });

  test('that a slice is left out of a dependency', () => {
    // a[1/2] has the first set at 1, a[2/2] at 5.
    expectProblem(
      askedOf(sliced, { totalPes: 2, writeCycles: 2, parallelWrites: 2 }),
      withTimes('b', [4, 5]),
      'layer b, group 0, set 0 (set 0 of inference 0), cycles 4 to 5: a set that it depends on is finished only at cycle 5',
    );
  });

  test('that a copy is written while the writer is busy with another', () => {
    // a[2/2] is written from 2 to 4; with b at the same time its sets would run in 5 and 6.
    expectProblem(
      askedOf(sliced, { totalPes: 2, writeCycles: 2 }),
      withTimes('b', [5, 6], [[4]]),
      'layer b, group 0, copy 0: is said to be written at cycle 4, but its last PE can be written from cycle 4 to 6',
    );
  });

  test('that a copy is written before a PE is free', () => {
    // a's PE is free at 2, when its second set is finished.
    expectProblem(
      askedOf(chain, { totalPes: 2 }),
      withTimes('c', [4, 5], [[4]]),
      'layer c, group 0, copy 0: is said to be written at cycle 4, but its last PE can be written from cycle 2 to 5',
    );
  });

  test('that with a barrier a copy is written before the round before it is finished', () => {
    expectProblem(
      askedOf(chain, { totalPes: 2, reload: 'barrier' }),
      withTimes('c', [5, 6], [[5]]),
      'layer c, group 0, copy 0: is said to be written at cycle 5, but its last PE can be written from cycle 3 to 6',
    );
  });

  test('that a group runs on the copies of the one before it', () => {
    // a of the second inference goes on at 2, as if it were of the same group.
    expectProblem(
      askedOf(chain.slice(0, 2), { totalPes: 1, batch: 2, group: 1 }),
      withTimes('a', [0, 1, 2, 3]),
      'layer a, group 1, set 0 (set 0 of inference 1), cycles 2 to 3: copy 0 is written only at cycle 10',
    );
  });

  test('that a copy is written which runs no set', () => {
    expectProblem(
      askedOf(chain.slice(0, 2), { totalPes: 3, rounds: [0, 1], duplication: [1, 3] }),
      withTimes('b', [1, 2], [[0, 0, 0]]),
      'layer b, group 0: 3 copies are written and 2 run a set',
    );
  });

  test('that a layer does not say when its copies are written', () => {
    const asked = askedOf(sliced, { totalPes: 2 });
    const { layers, ...rest } = editable(turnsOf(asked));
    const silent = layers.map((layer) => ({ ...layer, start: () => 0, finish: () => 1 }));
    expect(() => validateTurns(asked.network, { ...rest, layers: silent })).toThrow(
      'layer a[1/2]: does not say for each group when its copies are written',
    );
  });

  test('that results come later than MVMs take', () => {
    expectProblem(
      askedOf(chain, { totalPes: 2, resultCycles: 3 }),
      () => ({ resultCycles: 2 }),
      'it takes 3 cycles for 1 pixels, not 2',
    );
  });

  const shapes: [string, (schedule: Editable) => Partial<Editable>][] = [
    [
      'layer a: slice 2 of 2 is expected, and b is there',
      ({ layers }) => ({ layers: layers.toSpliced(1, 1) }),
    ],
    ['layer a: slice 1 of 2 is expected, and a[2/2] is there', ({ layers }) => ({ layers: layers.slice(1) })],
    [
      'layer b: slice 1 of 1 is expected, and undefined is there',
      ({ layers }) => ({ layers: layers.slice(0, 2) }),
    ],
    ['layer b: is no base layer, or is there twice', ({ layers }) => ({ layers: [...layers, layers[2]!] })],
    ['round 1 holds 3 PEs and there are 2', ({ layers }) => copiesOf(layers, 2, 2)],
    ['on 0 copies of 1 PEs', ({ layers }) => copiesOf(layers, 2, 0)],
    ['round 0 holds 4 PEs and there are 2', () => ({ rounds: [0] })],
    ['layer a[1/2]: takes 2 PEs and there are 3', () => ({ totalPes: 3 })],
    ['the rounds begin with the layers [1] of 3', () => ({ rounds: [1] })],
    ['the rounds begin with the layers [0,2,2] of 3', () => ({ rounds: [0, 2, 2] })],
    ['1 inferences in groups of 2', () => ({ group: 2 })],
    ['rounds without a way to write', () => ({ writing: undefined })],
    ['rounds without a way to write', () => ({ reload: undefined })],
  ];
  function copiesOf(layers: Editable['layers'], slice: number, copies: number): Partial<Editable> {
    return { layers: layers.with(slice, { ...layers[slice]!, copies }) };
  }
  test.each(shapes)('%s', (problem, change) => {
    expectProblem(askedOf(sliced, { totalPes: 2 }), change, problem);
  });
});
