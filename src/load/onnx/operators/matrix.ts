import * as network from '../../../network/operators/index.ts';
import { isConstant, isEmpty, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import { activated } from './convolution.ts';
import { takeAsCalibrated } from './quantisation.ts';

/** Where a matrix product has its operands; `bias` may be absent. */
interface Operands {
  readonly right: number;
  readonly bias?: number;
}

/** Gemm: `A·B + C` of two matrices, either of them transposed first. A constant C is a bias. */
function gemm(operands: Operands): Operator {
  return (node) => {
    const left = matrix(node, 0, node.int('transA', 0) !== 0);
    const right = matrix(node, operands.right, node.int('transB', 0) !== 0);
    if (left.dims[1] !== right.dims[0]) {
      node.fail(`the matrices ${shown(left.dims)} and ${shown(right.dims)} do not fit together`);
    }
    const added = operands.bias === undefined ? undefined : node.optional(operands.bias);
    if (added !== undefined) demandBroadcast(node, added, [left.dims[0]!, right.dims[1]!]);
    const bias = added !== undefined && isConstant(added);
    const output = product(node, left, right, bias);
    if (added === undefined || (bias && !isConstant(left) !== !isConstant(right))) return [output];
    return [network.elementwise(node.b, `${node.name}/add`, 'Add', [output, added])];
  };
}

/** What a Gemm adds is repeated where the product is larger, never the other way round. */
function demandBroadcast(node: NodeContext, added: Tensor, dims: readonly number[]): void {
  const [own] = node.withoutBatch([added, { dims, h: -1, w: -1, layer: 0 }]) as [Tensor];
  const sizes = network.broadcastDims([own.dims, dims]);
  if (sizes?.length === dims.length && sizes.every((size, axis) => size === dims[axis])) return;
  node.fail(`a tensor of shape ${shown(added.dims)} cannot be added to a product of shape ${shown(dims)}`);
}

/** A product of two matrices; with constant weights a Dense layer. */
function product(node: NodeContext, left: Tensor, right: Tensor, bias: boolean): Tensor {
  if (isEmpty(left) || isEmpty(right)) return network.matmul(node.b, node.name, left, right);
  if (isConstant(right) && !isConstant(left)) {
    return network.dense(node.b, node.name, left, { outputFeatures: right.dims[1]!, bias });
  }
  if (isConstant(left) && !isConstant(right)) {
    return network.dense(node.b, node.name, right, { outputFeatures: left.dims[0]!, axis: 0, bias });
  }
  return network.matmul(node.b, node.name, left, right);
}

function matrix(node: NodeContext, index: number, transposed: boolean): Tensor {
  const tensor = node.input(index, 2);
  // Before opset 7 a feature map was taken as a matrix.
  const flat =
    tensor.dims.length > 2 && node.opset < 7
      ? network.reshape(node.b, node.name, tensor, [
          tensor.dims[0]!,
          tensor.dims.slice(1).reduce((a, size) => a * size, 1),
        ])
      : tensor;
  if (flat.dims.length !== 2)
    node.fail(`input ${index} has shape ${shown(tensor.dims)}, and must be a matrix`);
  return transposed ? network.transpose(flat, [1, 0]) : flat;
}

/** MatMul as numpy defines it, of quantised numbers too. */
export function matMul(operands: Operands): Operator {
  return (node) => {
    const output = network.matmul(node.b, node.name, node.input(0, 1), node.input(operands.right, 1));
    const bias = operands.bias === undefined ? undefined : node.optional(operands.bias);
    if (bias === undefined) return [output];
    return [network.elementwise(node.b, `${node.name}/add`, 'Add', [output, bias])];
  };
}

/** FusedMatMul of onnxruntime transposes the last two axes of an operand first. */
const fusedMatMul: Operator = (node) => {
  const inputs = [swapped(node, node.input(0, 1), 'A'), swapped(node, node.input(1, 1), 'B')];
  return matMul({ right: 1 })(node.as({ inputs }));
};

function swapped(node: NodeContext, tensor: Tensor, operand: 'A' | 'B'): Tensor {
  if (node.int(`transBatch${operand}`, 0) !== 0) {
    node.fail(`transBatch${operand} is not supported; export the model without this optimisation`);
  }
  if (node.int(`trans${operand}`, 0) === 0 || tensor.dims.length < 2) return tensor;
  const axes = tensor.dims.map((_, axis) => axis);
  return network.transpose(tensor, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

/** Weights of few bits, packed: their matrix is K x N whatever their tensor looks like. */
const matMulNBits: Operator = (node) => {
  const input = node.input(0, 1);
  const [inner, outer] = [node.requiredInt('K'), node.positive(node.requiredInt('N'), 'N')];
  if (input.dims.at(-1) !== inner) {
    node.fail(`an input of shape ${shown(input.dims)} does not fit weights of ${inner} x ${outer}`);
  }
  const bias = node.optional(5) !== undefined;
  return [network.dense(node.b, node.name, input, { op: 'MatMul', outputFeatures: outer, bias })];
};

const dynamicQuantizeMatMul: Operator = (node) => {
  takeAsCalibrated(node);
  return matMul({ right: 1, bias: 4 })(node);
};

const fusedGemm: Operator = (node) => {
  const [output] = gemm({ right: 1, bias: 2 })(node);
  return [activated(node, output!)];
};

const einsum: Operator = (node) => [
  network.einsum(node.b, node.name, node.text('equation', ''), node.present()),
];

/** Matrix products: base layers where one operand is constant. */
export const matrixProducts: Operators = {
  Gemm: gemm({ right: 1, bias: 2 }),
  'com.microsoft:FusedGemm': fusedGemm,
  'com.microsoft:QGemm': gemm({ right: 3, bias: 6 }),
  MatMul: matMul({ right: 1 }),
  MatMulInteger: matMul({ right: 1 }),
  QLinearMatMul: matMul({ right: 3 }),
  'com.microsoft:FusedMatMul': fusedMatMul,
  'com.microsoft:DynamicQuantizeMatMul': dynamicQuantizeMatMul,
  'com.microsoft:MatMulIntegerToFloat': matMul({ right: 1, bias: 6 }),
  'com.microsoft:MatMulNBits': matMulNBits,
  Einsum: einsum,
};
