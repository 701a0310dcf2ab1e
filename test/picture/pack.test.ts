import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../src/picture/pack.ts';

/** What comes out of what was packed. */
async function again(value: unknown): Promise<unknown> {
  return unpack(await pack(value));
}

const whole = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
const numbers = fc.oneof(
  fc.array(whole).map((values) => Float64Array.from(values)),
  fc.int32Array(),
  fc.uint8Array(),
  fc.float32Array({ noNaN: true }),
  fc.array(fc.float({ noNaN: true })).map((values) => Float64Array.from(values)),
);
const { value: picture } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    whole,
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `~${text}`),
    fc.string().map((text) => `~[${text}`),
    numbers,
    fc.array(numbers),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
}));

describe('packed pictures', () => {
  test('come out as they went in', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (value) => {
        expect(await again(value)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('round what is no whole number to single precision', async () => {
    expect(await again(Float64Array.of(1 / 3))).toEqual(Float64Array.of(Math.fround(1 / 3)));
  });

  test('keep one array one where it is in several places', async () => {
    const shared = Int32Array.of(1, 2, 3);
    const [first, second] = (await again([shared, shared])) as Int32Array[];
    expect(first).toBe(second);
  });

  test('take little where times go up', async () => {
    const starts = Float64Array.from({ length: 1e6 }, (_, i) => 7 * i + (i % 3));
    const finishes = starts.map((start) => start + 7);
    expect((await pack({ starts, finishes })).length).toBeLessThan(20_000);
  });
});
