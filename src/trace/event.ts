import type { TimeText } from './time.ts';

/**
 * The events of the Trace Event Format that a trace has, each as one line of JSON. Names are JSON text already: see
 * {@link quoted}.
 */

/** Where an event is drawn. */
export interface TrackId {
  /** Number of the group of tracks: a "process". */
  readonly pid: number;
  /** Number of the track in all groups: a "thread". */
  readonly tid: number;
}

/** What a bar says. */
export interface SliceText {
  /** What kind it is. */
  readonly category: string;
  /** JSON text of its name. */
  readonly name: string;
  /** JSON text of what it says besides. */
  readonly args: string;
}

/** Text as JSON. Whoever quotes anybody's text has put it on one line before. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Names a group of tracks, and says where it stands. */
export function processEvents(pid: number, name: string): string[] {
  const of = (what: string, args: string) => `{"ph":"M","pid":${pid},"name":"${what}","args":{${args}}}`;
  return [of('process_name', `"name":${name}`), of('process_sort_index', `"sort_index":${pid}`)];
}

/** Names a track, and says where it stands in its group. */
export function threadEvents({ pid, tid }: TrackId, name: string): string[] {
  const of = (what: string, args: string) =>
    `{"ph":"M","pid":${pid},"tid":${tid},"name":"${what}","args":{${args}}}`;
  return [of('thread_name', `"name":${name}`), of('thread_sort_index', `"sort_index":${tid}`)];
}

/** A bar from `start` to `end`. */
export function sliceEvent(
  { pid, tid }: TrackId,
  start: number,
  end: number,
  { category, name, args }: SliceText,
  time: TimeText,
): string {
  const when = `"ts":${time(start)},"dur":${time(end - start)}`;
  return `{"ph":"X","pid":${pid},"tid":${tid},${when},"cat":"${category}","name":${name},"args":{${args}}}`;
}

/** A value from `cycle` on. */
export function counterEvent(
  { pid, name, unit }: { readonly pid: number; readonly name: string; readonly unit: string },
  cycle: number,
  value: number,
  time: TimeText,
): string {
  return `{"ph":"C","pid":${pid},"ts":${time(cycle)},"name":${name},"args":{"${unit}":${value}}}`;
}

/** A point of an arrow, on the bar that lies there: its start (s), a step (t) or its end (f). */
export function arrowEvent(
  { pid, tid }: TrackId,
  phase: 's' | 't' | 'f',
  cycle: number,
  time: TimeText,
): string {
  const end = phase === 'f' ? ',"bp":"e"' : '';
  const name = '"cat":"critical path","name":"critical path"';
  return `{"ph":"${phase}","id":1,"pid":${pid},"tid":${tid},"ts":${time(cycle)},${name}${end}}`;
}
