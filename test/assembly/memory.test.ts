import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, kernel } from './kernel.ts';

test('blocks are aligned, lie apart, and are given again after going back to a mark', async () => {
  const { allocate, mark, memory, release } = await kernel();
  const start = mark();
  const check = (first: readonly number[], second: readonly number[]) => {
    release(start);
    const place = (sizes: readonly number[]) =>
      sizes.map((size) => ({ from: address(allocate(BigInt(size))), size }));
    const kept = place(first);
    const before = mark();
    const dropped = place(second);
    const blocks = [...kept, ...dropped];
    blocks.forEach(({ from, size }, i) => {
      expect(from % 16).toBe(0);
      expect(from).toBeGreaterThanOrEqual(Number(start));
      if (i > 0) expect(from).toBeGreaterThanOrEqual(blocks[i - 1]!.from + blocks[i - 1]!.size);
      expect(from + size).toBeLessThanOrEqual(memory.buffer.byteLength);
    });
    release(before);
    expect(place(second)).toEqual(dropped);
  };
  const sizes = fc.array(fc.nat(100_000), { maxLength: 10 });
  fc.assert(fc.property(sizes, sizes, check), { numRuns: 100 });
});

test('what memory cannot hold traps, and is told apart from other traps', async () => {
  const { allocate, isExhausted } = await kernel();
  allocate(1000n);
  expect(isExhausted()).toBe(0);
  expect(() => allocate(1n << 32n)).toThrow('unreachable');
  expect(isExhausted()).toBe(1);
});
