import * as v from 'valibot';
import { expected, fields, rule } from '../input/validate.ts';

/** Most µS, seconds, and whatever else a figure of a cell may be. */
const MAX_FIGURE = 1e12;

const number = v.pipe(v.number(expected('a number')), v.finite(expected('a number')));
const figureMessage = expected(`a number from 0 to ${MAX_FIGURE}`);
const figure = v.pipe(
  v.number(figureMessage),
  v.minValue(0, figureMessage),
  v.maxValue(MAX_FIGURE, figureMessage),
);
const shareMessage = expected('a share from 0 to 1');
const share = v.pipe(v.number(shareMessage), v.minValue(0, shareMessage), v.maxValue(1, shareMessage));
const boolean = v.boolean(expected('true or false'));
const textMessage = expected('text of 1 to 2000 characters');
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage), v.maxLength(2000, textMessage));

const listMessage = expected('a list of 1 to 16 numbers');
const coefficients = v.pipe(
  v.array(number, listMessage),
  v.minLength(1, listMessage),
  v.maxLength(16, listMessage),
);
const pairMessage = expected('a list of two numbers');
const pair = v.tuple([number, number], pairMessage);

const FORMS = ['polynomial', 'logarithm', 'power'] as const;

const curveFields = fields({
  of: v.exactOptional(
    v.picklist(['conductance', 'share'], expected('conductance (in µS) or share (of gMaxUs)')),
  ),
  polynomial: v.exactOptional(coefficients),
  logarithm: v.exactOptional(pair),
  power: v.exactOptional(pair),
  min: v.exactOptional(number),
  max: v.exactOptional(number),
});

/** A curve that is no number; of polynomial, logarithm and power it has one. */
export interface CurveFields {
  /** Whether x is in µS, or a share of gMaxUs; left out, in µS. */
  readonly of?: 'conductance' | 'share';
  /** `[c0, c1, …]`: c0 + c1·x + … */
  readonly polynomial?: readonly number[];
  /** `[a, b]`: a·ln x + b. */
  readonly logarithm?: readonly [number, number];
  /** `[a, p]`: a·x^p. */
  readonly power?: readonly [number, number];
  /** The least value that it has. */
  readonly min?: number;
  /** The greatest one. */
  readonly max?: number;
}

const curve = v.lazy((input) =>
  typeof input === 'number'
    ? number
    : v.pipe(
        curveFields,
        rule<v.InferOutput<typeof curveFields>, (typeof FORMS)[number]>(FORMS, (given) =>
          FORMS.filter((form) => given[form] !== undefined).length === 1
            ? undefined
            : 'give one of polynomial, logarithm and power',
        ),
        rule<v.InferOutput<typeof curveFields>, 'min' | 'max'>(
          ['min', 'max'],
          ({ min, max }) =>
            min !== undefined && max !== undefined && max < min ? `must be at least min, ${min}` : undefined,
          'max',
        ),
      ),
);

/**
 * A figure that depends on the conductance G that a cell should have: a number, or with x = G in µS (`of: conductance`, the
 * default) or x = G / gMaxUs (`of: share`) a polynomial `[c0, c1, …]`, c0 + c1·x + …, a logarithm `[a, b]`, a·ln x + b, or a
 * power `[a, p]`, a·x^p; between `min` and `max` where they are given.
 */
export type Curve = number | CurveFields;

const driftFields = fields({
  nu: curve,
  nuSigma: v.exactOptional(curve),
  t0Seconds: v.pipe(figure, v.gtValue(0, expected('a number of seconds above 0'))),
  seconds: figure,
});

const readFields = fields({
  sigma: curve,
  windowSeconds: v.exactOptional(v.pipe(figure, v.gtValue(0, expected('a number of seconds above 0')))),
});

/** The fields of a file of noise. */
const noiseFields = {
  name: v.exactOptional(text),
  description: v.exactOptional(text),
  source: v.exactOptional(text),
  gMinUs: figure,
  gMaxUs: figure,
  distribution: v.exactOptional(v.picklist(['gaussian', 'lognormal'], expected('gaussian or lognormal'))),
  sigmaUs: v.exactOptional(curve),
  stuckOn: v.exactOptional(share),
  stuckOff: v.exactOptional(share),
  read: v.exactOptional(readFields),
  drift: v.exactOptional(driftFields),
  compensatesDrift: v.exactOptional(boolean),
  removesGMin: v.exactOptional(boolean),
};

/** The schema of a file of noise. */
export const noiseSchema = v.pipe(
  fields(noiseFields),
  rule<NoiseFields, 'gMinUs' | 'gMaxUs'>(
    ['gMinUs', 'gMaxUs'],
    ({ gMinUs, gMaxUs }) => (gMaxUs > gMinUs ? undefined : `must be more than gMinUs, ${gMinUs}`),
    'gMaxUs',
  ),
  rule<NoiseFields, 'stuckOn' | 'stuckOff'>(
    ['stuckOn', 'stuckOff'],
    ({ stuckOn = 0, stuckOff = 0 }) =>
      stuckOn + stuckOff > 1 ? 'with stuckOff it is more than 1' : undefined,
    'stuckOn',
  ),
  rule<NoiseFields, 'read' | 'drift'>(['read', 'drift'], windowFault, 'read'),
);

/** What is wrong with the time of a read: noise that grows with time needs to know the time, or it would be none. */
function windowFault({ read, drift }: Pick<NoiseFields, 'read' | 'drift'>): string | undefined {
  if (read?.windowSeconds === undefined) return undefined;
  if (drift === undefined) {
    return 'windowSeconds says how noise grows with time, and no time is given; add drift, with a nu of 0 where there is none, or leave it out';
  }
  const seconds = drift.t0Seconds + drift.seconds;
  if (read.windowSeconds <= seconds) return undefined;
  return `windowSeconds must be at most drift.t0Seconds + drift.seconds, ${seconds}, found ${read.windowSeconds}`;
}

type NoiseFields = v.InferOutput<v.StrictObjectSchema<typeof noiseFields, undefined>>;

/** How cells differ from what they should hold (docs/accuracy.md). Conductances in µS. */
export interface NoiseModel {
  /** What reports call it. */
  readonly name?: string;
  /** What it is, and what it leaves out. */
  readonly description?: string;
  /** Where its figures are from. */
  readonly source?: string;
  /** Conductance of the least level of a cell. */
  readonly gMinUs: number;
  /** Conductance of the greatest level. */
  readonly gMaxUs: number;
  /** How conductances lie around the one that is wanted; left out, gaussian. Neither makes them negative. */
  readonly distribution?: 'gaussian' | 'lognormal';
  /** Their standard deviation in µS; left out, none. */
  readonly sigmaUs?: Curve;
  /** Share of cells that are stuck at gMaxUs; left out, none. */
  readonly stuckOn?: number;
  /** Share of cells that are stuck at gMinUs; left out, none. */
  readonly stuckOff?: number;
  /**
   * Noise of every read of a cell: `sigma` is its standard deviation as a share of its conductance, which with
   * `windowSeconds`, w, grows with time, by √ln((t + w) / 2w), t = t0Seconds + seconds of `drift`, at least w.
   */
  readonly read?: { readonly sigma: Curve; readonly windowSeconds?: number };
  /** G·((t0 + seconds) / t0)^−ν, ν of every cell around `nu`, never negative. */
  readonly drift?: {
    readonly nu: Curve;
    readonly nuSigma?: Curve;
    readonly t0Seconds: number;
    readonly seconds: number;
  };
  /** Whether results are multiplied by what the conductances of a matrix have lost together; left out, no. */
  readonly compensatesDrift?: boolean;
  /** Whether gMinUs is taken from every cell, as a column of such cells does; left out, yes. */
  readonly removesGMin?: boolean;
}
