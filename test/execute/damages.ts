import {
  type AttributeSpec,
  type GraphSpec,
  type ModelSpec,
  type NodeSpec,
  type TensorSpec,
  weights,
} from '../load/onnx/onnx-writer.ts';

type Dims = NonNullable<GraphSpec['inputs']>[string];

/** A model of which one thing has been changed. */
export interface Damage {
  /** What, in words. */
  readonly what: string;
  readonly model: ModelSpec;
}

const NUMBERS = [-1000, -2, -1, 0, 1, 2, 3, 7, 1000];
/** Attributes that a node may get although its operator has none of this name. */
const MORE = [
  'axis',
  'group',
  'num_heads',
  'blocksize',
  'num_groups',
  'block_size',
  'transA',
  'channels_last',
  'to',
];

/** A model with one dimension, one number, one operand or one attribute changed, in every way that there is. */
export function damagesOf(model: ModelSpec): Damage[] {
  const inputs = Object.entries(model.inputs ?? {}).flatMap(([name, dims]) =>
    shapesNear(dims).map((near): Damage => {
      return { what: `${name} of [${near}]`, model: { ...model, inputs: { ...model.inputs, [name]: near } } };
    }),
  );
  const tensors = Object.entries(model.initializers ?? {}).flatMap(([name, tensor]) =>
    tensorsNear(tensor).map((near): Damage => {
      const what = `${name} of [${near.dims}] with ${near.ints ?? 'floats'}`;
      return { what, model: { ...model, initializers: { ...model.initializers, [name]: near } } };
    }),
  );
  const nodes = model.nodes.flatMap((node, i) =>
    nodesNear(node).map((near): Damage => {
      const what = `${near.op} of ${near.inputs} with ${JSON.stringify(near.attributes)}`;
      return { what, model: { ...model, nodes: model.nodes.with(i, near) } };
    }),
  );
  return [...inputs, ...tensors, ...nodes];
}

function shapesNear(dims: Dims): Dims[] {
  const resized = dims.flatMap((given, axis) => {
    const size = Number(given);
    const others = [1, size - 1, size + 1, 2 * size].filter((other) => other > 0 && other !== size);
    return [...others.map((other) => dims.with(axis, other)), dims.toSpliced(axis, 1)];
  });
  return [...resized, [1, ...dims], [2, ...dims], [...dims, 1], [...dims, 2], []];
}

function tensorsNear(tensor: TensorSpec): TensorSpec[] {
  const { dims, ints, floats } = tensor;
  const reshaped = shapesNear(dims).map((near): TensorSpec => {
    const size = near.reduce((product: number, each) => product * Number(each), 1);
    const filled = (values: ArrayLike<number>) =>
      Array.from({ length: size }, (_, i) => values[i % values.length] ?? 0);
    return {
      ...tensor,
      dims: near.map(Number),
      ...(ints && { ints: filled(ints) }),
      ...(floats && { floats: filled(floats) }),
    };
  });
  const others = (ints ?? [])
    .slice(0, 4)
    .flatMap((_, i) => NUMBERS.map((number): TensorSpec => ({ ...tensor, ints: ints!.with(i, number) })));
  const unread = ints === undefined ? [] : [{ dims, floats: ints.map((x) => x + 0.37) }, weights(...dims)];
  return [...reshaped, ...others, ...unread];
}

function nodesNear(node: NodeSpec): NodeSpec[] {
  const { inputs, attributes = {} } = node;
  const read = inputs.flatMap((_, i) => [
    inputs.with(i, ''),
    inputs.slice(0, i),
    ...inputs.filter((__, other) => other !== i).map((other) => inputs.with(i, other)),
  ]);
  const more = MORE.filter((name) => attributes[name] === undefined).flatMap((name) =>
    [-7, 0, 2, 9].map((value): NodeSpec => ({ ...node, attributes: { ...attributes, [name]: value } })),
  );
  const changed = Object.entries(attributes).flatMap(([name, value]) => [
    without(node, name),
    ...valuesNear(value).map((near): NodeSpec => ({ ...node, attributes: { ...attributes, [name]: near } })),
  ]);
  return [...read.map((near): NodeSpec => ({ ...node, inputs: near })), ...more, ...changed];
}

function without(node: NodeSpec, name: string): NodeSpec {
  const left = Object.entries(node.attributes ?? {}).filter(([other]) => other !== name);
  return { ...node, attributes: Object.fromEntries(left) };
}

function valuesNear(value: AttributeSpec): AttributeSpec[] {
  if (typeof value === 'number') return NUMBERS;
  if (!isList(value)) return [];
  const others = value.flatMap((_, i) => NUMBERS.map((number) => value.with(i, number)));
  return [...others, value.slice(1), [...value, 1]];
}

function isList(value: AttributeSpec): value is readonly number[] {
  return Array.isArray(value);
}
