import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../../network/builder.ts';
import type { Tensor } from '../../network/tensor.ts';
import { Expansion, shortPrefix } from '../expansion.ts';
import type { LoadOptions } from '../options.ts';
import { movedBits } from './bits.ts';
import { readGraph, type Task } from './graph.ts';
import {
  findSequenceAxes,
  inputAxes,
  type OpenInput,
  readBuildShape,
  readShape,
  resolveInputs,
  type SequenceAxes,
} from './input.ts';
import { type LayerCall, place } from './layer-kind.ts';
import { findLayerKind, isOperation, refusal } from './layer-kinds.ts';
import { wrappedLayers } from './layers/wrapper.ts';
import { isModel, type LayerDescription, type ModelDescription, readModel } from './model.ts';
import { NO_ARGUMENTS, references, type TensorReference } from './nodes.ts';
import { type OpenShape, StatedShapes } from './stated-shapes.ts';
import { guess } from './unknown.ts';

/** Models in models, and layers in all: real ones stay far below, and hostile ones multiply. */
const MAX_DEPTH = 32;

/** What stays the same while a model and the models in it are built. */
interface Context {
  readonly b: NetworkBuilder;
  readonly options: LoadOptions;
  readonly sequenceAxes: SequenceAxes;
  /** Dimensions of the network's inputs, by name. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
  readonly stated: StatedShapes;
  /** Counts the layers of models in models, as often as these are applied. */
  readonly expansion: Expansion;
}

/** The place of a model: names of the models around it, and the tensors that it is applied to. */
interface Scope {
  /** `backbone/` for the layers of the model `backbone`; empty for the outermost model. */
  readonly prefix: string;
  readonly depth: number;
  /** Tensors for the model's inputs; undefined for the outermost model, whose inputs are the network's. */
  readonly given: readonly Tensor[] | undefined;
}

/** Adds all layers of a model to `b`, with those of the models in it, and says which are its outputs. */
export function buildModel(b: NetworkBuilder, model: ModelDescription, options: LoadOptions): void {
  const sequenceAxes = findSequenceAxes(allLayers(model, 0));
  const inputs = resolveInputs(openInputs(model), options);
  const scope = { prefix: '', depth: 0, given: undefined };
  const context = {
    b,
    options,
    sequenceAxes,
    inputs,
    stated: new StatedShapes(),
    expansion: new Expansion('models in models'),
  };
  for (const tensor of build(context, model, scope)) b.output(tensor);
  const warning = context.stated.warning();
  if (warning !== undefined) b.warnings.push(warning);
}

/** The layers of a model and of the models and wrappers in it. */
function allLayers(
  { layers }: { readonly layers: readonly LayerDescription[] },
  depth: number,
): LayerDescription[] {
  if (depth > MAX_DEPTH) throw new ClsaCimError('models are nested too deep in each other');
  return layers.flatMap((layer) => {
    if (isModel(layer)) return allLayers(readModel(layer.className, layer.config, place(layer)), depth + 1);
    return [layer, ...allLayers({ layers: wrappedLayers(layer) }, depth + 1)];
  });
}

/** The inputs of the network, which those of the outermost model are. */
function openInputs(model: ModelDescription): OpenInput[] {
  const [first] = model.layers;
  if (first === undefined) throw new ClsaCimError('the model has no layers');
  const inputLayers = model.layers.filter(({ className }) => className === 'InputLayer');
  const owners = model.sequential ? [first] : inputLayers;
  return owners.map((layer) => {
    const shape = readShape(layer) ?? innerShape(layer) ?? readBuildShape(model);
    if (shape !== undefined) return { name: inputName(layer), shape };
    throw new ClsaCimError(
      `${place(layer)}: the file does not say the shape of the input; start the model with an Input layer`,
    );
  });
}

/** The shape of the input of a model that is the first layer of another one. */
function innerShape(layer: LayerDescription): OpenShape | undefined {
  if (!isModel(layer)) return undefined;
  const { layers } = readModel(layer.className, layer.config, place(layer));
  const [first] = layers;
  return first === undefined ? undefined : (readShape(first) ?? innerShape(first));
}

/** A Sequential model without an input layer has its input named after the first layer, as in Keras. */
function inputName({ name, className }: LayerDescription): string {
  return className === 'InputLayer' ? name : `${name}_input`;
}

function networkInput({ b, inputs, sequenceAxes }: Context, layer: LayerDescription): Tensor {
  const name = inputName(layer);
  const dims = inputs.get(name);
  if (dims === undefined) throw new ClsaCimError(`${place(layer)}: an input layer must come first`);
  return b.input(name, inputAxes(dims, sequenceAxes));
}

function build(context: Context, model: ModelDescription, scope: Scope): readonly Tensor[] {
  if (scope.depth > 0) context.expansion.add(model.layers.length);
  return model.sequential ? buildSequential(context, model, scope) : buildFunctional(context, model, scope);
}

function buildSequential(context: Context, { layers }: ModelDescription, scope: Scope): readonly Tensor[] {
  let tensors = scope.given;
  for (const [index, layer] of layers.entries()) {
    if (scope.depth === 0) context.options.onProgress?.(index / layers.length);
    tensors ??= [networkInput(context, layer)];
    if (layer.className === 'InputLayer') continue;
    tensors = applyLayer(context, layer, scope, argumentsOf(tensors));
  }
  return tensors ?? [];
}

function buildFunctional(context: Context, model: ModelDescription, scope: Scope): readonly Tensor[] {
  const { prefix } = scope;
  const inputLayers = references(model.inputLayers, 'input_layers').map(({ layer }) => layer);
  const graph = readGraph(model, prefix);
  for (const layer of model.layers) warnShared(context, layer, prefix);
  const outputs = new Map<Task, readonly Tensor[]>();
  const find = (reference: TensorReference, reader: string) => {
    const tensor = outputs.get(graph.find(reference, reader))?.[reference.tensor];
    if (tensor !== undefined) {
      context.stated.compare(prefix + reference.layer, tensor, reference.shape);
      return tensor;
    }
    throw new ClsaCimError(
      `${reader} reads output ${reference.tensor} of ${prefix}${reference.layer}, which has fewer`,
    );
  };
  graph.order.forEach((task, index) => {
    if (scope.depth === 0) context.options.onProgress?.(index / graph.order.length);
    const { layer } = task;
    const result =
      layer.className === 'InputLayer'
        ? inputTensor(context, layer, scope, inputLayers)
        : applyLayer(context, layer, scope, resolve(task, find));
    outputs.set(task, result);
  });
  return references(model.outputLayers, 'output_layers').map((reference) => find(reference, 'output_layers'));
}

function warnShared({ b }: Context, layer: LayerDescription, prefix: string): void {
  const times = layer.inboundNodes.length;
  if (times < 2 || layer.className === 'InputLayer') return;
  b.warnings.push(
    `${place({ ...layer, name: prefix + layer.name })} is applied ${times} times with the same weights; ` +
      'each application gets PEs of its own',
  );
}

/** The tensors that a task reads, in place of the references to them. */
function resolve(
  { application, reader }: Task,
  find: (reference: TensorReference, reader: string) => Tensor,
): Arguments {
  const tensors = (all: readonly TensorReference[]) => all.map((reference) => find(reference, reader));
  const named = Object.entries(application.named).map(([key, all]) => [key, tensors(all)] as const);
  const operands = application.operands.map((operand) =>
    'dims' in operand ? operand : find(operand, reader),
  );
  return { ...application, inputs: tensors(application.inputs), named: Object.fromEntries(named), operands };
}

/** An input of the network, or of a model in it, which then is what the model is applied to. */
function inputTensor(
  context: Context,
  layer: LayerDescription,
  scope: Scope,
  inputLayers: readonly string[],
): readonly Tensor[] {
  if (scope.given === undefined) return [networkInput(context, layer)];
  const tensor = scope.given[inputLayers.indexOf(layer.name)];
  if (tensor === undefined) {
    throw new ClsaCimError(`layer ${scope.prefix}${layer.name}: this input is given no tensor`);
  }
  checkShape(layer, tensor, scope);
  return [tensor];
}

/** The shape that a model in a model was built for has to fit what it is applied to. */
function checkShape(layer: LayerDescription, { dims }: Tensor, { prefix }: Scope): void {
  const shape = readShape(layer);
  const fits = shape?.every((size, axis) => axis === 0 || size === null || size === dims[axis]);
  if (shape !== undefined && (!fits || shape.length !== dims.length)) {
    throw new ClsaCimError(
      `layer ${prefix}${layer.name}: it is given [${dims.join(', ')}], but has the shape [${shape.join(', ')}]`,
    );
  }
}

type Arguments = Pick<LayerCall, 'inputs' | 'named' | 'operands' | 'positional' | 'keywords'>;

/** Tensors alone, as a layer of a Sequential model and one that is wrapped are given them. */
function argumentsOf(inputs: readonly Tensor[]): Arguments {
  return { ...NO_ARGUMENTS, named: {}, inputs, operands: inputs };
}

function applyLayer(
  context: Context,
  layer: LayerDescription,
  scope: Scope,
  given: Arguments,
): readonly Tensor[] {
  const { b, options, sequenceAxes, stated } = context;
  const name = scope.prefix + layer.name;
  const where = place({ ...layer, name });
  if (scope.depth > 0) context.expansion.add(1);
  const tensors = [...given.inputs, ...Object.values(given.named).flat()];
  if (tensors.length === 0) throw new ClsaCimError(`${where}: it reads from no other layer`);
  if (isModel(layer)) {
    const inner = readModel(layer.className, layer.config, where);
    return build(context, inner, { prefix: shortPrefix(`${name}/`), depth: scope.depth + 1, given: tensors });
  }
  const reason = refusal(layer);
  if (reason !== undefined) throw new ClsaCimError(`${where}: ${reason}`);
  if (layer.inboundNodes.length < 2) {
    layer.builtFor.forEach((shape, i) => {
      if (tensors[i] !== undefined) stated.compare(`the input of ${name}`, tensors[i], shape);
    });
  }
  const { className, config } = layer;
  const call: LayerCall = {
    b,
    name,
    className,
    isOperation: isOperation(layer),
    config,
    options,
    sequenceAxes,
    apply: (inner, inputs) => {
      if (scope.depth >= MAX_DEPTH)
        throw new ClsaCimError(`${where}: layers are wrapped too deep in each other`);
      const innerScope = { prefix: shortPrefix(`${name}/`), depth: scope.depth + 1, given: undefined };
      return applyLayer(context, inner, innerScope, argumentsOf(inputs));
    },
    ...given,
  };
  const kind = findLayerKind(layer);
  if (kind === undefined) {
    stated.guess(where);
    return [guess(call)];
  }
  const outputs = kind(call);
  return movedBits(className, tensors, 'dims' in outputs ? [outputs] : outputs);
}
