import { type AttributeSpec, type ModelSpec, node, type TensorSpec } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';

/** The map that most operators are tried on: no two axes alike. */
export const MAP = [1, 4, 5, 6] as const;

type Attributes = Readonly<Record<string, AttributeSpec>>;

/** What a case of one node has besides its operator and attributes. */
export interface OneOptions extends Omit<OperatorCase, 'name' | 'model'> {
  /** Said behind the operator in the name of the case. */
  readonly note?: string;
  readonly opset?: number;
  /** Dimensions of the input `x`. */
  readonly x?: readonly number[];
  /** Further inputs that the network gets. */
  readonly others?: ModelSpec['inputs'];
  readonly types?: ModelSpec['types'];
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  /** Names of the node's inputs; by default x, the others, and the initializers. */
  readonly inputs?: string;
  /** Names of the node's outputs, `y` by default. */
  readonly outputs?: string;
}

/** A model of one node. */
export function one(op: string, attributes: Attributes = {}, o: OneOptions = {}): OperatorCase {
  const inputs = { x: o.x ?? MAP, ...o.others };
  const names = o.inputs ?? [...Object.keys(inputs), ...Object.keys(o.initializers ?? {})].join(' ');
  const outputs = o.outputs ?? 'y';
  return several(title(op, attributes, o), [node(op, names, outputs, attributes, 'tested')], {
    ...o,
    outputs: outputs.split(' ').filter((name) => name !== '_'),
  });
}

/** A model of several nodes. */
export function several(
  name: string,
  nodes: ModelSpec['nodes'],
  o: Omit<OneOptions, 'inputs' | 'outputs' | 'note'> & { readonly outputs?: readonly string[] } = {},
): OperatorCase {
  const { opset, x, others, types, initializers, outputs, ...rest } = o;
  return {
    ...rest,
    name,
    model: {
      inputs: { x: x ?? MAP, ...others },
      nodes,
      outputs: outputs ?? ['y'],
      ...(types === undefined ? {} : { types }),
      ...(initializers === undefined ? {} : { initializers }),
      ...(opset === undefined ? {} : { opset }),
    },
  };
}

function title(op: string, attributes: Attributes, o: OneOptions): string {
  const shown = Object.entries(attributes).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const shapes = [...(o.x === undefined ? [] : [o.x]), ...Object.values(o.others ?? {})];
  const on = shapes.map((dims, i) => `${i === 0 ? 'on' : 'and'} [${dims.join(', ')}]`);
  const opset = o.opset === undefined ? [] : [`opset ${o.opset}`];
  const constants = Object.entries(o.initializers ?? {}).flatMap(([name, { ints = [] }]) =>
    ints.length > 0 && ints.length <= 8 ? [`${name} [${ints.join(', ')}]`] : [],
  );
  const outputs = o.outputs === undefined ? [] : [`outputs ${o.outputs}`];
  return [
    op,
    ...shown,
    ...on,
    ...constants,
    ...opset,
    ...outputs,
    ...(o.note === undefined ? [] : [o.note]),
  ].join(', ');
}

/** Every combination of one choice from each list. */
export function combinations<T extends Readonly<Record<string, readonly unknown[]>>>(
  choices: T,
): { [K in keyof T]: T[K][number] }[] {
  let all: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(choices)) {
    all = all.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value })));
  }
  return all as { [K in keyof T]: T[K][number] }[];
}
