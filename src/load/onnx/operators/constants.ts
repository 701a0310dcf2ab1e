import { constant, elements } from '../../../network/tensor.ts';
import { DataDependentError, type Operator, type Operators } from '../node-context.ts';
import { MAX_VALUES, mayDecide } from '../tensor-data.ts';
import { fromTensorData, typedConstant } from '../value.ts';

/** Constant: its value is an attribute, in one of several forms. */
const constantNode: Operator = (node) => {
  const tensor = (node.attribute('value') ?? node.attribute('sparse_value'))?.tensor;
  if (tensor !== undefined) return [fromTensorData(tensor)];
  const int = node.attribute('value_int')?.int;
  if (int !== undefined) return [typedConstant([], [int])];
  const float = node.attribute('value_float')?.float;
  if (float !== undefined) return [typedConstant([], [float], 'float32')];
  const ints = node.ints('value_ints');
  if (ints !== undefined)
    return [ints.length <= MAX_VALUES ? typedConstant([ints.length], ints) : constant([ints.length])];
  const floats = node.floats('value_floats');
  if (floats !== undefined) return [typedConstant([floats.length], floats, 'float32')];
  return [constant([])];
};

/** The shape of a tensor is known here, whatever the tensor is. */
const shapeOf: Operator = (node) => {
  const { dims } = node.input(0);
  const taken = dims.slice(node.int('start', 0), node.attribute('end')?.int);
  return [typedConstant([taken.length], taken)];
};

const size: Operator = (node) => [typedConstant([], [elements(node.input(0).dims)])];

const constantOfShape: Operator = (node) => {
  const dims = node.integers(0);
  const tensor = node.attribute('value')?.tensor;
  const value = tensor === undefined ? typedConstant([], [0], 'float32') : fromTensorData(tensor);
  const fill = value.values?.[0];
  const count = elements(dims);
  if (fill === undefined || !(count >= 0 && mayDecide(count, value.type))) return [constant(dims)];
  return [typedConstant(dims, new Array<number>(count).fill(fill), value.type)];
};

const range: Operator = (node) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => node.values(i)[0] ?? Number.NaN);
  const length = Math.max(0, Math.ceil((limit! - start!) / delta!));
  if (!Number.isSafeInteger(length)) node.fail(`a range from ${start} to ${limit} by ${delta} has no length`);
  if (length > MAX_VALUES) return [constant([length])];
  const values = Array.from({ length }, (_, i) => start! + i * delta!);
  return [typedConstant([length], values, node.input(0).type)];
};

const eyeLike: Operator = (node) => [constant(node.input(0).dims)];

/** NonZero of a constant is one; of anything else its size depends on the data. */
const nonZero: Operator = (node) => {
  const values = node.values(0);
  const { dims } = node.input(0);
  const found = values.flatMap((value, i) => (value === 0 ? [] : [i]));
  const indices = dims.map((length, axis) => {
    const stride = elements(dims.slice(axis + 1));
    return found.map((i) => Math.floor(i / stride) % length);
  });
  return [typedConstant([dims.length, found.length], indices.flat())];
};

/** One-hot codes of ids: a new axis of `depth` values. */
const oneHot: Operator = (node) => {
  const ids = node.input(0);
  const depth = node.positive(node.values(1)[0] ?? 0, 'depth');
  const axis = node.axis(node.int('axis', -1), ids.dims.length + 1);
  const moved = (old: number) => (old >= axis ? old + 1 : old);
  const output = { dims: ids.dims.toSpliced(axis, 0, depth), h: moved(ids.h), w: moved(ids.w) };
  return [node.b.positionwise(node.kind, ids, output)];
};

/** How many there are, only the data says. */
const dataDependent: Operator = () => {
  throw new DataDependentError();
};

/** What is known before the network runs, and what is not. */
export const constants: Operators = {
  Constant: constantNode,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  OneHot: oneHot,
  Range: range,
  Shape: shapeOf,
  Size: size,
  NonZero: nonZero,
  Compress: dataDependent,
  NonMaxSuppression: dataDependent,
  Unique: dataDependent,
};
