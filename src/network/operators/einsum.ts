import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../builder.ts';
import { elements, isConstant, type Tensor } from '../tensor.ts';
import { matmul } from './matmul.ts';
import { reduce } from './reduce.ts';
import { reshape, transpose } from './reshape.ts';

/** So much of an equation is shown. */
const MAX_SHOWN = 200;

/** A tensor whose axes have labels, one letter each. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/** What an einsum does, for messages. */
interface Equation {
  readonly name: string;
  readonly equation: string;
}

/** The same, and where. */
interface Einsum extends Equation {
  readonly b: NetworkBuilder;
}

/**
 * Einsum of one tensor (a transpose, a sum) or two (a matrix product, whose axes are moved to where MatMul
 * wants them). A label that one operand has alone, and the result has not, is summed first.
 *
 * @param equation as numpy writes it: `bij,bjk->bik`, where `...` stands for axes without a name.
 * @throws ClsaCimError where the equation does not fit the tensors, or is no product of two matrices.
 */
export function einsum(
  b: NetworkBuilder,
  name: string,
  equation: string,
  tensors: readonly Tensor[],
): Tensor {
  const call = { b, name, equation: equation.replaceAll(/\s/g, '') };
  const { operands, output } = parse(call, tensors);
  const known = new Set(operands.flatMap(({ labels }) => labels));
  if (output.some((label) => !known.has(label)) || new Set(output).size < output.length) {
    throw fail(call, 'is not supported; write it as MatMul and Transpose');
  }
  if (operands.length > 2) {
    throw fail(call, `of ${operands.length} tensors is not supported; write it as several`);
  }
  const [first, second] = operands.map((operand, i) => {
    const other = operands[1 - i];
    return sum(call, operand, (label) => !output.includes(label) && !other?.labels.includes(label));
  });
  const result = second === undefined ? first! : multiply(call, first!, second, output);
  return arrange(result, output).tensor;
}

/** The labels of the axes of each operand and of the result, where an equation can be read. */
export function einsumLabels(
  name: string,
  equation: string,
  tensors: readonly Tensor[],
): { operands: readonly (readonly string[])[]; output: readonly string[] } {
  const parsed = parse({ name, equation: equation.replaceAll(/\s/g, '') }, tensors);
  return { operands: parsed.operands.map(({ labels }) => labels), output: parsed.output };
}

function fail({ name, equation }: Equation, message: string): ClsaCimError {
  const shown = equation.length > MAX_SHOWN ? `${equation.slice(0, MAX_SHOWN)}…` : equation;
  return new ClsaCimError(`layer ${name}: the equation ${shown} ${message}`);
}

function parse(
  call: Equation,
  tensors: readonly Tensor[],
): { operands: Labelled[]; output: readonly string[] } {
  const [left, right] = call.equation.split('->');
  const terms = left!.split(',');
  if (terms.length !== tensors.length) {
    throw fail(call, `has ${terms.length} terms, and the layer ${tensors.length} inputs`);
  }
  const operands = tensors.map((tensor, i) => ({ tensor, labels: labelsOf(call, terms[i]!, tensor) }));
  const all = operands.flatMap(({ labels }) => labels);
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of operands) {
    labels.forEach((label, axis) => {
      const size = sizes.get(label) ?? 1;
      if (size !== 1 && tensor.dims[axis] !== 1 && size !== tensor.dims[axis]) {
        const shapes = operands.map((operand) => `[${operand.tensor.dims.join(', ')}]`);
        throw fail(call, `does not fit the shapes ${shapes.join(' and ')}`);
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
function labelsOf(call: Equation, term: string, tensor: Tensor): string[] {
  const letters = [...term.replace('...', '.')];
  const hidden = tensor.dims.length - letters.filter((letter) => letter !== '.').length;
  const dots = Array.from({ length: Math.max(0, hidden) }, (_, i) => String(hidden - 1 - i));
  const labels = letters.flatMap((letter) => (letter === '.' ? dots : [letter]));
  const valid = labels.length === tensor.dims.length && letters.every((letter) => /[A-Za-z.]/.test(letter));
  if (valid && new Set(labels).size === labels.length) return labels;
  throw fail(call, `has the term ${term}, which does not fit the shape [${tensor.dims.join(', ')}]`);
}

function sum({ b, name }: Einsum, operand: Labelled, vanishes: (label: string) => boolean): Labelled {
  const axes = operand.labels.flatMap((label, axis) => (vanishes(label) ? [axis] : []));
  if (axes.length === 0) return operand;
  const kind = { name: `${name}/sum`, op: 'ReduceSum' };
  const tensor = reduce(b, kind, operand.tensor, axes, { keepDims: false });
  return { tensor, labels: operand.labels.filter((label) => !vanishes(label)) };
}

/** The same tensor with its axes in the order of `labels`, which may leave none out. */
function arrange(operand: Labelled, labels: readonly string[]): Labelled {
  const permutation = labels.map((label) => operand.labels.indexOf(label));
  return { tensor: transpose(operand.tensor, permutation), labels };
}

/** A product as MatMul: (batch…, rows…, inner) times (batch…, 1…, inner, columns). */
function multiply(
  { b, name }: Einsum,
  first: Labelled,
  second: Labelled,
  output: readonly string[],
): Labelled {
  // Constants go to the right, where they are weights.
  const [left, right] =
    isConstant(first.tensor) && !isConstant(second.tensor) ? [second, first] : [first, second];
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => output.includes(label));
  const inner = shared.filter((label) => !output.includes(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const size = (operand: Labelled, labels: readonly string[]) =>
    labels.map((label) => operand.tensor.dims[operand.labels.indexOf(label)]!);
  const shape = (operand: Labelled, order: readonly string[], dims: readonly number[]) =>
    reshape(b, `${name}/shape`, arrange(operand, order).tensor, dims);

  const rowSizes = rows.length > 0 ? size(left, rows) : [1];
  const [k, n] = [elements(size(right, inner)), elements(size(right, columns))];
  const leftView = shape(left, [...batch, ...rows, ...inner], [...size(left, batch), ...rowSizes, k]);
  const ones = new Array<number>(rowSizes.length - 1).fill(1);
  const rightView = shape(right, [...batch, ...inner, ...columns], [...size(right, batch), ...ones, k, n]);
  const result = matmul(b, name, leftView, rightView);
  const batchSizes = result.dims.slice(0, batch.length);
  const dims = [...batchSizes, ...size(left, rows), ...size(right, columns)];
  const tensor = reshape(b, `${name}/shape`, result, dims);
  return { tensor, labels: [...batch, ...rows, ...columns] };
}
