import { codeOf } from '../code-of.ts';
import { ConstantValues } from '../constant-values.ts';
import { FLOAT, INT32, isInteger, rangeOf, UINT8 } from '../data-types.ts';
import { type ElementFunction, Elementwise } from '../elementwise.ts';
import { firstPlaces } from '../movement.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { plainLayout, type ValueLayout } from '../value-layout.ts';
import { Whole } from '../whole.ts';
import { attendProjected } from './attention.ts';
import { convolved, type Integers, withBias } from './convolution.ts';
import { flat, matrixOf, ofActivations, swapped, weighted } from './matrix.ts';
import { normalisation } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { joined, upTo } from './rearrangement.ts';
import { placesOf } from './shape.ts';
import { roundHalfEven } from './unary.ts';
import { channelsLast, chosen, trailed } from './view.ts';

const f = Math.fround;

/** A scale and a zero point, each one number, or one per index of an axis. */
interface Scaling {
  readonly scale: StoredValue;
  readonly zero: StoredValue | undefined;
}

/** Inputs of a step that are a scale and a zero point. */
function scalingAt(step: StepContext, scale: number, zero = scale + 1): Scaling {
  ConstantValues.use(step.input(scale).store, { kind: 'scale' });
  return { scale: step.input(scale), zero: step.inputs[zero] };
}

function computed(
  step: StepContext,
  layout: ValueLayout,
  operands: readonly StoredValue[],
  dataType: number,
  compute: ElementFunction,
): StoredValue {
  const output = step.value(layout, operands, dataType);
  new Elementwise(output, operands, compute);
  return output;
}

/** Divided by the scale, rounded (of two as near to the even one) behind the zero point, and kept in the range of the type. */
function quantised(
  step: StepContext,
  layout: ValueLayout,
  value: StoredValue,
  { scale, zero }: Scaling,
  dataType: number,
): StoredValue {
  if (!isInteger(dataType)) step.fail('only types of integers are executed');
  const [low, high] = rangeOf(dataType);
  const operands = [value, scale, ...(zero === undefined ? [] : [zero])];
  return computed(step, layout, operands, dataType, (x, s, z = 0) => {
    return Math.min(Math.max(roundHalfEven(f(x! / s!)) + z, low), high);
  });
}

function dequantised(
  step: StepContext,
  value: StoredValue,
  { scale, zero }: Scaling,
  dataType = FLOAT,
): StoredValue {
  const operands = [value, scale, ...(zero === undefined ? [] : [zero])];
  const output = computed(step, value.layout, operands, dataType, (x, s, z = 0) => (x! - z) * s!);
  if (isInteger(value.store.dataType)) {
    output.store.code = codeOf(step, output, { scale, zero }, rangeOf(value.store.dataType));
  }
  return output;
}

/** A scale or zero point along an axis of a tensor, or one for every block of it. */
function along(step: StepContext, parameter: StoredValue, dims: readonly number[]): StoredValue {
  const own = parameter.layout.dims;
  if (own.length === 0 || (own.length === 1 && own[0] === 1)) return parameter;
  const axis = step.node.axis(step.node.int('axis', 1), dims.length);
  if (own.length === 1) return trailed(parameter, dims.length - axis - 1);
  const block = step.node.int('block_size', 0) || Math.ceil(dims[axis]! / own[axis]!);
  return chosen(
    parameter,
    axis,
    upTo(dims[axis]!).map((i) => Math.floor(i / block)),
  );
}

function scalingAlong(step: StepContext): Scaling {
  const { dims } = step.input(0).layout;
  const { scale, zero } = scalingAt(step, 1);
  return { scale: along(step, scale, dims), zero: zero && along(step, zero, dims) };
}

const quantizeLinear: Lowering = (step) => {
  const type = step.inputs[2]?.store.dataType ?? (step.node.int('output_dtype', 0) || UINT8);
  return [quantised(step, step.layout(), step.input(0), scalingAlong(step), type)];
};

const dequantizeLinear: Lowering = (step) => {
  const input = step.input(0);
  const scaling = scalingAlong(step);
  return [step.arranged(dequantised(step, input, scaling, scaling.scale.store.dataType), step.layout())];
};

/** Which operands of a product are matrices whose rows are to be columns. */
interface Swaps {
  readonly swapLeft?: boolean;
  readonly swapRight?: boolean;
}

/** Zero points of what a base layer reads, and of its weights. */
function integersOf(step: StepContext, input: number, weights: number): Integers {
  const zeros = step.constants(input) ?? [0];
  if (zeros.length > 1) step.fail('zero points of rows are not executed');
  return { zeroPoint: zeros[0]!, integers: { zeroPoints: step.constants(weights) ?? [0] } };
}

/** Sums of integers to integers of another scale: `x · (a · b / y)`, in float32 as ONNX Runtime has it. */
function rescaled(
  step: StepContext,
  layout: ValueLayout,
  sums: StoredValue,
  scales: readonly [StoredValue, StoredValue],
  to: Scaling,
  dataType: number,
): StoredValue {
  const [low, high] = rangeOf(dataType);
  const operands = [sums, ...scales, to.scale, ...(to.zero === undefined ? [] : [to.zero])];
  return computed(step, layout, operands, dataType, (x, a, b, y, z = 0) => {
    return Math.min(Math.max(roundHalfEven(f(x! * f(f(a! * b!) / y!))) + z, low), high);
  });
}

const convInteger: Lowering = (step) => [
  step.arranged(convolved(step, step.input(0), step.input(1), integersOf(step, 2, 3)), step.layout()),
];

/** x, its scale and zero point, the same of the weights and of the output, and a bias. */
const qLinearConv: Lowering = (step) => {
  const sums = convolved(step, step.input(0), step.input(3), integersOf(step, 2, 5));
  const biased = withBias(step, sums, step.inputs[8]);
  const ofWeights = step.input(4);
  const scale =
    ofWeights.layout.dims[0] === undefined ? ofWeights : trailed(ofWeights, sums.layout.dims.length - 2);
  const to = scalingAt(step, 6);
  const scales = [step.input(1), scale] as const;
  return [rescaled(step, step.layout(), biased, scales, to, step.inputs[7]?.store.dataType ?? UINT8)];
};

/**
 * The product of two tensors of integers; where both are computed, their zero points are taken off first. Either may be swapped:
 * weights lie as they do in the file, and are read the other way round.
 */
function integerProduct(
  step: StepContext,
  left: StoredValue,
  right: StoredValue,
  zeros: readonly [number, number],
  { swapLeft = false, swapRight = false }: Swaps = {},
): StoredValue {
  const [a, b] = [matrixOf(left, 'row'), matrixOf(right, 'column')];
  const [turnedA, turnedB] = [swapLeft ? swapped(a) : a, swapRight ? swapped(b) : b];
  if (b.store.isConstant && !a.store.isConstant) {
    const weights = { tensor: b, isSwapped: swapRight };
    return weighted(step, turnedA, weights, 'right', integersOf(step, ...zeros));
  }
  if (a.store.isConstant && !b.store.isConstant) {
    const weights = { tensor: a, isSwapped: !swapLeft };
    return weighted(step, turnedB, weights, 'left', integersOf(step, zeros[1], zeros[0]));
  }
  const shifted = ([turnedA, turnedB] as const).map((operand, i) => {
    const zero = step.inputs[zeros[i]!];
    return zero === undefined
      ? operand
      : computed(step, operand.layout, [operand, zero], INT32, (x, z) => x! - z!);
  });
  return ofActivations(step, shifted[0]!, shifted[1]!, 1);
}

const matMulInteger: Lowering = (step) => [
  step.arranged(integerProduct(step, step.input(0), step.input(1), [2, 3]), step.layout()),
];

/** The scale or zero point of columns broadcasts to a product as it is; of rows it is a column. */
const qLinearMatMul: Lowering = (step) => {
  const sums = integerProduct(step, step.input(0), step.input(3), [2, 5]);
  const scales = [step.input(1), step.input(4)] as const;
  const ordered = step.arranged(sums, step.layout());
  return [rescaled(step, step.layout(), ordered, scales, scalingAt(step, 6), step.input(7).store.dataType)];
};

const matMulIntegerToFloat: Lowering = (step) => {
  const sums = integerProduct(step, step.input(0), step.input(1), [4, 5]);
  return [step.arranged(floats(step, sums, [step.input(2), step.input(3)], step.inputs[6]), step.layout())];
};

/** Sums of integers as floats, with a bias. */
function floats(
  step: StepContext,
  sums: StoredValue,
  scales: readonly StoredValue[],
  bias: StoredValue | undefined,
): StoredValue {
  for (const { store } of scales) ConstantValues.use(store, { kind: 'scale' });
  if (bias?.store.isConstant) ConstantValues.use(bias.store, { kind: 'bias' });
  const operands = [sums, ...scales, ...(bias === undefined ? [] : [bias])];
  return computed(step, sums.layout, operands, FLOAT, (x, a, b, added = 0) => x! * f(a! * b!) + added);
}

/** A, its scale and zero point, the same of B, C as integers, and the scale and zero point of the output if it has one. */
const qGemm: Lowering = (step) => {
  const { node } = step;
  const swaps = { swapLeft: node.int('transA', 0) !== 0, swapRight: node.int('transB', 0) !== 0 };
  const sums = integerProduct(step, flat(step, 0), flat(step, 3), [2, 5], swaps);
  const bias = step.inputs[6];
  const biased =
    bias === undefined ? sums : computed(step, sums.layout, [sums, bias], INT32, (x, c) => x! + c!);
  const alpha = node.float('alpha', 1);
  const scale = computed(step, step.input(1).layout, [step.input(1)], FLOAT, (a) => alpha * a!);
  const scales = [scale, step.input(4)] as const;
  const own = step.arranged(biased, step.layout());
  if (step.inputs[7] === undefined) return [floats(step, own, scales, undefined)];
  return [
    rescaled(step, step.layout(), own, scales, scalingAt(step, 7), step.inputs[8]?.store.dataType ?? UINT8),
  ];
};

/** Weights of few bits, packed in blocks of rows with a scale each: unpacked, they are those of a base layer of floats. */
const matMulNBits: Lowering = (step) => {
  const { node } = step;
  const [rows, columns] = [node.int('K', 0), node.int('N', 0)];
  const [bits, block] = [node.int('bits', 4), node.int('block_size', 32)];
  if (step.inputs[4] !== undefined) step.fail('an order of groups (g_idx) is not executed');
  const packed = step.input(1);
  const [scales, zeros] = [step.input(2), step.inputs[3]];
  ConstantValues.use(scales.store, { kind: 'scale' });
  const parameters = [packed, scales, ...(zeros === undefined ? [] : [zeros])];
  const tensor = step.value(plainLayout([rows, columns]), parameters, FLOAT);
  const blocks = Math.ceil(rows / block);
  const perByte = 8 / bits;
  const part = (bytes: ArrayLike<number>, first: number, i: number) => {
    return (bytes[first + Math.floor(i / perByte)]! >> (bits * (i % perByte))) & (2 ** bits - 1);
  };
  const isPacked = zeros !== undefined && isInteger(zeros.store.dataType);
  new Whole(tensor, parameters, ([weights, scale, zero]) => {
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < values.length; i++) {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const at = Math.floor(row / block);
      const value = part(weights!.values, (column * blocks + at) * (block / perByte), row % block);
      const from = column * blocks + at;
      const middle =
        zero === undefined
          ? 2 ** (bits - 1)
          : isPacked
            ? part(zero.values, column * Math.ceil(blocks / perByte), at)
            : zero.values[from]!;
      values[i] = (value - middle) * scale!.values[from]!;
    }
    return values;
  });
  const product = weighted(step, step.input(0), { tensor, isSwapped: false }, 'right');
  const bias = step.inputs[5];
  if (bias !== undefined) ConstantValues.use(bias.store, { kind: 'bias' });
  const biased =
    bias === undefined ? product : computed(step, product.layout, [product, bias], FLOAT, (x, c) => x! + c!);
  return [step.arranged(biased, step.layout())];
};

/** The projection of a com.microsoft Attention in integers. */
const qAttention: Lowering = (step) => {
  const sums = weighted(
    step,
    step.input(0),
    { tensor: step.input(1), isSwapped: false },
    'right',
    integersOf(step, 6, 7),
  );
  const projected = floats(step, sums, [step.input(3), step.input(4)], step.inputs[2]);
  return attendProjected(step, projected, { mask: 5, past: 8, added: 9 }, undefined);
};

/** Two operands (value, scale, zero point), and a scale and a zero point of the output, which is added before rounding. */
function binary(
  compute: (x: number, y: number, scales: readonly [number, number, number]) => number,
): Lowering {
  return (step) => {
    const type = step.input(0).store.dataType;
    const [low, high] = rangeOf(type);
    for (const i of [1, 4, 6]) ConstantValues.use(step.input(i).store, { kind: 'scale' });
    const zero = step.constant([], [0], type);
    const operands = Array.from({ length: 8 }, (_, i) => step.inputs[i] ?? zero);
    const all: ElementFunction = (a, ofA, zeroA, b, ofB, zeroB, to, zeroTo) => {
      const value = compute(a! - zeroA!, b! - zeroB!, [ofA!, ofB!, to!]);
      return Math.min(Math.max(roundHalfEven(f(value + zeroTo!)), low), high);
    };
    return [computed(step, step.layout(), operands, type, all)];
  };
}

const add = binary((x, y, [ofX, ofY, to]) => f(f(f(ofX / to) * x) + f(f(ofY / to) * y)));
const multiply = binary((x, y, [ofX, ofY, to]) => f(f(f(ofX * ofY) / to) * (x * y)));

/** A scale and a zero point of the output, then (value, scale, zero point) of every operand. */
const concat: Lowering = (step) => {
  const to = scalingAt(step, 0);
  const count = Math.floor((step.inputs.length - 2) / 3);
  const parts = Array.from({ length: count }, (_, i) => {
    const value = step.input(3 * i + 2);
    const own = dequantised(step, value, scalingAt(step, 3 * i + 3));
    return quantised(step, value.layout, own, to, value.store.dataType);
  });
  const axis = step.node.axis(step.node.int('axis', 0), step.layout().dims.length);
  const firsts = firstPlaces(parts);
  const all = parts.map((part, i) => {
    const { dims, places } = placesOf(part);
    return { dims, places: places.map((place) => place + firsts[i]!) };
  });
  return [step.moved(step.layout(), parts, joined(all, axis).places)];
};

/** An operator of floats between a scale and a zero point of its input (inputs 1 and 2) and those of its output. */
function between(lowering: Lowering): Lowering {
  return (step) => {
    const value = dequantised(step, step.input(0), scalingAt(step, 1));
    const [output] = lowering(step.as({ inputs: [value] }));
    return [quantised(step, step.layout(), output!, scalingAt(step, 3), step.input(0).store.dataType)];
  };
}

function unary(functionOf: (step: StepContext) => ElementFunction): Lowering {
  return (step) => [computed(step, step.layout(), [step.input(0)], FLOAT, functionOf(step))];
}

const leakyRelu = unary((step) => {
  const alpha = step.node.float('alpha', f(0.01));
  return (x) => (x! < 0 ? alpha * x! : x!);
});

const eitherWay: Lowering = (step) => {
  return (step.node.int('channels_last', 0) === 0 ? qLinearConv : channelsLast(qLinearConv))(step);
};

/** Operators of quantised numbers. */
export const quantisation: Lowerings = {
  ConvInteger: convInteger,
  DequantizeLinear: dequantizeLinear,
  MatMulInteger: matMulInteger,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  'com.microsoft:DequantizeLinear': dequantizeLinear,
  'com.microsoft:MatMulIntegerToFloat': matMulIntegerToFloat,
  'com.microsoft:MatMulNBits': matMulNBits,
  'com.microsoft:QAttention': qAttention,
  'com.microsoft:QGemm': qGemm,
  'com.microsoft:QLinearAdd': add,
  'com.microsoft:QLinearAveragePool': between(pooling.AveragePool!),
  'com.microsoft:QLinearConcat': concat,
  'com.microsoft:QLinearConv': eitherWay,
  'com.microsoft:QLinearGlobalAveragePool': between(pooling.GlobalAveragePool!),
  'com.microsoft:QLinearLeakyRelu': between(leakyRelu),
  'com.microsoft:QLinearMul': multiply,
  'com.microsoft:QLinearSigmoid': between(unary(() => (x) => 1 / (1 + Math.exp(-x!)))),
  'com.microsoft:QLinearSoftmax': between(normalisation.Softmax!),
  'com.microsoft:QuantizeLinear': quantizeLinear,
  'com.ms.internal.nhwc:QLinearConv': channelsLast(qLinearConv),
};
