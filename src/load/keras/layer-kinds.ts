import type { LayerKind } from './layer-kind.ts';
import { ACTIVATION_LAYERS } from './layers/activation.ts';
import { ATTENTION_LAYERS } from './layers/attention.ts';
import { CONVOLUTION_LAYERS } from './layers/convolution.ts';
import { DENSE_LAYERS } from './layers/dense.ts';
import { MERGE_LAYERS } from './layers/merge.ts';
import { NORMALISATION_LAYERS } from './layers/normalisation.ts';
import { POOLING_LAYERS } from './layers/pooling.ts';
import { PREPROCESSING_LAYERS } from './layers/preprocessing.ts';
import { QUANTISED_LAYERS } from './layers/quantised.ts';
import { SHAPE_LAYERS } from './layers/shape.ts';
import { WRAPPERS } from './layers/wrapper.ts';
import type { LayerDescription } from './model.ts';
import { findOperation } from './operations/index.ts';

/** Layers that are known, by the name of their class. */
export const LAYER_KINDS: Readonly<Record<string, LayerKind>> = {
  ...ACTIVATION_LAYERS,
  ...ATTENTION_LAYERS,
  ...CONVOLUTION_LAYERS,
  ...DENSE_LAYERS,
  ...MERGE_LAYERS,
  ...NORMALISATION_LAYERS,
  ...POOLING_LAYERS,
  ...PREPROCESSING_LAYERS,
  ...QUANTISED_LAYERS,
  ...SHAPE_LAYERS,
  ...WRAPPERS,
};

/** Layers that cannot be scheduled, by the form of their class name, and why. */
const REFUSED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/LSTM|GRU|RNN|Bidirectional$/, 'recurrent layers are not supported'],
  [/3D(Transpose)?$/, 'layers of three spatial dimensions are not supported, only of one or two'],
  [
    /^(JaxLayer|FlaxLayer|TorchModuleWrapper|TFSMLayer)$/,
    'it holds a program of another framework, which the file does not show; replace it by layers of Keras',
  ],
  [
    /^(TextVectorization|StringLookup|HashedCrossing|FeatureSpace|MelSpectrogram|STFTSpectrogram)$/,
    'it prepares texts or sounds for the network; start the model behind it',
  ],
  [
    /^(Quant)?LocallyConnected/,
    'locally connected layers have other weights at every position and are not supported',
  ],
];

/** Why a layer cannot be scheduled, if it is one of those that cannot. */
export function refusal({ className }: LayerDescription): string | undefined {
  if (className === 'SpatialDropout3D') return undefined;
  return REFUSED.find(([pattern]) => pattern.test(className))?.[1];
}

/** True for an operation of Keras 3 or TensorFlow, in place of a layer. */
export function isOperation({ className, module }: LayerDescription): boolean {
  return /^(TFOpLambda|SlicingOpLambda)$/.test(className) || /^keras\.(src\.)?ops/.test(module);
}

/** How a layer is built: by its class, or as an operation of Keras 3 or TensorFlow. */
export function findLayerKind(layer: LayerDescription): LayerKind | undefined {
  const { className, config } = layer;
  if (/OpLambda$/.test(className)) {
    const { function: operation } = config;
    return typeof operation === 'string' ? findOperation(operation) : undefined;
  }
  if (isOperation(layer)) return findOperation(className);
  return Object.hasOwn(LAYER_KINDS, className) ? LAYER_KINDS[className] : undefined;
}
