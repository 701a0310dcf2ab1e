import * as network from '../../../network/operators/index.ts';
import { constant, isConstant, type Tensor } from '../../../network/tensor.ts';
import type { NodeContext, Operator, Operators } from '../node-context.ts';

/** Activations and other functions of one tensor; further inputs are parameters. */
const unary: Operator = (node) => [node.b.positionwise(node.kind, node.input(0))];

/** Operators of one tensor that change nothing a schedule knows of: no layer. */
const same: Operator = (node) => [node.input(0)];

/** A cast changes no position; what becomes of the values of a constant is computed with its new type. */
const cast: Operator = (node) => {
  const input = node.input(0);
  return [isConstant(input) ? constant(input.dims) : input];
};

/** Operators of any number of tensors, with broadcasting. */
const broadcasting: Operator = (node) => {
  const [first, second, ...rest] = node.withoutBatch(node.present());
  if (first === undefined) return node.fail('it has no inputs; export the model again');
  const operands = second === undefined ? [first] : [first, alignedToAxis(node, first, second), ...rest];
  return [network.elementwise(node.b, node.name, node.op, operands)];
};

/** The slopes of the channels; before opset 7 they were a vector, which was not broadcast from the end. */
const pRelu: Operator = (node) => {
  const [input, slope] = [node.input(0), node.input(1)];
  const perChannel = slope.dims.length === 1 && slope.dims[0] === input.dims[1] && input.dims.length > 2;
  if (node.opset >= 7 || !perChannel) return broadcasting(node);
  const dims = [...slope.dims, ...new Array<number>(input.dims.length - 2).fill(1)];
  return broadcasting(node.as({ inputs: [input, network.reshape(node.b, node.name, slope, dims)] }));
};

/** Before opset 7 the second operand was broadcast from an axis on, not from the end. */
function alignedToAxis(node: NodeContext, first: Tensor, second: Tensor): Tensor {
  const axis = node.attribute('axis')?.int;
  if (node.opset >= 7 || axis === undefined || node.int('broadcast', 0) === 0) return second;
  const trailing = first.dims.length - node.axis(axis, first.dims.length) - second.dims.length;
  if (trailing <= 0) return second;
  return network.reshape(node.b, node.name, second, [...second.dims, ...new Array<number>(trailing).fill(1)]);
}

/** Dropout does nothing at inference, and its mask keeps everything. */
const dropout: Operator = (node) => {
  const input = node.input(0);
  return [input, constant(input.dims)];
};

const table = (names: string, operator: Operator): Operators =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, operator]));

/** Operators that read the same position of every input. */
export const elementwise: Operators = {
  ...table(
    `Abs Acos Acosh Asin Asinh Atan Atanh Bernoulli BitwiseNot Ceil Celu Clip Cos Cosh Elu Erf Exp Floor Gelu
     HardSigmoid HardSwish IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid
     Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu
     ImageScaler ParametricSoftplus ScaledTanh Affine
     com.microsoft:Gelu com.microsoft:QuickGelu com.microsoft:QLinearLeakyRelu com.microsoft:QLinearSigmoid
     com.microsoft:Trilu`,
    unary,
  ),
  ...table(
    `Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max
     Mean Min Mod Mul Or Pow Sub Sum Where Xor
     com.microsoft:BiasGelu com.microsoft:FastGelu`,
    broadcasting,
  ),
  ...table('Cast CastLike', cast),
  Identity: same,
  PRelu: pRelu,
  Dropout: dropout,
};
