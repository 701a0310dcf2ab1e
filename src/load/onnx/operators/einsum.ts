import * as network from '../../../network/operators/index.ts';
import { elements, isConstant, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, shown } from '../node-context.ts';

/** A tensor whose axes have labels, one letter each. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einsum of one tensor (a transpose, a sum) or two (a matrix product, whose axes are moved to where MatMul
 * wants them). A label that one operand has alone, and the result has not, is summed first.
 */
export const einsum: Operator = (node) => {
  const { operands, output } = parse(node);
  const known = new Set(operands.flatMap(({ labels }) => labels));
  if (output.some((label) => !known.has(label)) || new Set(output).size < output.length) {
    node.fail(`the equation ${node.text('equation', '')} is not supported; write it as MatMul and Transpose`);
  }
  const summed = operands.map((operand, i) => {
    const others = operands.flatMap(({ labels }, j) => (i === j ? [] : labels));
    return sum(node, operand, (label) => !output.includes(label) && !others.includes(label));
  });
  const [first, second] = summed;
  if (first === undefined || summed.length > 2) {
    return node.fail(`an Einsum of ${summed.length} tensors is not supported; write it as several`);
  }
  const result = second === undefined ? first : multiply(node, first, second, output);
  return [arrange(result, output).tensor];
};

function parse(node: NodeContext): { operands: Labelled[]; output: readonly string[] } {
  const equation = node.text('equation', '').replaceAll(/\s/g, '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  const tensors = node.present();
  if (terms.length !== tensors.length) {
    node.fail(`the equation ${equation} has ${terms.length} terms, and the node ${tensors.length} inputs`);
  }
  const operands = tensors.map((tensor, i) => ({ tensor, labels: labelsOf(node, terms[i]!, tensor) }));
  const all = operands.flatMap(({ labels }) => labels);
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of operands) {
    labels.forEach((label, axis) => {
      const size = sizes.get(label) ?? 1;
      if (size !== 1 && tensor.dims[axis] !== 1 && size !== tensor.dims[axis]) {
        node.fail(
          `the shapes ${operands.map((o) => shown(o.tensor.dims)).join(' and ')} do not fit ${equation}`,
        );
      }
      sizes.set(label, Math.max(size, tensor.dims[axis]!));
    });
  }
  const dots = [...new Set(all.filter((label) => /\d/.test(label)))].sort((a, b) => Number(b) - Number(a));
  if (right !== undefined)
    return { operands, output: [...right.replace('...', '.')].flatMap((c) => (c === '.' ? dots : [c])) };
  const once = all.filter((label) => !/\d/.test(label) && all.indexOf(label) === all.lastIndexOf(label));
  return { operands, output: [...dots, ...once.sort()] };
}

/** One label per axis; the axes of `...` are counted from the last one. */
function labelsOf(node: NodeContext, term: string, tensor: Tensor): string[] {
  const letters = [...term.replace('...', '.')];
  const hidden = tensor.dims.length - letters.filter((letter) => letter !== '.').length;
  const dots = Array.from({ length: Math.max(0, hidden) }, (_, i) => String(hidden - 1 - i));
  const labels = letters.flatMap((letter) => (letter === '.' ? dots : [letter]));
  const valid = labels.length === tensor.dims.length && letters.every((letter) => /[A-Za-z.]/.test(letter));
  if (valid && new Set(labels).size === labels.length) return labels;
  return node.fail(`the term ${term} of the equation does not fit a tensor of shape ${shown(tensor.dims)}`);
}

function sum(node: NodeContext, operand: Labelled, vanishes: (label: string) => boolean): Labelled {
  const axes = operand.labels.flatMap((label, axis) => (vanishes(label) ? [axis] : []));
  if (axes.length === 0) return operand;
  const kind = { name: `${node.name}/sum`, op: 'ReduceSum' };
  const tensor = network.reduce(node.b, kind, operand.tensor, axes, { keepDims: false });
  return { tensor, labels: operand.labels.filter((label) => !vanishes(label)) };
}

/** The same tensor with its axes in the order of `labels`, which may leave none out. */
function arrange(operand: Labelled, labels: readonly string[]): Labelled {
  const permutation = labels.map((label) => operand.labels.indexOf(label));
  return { tensor: network.transpose(operand.tensor, permutation), labels };
}

/** A product as MatMul: (batch…, rows…, inner) times (batch…, 1…, inner, columns). */
function multiply(node: NodeContext, a: Labelled, b: Labelled, output: readonly string[]): Labelled {
  // Constants go to the right, where they are weights.
  const [left, right] = isConstant(a.tensor) && !isConstant(b.tensor) ? [b, a] : [a, b];
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => output.includes(label));
  const inner = shared.filter((label) => !output.includes(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const size = (operand: Labelled, labels: readonly string[]) =>
    labels.map((label) => operand.tensor.dims[operand.labels.indexOf(label)]!);
  const shape = (operand: Labelled, order: readonly string[], dims: readonly number[]) =>
    network.reshape(node.b, `${node.name}/shape`, arrange(operand, order).tensor, dims);

  const rowSizes = rows.length > 0 ? size(left, rows) : [1];
  const [k, n] = [elements(size(right, inner)), elements(size(right, columns))];
  const leftView = shape(left, [...batch, ...rows, ...inner], [...size(left, batch), ...rowSizes, k]);
  const ones = new Array<number>(rowSizes.length - 1).fill(1);
  const rightView = shape(right, [...batch, ...inner, ...columns], [...size(right, batch), ...ones, k, n]);
  const result = network.matmul(node.b, node.name, leftView, rightView);
  const batchSizes = result.dims.slice(0, batch.length);
  const dims = [...batchSizes, ...size(left, rows), ...size(right, columns)];
  const tensor = network.reshape(node.b, `${node.name}/shape`, result, dims);
  return { tensor, labels: [...batch, ...rows, ...columns] };
}
