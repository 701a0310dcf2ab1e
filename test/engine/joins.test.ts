import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import type { Granularity } from '../../src/workload/granularity.ts';
import { lower } from '../../src/workload/problem.ts';
import { expectAgreement, type LayerDraft, networkOf } from './agreement.ts';

/** Nearest upsampling by 2. */
const NEAREST: Reads = { kind: 'transposed', kernel: 2, stride: 2, dilation: 1, padding: 0 };

/** A join of `sources` on `height` x `width` positions that two base layers read, and a base layer behind each. */
function twiceRead(
  sources: readonly LayerDraft[],
  height: number,
  width: number,
  rows: Reads,
  columns: Reads,
) {
  const join = sources.length;
  return networkOf([
    ...sources,
    { height, width, inputs: sources.map((_, i) => [i, i === 0 ? rows : SAME, i === 0 ? columns : SAME]) },
    { height, width, base: true, inputs: [[join, SAME, SAME]] },
    { height, width, base: true, inputs: [[join, SAME, SAME]] },
    { height, width, base: true, inputs: [[join + 1, shift(1), shift(1)]] },
    { height, width, base: true, inputs: [[join + 2, ALL, SAME]] },
  ]);
}

describe('joins that several layers read', () => {
  const granularities: Granularity[] = ['pixel', 'row', { height: 2, width: 2 }, { height: 3, width: 5 }];

  // As in the necks of detectors. The last column of a row waits longer than the first of the next.
  test.each(granularities)('an upsampled slow map beside a fast one, %o', (granularity) => {
    for (const [height, width] of [
      [4, 4],
      [6, 10],
      [9, 7],
      [12, 24],
    ] as const) {
      const slow = { height: Math.ceil(height / 2), width: Math.ceil(width / 2), base: true };
      const network = twiceRead([slow, { height, width, base: true }], height, width, NEAREST, NEAREST);
      for (const readers of [1, 2, 3, 4, 5, 7, width, height * width]) {
        expectAgreement({ network, copies: [1, height * width, readers, readers, 2, 3], granularity });
        expectAgreement({ network, copies: [2, 1, readers, readers, 1, 9], granularity });
      }
    }
  });
});

const WINDOW: Reads = { kind: 'window', kernel: 3, stride: 1, dilation: 1, padding: 1 };
const everyGranularity: Granularity[] = ['pixel', 'row', { height: 2, width: 2 }, { height: 2, width: 3 }];

describe('where the search for superfluous sources ends, what is found is right', () => {
  test.each(everyGranularity)('a skip over more layers than it follows, %o', (granularity) => {
    for (const length of [11, 12, 13, 14, 30]) {
      const drafts: LayerDraft[] = [{ height: 4, width: 5, base: true }];
      for (let i = 0; i < length; i++) {
        drafts.push({ height: 4, width: 5, base: true, inputs: [[i, i % 3 === 0 ? WINDOW : SAME, SAME]] });
      }
      const join = drafts.push({
        height: 4,
        width: 5,
        inputs: [
          [0, SAME, SAME],
          [length, SAME, SAME],
        ],
      });
      for (let i = 0; i < 2; i++)
        drafts.push({ height: 4, width: 5, base: true, inputs: [[join - 1, SAME, WINDOW]] });
      const copies = [1, ...Array.from({ length }, (_, i) => 1 + ((i * 7) % 9)), 3, 20];
      expectAgreement({ network: networkOf(drafts), copies, granularity });
    }
  });

  test.each(everyGranularity)('more paths than it looks at, %o', (granularity) => {
    const drafts: LayerDraft[] = [{ height: 4, width: 5, base: true }];
    const outputs = [0];
    for (let block = 0; block < 24; block++) {
      const inputs = outputs.map((from, i) => [from, i % 5 === 2 ? shift(-1) : SAME, SAME] as const);
      const join = drafts.push({ height: 4, width: 5, inputs }) - 1;
      for (let i = 0; i < 2; i++) {
        const last = drafts.push({
          height: 4,
          width: 5,
          base: true,
          inputs: [[join, SAME, i === 0 ? SAME : WINDOW]],
        });
        outputs.push(last - 1);
      }
    }
    const copies = Array.from({ length: 49 }, (_, i) => 1 + ((i * 5) % 11));
    expectAgreement({ network: networkOf(drafts), copies, granularity });
  });
});

describe('layers that add a map to itself, shuffled', () => {
  const list = (positions: readonly number[]): Reads => ({ kind: 'list', positions });
  const rotated = (size: number, by: number) => list(Array.from({ length: size }, (_, i) => (i + by) % size));

  /** The same permutation for the same `seed`. */
  function permuted(size: number, seed: number): Reads {
    const positions = Array.from({ length: size }, (_, i) => i);
    let random = Math.imul(seed, 2654435761);
    for (let i = size - 1; i > 0; i--) {
      random = Math.imul(random, 1664525) + 1013904223;
      const j = (random >>> 0) % (i + 1);
      [positions[i], positions[j]] = [positions[j]!, positions[i]!];
    }
    return list(positions);
  }

  /** `steps` additions of a map's rotation to another rotation of it, along rows or along both directions. */
  function shuffles(steps: number, along: 'rows' | 'both'): LayerDraft[] {
    const size = { height: 7, width: 8 };
    const drafts: LayerDraft[] = [{ ...size, base: true }];
    for (let i = 0; i < steps; i++) {
      const columns = along === 'rows' ? [SAME, SAME] : [rotated(8, 1 + i), SAME];
      drafts.push({
        ...size,
        inputs: [
          [i, along === 'rows' ? rotated(7, 3) : SAME, columns[0]!],
          [i, rotated(7, 1 + i), columns[1]!],
        ],
      });
    }
    return [...drafts, { ...size, base: true, inputs: [[steps, SAME, SAME]] }];
  }

  test('are followed exactly', () => {
    for (const granularity of everyGranularity) {
      for (const along of ['rows', 'both'] as const) {
        expectAgreement({ network: networkOf(shuffles(4, along)), copies: [2, 3], granularity });
      }
    }
  });

  test('do not double what has to be looked at with every step', () => {
    const network = networkOf(shuffles(40, 'rows'));
    expectAgreement({ network, copies: [2, 3], granularity: 'pixel' });
  });

  test('are refused where they do, and the engine goes on', () => {
    const size = { height: 200, width: 200 };
    const drafts: LayerDraft[] = [{ ...size, base: true }];
    for (let i = 0; i < 40; i++) {
      const inputs = [1, 3].map((k) => [i, permuted(200, 4 * i + k), permuted(200, 4 * i + k + 1)] as const);
      drafts.push({ ...size, inputs });
    }
    const hostile = networkOf([...drafts, { ...size, base: true, inputs: [[40, SAME, SAME]] }]);
    const engine = new Engine();
    expect(() => engine.load(lower(hostile, 'pixel').words)).toThrow(/waits for thousands/);
    expect(() => engine.schedule([1, 1])).toThrow(/no problem/);
    engine.load(lower(networkOf(shuffles(1, 'both')), 'pixel').words);
    engine.schedule([1, 1]);
    expect(engine.endCycle(0)).toBe(56);
  });
});
