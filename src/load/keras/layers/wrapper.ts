import { concat, reshape, slice } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { fail, type LayerCall, type LayerKind, onlyInput, place } from '../layer-kind.ts';
import { isRecord, type LayerDescription, readLayer } from '../model.ts';

/** The layers in the configuration of a layer that wraps others: `layer`, or the `layers` of a pipeline. */
export function wrappedLayers(outer: Pick<LayerCall, 'name' | 'className' | 'config'>): LayerDescription[] {
  const { layer, layers } = outer.config;
  const all: unknown[] = Array.isArray(layers) ? layers : [layer];
  return all
    .filter((each) => isRecord(each) && typeof each.class_name === 'string')
    .map((each, index) => readLayer(each, `${place(outer)}, layer`, `layer_${index}`));
}

function onlyLayer(call: LayerCall): LayerDescription {
  const [layer, ...others] = wrappedLayers(call);
  if (layer === undefined || others.length > 0) throw fail(call, 'it must have one layer in it');
  return layer;
}

/** What changes the weights of the layer in it before the inference. */
const aroundWeights: LayerKind = (call) => call.apply(onlyLayer(call), call.inputs);

/** The layers in it one after the other. */
const pipeline: LayerKind = (call) => {
  return wrappedLayers(call).reduce<readonly Tensor[]>(
    (tensors, layer) => call.apply(layer, tensors),
    [onlyInput(call)],
  );
};

/** Layers that work on the last axis, or on every value: one application is that to every step of time. */
const ALONG_TIME =
  /^(Q|Quant)?(Dense|Activation|ReLU|LeakyReLU|ELU|Dropout|GaussianDropout|GaussianNoise|Identity|Rescaling)$/;

/** Layers that have no PEs, however often they are applied. */
const WITHOUT_WEIGHTS =
  /Pooling|Normalization|Padding|Cropping|UpSampling|^(Flatten|Reshape|Permute|Softmax|Resizing)$/;

/** More steps of time would be as many layers. */
const MAX_STEPS = 4096;

/**
 * TimeDistributed: the layer in it, applied to every step of axis 1 by itself. Steps have weights in PEs of their
 * own, as any layer has that is applied several times, unless the layer's positions include the steps.
 */
const timeDistributed: LayerKind = (call) => {
  const { b, name } = call;
  const input = onlyInput(call);
  const layer = onlyLayer(call);
  if (ALONG_TIME.test(layer.className)) return call.apply({ ...layer, builtFor: [] }, [input]);
  const [, steps = 1] = input.dims;
  if (input.dims.length < 3) throw fail(call, 'needs an input of at least 3 dimensions');
  if (steps > MAX_STEPS)
    throw fail(call, `${steps} steps of time are too many; at most ${MAX_STEPS} are possible`);
  if (steps > 1 && !WITHOUT_WEIGHTS.test(layer.className)) {
    b.warnings.push(
      `${place(call)} applies ${layer.name} ${steps} times with the same weights; each application gets PEs of its own`,
    );
  }
  const outputs = Array.from({ length: steps }, (_, start) => {
    const step = slice(b, `${name}/step`, input, { axis: 1, start, size: 1 });
    const [output] = call.apply(layer, [reshape(b, `${name}/step`, step, input.dims.toSpliced(1, 1))]);
    return withSteps(call, output!);
  });
  return concat(b, name, outputs, 1);
};

/** The output of one step with an axis for the steps, along which vectors become a sequence. */
function withSteps({ b, name }: LayerCall, output: Tensor): Tensor {
  const tensor = reshape(b, `${name}/step`, output, output.dims.toSpliced(1, 0, 1));
  const isVector = tensor.h < 0 && tensor.w < 0;
  return isVector ? b.withAxes(tensor, 1, -1) : tensor;
}

/** Layers around others, by class: those of Keras, TensorFlow Addons and the TensorFlow Model Optimization Toolkit. */
export const WRAPPERS: Readonly<Record<string, LayerKind>> = {
  ClusterWeights: aroundWeights,
  Pipeline: pipeline,
  PruneLowMagnitude: aroundWeights,
  QuantizeAnnotate: aroundWeights,
  QuantizeWrapper: aroundWeights,
  QuantizeWrapperV2: aroundWeights,
  SpectralNormalization: aroundWeights,
  TimeDistributed: timeDistributed,
  WeightNormalization: aroundWeights,
};
