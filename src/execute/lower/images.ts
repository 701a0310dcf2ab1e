import { windowsOf } from '../../load/onnx/operators/windows.ts';
import { windowOutput } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { FILLED, type Lowering, type Lowerings } from '../step-context.ts';
import { Whole } from '../whole.ts';
import { gridSample } from './grid-sample.ts';
import { picked, stridesOf, upTo } from './rearrangement.ts';
import { placesOf, rearranged } from './shape.ts';

/** Every axis cut or filled up on both sides alike. */
const centerCropPad: Lowering = (step) => {
  const input = step.input(0);
  const wanted = step.layout().dims;
  const indices = input.layout.dims.map((size, axis) => {
    const missing = wanted[axis]! - size;
    const before = missing < 0 ? -Math.floor(-missing / 2) : Math.floor(missing / 2);
    return upTo(wanted[axis]!).map((i) => (i - before >= 0 && i - before < size ? i - before : FILLED));
  });
  return [rearranged(step, input, picked(placesOf(input), indices, FILLED))];
};

/** Adds blocks where they came from: (N, C · kernel, blocks) to (N, C, spatial…). */
const col2Im: Lowering = (step) => {
  const input = step.input(0);
  const [sizes, kernel] = [[...step.given(1)], [...step.given(2)]];
  const windows = windowsOf(step.node, sizes, kernel);
  const counts = windows.map((window, i) => windowOutput(sizes[i]!, window));
  const [taps, blocks, image] = [elements(kernel), elements(counts), elements(sizes)];
  // Per tap and block: where it lies in the image, or nowhere.
  const places = new Int32Array(taps * blocks);
  for (let i = 0; i < places.length; i++) {
    let [tap, block, place, stride] = [Math.floor(i / blocks), i % blocks, 0, 1];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const { stride: by, dilation, before } = windows[axis]!;
      const at = (block % counts[axis]!) * by - before + (tap % kernel[axis]!) * dilation;
      if (at < 0 || at >= sizes[axis]!) place = Number.NaN;
      place += at * stride;
      stride *= sizes[axis]!;
      tap = Math.floor(tap / kernel[axis]!);
      block = Math.floor(block / counts[axis]!);
    }
    places[i] = Number.isNaN(place) ? FILLED : place;
  }
  const output = step.value(step.layout(), [input]);
  new Whole(output, [input], ([columns]) => {
    const sums = new Float64Array(elements(output.layout.dims));
    columns!.values.forEach((value, i) => {
      const place = places[i % places.length]!;
      if (place !== FILLED) sums[Math.floor(i / places.length) * image + place]! += value;
    });
    return sums;
  });
  return [output];
};

/** The coordinates of every point of a grid, by the matrix of its image. */
const affineGrid: Lowering = (step) => {
  const theta = step.input(0);
  const output = step.value(step.layout(), [theta]);
  const { dims } = output.layout;
  const sizes = dims.slice(1, -1);
  const rank = sizes.length;
  const isAligned = step.node.int('align_corners', 0) !== 0;
  const coordinate = (i: number, size: number) => {
    if (!isAligned) return (2 * i + 1) / size - 1;
    return size === 1 ? 0 : (2 * i) / (size - 1) - 1;
  };
  const strides = stridesOf(sizes);
  const points = elements(sizes);
  new Whole(output, [theta], ([matrix]) =>
    Float64Array.from({ length: elements(dims) }, (_, i) => {
      const [row, point] = [i % rank, Math.floor(i / rank)];
      const first = (Math.floor(point / points) * rank + row) * (rank + 1);
      // The last axis of the grid is the first coordinate.
      return sizes.reduce(
        (sum, size, axis) => {
          const at = coordinate(Math.floor((point % points) / strides[axis]!) % size, size);
          return sum + matrix!.values[first + rank - 1 - axis]! * at;
        },
        matrix!.values[first + rank]!,
      );
    }),
  );
  return [output];
};

/** Operators of images: crops, blocks, and sampling at positions that are computed. */
export const images: Lowerings = {
  AffineGrid: affineGrid,
  CenterCropPad: centerCropPad,
  Col2Im: col2Im,
  GridSample: gridSample,
};
