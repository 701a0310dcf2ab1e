import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import { lower } from '../../src/workload/problem.ts';
import { referenceSchedule } from '../reference/reference.ts';
import { expectAgreement, type LayerDraft, networkOf } from './agreement.ts';
import { expectSameTimes, plain, window } from './same-times.ts';

/**
 * Lines that repeat others are not computed: the engine that looks for them wherever it can is held against the one that
 * never does, which is held against the reference elsewhere, on maps tall enough for patterns to begin and to break.
 */
const list = (positions: readonly number[]): Reads => ({ kind: 'list', positions });
const range = (size: number) => Array.from({ length: size }, (_, i) => i);

const chain = (
  height: number,
  width: number,
  ...reads: readonly (readonly [Reads, Reads])[]
): LayerDraft[] => [
  { height, width, base: true },
  ...reads.map(
    ([rows, columns], i): LayerDraft => ({ height, width, base: true, inputs: [[i, rows, columns]] }),
  ),
];

describe('lines that repeat others', () => {
  const window3 = window(3, 1, 1);

  test.each(range(12).map((i) => i + 1))(
    '%i copies of a line of 12: the pattern returns after several lines',
    (d) => {
      for (const other of [1, 2, 3, 5, 7, 12]) {
        expectSameTimes(chain(40, 12, [window3, window3], [SAME, SAME]), [d, other, d]);
      }
    },
  );

  test.each([13, 24, 25, 40, 100, 479, 480, 10_000])('%i copies, more than a line of 12 has sets', (d) => {
    for (const other of [1, 5, 12, 13, 30]) {
      expectSameTimes(chain(40, 12, [window3, window3], [SAME, SAME]), [d, other, d]);
      expectSameTimes(chain(40, 12, [window3, window3], [SAME, SAME]), [other, d, other]);
    }
  });

  test.each(range(6).map((i) => i + 9))(
    'many more copies than a line of %i has sets: only those it waits for are read',
    (width) => {
      for (const d of range(12).map((i) => 2 * width + 5 + i)) {
        expectSameTimes(chain(24, width, [window3, window3], [SAME, SAME]), [d, 3, d]);
        expectSameTimes(chain(24, width, [window3, window3], [SAME, SAME]), [2, d, 1]);
      }
    },
  );

  test('a pattern that breaks after k lines, for every k', () => {
    for (const k of range(30)) {
      // From line k on one further down is waited for, from which on everything is late.
      const jump = list(range(30).map((row) => Math.min(29, row < k ? row : row + 4)));
      expectSameTimes(chain(30, 9, [jump, SAME], [window3, window3]), [2, 1, 3]);
      // One line alone waits for the last one: all behind it are late.
      const late = list(range(30).map((row) => (row === k ? 29 : row)));
      expectSameTimes(chain(30, 9, [late, SAME], [window3, window3]), [2, 1, 1]);
    }
  });

  test('a column that is off the pattern, for every column', () => {
    for (const column of range(9)) {
      const columns = list(range(9).map((x) => (x === column ? 8 : x)));
      expectSameTimes(chain(24, 9, [SAME, columns], [window3, columns], [SAME, window3]), [1, 2, 1, 3]);
      const nothing = list(range(9).map((x) => (x === column ? -1 : x)));
      expectSameTimes(chain(24, 9, [SAME, nothing], [window3, nothing], [SAME, window3]), [4, 1, 2, 1]);
    }
  });

  test('strides and repeated rows: the pattern of a source returns after more or fewer lines', () => {
    for (const copies of [
      [1, 1, 1],
      [4, 1, 1],
      [9, 2, 1],
      [3, 7, 2],
    ]) {
      const halves: LayerDraft[] = [
        { height: 40, width: 20, base: true },
        { height: 20, width: 10, base: true, inputs: [[0, window(3, 2, 1), window(3, 2, 1)]] },
        {
          height: 40,
          width: 20,
          base: true,
          inputs: [[1, list(range(40).map((row) => row >> 1)), list(range(20).map((x) => x >> 1))]],
        },
      ];
      expectSameTimes(halves, copies);
    }
  });

  test('a source that decides nothing for a while, and then everything', () => {
    for (const late of range(40)) {
      const drafts: LayerDraft[] = [
        { height: 40, width: 8, base: true },
        {
          height: 40,
          width: 8,
          base: true,
          inputs: [[0, list(range(40).map((row) => Math.max(row, late))), SAME]],
        },
        {
          height: 40,
          width: 8,
          base: true,
          inputs: [
            [0, SAME, SAME],
            [1, shift(-3), SAME],
          ],
        },
      ];
      expectSameTimes(drafts, [2, 5, 1]);
      expectSameTimes(drafts, [3, 3, 3]);
      expectSameTimes(drafts, [1, 8, 2]);
    }
  });

  test('a slow layer behind a fast one, by less and less: slack that is used up', () => {
    for (const [fast, slow] of [
      [8, 7],
      [7, 6],
      [9, 8],
      [3, 2],
      [11, 10],
    ] as const) {
      const drafts = chain(60, 11, [window3, window3], [SAME, SAME]);
      expectSameTimes(drafts, [fast, slow, fast]);
      expectSameTimes(drafts, [slow, fast, slow]);
    }
  });

  test('joins that several read: of equal, faster and slower sources, and of rows that wait for nothing', () => {
    for (const [rows, columns] of [
      [SAME, SAME],
      [shift(-4), SAME],
      [shift(4), shift(1)],
      [SAME, shift(-1)],
    ] as const) {
      const drafts: LayerDraft[] = [
        { height: 30, width: 8, base: true },
        { height: 30, width: 8, base: true },
        {
          height: 30,
          width: 8,
          inputs: [
            [0, SAME, columns],
            [1, rows, columns],
          ],
        },
        { height: 30, width: 8, base: true, inputs: [[2, SAME, SAME]] },
        { height: 30, width: 8, base: true, inputs: [[2, window3, window3]] },
      ];
      for (const copies of [
        [1, 1, 1, 1],
        [2, 1, 4, 1],
        [1, 3, 1, 5],
        [8, 7, 9, 2],
        [5, 6, 3, 20],
      ]) {
        expectSameTimes(drafts, copies);
      }
    }
  });

  test('all that is read, rows in reverse, and blocks of sets', () => {
    const reverse = list(range(24).map((row) => 23 - row));
    for (const granularity of [
      'pixel',
      { height: 2, width: 2 },
      { height: 1, width: 4 },
      { height: 3, width: 1 },
    ] as const) {
      expectSameTimes(chain(24, 8, [ALL, SAME], [window3, window3]), [2, 1, 3], granularity);
      expectSameTimes(
        chain(24, 8, [SAME, ALL], [reverse, window3], [SAME, reverse]),
        [2, 1, 3, 1],
        granularity,
      );
      expectSameTimes(
        chain(24, 8, [window3, list([7, 6, 5, 4, 3, 2, 1, 0])], [SAME, SAME]),
        [3, 1, 2],
        granularity,
      );
    }
  });
});

/** Reads of one direction: mostly what operators read, sometimes with a position that is off the pattern. */
const reads = fc.oneof(
  { weight: 3, arbitrary: fc.constant((): Reads => SAME) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 3 }))
      .map(
        ([kernel, stride, padding]) =>
          (): Reads =>
            window(kernel, stride, padding),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(60), fc.integer({ min: -9, max: 60 }), fc.integer({ min: 1, max: 3 })).map(
      ([at, off, divisor]) =>
        (size: number): Reads =>
          list(range(size).map((p) => (p === at ? off : Math.floor(p / divisor)))),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }).map((by) => (): Reads => shift(by)) },
  { weight: 1, arbitrary: fc.constant((): Reads => ALL) },
);

describe('layers with more copies than there is memory for behind every line', () => {
  const window3 = window(3, 1, 1);
  /** So many copies of 128 lines of 128 sets: too many behind each line for times that are 64 KiB. */
  const many = 128 * 128;

  test('are scheduled, where templates would take more than 4 GiB', () => {
    const { words, baseLayers } = lower(networkOf(chain(1100, 1100, [SAME, SAME])), 'pixel');
    for (const engine of [new Engine(), new Engine({ templates: 'always' })]) {
      engine.load(words);
      expect(engine.schedule([2000 * 1000, 1])).toBe(1100 * 1100 + 1);
      engine.openUpdates([1100 * 1100, 1100 * 1100]);
      expect(engine.update()).toBe(2);
      engine.setCopies(baseLayers[1]!, 3);
      expect(engine.update()).toBe(1 + Math.ceil((1100 * 1100) / 3));
      engine.dispose();
    }
  });

  test('stand among layers with templates: in front of them, behind them, and as others of their kind', () => {
    const layers = chain(128, 128, ...range(4).map(() => [window3, window3] as const));
    for (const copies of [
      [many, 1, 2, 1, 2],
      [1, many, 2, many, 2],
      [2, 1, many, 1, many],
      [1, many, many, 1, 1],
      [many, many, many, many, many],
    ]) {
      expectSameTimes(layers, copies);
      expectSameTimes(
        [
          ...layers,
          {
            height: 128,
            width: 128,
            inputs: [
              [1, SAME, SAME],
              [4, SAME, SAME],
            ],
          },
          {
            ...{ height: 128, width: 128, base: true },
            inputs: [[5, window3, window3]],
          },
        ],
        [...copies, 3],
      );
    }
  });

  test('are compared with no layer that has templates, whose times would be taken for addresses', () => {
    const layers = chain(128 * 100, 128 * 200, ...range(4).map(() => [window3, window3] as const));
    for (const copies of [
      [1, many, 2, many, 2],
      [1, 2, many, 1, many],
      [1, many, many, 1, 1],
    ]) {
      expectSameTimes(layers, copies, { height: 100, width: 200 });
    }
  });
});

test('agree with the recurrence on random tall networks', () => {
  const layer = fc.record({
    height: fc.integer({ min: 1, max: 60 }),
    width: fc.integer({ min: 1, max: 24 }),
    base: fc.integer({ min: 0, max: 3 }).map((kind) => kind > 0),
    inputs: fc.array(fc.tuple(fc.nat(99), reads, reads), { minLength: 1, maxLength: 3 }),
    copies: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 })),
  });
  const isOfOneSize = fc.boolean();
  fc.assert(
    fc.property(
      fc.array(layer, { minLength: 2, maxLength: 8, size: 'max' }),
      isOfOneSize,
      (layers, ofOneSize) => {
        const sizeOf = (i: number) => (ofOneSize ? layers[0]! : layers[i]!);
        const drafts = layers.map(({ base, inputs }, i): LayerDraft => {
          const { height, width } = sizeOf(i);
          const edges = inputs.map(
            ([from, rows, columns]) => [from % Math.max(1, i), rows(height), columns(width)] as const,
          );
          return { height, width, base: base || i === 0, inputs: i === 0 ? [] : edges };
        });
        expectSameTimes(
          drafts,
          layers.filter((_, i) => drafts[i]!.base).map(({ copies }) => copies),
        );
      },
    ),
    { numRuns: 1500 },
  );
}, 120_000);

test('the engine without templates is the reference on such a network, too', () => {
  const drafts = chain(40, 9, [window(3, 1, 1), window(3, 1, 1)], [window(3, 2, 1), SAME]);
  const network = networkOf(drafts);
  expectAgreement({ network, copies: [4, 2, 3], granularity: 'pixel' });
  const { layers } = referenceSchedule(network, [4, 2, 3], 'pixel');
  plain.load(lower(network, 'pixel').words);
  plain.schedule([4, 2, 3]);
  expect(lower(network, 'pixel').baseLayers.map((layer) => Array.from(plain.finishes(layer)))).toEqual(
    layers.map(({ finish }) => finish),
  );
});
