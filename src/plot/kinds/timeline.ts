import { barX, plot } from '@observablehq/plot';
import type { Drawing, PlotOptions } from '../kinds.ts';

/** Layers down, time across. */
export function timelinePlot({ timeline }: Drawing, { document }: PlotOptions): Element {
  const bars = timeline.lanes.map(({ name, startCycle, endCycle }) => ({ name, startCycle, endCycle }));
  return plot({
    document,
    marks: [barX(bars, { x1: 'startCycle', x2: 'endCycle', y: 'name' })],
  });
}
