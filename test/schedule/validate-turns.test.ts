import { describe, expect, test } from 'vitest';
import { givePes, type Residency } from '../../src/schedule/residency.ts';
import { validateTurns } from '../../src/schedule/validate-turns.ts';
import { type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { type Editable, editable, validate } from './editable-turns.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

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
    ['the rounds begin with the layers [0,2,1] of 3', () => ({ rounds: [0, 2, 1] })],
    ['the rounds begin with the layers [0,2,3] of 3', () => ({ rounds: [0, 2, 3] })],
    ['round 0 holds 4 PEs and there are 2', () => ({ rounds: undefined })],
    ['round 1 holds 4 PEs and there are 2', ({ layers }) => withSlice(layers, 2, { pesPerCopy: 3 })],
    [
      'layer a: slice 2 of 2 is expected',
      ({ layers }) => withSlice(layers, 1, { slice: { index: 1, of: 3 } }),
    ],
    [
      'layer a: slice 2 of 2 is expected',
      ({ layers }) => withSlice(layers, 1, { slice: { index: 0, of: 2 } }),
    ],
    ['1 inferences in groups of 2', () => ({ group: 2 })],
    ['0 inferences in groups of 1', () => ({ batch: 0 })],
    ['1.5 inferences in groups of 1', () => ({ batch: 1.5 })],
    ['in groups of 0', () => ({ group: 0 })],
    ['λ = 0', () => ({ resultCycles: 0 })],
    ['λ = NaN', () => ({ resultCycles: Number.NaN })],
    ['sets of 0 x 1 on 1 copies of 1 PEs', ({ layers }) => withSlice(layers, 2, { setHeight: 0 })],
    ['sets of 1 x 0.5 on 1 copies of 1 PEs', ({ layers }) => withSlice(layers, 2, { setWidth: 0.5 })],
    ['sets of 1 x 1 on 1 copies of 0 PEs', ({ layers }) => withSlice(layers, 2, { pesPerCopy: 0 })],
    [
      'rounds without a way to write: 0 cycles, 1 PEs',
      () => ({ writing: { writeCycles: 0, parallelWrites: 1 } }),
    ],
    [
      'rounds without a way to write: 3 cycles, 0 PEs',
      () => ({ writing: { writeCycles: 3, parallelWrites: 0 } }),
    ],
    ['rounds without a way to write', () => ({ writing: undefined })],
    ['rounds without a way to write', () => ({ reload: undefined })],
  ];
  type Slice = Editable['layers'][number];
  function withSlice(
    layers: Editable['layers'],
    slice: number,
    given: Partial<Slice>,
  ): Pick<Editable, 'layers'> {
    return { layers: layers.with(slice, { ...layers[slice]!, ...given }) };
  }
  function copiesOf(layers: Editable['layers'], slice: number, copies: number): Partial<Editable> {
    return withSlice(layers, slice, { copies });
  }
  test.each(shapes)('%s', (problem, change) => {
    expectProblem(askedOf(sliced, { totalPes: 2 }), change, problem);
  });
});

describe('givePes', () => {
  const held = (name: string, end: number, starts: readonly number[]): Residency => ({
    ...{
      layer: { name },
      index: 0,
      group: 0,
      round: 0,
      copy: 0,
      end,
      starts: Float64Array.from(starts),
      ready: 0,
    },
  });

  test('finds PEs for copies that follow each other', () => {
    givePes([held('a', 4, [0, 0]), held('b', 7, [0]), held('c', 9, [4]), held('d', 9, [4])], 3);
  });

  test('says which copies hold the PEs where none is left', () => {
    const copies = [held('a', 4, [0, 0]), held('b', 7, [0]), held('c', 9, [3])];
    expect(() => givePes(copies, 3)).toThrow(
      'layer c, group 0, copy 0: none of the 3 PEs is free for it at cycle 3: layer a, group 0, copy 0; layer b, group 0, copy 0',
    );
  });

  test('rejects a copy that is done before it is written', () => {
    expect(() => givePes([held('a', 9, [0]), held('b', 5, [9]), held('c', 2, [9])], 2)).toThrow(
      'layer c, group 0, copy 0: has finished its last set before it has PEs',
    );
  });
});
