import { ClsaCimError } from '../../errors.ts';
import type { Tensor } from '../../network/tensor.ts';
import { readConstant } from './constant.ts';
import { isRecord } from './model.ts';
import { type OpenShape, statedShape } from './stated-shapes.ts';

/** How deep arguments may be nested; real files need three or four. */
const MAX_DEPTH = 32;

/** How many tensors one layer may read. */
const MAX_INPUTS = 10_000;

/** A reference to a tensor: output `tensor` of application `node` of the layer `layer`. */
export interface TensorReference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
  /** The shape that the file states for it (Keras 3). */
  readonly shape?: OpenShape | undefined;
}

/** One application of a layer to tensors, with references in place of the tensors. */
export interface Application {
  /** References of the positional arguments, in order. */
  readonly inputs: readonly TensorReference[];
  /** References in named arguments. */
  readonly named: Readonly<Record<string, readonly TensorReference[]>>;
  /** What an operation is computed from, in order: references and constants, the named ones last. */
  readonly operands: readonly (TensorReference | Tensor)[];
  /** Positional arguments that are no tensors, by position. */
  readonly positional: readonly unknown[];
  /** Named arguments that are no tensors. */
  readonly keywords: Readonly<Record<string, unknown>>;
}

/** What a layer is applied to that reads nothing. */
export const NO_ARGUMENTS: Application = {
  inputs: [],
  named: {},
  operands: [],
  positional: [],
  keywords: {},
};

/** Names of operands that may be constants, in TensorFlow and Keras 3. */
const OPERANDS = /^([abxy]|x[12]|kernel|inputs?)$/;

/**
 * Reads one entry of `inbound_nodes`, in the form of Keras 3 (`args`, `kwargs`) or of Keras 1 and 2 (nested
 * lists `[layer, node, tensor, kwargs]`; only one such list for operations like `TFOpLambda`).
 *
 * @throws ClsaCimError where it has neither form
 */
export function readNode(node: unknown, where: string): Application {
  const application = readEitherNode(node, where);
  if (tensorsOf(application).length > MAX_INPUTS) {
    throw new ClsaCimError(`${where}: it reads more than ${MAX_INPUTS} tensors`);
  }
  return application;
}

/** All tensors that an application reads. */
export function tensorsOf({ inputs, named }: Application): TensorReference[] {
  return [...inputs, ...Object.values(named).flat()];
}

function readEitherNode(node: unknown, where: string): Application {
  if (isRecord(node)) {
    const args = node.args;
    const keywords = node.kwargs ?? {};
    if (!Array.isArray(args) || !isRecord(keywords)) {
      throw new ClsaCimError(`${where}: inbound_nodes must hold args and kwargs, as Keras 3 writes them`);
    }
    const split = splitKeywords(keywords, where);
    const positional = args.flatMap((argument: unknown): (TensorReference | Tensor)[] => {
      const found = references(argument, where);
      const constant = found.length > 0 ? undefined : readConstant(argument);
      return constant === undefined ? found : [constant];
    });
    return {
      inputs: references(args, where),
      positional: args,
      operands: [...positional, ...namedOperands(split)],
      ...split,
    };
  }
  const entries: unknown = Array.isArray(node) && typeof node[0] === 'string' ? [node] : node;
  if (!Array.isArray(entries)) throw new ClsaCimError(`${where}: inbound_nodes is not a list`);
  const inputs: TensorReference[] = [];
  const operands: (TensorReference | Tensor)[] = [];
  let keywords: Record<string, unknown> = {};
  for (const entry of entries as readonly unknown[]) {
    // The first argument of an operation may be a constant.
    const constant = Array.isArray(entry) && entry[0] === '_CONSTANT_VALUE';
    const reference = constant ? undefined : listReference(entry);
    if (!constant && reference === undefined) {
      throw new ClsaCimError(
        `${where}: inbound_nodes must hold [layer, node, tensor], as Keras 2 writes them`,
      );
    }
    if (reference !== undefined) inputs.push(reference);
    const operand = reference ?? readConstant((entry as readonly unknown[])[2]);
    if (operand !== undefined) operands.push(operand);
    const given: unknown = Array.isArray(entry) ? entry[3] : undefined;
    if (isRecord(given)) keywords = { ...keywords, ...given };
  }
  const split = splitKeywords(keywords, where);
  return { inputs, positional: [], operands: [...operands, ...namedOperands(split)], ...split };
}

function namedOperands({
  named,
  keywords,
}: Pick<Application, 'named' | 'keywords'>): (TensorReference | Tensor)[] {
  const constants = Object.entries(keywords).flatMap(([key, value]) =>
    OPERANDS.test(key) ? (readConstant(value) ?? []) : [],
  );
  return [...Object.values(named).flat(), ...constants];
}

/** All tensor references in `value`, whatever lists and objects are around them. */
export function references(value: unknown, where: string, depth = 0): TensorReference[] {
  if (depth > MAX_DEPTH) throw new ClsaCimError(`${where}: the arguments are nested too deep`);
  const reference = listReference(value) ?? kerasTensor(value);
  if (reference !== undefined) return [reference];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => references(item, where, depth + 1));
  if (!isRecord(value)) return [];
  return Object.values(value).flatMap((item) => references(item, where, depth + 1));
}

function splitKeywords(
  keywords: Readonly<Record<string, unknown>>,
  where: string,
): Pick<Application, 'named' | 'keywords'> {
  const named: Record<string, readonly TensorReference[]> = {};
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(keywords)) {
    const found = references(value, where);
    if (found.length > 0) named[key] = found;
    else others[key] = value;
  }
  return { named, keywords: others };
}

/** `[layer, node, tensor]` and possibly more, as Keras 1 and 2 write it. */
function listReference(value: unknown): TensorReference | undefined {
  if (!Array.isArray(value)) return undefined;
  const [layer, node, tensor] = value as readonly unknown[];
  if (typeof layer !== 'string' || !isIndex(node) || !isIndex(tensor)) return undefined;
  return { layer, node, tensor };
}

/** `{ class_name: '__keras_tensor__', config: { keras_history: [layer, node, tensor] } }` of Keras 3. */
function kerasTensor(value: unknown): TensorReference | undefined {
  if (!isRecord(value) || value.class_name !== '__keras_tensor__') return undefined;
  const config = value.config;
  const reference = isRecord(config) ? listReference(config.keras_history) : undefined;
  return reference && isRecord(config) ? { ...reference, shape: statedShape(config.shape) } : reference;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
