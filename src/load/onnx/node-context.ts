import { ClsaCimError, type ErrorDetails } from '../../errors.ts';
import type { NetworkBuilder } from '../../network/builder.ts';
import { MAX_LISTED } from '../../network/reads.ts';
import { constant, elements, isConstant, normaliseAxis, type Tensor } from '../../network/tensor.ts';
import type { Attribute, Node } from './model.ts';
import type { Value } from './value.ts';

/** Turns a node into layers and returns its outputs, in the order of the node's outputs. */
export type Operator = (node: NodeContext) => readonly Value[];

/** A table of operators; those of a domain other than ONNX's own are written `domain:Name`. */
export type Operators = Readonly<Record<string, Operator>>;

/** Thrown where the size of an output depends on values that the network computes from its input. */
export class DataDependentError extends Error {}

/** What an operator function sees of its node. Whatever it asks for is checked. */
export interface NodeSetting {
  readonly builder: NetworkBuilder;
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly name: string;
  /** Version of the node's domain. */
  readonly opset: number;
  /** The node in words: its name, operator, and place in the file. */
  readonly where: string;
  /** What the file says the batch is; it counts as 1 (spec.md section 2). */
  readonly fileBatch: number;
}

/** A node with its inputs. See {@link NodeSetting}. */
export class NodeContext {
  readonly b: NetworkBuilder;
  readonly op: string;
  readonly name: string;
  readonly opset: number;
  readonly where: string;
  readonly fileBatch: number;
  readonly inputs: readonly (Value | undefined)[];
  /** Number of outputs that the node has, named or not. */
  readonly outputCount: number;
  readonly #attributes: ReadonlyMap<string, Attribute>;
  readonly #setting: NodeSetting;

  constructor(setting: NodeSetting) {
    this.#setting = setting;
    this.b = setting.builder;
    this.op = setting.node.op;
    this.name = setting.name;
    this.opset = setting.opset;
    this.where = setting.where;
    this.fileBatch = setting.fileBatch;
    this.inputs = setting.inputs;
    this.outputCount = setting.node.outputs.length;
    this.#attributes = setting.attributes;
  }

  /** The node as another operator: its name and version, other inputs, and attributes in place of those so called. */
  as(change: {
    readonly op?: string;
    readonly opset?: number;
    readonly inputs?: readonly (Value | undefined)[];
    readonly attributes?: readonly Partial<Attribute>[];
  }): NodeContext {
    const { op = this.op, opset = this.opset, inputs = this.inputs, attributes = [] } = change;
    const added = attributes.map((given): [string, Attribute] => {
      const attribute = { name: '', ints: [], floats: [], ...given };
      return [attribute.name, attribute];
    });
    return new NodeContext({
      ...this.#setting,
      node: { ...this.#setting.node, op },
      opset,
      inputs,
      attributes: new Map([...this.#attributes, ...added]),
    });
  }

  /** Name and operator for a layer that stands for the node itself. */
  get kind(): { name: string; op: string } {
    return { name: this.name, op: this.op };
  }

  /** Stops with an error that says which node is at fault. */
  fail(problem: string, details?: ErrorDetails): never {
    throw new ClsaCimError(`${this.where}: ${problem}`, 'input', details);
  }

  /** Input `index`, which must be there and have at least `minimumRank` axes. */
  input(index: number, minimumRank = 0): Value {
    const value = this.inputs[index];
    if (value === undefined) return this.fail(`input ${index} is missing; export the model again`);
    if (value.dims.length < minimumRank) {
      this.fail(
        `input ${index} has shape [${value.dims.join(', ')}], and at least ${minimumRank} dimensions are needed`,
      );
    }
    return value;
  }

  /** Input `index`, or undefined where it is left out. */
  optional(index: number): Value | undefined {
    return this.inputs[index];
  }

  /** The inputs that are there. */
  present(): Value[] {
    return this.inputs.filter((value) => value !== undefined);
  }

  /** Operands, where constants that the file has repeated for its batch are there once (spec.md section 2). */
  withoutBatch(operands: readonly Tensor[]): Tensor[] {
    const rank = operands.find((operand) => !isConstant(operand) && operand.dims[0] === 1)?.dims.length ?? 0;
    return operands.map((operand) => {
      const repeated = isConstant(operand) && operand.dims[0] === this.fileBatch && this.fileBatch > 1;
      return repeated && rank >= 2 && operand.dims.length === rank
        ? constant(operand.dims.with(0, 1))
        : operand;
    });
  }

  /** The values of input `index`, which decide about the shape of the output. */
  values(index: number): readonly number[] {
    const value = this.input(index);
    if (!isConstant(value)) throw new DataDependentError();
    if (value.values !== undefined) return value.values;
    return this.fail(
      `the values of input ${index} decide about a shape, but they are not in the file (external data), ` +
        'are too many, or come from an operator whose values are not computed; simplify the model first',
    );
  }

  /** The values of input `index`, or undefined where the input is left out or empty. */
  optionalValues(index: number): readonly number[] | undefined {
    const value = this.optional(index);
    if (value === undefined || elements(value.dims) === 0) return undefined;
    return this.values(index);
  }

  /** The values of input `index` as dimensions or axes. */
  integers(index: number): readonly number[] {
    return this.checkedIntegers(this.values(index), `input ${index}`);
  }

  /** Attribute `name`, or else input `index`: where newer opsets made an input of an attribute. */
  attributeOrInput(name: string, index: number): readonly number[] | undefined {
    const given = this.ints(name) ?? this.optionalValues(index);
    return given === undefined ? undefined : this.checkedIntegers(given, name);
  }

  /** An integer attribute. */
  int(name: string, byDefault: number): number {
    return this.#attributes.get(name)?.int ?? byDefault;
  }

  /** An integer attribute that must be there. */
  requiredInt(name: string): number {
    return (
      this.#attributes.get(name)?.int ?? this.fail(`attribute ${name} is missing; export the model again`)
    );
  }

  /** An attribute that is a list of integers. */
  ints(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints;
  }

  /** A float attribute, of float32. */
  float(name: string, byDefault: number): number {
    return this.#attributes.get(name)?.float ?? byDefault;
  }

  /** An attribute that is a list of floats. */
  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats;
  }

  /** A text attribute. */
  text(name: string, byDefault: string): string {
    return this.#attributes.get(name)?.text ?? byDefault;
  }

  /** An attribute as it is. */
  attribute(name: string): Attribute | undefined {
    return this.#attributes.get(name);
  }

  /** An axis as the file writes it, as an index below `rank`. */
  axis(axis: number, rank: number): number {
    const normal = normaliseAxis(axis, rank);
    if (Number.isInteger(normal) && normal >= 0 && normal < rank) return normal;
    return this.fail(`axis ${axis} is out of range for a tensor of ${rank} dimensions`);
  }

  /** Axes as the file writes them; each at most once. */
  axes(axes: readonly number[], rank: number): number[] {
    const normal = axes.map((axis) => this.axis(axis, rank));
    if (new Set(normal).size < normal.length) this.fail(`the axes [${axes.join(', ')}] repeat one`);
    return normal;
  }

  /** A positive attribute or size that the network is built with. */
  positive(value: number, what: string): number {
    if (Number.isSafeInteger(value) && value >= 1) return value;
    return this.fail(`${what} is ${value}, and must be at least 1`);
  }

  /** A number of positions that are listed one by one. */
  listed(count: number): number {
    if (count <= MAX_LISTED) return count;
    return this.fail(`${count} positions cannot be listed one by one; at most ${MAX_LISTED} can`);
  }

  /**
   * The same positions of some operands and everything of others make an output of the given form, by so many
   * operations of the GPEU where that does not follow from the shapes.
   */
  reading(
    same: readonly Tensor[],
    all: readonly Tensor[],
    output: Pick<Tensor, 'dims' | 'h' | 'w'>,
    operations?: number,
  ): Tensor {
    const SAME = { kind: 'same' } as const;
    const ALL = { kind: 'all' } as const;
    return this.b.layer(
      operations === undefined ? this.kind : { ...this.kind, operations },
      [
        ...same.map((tensor) => ({ tensor, rows: SAME, columns: SAME })),
        ...all.map((tensor) => ({ tensor, rows: ALL, columns: ALL })),
      ],
      output,
    );
  }

  checkedIntegers(values: readonly number[], what: string): readonly number[] {
    if (values.every((value) => Number.isInteger(value))) return values;
    return this.fail(`${what} is [${values.join(', ')}], and must be integers`);
  }
}

/** A shape as errors show it. */
export function shown(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}
