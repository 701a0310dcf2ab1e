import * as v from 'valibot';
import { alongAxes } from '../../../network/operators/index.ts';
import { axesOf, configured, type LayerKind, onlyInput } from '../layer-kind.ts';
import { integers } from '../schema.ts';

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

/** What does nothing in an inference: regularisation, augmentation. */
const passThrough: LayerKind = onlyInput;

export const NORMALISATION_LAYERS: Readonly<Record<string, LayerKind>> = {
  ActivityRegularization: passThrough,
  AlphaDropout: passThrough,
  BatchNormalization: positionwise('BatchNormalization'),
  BatchNormalizationV1: positionwise('BatchNormalization'),
  BatchNormalizationV2: positionwise('BatchNormalization'),
  Dropout: passThrough,
  GaussianDropout: passThrough,
  GaussianNoise: passThrough,
  GroupNormalization: groupNormalization,
  Identity: passThrough,
  LayerNormalization: byStatistics('LayerNormalization'),
  Masking: passThrough,
  Normalization: positionwise('Normalization'),
  RMSNormalization: byStatistics('RMSNormalization'),
  RandomBrightness: passThrough,
  RandomContrast: passThrough,
  RandomFlip: passThrough,
  RandomRotation: passThrough,
  RandomTranslation: passThrough,
  RandomZoom: passThrough,
  Rescaling: positionwise('Rescaling'),
  SpatialDropout1D: passThrough,
  SpatialDropout2D: passThrough,
  SpatialDropout3D: passThrough,
  SyncBatchNormalization: positionwise('BatchNormalization'),
  UnitNormalization: byStatistics('UnitNormalization'),
};
