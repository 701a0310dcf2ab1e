import { Along, type AlongFunction } from '../along.ts';
import { ConstantValues } from '../constant-values.ts';
import { Elementwise } from '../elementwise.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';

/** Mean and 1/√(variance + ε), or 0 and 1/√(mean square + ε). */
function moments(epsilon: number, isCentred: boolean): AlongFunction {
  return {
    figures: (values, first, places, out) => {
      let [sum, squares] = [0, 0];
      for (const place of places) sum += values[first + place]!;
      const mean = isCentred ? sum / places.length : 0;
      for (const place of places) squares += (values[first + place]! - mean) ** 2;
      out[0] = mean;
      out[1] = 1 / Math.sqrt(squares / places.length + epsilon);
    },
    apply: (value, mean, inverse, scale, bias) => (value - mean) * inverse * scale + bias,
  };
}

/** The greatest value and the sum of exponentials behind it. */
const exponentials: AlongFunction['figures'] = (values, first, places, out) => {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const place of places) greatest = Math.max(greatest, values[first + place]!);
  let sum = 0;
  for (const place of places) sum += Math.exp(values[first + place]! - greatest);
  out[0] = greatest;
  out[1] = sum;
};

const softmaxFunctions: Readonly<Record<string, AlongFunction>> = {
  Softmax: { figures: exponentials, apply: (value, greatest, sum) => Math.exp(value - greatest) / sum },
  LogSoftmax: { figures: exponentials, apply: (value, greatest, sum) => value - greatest - Math.log(sum) },
};

/** A parameter per index of axis 1. */
export function perChannel({ layout, store }: StoredValue, rank: number): StoredValue {
  const trailing = Math.max(0, rank - 2);
  const ones = new Array<number>(trailing).fill(1);
  return {
    layout: {
      ...layout,
      dims: [...layout.dims, ...ones],
      axes: [...layout.axes, ...ones.map(() => new Int32Array(1))],
    },
    store,
  };
}

function used(value: StoredValue, kind: 'scale' | 'bias'): StoredValue {
  if (value.store.isConstant) ConstantValues.use(value.store, { kind });
  return value;
}

const batchNormalization: Lowering = (step) => {
  const input = step.input(0);
  const rank = input.layout.dims.length;
  const kinds = ['scale', 'bias', 'bias', 'scale'] as const;
  const parameters = kinds.map((kind, i) => perChannel(used(step.input(i + 1), kind), rank));
  const epsilon = step.node.float('epsilon', Math.fround(1e-5));
  const output = step.value(step.layout(), [input]);
  new Elementwise(output, [input, ...parameters], (x, scale, bias, mean, variance) => {
    return ((x! - mean!) / Math.sqrt(variance! + epsilon)) * scale! + bias!;
  });
  return [output];
};

/** Axes from one to the last. */
function axesFrom(first: number, rank: number): number[] {
  return Array.from({ length: Math.max(0, rank - first) }, (_, i) => first + i);
}

function along(
  step: StepContext,
  input: StoredValue,
  axes: readonly number[],
  parameters: readonly StoredValue[],
  compute: AlongFunction,
): StoredValue {
  const output = step.value(step.layout(), [input], input.store.dataType);
  new Along(output, input, axes, parameters, compute);
  return output;
}

const layerNormalization =
  (isCentred: boolean): Lowering =>
  (step) => {
    if (step.step.outputs.length > 1) step.fail('mean and deviation of a layer norm are not executed');
    const input = step.input(0);
    const rank = input.layout.dims.length;
    const axes = axesFrom(step.node.axis(step.node.int('axis', -1), rank), rank);
    const parameters = [
      used(step.input(1), 'scale'),
      ...(step.inputs[2] ? [used(step.input(2), 'bias')] : []),
    ];
    const epsilon = step.node.float('epsilon', Math.fround(1e-5));
    return [along(step, input, axes, parameters, moments(epsilon, isCentred))];
  };

const instanceNormalization: Lowering = (step) => {
  const input = step.input(0);
  const rank = input.layout.dims.length;
  const parameters = [used(step.input(1), 'scale'), used(step.input(2), 'bias')];
  return [
    along(
      step,
      input,
      axesFrom(2, rank),
      parameters.map((value) => perChannel(value, rank)),
      moments(step.node.float('epsilon', Math.fround(1e-5)), true),
    ),
  ];
};

const softmax =
  (compute: AlongFunction): Lowering =>
  (step) => {
    const input = step.input(0);
    const rank = input.layout.dims.length;
    const merges = step.node.opset < 13;
    const axis = step.node.axis(step.node.int('axis', merges ? 1 : -1), Math.max(rank, merges ? 2 : 1));
    return [along(step, input, merges ? axesFrom(Math.min(axis, rank - 1), rank) : [axis], [], compute)];
  };

/** Normalisations and softmax. */
export const normalisation: Lowerings = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization(true),
  RMSNormalization: layerNormalization(false),
  SimplifiedLayerNormalization: layerNormalization(false),
  'com.microsoft:SimplifiedLayerNormalization': layerNormalization(false),
  LogSoftmax: softmax(softmaxFunctions.LogSoftmax!),
  Softmax: softmax(softmaxFunctions.Softmax!),
};
