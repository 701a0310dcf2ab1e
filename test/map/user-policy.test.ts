import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';
import type { DuplicationPolicy } from '../../src/map/duplication/index.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');

/** The error of a mapping with 8 PEs beyond the minimum, with copies by this policy. */
function errorOf(duplication: unknown): ClsaCimError {
  try {
    mapNetwork(network, paper, { extraPes: 8, duplication: duplication as DuplicationPolicy });
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    if (error instanceof ClsaCimError) return error;
  }
  throw new Error('nothing was thrown');
}

describe('a duplication policy of the user', () => {
  test('cannot change what it is given', () => {
    const sorting: DuplicationPolicy = (layers) => {
      const sorted = (layers as never as { mvms: number }[]).sort((a, b) => b.mvms - a.mvms);
      return sorted.map((_, i) => (i < 8 ? 20 : 1));
    };
    expect(errorOf(sorting).message).toMatch(
      /^the duplication policy "sorting" failed: .*read only.*; what it is given is read-only, so sort or change a copy of it$/,
    );
    const cheap: DuplicationPolicy = (layers) => {
      for (const layer of layers) (layer as { pesPerCopy: number }).pesPerCopy = 0;
      return layers.map(() => 2);
    };
    expect(errorOf(cheap).message).toContain('the duplication policy "cheap" failed');
    expect(mapNetwork(network, paper, { extraPes: 8 }).usedPes).toBeLessThanOrEqual(125);
  });

  test('may sort a copy; what it gives is checked against our layers', () => {
    const first: DuplicationPolicy = (layers) => {
      const [most] = layers.toSorted((a, b) => b.mvms / b.pesPerCopy - a.mvms / a.pesPerCopy);
      return layers.map(({ name }) => (name === most!.name ? 9 : 1));
    };
    expect(mapNetwork(network, paper, { extraPes: 8, duplication: first })).toMatchObject({ usedPes: 125 });
    const tooMany: DuplicationPolicy = (layers, extraPes) =>
      first(layers, extraPes).map((copies) => copies + 1);
    expect(errorOf(tooMany).message).toMatch(
      /^the duplication policy: takes \d+ PEs beyond the minimum and 8 are left/,
    );
  });

  test('cannot change what it has given', () => {
    let given: number[] = [];
    const { layers } = mapNetwork(network, paper, {
      extraPes: 8,
      duplication: (seen) => {
        given = seen.map(() => 1);
        return given;
      },
    });
    given.fill(99);
    expect(layers.every(({ copies }) => copies === 1)).toBe(true);
  });

  test.each([
    ['a promise', async () => [1], 'as a list, found a Promise'],
    ['bytes', () => new Uint8Array(21), 'as a list, found a Uint8Array'],
    ['nothing', () => undefined, 'as a list, found nothing'],
    ['too few', () => [1], 'the copies of 21 base layers as a list, found 1 entry'],
    ['holes', () => new Array(21), 'must be a whole number of 1 or more, found nothing'],
    ['text', () => new Array(21).fill('1'), 'must be a whole number of 1 or more, found "1"'],
  ])('that gives %s is refused', (_, policy, message) => {
    expect(errorOf(policy)).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });

  test('that gives what throws when it is looked at is at fault', () => {
    const trap = () => {
      throw new Error('do not look');
    };
    const message = expect.stringContaining('failed: do not look');
    expect(errorOf(() => new Proxy([], { get: trap }))).toMatchObject({ kind: 'input', message });
    expect(errorOf(() => new Proxy({}, { get: trap }))).toMatchObject({ kind: 'input', message });
  });

  test('that throws is at fault, with what it threw as the cause', () => {
    const cause = new RangeError('two\nlines');
    const error = errorOf(() => {
      throw cause;
    });
    expect(error).toMatchObject({
      kind: 'input',
      message: 'the duplication policy failed: two lines',
      cause,
    });
  });
});

test('nobody changes presets by the way', () => {
  expect(() => Object.assign(paper, { pes: 1 })).toThrow(TypeError);
  expect(schedule(network, paper).totalPes).toBe(117);
});
