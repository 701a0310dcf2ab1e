import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, address, type Kernel, kernel } from './kernel.ts';

const QUEUE_BYTES = 64n;

function zeroed({ allocate, memory }: Kernel, bytes: bigint): Address {
  const at = address(allocate(bytes));
  new Uint8Array(memory.buffer).fill(0, at, at + Number(bytes));
  return at;
}

/** The ids of a list, and then its serial numbers. */
function idsOf({ nextEvent, eventId, eventDetail }: Kernel, first: Address): [number, number][] {
  const ids: [number, number][] = [];
  for (let event = first; event !== 0; event = nextEvent(event))
    ids.push([eventId(event), eventDetail(event)]);
  return ids;
}

/** Ids that come, or a service that ends. */
const steps = fc.array(fc.oneof(fc.nat(20), fc.constant('serve' as const), fc.constant('end' as const)), {
  maxLength: 60,
});

test('arrivals are taken by ids, equal ones as they came', async () => {
  const exports = await kernel();
  const check = (ids: readonly number[]) => {
    exports.resetEvents();
    const arrivals = zeroed(exports, QUEUE_BYTES);
    ids.forEach((id, serial) => {
      exports.arriveAt(arrivals, exports.newEvent(0n, exports.kindWith(0, serial), id));
    });
    const twin = ids.map((id, serial): [number, number] => [id, serial]).sort(([a], [b]) => a - b);
    expect(idsOf(exports, exports.takeArrivals(arrivals))).toEqual(twin);
    expect(exports.takeArrivals(arrivals)).toBe(0);
  };
  fc.assert(fc.property(fc.array(fc.nat(20), { maxLength: 40 }), check), { numRuns: 200 });
});

test('a queue serves those of earlier rounds first, and of one round by ids; one at a time', async () => {
  const exports = await kernel();
  const { endService, enqueue, eventDetail, kindWith, newEvent, resetEvents, serveAtOnce, serveNext } =
    exports;
  const check = (todo: readonly (number | 'serve' | 'end')[]) => {
    resetEvents();
    const queue = zeroed(exports, QUEUE_BYTES);
    const waiting: number[] = [];
    let round: [id: number, serial: number][] = [];
    let isBusy = false;
    todo.forEach((step, serial) => {
      if (step === 'end') {
        expect(endService(queue)).toBe(waiting.length + round.length > 0 ? 1 : 0);
        isBusy = false;
      } else if (step === 'serve') {
        waiting.push(...round.sort(([a], [b]) => a - b).map(([, number]) => number));
        round = [];
        const next = isBusy ? undefined : waiting.shift();
        isBusy ||= next !== undefined;
        const served = serveNext(queue);
        expect(served === 0 ? undefined : eventDetail(served)).toBe(next);
      } else if (step % 4 === 0) {
        const isFirst = !isBusy && waiting.length + round.length === 0;
        expect(serveAtOnce(queue)).toBe(isFirst ? 1 : 0);
        isBusy ||= isFirst;
      } else {
        enqueue(queue, newEvent(0n, kindWith(0, serial), step));
        round.push([step, serial]);
      }
    });
  };
  fc.assert(fc.property(steps, check), { numRuns: 300 });
});

test('a queue in order gives the lowest id, whenever it came', async () => {
  const exports = await kernel();
  const { eventId, firstInOrder, insertInOrder, newEvent, removeFirstInOrder, resetEvents } = exports;
  const check = (todo: readonly (number | 'serve' | 'end')[]) => {
    resetEvents();
    const queue = zeroed(exports, QUEUE_BYTES);
    const ids: number[] = [];
    for (const step of todo) {
      if (typeof step === 'number') {
        insertInOrder(queue, newEvent(0n, 0, step));
        ids.push(step);
        ids.sort((a, b) => a - b);
      } else if (ids.length > 0) {
        removeFirstInOrder(queue);
        ids.shift();
      }
      const first = firstInOrder(queue);
      expect(first === 0 ? undefined : eventId(first)).toBe(ids[0]);
    }
  };
  fc.assert(fc.property(steps, check), { numRuns: 300 });
});

test('counters are counted down four at a time, all of them or the chosen ones', async () => {
  const exports = await kernel();
  const counters = zeroed(exports, QUEUE_BYTES);
  const check = (values: readonly number[], count: number, bits: number, areAll: boolean) => {
    const words = new Int32Array(exports.memory.buffer, counters, values.length);
    words.set(values);
    const over = areAll ? exports.countDown(counters, count) : exports.countDownChosen(counters, count, bits);
    const isCounted = (i: number) => i < Math.min(count, 4) && (areAll || ((bits >> i) & 1) === 1);
    const left = values.map((value, i) => (isCounted(i) ? value - 1 : value));
    expect(Array.from(words)).toEqual(left);
    expect(over).toBe(
      left.reduce((mask, value, i) => (isCounted(i) && value === 0 ? mask | (1 << i) : mask), 0),
    );
  };
  const values = fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(values, fc.integer({ min: 1, max: 6 }), fc.nat(255), fc.boolean(), check), {
    numRuns: 500,
    seed: 1,
  });
});
