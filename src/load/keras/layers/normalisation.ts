import * as v from 'valibot';
import { alongAxes, elementwise } from '../../../network/operators/index.ts';
import { axesOf, axisOf, configured, fail, type LayerKind, onlyInput } from '../layer-kind.ts';
import { integer, integers } from '../schema.ts';

/** Normalisation by values that are known before the inference: the same position. */
function positionwise(op: string): LayerKind {
  return (call) => call.b.positionwise({ name: call.name, op }, onlyInput(call));
}

/** Normalisation by statistics of the input itself along `axis`. */
function byStatistics(op: string): LayerKind {
  return configured(v.object({ axis: v.nullish(integers, -1) }), (call, config) => {
    const input = onlyInput(call);
    return alongAxes(call.b, { name: call.name, op }, input, axesOf(call, config.axis, input.dims.length));
  });
}

/** GroupNormalization: the statistics are of all positions of a group of channels. */
const groupNormalization: LayerKind = (call) => {
  const input = onlyInput(call);
  const allAxes = input.dims.map((_, axis) => axis);
  return alongAxes(call.b, { name: call.name, op: 'GroupNormalization' }, input, allAxes);
};

/** InstanceNormalization of TensorFlow Addons: the statistics are of all positions of a channel. */
const instanceNormalization: LayerKind = configured(
  v.object({ axis: v.nullish(integer, -1) }),
  (call, config) => {
    const input = onlyInput(call);
    const rank = input.dims.length;
    const channel = axisOf(call, config.axis, rank);
    const others = input.dims.map((_, axis) => axis).filter((axis) => axis !== channel);
    return alongAxes(call.b, { name: call.name, op: 'InstanceNormalization' }, input, others);
  },
);

/** InceptionResNetV2 adds a residual that is scaled first. */
const customScaleLayer: LayerKind = (call) => {
  const { b, name } = call;
  const [input, residual] = call.inputs;
  if (input === undefined || residual === undefined) throw fail(call, 'needs two inputs');
  const scaled = b.positionwise({ name: `${name}/scale`, op: 'Mul' }, residual);
  return elementwise(b, name, 'Add', [input, scaled]);
};

/** StochasticDepth drops nothing in an inference; that of TensorFlow Addons adds a residual. */
const stochasticDepth: LayerKind = (call) => {
  return call.inputs.length < 2 ? onlyInput(call) : elementwise(call.b, call.name, 'Add', call.inputs);
};

/** What does nothing in an inference: regularisation. */
const passThrough: LayerKind = onlyInput;

export const NORMALISATION_LAYERS: Readonly<Record<string, LayerKind>> = {
  ActivityRegularization: passThrough,
  AlphaDropout: passThrough,
  BatchNormalization: positionwise('BatchNormalization'),
  BatchNormalizationV1: positionwise('BatchNormalization'),
  BatchNormalizationV2: positionwise('BatchNormalization'),
  CustomScaleLayer: customScaleLayer,
  DropPath: passThrough,
  Dropout: passThrough,
  FixedDropout: passThrough,
  GaussianDropout: passThrough,
  GaussianNoise: passThrough,
  GroupNormalization: groupNormalization,
  Identity: passThrough,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: byStatistics('LayerNormalization'),
  LayerScale: positionwise('Mul'),
  Masking: passThrough,
  Normalization: positionwise('Normalization'),
  RMSNormalization: byStatistics('RMSNormalization'),
  Rescaling: positionwise('Rescaling'),
  SpatialDropout1D: passThrough,
  SpatialDropout2D: passThrough,
  SpatialDropout3D: passThrough,
  StochasticDepth: stochasticDepth,
  SyncBatchNormalization: positionwise('BatchNormalization'),
  UnitNormalization: byStatistics('UnitNormalization'),
};
