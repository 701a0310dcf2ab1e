import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower } from '../../src/workload/problem.ts';
import { type LayerDraft, networkOf } from './agreement.ts';
import { expectSameTimes, plain, timesOf, window } from './same-times.ts';

/**
 * Layers that share the times of their source (assembly/schedule/following.ts) or of an earlier layer that is like them (alike.ts), in
 * schedules and in updates: held against the engine that computes every layer, which is held against the reference elsewhere.
 */
const WINDOW_3 = window(3, 1, 1);

const layer = (
  from: number,
  rows: Reads = SAME,
  columns: Reads = rows,
  size: { height: number; width: number } = { height: 12, width: 10 },
): LayerDraft => ({ ...size, base: true, inputs: [[from, rows, columns]] });

describe('a layer behind a source at whose pace it runs', () => {
  const first: LayerDraft = { height: 12, width: 10, base: true };

  test('shares its times with as many copies or more, and not with less', () => {
    for (let d = 1; d <= 8; d++) {
      for (let other = 1; other <= 8; other++) {
        const shared = expectSameTimes([first, layer(0)], [d, other]);
        expect(shared, `${other} copies behind ${d}`).toBe(other >= d ? 1 : 0);
        expectSameTimes(
          [first, layer(0, WINDOW_3), layer(1), layer(2, WINDOW_3), layer(3)],
          [d, other, d, 1, other],
        );
      }
    }
  });

  test.each<[string, Granularity]>([
    ['rows', 'row'],
    ['blocks', { height: 3, width: 5 }],
    ['blocks that are cut', { height: 5, width: 4 }],
    ['columns', { height: 12, width: 1 }],
    ['one set', { height: 12, width: 10 }],
  ])('with sets that are %s', (_, granularity) => {
    for (const copies of [
      [1, 1, 1, 1],
      [3, 3, 3, 3],
      [2, 5, 4, 4],
      [5, 2, 3, 1],
    ]) {
      expectSameTimes([first, layer(0, WINDOW_3), layer(1), layer(2)], copies, granularity);
    }
  });

  test('is not found where other positions are waited for, or none', () => {
    for (const reads of [shift(1), shift(-1), window(1, 1, 1), window(2)]) {
      expect(expectSameTimes([first, layer(0, reads, SAME)], [2, 2])).toBe(0);
      expect(expectSameTimes([first, layer(0, SAME, reads)], [2, 2])).toBe(0);
    }
    const larger = { height: 24, width: 10 };
    expect(expectSameTimes([{ ...larger, base: true }, layer(0)], [2, 2])).toBe(0);
  });

  test('is not found behind a source whose last sets are cut', () => {
    const reads: Reads = { kind: 'list', positions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10] };
    const drafts = [{ height: 11, width: 10, base: true }, layer(0, reads, SAME)];
    for (const copies of [
      [1, 1],
      [2, 3],
      [3, 3],
      [4, 5],
    ]) {
      expect(expectSameTimes(drafts, copies, { height: 3, width: 5 })).toBe(0);
    }
  });

  test('is no join, whose times are not those of copies', () => {
    const drafts: LayerDraft[] = [
      first,
      first,
      {
        height: 12,
        width: 10,
        inputs: [
          [0, SAME, SAME],
          [1, shift(-2), shift(3)],
        ],
      },
      layer(2),
      layer(2),
    ];
    for (const copies of [
      [1, 3, 1, 2],
      [2, 2, 2, 2],
      [3, 1, 9, 1],
    ])
      expectSameTimes(drafts, copies);
  });
});

describe('layers of a deep network of blocks', () => {
  /** Blocks of 1x1, 3x3 and 1x1, with an addition around each. */
  const blocks = (count: number, size = { height: 14, width: 14 }, middle = WINDOW_3): LayerDraft[] => {
    const drafts: LayerDraft[] = [{ ...size, base: true }];
    for (let i = 0, from = 0; i < count; i++, from += 4) {
      drafts.push(
        layer(from, SAME, SAME, size),
        layer(from + 1, middle, WINDOW_3, size),
        layer(from + 2, SAME, SAME, size),
      );
      drafts.push({
        ...size,
        inputs: [
          [from + 3, SAME, SAME],
          [from, SAME, SAME],
        ],
      });
    }
    return drafts;
  };

  test('share those of earlier blocks once they have come to their pace', () => {
    const count = 40;
    // Of 14 lines no block is later than one line, so after so many blocks all are alike: 1x1 share anyway.
    expect(expectSameTimes(blocks(count), Array(3 * count + 1).fill(1))).toBeGreaterThan(2 * count + 10);
    expectSameTimes(blocks(count), Array(3 * count + 1).fill(2));
    expectSameTimes(blocks(12, { height: 10, width: 30 }), Array(37).fill(3));
  });

  test.each([0, 1, 2, 5, 9, 17, 30])('block %i has other copies than all others', (odd) => {
    const copies = Array(121).fill(2);
    for (const value of [1, 3])
      expectSameTimes(blocks(40, { height: 8, width: 9 }), copies.with(3 * odd + 2, value));
  });

  test('whose first sets wait for nothing are not later by what their sources are', () => {
    expectSameTimes(blocks(30, { height: 8, width: 8 }, shift(-1)), Array(91).fill(1));
    expectSameTimes(blocks(30, { height: 8, width: 8 }, shift(-3)), Array(91).fill(2));
    const beside: LayerDraft[] = [
      { height: 8, width: 8, base: true },
      ...Array.from({ length: 12 }, (_, i) => layer(i, shift(-2), WINDOW_3, { height: 8, width: 8 })),
    ];
    expectSameTimes(beside, Array(13).fill(1));
  });

  test('whose first set waits for nothing while their sources are later', () => {
    // Layer 1 is layer 0, one cycle later; what reads them is not, in its first rows.
    const size = { height: 9, width: 9 };
    const drafts = [{ ...size, base: true }, layer(0, SAME, SAME, size), layer(0, shift(-2), SAME, size)];
    expectSameTimes([...drafts, layer(1, shift(-2), SAME, size)], [2, 2, 3, 3]);
  });

  test('of which one source is later by more than the other', () => {
    const size = { height: 9, width: 9 };
    const two = (first: number, second: number): LayerDraft => ({
      ...size,
      base: true,
      inputs: [
        [first, shift(2), SAME],
        [second, SAME, SAME],
      ],
    });
    const follow = (from: number) => layer(from, SAME, SAME, size);
    const drafts = [
      { ...size, base: true },
      follow(0),
      follow(1),
      follow(2),
      two(0, 1),
      two(1, 3),
      two(0, 3),
      two(2, 3),
    ];
    for (const copies of [1, 2, 5]) expectSameTimes(drafts, Array(8).fill(copies));
  });

  test('that differ in one row of what they read', () => {
    const size = { height: 9, width: 9 };
    for (const odd of [1, 2, 3, 5, 6, 7]) {
      const rows = (late: number): Reads => ({
        kind: 'list',
        positions: Array.from({ length: 9 }, (_, row) => (row === odd ? late : row)),
      });
      const drafts = [{ ...size, base: true }, layer(0, SAME, SAME, size)];
      expectSameTimes(
        [...drafts, layer(0, rows(8), SAME, size), layer(1, rows(odd - 1), SAME, size)],
        [1, 1, 2, 2],
      );
      expectSameTimes(
        [...drafts, layer(0, SAME, rows(8), size), layer(1, SAME, rows(odd - 1), size)],
        [1, 1, 2, 2],
      );
    }
  });

  test('of branches that read the same', () => {
    const size = { height: 9, width: 9 };
    const drafts = [
      { ...size, base: true },
      ...Array.from({ length: 6 }, () => layer(0, WINDOW_3, WINDOW_3, size)),
    ];
    expect(expectSameTimes(drafts, [1, 2, 2, 3, 2, 3, 2])).toBeGreaterThanOrEqual(3);
  });
});

test('a layer that has followed, no longer does, and whose source is later, has times of its own', () => {
  // Layer 2 is at the pace of layer 1 with two copies or more, and layer 1 is later where layer 0 has less copies.
  const next: Reads = { kind: 'list', positions: [1, 2, 3, 4, 5, 6, 7, 8, 8] };
  const drafts: LayerDraft[] = [
    { height: 6, width: 1, base: true },
    { height: 9, width: 9, base: true, inputs: [[0, ALL, ALL]] },
    layer(1, SAME, next, { height: 9, width: 9 }),
    layer(2, SAME, SAME, { height: 9, width: 9 }),
    layer(3, WINDOW_3, WINDOW_3, { height: 9, width: 9 }),
  ];
  const { words, baseLayers } = lower(networkOf(drafts), 'pixel');
  for (const templates of ['always', 'where faster'] as const) {
    const updated = new Engine({ templates });
    updated.load(words);
    updated.openUpdates([6, 6, 6, 6, 6]);
    plain.load(words);
    const steps = [
      [6, 1, 2, 2, 1],
      [6, 1, 3, 2, 1],
      [3, 1, 4, 2, 1],
      [2, 1, 3, 2, 1],
      [6, 1, 2, 2, 1],
      [1, 1, 3, 2, 1],
      [2, 1, 5, 2, 1],
    ];
    for (const copies of steps) {
      copies.forEach((value, base) => {
        updated.setCopies(baseLayers[base]!, value);
      });
      updated.update();
      plain.schedule(copies);
      expect(timesOf(updated, baseLayers), `copies [${copies}]`).toEqual(timesOf(plain, baseLayers));
    }
  }
});

/** Chains in which many layers follow or are alike: what each reads of the one before, or of an earlier one too. */
const chain = fc
  .record({
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 24 }),
    kinds: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 16, size: 'max' }),
  })
  .map(({ height, width, kinds }) => {
    const size = { height, width };
    const drafts: LayerDraft[] = [{ ...size, base: true }];
    for (const kind of kinds) {
      const from = drafts.length - 1;
      if (kind === 5 && from > 1)
        drafts.push({
          ...size,
          inputs: [
            [from, SAME, SAME],
            [from - 2, SAME, SAME],
          ],
        });
      else if (kind === 4) drafts.push(layer(from, shift(-1), WINDOW_3, size));
      else drafts.push(layer(from, kind > 2 ? WINDOW_3 : SAME, kind > 2 ? WINDOW_3 : SAME, size));
    }
    return drafts;
  });

const change = fc.record({
  copies: fc.array(fc.tuple(fc.nat(16), fc.integer({ min: 1, max: 6 })), { maxLength: 3 }),
  isUndone: fc.boolean(),
});

test.each(['always', 'where faster'] as const)(
  'updates of chains end where schedules do, templates %s',
  (templates) => {
    const updated = new Engine({ templates });
    fc.assert(
      fc.property(
        chain,
        fc.array(change, { minLength: 1, maxLength: 12, size: 'max' }),
        (drafts, changes) => {
          const { words, baseLayers } = lower(networkOf(drafts), 'pixel');
          plain.load(words);
          updated.load(words);
          updated.openUpdates(baseLayers.map(() => 6));
          let copies = baseLayers.map(() => 6);
          const demand = () => {
            plain.schedule(copies);
            expect(timesOf(updated, baseLayers), JSON.stringify({ drafts, changes })).toEqual(
              timesOf(plain, baseLayers),
            );
          };
          const sets = drafts[0]!.height * drafts[0]!.width;
          for (const { copies: changed, isUndone } of changes) {
            const next = [...copies];
            for (const [which, value] of changed) {
              const base = which % baseLayers.length;
              next[base] = value;
              updated.setCopies(baseLayers[base]!, Math.min(value, sets));
            }
            const cycles = updated.update();
            if (isUndone) updated.undo();
            else {
              copies = next;
              demand();
              expect(cycles).toBe(Math.max(...baseLayers.map((base) => plain.endCycle(base))));
            }
          }
          demand();
        },
      ),
      { numRuns: 600 },
    );
  },
  60_000,
);
