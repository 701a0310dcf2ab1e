import * as network from '../../../network/operators/index.ts';
import { constant } from '../../../network/tensor.ts';
import type { NodeContext, Operator, Operators } from '../node-context.ts';

/** Scales and zero points are parameters. */
const quantise: Operator = (node) => [node.b.positionwise(node.kind, node.input(0))];

/** Said once, however many nodes it is true of. */
const CALIBRATED =
  'scales that the model computes from its data (DynamicQuantizeLinear, DynamicQuantizeMatMul) are taken as calibrated beforehand';

/**
 * Takes the scale that a node computes as calibrated beforehand, as it is on a chip: were it computed from the
 * data, every position would wait for the whole map.
 */
export function takeAsCalibrated({ b }: NodeContext): void {
  if (!b.warnings.includes(CALIBRATED)) b.warnings.push(CALIBRATED);
}

const dynamic: Operator = (node) => {
  takeAsCalibrated(node);
  const output = node.b.positionwise(node.kind, node.input(0));
  return [output, constant([]), constant([])];
};

/** A, A_scale, A_zero_point, B, …: the operands are inputs 0 and 3. */
const binary: Operator = (node) => [
  network.elementwise(node.b, node.name, node.op, [node.input(0), node.input(3)]),
];

/** Y_scale, Y_zero_point, then tensor, scale and zero point of every operand. */
const concat: Operator = (node) => {
  const tensors = node.inputs.flatMap((_, i) => (i >= 2 && i % 3 === 2 ? [node.input(i, 1)] : []));
  if (tensors.length === 0) node.fail('it has nothing to concatenate');
  const rank = tensors[0]!.dims.length;
  return [network.concat(node.b, node.name, tensors, node.axis(node.int('axis', 0), rank))];
};

/** Operators of quantised numbers that are not those of floats with more inputs. */
export const quantisation: Operators = {
  DequantizeLinear: quantise,
  DynamicQuantizeLinear: dynamic,
  QuantizeLinear: quantise,
  'com.microsoft:DequantizeLinear': quantise,
  'com.microsoft:QuantizeLinear': quantise,
  'com.microsoft:QLinearAdd': binary,
  'com.microsoft:QLinearConcat': concat,
  'com.microsoft:QLinearMul': binary,
};
