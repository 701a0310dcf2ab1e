import { Along, type AlongFunction } from '../along.ts';
import { ConstantValues } from '../constant-values.ts';
import { FLOAT } from '../data-types.ts';
import { ADD } from '../element-kernel.ts';
import { Elementwise } from '../elementwise.ts';
import { LookUp } from '../look-up.ts';
import { type RowFunction, Rows } from '../rows.ts';
import type { Lowering, Lowerings, StepContext } from '../step-context.ts';
import type { StoredValue } from '../stored-value.ts';
import { plainLayout, storedLayout } from '../value-layout.ts';
import { upTo } from './rearrangement.ts';
import { channelsLast, chosen, reshaped, reshapedLayout, trailed } from './view.ts';

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
    kernel: { kind: 'norm', epsilon, isCentred },
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

export const softmaxFunctions = {
  Softmax: {
    figures: exponentials,
    apply: (value, greatest, sum) => Math.exp(value - greatest) / sum,
    kernel: { kind: 'softmax' },
  },
  LogSoftmax: { figures: exponentials, apply: (value, greatest, sum) => value - greatest - Math.log(sum) },
} satisfies Readonly<Record<string, AlongFunction>>;

/** A parameter per index of axis 1. */
export function perChannel(value: StoredValue, rank: number): StoredValue {
  return trailed(value, rank - 2);
}

function used(value: StoredValue, kind: 'scale' | 'bias'): StoredValue {
  if (value.store.isConstant) ConstantValues.use(value.store, { kind });
  return value;
}

const batchNormalization: Lowering = (step) => {
  if (isInTraining(step))
    step.fail('it is in training mode, and computes its mean and variance from the data');
  const input = step.input(0);
  const rank = input.layout.dims.length;
  const kinds = ['scale', 'bias', 'bias', 'scale'] as const;
  const parameters = kinds.map((kind, i) => used(step.input(i + 1), kind));
  const [scale, bias, mean, variance] = parameters as [StoredValue, StoredValue, StoredValue, StoredValue];
  const epsilon = step.node.float('epsilon', Math.fround(1e-5));
  // Of constants, constants: what is left for every value is a product and a sum.
  const layout = plainLayout(scale.layout.dims);
  const factor = step.value(layout, [scale, variance]);
  new Elementwise(factor, [scale, variance], (a, v) => a! / Math.sqrt(v! + epsilon));
  const shift = step.value(layout, [bias, mean, scale, variance]);
  new Elementwise(
    shift,
    [bias, mean, scale, variance],
    (b, m, a, v) => b! - (m! * a!) / Math.sqrt(v! + epsilon),
  );
  const operands = [input, perChannel(factor, rank), perChannel(shift, rank)];
  const output = step.value(step.layout(), operands);
  new Elementwise(output, operands, (x, a, b) => x! * a! + b!, { of: 3 });
  return [output];
};

/** Since opset 14 an attribute says so, before that further outputs do. */
function isInTraining({ node, step }: StepContext): boolean {
  return node.opset < 14 ? step.outputs.length > 1 : node.int('training_mode', 0) !== 0;
}

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
  const output = step.value(step.layout(), [input, ...parameters], input.store.dataType);
  new Along(output, input, axes, parameters, compute);
  return output;
}

const layerNormalization =
  (isCentred: boolean): Lowering =>
  (step) => {
    const input = step.input(0);
    const rank = input.layout.dims.length;
    const axes = axesFrom(step.node.axis(step.node.int('axis', -1), rank), rank);
    const parameters = [
      used(step.input(1), 'scale'),
      ...(step.inputs[2] ? [used(step.input(2), 'bias')] : []),
    ];
    const epsilon = step.node.float('epsilon', Math.fround(1e-5));
    const output = along(step, input, axes, parameters, moments(epsilon, isCentred));
    return [output, ...statistics(step, input, axes, epsilon, isCentred)];
  };

/** Further outputs of a layer norm: the mean, unless it is not taken off, and what values are multiplied with. */
function statistics(
  step: StepContext,
  input: StoredValue,
  axes: readonly number[],
  epsilon: number,
  isCentred: boolean,
): StoredValue[] {
  const { figures } = moments(epsilon, isCentred);
  const wanted = step.step.outputs.length - 1;
  return (isCentred ? [0, 1] : [1]).slice(0, wanted).map((figure, i) => {
    const output = step.value(step.layout(i + 1), [input], FLOAT);
    const found = new Float64Array(2);
    const places = upTo(axes.reduce((product, axis) => product * input.layout.dims[axis]!, 1));
    new Rows(output, input, axes, (row, out) => {
      figures(row, 0, places, found);
      out[0] = found[figure]!;
    });
    return output;
  });
}

/** Group norm: channels of a group are normalised together. */
const groupNormalization: Lowering = (step) => {
  const input = step.input(0);
  const { dims } = input.layout;
  const groups = step.node.int('num_groups', 1);
  const inGroups = [dims[0]!, groups, dims[1]! / groups, ...dims.slice(2)];
  const parameters = (['scale', 'bias'] as const).map((kind, i) => {
    const value = used(step.input(i + 1), kind);
    const isPerGroup = value.layout.dims[0] === groups && groups !== dims[1];
    const split = reshaped(step, value, isPerGroup ? [groups, 1] : inGroups.slice(1, 3));
    return trailed(split, dims.length - 2);
  });
  const epsilon = step.node.float('epsilon', Math.fround(1e-5));
  const layout = step.layout();
  const output = step.value(layout, [input, ...parameters], input.store.dataType);
  const view = reshapedLayout(layout, inGroups) ?? step.fail('its channels do not lie behind each other');
  const axes = axesFrom(2, inGroups.length);
  new Along(
    { layout: view, store: output.store },
    reshaped(step, input, inGroups),
    axes,
    parameters,
    moments(epsilon, true),
  );
  return [output];
};

/** GroupNorm of onnxruntime has its channels last, and may have a Swish behind it. */
const groupNormChannelsLast: Lowering = (step) => {
  const attributes = [{ name: 'num_groups', int: step.node.int('groups', 1) }];
  const isLast = step.node.int('channels_last', 1) !== 0;
  const [output] = (isLast ? channelsLast(groupNormalization) : groupNormalization)(step.with(attributes));
  if (step.node.int('activation', 0) === 0) return [output];
  const activated = step.value(output!.layout, [output!]);
  new Elementwise(activated, [output!], (x) => x! / (1 + Math.exp(-x!)));
  return [activated];
};

/** Layer norm of a sum of inputs 0 and 1, and of a bias; the sum is the fourth output, and a layer of its own. */
const skipNormalization =
  (isCentred: boolean): Lowering =>
  (step) => {
    const rank = step.input(0).layout.dims.length;
    const bias = step.inputs[isCentred ? 4 : 3];
    const added = [step.input(0), step.input(1), ...(bias === undefined ? [] : [used(bias, 'bias')])];
    const layer = step.step.layers.find(({ op }) => op === 'Add');
    const sum = step.value(layer === undefined ? step.layout() : storedLayout(layer.arrangement), added);
    new Elementwise(sum, added, (a, b, c = 0) => a! + b! + c, ADD);
    if (layer !== undefined) step.layers.set(layer.name, sum);
    const shift = isCentred ? step.inputs[3] : undefined;
    const parameters = [used(step.input(2), 'scale'), ...(shift === undefined ? [] : [used(shift, 'bias')])];
    const epsilon = step.node.float('epsilon', Math.fround(1e-12));
    const output = along(step, sum, [rank - 1], parameters, moments(epsilon, isCentred));
    return [output, undefined, undefined, sum];
  };

/** Word, position and segment embeddings of ids, summed and normalised. */
const embedLayerNormalization: Lowering = (step) => {
  const [ids, segments, positions] = [step.input(0), step.inputs[1], step.inputs[8]];
  if (positions !== undefined && !positions.store.isConstant) step.fail('its positions are computed');
  const layout = step.layout();
  const table = (index: number, from: StoredValue): StoredValue => {
    const rows = step.input(index);
    ConstantValues.use(rows.store, { kind: 'table' });
    const output = step.value(layout, [from], rows.store.dataType);
    new LookUp(output, from, rows, step.values, step.step.where);
    return output;
  };
  const at = positions === undefined ? upTo(ids.layout.dims[1]!) : step.given(8);
  const ofPositions = used(step.input(3), 'bias');
  const added = [
    table(2, ids),
    chosen(ofPositions, 0, at),
    ...(segments === undefined ? [] : [table(4, segments)]),
  ];
  const sum = step.value(layout, added);
  new Elementwise(sum, added, (a, b, c = 0) => a! + b! + c);
  const parameters = [used(step.input(5), 'scale'), used(step.input(6), 'bias')];
  const epsilon = step.node.float('epsilon', Math.fround(1e-12));
  return [along(step, sum, [layout.dims.length - 1], parameters, moments(epsilon, true)), undefined, sum];
};

/** The values of a row by a function of all of them. */
function byRow(step: StepContext, axes: readonly number[], compute: RowFunction): StoredValue[] {
  const input = step.input(0);
  const output = step.value(step.layout(), [input], input.store.dataType);
  new Rows(output, input, axes, compute);
  return [output];
}

const meanVariance: Lowering = (step) => {
  const input = step.input(0);
  const rank = input.layout.dims.length;
  const given = step.node.ints('axes') ?? axesFrom(0, rank).filter((axis) => axis !== 1);
  return [along(step, input, step.node.axes(given, rank), [], moments(1e-9, true))];
};

/** Divided by the sum of magnitudes, or the square root of that of squares. */
const lpNormalization: Lowering = (step) => {
  const isFirst = step.node.int('p', 2) === 1;
  const axis = step.node.axis(step.node.int('axis', -1), step.input(0).layout.dims.length);
  return byRow(step, [axis], (row, out) => {
    let sum = 0;
    for (const value of row) sum += isFirst ? Math.abs(value) : value * value;
    const norm = isFirst ? sum : Math.sqrt(sum);
    for (let i = 0; i < row.length; i++) out[i] = norm === 0 ? 0 : row[i]! / norm;
  });
};

/** Divided by a power of the squares of `size` channels around. */
const acrossChannels: Lowering = (step) => {
  const { node } = step;
  const size = node.int('size', 1);
  const [alpha, beta] = [node.float('alpha', Math.fround(1e-4)), node.float('beta', 0.75)];
  const bias = node.float('bias', 1);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  return byRow(step, [1], (row, out) => {
    for (let i = 0; i < row.length; i++) {
      let sum = 0;
      for (let k = Math.max(0, i - before); k <= Math.min(row.length - 1, i + after); k++)
        sum += row[k]! ** 2;
      out[i] = row[i]! / (bias + (alpha / size) * sum) ** beta;
    }
  });
};

/** 1 for the first of the greatest values, 0 for all others. */
const hardmax: Lowering = (step) =>
  byRow(step, softmaxAxes(step), (row, out) => {
    let best = 0;
    for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
    out.fill(0);
    out[best] = 1;
  });

/** Sums of all values up to each, from either end, with the value itself or without. */
const cumSum: Lowering = (step) => {
  const axis = step.node.axis(step.scalar(1, 0), step.input(0).layout.dims.length);
  const isExclusive = step.node.int('exclusive', 0) !== 0;
  const isReverse = step.node.int('reverse', 0) !== 0;
  return byRow(step, [axis], (row, out) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      const at = isReverse ? row.length - 1 - i : i;
      if (isExclusive) out[at] = sum;
      sum += row[at]!;
      if (!isExclusive) out[at] = sum;
    }
  });
};

/** The axes of a softmax; before opset 13 all from one to the last. */
function softmaxAxes(step: StepContext): number[] {
  const rank = step.input(0).layout.dims.length;
  const merges = step.node.int('opset', step.node.opset) < 13;
  const axis = step.node.axis(step.node.int('axis', merges ? 1 : -1), Math.max(rank, merges ? 2 : 1));
  return merges ? axesFrom(Math.min(axis, rank - 1), rank) : [axis];
}

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
  (step) => [along(step, step.input(0), softmaxAxes(step), [], compute)];

/** Normalisations and softmax. */
export const normalisation: Lowerings = {
  BatchNormalization: batchNormalization,
  'com.ms.internal.nhwc:BatchNormalization': channelsLast(batchNormalization),
  'qonnx.custom_op.channels_last:BatchNormalization': channelsLast(batchNormalization),
  'com.microsoft:EmbedLayerNormalization': embedLayerNormalization,
  'com.microsoft:SkipLayerNormalization': skipNormalization(true),
  'com.microsoft:SkipSimplifiedLayerNormalization': skipNormalization(false),
  CumSum: cumSum,
  GroupNormalization: groupNormalization,
  'com.microsoft:GroupNorm': groupNormChannelsLast,
  Hardmax: hardmax,
  LpNormalization: lpNormalization,
  LRN: acrossChannels,
  MeanVarianceNormalization: meanVariance,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization(true),
  RMSNormalization: layerNormalization(false),
  SimplifiedLayerNormalization: layerNormalization(false),
  'com.microsoft:SimplifiedLayerNormalization': layerNormalization(false),
  LogSoftmax: softmax(softmaxFunctions.LogSoftmax),
  Softmax: softmax(softmaxFunctions.Softmax),
};
