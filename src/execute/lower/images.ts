import { windowsOf } from '../../load/onnx/operators/windows.ts';
import { windowOutput } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { FILLED, type Lowering, type Lowerings } from '../step-context.ts';
import { Whole } from '../whole.ts';
import { gridSample } from './grid-sample.ts';
import { picked, upTo } from './rearrangement.ts';
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
  const [sizes, kernel] = [[...step.constants(1)!], [...step.constants(2)!]];
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

/** Operators of images: crops, blocks, and sampling at positions that are computed. */
export const images: Lowerings = {
  CenterCropPad: centerCropPad,
  Col2Im: col2Im,
  GridSample: gridSample,
};
