import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { oneLine } from '../input/show.ts';
import type { LaneSet } from '../picture/set-reads.ts';
import type { Timeline } from '../picture/timeline.ts';
import { SetWords } from './timeline/describe.ts';
import { listenToGestures } from './timeline/gestures.ts';
import type { Chosen } from './timeline/paint.ts';
import { TimelineCanvas } from './timeline/timeline-canvas.ts';

/** What a tooltip says, and where. */
interface Tip {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** Names in tooltips are given up to so many characters. */
const MOST_CHARACTERS = 400;
/** Keys move the window by such a share of it, and zoom by such a factor. */
const PAN_SHARE = 0.15;
const ZOOM_FACTOR = 1.5;

/** What is drawn, and over which time. */
interface TimelineViewProps {
  readonly timeline: Timeline;
  /** Time that the whole width stands for, such as that of a longer run beside it; its own by default. */
  readonly spanNs?: number;
}

/** A timeline that is moved and zoomed: lanes of layers, with their sets where they can be told apart. */
export function TimelineView({ timeline, spanNs = timeline.cycles * timeline.cycleNs }: TimelineViewProps) {
  const keys = useId();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useRef<TimelineCanvas | undefined>(undefined);
  const words = useMemo(() => new SetWords(timeline), [timeline]);
  const [height, setHeight] = useState(0);
  const [hasCritical, setHasCritical] = useState(true);
  const [hovered, setHovered] = useState<Tip | undefined>(undefined);
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined);

  const look = (set: LaneSet | undefined) => {
    const around = set === undefined ? undefined : words.around(set);
    setChosen(around);
    picture.current?.show({ chosen: around, ...(set === undefined ? {} : { lane: set.lane }) });
    if (set !== undefined) picture.current?.reveal(set);
  };

  useEffect(() => {
    const drawn = new TimelineCanvas(timeline, spanNs / timeline.cycleNs, canvas.current!, frame.current!);
    picture.current = drawn;
    setHeight(drawn.fullHeight);
    const stop = listenToGestures(canvas.current!, frame.current!, drawn, {
      hover: (place) => setHovered(place === undefined ? undefined : tipAt(timeline, drawn, words, place)),
      choose: ({ x, y }) => {
        canvas.current!.focus({ preventScroll: true });
        const lane = drawn.laneAt(y);
        if (lane !== undefined && drawn.isOnNames(x)) {
          drawn.show({ lane });
          drawn.toggle(lane);
          setHeight(drawn.fullHeight);
        } else look(drawn.setAt(x, y, 6));
      },
    });
    const stopWatching = watchPage(drawn, frame.current!);
    return () => {
      stop();
      stopWatching();
    };
  }, [timeline, words, spanNs]);

  const act = (action: (drawn: TimelineCanvas) => void) => () => {
    if (picture.current === undefined) return;
    action(picture.current);
    setHeight(picture.current.fullHeight);
  };
  const keyDown = (event: KeyboardEvent) => {
    const drawn = picture.current;
    if (drawn === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!press(event, { drawn, timeline, words, look })) return;
    event.preventDefault();
    setHovered(undefined);
    setHeight(drawn.fullHeight);
  };
  return (
    <div class="timeline">
      <div class="toolbar" role="toolbar" aria-label="Timeline">
        <button type="button" aria-label="Zoom in" onClick={act((drawn) => drawn.zoom(1 / ZOOM_FACTOR))}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={act((drawn) => drawn.zoom(ZOOM_FACTOR))}>
          −
        </button>
        <button type="button" onClick={act((drawn) => drawn.fit())}>
          Fit
        </button>
        <button type="button" onClick={act((drawn) => drawn.stretch(ZOOM_FACTOR))}>
          Taller
        </button>
        <button type="button" onClick={act((drawn) => drawn.stretch(1 / ZOOM_FACTOR))}>
          Flatter
        </button>
        {timeline.critical && (
          <label>
            <input
              type="checkbox"
              checked={hasCritical}
              onChange={({ currentTarget: { checked } }) => {
                setHasCritical(checked);
                picture.current?.show({ hasCritical: checked });
              }}
            />
            Critical path
          </label>
        )}
        <Legend timeline={timeline} />
      </div>
      <div class="timeline-frame" ref={frame} onScroll={() => picture.current?.redraw()}>
        <div class="lanes" style={{ height: `${height}px` }}>
          {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys as applications do. */}
          <canvas
            ref={canvas}
            tabIndex={0}
            role="application"
            aria-label={`Timeline of ${timeline.lanes.length} layers over ${timeline.cycles} cycles`}
            aria-describedby={keys}
            onKeyDown={keyDown}
          />
        </div>
        {hovered && <Tooltip tip={hovered} />}
      </div>
      {timeline.lanes.every(({ times }) => times === undefined) && (
        <p>There are too many sets to keep their times: the lanes show how busy layers are.</p>
      )}
      <p id={keys} class="hint">
        Drag to move, Ctrl and wheel or pinch to zoom (the wheel alone once the picture has the focus). Keys:
        ← → move, + − zoom, 0 fits, ↑ ↓ go from layer to layer, [ ] from set to set, W to what a set waited
        for, Enter shows the copies of a layer, Esc ends it. A click on a name does what Enter does.
      </p>
      <div class="set-words" role="status">
        {chosen && <Lines lines={words.lines(chosen)} />}
      </div>
    </div>
  );
}

/** What a key acts on. */
interface Keyboard {
  readonly drawn: TimelineCanvas;
  readonly timeline: Timeline;
  readonly words: SetWords;
  readonly look: (set: LaneSet | undefined) => void;
}

/** Does what a key asks for; false where it asks for nothing. */
function press({ key }: KeyboardEvent, { drawn, timeline, words, look }: Keyboard): boolean {
  const { lane = -1, chosen } = drawn.state;
  const goTo = (next: number) => {
    if (timeline.lanes.length === 0) return;
    const to = Math.min(timeline.lanes.length - 1, Math.max(0, next));
    const at = chosen === undefined ? undefined : timeStart(timeline, chosen.set);
    const set = firstSetFrom(timeline, to, at ?? drawn.state.window.from);
    drawn.show({ lane: to });
    look(set === undefined ? undefined : { lane: to, set });
    drawn.revealLane(to);
  };
  const step = (by: number) => {
    if (chosen === undefined) return goTo(Math.max(0, lane));
    const set = chosen.set.set + by;
    if (set >= 0 && set < timeline.lanes[chosen.set.lane]!.sets) look({ lane: chosen.set.lane, set });
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => drawn.pan(-PAN_SHARE),
    ArrowRight: () => drawn.pan(PAN_SHARE),
    ArrowUp: () => goTo(lane - 1),
    ArrowDown: () => goTo(lane + 1),
    '+': () => drawn.zoom(1 / ZOOM_FACTOR),
    '=': () => drawn.zoom(1 / ZOOM_FACTOR),
    '-': () => drawn.zoom(ZOOM_FACTOR),
    '0': () => drawn.fit(),
    '[': () => step(-1),
    ']': () => step(1),
    w: () => {
      const before = chosen === undefined ? undefined : words.before(chosen.set);
      if (before !== undefined) look(before);
    },
    Enter: () => {
      if (lane >= 0) drawn.toggle(lane);
    },
    Escape: () => look(undefined),
  };
  const action = actions[key];
  action?.();
  return action !== undefined;
}

function timeStart({ lanes }: Timeline, { lane, set }: LaneSet): number | undefined {
  return lanes[lane]!.times?.starts[set];
}

/** The first set of a lane that starts at a cycle or later; its last one where none does. */
function firstSetFrom({ lanes }: Timeline, lane: number, cycle: number): number | undefined {
  const { times, sets } = lanes[lane]!;
  if (times === undefined) return undefined;
  const set = times.starts.findIndex((start) => start >= cycle);
  return set === -1 ? sets - 1 : set;
}

function tipAt(
  timeline: Timeline,
  drawn: TimelineCanvas,
  words: SetWords,
  { x, y }: { readonly x: number; readonly y: number },
): Tip | undefined {
  const lane = drawn.laneAt(y);
  if (lane === undefined) return undefined;
  if (drawn.isOnNames(x)) {
    const name = oneLine(timeline.lanes[lane]!.name);
    const shown = name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS)}…` : name;
    return { x, y, lines: [['layer', shown]] };
  }
  const set = drawn.setAt(x, y, 4);
  const lines = set === undefined ? words.idleLines(lane, drawn.cycleAt(x)) : words.lines(words.around(set));
  return lines && { x, y, lines };
}

/** Draws anew where the size of the page, its colours or what it is for change. */
function watchPage(drawn: TimelineCanvas, frame: HTMLElement): () => void {
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  let isPrinted = false;
  const resize = () => drawn.resize(isPrinted);
  const print = () => {
    isPrinted = true;
    resize();
  };
  const printed = () => {
    isPrinted = false;
    resize();
  };
  // It is told of the size that there is at first, too.
  const observer = new ResizeObserver(() => {
    if (!drawn.fits) resize();
  });
  observer.observe(frame);
  isDark.addEventListener('change', resize);
  addEventListener('beforeprint', print);
  addEventListener('afterprint', printed);
  return () => {
    observer.disconnect();
    isDark.removeEventListener('change', resize);
    removeEventListener('beforeprint', print);
    removeEventListener('afterprint', printed);
  };
}

function Tooltip({ tip: { x, y, lines } }: { readonly tip: Tip }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tip = ref.current!;
    const { clientWidth, clientHeight, scrollTop } = tip.parentElement!;
    const left = Math.max(0, Math.min(x + 14, clientWidth - tip.offsetWidth - 4));
    const isBelow = y + 18 + tip.offsetHeight <= clientHeight;
    const top = isBelow ? y + 18 : Math.max(0, y - tip.offsetHeight - 10);
    Object.assign(tip.style, { left: `${left}px`, top: `${top + scrollTop}px` });
  });
  return (
    <div class="tooltip" role="tooltip" ref={ref}>
      <Lines lines={lines} />
    </div>
  );
}

function Lines({ lines }: { readonly lines: Tip['lines'] }) {
  return (
    <dl class="lines">
      {lines.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Legend({ timeline: { lanes, critical } }: { readonly timeline: Timeline }) {
  const entries = [
    ['sets', 'sets'],
    ...(lanes.some(({ inferences }) => inferences > 1) ? [['next', 'next inference']] : []),
    ...(lanes.some(({ writes = [] }) => writes.length > 0) ? [['write', 'writing']] : []),
    ...(lanes.some(({ fetches }) => fetches !== undefined) ? [['fetch', 'fetching']] : []),
    ...(critical === undefined ? [] : [['critical', 'critical path']]),
    ['read', 'is read'],
    ['reader', 'reads it'],
  ];
  return (
    <ul class="legend" aria-label="Colours">
      {entries.map(([kind, text]) => (
        <li key={kind}>
          <span class={`swatch ${kind}`} />
          {text}
        </li>
      ))}
    </ul>
  );
}
