import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Interpolation, interpolated, listed } from '../../src/network/operators/index.ts';
import { positionsRead } from '../reference/reads.ts';
import { thrownBy } from '../thrown.ts';

function positions(input: number, output: number, mode: Interpolation, antialias = false): number[][] {
  const reads = interpolated('r', { input, output }, mode, antialias);
  return Array.from({ length: output }, (_, p) => positionsRead(reads, p, input));
}

describe('nearest: floor(position / f)', () => {
  test.each([
    [2, 5, [0, 0, 0, 1, 1]], // 0 0.4 0.8 1.2 1.6
    [5, 2, [0, 2]], // 0 2.5
    [3, 6, [0, 0, 1, 1, 2, 2]],
    [1, 4, [0, 0, 0, 0]],
  ])('%i to %i', (input, output, expected) => {
    expect(positions(input, output, 'nearest').flat()).toEqual(expected);
  });
});

describe('kernels over half-pixel centres', () => {
  test.each<[Interpolation, boolean, number, number, number[][]]>([
    // (p + 0.5) / 2 - 0.5 = -0.25, 0.25, 0.75, 1.25
    ['linear', false, 2, 4, [[0], [0, 1], [0, 1], [1]]],
    // 0.5, 2.5: two each, whatever lies between
    [
      'linear',
      false,
      4,
      2,
      [
        [0, 1],
        [2, 3],
      ],
    ],
    // 1, 4: on a position, its neighbours weigh nothing
    ['linear', false, 6, 2, [[1], [4]]],
    ['cubic', false, 6, 2, [[1], [4]]],
    ['lanczos3', false, 6, 2, [[1], [4]]],
    [
      'mitchell',
      false,
      6,
      2,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    [
      'gaussian',
      false,
      6,
      2,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    // Three times as wide; those at a distance of 3 weigh nothing.
    [
      'linear',
      true,
      6,
      2,
      [
        [0, 1, 2, 3],
        [2, 3, 4, 5],
      ],
    ],
    [
      'cubic',
      true,
      9,
      3,
      [
        [0, 1, 2, 3, 5, 6],
        [0, 2, 3, 4, 5, 6, 8],
        [2, 3, 5, 6, 7, 8],
      ],
    ],
    ['linear', true, 2, 4, [[0], [0, 1], [0, 1], [1]]],
  ])('%s, antialias %s, %i to %i', (mode, antialias, input, output, expected) => {
    expect(positions(input, output, mode, antialias)).toEqual(expected);
  });

  test('are no wider where nobody says so', () => {
    expect(interpolated('r', { input: 6, output: 2 }, 'linear')).toEqual({ kind: 'list', positions: [1, 4] });
  });

  test('list the positions that there are, and nothing beyond the edges', () => {
    // Centres -0.25, 0.25, 0.75 and 1.25: at the edges one neighbour is outside.
    expect(interpolated('r', { input: 2, output: 4 }, 'linear')).toEqual({
      ...{ kind: 'list', taps: 2 },
      positions: [0, -1, 0, 1, 0, 1, 1, -1],
    });
  });

  test.each<[Interpolation, number, boolean]>([
    ['linear', 2, false],
    ['gaussian', 3, false],
    ['mitchell', 4, false],
    ['lanczos5', 10, false],
    ['linear', 6, true],
    ['gaussian', 9, true],
  ])('are refused where they are too many: %s has %i, shrunk to a third %s', (mode, taps, antialias) => {
    const output = Math.floor(2 ** 22 / taps) + 1;
    const input = antialias ? 3 * output : 3;
    const { code, message } = thrownBy(() => interpolated('up', { input, output }, mode, antialias));
    expect(code).toBe('TOO_LARGE');
    expect(message).toContain(`layer up: ${output} positions that read up to ${taps} each`);
  });

  test('are exact where floats would miss it', () => {
    // Tripled: the source of p is (2p + 1 - 3) / 6, which is the whole number q for p = 3q + 1.
    const read = positions(999, 2997, 'linear');
    for (let q = 0; q < 999; q++) expect(read[3 * q + 1]).toEqual([q]);
  });

  test('are those of the definition', () => {
    const size = fc.integer({ min: 1, max: 40 });
    const mode = fc.constantFrom('linear' as const, 'cubic' as const, 'lanczos5' as const);
    fc.assert(
      fc.property(size, size, mode, fc.boolean(), (input, output, kernel, antialias) => {
        fc.pre(input !== output);
        const radius = { linear: 1, cubic: 2, lanczos5: 5 }[kernel];
        const width = antialias ? Math.max(1, input / output) : 1;
        const expected = Array.from({ length: output }, (_, p) => {
          const centre = ((p + 0.5) * input) / output - 0.5;
          return Array.from({ length: input }, (_unused, q) => q).filter((q) => {
            const distance = Math.abs(q - centre) / width;
            const whole = Math.abs(distance - Math.round(distance)) < 1e-9 && Math.round(distance) > 0;
            return distance < radius && !whole;
          });
        });
        expect(positions(input, output, kernel, antialias)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('read the position itself where the size stays', () => {
    expect(interpolated('r', { input: 7, output: 7 }, 'cubic')).toEqual({ kind: 'same' });
  });
});

describe('listed', () => {
  test('fills up with -1', () => {
    const lists = [[0], [], [1, 2]];
    expect(listed('r', 3, 2, (p) => lists[p]!)).toEqual({
      kind: 'list',
      taps: 2,
      positions: [0, -1, -1, -1, 1, 2],
    });
    expect(listed('r', 2, 4, (p) => lists[p]!)).toEqual({ kind: 'list', positions: [0, -1] });
  });

  test('is limited before anything is listed', () => {
    const never = () => expect.unreachable();
    expect(() => listed('up', 2 ** 20, 5, never)).toThrowError(
      'layer up: 1048576 positions that read up to 5',
    );
  });
});
