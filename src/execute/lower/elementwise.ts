import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import { BOOL, FLOAT, INT32, INT64, isInteger, isLimit, isWide, rangeOf, UINT64 } from '../data-types.ts';
import { BinaryKind, type ElementKernel } from '../element-kernel.ts';
import { type ElementFunction, Elementwise } from '../elementwise.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { plainLayout, type ValueLayout } from '../value-layout.ts';
import { geluTanh, unaryFunctions } from './unary.ts';
import { trailed } from './view.ts';

const truth =
  (compare: (a: number, b: number) => boolean): ElementFunction =>
  (a, b) =>
    compare(a!, b!) ? 1 : 0;

/** Of integers the quotient is cut, towards 0. */
const divide = (step: StepContext): ElementFunction =>
  isInteger(step.input(0).store.dataType) ? (a, b) => Math.trunc(a! / b!) : (a, b) => a! / b!;

/** Sums and products: those of integers keep the bits of their type, and those of 64 bits are exact or refused. */
const arithmetic =
  (compute: (a: number, b: number) => number) =>
  (step: StepContext): ElementFunction => {
    const { dataType } = step.input(0).store;
    if (!isInteger(dataType)) return (a, b) => compute(a!, b!);
    const wrap = wrapping(dataType);
    if (dataType === INT64 || dataType === UINT64) return (a, b) => exact(step, compute(a!, b!));
    return (a, b) => wrap(compute(a!, b!));
  };

/** A product of integers of 32 bits has more than a double holds. */
const product = (step: StepContext): ElementFunction =>
  step.input(0).store.dataType === INT32 ? (a, b) => Math.imul(a!, b!) : arithmetic((a, b) => a * b)(step);

function exact({ step }: StepContext, value: number): number {
  if (Number.isSafeInteger(value) || isLimit(value)) return value;
  throw new ClsaCimError(
    `the model cannot be executed: ${oneLine(step.where)}: computes the integer ${value}, and those beyond 2^53 are not executed`,
    'input',
    { code: 'NOT_EXECUTABLE' },
  );
}

/** Operators of single bits. */
const bitwise =
  (compute: (a: number, b: number) => number, ofMany: (a: bigint, b: bigint) => bigint) =>
  (step: StepContext): ElementFunction => {
    const { dataType } = step.input(0).store;
    if (isWide(dataType)) return (a, b) => Number(ofMany(BigInt(exact(step, a!)), BigInt(exact(step, b!))));
    return (a, b) => compute(a!, b!);
  };

const modulo = (step: StepContext): ElementFunction =>
  step.node.int('fmod', 0) !== 0 ? (a, b) => a! % b! : (a, b) => a! - b! * Math.floor(a! / b!);

const shift = (step: StepContext): ElementFunction =>
  step.node.text('direction', 'LEFT') === 'LEFT'
    ? arithmetic((a, b) => a * 2 ** b)(step)
    : (a, b) => Math.floor(a! / 2 ** b!);

/** Functions of the values at the same place of all operands. */
const functions: Readonly<Record<string, (step: StepContext) => ElementFunction>> = {
  Add: arithmetic((a, b) => a + b),
  And: () => truth((a, b) => a !== 0 && b !== 0),
  BitShift: shift,
  BitwiseAnd: bitwise(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  BitwiseOr: bitwise(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  BitwiseXor: bitwise(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  Div: divide,
  Equal: () => truth((a, b) => a === b),
  Greater: () => truth((a, b) => a > b),
  GreaterOrEqual: () => truth((a, b) => a >= b),
  Less: () => truth((a, b) => a < b),
  LessOrEqual: () => truth((a, b) => a <= b),
  Max:
    () =>
    (...values) =>
      Math.max(...values),
  Mean:
    () =>
    (...values) =>
      values.reduce((sum, value) => sum + value, 0) / values.length,
  Min:
    () =>
    (...values) =>
      Math.min(...values),
  Mod: modulo,
  Mul: product,
  Or: () => truth((a, b) => a !== 0 || b !== 0),
  Pow: () => (a, b) => a! ** b!,
  PRelu: () => (x, slope) => (x! < 0 ? slope! * x! : x!),
  Sub: arithmetic((a, b) => a - b),
  Sum:
    () =>
    (...values) =>
      values.reduce((sum, value) => sum + value, 0),
  Where: () => (condition, a, b) => (condition === 0 ? b! : a!),
  Xor: () => truth((a, b) => (a !== 0) !== (b !== 0)),
  'com.microsoft:BiasGelu': (step) => {
    const gelu = unaryFunctions.Gelu!(step);
    return (x, bias) => gelu(x! + bias!);
  },
  'com.microsoft:FastGelu':
    () =>
    (x, bias = 0) =>
      geluTanh(x! + bias),
};

/** The functions of two values that Wasm has. */
const kernels: Readonly<Record<string, BinaryKind>> = {
  Add: BinaryKind.ADD,
  Div: BinaryKind.DIVIDE,
  Max: BinaryKind.MAX,
  Min: BinaryKind.MIN,
  Mul: BinaryKind.MULTIPLY,
  PRelu: BinaryKind.PRELU,
  Sub: BinaryKind.SUBTRACT,
  Sum: BinaryKind.ADD,
};

function kernelOf(key: string): ElementKernel | undefined {
  return Object.hasOwn(kernels, key) ? { of: 2, kind: kernels[key]! } : undefined;
}

const truths = new Set(['And', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Or', 'Xor']);

/** Operators of any number of tensors, with broadcasting. */
function broadcasting(key: string, functionOf: (step: StepContext) => ElementFunction): Lowering {
  return (step) => {
    const operands = step.present().map((operand, i) => (i === 0 ? operand : alignedToAxis(step, operand)));
    const typed = step.input(key === 'Where' ? 1 : 0);
    const output = step.value(step.layout(), operands, truths.has(key) ? BOOL : typed.store.dataType);
    new Elementwise(
      output,
      operands.map((operand) => once(operand, output.layout)),
      functionOf(step),
      kernelOf(key),
    );
    return [output];
  };
}

/** A constant that the file has repeated for its batch counts once (spec.md section 2). */
function once(operand: StoredValue, { dims }: ValueLayout): StoredValue {
  const { dims: own, axes } = operand.layout;
  const isRepeated = operand.store.isConstant && own.length === dims.length && own[0]! > 1 && dims[0] === 1;
  if (!isRepeated) return operand;
  return {
    layout: { ...operand.layout, dims: [1, ...own.slice(1)], axes: [new Int32Array(1), ...axes.slice(1)] },
    store: operand.store,
  };
}

/** Before opset 7 the second operand was broadcast from an axis on, not from the end. */
function alignedToAxis(step: StepContext, operand: StoredValue): StoredValue {
  const { node } = step;
  const rank = step.input(0).layout.dims.length;
  const { dims } = operand.layout;
  const isPerChannel =
    node.op === 'PRelu' && dims.length === 1 && rank > 2 && dims[0] === step.input(0).layout.dims[1];
  const axis = isPerChannel ? 1 : node.attribute('axis')?.int;
  const isOld = node.opset < 7 && (isPerChannel || node.int('broadcast', 0) !== 0);
  if (!isOld || axis === undefined) return operand;
  return trailed(operand, rank - node.axis(axis, rank) - dims.length);
}

const same: Lowering = (step) => [step.arranged(step.input(0), step.layout())];

const cast: Lowering = (step) => {
  const input = step.input(0);
  const to = step.node.op === 'CastLike' ? step.input(1).store.dataType : step.node.int('to', FLOAT);
  const from = input.store.dataType;
  if (from === to) return same(step);
  const output = step.value(step.layout(), [input], to);
  new Elementwise(output, [input], castOf(from, to));
  return [output];
};

function castOf(from: number, to: number): ElementFunction {
  if (to === BOOL) return (x) => (x === 0 ? 0 : 1);
  if (!isInteger(to)) return (x) => x!;
  const wrap = wrapping(to);
  if (isInteger(from)) return (x) => wrap(x!);
  return (x) => wrap(Math.trunc(x!));
}

/** Integers that do not fit lose their upper bits. */
function wrapping(dataType: number): (x: number) => number {
  if (dataType === INT64) return (x) => x || 0;
  if (dataType === UINT64) return (x) => (x < 0 ? x + 2 ** 64 : x || 0);
  const [low, high] = rangeOf(dataType);
  const size = high - low + 1;
  return (x) => (x >= low && x <= high ? x : ((((x - low) % size) + size) % size) + low);
}

const dropout: Lowering = (step) => {
  if (isInTraining(step)) step.fail('it is in training mode, and drops other values in every run');
  return [...same(step), everythingKept(step)];
};

/** True unless it is known to keep everything. */
function isInTraining(step: StepContext): boolean {
  const mode = step.inputs[2];
  if (mode === undefined) return false;
  const ratio = step.inputs[1];
  return !isZero(mode) && !(ratio !== undefined && isZero(ratio));

  function isZero({ store }: StoredValue): boolean {
    return store.isConstant && [...step.values.all(store)].every((value) => value === 0);
  }
}

function everythingKept(step: StepContext): StoredValue | undefined {
  if (step.step.outputs.length < 2) return undefined;
  const { dims } = step.input(0).layout;
  // Before opset 12 ONNX Runtime has nothing in it.
  const kept = step.node.opset < 12 ? 0 : 1;
  return step.constant(dims, new Int32Array(plainLayout(dims).channels).fill(kept), BOOL);
}

/** Operators that read the same position of every input. */
export const elementwise: Lowerings = {
  ...Object.fromEntries(
    Object.entries(functions).map(([key, functionOf]) => [key, broadcasting(key, functionOf)]),
  ),
  Cast: cast,
  CastLike: cast,
  Dropout: dropout,
  Identity: same,
};
