import type { Pictures } from '../picture/drawing.ts';

/** A kind of plot: the picture that it is drawn of, and what it shows, in words. */
interface KindOfPlot {
  readonly picture: keyof Pictures;
  readonly shows: string;
}

/** The kinds of plots, by the name that users give. One more is a line here, and a file in `kinds` with a line in draw.ts. */
export const plotKinds = {
  timeline: {
    picture: 'timeline',
    shows: 'layers down, time across: when copies run MVMs, when weights are written, the critical path',
  },
  utilization: { picture: 'utilization', shows: 'the share of the PEs that run an MVM, over time' },
  'layer-utilization': {
    picture: 'utilization',
    shows: 'the share of the time in which the PEs of each layer run an MVM',
  },
  copies: { picture: 'copies', shows: 'PEs and copies of each layer, and the bottleneck' },
} as const satisfies Readonly<Record<string, KindOfPlot>>;

/** The name of a kind of plot. */
export type PlotKind = keyof typeof plotKinds;
