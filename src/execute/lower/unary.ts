import { rangeOf, UINT64 } from '../data-types.ts';
import { type ElementKernel, UnaryKind, unaryKernel } from '../element-kernel.ts';
import { Elementwise } from '../elementwise.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';

type Unary = (step: StepContext) => (x: number) => number;

/** Where a limit is left out, values are kept within those of float32. */
const LARGEST_FLOAT = 3.4028234663852886e38;

/** The error function, to the precision of doubles: its series where that converges fast, a continued fraction beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const geluExact = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2));
export const geluTanh = (x: number) =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** To the nearest whole number, of two that are as near to the even one. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

const f = (step: StepContext, name: string, byDefault: number) => step.node.float(name, byDefault);

function limitsOf(step: StepContext): [number, number] {
  const low = step.node.attribute('min')?.float ?? step.scalar(1, -LARGEST_FLOAT);
  return [low, step.node.attribute('max')?.float ?? step.scalar(2, LARGEST_FLOAT)];
}

function isByTanh(step: StepContext): boolean {
  return step.node.text('approximate', 'none') === 'tanh';
}

/** Activations and other functions of one value. A parameter is of float32, as everything in the file. */
export const unaryFunctions: Readonly<Record<string, Unary>> = {
  Abs: () => Math.abs,
  Acos: () => Math.acos,
  Acosh: () => Math.acosh,
  Asin: () => Math.asin,
  Asinh: () => Math.asinh,
  Atan: () => Math.atan,
  Atanh: () => Math.atanh,
  BitwiseNot: (step) => {
    const { dataType } = step.input(0).store;
    const [low, high] = dataType === UINT64 ? [0, 2 ** 64 - 1] : rangeOf(dataType);
    return low < 0 ? (x) => -1 - x : (x) => high - x;
  },
  Ceil: () => Math.ceil,
  Celu: (step) => {
    const alpha = f(step, 'alpha', 1);
    return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  },
  Clip: (step) => {
    const [low, high] = limitsOf(step);
    return (x) => Math.min(Math.max(x, low), high);
  },
  Cos: () => Math.cos,
  Cosh: () => Math.cosh,
  Elu: (step) => {
    const alpha = f(step, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  },
  Erf: () => erf,
  Exp: () => Math.exp,
  Floor: () => Math.floor,
  Gelu: (step) => (isByTanh(step) ? geluTanh : geluExact),
  HardSigmoid: (step) => {
    const [alpha, beta] = [f(step, 'alpha', Math.fround(0.2)), f(step, 'beta', 0.5)];
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  },
  HardSwish: () => (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  IsInf: (step) => {
    const [positive, negative] = [step.node.int('detect_positive', 1), step.node.int('detect_negative', 1)];
    return (x) => ((x === Infinity && positive !== 0) || (x === -Infinity && negative !== 0) ? 1 : 0);
  },
  IsNaN: () => (x) => (Number.isNaN(x) ? 1 : 0),
  LeakyRelu: (step) => {
    const alpha = f(step, 'alpha', Math.fround(0.01));
    return (x) => (x < 0 ? alpha * x : x);
  },
  Log: () => Math.log,
  Mish: () => (x) => x * Math.tanh(softplus(x)),
  Neg: () => (x) => -x,
  Not: () => (x) => (x === 0 ? 1 : 0),
  Reciprocal: () => (x) => 1 / x,
  Relu: () => (x) => (x < 0 ? 0 : x),
  Round: () => roundHalfEven,
  Selu: (step) => {
    const alpha = f(step, 'alpha', Math.fround(1.6732631921768188));
    const gamma = f(step, 'gamma', Math.fround(1.0507010221481323));
    return (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x));
  },
  Shrink: (step) => {
    const [bias, lambda] = [f(step, 'bias', 0), f(step, 'lambd', 0.5)];
    return (x) => (x < -lambda ? x + bias : x > lambda ? x - bias : 0);
  },
  Sigmoid: () => sigmoid,
  Sign: () => Math.sign,
  Sin: () => Math.sin,
  Sinh: () => Math.sinh,
  Softplus: () => softplus,
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Sqrt: () => Math.sqrt,
  Swish: (step) => {
    const alpha = f(step, 'alpha', 1);
    return (x) => x * sigmoid(alpha * x);
  },
  Tan: () => Math.tan,
  Tanh: () => Math.tanh,
  ThresholdedRelu: (step) => {
    const alpha = f(step, 'alpha', 1);
    return (x) => (x > alpha ? x : 0);
  },
  'com.microsoft:Gelu': () => geluExact,
  'com.microsoft:QuickGelu': (step) => {
    const alpha = f(step, 'alpha', Math.fround(1.702));
    return (x) => x * sigmoid(alpha * x);
  },
};

/** The same functions in Wasm. */
const kernels: Readonly<Record<string, (step: StepContext) => ElementKernel>> = {
  Abs: () => unaryKernel(UnaryKind.ABS),
  Ceil: () => unaryKernel(UnaryKind.CEIL),
  Clip: (step) => unaryKernel(UnaryKind.CLIP, ...limitsOf(step)),
  Erf: () => unaryKernel(UnaryKind.ERF),
  Exp: () => unaryKernel(UnaryKind.EXP),
  Floor: () => unaryKernel(UnaryKind.FLOOR),
  Gelu: (step) => unaryKernel(isByTanh(step) ? UnaryKind.GELU_TANH : UnaryKind.GELU),
  HardSigmoid: (step) =>
    unaryKernel(UnaryKind.HARD_SIGMOID, f(step, 'alpha', Math.fround(0.2)), f(step, 'beta', 0.5)),
  HardSwish: () => unaryKernel(UnaryKind.HARD_SWISH),
  LeakyRelu: (step) => unaryKernel(UnaryKind.LEAKY_RELU, f(step, 'alpha', Math.fround(0.01))),
  Neg: () => unaryKernel(UnaryKind.NEG),
  Reciprocal: () => unaryKernel(UnaryKind.RECIPROCAL),
  Relu: () => unaryKernel(UnaryKind.RELU),
  Round: () => unaryKernel(UnaryKind.ROUND),
  Sigmoid: () => unaryKernel(UnaryKind.SIGMOID),
  Sqrt: () => unaryKernel(UnaryKind.SQRT),
  Swish: (step) => unaryKernel(UnaryKind.SWISH, f(step, 'alpha', 1)),
  Tanh: () => unaryKernel(UnaryKind.TANH),
  'com.microsoft:Gelu': () => unaryKernel(UnaryKind.GELU),
  'com.microsoft:QuickGelu': (step) => unaryKernel(UnaryKind.SWISH, f(step, 'alpha', Math.fround(1.702))),
};

/** A function of one value as Wasm has it, where it does. */
export function kernelOf(key: string, step: StepContext): ElementKernel | undefined {
  return Object.hasOwn(kernels, key) ? kernels[key]!(step) : undefined;
}

/** Results that are of another type than what they are made of. */
const BOOL = 9;
const truths = new Set(['IsInf', 'IsNaN', 'Not']);

function lowered(key: string, functionOf: Unary): Lowering {
  return (step) => {
    const input = step.input(0);
    const output = step.value(step.layout(), [input], truths.has(key) ? BOOL : input.store.dataType);
    new Elementwise(output, [input], functionOf(step), kernelOf(key, step));
    return [output];
  };
}

/** Functions of one tensor; further inputs are parameters. */
export const unary: Lowerings = Object.fromEntries(
  Object.entries(unaryFunctions).map(([key, functionOf]) => [key, lowered(key, functionOf)]),
);
