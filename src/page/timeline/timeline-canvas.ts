import { nameUpTo } from '../../input/show.ts';
import type { LaneSet } from '../../picture/set-reads.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { rowNames } from '../../plot/row-names.ts';
import { integer } from '../../report/table.ts';
import { ticksOf } from './axis.ts';
import { type TimelineColours, timelineColours } from './colours.ts';
import { LaneLayout } from './lane-layout.ts';
import { type Chosen, LanePainter } from './paint.ts';
import { setAt } from './pick.ts';
import { Pixels } from './pixels.ts';
import { panned, showing, type TimeWindow, wholeWindow, zoomed } from './time-window.ts';

/** Height of the axis on top. */
export const AXIS_HEIGHT = 34;
/** Width of the names, on wide screens and on narrow ones. */
const NAME_WIDTH = { wide: 190, narrow: 124 };
const NARROW = 600;
/** Height of lanes: as the frame is filled, within these. */
const LEAST_LANE = 16;
const MOST_LANE = 44;
const TALLEST_LANE = 240;
/** Height that lanes fill if they can. */
const FRAME_HEIGHT = 560;
/** Height of the frame at most: such a share of the window, but not less than this; and on paper. */
const FRAME_SHARE = 0.75;
const LEAST_FRAME = 420;
const MOST_PRINTED = 4000;
/** Labels of the axis are so many pixels apart; nearer where there would be fewer than some of them, if they fit. */
const TICKS_APART = 110;
const LEAST_TICKS = 3;
const TICK_GAP = 14;
/** Letters as wide as those of names are in the mean. */
const LETTERS = 'encoder.layer.2_conv';
const FONT = { wide: '12px system-ui, sans-serif', narrow: '11px system-ui, sans-serif' };

/** What the picture shows besides its times. */
export interface TimelineState {
  readonly window: TimeWindow;
  readonly laneHeight: number;
  readonly open: ReadonlySet<number>;
  readonly hasCritical: boolean;
  readonly chosen: Chosen | undefined;
  /** The lane that is looked at. */
  readonly lane: number | undefined;
}

/** Draws a timeline on a canvas that stands still in a frame which scrolls. What is shown is a state; each change draws a frame. */
export class TimelineCanvas {
  readonly #timeline: Timeline;
  /** Cycles that the whole width stands for. */
  readonly #span: number;
  readonly #canvas: HTMLCanvasElement;
  readonly #frame: HTMLElement;
  readonly #painter: LanePainter;
  /** Names as they fit. */
  #names: readonly string[] = [];
  #pixels: Pixels | undefined;
  #layout: LaneLayout;
  #state: TimelineState;
  #colours: TimelineColours = timelineColours(false);
  #width = 0;
  #height = 0;
  #scale = 1;
  #request = 0;

  constructor(timeline: Timeline, spanCycles: number, canvas: HTMLCanvasElement, frame: HTMLElement) {
    this.#timeline = timeline;
    this.#span = spanCycles;
    this.#canvas = canvas;
    this.#frame = frame;
    this.#painter = new LanePainter(timeline);
    this.#state = initialState(timeline, spanCycles);
    this.#layout = new LaneLayout(timeline.lanes, this.#state.laneHeight, this.#state.open);
    this.resize();
  }

  get state(): TimelineState {
    return this.#state;
  }

  /** Height of the axis and all lanes. */
  get fullHeight(): number {
    return AXIS_HEIGHT + this.#layout.height;
  }

  /** Shows something else. */
  show(changes: Partial<TimelineState>): void {
    this.#state = { ...this.#state, ...changes };
    if (changes.laneHeight !== undefined || changes.open !== undefined) {
      this.#layout = new LaneLayout(this.#timeline.lanes, this.#state.laneHeight, this.#state.open);
      this.resize();
    }
    this.redraw();
  }

  zoom(factor: number, at = this.#middle()): void {
    this.show({ window: zoomed(this.#state.window, factor, at, this.#span) });
  }

  /** @param share Of the window. */
  pan(share: number): void {
    const { from, to } = this.#state.window;
    this.show({ window: panned(this.#state.window, share * (to - from), this.#span) });
  }

  fit(): void {
    this.show({ window: wholeWindow(this.#span), laneHeight: initialHeight(this.#timeline) });
  }

  /** Makes all lanes so many times as high. */
  stretch(factor: number): void {
    const laneHeight = Math.min(TALLEST_LANE, Math.max(LEAST_LANE, this.#state.laneHeight * factor));
    this.show({ laneHeight });
  }

  /** Shows the copies of a lane, a row each, or no longer. */
  toggle(lane: number): void {
    const open = new Set(this.#state.open);
    if (!open.delete(lane)) open.add(lane);
    this.show({ open });
  }

  /** Moves such that a set is seen. */
  reveal({ lane, set }: LaneSet): void {
    const { times } = this.#timeline.lanes[lane]!;
    if (times !== undefined) {
      const window = showing(this.#state.window, times.starts[set]!, times.finishes[set]!, this.#span);
      this.#state = { ...this.#state, window };
    }
    this.revealLane(lane);
    this.redraw();
  }

  revealLane(lane: number): void {
    const top = this.#layout.tops[lane]!;
    const bottom = this.#layout.tops[lane + 1]!;
    const seen = this.#height - AXIS_HEIGHT;
    const { scrollTop } = this.#frame;
    if (top < scrollTop) this.#frame.scrollTop = top;
    else if (bottom > scrollTop + seen) this.#frame.scrollTop = bottom - seen;
  }

  /** The lane at a place on the canvas, if it is one of a lane. */
  laneAt(y: number): number | undefined {
    const below = y - AXIS_HEIGHT + this.#frame.scrollTop;
    if (y < AXIS_HEIGHT || below >= this.#layout.height) return undefined;
    return this.#layout.laneAt(below);
  }

  /** True where names are. */
  isOnNames(x: number): boolean {
    return x < this.#nameWidth();
  }

  /** The cycle at a place on the canvas. */
  cycleAt(x: number): number {
    const { from, to } = this.#state.window;
    return from + ((x - this.#nameWidth()) / this.#plotWidth()) * (to - from);
  }

  /** The set at a place on the canvas, or the next one within some pixels. */
  setAt(x: number, y: number, pixels: number): LaneSet | undefined {
    const lane = this.laneAt(y);
    if (lane === undefined || this.isOnNames(x)) return undefined;
    const times = this.#painter.times[lane];
    if (times === undefined) return undefined;
    const { from, to } = this.#state.window;
    const top = this.#layout.tops[lane]!;
    return setAt(this.#timeline.lanes[lane]!, times, {
      lane,
      time: this.cycleAt(x),
      reach: (pixels * (to - from)) / this.#plotWidth(),
      y: y - AXIS_HEIGHT + this.#frame.scrollTop - top,
      height: this.#layout.tops[lane + 1]! - top,
    });
  }

  /** Where a set is on the canvas: the middle of its lower edge, in pixels. */
  placeOf({ lane, set }: LaneSet): { readonly x: number; readonly y: number } {
    const { from, to } = this.#state.window;
    const { times } = this.#timeline.lanes[lane]!;
    const middle = times === undefined ? from : (times.starts[set]! + times.finishes[set]!) / 2;
    return {
      x: this.#nameWidth() + ((middle - from) / (to - from)) * this.#plotWidth(),
      y: AXIS_HEIGHT + this.#layout.tops[lane + 1]! - this.#frame.scrollTop,
    };
  }

  /** True where it is as wide as the frame. */
  get fits(): boolean {
    return this.#width === this.#frame.clientWidth;
  }

  /** Takes the size of the frame. All lanes are drawn where it shall be printed. */
  resize(isPrinted = false): void {
    this.#width = this.#frame.clientWidth;
    const most = isPrinted ? MOST_PRINTED : Math.max(LEAST_FRAME, FRAME_SHARE * innerHeight);
    this.#height = Math.min(this.fullHeight, most);
    this.#frame.style.height = `${this.#height + 2}px`;
    this.#scale = Math.min(3, globalThis.devicePixelRatio || 1);
    this.#canvas.width = Math.round(this.#width * this.#scale);
    this.#canvas.height = Math.round(this.#height * this.#scale);
    Object.assign(this.#canvas.style, { width: `${this.#width}px`, height: `${this.#height}px` });
    const { scale } = this.#deviceScale();
    this.#pixels = new Pixels(
      Math.max(1, Math.round(this.#plotWidth() * scale)),
      Math.max(1, Math.round((this.#height - AXIS_HEIGHT) * scale)),
    );
    const isDark = !isPrinted && matchMedia('(prefers-color-scheme: dark)').matches;
    this.#colours = timelineColours(isDark);
    this.#fitNames();
    this.draw();
  }

  /** Draws once before the next frame of the screen. */
  redraw(): void {
    if (this.#request !== 0) return;
    this.#request = requestAnimationFrame(() => {
      this.#request = 0;
      this.draw();
    });
  }

  draw(): void {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null || this.#pixels === undefined) return;
    const { scale } = this.#deviceScale();
    const scrollTop = this.#frame.scrollTop;
    const { window, hasCritical, chosen } = this.#state;
    this.#painter.paint(this.#pixels, {
      ...{ window, hasCritical, chosen, scrollTop, scale },
      layout: this.#layout,
      colours: this.#colours,
    });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.#colours.paper;
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    const left = Math.round(this.#nameWidth() * scale);
    context.putImageData(this.#pixels.image, left, Math.round(AXIS_HEIGHT * scale));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = this.#font();
    this.#drawNames(context, scrollTop);
    this.#drawAxis(context);
  }

  #font(): string {
    return this.#width < NARROW ? FONT.narrow : FONT.wide;
  }

  /** Cuts names to what has space, such that they are told apart. */
  #fitNames(): void {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null) return;
    context.font = this.#font();
    const letter = context.measureText(LETTERS).width / LETTERS.length;
    const most = Math.max(4, Math.floor((this.#nameWidth() - 12) / letter));
    this.#names = rowNames(
      this.#timeline.lanes.map(({ name }) => name),
      most,
    );
  }

  #drawNames(context: CanvasRenderingContext2D, scrollTop: number): void {
    const { tops } = this.#layout;
    const first = this.#layout.laneAt(scrollTop);
    const width = this.#nameWidth();
    context.save();
    context.beginPath();
    context.rect(0, AXIS_HEIGHT, width - 6, this.#height);
    context.clip();
    context.textBaseline = 'middle';
    for (let lane = first; lane < this.#timeline.lanes.length; lane++) {
      const y = AXIS_HEIGHT + tops[lane]! - scrollTop;
      if (y > this.#height) break;
      const height = tops[lane + 1]! - tops[lane]!;
      if (lane === this.#state.lane) {
        context.fillStyle = this.#colours.ground;
        context.fillRect(0, y, width, height);
      }
      context.fillStyle = this.#colours.text;
      const middle = Math.min(y + height / 2, y + 22);
      context.fillText(fitting(context, this.#names[lane]!, width - 12), 6, middle);
    }
    context.restore();
  }

  #drawAxis(context: CanvasRenderingContext2D): void {
    const { window } = this.#state;
    const left = this.#nameWidth();
    const width = this.#plotWidth();
    const { cycles, cycleNs } = this.#timeline;
    context.textBaseline = 'alphabetic';
    context.strokeStyle = this.#colours.line;
    context.lineWidth = 1;
    context.beginPath();
    const toX = (cycle: number) => left + ((cycle - window.from) / (window.to - window.from)) * width;
    const widest = context.measureText(integer(Math.ceil(window.to))).width + TICK_GAP;
    const apart = Math.max(widest, Math.min(TICKS_APART, width / LEAST_TICKS));
    for (const { cycle, label, time } of ticksOf(window, width, apart, cycleNs)) {
      const x = Math.round(toX(cycle)) + 0.5;
      context.moveTo(x, AXIS_HEIGHT - 6);
      context.lineTo(x, AXIS_HEIGHT);
      if (x > left + width - 50) continue;
      context.fillStyle = this.#colours.text;
      context.fillText(label, x + 3, 13);
      context.fillStyle = this.#colours.dimText;
      context.fillText(time, x + 3, 26);
    }
    context.moveTo(left, AXIS_HEIGHT - 0.5);
    context.lineTo(left + width, AXIS_HEIGHT - 0.5);
    const end = Math.round(toX(cycles)) + 0.5;
    context.moveTo(end, AXIS_HEIGHT);
    context.lineTo(end, this.#height);
    context.stroke();
    context.fillStyle = this.#colours.dimText;
    context.fillText('cycle', 6, 13);
    context.fillText('time', 6, 26);
  }

  #deviceScale(): { readonly scale: number } {
    return { scale: this.#canvas.width / Math.max(1, this.#width) };
  }

  #nameWidth(): number {
    return this.#width < NARROW ? NAME_WIDTH.narrow : NAME_WIDTH.wide;
  }

  #plotWidth(): number {
    return Math.max(50, this.#width - this.#nameWidth());
  }

  #middle(): number {
    const { window, chosen } = this.#state;
    const lane = chosen === undefined ? undefined : this.#timeline.lanes[chosen.set.lane];
    const start = lane?.times?.starts[chosen!.set.set];
    if (start !== undefined && start >= window.from && start <= window.to) return start;
    return (window.from + window.to) / 2;
  }
}

function initialState(timeline: Timeline, spanCycles: number): TimelineState {
  return {
    window: wholeWindow(spanCycles),
    laneHeight: initialHeight(timeline),
    open: new Set(),
    hasCritical: true,
    chosen: undefined,
    lane: undefined,
  };
}

function initialHeight({ lanes }: Timeline): number {
  const each = (FRAME_HEIGHT - AXIS_HEIGHT) / Math.max(1, lanes.length);
  return Math.min(MOST_LANE, Math.max(LEAST_LANE, each));
}

/** A name that is shortened in the middle until it is so narrow. */
function fitting(context: CanvasRenderingContext2D, name: string, width: number): string {
  let shown = name;
  // A guess from the width comes near; then two characters less at a time.
  while (context.measureText(shown).width > width && shown.length > 4) {
    const guess = Math.floor((shown.length * width) / context.measureText(shown).width);
    shown = nameUpTo(Math.max(4, 2 * Math.floor(Math.min(guess + 2, shown.length - 1) / 2)), name);
  }
  return shown;
}
