import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kernel } from './kernel.ts';

/** One step: what to do, and with which number. */
type Step = readonly ['add' | 'remove' | 'lowest' | 'take', number];

/** Numbers lie in a few heaps, so that words and whole words of the summary get empty and full again. */
const steps = (count: number) => {
  const near = fc
    .tuple(fc.constantFrom(0, 60, 4090, 8190, count - 1), fc.nat(8))
    .map(([heap, more]) => Math.min(count - 1, heap + more));
  const number = fc.oneof(near, fc.nat(count - 1));
  return fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'lowest', 'take'), number), { maxLength: 200 });
};
const cases = fc
  .constantFrom(1, 63, 64, 65, 4096, 4097, 20_000)
  .chain((count) => fc.tuple(fc.constant(count), steps(count)));

const lowest = (numbers: ReadonlySet<number>) => (numbers.size === 0 ? -1 : Math.min(...numbers));

test('a bit set holds and gives what a Set does, the lowest number first', async () => {
  const { addBit, lowestBit, mark, mayHaveBits, newBitSet, release, removeBit, takeLowestBit } =
    await kernel();
  const start = mark();
  const check = ([count, todo]: readonly [number, readonly Step[]]) => {
    release(start); // what was there before is dirt in the memory of the next
    const bits = newBitSet(count);
    const numbers = new Set<number>();
    for (const [step, number] of todo) {
      if (step === 'add') {
        addBit(bits, number);
        numbers.add(number);
      } else if (step === 'remove') {
        removeBit(bits, number);
        numbers.delete(number);
      } else if (step === 'lowest') {
        expect(lowestBit(bits)).toBe(lowest(numbers));
        // Of few numbers it is known at once whether there are any.
        expect(mayHaveBits(bits)).toBe(numbers.size > 0 || count >= 4096 ? 1 : 0);
      } else {
        expect(takeLowestBit(bits)).toBe(lowest(numbers));
        numbers.delete(lowest(numbers));
      }
    }
    const left = [...numbers].sort((a, b) => a - b);
    expect(left.map(() => takeLowestBit(bits))).toEqual(left);
    expect(takeLowestBit(bits)).toBe(-1);
  };
  fc.assert(fc.property(cases, check), { numRuns: 300 });
});
