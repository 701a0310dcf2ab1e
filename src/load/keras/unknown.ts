import { broadcastDims, elementwise } from '../../network/operators/index.ts';
import { isConstant, type Tensor } from '../../network/tensor.ts';
import { fail, type LayerCall } from './layer-kind.ts';
import { isRecord } from './model.ts';

/** Fields of layers that have weights or slide windows: these do more than work position by position. */
const WEIGHTY_FIELD =
  /(^|_)(filters?|units|kernel|depthwise|pointwise|recurrent|embeddings?|heads?|layers?|cells?|experts)(_|$)|_dims?$|^(equation|pool_size|strides?|dilation_rate|target_shape|block_size|patch_size|hidden_size)$/;

/** The same of classes and functions. */
const WEIGHTY_NAME =
  /conv|dense|attention|embed|pool|matmul|einsum|lstm|gru|rnn|perceptron|transformer|^(mlp|dot|tensordot|linear)$/i;

/** Why a layer that is not known cannot work position by position, whatever the user says; undefined where nothing says so. */
function moreThanPositionwise({ config, operands, className }: LayerCall, what: string): string | undefined {
  const entries = Object.entries(config).filter(([, value]) => value !== null && value !== undefined);
  const field = entries.find(([key, value]) => WEIGHTY_FIELD.test(key) || isLayer(value));
  if (field !== undefined) return `its ${field[0]} is that of a layer with weights or windows`;
  if (WEIGHTY_NAME.test(what)) return `by its name, ${className} has weights or windows`;
  const weights = operands.find((tensor) => isConstant(tensor) && tensor.dims.length > 1);
  return weights && `it has a constant operand of the shape [${weights.dims.join(', ')}], as weights are`;
}

/** Layers in the configuration of others say whether they are trainable; initialisers and the like do not. */
function isLayer(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isLayer);
  if (!isRecord(value) || typeof value.class_name !== 'string') return false;
  return isRecord(value.config) && 'trainable' in value.config;
}

/**
 * A layer that is not known, as one that works position by position over all that it reads.
 *
 * @throws ClsaCimError without `allowUnknown`, and where it cannot be such a layer.
 */
export function guess(call: LayerCall): Tensor {
  const { b, name, className, config, options } = call;
  const operation = call.isOperation && typeof config.function === 'string' ? config.function : undefined;
  const what = operation === undefined ? `the layer class ${className}` : `the operation ${operation}`;
  const reason = moreThanPositionwise(call, operation?.split('.').at(-1) ?? className);
  if (reason !== undefined) {
    throw fail(call, `${what} is unknown, and ${reason}; replace it by layers that are known`);
  }
  if (!options.allowUnknown) {
    const message = `${what} is unknown; allowUnknown takes it as one that works position by position`;
    throw fail(call, message, { code: 'UNKNOWN_OPERATOR' });
  }
  const tensors = call.operands.filter((tensor) => !isConstant(tensor));
  const { dims } = tensors[0]!;
  checkOutputShape(call, dims);
  const all = broadcastDims(tensors.map((tensor) => tensor.dims));
  if (all?.join() !== dims.join()) {
    const shapes = tensors.map((tensor) => `[${tensor.dims.join(', ')}]`).join(' and ');
    throw fail(call, `${what} is unknown and cannot work position by position on ${shapes}; replace it`);
  }
  b.warnings.push(`layer ${name}: ${what} is unknown and taken to work position by position`);
  return elementwise(b, name, className, tensors);
}

/** A Lambda layer may say the shape of its output, without the batch. */
function checkOutputShape(call: LayerCall, dims: readonly number[]): void {
  const { output_shape: stated } = call.config;
  if (!Array.isArray(stated)) return;
  const own = dims.slice(dims.length - stated.length);
  if (stated.every((size, axis) => size === null || size === own[axis]) && stated.length >= dims.length - 1)
    return;
  throw fail(
    call,
    `it cannot work position by position: it has the output_shape ${JSON.stringify(stated)} for an input of ` +
      `[${dims.join(', ')}]; replace it by layers that are known`,
  );
}
