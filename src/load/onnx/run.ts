import { ClsaCimError } from '../../errors.ts';
import type { NetworkBuilder } from '../../network/builder.ts';
import { isConstant } from '../../network/tensor.ts';
import { Expansion, shortPrefix } from '../expansion.ts';
import type { LoadOptions } from '../options.ts';
import type { Program, ValueId } from '../program.ts';
import { bitsRead, withBits } from './bits.ts';
import { fold } from './fold.ts';
import { functionSize } from './function-size.ts';
import { createInputs } from './inputs.ts';
import type { Attribute, FunctionBody, Graph, Model, Node } from './model.ts';
import { DataDependentError, NodeContext, type Operator, shown } from './node-context.ts';
import { operators, refusedOperators, weightedOperators } from './operators/index.ts';
import { inOrder, namesRead, nodeName } from './order.ts';
import type { Recorder } from './recorder.ts';
import { type StatedDims, StatedShapes } from './stated-shapes.ts';
import type { TensorData } from './tensor-data.ts';
import { elementwiseGuess, weightsOfUnknown } from './unknown.ts';
import { fromTensorData, isUnsized, type Unsized, type Value } from './value.ts';

const MAX_DEPTH = 100;

/** What a name stands for, with its number in the program where one is recorded and the tensor is loaded. */
interface Bound {
  readonly value: Value | Unsized;
  readonly id?: ValueId;
}

/** The tensors that a graph, a branch or a function sees, by name. */
class Scope {
  readonly #values = new Map<string, Bound>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): Bound | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, bound: Bound | undefined): void {
    if (name !== '' && bound !== undefined) this.#values.set(name, bound);
  }
}

/** Where a run of nodes takes place. */
interface Setting {
  readonly scope: Scope;
  readonly opsets: ReadonlyMap<string, number>;
  /** In front of the names of a function's nodes: the name of the node that calls it. */
  readonly prefix: string;
  /** Attributes of the node that calls the function. */
  readonly callerAttributes: ReadonlyMap<string, Attribute>;
  readonly statedDims: StatedDims;
  readonly depth: number;
}

/** Why nothing is known of a tensor whose size depends on the data. */
const DATA_DEPENDENT = 'its size depends on the data; cut the model off before it, or give it a fixed size';

const noAttributes: ReadonlyMap<string, Attribute> = new Map();
const nothingStated: StatedDims = new Map();

/** Turns the nodes of a model into layers, one after the other. */
export class Run {
  readonly #b: NetworkBuilder;
  readonly #options: LoadOptions;
  readonly #functions = new Map<string, FunctionBody>();
  readonly #model: Model;
  readonly #expansion = new Expansion('functions');
  readonly #functionSizes = new Map<FunctionBody, number>();
  #fileBatch = 1;
  #stated = new StatedShapes([], 1);
  /** Number of nodes that were left out behind a node of whose output nothing is known. */
  readonly #leftOut = new Map<Unsized, number>();
  readonly #functionHasWeights = new Map<FunctionBody, boolean>();
  readonly #recorder: Recorder | undefined;

  /** @param recorder keeps what the nodes compute; without one nothing is kept. */
  constructor(builder: NetworkBuilder, model: Model, options: LoadOptions, recorder?: Recorder) {
    this.#b = builder;
    this.#model = model;
    this.#options = options;
    this.#recorder = recorder;
    if (recorder !== undefined) builder.onLayer = (layer) => recorder.layer(layer);
    for (const body of model.functions) {
      this.#functions.set(functionKey(body.domain, body.name, body.overload), body);
    }
  }

  /** Adds all layers of the graph to the builder, and says which are its outputs. The program, where one is recorded. */
  graph(graph: Graph): Program | undefined {
    const scope = new Scope();
    this.#setInitializers(scope, graph);
    const { values, fileBatch } = createInputs(this.#b, graph, this.#options);
    this.#setInputs(scope, graph, values);
    this.#fileBatch = fileBatch;
    this.#stated = new StatedShapes(graph.inputs, fileBatch);
    const { opsets } = this.#model;
    const { statedDims } = graph;
    this.#nodes(graph.nodes, {
      scope,
      opsets,
      prefix: '',
      callerAttributes: noAttributes,
      statedDims,
      depth: 0,
    });
    const stale = this.#stated.warning();
    if (stale !== undefined) this.#b.warnings.push(stale);
    for (const output of graph.outputs) this.#output(scope.get(output)?.value);
    for (const [{ unsizedBy, reason }, count] of this.#leftOut) {
      this.#b.warnings.push(
        reason === DATA_DEPENDENT
          ? `the output size of ${unsizedBy} depends on the data; ${count} operators after it are left out as post-processing`
          : `${unsizedBy} and ${count} operators after it are left out as post-processing; ${reason}`,
      );
    }
    const outputs = graph.outputs.flatMap((name) => {
      const id = scope.get(name)?.id;
      return id === undefined ? [] : [{ name, id }];
    });
    return this.#recorder?.finish(outputs, fileBatch);
  }

  #setInitializers(scope: Scope, graph: Graph): void {
    for (const data of graph.initializers) {
      checkDims(data);
      scope.set(data.name, bound(fromTensorData(data), this.#recorder?.constant(data)));
    }
  }

  #setInputs(scope: Scope, { inputs }: Graph, values: ReadonlyMap<string, Value>): void {
    const types = new Map(inputs.map(({ name, dataType }) => [name, dataType]));
    for (const [name, value] of values) {
      const described = { name, dataType: types.get(name)!, layer: this.#b.nameOf(value) };
      scope.set(name, bound(value, this.#recorder?.input(described, value)));
    }
  }

  /** Something outside of the chip reads the tensor, if it is one that is computed on it. */
  #output(value: Value | Unsized | undefined): void {
    if (value !== undefined && !isUnsized(value)) this.#b.output(value);
  }

  /** A node that is left out runs elsewhere, so all that it reads leaves the chip. */
  #outputsTo(node: Node, scope: Scope): void {
    for (const name of namesRead(node)) this.#output(scope.get(name)?.value);
  }

  #nodes(nodes: readonly Node[], setting: Setting): void {
    if (setting.depth > MAX_DEPTH) {
      throw new ClsaCimError(
        `${setting.prefix.slice(0, 60)}: functions call each other more than ${MAX_DEPTH} deep; they must not call themselves`,
      );
    }
    inOrder(nodes).forEach((node, index) => {
      if (setting.depth === 0) this.#options.onProgress?.(index / nodes.length);
      const name = setting.prefix + nodeName(node);
      const operator = node.domain === '' ? node.op : `${node.domain}:${node.op}`;
      const where = `node ${name} (${operator}), node ${index + 1} of ${nodes.length}`;
      const inputs = node.inputs.map((input) => this.#lookUp(input, where, setting.scope));
      const outputs = this.#node(node, name, where, inputs, setting);
      node.outputs.forEach((output, i) => {
        setting.scope.set(output, outputs[i]);
        const value = outputs[i]?.value;
        // The shapes of constants that are not weights are of no consequence, and strings have none here.
        if (value === undefined || isUnsized(value) || isConstant(value)) return;
        this.#stated.compare(where, output, value.dims, setting.statedDims);
      });
    });
  }

  #lookUp(name: string, where: string, scope: Scope): Bound | undefined {
    if (name === '') return undefined;
    const found = scope.get(name);
    if (found !== undefined) return found;
    throw new ClsaCimError(
      `${where}: it reads ${name}, which is no input, initializer or output of another node; export the model again`,
    );
  }

  #node(
    node: Node,
    name: string,
    where: string,
    inputs: readonly (Bound | undefined)[],
    setting: Setting,
  ): readonly (Bound | undefined)[] {
    const body = this.#functions.get(functionKey(node.domain, node.op, node.overload));
    if (body !== undefined) return this.#function(body, node, name, inputs, setting);
    const values = inputs.map((input) => input?.value);
    const unsized = values.find(isUnsized);
    if (unsized !== undefined) return this.#skip(node, where, values, unsized, setting.scope);
    const known = values.filter((value): value is Value | undefined => !isUnsized(value));
    if (node.domain === '' && node.op === 'If') return this.#if(node, name, where, known[0], setting);
    const ids = inputs.map((input) => input?.id);
    return this.#operator(node, name, where, known, ids, setting);
  }

  #operator(
    node: Node,
    name: string,
    where: string,
    inputs: readonly (Value | undefined)[],
    ids: readonly (ValueId | undefined)[],
    setting: Setting,
  ): readonly Bound[] {
    const attributes = resolved(node.attributes, setting.callerAttributes);
    const opset = setting.opsets.get(node.domain) ?? 1;
    const context = new NodeContext({
      builder: this.#b,
      node,
      inputs,
      attributes,
      name,
      where,
      opset,
      fileBatch: this.#fileBatch,
    });
    const key = operatorKey(node);
    this.#recorder?.begin();
    const refusal = Object.hasOwn(refusedOperators, key) ? refusedOperators[key] : undefined;
    if (refusal !== undefined) {
      if (this.#hasWeights(node)) context.fail(refusal);
      return this.#leaveOut(node, name, where, refusal, setting.scope);
    }
    const operator = Object.hasOwn(operators, key) ? operators[key]! : this.#unknown(node, context);
    try {
      const outputs = this.#b.withBits(bitsRead(inputs), () => operator(context));
      const sound = outputs.map((output) => checked(context, output));
      const values = withBits(key, inputs, fold(key, context, sound));
      const step = { key, op: node.op, name, where, opset, attributes, inputs: ids };
      // Names within functions and branches are not those of tensors of the graph.
      const names = setting.depth === 0 ? node.outputs : [];
      const numbers = this.#recorder?.step(step, values, names);
      return values.map((value, i) => bound(value, numbers?.[i]));
    } catch (error) {
      if (!(error instanceof DataDependentError)) throw error;
      if (weightedOperators.has(key)) context.fail('its output size depends on the data');
      return this.#leaveOut(node, name, where, DATA_DEPENDENT, setting.scope);
    }
  }

  /** A node that is no base layer is left out, with all that follows, which must not be one either. */
  #leaveOut(node: Node, name: string, where: string, reason: string, scope: Scope): readonly Bound[] {
    const key = node.domain === '' ? node.op : `${node.domain}:${node.op}`;
    const unsized = { unsizedBy: `node ${name} (${key})`, reason };
    this.#leftOut.set(unsized, 0);
    this.#recorder?.leftOut(where, reason);
    this.#outputsTo(node, scope);
    return node.outputs.map(() => ({ value: unsized }));
  }

  /** An operator that is not known: element-wise where the user says so, and nothing speaks against it. */
  #unknown(node: Node, context: NodeContext): Operator {
    const weights = this.#hasWeights(node)
      ? 'it has, or contains, a layer with weights'
      : weightsOfUnknown(node, context.inputs);
    if (weights !== undefined) {
      context.fail(
        `this operator is not known, and cannot be element-wise, since ${weights}; replace it by operators that are known`,
      );
    }
    if (!this.#options.allowUnknown) {
      context.fail(
        'this operator is not known; replace it, or take it as element-wise with allowUnknown if it is',
        { code: 'UNKNOWN_OPERATOR' },
      );
    }
    this.#stated.guess(context.where);
    return elementwiseGuess;
  }

  /** A node that reads what has no known size is left out, unless it is a base layer. */
  #skip(
    node: Node,
    where: string,
    inputs: readonly (Value | Unsized | undefined)[],
    unsized: Unsized,
    scope: Scope,
  ): readonly Bound[] {
    const multipliesWeights =
      weightedOperators.has(node.op) &&
      inputs.some((input) => input !== undefined && !isUnsized(input) && isConstant(input));
    if (multipliesWeights || this.#hasWeightsInside(node)) {
      throw new ClsaCimError(`${where}: it needs the output of ${unsized.unsizedBy}, and ${unsized.reason}`);
    }
    this.#leftOut.set(unsized, (this.#leftOut.get(unsized) ?? 0) + 1);
    this.#recorder?.leftOut(where, `it needs the output of ${unsized.unsizedBy}`);
    this.#outputsTo(node, scope);
    return node.outputs.map(() => ({ value: unsized }));
  }

  /** An `If` is the branch that a constant condition takes; without base layers in it, it may be left out. */
  #if(node: Node, name: string, where: string, condition: Value | undefined, setting: Setting) {
    const taken = condition?.values?.[0];
    if (taken === undefined) {
      const reason =
        'its condition is not known before the network runs; export the model with one branch only';
      if (this.#hasWeights(node)) throw new ClsaCimError(`${where}: ${reason}`);
      return this.#leaveOut(node, name, where, reason, setting.scope);
    }
    const branch = node.attributes.get(taken ? 'then_branch' : 'else_branch')?.graph;
    if (branch === undefined) throw new ClsaCimError(`${where}: the branch to take is missing`);
    const scope = new Scope(setting.scope);
    this.#setInitializers(scope, branch);
    const { statedDims } = branch;
    this.#nodes(branch.nodes, { ...setting, scope, statedDims, depth: setting.depth + 1 });
    return branch.outputs.map((output) => this.#lookUp(output, where, scope));
  }

  /** True where a node, or one inside of it, may be a layer with weights. */
  #hasWeights(node: Node, depth = 0): boolean {
    return weightedOperators.has(node.op) || this.#hasWeightsInside(node, depth);
  }

  /** True where the graphs in a node's attributes, or the function it calls, may have a layer with weights. */
  #hasWeightsInside(node: Node, depth = 0): boolean {
    if (depth > MAX_DEPTH) return true;
    const graphs = [...node.attributes.values()].flatMap(({ graph }) => graph ?? []);
    if (graphs.some(({ nodes }) => nodes.some((inner) => this.#hasWeights(inner, depth + 1)))) return true;
    const body = this.#functions.get(functionKey(node.domain, node.op, node.overload));
    if (body === undefined) return false;
    const known = this.#functionHasWeights.get(body);
    if (known !== undefined) return known;
    // A function that calls itself gets no weights from that.
    this.#functionHasWeights.set(body, false);
    const found = body.nodes.some((inner) => this.#hasWeights(inner, depth + 1));
    this.#functionHasWeights.set(body, found);
    return found;
  }

  /** A function is its nodes, with the caller's tensors and attributes in place of its own. */
  #function(
    body: FunctionBody,
    node: Node,
    name: string,
    inputs: readonly (Bound | undefined)[],
    setting: Setting,
  ) {
    const size = this.#functionSizes.get(body) ?? functionSize(body);
    this.#functionSizes.set(body, size);
    this.#expansion.add(size);
    const scope = new Scope();
    body.inputs.forEach((input, i) => {
      scope.set(input, inputs[i]);
    });
    const given = resolved(node.attributes, setting.callerAttributes);
    const optional = new Set(body.inputs.filter((input) => scope.get(input) === undefined));
    this.#nodes(withoutInputs(body.nodes, optional), {
      scope,
      opsets: new Map([...this.#model.opsets, ...body.opsets]),
      prefix: shortPrefix(`${name}/`),
      callerAttributes: new Map([...body.defaults, ...given]),
      statedDims: nothingStated,
      depth: setting.depth + 1,
    });
    return body.outputs.map((output) => scope.get(output));
  }
}

/** The key of a node's operator in the tables. Operators of PyTorch without one of ONNX are all called `ATen`. */
function operatorKey({ domain, op, attributes }: Node): string {
  const isFallback = op === 'ATen' && (domain === '' || domain === 'org.pytorch.aten');
  if (isFallback) return `aten:${attributes.get('operator')?.text ?? ''}`;
  return domain === '' ? op : `${domain}:${op}`;
}

function functionKey(domain: string, name: string, overload: string): string {
  return `${domain}:${name}:${overload}`;
}

function bound(value: Value | Unsized, id: ValueId | undefined): Bound {
  return id === undefined ? { value } : { value, id };
}

function checkDims({ name, dims }: TensorData): void {
  const bad = dims.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (bad === undefined) return;
  throw new ClsaCimError(`initializer ${name} has shape ${shown(dims)}; a dimension must not be ${bad}`);
}

/** A function's nodes, where the inputs that the caller leaves out are left out too. */
function withoutInputs(nodes: readonly Node[], missing: ReadonlySet<string>): readonly Node[] {
  if (missing.size === 0) return nodes;
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => (missing.has(input) ? '' : input)),
  }));
}

/** Attributes of a node, where those that refer to the calling node's are replaced by them. */
function resolved(
  own: ReadonlyMap<string, Attribute>,
  callers: ReadonlyMap<string, Attribute>,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [name, attribute] of own) {
    const value = attribute.reference === undefined ? attribute : callers.get(attribute.reference);
    if (value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

/** Constants do not pass the builder, which checks everything else. */
function checked(node: NodeContext, output: Value): Value {
  const bad = output.dims.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (bad === undefined) return output;
  return node.fail(`its output would have the shape ${shown(output.dims)}, and ${bad} is no size`);
}
