import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { checkedLater, optionsOf } from '../input/options.ts';
import { nameUpTo } from '../input/show.ts';
import { expected } from '../input/validate.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { SimulationUse } from '../simulate/index.ts';
import { changesOf } from './counters.ts';
import { arrowEvent, counterEvent, processEvents, sliceEvent, threadEvents } from './event.ts';
import { SHOWN_NAME } from './layer-tracks.ts';
import { planOf, type TracePlan } from './plan.ts';
import { Stretches } from './spans.ts';
import { timeText } from './time.ts';

/** Events of a trace at most, where nothing else is said. */
export const DEFAULT_TRACE_EVENTS = 1_000_000;

/** Text is handed out in pieces of about so many characters. */
const CHUNK_LENGTH = 2 ** 16;

/** How a trace is written. */
export interface TraceOptions {
  /** What made it, as the trace says; `clsa-cim` by default. */
  readonly tool?: string | undefined;
  /** Events at most. Default: 1,000,000. */
  readonly mostEvents?: number | undefined;
  /** Of a simulation: what of links, buffers and GPEUs is used over time. */
  readonly use?: SimulationUse | undefined;
}

const atLeast1 = expected('a whole number of events, 1 or more');
const checkedOptions = optionsOf<TraceOptions>('traceOf', {
  tool: v.string(expected('a text')),
  mostEvents: v.pipe(v.number(atLeast1), v.safeInteger(atLeast1), v.minValue(1, atLeast1)),
  use: checkedLater,
});

/** A trace in the Trace Event Format, as ui.perfetto.dev and chrome://tracing open it (docs/trace.md). */
export interface Trace {
  /** How many events it has. */
  readonly events: number;
  /** What is not as it was for the sake of the number of events, in sentences; none where all is there. */
  readonly leftOut: readonly string[];
  /** Its text, a JSON document, piece by piece; the share of the events that is behind each piece, 0 to 1. */
  chunks(): Generator<{ readonly text: string; readonly share: number }>;
  /** All of its text in one piece: a million events are some 150 MB. */
  text(): string;
}

/**
 * The trace of what a timeline shows.
 *
 * @param timeline With the times of all sets.
 * @throws ClsaCimError of kind `usage` where `mostEvents` are not enough for a bar per layer, the timeline does not have the
 * times of all sets, or an option is wrong.
 */
export function traceOf(timeline: Timeline, options: TraceOptions = {}): Trace {
  const { mostEvents = DEFAULT_TRACE_EVENTS, use } = checkedOptions(options);
  if (timeline.lanes.some(({ times }) => times === undefined)) {
    throw new ClsaCimError(
      'traceOf: the timeline does not have the times of all sets; make it with mostSets Infinity',
      'usage',
    );
  }
  const plan = planOf(timeline, use, mostEvents);
  if (plan.events > mostEvents) {
    throw new ClsaCimError(
      `${mostEvents} events are not enough for a trace of ${timeline.lanes.length} layers; allow ${plan.events} or more`,
      'usage',
    );
  }
  const { events, leftOut } = plan;
  const chunks = () => chunksOf(timeline, plan, options);
  return { events, leftOut, chunks, text: () => Array.from(chunks(), ({ text }) => text).join('') };
}

function* chunksOf(timeline: Timeline, plan: TracePlan, { tool = 'clsa-cim' }: TraceOptions) {
  let text = '{"displayTimeUnit":"ms","traceEvents":[\n';
  let separator = '';
  let done = 0;
  for (const event of eventsOf(timeline, plan)) {
    text += separator + event;
    separator = ',\n';
    done++;
    if (text.length < CHUNK_LENGTH) continue;
    yield { text, share: done / plan.events };
    text = '';
  }
  const { model, architecture, cycles, cycleNs, totalPes } = timeline;
  const made = {
    tool,
    model: nameUpTo(SHOWN_NAME, model),
    architecture: nameUpTo(SHOWN_NAME, architecture),
    cycles,
    cycleNs,
    totalPes,
  };
  const otherData = JSON.stringify({ ...made, events: plan.events, leftOut: plan.leftOut });
  yield { text: `${text}\n],"otherData":${otherData}}\n`, share: 1 };
}

/** All events, one after the other: what a reader has to know of a track comes before what lies on it. */
function* eventsOf(timeline: Timeline, plan: TracePlan): Generator<string> {
  const time = timeText(timeline.cycleNs);
  for (const { pid, name, tracks } of plan.groups) {
    yield* processEvents(pid, name);
    for (const planned of tracks) yield* threadEvents(planned, planned.track.name);
  }
  for (const { pid, counter } of plan.counters) {
    const { name, unit } = counter;
    for (const [cycle, value] of changesOf(counter, timeline.cycles)) {
      yield counterEvent({ pid, name, unit }, cycle, value, time);
    }
  }
  for (const { tracks } of plan.groups) {
    for (const planned of tracks) {
      const stretches = new Stretches(planned.track.spans(), planned.track.isWhole ? -1 : plan.gap);
      while (stretches.next()) {
        const { start, end } = stretches;
        yield sliceEvent(planned, start, end, planned.track.text(stretches), time);
      }
    }
  }
  // Behind the bars: a reader looks for the bar that lies there when the point comes.
  const { arrow } = plan;
  for (const [i, { track, cycle }] of arrow.entries()) {
    const phase = i === 0 ? 's' : i === arrow.length - 1 ? 'f' : 't';
    yield arrowEvent(track, phase, cycle, time);
  }
}
