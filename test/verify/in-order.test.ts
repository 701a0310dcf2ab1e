import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../src/verify/in-order.ts';

test('indices come in the order of times, of equal ones the lower index first', () => {
  const times = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.double({ min: 0, noNaN: true })));
  fc.assert(
    fc.property(times, (list) => {
      const wanted = list.map((_, i) => i).sort((a, b) => list[a]! - list[b]! || a - b);
      expect([...inOrder(Float64Array.from(list))]).toEqual(wanted);
    }),
  );
});
