import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, type Kernel, kernel } from './kernel.ts';

/** So many numbers of a series. */
function numbers({ memory }: Kernel, series: Address, count: number): number[] {
  return [...new Float64Array(memory.buffer, series, count)];
}

/** From a cycle on, for so many. */
interface Span {
  readonly from: number;
  readonly cycles: number;
  readonly amount: number;
}

const spans = fc.array(
  fc.record({ from: fc.nat(60), cycles: fc.nat(90), amount: fc.integer({ min: 1, max: 9 }) }),
  { maxLength: 12 },
);

test('bins are what a number for every cycle gives, in whatever order they are filled', async () => {
  const parts = await kernel();
  const { addAt, addSpan, binCycles, closeBins, mark, newSeries, raiseAt, raiseSpan, release, resetBins } =
    parts;
  const start = mark();
  let widened = 0;
  const check = (all: readonly Span[], half: number) => {
    release(start);
    resetBins(2 * half);
    const [sums, peaks, single, highest] = [newSeries(0), newSeries(1), newSeries(0), newSeries(1)];
    const end = all.reduce((latest, { from, cycles }) => Math.max(latest, from + cycles), 0);
    const perCycle = Array.from({ length: end + 1 }, () => ({ sum: 0, peak: 0, single: 0, highest: 0 }));
    for (const { from, cycles, amount } of all) {
      const [first, last] = [BigInt(from), BigInt(from + cycles)];
      addSpan(sums, first, last, amount);
      raiseSpan(peaks, first, last, amount);
      addAt(single, last, amount);
      raiseAt(highest, last, amount);
      for (const cycle of perCycle.slice(from, from + cycles)) {
        cycle.sum += amount;
        cycle.peak = Math.max(cycle.peak, amount);
      }
      const at = perCycle[from + cycles]!;
      at.single += amount;
      at.highest = Math.max(at.highest, amount);
    }
    closeBins(BigInt(end));
    const width = Number(binCycles());
    widened += width > 1 ? 1 : 0;
    expect(2 * half * width).toBeGreaterThan(end);
    if (width > 1) expect(half * width).toBeLessThanOrEqual(end);
    const count = Math.max(1, Math.ceil(end / width));
    const binOf = (cycle: number) => Math.min(Math.floor(cycle / width), count - 1);
    const together = (of: 'sum' | 'peak' | 'single' | 'highest', join: (a: number, b: number) => number) => {
      const bins = Array.from({ length: count }, () => 0);
      for (const [cycle, figures] of perCycle.entries())
        bins[binOf(cycle)] = join(bins[binOf(cycle)]!, figures[of]);
      return bins;
    };
    const plus = (a: number, b: number) => a + b;
    expect(numbers(parts, sums, count)).toEqual(together('sum', plus));
    expect(numbers(parts, peaks, count)).toEqual(together('peak', Math.max));
    expect(numbers(parts, single, count)).toEqual(together('single', plus));
    expect(numbers(parts, highest, count)).toEqual(together('highest', Math.max));
  };
  fc.assert(fc.property(spans, fc.integer({ min: 1, max: 40 }), check), { numRuns: 500 });
  expect(widened).toBeGreaterThan(100);
});

test('a series that is made late has the bins of the others, and times may be far', async () => {
  const parts = await kernel();
  const { addAt, addSpan, binCycles, closeBins, hasBins, newSeries, resetBins } = parts;
  expect(hasBins()).toBe(0);
  resetBins(4);
  expect(hasBins()).toBe(1);
  const early = newSeries(0);
  addAt(early, 5n, 1);
  addAt(early, (1n << 40n) - 1n, 2);
  const late = newSeries(0);
  addSpan(late, 0n, 1n << 40n, 1);
  closeBins(1n << 40n);
  expect(binCycles()).toBe(1n << 39n);
  expect(numbers(parts, early, 2)).toEqual([1, 2]);
  expect(numbers(parts, late, 2)).toEqual([2 ** 39, 2 ** 39]);
});
