import * as v from 'valibot';
import { gather, reshape, slice } from '../../../network/operators/index.ts';
import { isConstant, isSpatial, type Tensor } from '../../../network/tensor.ts';
import { axisOf, BATCH_AXIS, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { isRecord } from '../model.ts';
import { integer } from '../schema.ts';
import { argument } from './argument.ts';

/** One item of an index: a new axis, the axes in between, an index, or a range as Python has it. */
type Item = 'new axis' | 'ellipsis' | number | Range;

/** The same with an item for every axis. */
type AxisItem = Exclude<Item, 'ellipsis'>;

interface Range {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number;
}

/** `x[…]`: Keras 3 gives the index as second argument, TensorFlow as `slice_spec`. */
const getItem: LayerKind = (call) => {
  const input = onlyInput(call);
  const { keywords, positional } = call;
  const key = keywords.slice_spec ?? keywords.key ?? positional[1];
  const isPlainItem = !Array.isArray(key);
  const items = (isPlainItem ? [key] : (key as readonly unknown[])).map((item) => readItem(call, item));
  return cut(call, input, expand(call, items, input.dims.length));
};

function readItem(call: LayerCall, item: unknown): Item {
  if (item === null) return 'new axis';
  if (typeof item === 'number' && Number.isSafeInteger(item)) return item;
  if (isRecord(item)) {
    if (item.class_name === '__ellipsis__') return 'ellipsis';
    const range = item.class_name === '__slice__' ? item.config : item;
    if (isRecord(range) && ['start', 'stop', 'step'].every((key) => key in range)) {
      const end = (value: unknown) => {
        if (value === null || (typeof value === 'number' && Number.isSafeInteger(value)))
          return value ?? undefined;
        throw fail(call, 'its slice is computed from tensors; only constants are supported');
      };
      return { start: end(range.start), stop: end(range.stop), step: end(range.step) ?? 1 };
    }
  }
  throw fail(
    call,
    `the index ${JSON.stringify(item)?.slice(0, 60)} is not supported, only integers and slices`,
  );
}

const WHOLE: Range = { start: undefined, stop: undefined, step: 1 };

/** The items with one for every axis of the input. */
function expand(call: LayerCall, items: readonly Item[], rank: number): AxisItem[] {
  const missing = rank - items.filter((item) => item !== 'new axis' && item !== 'ellipsis').length;
  if (missing < 0) throw fail(call, `${rank - missing} indices are too many for ${rank} dimensions`);
  const rest = new Array<AxisItem>(missing).fill(WHOLE);
  const all = items.flatMap((item) => (item === 'ellipsis' ? rest : [item]));
  return items.includes('ellipsis') ? all : [...all, ...rest];
}

function cut(call: LayerCall, input: Tensor, items: readonly AxisItem[]): Tensor {
  const dims: number[] = [];
  let tensor = input;
  let axis = 0;
  for (const item of items) {
    if (item === 'new axis') {
      dims.push(1);
      continue;
    }
    const part = range(call, item, input.dims[axis]!, axis);
    const isWhole = part.start === 0 && part.step === 1 && part.size === input.dims[axis];
    if (!isWhole) tensor = slice(call.b, call.name, tensor, { axis, ...part });
    if (typeof item !== 'number') dims.push(part.size);
    axis += 1;
  }
  return reshape(call.b, call.name, tensor, dims);
}

/** What an item takes of an axis of `size`. One inference has one element of the batch. */
function range(
  call: LayerCall,
  item: Exclude<Item, string>,
  size: number,
  axis: number,
): { start: number; size: number; step: number } {
  if (axis === 0 && (typeof item === 'number' || (item.start ?? 0) !== 0 || item.step !== 1)) {
    throw fail(call, BATCH_AXIS);
  }
  if (axis === 0) return { start: 0, size, step: 1 };
  if (typeof item === 'number') {
    const start = item < 0 ? item + size : item;
    if (start < 0 || start >= size)
      throw fail(call, `index ${item} does not exist along axis ${axis} of ${size}`);
    return { start, size: 1, step: 1 };
  }
  const { step } = item;
  if (step === 0) throw fail(call, 'the step of a slice must not be 0');
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (end: number) => Math.min(Math.max(end < 0 ? end + size : end, low), high);
  const start = item.start === undefined ? (step > 0 ? low : high) : clamp(item.start);
  const stop = item.stop === undefined ? (step > 0 ? high : low) : clamp(item.stop);
  return { start, size: Math.max(0, Math.ceil((stop - start) / step)), step };
}

/** `take`: positions by constant indices, or rows of a constant table by indices that are computed. */
const take: LayerKind = (call) => {
  const { b, name } = call;
  const [data, indices] = call.operands;
  if (data === undefined || indices === undefined) throw fail(call, 'needs a tensor and indices');
  const given = argument(call, ['axis'], v.nullish(integer), 2);
  if (given == null) throw fail(call, 'an axis has to be given');
  const axis = axisOf(call, given, data.dims.length);
  const dims = data.dims.toSpliced(axis, 1, ...indices.dims);
  const kind = { name, op: 'Gather' };
  const moved = (old: number) => (old < 0 ? -1 : old + axis);
  if (isConstant(data)) {
    return b.positionwise(kind, indices, { dims, h: moved(indices.h), w: moved(indices.w) });
  }
  if (axis === 0) throw fail(call, BATCH_AXIS);
  const size = data.dims[axis]!;
  const after = (old: number) => (old > axis ? old + indices.dims.length - 1 : old === axis ? -1 : old);
  const axes = { h: after(data.h), w: after(data.w) };
  if (!isConstant(indices)) return b.everything(kind, [data, indices], { dims, ...axes });
  if (!isSpatial(data, axis)) return b.positionwise(kind, data, { dims, ...axes });
  const positions = indices.values?.map((index) => (index < 0 ? index + size : index));
  if (positions === undefined) return b.everything(kind, [data], { dims, ...axes });
  if (positions.some((position) => position < 0 || position >= size)) {
    throw fail(call, `an index does not exist along axis ${axis} of ${size}`);
  }
  return reshape(b, name, gather(b, name, data, { axis, positions }), dims);
};

/** Which positions are read, only the values say: all of them may be. */
const takeAlongAxis: LayerKind = (call) => {
  const [data, indices] = call.operands;
  if (data === undefined || indices === undefined) throw fail(call, 'needs a tensor and indices');
  const { h, w } = data;
  return call.b.everything({ name: call.name, op: 'GatherElements' }, call.operands, {
    dims: indices.dims,
    h,
    w,
  });
};

/** Parts of tensors. */
export const INDEXING: Readonly<Record<string, LayerKind>> = {
  gather: take,
  gatherv2: take,
  getitem: getItem,
  take,
  takealongaxis: takeAlongAxis,
};
