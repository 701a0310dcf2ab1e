import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeText } from '../../src/trace/time.ts';
import { perfettoNs } from './format.ts';

/** A decimal number of nanoseconds as a fraction. */
function fraction(ns: number): { value: bigint; places: number } {
  const [mantissa = '', exponent = '0'] = String(ns).split('e');
  const [whole = '', digits = ''] = mantissa.split('.');
  const places = digits.length - Number(exponent);
  const value = BigInt(whole + digits);
  return places < 0 ? { value: value * 10n ** BigInt(-places), places: 0 } : { value, places };
}

const cycleNs = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }),
  fc.integer({ min: 1, max: 99_999 }).map((n) => n / 1000),
  fc.constantFrom(1e-6, 2.5e-7, 1e12, 0.8, 33.3, 1400, 1 / 3),
);

describe('times of a trace', () => {
  test('are written as people write them', () => {
    expect([0, 1, 3, 5, 1000].map(timeText(1400))).toEqual(['0', '1.4', '4.2', '7', '1400']);
    expect([1, 1250].map(timeText(0.8))).toEqual(['0.0008', '1']);
    expect([1, 10].map(timeText(1e-6))).toEqual(['0.000000001', '0.00000001']);
    expect(timeText(1e12)(2 ** 50)).toBe('1125899906842624000000000');
  });

  test('are exact, or a picosecond longer, and are never read as a nanosecond less', () => {
    const cycles = fc.oneof(fc.nat(100_000), fc.integer({ min: 0, max: 2 ** 40 }));
    fc.assert(
      fc.property(cycleNs, cycles, (ns, count) => {
        const text = timeText(ns)(count);
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        const { value, places } = fraction(ns);
        const exact = BigInt(count) * value;
        const [whole = '', digits = ''] = text.split('.');
        const scale = Math.max(digits.length, places + 3, 6);
        const written = BigInt(whole + digits.padEnd(scale, '0'));
        const longer = written - exact * 10n ** BigInt(scale - places - 3);
        expect([0n, 10n ** BigInt(scale - 6)]).toContain(longer);
        // Beyond that a floating number holds no picoseconds.
        if (exact < 10n ** BigInt(places + 12)) {
          const least = exact / 10n ** BigInt(places);
          const read = BigInt(perfettoNs(Number(text)));
          if (places < 6) expect(read).toBe(least);
          else expect(read).toBeGreaterThanOrEqual(least);
        }
      }),
      { numRuns: 4000 },
    );
  });

  test('are a picosecond longer only where they have to', () => {
    const text = timeText(1400);
    const cycles = Array.from({ length: 100_000 }, (_, cycle) => cycle);
    const longer = cycles.filter((cycle) => text(cycle) !== String((cycle * 14) / 10));
    const early = cycles.filter((cycle) => Math.trunc(((cycle * 14) / 10) * 1000) < cycle * 1400);
    expect(longer).toEqual(early);
    expect(longer.length).toBeGreaterThan(100);
  });
});
