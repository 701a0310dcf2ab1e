import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../src/map/duplication/heap.ts';

test('items leave in their order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(99), { maxLength: 20 }), (items) => {
      const heap = new Heap(items, (a, b) => a < b);
      const left: (number | undefined)[] = [];
      for (let i = 0; i <= items.length; i++) {
        left.push(heap.first);
        if (heap.first !== undefined) heap.removeFirst();
      }
      expect(left).toEqual([...items.toSorted((a, b) => a - b), undefined]);
    }),
  );
});

test('the first item goes where it belongs after its place has changed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 20 }), fc.nat(99), (values, value) => {
      const now = [...values];
      const heap = new Heap([...values.keys()], (a, b) => now[a]! < now[b]! || (now[a] === now[b] && a < b));
      now[heap.first!] = value;
      heap.reorderFirst();
      expect(now[heap.first!]).toBe(Math.min(...now));
    }),
  );
});
