import { padAmounts, sliceRanges, splitSizes } from '../../load/onnx/operators/arguments.ts';
import { elements } from '../../network/tensor.ts';
import { FILLED, firstPlaces, type Lowering, type Lowerings, type StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { storedPlaces } from '../value-layout.ts';
import { joined, type Places, picked, transposed, upTo } from './rearrangement.ts';
import { chosen, toBack, toFront, transposedView } from './view.ts';

/** The places of an input. */
export function placesOf(value: StoredValue): Places {
  return { dims: value.layout.dims, places: storedPlaces(value.layout) };
}

/** The first output is a rearrangement of the first input. */
export function rearranging(arrange: (places: Places, step: StepContext) => Places): Lowering {
  return (step) => {
    const input = step.input(0);
    return [rearranged(step, input, arrange(placesOf(input), step))];
  };
}

/** What some places of an input are, in the layout of an output. */
export function rearranged(
  step: StepContext,
  input: StoredValue,
  { places }: Places,
  index = 0,
  fill = 0,
): StoredValue {
  return step.moved(step.layout(index), [input], places, fill);
}

/** The same values in other dimensions: nothing is moved where they are stored alike. */
const reshape: Lowering = (step) => {
  const input = step.input(0);
  const layout = step.layout();
  // Only the order of the values counts, whatever the dimensions.
  return [step.arranged({ ...input }, layout)];
};

const transpose: Lowering = (step) => {
  const input = step.input(0);
  const rank = input.layout.dims.length;
  const given = step.node.ints('perm');
  const permutation = given === undefined ? upTo(rank).reverse() : step.node.axes(given, rank);
  const axes = permutation.length === rank ? [...permutation] : step.fail('perm does not fit');
  return [step.arranged(transposedView(input, axes), step.layout())];
};

const concat: Lowering = (step) => {
  const parts = step.present().filter(({ layout }) => elements(layout.dims) > 0);
  const layout = step.layout();
  if (parts.length === 1) return [step.arranged(parts[0]!, layout)];
  const axis = step.node.axis(step.node.int('axis', 1), layout.dims.length);
  const firsts = firstPlaces(parts);
  const all = parts.map((part, i) => {
    const { dims, places } = placesOf(part);
    return { dims, places: places.map((place) => place + firsts[i]!) };
  });
  return [step.moved(layout, parts, joined(all, axis).places)];
};

const split: Lowering = (step) => {
  const input = step.input(0);
  const { dims } = input.layout;
  const axis = step.node.axis(step.node.int('axis', 0), dims.length);
  let start = 0;
  return splitSizes(step.node, dims[axis]!).map((size, i) => {
    const indices = dims.map((length, at) => (at === axis ? upTo(size).map((k) => k + start) : upTo(length)));
    start += size;
    return rearranged(step, input, picked(placesOf(input), indices, FILLED), i);
  });
};

const slice = rearranging((places, step) =>
  picked(
    places,
    sliceRanges(step.node).map(({ start, step: by, size }) => upTo(size).map((i) => start + i * by)),
    FILLED,
  ),
);

/** Which position of an axis a padded one is; -1 for the filling. */
const padModes: Readonly<Record<string, (position: number, size: number) => number>> = {
  constant: (position, size) => (position >= 0 && position < size ? position : -1),
  edge: (position, size) => Math.min(Math.max(position, 0), size - 1),
  reflect: (position, size) => {
    if (size === 1) return 0;
    const period = 2 * (size - 1);
    const at = ((position % period) + period) % period;
    return at < size ? at : period - at;
  },
  wrap: (position, size) => ((position % size) + size) % size,
};

const pad: Lowering = (step) => {
  const input = step.input(0);
  const mode = padModes[step.node.text('mode', 'constant')] ?? step.fail('its mode is not known');
  const indices = padAmounts(step.node).map(({ before, after }, axis) => {
    // What is cropped is not there to be repeated.
    const [cropped, rest] = [Math.max(0, -before), Math.max(0, -after)];
    const size = input.layout.dims[axis]! - cropped - rest;
    return upTo(Math.max(0, size + Math.max(0, before) + Math.max(0, after))).map((i) => {
      const position = mode(i - Math.max(0, before), size);
      return position < 0 ? position : position + cropped;
    });
  });
  const fill = step.inputs[2] === undefined ? step.node.float('value', 0) : step.scalar(2, 0);
  return [rearranged(step, input, picked(placesOf(input), indices, FILLED), 0, fill)];
};

const tile = rearranging((places, step) =>
  picked(
    places,
    Array.from(step.given(1), (count, axis) =>
      upTo(places.dims[axis]! * count).map((i) => i % places.dims[axis]!),
    ),
    FILLED,
  ),
);

/** Axes of size 1 are repeated, and there may be more in front. */
export function expanded(places: Places, dims: readonly number[]): Places {
  const missing = dims.length - places.dims.length;
  const all = { dims: [...new Array<number>(missing).fill(1), ...places.dims], places: places.places };
  const indices = dims.map((size, axis) => (all.dims[axis] === size ? upTo(size) : new Int32Array(size)));
  return picked(all, indices, FILLED);
}

const expand = rearranging((places, step) => expanded(places, step.layout().dims));

/** Blocks of channels become positions. */
const depthToSpace = rearranging(({ dims, places }, step) => {
  const [images, channels, height, width] = dims as [number, number, number, number];
  const block = step.node.int('blocksize', 1);
  const left = channels / block ** 2;
  const isColumnsFirst = step.node.text('mode', 'DCR') === 'CRD';
  const split = isColumnsFirst
    ? { dims: [images, left, block, block, height, width], order: [0, 1, 4, 2, 5, 3] }
    : { dims: [images, block, block, left, height, width], order: [0, 3, 4, 1, 5, 2] };
  return transposed({ dims: split.dims, places }, split.order);
});

const spaceToDepth = rearranging(({ dims, places }, step) => {
  const [images, channels, height, width] = dims as [number, number, number, number];
  const block = step.node.int('blocksize', 1);
  const split = [images, channels, height / block, block, width / block, block];
  return transposed({ dims: split, places }, [0, 3, 5, 1, 2, 4]);
});

/** Channels into blocks and out of them (NCHWc of ONNX Runtime): the same values, but for those that fill up the last block. */
const reorderInput: Lowering = (step) => {
  const input = step.input(0);
  return [
    step.node.int('channels_last', 0) === 0
      ? input
      : transposedView(input, toFront(input.layout.dims.length)),
  ];
};

const reorderOutput: Lowering = (step) => {
  const output = chosen(step.input(0), 1, upTo(step.node.int('channels', 0)));
  return [
    step.node.int('channels_last', 0) === 0
      ? output
      : transposedView(output, toBack(output.layout.dims.length)),
  ];
};

/** Views, cuts and joints. */
export const shape: Lowerings = {
  Concat: concat,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: reshape,
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: reshape,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: reshape,
  'com.microsoft.nchwc:ReorderInput': reorderInput,
  'com.microsoft.nchwc:ReorderOutput': reorderOutput,
};
