import type { LayerKind } from './layer-kind.ts';
import { ACTIVATION_LAYERS } from './layers/activation.ts';
import { CONVOLUTION_LAYERS } from './layers/convolution.ts';
import { DENSE_LAYERS } from './layers/dense.ts';
import { MERGE_LAYERS } from './layers/merge.ts';
import { NORMALISATION_LAYERS } from './layers/normalisation.ts';
import { findOperation } from './layers/operation.ts';
import { POOLING_LAYERS } from './layers/pooling.ts';
import { SHAPE_LAYERS } from './layers/shape.ts';
import type { LayerDescription } from './model.ts';

const LAYER_KINDS: Readonly<Record<string, LayerKind>> = {
  ...ACTIVATION_LAYERS,
  ...CONVOLUTION_LAYERS,
  ...DENSE_LAYERS,
  ...MERGE_LAYERS,
  ...NORMALISATION_LAYERS,
  ...POOLING_LAYERS,
  ...SHAPE_LAYERS,
};

/** Layers that cannot be scheduled, by the form of their class name, and why. */
const REFUSED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/LSTM|GRU|RNN|^Bidirectional$/, 'recurrent layers are not supported'],
  [/3D(Transpose)?$/, 'layers of three spatial dimensions are not supported, only of one or two'],
  [
    /^LocallyConnected/,
    'locally connected layers have other weights at every position and are not supported',
  ],
];

/** Why a layer cannot be scheduled, if it is one of those that cannot. */
export function refusal({ className }: LayerDescription): string | undefined {
  if (className === 'SpatialDropout3D') return undefined;
  return REFUSED.find(([pattern]) => pattern.test(className))?.[1];
}

/** How a layer is built: by its class, or as an operation of Keras 3 or TensorFlow. */
export function findLayerKind({ className, module, config }: LayerDescription): LayerKind | undefined {
  if (className === 'TFOpLambda') {
    const { function: operation } = config;
    return typeof operation === 'string' ? findOperation(operation) : undefined;
  }
  if (/^keras\.(src\.)?ops/.test(module)) return findOperation(className);
  return Object.hasOwn(LAYER_KINDS, className) ? LAYER_KINDS[className] : undefined;
}
