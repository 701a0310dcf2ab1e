/**
 * What a Resize of ONNX reads along one axis, in the arithmetic of ONNX Runtime: float32 throughout, since whether a
 * position is rounded down or up, and whether a weight is 0, may hang on its last bit.
 */

const f = Math.fround;

/** An axis that is resized. */
export interface ResizedAxis {
  readonly input: number;
  readonly output: number;
  /** As the file gives it; output / input where it gives sizes. */
  readonly scale: number;
  /** Where the region to crop starts and ends, as fractions of the axis; for `tf_crop_and_resize` only. */
  readonly region: readonly [number, number];
}

/** The attributes of the node that decide about positions. */
export interface ResizeModes {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: (p: number, axis: ResizedAxis) => number;
  readonly nearest: (coordinate: number, scale: number) => number;
  /** Coordinates outside the input have a constant value. */
  readonly extrapolates: boolean;
  readonly antialias: boolean;
  readonly excludesOutside: boolean;
  readonly cubicCoefficient: number;
}

const halfPixel = (p: number, { scale }: ResizedAxis) => f(f(f(p + 0.5) / scale) - 0.5);

/** Where output position `p` lies over the input, by `coordinate_transformation_mode`. */
export const coordinates: Readonly<Record<string, ResizeModes['coordinates']>> = {
  align_corners: (p, { input, output }) => (output === 1 ? 0 : f(f(p * (input - 1)) / (output - 1))),
  asymmetric: (p, { scale }) => f(p / scale),
  half_pixel: halfPixel,
  half_pixel_symmetric: (p, { input, output, scale }) => {
    const adjustment = f(output / f(scale * input));
    const offset = f(f(input / 2) * f(1 - adjustment));
    return f(offset + (p + 0.5) / scale - 0.5);
  },
  pytorch_half_pixel: (p, axis) => (axis.output > 1 ? halfPixel(p, axis) : 0),
  tf_crop_and_resize: (p, { input, output, region: [start, end] }) =>
    output > 1
      ? f(f(start * (input - 1)) + f(f(f(p * f(end - start)) * (input - 1)) / (output - 1)))
      : f(0.5 * f(start + end) * (input - 1)),
  tf_half_pixel_for_nn: (p, { scale }) => f(f(p + 0.5) / scale),
};

/** ONNX Runtime takes what is so near the middle of two positions for the middle. */
const TIE = 1e-6;

/** The nearest position; of two that are as near, the lower one or the one behind it. */
const rounded =
  (atTie: 0 | 1) =>
  (x: number): number => {
    const low = Math.floor(x);
    return Math.abs(x - low - 0.5) <= TIE ? low + atTie : Math.floor(x + 0.5);
  };

/** Which position is nearest to a coordinate, by `nearest_mode`; `simple` is that of opsets before 11. */
export const nearestPositions: Readonly<Record<string, ResizeModes['nearest']>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  round_prefer_ceil: rounded(1),
  round_prefer_floor: rounded(0),
  simple: (x, scale) => (scale < 1 ? Math.ceil(x) : Math.trunc(x)),
};

/** A position of the input with its share in a value of the output. */
export interface Tap {
  readonly position: number;
  readonly weight: number;
}

/** The positions that output position `p` reads, each once. */
export function positionsOf(axis: ResizedAxis, modes: ResizeModes): (p: number) => readonly number[] {
  const taps = tapsOf(axis, modes);
  return (p) => taps(p).map(({ position }) => position);
}

/** The positions with a weight other than 0 that output position `p` reads, each once; none where it lies outside. */
export function tapsOf(axis: ResizedAxis, modes: ResizeModes): (p: number) => readonly Tap[] {
  const { input, scale } = axis;
  const taps = tapsAround(axis, modes);
  return (p) => {
    const coordinate = scale === 1 ? p : modes.coordinates(p, axis);
    if (modes.extrapolates && (coordinate < 0 || coordinate > input - 1)) return [];
    return taps(coordinate, p);
  };
}

/** How many positions {@link tapsOf} gives at most. */
export function mostTaps({ input, output }: ResizedAxis, { mode, antialias }: ResizeModes): number {
  if (mode === 'nearest') return 1;
  const reach = mode === 'linear' ? 2 : 4;
  return antialias ? Math.ceil(reach * Math.max(1, input / output)) + 1 : reach;
}

type Taps = (coordinate: number, p: number) => readonly Tap[];

const whole = (position: number): readonly Tap[] => [{ position, weight: 1 }];

function tapsAround(axis: ResizedAxis, modes: ResizeModes): Taps {
  const { input, output, scale } = axis;
  const inside = (q: number) => Math.min(Math.max(q, 0), input - 1);
  if (modes.mode === 'nearest') return (x) => whole(inside(scale === 1 ? x : modes.nearest(x, scale)));
  if (modes.antialias) return input === output ? (_, p) => whole(p) : antialiased(axis, modes);
  if (modes.mode === 'linear') {
    return (x) => {
      const first = Math.trunc(inside(x));
      const rest = f(inside(x) - first);
      if (rest === 0) return whole(first);
      return [
        { position: first, weight: 1 - rest },
        { position: first + 1, weight: rest },
      ];
    };
  }
  return (x) => {
    const first = Math.floor(x) - 1;
    const weights = cubicWeights(f(x - Math.floor(x)), modes.cubicCoefficient);
    const all = weights.map((weight, i) => ({ position: first + i, weight }));
    if (!modes.excludesOutside) return merged(all.map((tap) => ({ ...tap, position: inside(tap.position) })));
    return scaledToOne(merged(all.filter(({ position }) => inside(position) === position)));
  };
}

/** Each position once, with all its weight; those that had none are left out. */
function merged(taps: readonly Tap[]): Tap[] {
  const weights = new Map<number, number>();
  for (const { position, weight } of taps) {
    if (weight !== 0) weights.set(position, (weights.get(position) ?? 0) + weight);
  }
  return [...weights].map(([position, weight]) => ({ position, weight }));
}

/** Weights whose sum is 1. */
function scaledToOne(taps: readonly Tap[]): Tap[] {
  const sum = taps.reduce((total, { weight }) => total + weight, 0);
  return taps.map(({ position, weight }) => ({ position, weight: weight / sum }));
}

/** Weights of the position before that at or before a coordinate, of that one, and of the two behind it. */
function cubicWeights(s: number, a: number): number[] {
  const outer = (x: number) => f(f(f(f(f(f(f(a * x) - f(5 * a)) * x) + f(8 * a)) * x)) - f(4 * a));
  const inner = (x: number) => f(f(f(f(f(f(a + 2) * x) - f(a + 3)) * x) * x) + 1);
  return [outer(f(s + 1)), inner(s), inner(f(1 - s)), outer(f(2 - s))];
}

/** With `antialias`, the kernel of a map that shrinks is as much wider. */
function antialiased(axis: ResizedAxis, modes: ResizeModes): Taps {
  const { input } = axis;
  const step = f(1 / axis.scale);
  const half = modes.mode === 'linear' ? 1 : 2;
  const support = step >= 1 ? f(half * step) : half;
  const narrowing = step >= 1 ? f(1 / step) : 1;
  const kernel = modes.mode === 'linear' ? linearKernel : cubicKernel(modes.cubicCoefficient);
  return (x) => {
    const centre = f(0.5 + x);
    const from = Math.floor(f(f(centre - support) + 0.5));
    const to = Math.floor(f(f(centre + support) + 0.5));
    const taps: Tap[] = [];
    for (let q = from; q < to; q++) {
      const weight = kernel(f(f(f(q - centre) + 0.5) * narrowing));
      // Those outside count for the outermost position.
      const position = Math.min(Math.max(q, 0), input - 1);
      if (position === q || !modes.excludesOutside) taps.push({ position, weight });
    }
    return scaledToOne(merged(taps));
  };
}

const linearKernel = (x: number) => Math.max(0, f(1 - Math.abs(x)));

function cubicKernel(a: number): (x: number) => number {
  return (signed) => {
    const x = Math.abs(signed);
    if (x < 1) return f(f(f(f(f(f(a + 2) * x) - f(a + 3)) * x) * x) + 1);
    return x < 2 ? f(f(f(f(f(f(x - 5) * x) + 8) * x) - 4) * a) : 0;
  };
}
