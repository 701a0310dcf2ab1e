import type { Timeline } from '../picture/timeline.ts';

/** A value over time. */
export interface Counter {
  /** Name as JSON text. */
  readonly name: string;
  /** What its values are. */
  readonly unit: string;
  /** Cycles of a bin. */
  readonly binCycles: number;
  /** Per bin. */
  readonly values: ArrayLike<number>;
}

/** How many of the chip's PEs compute, in percent with two digits behind the point. */
export function utilizationCounter({ cycles, binCycles, totalPes, lanes }: Timeline): Counter {
  const bins = lanes[0]?.busy.length ?? 0;
  const values = Array.from({ length: bins }, (_, bin) => {
    const busy = lanes.reduce((sum, lane) => sum + lane.pes * lane.busy[bin]!, 0);
    const all = totalPes * Math.min(binCycles, cycles - bin * binCycles);
    return Math.round((busy / all) * 1e4) / 100;
  });
  return { name: '"PE utilization"', unit: 'percent', binCycles, values };
}

/** Where a counter changes, and what to: at the end to 0. */
export function* changesOf(
  { binCycles, values }: Counter,
  cycles: number,
): Generator<readonly [cycle: number, value: number]> {
  for (let bin = 0; bin < values.length; bin++) {
    if (bin === 0 || values[bin] !== values[bin - 1]) yield [bin * binCycles, values[bin]!];
  }
  yield [cycles, 0];
}
