import type * as v from 'valibot';
import { ClsaCimError, type ErrorDetails } from '../../errors.ts';
import type { NetworkBuilder } from '../../network/builder.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { LoadOptions } from '../options.ts';
import type { LayerDescription } from './model.ts';
import { parse } from './schema.ts';

/** One application of a layer, with its tensors. Axis 0 of every tensor is the batch, of size 1. */
export interface LayerCall {
  readonly b: NetworkBuilder;
  /** Name of the layer, with those of the models around it: `backbone/conv1`. */
  readonly name: string;
  readonly className: string;
  /** True for an operation of Keras 3 or TensorFlow, which is no layer with weights of its own. */
  readonly isOperation: boolean;
  /** The layer's configuration, unread. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Tensors given by position; here or in `named` there is at least one. */
  readonly inputs: readonly Tensor[];
  /** Tensors given by name. */
  readonly named: Readonly<Record<string, readonly Tensor[]>>;
  /** What an operation is computed from, in order: tensors and constants, the named ones last. */
  readonly operands: readonly Tensor[];
  /** What else is given by position or name. */
  readonly positional: readonly unknown[];
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly options: LoadOptions;
  /** The direction that sequences lie in: W where the model has layers that slide along them. */
  readonly sequenceAxes: { readonly h: number; readonly w: number };
  /** Applies a layer that this one wraps, named as if this one were a model around it. */
  readonly apply: (layer: LayerDescription, inputs: readonly Tensor[]) => readonly Tensor[];
}

/** Builds one application of a layer and returns its outputs. */
export type LayerKind = (call: LayerCall) => Tensor | readonly Tensor[];

/** A kind of layer whose configuration is read by `schema` before `build` sees it. */
export function configured<S extends v.GenericSchema>(
  schema: S,
  build: (call: LayerCall, config: v.InferOutput<S>) => Tensor | readonly Tensor[],
): LayerKind {
  return (call) => build(call, parse(schema, call.config, place(call)));
}

/** The layer as messages name it. */
export function place({ name, className }: Pick<LayerCall, 'name' | 'className'>): string {
  return `layer ${name} (${className})`;
}

/** An error that names the layer. */
export function fail(call: LayerCall, message: string, details?: ErrorDetails): ClsaCimError {
  return new ClsaCimError(`${place(call)}: ${message}`, 'input', details);
}

/** The first tensor of the call; layers that take one tensor ignore further ones, such as masks. */
export function onlyInput(call: LayerCall): Tensor {
  return call.inputs[0] ?? Object.values(call.named).flat()[0]!;
}

/** An axis as Keras writes it, counted with the batch and from the end if negative. */
export function axisOf(call: LayerCall, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal >= rank) throw fail(call, `axis ${axis} does not exist in ${rank} dimensions`);
  return normal;
}

/** Why nothing can be done along axis 0. */
export const BATCH_AXIS = 'axis 0 is the batch, of which one inference has a single one';

/** An axis as Keras writes it, which must not be the batch. */
export function axisBehindBatch(call: LayerCall, axis: number, rank: number): number {
  const normal = axisOf(call, axis, rank);
  if (normal === 0) throw fail(call, BATCH_AXIS);
  return normal;
}

/** The given axes, each once. */
export function axesOf(call: LayerCall, axes: readonly number[], rank: number): number[] {
  return [...new Set(axes.map((axis) => axisOf(call, axis, rank)))];
}
