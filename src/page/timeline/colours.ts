import { type Colour, colourOf } from './pixels.ts';

/** Colours of a timeline: of the palette of Okabe and Ito, which colour-blind people tell apart. */
export interface TimelineColours {
  readonly background: Colour;
  /** Lanes while their layer is at work; others are as the background. */
  readonly lane: Colour;
  /** Sets of an inference; those of the next, and so by turns. */
  readonly sets: readonly [Colour, Colour];
  /** Writing of weights, which is hatched, too. */
  readonly write: Colour;
  /** Fetching of values that spilled, which is a strip on top, too. */
  readonly fetch: Colour;
  /** The critical path, which is a line, too. */
  readonly critical: Colour;
  /** Outlines: of the set that is looked at, of what it reads, and of what reads it. */
  readonly chosen: Colour;
  readonly read: Colour;
  readonly reader: Colour;
  /** Text, text that matters less, lines, and the ground of the lane that is looked at, as in style sheets. */
  readonly text: string;
  readonly dimText: string;
  readonly line: string;
  readonly paper: string;
  readonly ground: string;
}

const LIGHT: TimelineColours = {
  background: colourOf('#ffffff'),
  lane: colourOf('#e8edf2'),
  sets: [colourOf('#0072b2'), colourOf('#4aa3d8')],
  write: colourOf('#b87700'),
  fetch: colourOf('#8a2f9e'),
  critical: colourOf('#d55e00'),
  chosen: colourOf('#000000'),
  read: colourOf('#007a59'),
  reader: colourOf('#b0508a'),
  text: '#1c2126',
  dimText: '#59636e',
  line: '#d4dae0',
  paper: '#ffffff',
  ground: '#dfe9f3',
};

const DARK: TimelineColours = {
  background: colourOf('#14181c'),
  lane: colourOf('#242b32'),
  sets: [colourOf('#3d9fe0'), colourOf('#8cc9f2')],
  write: colourOf('#e69f00'),
  fetch: colourOf('#cf9bf0'),
  critical: colourOf('#ff7f2a'),
  chosen: colourOf('#ffffff'),
  read: colourOf('#2fc79b'),
  reader: colourOf('#e49ac4'),
  text: '#e6eaee',
  dimText: '#9aa5b1',
  line: '#343d46',
  paper: '#14181c',
  ground: '#26323e',
};

/** The colours for a light or a dark page. */
export function timelineColours(isDark: boolean): TimelineColours {
  return isDark ? DARK : LIGHT;
}
