/** The cycles that are shown, from one to another. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Fewer cycles are not shown. */
const LEAST_CYCLES = 4;
/** Of the width so much is left free behind the end. */
const FREE_SHARE = 0.02;

/** All of a run. */
export function wholeWindow(cycles: number): TimeWindow {
  return { from: 0, to: Math.max(cycles * (1 + FREE_SHARE), LEAST_CYCLES) };
}

/** A window `factor` times as long, in which `at` stays where it is, within the run. */
export function zoomed(window: TimeWindow, factor: number, at: number, cycles: number): TimeWindow {
  const whole = wholeWindow(cycles);
  const length = window.to - window.from;
  const longest = whole.to - whole.from;
  const next = Math.min(longest, Math.max(LEAST_CYCLES, length * factor));
  const from = at - ((at - window.from) / length) * next;
  return within({ from, to: from + next }, whole);
}

/** The window moved by so many cycles, within the run. */
export function panned(window: TimeWindow, by: number, cycles: number): TimeWindow {
  return within({ from: window.from + by, to: window.to + by }, wholeWindow(cycles));
}

/** A window in which a span can be seen: moved if it is outside. */
export function showing(window: TimeWindow, start: number, end: number, cycles: number): TimeWindow {
  if (start >= window.from && end <= window.to) return window;
  const length = window.to - window.from;
  const from = (start + end - length) / 2;
  return panned({ from, to: from + length }, 0, cycles);
}

function within({ from, to }: TimeWindow, whole: TimeWindow): TimeWindow {
  const length = to - from;
  const first = Math.max(whole.from, Math.min(from, whole.to - length));
  return { from: first, to: first + length };
}
