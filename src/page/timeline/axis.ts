import { duration, integer } from '../../report/table.ts';
import type { TimeWindow } from './time-window.ts';

/** A mark of the axis of time. */
export interface Tick {
  readonly cycle: number;
  /** The cycle, and its time. */
  readonly label: string;
  readonly time: string;
}

/** Round cycles of a window, with so many pixels between them at least. */
export function ticksOf({ from, to }: TimeWindow, width: number, apart: number, cycleNs: number): Tick[] {
  const rough = ((to - from) / width) * apart;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power);
  const ticks: Tick[] = [];
  for (let cycle = Math.ceil(from / step) * step; cycle <= to; cycle += step) {
    ticks.push({ cycle, label: integer(cycle), time: cycle === 0 ? '0' : duration(cycle * cycleNs) });
  }
  return ticks;
}
