import { broadcastDims } from '../../network/operators/index.ts';
import { elements } from '../../network/tensor.ts';
import { Access } from '../access.ts';
import { BaseOperation, type MatrixPlace } from '../base-operation.ts';
import { ConstantValues } from '../constant-values.ts';
import { FLOAT, INT32 } from '../data-types.ts';
import { ADD, UnaryKind, unaryKernel } from '../element-kernel.ts';
import { Elementwise } from '../elementwise.ts';
import { Product } from '../product.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { layoutByAxes, storedLayout, sums, type ValueLayout } from '../value-layout.ts';
import { activated, type Integers } from './convolution.ts';
import { einsum } from './einsum.ts';
import { trailed } from './view.ts';

/** A tensor with its last two axes swapped, for products alone: what arranges values takes it for one that lies in the new order. */
export function swapped({ layout, store }: StoredValue): StoredValue {
  const swap = <T>(list: readonly T[]): T[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return { layout: { ...layout, dims: swap(layout.dims), axes: swap(layout.axes) }, store };
}

/** A tensor with axes of size 1 in front, so that it has a rank. */
function ofRank({ layout, store }: StoredValue, rank: number): StoredValue {
  const missing = Math.max(0, rank - layout.dims.length);
  const ones = new Array<number>(missing).fill(1);
  return {
    layout: {
      ...layout,
      dims: [...ones, ...layout.dims],
      axes: [...ones.map(() => new Int32Array(1)), ...layout.axes],
    },
    store,
  };
}

/** How a matrix of weights lies in its tensor. */
export interface WeightsInTensor {
  readonly tensor: StoredValue;
  /** True where the last two axes are those of columns and rows instead of rows and columns. */
  readonly isSwapped: boolean;
}

/** A product of two tensors as numpy has it; a constant operand is the weights of a base layer. */
export function multiplied(
  step: StepContext,
  left: StoredValue,
  right: StoredValue,
  o: { readonly swapLeft?: boolean; readonly swapRight?: boolean; readonly factor?: number } = {},
): StoredValue {
  const [a, b] = [matrixOf(left, 'row'), matrixOf(right, 'column')];
  if (b.store.isConstant && !a.store.isConstant) {
    const input = o.swapLeft ? swapped(a) : a;
    return scaled(
      step,
      weighted(step, input, { tensor: b, isSwapped: o.swapRight ?? false }, 'right'),
      o.factor,
    );
  }
  if (a.store.isConstant && !b.store.isConstant) {
    const input = o.swapRight ? swapped(b) : b;
    // The weights are those of the transposed product.
    return scaled(step, weighted(step, input, { tensor: a, isSwapped: !o.swapLeft }, 'left'), o.factor);
  }
  return ofActivations(step, o.swapLeft ? swapped(a) : a, o.swapRight ? swapped(b) : b, o.factor ?? 1);
}

/** A vector as a matrix of one row, or of one column. */
export function matrixOf(value: StoredValue, as: 'row' | 'column'): StoredValue {
  if (value.layout.dims.length > 1) return value;
  return as === 'row' ? ofRank(value, 2) : trailed(value, 1);
}

function scaled(step: StepContext, value: StoredValue, factor = 1): StoredValue {
  if (factor === 1) return value;
  const output = step.value(value.layout, [value]);
  new Elementwise(output, [value], (x) => factor * x!, unaryKernel(UnaryKind.SCALE, factor));
  return output;
}

/** The MVMs of activations with constant weights, which are on this side. */
export function weighted(
  step: StepContext,
  activations: StoredValue,
  { tensor, isSwapped }: WeightsInTensor,
  side: 'left' | 'right',
  integers?: Integers,
): StoredValue {
  if (!tensor.store.isConstant) step.fail('its weights are computed, and only constant ones are executed');
  const own = tensor.layout.dims;
  const [rows, columns] = isSwapped ? [own.at(-1)!, own.at(-2)!] : [own.at(-2)!, own.at(-1)!];
  const rank = Math.max(activations.layout.dims.length, own.length);
  const input = ofRank(activations, rank);
  const [inner, outer] = side === 'right' ? [rank - 1, rank - 1] : [rank - 2, rank - 2];
  const batch = own.slice(0, -2);
  const groupAxes = batch.flatMap((size, i) => (size > 1 ? [i + rank - own.length] : []));
  const dims = input.layout.dims.map((size, axis) => {
    if (axis === outer) return columns;
    return groupAxes.includes(axis) ? batch[axis - (rank - own.length)]! : size;
  });
  const layer = step.step.layers.find(({ isBase }) => isBase) ?? step.fail('it is no base layer');
  const layout = rawLayout(dims, [...groupAxes, outer], layer.arrangement);
  const output = step.value(layout, [input], integers === undefined ? FLOAT : INT32);
  const weights = { rows, columns, groups: elements(groupAxes.map((axis) => dims[axis]!)) };
  ConstantValues.use(tensor.store, { kind: 'weights', rows });
  const channels = [...groupAxes, inner];
  const access = new Access(
    layout,
    input.layout,
    dims.map((size, axis) => {
      const isRead = !channels.includes(axis) && axis !== outer && input.layout.dims[axis] !== 1;
      return { out: layout.axes[axis]!, into: isRead ? input.layout.axes[axis]! : new Int32Array(size) };
    }),
  );
  if (access.all !== undefined) step.fail('its positions and channels do not part');
  const ofGroups = groupAxes.map((axis) =>
    input.layout.dims[axis] === 1 ? new Int32Array(dims[axis]!) : input.layout.axes[axis]!,
  );
  new BaseOperation(output, input, {
    layer: layer.name,
    weights,
    places: { tensor, ...matrixPlaces(own, isSwapped) },
    reads: { places: access.cells, taps: 1, channels: sums([...ofGroups, input.layout.axes[inner]!]) },
    ...integers,
  });
  return output;
}

/** How the OFM of a matrix product is stored: as its layer says, or with its positions in order where they are merged. */
function rawLayout(
  dims: readonly number[],
  channels: readonly number[],
  arrangement: Parameters<typeof storedLayout>[0],
): ValueLayout {
  const isSame =
    arrangement.dims.length === dims.length && arrangement.dims.every((size, i) => size === dims[i]);
  if (isSame) return storedLayout(arrangement);
  const positions = dims.map((_, axis) => axis).filter((axis) => !channels.includes(axis));
  return layoutByAxes(dims, positions, channels);
}

/** The vectors of a tensor of matrices: rows, or columns where it is swapped. */
function matrixPlaces(dims: readonly number[], isSwapped: boolean) {
  const [count, length] = [dims.at(-2)!, dims.at(-1)!];
  return {
    vectors: Array.from({ length: elements(dims.slice(0, -1)) }, (_, i): MatrixPlace => {
      const group = Math.floor(i / count);
      return isSwapped ? { group, row: 0, column: i % count } : { group, row: i % count, column: 0 };
    }),
    values: Array.from({ length }, (_, i): MatrixPlace => {
      return isSwapped ? { group: 0, row: i, column: 0 } : { group: 0, row: 0, column: i };
    }),
  };
}

/** A product of two activations. */
export function ofActivations(
  step: StepContext,
  a: StoredValue,
  b: StoredValue,
  factor: number,
): StoredValue {
  const dims = [
    ...broadcastDims([a.layout.dims.slice(0, -2), b.layout.dims.slice(0, -2)])!,
    a.layout.dims.at(-2)!,
    b.layout.dims.at(-1)!,
  ];
  const wanted = step.layout();
  const rank = dims.length;
  // Vectors have been made matrices: the axes of the output are there but for those of size 1.
  const isWhole = wanted.dims.length === rank && wanted.dims.every((size, axis) => size === dims[axis]);
  const layout = isWhole ? wanted : layoutByAxes(dims, [], [...dims.keys()]);
  const [left, right] = [ofRank(a, rank), ofRank(b, rank)];
  const loops = ({ layout: { axes, dims: own } }: StoredValue, skipped: number) =>
    dims.map((size, axis) => {
      const isRead = axis !== skipped && own[axis] !== 1;
      return { out: layout.axes[axis]!, into: isRead ? axes[axis]! : new Int32Array(size) };
    });
  const output = step.value(layout, [left, right]);
  new Product(
    output,
    [left, right],
    [loops(left, rank - 1), loops(right, rank - 2)],
    [left.layout.axes[rank - 1]!, right.layout.axes[rank - 2]!],
    factor,
  );
  return output;
}

const matMul: Lowering = (step) => [
  step.arranged(multiplied(step, step.input(0), step.input(1)), step.layout()),
];

const fusedMatMul: Lowering = (step) => {
  const { node } = step;
  const product = multiplied(step, step.input(0), step.input(1), {
    swapLeft: node.int('transA', 0) !== 0,
    swapRight: node.int('transB', 0) !== 0,
    factor: node.float('alpha', 1),
  });
  return [step.arranged(product, step.layout())];
};

const gemm: Lowering = (step) => {
  const { node } = step;
  const product = multiplied(step, flat(step, 0), flat(step, 1), {
    swapLeft: node.int('transA', 0) !== 0,
    swapRight: node.int('transB', 0) !== 0,
    factor: node.float('alpha', 1),
  });
  const output = step.arranged(product, step.layout());
  const added = step.inputs[2];
  if (added === undefined) return [output];
  if (added.store.isConstant) ConstantValues.use(added.store, { kind: 'bias' });
  const beta = node.float('beta', 1);
  const sum = step.value(output.layout, [output, added], output.store.dataType);
  new Elementwise(sum, [output, added], (a, b) => a! + beta * b!, beta === 1 ? ADD : undefined);
  return [sum];
};

/** Before opset 7 a feature map was taken as a matrix. */
export function flat(step: StepContext, index: number): StoredValue {
  const value = step.input(index);
  const { dims } = value.layout;
  if (dims.length <= 2) return value;
  const matrix = [dims[0]!, elements(dims.slice(1))];
  const axes = [value.layout.axes[0]!, sums(value.layout.axes.slice(1))];
  return { layout: { ...value.layout, dims: matrix, axes }, store: value.store };
}

/** Matrix products of floats. */
export const matrixProducts: Lowerings = {
  Einsum: einsum,
  Gemm: gemm,
  MatMul: matMul,
  'com.microsoft:FusedGemm': (step) => [activated(step, gemm(step)[0]!)],
  'com.microsoft:FusedMatMul': fusedMatMul,
};
