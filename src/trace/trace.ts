import { ClsaCimError } from '../errors.ts';
import { nameUpTo } from '../input/show.ts';
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
  /** What made it, such as `clsa-cim 0.1.0`. */
  readonly tool: string;
  /** Events at most. Default: 1,000,000. */
  readonly mostEvents?: number | undefined;
  /** Of a simulation: what of links, buffers and GPEUs is used over time. */
  readonly use?: SimulationUse | undefined;
}

/** A trace in the Trace Event Format, as ui.perfetto.dev and chrome://tracing open it (docs/trace.md). */
export interface Trace {
  /** How many events it has. */
  readonly events: number;
  /** What is not as it was for the sake of the number of events, in sentences; none where all is there. */
  readonly leftOut: readonly string[];
  /** Its text, piece by piece; the share of the events that is behind each piece. */
  chunks(): Generator<{ readonly text: string; readonly share: number }>;
}

/**
 * The trace of what a timeline shows.
 *
 * @param timeline With the times of all sets.
 * @throws ClsaCimError of kind `usage` where `mostEvents` are not enough for a bar per layer.
 */
export function traceOf(timeline: Timeline, options: TraceOptions): Trace {
  const { mostEvents = DEFAULT_TRACE_EVENTS, use } = options;
  const plan = planOf(timeline, use, mostEvents);
  if (plan.events > mostEvents) {
    throw new ClsaCimError(
      `${mostEvents} events are not enough for a trace of ${timeline.lanes.length} layers; allow ${plan.events} or more`,
      'usage',
    );
  }
  const { events, leftOut } = plan;
  return { events, leftOut, chunks: () => chunksOf(timeline, plan, options) };
}

function* chunksOf(timeline: Timeline, plan: TracePlan, { tool }: TraceOptions) {
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
