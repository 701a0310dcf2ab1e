import * as network from '../../../network/operators/index.ts';
import { constant } from '../../../network/tensor.ts';
import type { Operator, Operators } from '../node-context.ts';
import { reducedAxes } from './arguments.ts';

/** Sum, mean, … over axes, which are an attribute in older opsets and an input in newer ones. */
export const reduceAxes: Operator = (node) => {
  const input = node.input(0);
  const axes = reducedAxes(node, input.dims.length);
  if (axes.length === 0) return [node.b.positionwise(node.kind, input)];
  return [network.reduce(node.b, node.kind, input, axes, { keepDims: node.int('keepdims', 1) !== 0 })];
};

const argument: Operator = (node) => {
  const input = node.input(0, 1);
  const axis = node.axis(node.int('axis', 0), input.dims.length);
  return [network.reduce(node.b, node.kind, input, [axis], { keepDims: node.int('keepdims', 1) !== 0 })];
};

/** The `k` largest along an axis, and where they are. Before opset 10, `k` was an attribute. */
const topK: Operator = (node) => {
  const input = node.input(0, 1);
  const axis = node.axis(node.int('axis', -1), input.dims.length);
  const size = node.positive(node.attribute('k')?.int ?? node.values(1)[0] ?? 0, 'k');
  if (size > input.dims[axis]!) node.fail(`k is ${size}, and the axis has ${input.dims[axis]} values only`);
  const output = network.reduce(node.b, node.kind, input, [axis], { size });
  return [output, output];
};

/** Random numbers in the shape of an input, or of an attribute: constants for a schedule. */
const randomLike: Operator = (node) => [constant(node.input(0).dims)];
const random: Operator = (node) => [constant(node.ints('shape') ?? node.fail('its shape is missing'))];

/** Reductions, and random tensors. */
export const reduction: Operators = {
  ...Object.fromEntries(
    ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'Sum', 'SumSquare'].map((op) => [
      `Reduce${op}`,
      reduceAxes,
    ]),
  ),
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  RandomNormal: random,
  RandomNormalLike: randomLike,
  RandomUniform: random,
  RandomUniformLike: randomLike,
};
