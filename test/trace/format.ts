import * as v from 'valibot';
import { expect } from 'vitest';

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Microseconds. */
const time = v.pipe(v.number(), v.finite(), v.minValue(0));
/** What is shown: on one line, and not without bounds. */
const text = v.pipe(v.string(), v.maxLength(100), v.regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u));
const args = v.record(v.string(), v.union([v.number(), text]));

const metadata = v.variant('name', [
  v.strictObject({
    ...{ ph: v.literal('M'), name: v.literal('process_name'), pid: number },
    args: v.strictObject({ name: text }),
  }),
  v.strictObject({
    ...{ ph: v.literal('M'), name: v.literal('process_sort_index'), pid: number },
    args: v.strictObject({ sort_index: number }),
  }),
  v.strictObject({
    ...{ ph: v.literal('M'), name: v.literal('thread_name'), pid: number, tid: number },
    args: v.strictObject({ name: text }),
  }),
  v.strictObject({
    ...{ ph: v.literal('M'), name: v.literal('thread_sort_index'), pid: number, tid: number },
    args: v.strictObject({ sort_index: number }),
  }),
]);

const slice = v.strictObject({
  ...{ ph: v.literal('X'), pid: number, tid: number, ts: time, dur: time, cat: text, name: text, args },
});

const counter = v.strictObject({
  ...{ ph: v.literal('C'), pid: number, ts: time, name: text },
  args: v.pipe(
    v.record(v.string(), v.pipe(v.number(), v.finite())),
    v.check((values) => Object.keys(values).length === 1),
  ),
});

const arrow = {
  ...{ id: number, pid: number, tid: number, ts: time, cat: text, name: text },
};
const arrows = v.variant('ph', [
  v.strictObject({ ph: v.literal('s'), ...arrow }),
  v.strictObject({ ph: v.literal('t'), ...arrow }),
  v.strictObject({ ph: v.literal('f'), ...arrow, bp: v.literal('e') }),
]);

/** The JSON object form of the Trace Event Format, with what this tool writes of it. */
const traceSchema = v.strictObject({
  displayTimeUnit: v.picklist(['ms', 'ns']),
  traceEvents: v.array(v.variant('ph', [metadata, slice, counter, arrows])),
  otherData: v.strictObject({
    tool: text,
    model: text,
    architecture: text,
    cycles: number,
    cycleNs: v.number(),
    totalPes: number,
    events: number,
    leftOut: v.array(v.string()),
  }),
});

export type TraceDocument = v.InferOutput<typeof traceSchema>;
type TraceEvent = TraceDocument['traceEvents'][number];
export type Slice = v.InferOutput<typeof slice>;
export type Arrow = v.InferOutput<typeof arrows>;

/** Nanoseconds as Perfetto takes them from a trace. */
export function perfettoNs(microseconds: number): number {
  return Math.trunc(microseconds * 1000);
}

/** Reads a trace as its readers do, and demands all that they rely on. */
export function readTrace(json: string): TraceDocument {
  const trace = v.parse(traceSchema, JSON.parse(json));
  expect(trace.otherData.events).toBe(trace.traceEvents.length);
  expectKnownTracks(trace.traceEvents);
  const slices = slicesByTrack(trace);
  for (const own of slices.values()) expectNoOverlap(own);
  expectCounters(trace.traceEvents);
  expectArrow(arrowOf(trace), slices);
  return trace;
}

/** The bars of each track, in the order of the file. */
export function slicesByTrack({ traceEvents }: TraceDocument): Map<number, Slice[]> {
  const byTrack = new Map<number, Slice[]>();
  for (const event of traceEvents) {
    if (event.ph !== 'X') continue;
    const own = byTrack.get(event.tid);
    if (own === undefined) byTrack.set(event.tid, [event]);
    else own.push(event);
  }
  return byTrack;
}

/** Names of tracks with their bars, in the order in which they stand; names of groups come before. */
export function tracksOf(trace: TraceDocument, group: string): [name: string, slices: Slice[]][] {
  const slices = slicesByTrack(trace);
  const pid = trace.traceEvents.find(
    (event) => event.ph === 'M' && event.name === 'process_name' && event.args.name === group,
  )?.pid;
  return trace.traceEvents.flatMap((event) =>
    event.ph === 'M' && event.name === 'thread_name' && event.pid === pid
      ? [[event.args.name, slices.get(event.tid) ?? []] satisfies [string, Slice[]]]
      : [],
  );
}

/** The points of the arrow along the critical path. */
export function arrowOf({ traceEvents }: TraceDocument): Arrow[] {
  return traceEvents.filter((event) => event.ph === 's' || event.ph === 't' || event.ph === 'f');
}

/** Groups and tracks have one name and one place each, which come before what lies there; no number means two things. */
function expectKnownTracks(events: readonly TraceEvent[]): void {
  const groups = new Map<number, Set<string>>();
  const tracks = new Map<number, { pid: number; said: Set<string> }>();
  let bad = 0;
  for (const event of events) {
    if (event.ph !== 'M') {
      if (!groups.has(event.pid)) bad++;
      if ('tid' in event && tracks.get(event.tid)?.pid !== event.pid) bad++;
    } else if ('tid' in event) {
      const track = tracks.get(event.tid) ?? { pid: event.pid, said: new Set() };
      tracks.set(event.tid, track);
      if (track.pid !== event.pid || track.said.has(event.name)) bad++;
      track.said.add(event.name);
    } else {
      const said = groups.get(event.pid) ?? new Set();
      groups.set(event.pid, said);
      if (said.has(event.name)) bad++;
      said.add(event.name);
    }
  }
  expect(bad).toBe(0);
  expect([...groups.keys()].filter((pid) => tracks.has(pid))).toEqual([]);
  for (const said of groups.values()) expect(said.size).toBe(2);
  for (const { said } of tracks.values()) expect(said.size).toBe(2);
}

function expectNoOverlap(slices: readonly Slice[]): void {
  const overlapping = slices.filter((one, i) => {
    const before = slices[i - 1];
    return before !== undefined && perfettoNs(before.ts) + perfettoNs(before.dur) > perfettoNs(one.ts);
  });
  expect(overlapping).toEqual([]);
}

function expectCounters(events: readonly TraceEvent[]): void {
  const last = new Map<string, number>();
  const late = events.filter((event) => {
    if (event.ph !== 'C') return false;
    const key = `${event.pid} ${event.name} ${Object.keys(event.args)[0]}`;
    const isLate = event.ts <= (last.get(key) ?? -1);
    last.set(key, event.ts);
    return isLate;
  });
  expect(late).toEqual([]);
}

/** One arrow from its start over its steps to its end, none of them back in time, each on a bar that takes time. */
function expectArrow(points: readonly Arrow[], slices: ReadonlyMap<number, readonly Slice[]>): void {
  if (points.length === 0) return;
  const phases = points.map(({ ph }) => ph).join('');
  expect(phases).toMatch(/^st*f$/);
  expect(new Set(points.map(({ id, cat, name }) => `${id} ${cat} ${name}`)).size).toBe(1);
  const lost = points.filter(({ tid, ts }, i) => {
    const at = perfettoNs(ts);
    if (i > 0 && at < perfettoNs(points[i - 1]!.ts)) return true;
    return !isOnSlice(slices.get(tid) ?? [], at);
  });
  expect(lost).toEqual([]);
}

function isOnSlice(slices: readonly Slice[], ns: number): boolean {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (perfettoNs(slices[middle]!.ts) <= ns) low = middle + 1;
    else high = middle;
  }
  const last = slices[low - 1];
  return last !== undefined && ns < perfettoNs(last.ts) + perfettoNs(last.dur);
}
