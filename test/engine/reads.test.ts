import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { type Reads, SAME } from '../../src/network/reads.ts';
import { lower } from '../../src/workload/problem.ts';
import { cpuMs } from '../cpu-ms.ts';
import { positionsRead } from '../reference/reads.ts';
import { networkOf } from './agreement.ts';

const engine = new Engine();

/** For every output position of `reads` the last of the sets that it waits for, as the engine finds it. */
function waitsFor(reads: Reads, inputSize: number, outputSize: number, order: readonly number[]): number[] {
  const network = networkOf([
    { height: inputSize, width: 1, base: true },
    { height: inputSize, width: 1, inputs: [[0, { kind: 'list', positions: order }, SAME]] },
    { height: outputSize, width: 1, base: true, inputs: [[1, reads, SAME]] },
  ]);
  engine.load(lower(network, 'pixel').words);
  const source = engine.sources(2)[0];
  return source === undefined ? new Array<number>(outputSize).fill(-1) : Array.from(source.rows);
}

function expected(reads: Reads, inputSize: number, outputSize: number, order: readonly number[]): number[] {
  return Array.from({ length: outputSize }, (_, p) =>
    positionsRead(reads, p, inputSize).reduce((latest, q) => Math.max(latest, order[q]!), -1),
  );
}

describe('windows and transposed windows', () => {
  const size = fc.integer({ min: 1, max: 90 });

  test('of any size over entries in any order', () => {
    const reads = fc.record({
      kind: fc.constantFrom('window' as const, 'transposed' as const),
      kernel: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 9, max: 120 })),
      stride: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 })),
      dilation: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })),
      padding: fc.integer({ min: -50, max: 150 }),
    });
    const entries = fc.array(fc.integer({ min: -1, max: 89 }), { minLength: 90, maxLength: 90 });
    fc.assert(
      fc.property(reads, size, size, entries, (window, inputSize, outputSize, all) => {
        const order = all.slice(0, inputSize).map((entry) => Math.min(entry, inputSize - 1));
        expect(waitsFor(window, inputSize, outputSize, order)).toEqual(
          expected(window, inputSize, outputSize, order),
        );
      }),
      { numRuns: 1500 },
    );
  });

  const largest = 2 ** 31 - 1;
  const order = [3, 0, 4, 1, 2];
  const absurd: [string, Reads, readonly number[]][] = [
    // The middle tap is the position itself, both others are outside.
    ['dilation', { kind: 'window', kernel: 3, stride: 1, dilation: largest, padding: largest }, order],
    ['kernel', { kind: 'window', kernel: largest, stride: 1, dilation: 1, padding: 2 }, [4, 4, 4, 4, 4]],
    ['stride', { kind: 'window', kernel: 2, stride: largest, dilation: 1, padding: 0 }, [3, -1, -1, -1, -1]],
    ['crop', { kind: 'window', kernel: 9, stride: 9, dilation: 9, padding: -largest }, [-1, -1, -1, -1, -1]],
    [
      'transposed kernel',
      { kind: 'transposed', kernel: largest, stride: 1, dilation: 1, padding: largest },
      // Position p is reached by those behind it.
      [4, 4, 2, 2, -1],
    ],
    [
      'transposed stride',
      { kind: 'transposed', kernel: 3, stride: largest, dilation: largest - 1, padding: largest },
      [0, -1, -1, -1, -1],
    ],
  ];
  test.each(absurd)('of absurd %s neither wrap nor hang', (_, reads, latest) => {
    expect(waitsFor(reads, 5, 5, order)).toEqual(latest);
  });

  test.each(['window', 'transposed'] as const)('%s as long as a long sequence takes no time', (kind) => {
    const length = 300_000;
    const window = { kernel: length, stride: 1, dilation: 1, padding: length >> 1 };
    const network = networkOf([
      { height: length, width: 1, base: true },
      { height: length, width: 1, base: true, inputs: [[0, { kind, ...window }, SAME]] },
    ]);
    const start = cpuMs();
    engine.load(lower(network, 'pixel').words);
    expect(cpuMs() - start).toBeLessThan(5_000);
    const { rows } = engine.sources(1)[0]!;
    expect(rows[0]).toBe((length >> 1) - (kind === 'window' ? 1 : 0));
    expect(rows[length >> 1]).toBe(length - 1);
  });
});

test('a list that is too short reads nothing for the positions it leaves out', () => {
  const reads: Reads = { kind: 'list', positions: [2, 0] };
  expect(waitsFor(reads, 3, 4, [0, 1, 2])).toEqual([2, 0, -1, -1]);
  expect(waitsFor({ kind: 'list', positions: [2, 0, 1] }, 3, 2, [0, 1, 2])).toEqual([2, 0]);
});
