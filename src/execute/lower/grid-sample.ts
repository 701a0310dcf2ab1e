import { elements } from '../../network/tensor.ts';
import type { Lowering } from '../step-context.ts';
import { type RowMajor, Whole } from '../whole.ts';
import { stridesOf } from './rearrangement.ts';
import { roundHalfEven } from './unary.ts';

/** Positions along an axis with their weights. */
type AxisTaps = readonly { readonly at: number; readonly weight: number }[];

/** Where a coordinate beyond the border lies, by `padding_mode`; undefined for nowhere. */
type Border = (at: number, size: number) => number | undefined;

const borders: Readonly<Record<string, (isAligned: boolean) => Border>> = {
  zeros: () => (at, size) => (at >= 0 && at < size ? at : undefined),
  border: () => (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflection: (isAligned) => (at, size) => {
    const [low, high] = isAligned ? [0, size - 1] : [-0.5, size - 0.5];
    const length = high - low;
    if (length <= 0) return 0;
    const offset = Math.abs(at - low);
    const [turns, rest] = [Math.floor(offset / length), offset % length];
    const reflected = turns % 2 === 0 ? low + rest : high - rest;
    return Math.min(Math.max(reflected, 0), size - 1);
  },
};

const modes: Readonly<Record<string, (x: number) => AxisTaps>> = {
  nearest: (x) => [{ at: roundHalfEven(x), weight: 1 }],
  linear: (x) => {
    const first = Math.floor(x);
    return [
      { at: first, weight: 1 - (x - first) },
      { at: first + 1, weight: x - first },
    ];
  },
  cubic: (x) => {
    const first = Math.floor(x);
    const s = x - first;
    const a = -0.75;
    const outer = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    const inner = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
    return [outer(s + 1), inner(s), inner(1 - s), outer(2 - s)].map((weight, i) => ({
      at: first - 1 + i,
      weight,
    }));
  },
};

/** Samples (N, C, spatial…) at the coordinates of a grid (N, spatial…, axes), from -1 to 1, the last axis first. */
export const gridSample: Lowering = (step) => {
  const { node } = step;
  const operands = [step.input(0), step.input(1)];
  const mode = node.text('mode', node.opset < 20 ? 'bilinear' : 'linear').replace(/^bi/, '');
  const tapsOf = modes[mode] ?? step.fail('its mode is not known');
  const isAligned = node.int('align_corners', 0) !== 0;
  const border = (borders[node.text('padding_mode', 'zeros')] ?? step.fail('its padding_mode is not known'))(
    isAligned,
  );
  const output = step.value(step.layout(), operands);
  const scaled = (x: number, size: number) =>
    isAligned ? ((x + 1) / 2) * (size - 1) : ((x + 1) * size - 1) / 2;
  // Interpolation is at the reflected coordinate, cubic at the reflected positions, as ONNX Runtime does it.
  const coordinate = (x: number, size: number) => {
    const at = scaled(x, size);
    return mode === 'cubic' ? at : (border(at, size) ?? at);
  };
  new Whole(output, operands, ([input, grid]) =>
    sampled(input!, grid!, output.layout.dims, (x, size) =>
      tapsOf(coordinate(x, size)).flatMap(({ at, weight }) => {
        const inside = border(at, size);
        return inside === undefined ? [] : [{ at: inside, weight }];
      }),
    ),
  );
  return [output];
};

function sampled(
  input: RowMajor,
  grid: RowMajor,
  dims: readonly number[],
  tapsOf: (x: number, size: number) => AxisTaps,
): Float64Array {
  const sizes = input.dims.slice(2);
  const strides = stridesOf(sizes);
  const [plane, points] = [elements(sizes), elements(dims.slice(2))];
  const result = new Float64Array(elements(dims));
  const channels = dims[1]!;
  for (let image = 0; image < dims[0]!; image++) {
    for (let point = 0; point < points; point++) {
      const at = (image * points + point) * sizes.length;
      let taps: { place: number; weight: number }[] = [{ place: 0, weight: 1 }];
      sizes.forEach((size, axis) => {
        const ofAxis = tapsOf(grid.values[at + sizes.length - 1 - axis]!, size);
        taps = taps.flatMap(({ place, weight }) =>
          ofAxis.map((tap) => ({ place: place + tap.at * strides[axis]!, weight: weight * tap.weight })),
        );
      });
      for (let channel = image * channels; channel < (image + 1) * channels; channel++) {
        let sum = 0;
        for (const { place, weight } of taps) sum += weight * input.values[channel * plane + place]!;
        result[channel * points + point] = sum;
      }
    }
  }
  return result;
}
