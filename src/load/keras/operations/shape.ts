import * as v from 'valibot';
import {
  broadcastDims,
  concat,
  gather,
  type PadMode,
  pad,
  reshape,
  slice,
} from '../../../network/operators/index.ts';
import { elements, isSpatial, type Tensor } from '../../../network/tensor.ts';
import {
  axesOf,
  axisBehindBatch,
  axisOf,
  BATCH_AXIS,
  fail,
  type LayerCall,
  type LayerKind,
  onlyInput,
} from '../layer-kind.ts';
import { concatenate } from '../layers/merge.ts';
import { permuted, resolveShape } from '../layers/shape.ts';
import { integer, integers, natural, perDimension, positive } from '../schema.ts';
import { argument, positionList } from './argument.ts';

/** Each part of a split is a layer of its own. */
const MAX_PARTS = 4096;

/** Here the shape starts with the batch, which may be open. */
const reshapeOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const shape = argument(call, ['shape', 'newshape'], perDimension(v.nullable(integer)));
  const sizes = shape.slice(1).map((size) => size ?? -1);
  return reshape(call.b, call.name, input, [1, ...resolveShape(call, input, sizes)]);
};

const ravel: LayerKind = (call) => {
  const input = onlyInput(call);
  return reshape(call.b, call.name, input, [elements(input.dims)]);
};

const transposeOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const axes = argument(call, ['perm', 'axes'], v.nullish(perDimension(integer)));
  return permuted(call, input, axes ?? input.dims.map((_, axis) => axis).reverse());
};

const swapAxes: LayerKind = (call) => {
  const input = onlyInput(call);
  const rank = input.dims.length;
  const first = axisOf(call, argument(call, ['axis1'], integer, 1), rank);
  const second = axisOf(call, argument(call, ['axis2'], integer, 2), rank);
  const axes = input.dims.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return permuted(call, input, axes);
};

/** `source` axes go to the places `destination`; the others keep their order. */
const moveAxis: LayerKind = (call) => {
  const input = onlyInput(call);
  const rank = input.dims.length;
  const source = axesOf(call, argument(call, ['source'], integers, 1), rank);
  const destination = axesOf(call, argument(call, ['destination'], integers, 2), rank);
  if (source.length !== destination.length) throw fail(call, 'source and destination must be as many axes');
  const rest = input.dims.map((_, axis) => axis).filter((axis) => !source.includes(axis));
  const axes = input.dims.map((_, axis) => {
    const at = destination.indexOf(axis);
    return at < 0 ? rest.shift()! : source[at]!;
  });
  return permuted(call, input, axes);
};

const expandDims: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['axis'], integers);
  const rank = input.dims.length + given.length;
  const added = axesOf(call, given, rank);
  if (added.length < given.length) throw fail(call, 'its axes repeat one');
  const sizes = [...input.dims];
  const dims = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : sizes.shift()!));
  return reshape(call.b, call.name, input, dims);
};

const squeeze: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['axis'], v.nullish(integers));
  const gone =
    given == null
      ? input.dims.flatMap((size, axis) => (size === 1 && axis > 0 ? [axis] : []))
      : axesOf(call, given, input.dims.length);
  if (gone.some((axis) => input.dims[axis] !== 1)) throw fail(call, 'only axes of size 1 can be squeezed');
  return reshape(
    call.b,
    call.name,
    input,
    input.dims.filter((_, axis) => !gone.includes(axis)),
  );
};

/** Repeats along axes of size 1. The first size is the batch where the ranks are equal. */
const broadcastTo: LayerKind = (call) => {
  const input = onlyInput(call);
  const shape = argument(call, ['shape'], perDimension(v.nullable(integer)));
  const target = shape.map((size, axis) => (axis === 0 || size === null || size < 1 ? 1 : size));
  const dims = broadcastDims([input.dims, target]);
  if (dims === undefined) {
    throw fail(call, `[${input.dims.join(', ')}] cannot be broadcast to [${target.join(', ')}]`);
  }
  const missing = new Array<number>(dims.length - input.dims.length).fill(1);
  const view = reshape(call.b, call.name, input, [...missing, ...input.dims]);
  if (dims.every((size, axis) => size === view.dims[axis])) return view;
  return call.b.positionwise({ name: call.name, op: 'Expand' }, view, { dims, h: view.h, w: view.w });
};

/** Output position `p` along `axis` is input position `position(p)`; other axes are channels. */
function moved(
  call: LayerCall,
  input: Tensor,
  o: { axis: number; size: number; op: string; position: (p: number) => number },
): Tensor {
  const { b, name } = call;
  const { axis, size, op } = o;
  if (isSpatial(input, axis)) {
    return gather(b, name, input, { axis, positions: positionList(call, size, o.position), op });
  }
  return b.positionwise({ name, op }, input, { dims: input.dims.with(axis, size), h: input.h, w: input.w });
}

const tile: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['repeats', 'multiples'], perDimension(positive));
  const rank = Math.max(input.dims.length, given.length);
  const dims = [...new Array<number>(rank - input.dims.length).fill(1), ...input.dims];
  const repeats = [...new Array<number>(rank - given.length).fill(1), ...given];
  if (repeats[0] !== 1) throw fail(call, BATCH_AXIS);
  return repeats.reduce<Tensor>(
    (tensor, count, axis) => {
      if (count === 1) return tensor;
      const size = tensor.dims[axis]!;
      return moved(call, tensor, { axis, size: size * count, op: 'Tile', position: (p) => p % size });
    },
    reshape(call.b, call.name, input, dims),
  );
};

const repeat: LayerKind = (call) => {
  const input = onlyInput(call);
  const repeats = argument(call, ['repeats'], v.union([positive, v.pipe(v.array(positive), v.length(1))]));
  const count = [repeats].flat()[0]!;
  const given = argument(call, ['axis'], v.nullish(integer), 2);
  if (given == null) throw fail(call, 'an axis has to be given');
  const axis = axisBehindBatch(call, given, input.dims.length);
  const size = input.dims[axis]! * count;
  return moved(call, input, { axis, size, op: 'Expand', position: (p) => Math.floor(p / count) });
};

/** Every position comes from the other end of its axis. */
function flipped(fixed?: number): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const given = fixed ?? argument(call, ['axis'], v.nullish(integers));
    const axes = given == null ? input.dims.map((_, axis) => axis) : [given].flat();
    return axesOf(call, axes, input.dims.length).reduce((tensor, axis) => {
      const size = tensor.dims[axis]!;
      return moved(call, tensor, { axis, size, op: 'Flip', position: (p) => size - 1 - p });
    }, input);
  };
}

const roll: LayerKind = (call) => {
  const input = onlyInput(call);
  const shifts = argument(call, ['shift'], integers, 1);
  const given = argument(call, ['axis'], v.nullish(integers), 2);
  if (given == null) throw fail(call, 'an axis has to be given');
  if (shifts.length !== 1 && shifts.length !== given.length) throw fail(call, 'needs a shift for every axis');
  return given.reduce((tensor, each, i) => {
    const axis = axisOf(call, each, tensor.dims.length);
    const size = tensor.dims[axis]!;
    const by = shifts[i] ?? shifts[0]!;
    const position = (p: number) => (((p - by) % size) + size) % size;
    return moved(call, tensor, { axis, size, op: 'Roll', position });
  }, input);
};

/** Amounts at both ends of every axis: one for all, one for each end, or a pair for every axis. */
const padWidths = v.union(
  [natural, v.pipe(v.array(natural), v.length(2)), perDimension(v.pipe(v.array(natural), v.length(2)))],
  'an integer, or amounts at both ends of every axis',
);

const padModes: readonly PadMode[] = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'];

/** Padding of any axis but the batch, in the modes of numpy. */
const padOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['paddings', 'pad_width'], padWidths);
  const named = argument(call, ['mode'], v.nullish(v.string('a name'), 'constant'), 2).toLowerCase();
  const mode = padModes.find((known) => known === named);
  if (mode === undefined) throw fail(call, `mode is ${named}, and must be one of ${padModes.join(', ')}`);
  const ends = [given].flat(2);
  const pairs = input.dims.map((_, axis) => {
    const at = ends.length > 2 ? 2 * axis : 0;
    return [ends[at], ends.length === 1 ? ends[0] : ends[at + 1]] as const;
  });
  if ((ends.length > 2 && ends.length !== 2 * pairs.length) || ends.length === 0) {
    throw fail(call, `${ends.length / 2} pairs of amounts do not fit ${pairs.length} axes`);
  }
  return pairs.reduce((tensor, [before = 0, after = 0], axis) => {
    if (before === 0 && after === 0) return tensor;
    if (axis === 0) throw fail(call, 'the batch cannot be padded');
    return pad(call.b, call.name, tensor, { axis, before, after, mode });
  }, input);
};

const concatOperation: LayerKind = (call) =>
  concatenate(call, argument(call, ['axis'], v.nullish(integer, 0)));

/** Tensors side by side on an axis of their own. */
const stack: LayerKind = (call) => {
  const { b, name, operands } = call;
  const rank = operands[0]!.dims.length + 1;
  const axis = axisBehindBatch(call, argument(call, ['axis'], v.nullish(integer, 0)), rank);
  const parts = operands.map((tensor) => reshape(b, name, tensor, tensor.dims.toSpliced(axis, 0, 1)));
  return parts.length === 1 ? parts[0]! : concat(b, name, parts, axis);
};

/** Parts of an axis: as many equal ones, or cut in front of the given indices. TensorFlow gives sizes. */
function splitAt(call: LayerCall, input: Tensor, axis: number): Tensor[] {
  const size = input.dims[axis]!;
  const fromSizes = argument(call, ['num_or_size_splits'], v.nullish(integers), Number.NaN);
  const given = fromSizes ?? argument(call, ['indices_or_sections'], integers);
  const isCount = given.length === 1 && !Array.isArray(call.config.indices_or_sections);
  const parts = isCount ? given[0]! : given.length;
  if (parts < 1 || parts > MAX_PARTS || (isCount && size % parts !== 0)) {
    throw fail(call, `${size} values cannot be split into ${parts} parts`);
  }
  let ends: number[];
  if (isCount) ends = Array.from({ length: parts }, (_, i) => ((i + 1) * size) / parts);
  else if (fromSizes == null) ends = [...given, size];
  else {
    const rest = size - given.reduce((sum, each) => sum + Math.max(0, each), 0);
    let end = 0;
    ends = given.map((each) => {
      end += each < 0 ? rest : each;
      return end;
    });
  }
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return slice(call.b, call.name, input, { axis, start, size: end - start, op: 'Split' });
  });
}

function split(fixed?: number): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const axis = fixed ?? argument(call, ['axis'], v.nullish(integer, 0), 2);
    return splitAt(call, input, axisBehindBatch(call, axis, input.dims.length));
  };
}

/** Every position along an axis by itself, without that axis. */
const unstack: LayerKind = (call) => {
  const input = onlyInput(call);
  const axis = axisBehindBatch(call, argument(call, ['axis'], v.nullish(integer, 0), 2), input.dims.length);
  const size = input.dims[axis]!;
  if (size > MAX_PARTS) throw fail(call, `${size} values cannot be split into as many parts`);
  return Array.from({ length: size }, (_, start) => {
    const part = slice(call.b, call.name, input, { axis, start, size: 1, op: 'Split' });
    return reshape(call.b, call.name, part, input.dims.toSpliced(axis, 1));
  });
};

/** The same values in other dimensions, other places, more often or together. */
export const SHAPE_OPERATIONS: Readonly<Record<string, LayerKind>> = {
  broadcastto: broadcastTo,
  concat: concatOperation,
  concatenate: concatOperation,
  expanddims: expandDims,
  flip: flipped(),
  fliplr: flipped(1),
  hsplit: split(1),
  hstack: (call) => concatenate(call, 1),
  moveaxis: moveAxis,
  mirrorpad: padOperation,
  pad: padOperation,
  padv2: padOperation,
  ravel,
  repeat,
  reshape: reshapeOperation,
  reverse: flipped(),
  roll,
  split: split(),
  splitv: split(),
  squeeze,
  stack,
  swapaxes: swapAxes,
  tile,
  transpose: transposeOperation,
  unstack,
};
