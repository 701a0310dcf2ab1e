import * as v from 'valibot';
import { ClsaCimError } from '../../errors.ts';
import { jsonRefusal } from '../refusals.ts';
import { name, parse } from './schema.ts';
import { type OpenShape, statedShape } from './stated-shapes.ts';

const layerSchema = v.object({
  class_name: v.string('the name of a class'),
  module: v.nullish(v.string('the name of a module')),
  name: v.optional(name),
  config: v.optional(
    v.pipe(
      v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())], 'an object'),
      // Keras before 2.2 wrote the layers of a Sequential model without anything around them.
      v.transform((config): Record<string, unknown> => (Array.isArray(config) ? { layers: config } : config)),
    ),
    {},
  ),
  build_config: v.optional(v.unknown()),
  inbound_nodes: v.nullish(v.array(v.unknown()), []),
});

/** A layer of a model file, with its configuration still unread. */
export interface LayerDescription {
  readonly name: string;
  readonly className: string;
  /** The Python module of the class, where the file tells it (Keras 3). */
  readonly module: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inboundNodes: readonly unknown[];
  /** Shapes of the tensors that it was built for, in order, where the file states them. */
  readonly builtFor: readonly OpenShape[];
}

/** A model: its layers, and which tensors are its inputs and outputs (references, see `nodes.ts`). */
export interface ModelDescription {
  readonly sequential: boolean;
  readonly layers: readonly LayerDescription[];
  readonly inputLayers: unknown;
  readonly outputLayers: unknown;
  /** The input shape of a Sequential model that was built without an input layer, unread. */
  readonly buildInputShape: unknown;
}

const SEQUENTIAL = 'Sequential';
const FUNCTIONAL = ['Model', 'Functional'];

/** True for a layer that is a whole model of its own. */
export function isModel({ className, config }: LayerDescription): boolean {
  return (className === SEQUENTIAL || FUNCTIONAL.includes(className)) && config.layers !== undefined;
}

const modelSchema = v.object({
  layers: v.array(v.unknown(), 'a list of layers'),
  input_layers: v.optional(v.unknown()),
  output_layers: v.optional(v.unknown()),
  build_input_shape: v.optional(v.unknown()),
});

/** Reads the configuration of a Sequential or Functional model. */
export function readModel(className: string, config: unknown, where: string): ModelDescription {
  // Keras before 2.2 wrote the layers of a Sequential model without anything around them.
  const content = Array.isArray(config) ? { layers: config } : config;
  const model = parse(modelSchema, content, where);
  const layers = model.layers.map((layer, index) => {
    return readLayer(layer, `${where}, layers.${index}`, `layer_${index}`);
  });
  const names = new Set<string>();
  for (const layer of layers) {
    if (names.has(layer.name)) {
      throw new ClsaCimError(`${where}: two layers are called ${layer.name}; names must be unique`);
    }
    names.add(layer.name);
  }
  return {
    sequential: className === SEQUENTIAL,
    layers,
    inputLayers: model.input_layers,
    outputLayers: model.output_layers,
    buildInputShape: model.build_input_shape,
  };
}

/**
 * Reads one layer.
 *
 * @param spareName what a Sequential model is called that has no name, as Keras before 2.2 wrote those in others
 */
export function readLayer(input: unknown, where: string, spareName = 'layer'): LayerDescription {
  const layer = parse(layerSchema, input, where);
  // `Custom>Scale` is the class Scale of the package Custom.
  const className = layer.class_name.split('>').at(-1)!;
  const { config } = layer;
  const given = layer.name ?? (className === SEQUENTIAL && config.name === undefined ? spareName : undefined);
  return {
    name: given ?? parse(v.object({ name }), config, `${where}, config`).name,
    className,
    module: layer.module ?? '',
    config,
    inboundNodes: layer.inbound_nodes ?? [],
    builtFor: readBuiltFor(layer.build_config),
  };
}

/** `input_shape` of `build_config`: one shape, or one for every tensor. */
function readBuiltFor(buildConfig: unknown): OpenShape[] {
  const shape = isRecord(buildConfig) ? buildConfig.input_shape : undefined;
  const one = statedShape(shape);
  if (one !== undefined) return [one];
  return Array.isArray(shape) ? shape.map(statedShape).filter((each) => each !== undefined) : [];
}

const documentSchema = v.looseObject({ class_name: v.optional(v.string()), config: v.optional(v.unknown()) });

/**
 * Finds the model in a JSON document: what `to_json()` writes, or the `model.json` of a TF.js layers model.
 *
 * @throws ClsaCimError where the document holds no such model
 */
export function findModel(document: unknown): ModelDescription {
  const outer = isRecord(document) ? document : {};
  const topology = isRecord(outer.modelTopology) ? outer.modelTopology : outer;
  if (outer.format === 'graph-model' || Array.isArray(topology.node)) {
    throw new ClsaCimError('a TF.js graph model has lost its layers; convert the original to ONNX instead');
  }
  const foreign = topology.class_name === undefined ? jsonRefusal(Object.keys(topology)) : undefined;
  if (foreign !== undefined) throw new ClsaCimError(foreign);
  const model = topology.model_config ?? topology;
  const { class_name, config } = parse(documentSchema, model, 'the JSON document');
  if (class_name === undefined || config === undefined) {
    throw new ClsaCimError(
      'this JSON is no network: a Keras model has class_name and config (export it with model.to_json())',
    );
  }
  if (class_name !== SEQUENTIAL && !FUNCTIONAL.includes(class_name)) {
    const layers = isRecord(config) && Array.isArray(config.layers);
    if (!layers) {
      throw new ClsaCimError(
        `class_name ${class_name}: only Sequential and Functional models can be loaded; a subclassed model ` +
          'has to be exported to ONNX',
      );
    }
  }
  return readModel(class_name, config, 'the model');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
