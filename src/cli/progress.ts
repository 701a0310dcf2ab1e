import { Presets, SingleBar } from 'cli-progress';
import { integer } from '../report/table.ts';
import { LINE_MS, span } from './time-left.ts';

/** Shows on standard error how far a sweep is. */
export interface Progress {
  /** @param before Points of these that were finished in an earlier run. */
  add(points: number, before: number): void;
  stop(): void;
}

/** A bar with rate and time left on a terminal, a plain line now and then elsewhere. */
export function createProgress(total: number): Progress {
  const start = performance.now();
  let done = 0;
  let before = 0;
  const state = () => {
    const perSecond = ((done - before) * 1000) / (performance.now() - start);
    const left = perSecond > 0 ? span((total - done) / perSecond) : '?';
    return { rate: perSecond < 10 ? perSecond.toPrecision(2) : integer(Math.round(perSecond)), left, done };
  };
  const show = process.stderr.isTTY ? bar(total) : lines(total);
  return {
    add(points, finishedBefore) {
      done += points;
      before += finishedBefore;
      show.update(state);
    },
    stop: () => show.stop(),
  };
}

interface State {
  readonly rate: string;
  readonly left: string;
  readonly done: number;
}

function bar(total: number) {
  const single = new SingleBar(
    {
      format: '{bar} {percentage} % | {value}/{total} points | {rate}/s | {left} left',
      stream: process.stderr,
      hideCursor: true,
      // The command has its own way to end on Ctrl-C.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  single.start(total, 0, { rate: '?', left: '?' });
  return {
    update(state: () => State) {
      const { done, ...payload } = state();
      single.update(done, payload);
    },
    stop: () => single.stop(),
  };
}

function lines(total: number) {
  let last = performance.now();
  return {
    update(state: () => State) {
      if (performance.now() - last < LINE_MS) return;
      last = performance.now();
      const { done, rate, left } = state();
      process.stderr.write(
        `clsa-cim: ${integer(done)} of ${integer(total)} points, ${rate} per second, ${left} left\n`,
      );
    },
    stop() {},
  };
}
