import fc from 'fast-check';
import { expect, test } from 'vitest';
import { givePes, type Residency } from '../../src/schedule/residency.ts';

/** A copy that leaves at `end`, with the cycles in which its PEs begin to be written. */
const held = (name: string, end: number, starts: readonly number[]): Residency => ({
  ...{ layer: { name }, index: 0, group: 0, round: 0, copy: 0, end },
  ...{ starts: Float64Array.from(starts), ready: 0 },
});

test('finds PEs for copies that follow each other', () => {
  givePes([held('a', 4, [0, 0]), held('b', 7, [0]), held('c', 9, [4]), held('d', 9, [4])], 3);
});

test('finds PEs for as many copies as there are PEs, and for none more', () => {
  const copies = [held('a', 4, [0, 0]), held('b', 4, [0, 0])];
  givePes(copies, 4);
  expect(() => givePes(copies, 3)).toThrow('layer b, group 0, copy 0: none of the 3 PEs is free');
});

test('a copy that leaves frees its PEs, and no more than these', () => {
  const copies = [held('a', 4, [0]), held('b', 9, [4]), held('c', 9, [4])];
  givePes(copies.slice(0, 2), 1);
  expect(() => givePes(copies, 1)).toThrow('layer c, group 0, copy 0: none of the 1 PEs is free');
});

test.each<[number, RegExp]>([
  [2, /^layer x, .* at cycle 3: layer h0, group 0, copy 0; layer h1, group 0, copy 0$/],
  [3, /: layer h0, group 0, copy 0; layer h1, group 0, copy 0; layer h2, group 0, copy 0$/],
  [4, /; layer h2, group 0, copy 0; and 1 more$/],
  [5, /; layer h2, group 0, copy 0; and 2 more$/],
])('names the copies that hold the PEs where none is left: %i of two PEs each', (count, message) => {
  const copies = Array.from({ length: count }, (_, i) => held(`h${i}`, 4 + i, [0, 0]));
  expect(() => givePes([...copies, held('x', 20, [3])], 2 * count)).toThrow(message);
});

test('names those that are on the PEs then, and none that has left', () => {
  const copies = [held('a', 2, [0]), held('b', 9, [0]), held('c', 9, [2]), held('d', 9, [2])];
  expect(() => givePes(copies, 2)).toThrow(
    /^layer d, group 0, copy 0: none of the 2 PEs is free for it at cycle 2: layer c, group 0, copy 0; layer b, group 0, copy 0$/,
  );
});

test('rejects a copy that is done before it is written', () => {
  expect(() => givePes([held('a', 9, [0]), held('b', 5, [9]), held('c', 2, [9])], 2)).toThrow(
    'layer c, group 0, copy 0: has finished its last set before it has PEs',
  );
  expect(() => givePes([held('a', 9, [0, 9])], 2)).toThrow('layer a, group 0, copy 0: has finished');
});

test('rejects a copy on a PE that is freed only after its start', () => {
  // a frees two PEs at 5, of which b takes one at 9. The other is there for c, but not at 2.
  const copies = [held('a', 5, [0, 0]), held('b', 20, [9]), held('c', 20, [2])];
  expect(() => givePes(copies, 2)).toThrow(
    'layer c, group 0, copy 0: is on PE 0 with layer a, group 0, copy 0 at cycle 2',
  );
});

test('accepts copies that are written one after the other if and only if they are never more than the PEs', () => {
  const draft = fc.record({
    after: fc.nat(3),
    stays: fc.integer({ min: 1, max: 9 }),
    pes: fc.integer({ min: 1, max: 3 }),
  });
  const property = fc.property(fc.array(draft), fc.integer({ min: 1, max: 9 }), (drafts, totalPes) => {
    let start = 0;
    const copies = drafts.map(({ after, stays, pes }, i) => {
      start += after;
      return held(`h${i}`, start + stays, new Array<number>(pes).fill(start));
    });
    const heldAt = (cycle: number) =>
      copies
        .filter(({ starts, end }) => starts[0]! <= cycle && cycle < end)
        .reduce((pes, { starts }) => pes + starts.length, 0);
    const give = expect(() => givePes(copies, totalPes));
    if (copies.every(({ starts }) => heldAt(starts[0]!) <= totalPes)) give.not.toThrow();
    else give.toThrow(/none of the \d+ PEs is free/);
  });
  fc.assert(property);
});
