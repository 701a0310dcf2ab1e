import { describe, expect, test } from 'vitest';
import { referenceTurns } from '../reference/turns.ts';
import { type TurnsCase, turnsOf } from '../reference/turns-case.ts';
import { layersInTurns } from '../reference/turns-layer-by-layer.ts';
import { type TurnsMetrics, turnsMetrics } from '../reference/turns-metrics.ts';
import { expectSameLayerByLayer, expectSameTurns } from './turns-agreement.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

/** What is worked out by hand: starts of each slice, when copies are ready ([group][copy]), and figures. */
interface ByHand {
  readonly starts: Readonly<Record<string, readonly number[]>>;
  readonly ready?: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly figures: Partial<TurnsMetrics>;
}

function expectByHand(asked: TurnsCase, { starts, ready = {}, figures }: ByHand): void {
  const turns = turnsOf(asked);
  const times = referenceTurns(turns);
  const bySlice = <T>(value: (slice: number) => T) =>
    Object.fromEntries(turns.slices.map(({ name }, slice) => [name, value(slice)]));
  expect(bySlice((slice) => times.slices[slice]!.start)).toEqual(starts);
  expect(bySlice((slice) => times.ready.map((group) => group[slice]))).toMatchObject(ready);
  expect(turnsMetrics(turns, times)).toMatchObject(figures);
  expectSameTurns(asked);
}

describe('two layers in turns on one PE', () => {
  const drafts: Draft[] = [
    { name: 'a', width: 2 },
    { name: 'b', width: 2, reads: 'a' },
  ];

  test.each(['barrier', 'rolling'] as const)('%s', (reload) => {
    // a is there at 0 and runs in cycles 0 and 1; it is finished at 2 and frees the PE.
    // b is written from 2 to 5 and runs in cycles 5 and 6. Layer by layer takes the same: 2 + 3 + 2.
    expectByHand(askedOf(drafts, { totalPes: 1, reload }), {
      starts: { a: [0, 1], b: [5, 6] },
      ready: { a: [[0]], b: [[5]] },
      figures: {
        ...{ cycles: 7, baselineCycles: 7, groupEndCycles: [7], intervalCycles: 7, utilization: 4 / 7 },
        // Written in each of many groups: both. After time 0: b alone, and nothing runs beside it.
        ...{ writes: 2, peWritesPerInference: 2, writingCycles: 3, exposedWritingCycles: 3 },
        // Two MVMs of a layer, or one write.
        lowerBoundCycles: 3,
        rounds: [
          { layers: ['a'], pes: 1, startCycle: 0, endCycle: 2 },
          { layers: ['b'], pes: 1, startCycle: 5, endCycle: 7 },
        ],
      },
    });
  });

  test.each(['barrier', 'rolling'] as const)('two groups of one inference, %s', (reload) => {
    // As above, b is finished at 7. a is written again from 7 to 10, runs in 10 and 11; b from 12 to 15, in 15 and 16.
    expectByHand(askedOf(drafts, { totalPes: 1, reload, batch: 2, group: 1 }), {
      starts: { a: [0, 1, 10, 11], b: [5, 6, 15, 16] },
      ready: { a: [[0], [10]], b: [[5], [15]] },
      figures: { cycles: 17, baselineCycles: 17, groupEndCycles: [7, 17], intervalCycles: 10, writes: 2 },
    });
  });

  test('a group of two inferences, and the third in a group of its own', () => {
    // a runs both inferences from 0 to 4; b is written from 4 to 7 and runs from 7 to 11. Then the third: a from 11 to
    // 14 and 14 to 16, b from 16 to 19 and 19 to 21.
    expectByHand(askedOf(drafts, { totalPes: 1, batch: 3, group: 2 }), {
      starts: { a: [0, 1, 2, 3, 14, 15], b: [7, 8, 9, 10, 19, 20] },
      figures: {
        ...{ cycles: 21, groupEndCycles: [11, 21], intervalCycles: 10, writes: 2, peWritesPerInference: 1 },
        // 3 · (4 + 6) - 3; rounds of the first group only.
        ...{ baselineCycles: 27, writingCycles: 9, exposedWritingCycles: 9 },
        layers: [
          { name: 'a', startCycle: 0, endCycle: 16 },
          { name: 'b', startCycle: 7, endCycle: 21 },
        ],
      },
    });
  });

  test('MVMs that overlap: a result is there three cycles after its start', () => {
    // a starts in 0 and 1, its results are there at 3 and 4, when the PE may be written: 4 to 7. b starts in 7 and 8, and
    // is finished at 10 and 11. Layer by layer: 2 · (2 - 1 + 3) and one write.
    expectByHand(askedOf(drafts, { totalPes: 1, resultCycles: 3 }), {
      starts: { a: [0, 1], b: [7, 8] },
      figures: { cycles: 11, baselineCycles: 11, lowerBoundCycles: 4 },
    });
  });

  test('where both fit, nothing is written, and two groups are one run', () => {
    // b follows a by one cycle. Inference 0 is finished at 3, inference 1 at 5.
    expectByHand(askedOf(drafts, { totalPes: 2, batch: 2, group: 1, rounds: undefined }), {
      starts: { a: [0, 1, 2, 3], b: [1, 2, 3, 4] },
      figures: {
        ...{ cycles: 5, baselineCycles: 8, groupEndCycles: [3, 5], intervalCycles: 2 },
        ...{ writes: 0, writingCycles: 0, exposedWritingCycles: 0, lowerBoundCycles: 4 },
      },
    });
  });

  test('a small last group that is done before the one ahead of it ends with that', () => {
    // Four PEs hold both copies of both layers from the start. Group 0 runs two inferences: a from 0 to 4, b from 1 to 5.
    // Group 1 has copies of its own: a from 0 to 2, b from 1 to 3. It is finished at 3, but with all before it at 5.
    expectByHand(askedOf(drafts, { totalPes: 4, batch: 3, group: 2, rounds: [0, 1] }), {
      starts: { a: [0, 1, 2, 3, 0, 1], b: [1, 2, 3, 4, 1, 2] },
      ready: { a: [[0], [0]], b: [[0], [0]] },
      figures: { cycles: 5, baselineCycles: 12, groupEndCycles: [5, 5], intervalCycles: 0, writingCycles: 0 },
    });
  });
});

describe('three layers on two PEs', () => {
  const drafts: Draft[] = [
    { name: 'a', width: 2 },
    { name: 'b', width: 2, reads: 'a' },
    { name: 'c', width: 2, reads: 'b' },
  ];

  test('barrier writes when all of the round before is finished', () => {
    // a is finished at 2, b at 3 = T. c is written from 3 to 6 and runs in 6 and 7.
    expectByHand(askedOf(drafts, { totalPes: 2, reload: 'barrier' }), {
      starts: { a: [0, 1], b: [1, 2], c: [6, 7] },
      figures: { cycles: 8, baselineCycles: 12, exposedWritingCycles: 3 },
    });
  });

  test('rolling takes the PE of a, which is free at 2', () => {
    // c is written from 2 to 5 and runs in 5 and 6. With writes that take no time: c in 2 and 3, finished at 4.
    expectByHand(askedOf(drafts, { totalPes: 2 }), {
      starts: { a: [0, 1], b: [1, 2], c: [5, 6] },
      figures: { cycles: 7, baselineCycles: 12, writingCycles: 3, exposedWritingCycles: 3 },
    });
  });

  test('two groups, rolling', () => {
    // PEs in the order of writing: 0 a, 1 b, 2 c, then of the second group 3 a, 4 b, 5 c. Free are two at 0, then
    // those of a at 2, of b at 3 and of c at 7.
    //   3 (a): free at 3, but the writer is busy with 2 until 5: 5 to 8. Runs in 8 and 9, free at 10.
    //   4 (b): free at 7, the writer at 8: 8 to 11. a's first result is there at 9: runs in 11 and 12, free at 13.
    //   5 (c): free at 10, the writer at 11: 11 to 14. Runs in 14 and 15.
    // Without writing time: c in 2 and 3; a from 3 (when b is finished), b from 4 (c), c in 5 and 6: 7 cycles.
    expectByHand(askedOf(drafts, { totalPes: 2, batch: 2, group: 1 }), {
      starts: { a: [0, 1, 8, 9], b: [1, 2, 11, 12], c: [5, 6, 14, 15] },
      ready: { a: [[0], [8]], b: [[0], [11]], c: [[5], [14]] },
      figures: {
        ...{ cycles: 16, groupEndCycles: [7, 16], intervalCycles: 9, writes: 3, peWritesPerInference: 1.5 },
        // Four PEs beyond the first two are written one after the other.
        ...{ writingCycles: 12, exposedWritingCycles: 9, lowerBoundCycles: 12 },
      },
    });
  });

  test('two groups, barrier', () => {
    // The first is finished at 8. a and b are written from 8 to 11 and from 11 to 14; a runs in 11 and 12, b in 14 and 15.
    // c is written from 16 to 19 and runs in 19 and 20.
    expectByHand(askedOf(drafts, { totalPes: 2, batch: 2, group: 1, reload: 'barrier' }), {
      starts: { a: [0, 1, 11, 12], b: [1, 2, 14, 15], c: [6, 7, 19, 20] },
      figures: { cycles: 21, groupEndCycles: [8, 21], intervalCycles: 13, writingCycles: 12 },
    });
  });
});

describe('a slice', () => {
  // a takes three PEs and there are two: a[1/2] on both, a[2/2] on one, beside b.
  const drafts: Draft[] = [
    { name: 'a', width: 2, pes: 3 },
    { name: 'b', width: 2, reads: 'a' },
  ];

  test('whoever reads a layer waits for all of its slices', () => {
    // a[1/2] runs in 0 and 1 and frees both PEs at 2. With two writers a[2/2] and b are written from 2 to 4.
    // a[2/2] runs in 4 and 5; b waits for it: 5 and 6. Layer by layer: 3 · 2 and two writes of 2.
    expectByHand(askedOf(drafts, { totalPes: 2, writeCycles: 2, parallelWrites: 2 }), {
      starts: { 'a[1/2]': [0, 1], 'a[2/2]': [4, 5], b: [5, 6] },
      ready: { 'a[1/2]': [[0]], 'a[2/2]': [[4]], b: [[4]] },
      figures: { cycles: 7, baselineCycles: 10, utilization: 8 / 14, writes: 4, lowerBoundCycles: 2 },
    });
  });

  test('with one writer b is written after a[2/2]', () => {
    // a[2/2] from 2 to 4, b from 4 to 6: it runs in 6 and 7. Layer by layer the first write, of two PEs, is before 0.
    expectByHand(askedOf(drafts, { totalPes: 2, writeCycles: 2 }), {
      starts: { 'a[1/2]': [0, 1], 'a[2/2]': [4, 5], b: [6, 7] },
      figures: { cycles: 8, baselineCycles: 10, writingCycles: 4 },
    });
  });

  test('on one PE a layer of three PEs is three slices', () => {
    // Each slice runs two cycles, and each but the first is written for three before: 0, 5, 10, and b at 15.
    expectByHand(askedOf(drafts, { totalPes: 1, duplication: 'greedy', rounds: 'auto' }), {
      starts: { 'a[1/3]': [0, 1], 'a[2/3]': [5, 6], 'a[3/3]': [10, 11], b: [15, 16] },
      figures: { cycles: 17, baselineCycles: 17 },
    });
  });
});

describe('copies', () => {
  const drafts: Draft[] = [
    { name: 'a', width: 4 },
    { name: 'b', width: 4, reads: 'a' },
  ];

  test.each(['barrier', 'rolling'] as const)('two share a writer, %s', (reload) => {
    // Both layers have two copies. a runs 2 · 2 sets from 0 to 2. b's copies are written from 2 to 7 and from 7 to 12.
    // Set 0 runs in 7; set 1 waits for copy 1: 12; set 2 on copy 0 starts no earlier than set 1: 12; set 3 in 13.
    const asked = { totalPes: 2, rounds: [0, 1], duplication: 'greedy', writeCycles: 5, reload } as const;
    expectByHand(askedOf(drafts, asked), {
      starts: { a: [0, 0, 1, 1], b: [7, 12, 12, 13] },
      ready: { a: [[0, 0]], b: [[7, 12]] },
      figures: { cycles: 14, writingCycles: 10, lowerBoundCycles: 10, writes: 4, baselineCycles: 8 },
    });
    // With a writer for each PE both are ready at 7.
    expectByHand(askedOf(drafts, { ...asked, parallelWrites: undefined }), {
      starts: { a: [0, 0, 1, 1], b: [7, 7, 8, 8] },
      figures: { cycles: 9, writingCycles: 5, lowerBoundCycles: 5 },
    });
  });

  test('a copy without a set is not written', () => {
    // Of b's six copies four run a set: PEs 2 to 5 beyond a's two. a frees its PEs at 2, but four PEs were free from the
    // start: everything is written before 0.
    expectByHand(askedOf(drafts, { totalPes: 6, rounds: [0, 1], duplication: [2, 6] }), {
      starts: { a: [0, 0, 1, 1], b: [1, 1, 2, 2] },
      ready: { a: [[0, 0]], b: [[0, 0, 0, 0]] },
      figures: { cycles: 3, writes: 6, writingCycles: 0, lowerBoundCycles: 2 },
    });
    // With a barrier b is written from 2 on, one PE after the other: 5, 8, 11, 14.
    expectByHand(askedOf(drafts, { totalPes: 6, rounds: [0, 1], duplication: [2, 6], reload: 'barrier' }), {
      starts: { a: [0, 0, 1, 1], b: [5, 8, 11, 14] },
      figures: { cycles: 15, writes: 6, writingCycles: 12 },
    });
  });

  const apart: Draft[] = [
    { name: 'a', width: 10 },
    { name: 'b', width: 2 },
  ];

  test('one that runs one set frees its PE for a later one of the same layer', () => {
    // a holds PE 0 until 10. b's first copy is there at 0 on the other PE and runs its only set in cycle 0. It frees the PE
    // at 1, and b's second copy is written there from 1 to 4; it need not wait for a.
    expectByHand(askedOf(apart, { totalPes: 2, rounds: [0, 1], duplication: [1, 2] }), {
      starts: { a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], b: [0, 4] },
      ready: { a: [[0]], b: [[0, 4]] },
      figures: { cycles: 10, writes: 3, writingCycles: 3, exposedWritingCycles: 0, lowerBoundCycles: 10 },
    });
  });

  test('the same with MVMs that overlap: its PE is free when the result is out', () => {
    // b's first set starts in 0, its result is there at 3: its PE is written from 3 to 6. a is finished at 9 + 3.
    expectByHand(askedOf(apart, { totalPes: 2, rounds: [0, 1], duplication: [1, 2], resultCycles: 3 }), {
      starts: { a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], b: [0, 6] },
      figures: { cycles: 12, lowerBoundCycles: 12, baselineCycles: 16 },
    });
  });
});

describe('which rounds', () => {
  // b waits for all of a, so that the two never run at the same time.
  const drafts: Draft[] = [
    { name: 'a', width: 8 },
    { name: 'b', width: 8, reads: 'a', all: true },
  ];
  const chip = { totalPes: 2, writeCycles: 4, parallelWrites: 2, duplication: 'greedy' } as const;

  test('one, where all fits and nothing is asked for', () => {
    expectByHand(askedOf(drafts, { ...chip, rounds: undefined }), {
      starts: { a: [0, 1, 2, 3, 4, 5, 6, 7], b: [8, 9, 10, 11, 12, 13, 14, 15] },
      figures: { cycles: 16, writes: 0 },
    });
  });

  test('auto weighs that in two rounds each layer has both PEs', () => {
    // 4 cycles for a, 4 to write, 4 for b: 12 instead of 16.
    expectByHand(askedOf(drafts, { ...chip, rounds: 'auto' }), {
      starts: { a: [0, 0, 1, 1, 2, 2, 3, 3], b: [8, 8, 9, 9, 10, 10, 11, 11] },
      figures: { cycles: 12, writes: 4, baselineCycles: 16 },
    });
  });

  test('auto takes the fewest of equals', () => {
    // With 8 cycles to write both take 16.
    expectByHand(askedOf(drafts, { ...chip, rounds: 'auto', writeCycles: 8 }), {
      starts: { a: [0, 1, 2, 3, 4, 5, 6, 7], b: [8, 9, 10, 11, 12, 13, 14, 15] },
      figures: { cycles: 16, writes: 0 },
    });
  });

  test('auto takes the earliest cuts of equals', () => {
    // Three alike, of which two fit: a | b c and a b | c take the same.
    const three: Draft[] = [
      { name: 'a', width: 2 },
      { name: 'b', width: 2, reads: 'a', all: true },
      { name: 'c', width: 2, reads: 'b', all: true },
    ];
    // a in 0 and 1, finished at 2; b and c are written from 2 to 6 with two writers.
    expectByHand(askedOf(three, { ...chip, rounds: 'auto', duplication: 'none', reload: 'barrier' }), {
      starts: { a: [0, 1], b: [6, 7], c: [8, 9] },
      figures: { cycles: 10 },
    });
  });
});

describe('layer by layer', () => {
  test('a layer runs when all of its copies are written', () => {
    const asked = askedOf(
      [
        { name: 'a', width: 4 },
        { name: 'b', width: 4, reads: 'a' },
      ],
      { totalPes: 2, rounds: [0, 1], duplication: 'greedy', writeCycles: 5, batch: 2, group: 1 },
    );
    // Both have both PEs and take 2 cycles; between them are two writes.
    const ends = layersInTurns(turnsOf(asked)).map(({ start, end }) => [start, end]);
    expect(ends).toEqual([
      [0, 2],
      [12, 14],
      [24, 26],
      [36, 38],
    ]);
  });

  test('schedule() does the same on a chip with one PE', () => {
    const drafts: Draft[] = [
      { name: 'a', width: 4, pes: 3 },
      { name: 'b', width: 4, reads: 'a' },
    ];
    expectSameLayerByLayer(askedOf(drafts, { totalPes: 1, rounds: [0, 1, 2, 3], batch: 3, group: 2 }));
  });
});
