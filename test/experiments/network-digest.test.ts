import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/experiments/network-digest.ts';
import type { Network } from '../../src/network/network.ts';
import type { Reads } from '../../src/network/reads.ts';
import { zoo, zooNetwork } from '../../src/zoo/index.ts';

const tiny = zooNetwork('tinyyolov4');

/** TinyYOLOv4 with another value in place of what its third layer reads of rows. */
const withReads = (rows: Reads): Network => ({
  ...tiny,
  layers: tiny.layers.map((layer, i) =>
    i === 2 ? { ...layer, inputs: layer.inputs.map((edge) => ({ ...edge, rows })) } : layer,
  ),
});

describe('the digest of a network', () => {
  test('is a whole number that a double holds, another one for every network of the zoo', () => {
    const digests = zoo.map(({ name }) => digestOf(zooNetwork(name)));
    expect(digests.filter(Number.isSafeInteger)).toEqual(digests);
    expect(new Set(digests).size).toBe(zoo.length);
  });

  test('is the same whatever layers and their operators are called', () => {
    const layers = tiny.layers.map((layer, i) => ({ ...layer, name: `layer ${i}` }));
    expect(digestOf({ ...tiny, name: 'mine', layers })).toBe(digestOf(tiny));
  });

  const window = { kind: 'window', kernel: 3, stride: 1, dilation: 1, padding: 1 } as const;
  const aNumber = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
  const someReads: fc.Arbitrary<Reads> = fc.oneof(
    fc.constantFrom<Reads>({ kind: 'same' }, { kind: 'all' }),
    fc.record({
      kind: fc.constantFrom('window' as const, 'transposed' as const),
      ...{ kernel: aNumber, stride: aNumber, dilation: aNumber, padding: aNumber },
    }),
    fc.record({
      kind: fc.constant('list' as const),
      ...{ positions: fc.array(aNumber, { maxLength: 5 }), taps: fc.integer({ min: 1, max: 3 }) },
    }),
  );

  test('is another one where any number of what is read is another', () => {
    fc.assert(
      fc.property(someReads, someReads, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(digestOf(withReads(one)) === digestOf(withReads(other))).toBe(isSame);
      }),
    );
    for (const field of ['kernel', 'stride', 'dilation', 'padding'] as const) {
      expect(digestOf(withReads({ ...window, [field]: 2 })), field).not.toBe(digestOf(withReads(window)));
    }
  });
});
