import type { Pictures } from '../picture/drawing.ts';

/** A kind of plot: the picture that it is drawn of, and what it shows, in words. */
interface KindOfPlot {
  readonly picture: keyof Pictures;
  readonly shows: string;
  /** Of plots of a sweep: which columns it takes across and up, where these can be chosen. */
  readonly axes?: readonly [x: AxisKind, y: AxisKind];
}

/** What a column of a sweep is. */
export type AxisKind = 'metric' | 'parameter';

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
  waits: {
    picture: 'stalls',
    shows:
      'what each layer waited for: at the left the time between its starts, at the right what sets, results and messages waited',
  },
  energy: { picture: 'energy', shows: 'where the energy goes, by layer and component' },
  traffic: {
    picture: 'traffic',
    shows:
      'what spilled of each layer and was fetched back, and its weights where they take turns; beside it what of that went through the shared buffer',
  },
  mesh: {
    picture: 'mesh',
    shows: 'tiles with how long they were at work, and links with how long they were held',
  },
  use: {
    picture: 'use',
    shows: 'the links, GPEUs and buffers that are used most, over time',
  },
  pareto: {
    picture: 'sweep',
    shows: 'all points of a sweep by two metrics, and the front of each model',
    axes: ['metric', 'metric'],
  },
  parameter: {
    picture: 'sweep',
    shows: 'a metric over a parameter: all points of a sweep, and the best of each model at each value',
    axes: ['parameter', 'metric'],
  },
  parallel: {
    picture: 'sweep',
    shows:
      'a line for each point of a sweep through its parameters and metrics; those of the fronts stand out',
  },
  search: { picture: 'search', shows: 'the best that a search found and the bound, over evaluations' },
} as const satisfies Readonly<Record<string, KindOfPlot>>;

/** The name of a kind of plot. */
export type PlotKind = keyof typeof plotKinds;

/** The kinds of plots that there are of the result of a command, the one that is drawn by default first. */
export const kindsOfCommands = {
  schedule: ['timeline', 'utilization', 'layer-utilization', 'copies'],
  simulate: [
    'waits',
    'energy',
    'traffic',
    'mesh',
    'use',
    'timeline',
    'utilization',
    'layer-utilization',
    'copies',
  ],
  sweep: ['pareto', 'parameter', 'parallel'],
  merge: ['pareto', 'parameter', 'parallel'],
  optimize: ['search'],
} as const satisfies Readonly<Record<string, readonly PlotKind[]>>;

/** A command that draws. */
export type Plotting = keyof typeof kindsOfCommands;
