import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, kernel } from './kernel.ts';

/** What is put in or taken out: `take` is a share of what comes first. */
const steps = fc.array(
  fc.oneof(
    fc.record({ time: fc.integer({ min: 0, max: 20 }), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ take: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
  { maxLength: 400 },
);

/** 64 bits: times beyond 32 come out as they went in. */
const FAR = 2n ** 52n;

test('a heap gives the earliest first, however many there are', async () => {
  const { newRuns, pushRun, popRun, firstTime, firstCount, isEmptyRuns } = await kernel();
  fc.assert(
    fc.property(steps, (all) => {
      const heap = address(newRuns());
      let plain: number[] = [];
      for (const step of all) {
        if ('time' in step) {
          pushRun(heap, FAR + BigInt(step.time), BigInt(step.count));
          plain.push(...new Array<number>(step.count).fill(step.time));
          plain.sort((a, b) => a - b);
        } else if (plain.length > 0) {
          const count = Math.max(1, Math.floor(step.take * Number(firstCount(heap))));
          expect(firstTime(heap)).toBe(FAR + BigInt(plain[0]!));
          expect(plain.slice(0, count)).toEqual(new Array<number>(count).fill(plain[0]!));
          popRun(heap, BigInt(count));
          plain = plain.slice(count);
        }
        expect(isEmptyRuns(heap) !== 0).toBe(plain.length === 0);
      }
    }),
  );
});

test('a queue gives what came first, and takes neighbours of one time together', async () => {
  const { newRuns, enqueueRun, dequeueRun, firstTime, firstCount, isEmptyRuns } = await kernel();
  fc.assert(
    fc.property(steps, (all) => {
      const queue = address(newRuns());
      let plain: number[] = [];
      for (const step of all) {
        if ('time' in step) {
          enqueueRun(queue, FAR + BigInt(step.time), BigInt(step.count));
          plain.push(...new Array<number>(step.count).fill(step.time));
        } else if (plain.length > 0) {
          const alike = plain.findIndex((time) => time !== plain[0]);
          expect(firstTime(queue)).toBe(FAR + BigInt(plain[0]!));
          expect(Number(firstCount(queue))).toBe(alike < 0 ? plain.length : alike);
          const count = Math.max(1, Math.floor(step.take * Number(firstCount(queue))));
          dequeueRun(queue, BigInt(count));
          plain = plain.slice(count);
        }
        expect(isEmptyRuns(queue) !== 0).toBe(plain.length === 0);
      }
    }),
  );
});
