import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, type Kernel, kernel } from './kernel.ts';

/** An event as its twin has it; `serial` tells events of the same set apart. */
interface Twin {
  readonly at: bigint;
  readonly set: number;
  readonly serial: number;
}

/** Follows a list; the id of an event is that of its set here, and its detail a serial number. */
function list({ nextEvent, eventDetail, eventId, eventTime }: Kernel, first: Address): Twin[] {
  const events: Twin[] = [];
  for (let event = first; event !== 0; event = nextEvent(event)) {
    events.push({ at: eventTime(event), set: eventId(event), serial: eventDetail(event) });
  }
  return events;
}

function drop({ dropEvent, nextEvent }: Kernel, first: Address): void {
  for (let event = first; event !== 0; ) {
    const next = nextEvent(event);
    dropEvent(event);
    event = next;
  }
}

/** Stable: of equal sets the one that was made first comes first. */
const bySet = (a: Twin, b: Twin) => a.set - b.set || a.serial - b.serial;

/** In the order of making. */
const byMaking = (a: Twin, b: Twin) => a.serial - b.serial;

describe('the wheels of events', () => {
  /** Zero, near, at the edges of words and wheels, and far. */
  const delay = fc.oneof(
    fc.constantFrom(0n, 1n, 63n, 64n, 65n, 4095n, 4096n, 4097n, (1n << 18n) - 1n, 1n << 18n, 1n << 40n),
    fc.bigInt({ min: 0n, max: 200n }),
    fc.bigInt({ min: 0n, max: 1n << 50n }),
  );
  /** Events to come from now, and then one step of time. */
  const rounds = fc.array(fc.array(fc.tuple(delay, fc.nat(20)), { maxLength: 12 }), { maxLength: 30 });

  test.each([true, false])(
    'give what a sorted list gives: the next cycle, and its events; by set: %s',
    async (isInOrder) => {
      const exports = await kernel();
      const { advance, enter, kindWith, newEvent, now, resetCalendar, resetEvents } = exports;
      const takeEvents = isInOrder ? exports.takeEventsInOrder : exports.takeEvents;
      const order = isInOrder ? bySet : byMaking;
      const check = (todo: readonly (readonly (readonly [bigint, number])[])[]) => {
        resetEvents();
        resetCalendar();
        let waiting: Twin[] = [];
        let serial = 0;
        const step = () => {
          const next = waiting.reduce<bigint | undefined>(
            (t, { at }) => (t === undefined || at < t ? at : t),
            undefined,
          );
          expect(advance()).toBe(next === undefined ? 0 : 1);
          if (next === undefined) return false;
          expect(now()).toBe(next);
          const first = takeEvents();
          expect(list(exports, first)).toEqual(waiting.filter(({ at }) => at === next).sort(order));
          drop(exports, first);
          waiting = waiting.filter(({ at }) => at !== next);
          return true;
        };
        for (const events of todo) {
          for (const [after, set] of events) {
            const at = now() + after;
            serial++;
            enter(newEvent(now(), kindWith(3, serial), set), at);
            waiting.push({ at, set, serial });
          }
          step();
        }
        while (step());
        expect(waiting).toEqual([]);
        expect(takeEvents()).toBe(0);
      };
      fc.assert(fc.property(rounds, check), { numRuns: 200 });
    },
  );

  test('keeps what an event is', async () => {
    const exports = await kernel();
    const { advance, enter, kindWith, newEvent, resetCalendar, resetEvents, takeEvents } = exports;
    resetEvents();
    resetCalendar();
    enter(newEvent(0n, kindWith(8, 99_999), 123_456), 1_000_000n);
    expect(advance()).toBe(1);
    const event = takeEvents();
    const { eventDetail, eventId, eventKind, eventTime } = exports;
    expect([eventKind(event), eventDetail(event), eventId(event)]).toEqual([8, 99_999, 123_456]);
    expect(eventTime(event)).toBe(1_000_000n);
  });
});

test('lists are sorted by id, and equal ids keep their order', async () => {
  const exports = await kernel();
  const { kindWith, linkEvents, newEvent, resetEvents, sortEvents } = exports;
  const check = (sets: readonly number[]) => {
    resetEvents();
    const events = sets.map((set, serial) => newEvent(0n, kindWith(0, serial), set));
    events.forEach((event, i) => {
      linkEvents(event, events[i + 1] ?? 0);
    });
    const sorted = list(exports, sortEvents(events[0] ?? 0)).map(({ set, serial }) => [set, serial]);
    const twin = sets.map((set, serial) => [set, serial] as const).toSorted((a, b) => a[0] - b[0]);
    expect(sorted).toEqual(twin);
  };
  const runs = fc
    .array(fc.array(fc.nat(30), { maxLength: 10 }), { maxLength: 8 })
    .map((parts) => parts.flatMap((part) => part.toSorted((a, b) => a - b)));
  fc.assert(fc.property(fc.oneof(fc.array(fc.nat(30), { maxLength: 60 }), runs), check), {
    numRuns: 300,
    seed: 1,
  });
});
