import { oneLine, show } from '../input/show.ts';
import { movesValues } from '../load/onnx/bits.ts';
import { DataDependentError, NodeContext } from '../load/onnx/node-context.ts';
import type { Value } from '../load/onnx/value.ts';
import type { Program, ProgramStep, ProgramValue, ValueId } from '../load/program.ts';
import { NetworkBuilder } from '../network/builder.ts';
import { elements } from '../network/tensor.ts';
import { BaseOperation } from './base-operation.ts';
import { type ConstantSource, ConstantValues } from './constant-values.ts';
import { FLOAT, INT64, isInteger, isWide } from './data-types.ts';
import { Elementwise } from './elementwise.ts';
import { ValueRoom } from './execution-size.ts';
import { halfRoundings } from './half-floats.ts';
import { lowerings } from './lower/index.ts';
import { notExecuted } from './lower/not-executed.ts';
import { Movement } from './movement.ts';
import { NotExecutable } from './not-executable.ts';
import { Problems } from './problems.ts';
import { StepContext } from './step-context.ts';
import { type FileCode, Store, type StoredValue } from './stored-value.ts';
import { isStoredAlike, plainLayout, storedLayout } from './value-layout.ts';
import { wantedValues } from './wanted.ts';

/** An input or an output of a program. */
export interface NamedValue {
  /** Its name in the file. */
  readonly name: string;
  readonly value: StoredValue;
}

/** What computes a program: operations between stored values. */
export interface Plan {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** What base layers compute, as the file calls it: each with bias and activation where the operator has them. */
  readonly tensors: readonly NamedValue[];
  /** Base layers by name. */
  readonly bases: ReadonlyMap<string, BaseOperation>;
  /** Values that are the OFM of a layer, by its name; base layers and inputs among them. */
  readonly layers: ReadonlyMap<string, StoredValue>;
  /** All stores of what is computed, in the order of the program. */
  readonly stores: readonly Store[];
  readonly constants: ConstantValues;
}

/** So many values a tensor has at most: 4 bytes of each are what Wasm can address. */
const MOST_VALUES = 2 ** 30;

/**
 * Plans the execution of a program. Nothing of its weights is read but what decides about operations.
 *
 * @throws ClsaCimError (`NOT_EXECUTABLE`) whose mistakes are all kinds of operators that cannot be executed; (`TOO_LARGE`)
 *   where one inference takes more memory than there can be.
 */
export function planProgram(program: Program, source: ConstantSource): Plan {
  return new Planner(program, new ConstantValues(source)).plan();
}

class Planner {
  readonly #program: Program;
  readonly #constants: ConstantValues;
  readonly #values = new Map<ValueId, StoredValue>();
  readonly #layers = new Map<string, StoredValue>();
  readonly #problems = new Problems();
  readonly #room = new ValueRoom();
  /** Helpers of the loader ask for one; what they add to it is of no consequence. */
  readonly #builder = new NetworkBuilder('');

  constructor(program: Program, constants: ConstantValues) {
    this.#program = program;
    this.#constants = constants;
  }

  plan(): Plan {
    const { inputs, outputs, steps, constants } = this.#program;
    const wanted = wantedValues(this.#program);
    for (const input of inputs) {
      if (this.#isTooLarge(`input ${show(input.name)}`, input.dims)) continue;
      const layout = storedLayout(input);
      const store = new Store(layout, input.dataType);
      store.layer = input.layer;
      this.#room.add(store);
      this.#values.set(input.id, { layout, store });
      this.#layers.set(input.layer, { layout, store });
    }
    for (const [id, tensor] of constants) {
      if (!wanted.has(id) || this.#isTooLarge(`tensor ${show(tensor.name)}`, tensor.dims)) continue;
      const layout = plainLayout(tensor.dims);
      this.#values.set(id, {
        layout,
        store: new Store(layout, tensor.dataType, { isConstant: true, tensor }),
      });
    }
    for (const step of steps) if (step.outputs.some(({ id }) => wanted.has(id))) this.#step(step, wanted);
    if (!this.#problems.areNone) throw this.#problems.error();
    const named = (list: readonly { readonly name: string; readonly id: ValueId }[]) =>
      list.flatMap(({ name, id }) => {
        const value = this.#values.get(id);
        return value === undefined ? [] : [{ name, value }];
      });
    const bases = [...this.#layers].flatMap(([name, { store }]): [string, BaseOperation][] =>
      store.producer instanceof BaseOperation && store.layer === name ? [[name, store.producer]] : [],
    );
    for (const [, base] of bases) this.#room.addWeights(base);
    const stores = this.#stores();
    this.#readWide(stores);
    return {
      inputs: named(inputs),
      outputs: named(outputs),
      tensors: named(
        steps.flatMap(({ layers, outputs: [first] }) =>
          first?.name !== undefined && layers.some(({ isBase }) => isBase)
            ? [{ name: first.name, id: first.id }]
            : [],
        ),
      ),
      bases: new Map(bases),
      layers: this.#layers,
      stores,
      constants: this.#constants,
    };
  }

  /** Says so where a tensor has more values than there can be addresses of. */
  #isTooLarge(what: string, dims: readonly number[]): boolean {
    if (elements(dims) <= MOST_VALUES) return false;
    this.#problems.add(what, `${what} of shape [${dims.join(', ')}] has more than ${MOST_VALUES} values`);
    return true;
  }

  #step(step: ProgramStep, wanted: ReadonlySet<ValueId>): void {
    if (step.outputs.every((output) => this.#isKnown(output) || !wanted.has(output.id))) return;
    const inputs = step.inputs.map((id) => (id === undefined ? undefined : this.#values.get(id)));
    // What it reads cannot be executed, which has been said.
    if (step.inputs.some((id, i) => id !== undefined && inputs[i] === undefined)) return;
    if (step.outputs.some(({ dims }, i) => this.#isTooLarge(`${oneLine(step.where)}: its output ${i}`, dims)))
      return;
    const lowering = Object.hasOwn(lowerings, step.key) ? lowerings[step.key] : undefined;
    if (lowering === undefined) {
      const reason = Object.hasOwn(notExecuted, step.key) ? `: ${notExecuted[step.key]}` : '';
      this.#problem(step, `this operator is not executed${reason}`);
      return;
    }
    try {
      const context = new StepContext(step, this.#node(step), inputs, {
        constants: this.#constants,
        room: this.#room,
      });
      this.#define(step, context, lowering(context), wanted);
    } catch (error) {
      if (error instanceof DataDependentError)
        this.#problem(step, 'its sizes are computed, and only constant ones are executed');
      else if (error instanceof NotExecutable) this.#problem(step, error.message);
      else throw error;
    }
  }

  #problem({ key, where }: ProgramStep, reason: string): void {
    this.#problems.add(`${key}: ${reason}`, `${oneLine(where)}: ${reason}`);
  }

  #define(
    step: ProgramStep,
    context: StepContext,
    given: readonly (StoredValue | undefined)[],
    wanted: ReadonlySet<ValueId>,
  ): void {
    const outputs = given.map((value, i) => value && rounded(context, value, i));
    step.outputs.forEach(({ id }, i) => {
      const value = outputs[i];
      if (value === undefined) {
        if (wanted.has(id)) context.fail(`its output ${i} is not executed`);
        return;
      }
      const layout = context.layout(i);
      const isInPlace = isStoredAlike(value.layout, layout);
      this.#values.set(id, isInPlace ? { layout, store: value.store } : context.arranged(value, layout));
    });
    if (movesValues(step.key)) this.#keepCode(step, context.inputs[0]?.store.code);
    this.#nameLayers(step, context, outputs[0]);
  }

  /** Values that are only moved keep a code that is the same of all of them. */
  #keepCode({ outputs }: ProgramStep, code: FileCode | undefined): void {
    if (code === undefined || code.scale.store.size > 1) return;
    for (const { id } of outputs) {
      const store = this.#values.get(id)?.store;
      if (store !== undefined) store.code ??= code;
    }
  }

  /** Joins the layers of a step to what it computes. */
  #nameLayers({ layers }: ProgramStep, context: StepContext, first: StoredValue | undefined): void {
    for (const [name, value] of context.layers) this.#layers.set(name, value);
    const base = layers.find(({ isBase }) => isBase);
    const producer = base === undefined ? undefined : baseOf(first);
    if (base !== undefined && producer !== undefined) this.#layers.set(base.name, producer.output);
    const others = layers.filter(({ isBase, name }) => !isBase && !context.layers.has(name));
    if (others.length === 1 && first?.store.layer === undefined && first !== undefined)
      this.#layers.set(others[0]!.name, first);
  }

  /** A constant whose values the loader has computed. */
  #isKnown({ id, isConstant, values, dims }: ProgramValue): boolean {
    if (!isConstant || values === undefined) return false;
    const layout = plainLayout(dims);
    const tensor = { name: '', dims, dataType: values.every(Number.isInteger) ? INT64 : 1, values };
    this.#values.set(id, { layout, store: new Store(layout, tensor.dataType, { isConstant: true, tensor }) });
    return true;
  }

  #node(step: ProgramStep): NodeContext {
    return new NodeContext({
      builder: this.#builder,
      node: {
        name: step.name,
        op: step.op,
        domain: '',
        overload: '',
        inputs: step.inputs.map(String),
        outputs: step.outputs.map(({ id }) => String(id)),
        attributes: step.attributes,
      },
      inputs: step.inputs.map((id) => (id === undefined ? undefined : this.#described(id))),
      attributes: step.attributes,
      name: step.name,
      opset: step.opset,
      where: step.where,
      fileBatch: this.#program.fileBatch,
    });
  }

  /** An input as the loader's helpers see it. */
  #described(id: ValueId): Value | undefined {
    const value = this.#values.get(id);
    if (value === undefined) return undefined;
    const { layout, store } = value;
    const values = store.tensor?.values;
    return {
      dims: layout.dims,
      h: -1,
      w: -1,
      ...(store.isConstant ? {} : { layer: 0 }),
      ...(values === undefined ? {} : { values }),
    };
  }

  /** Integers that cannot be executed are told before anything runs. */
  #readWide(stores: readonly Store[]): void {
    for (const { producer } of stores) {
      for (const { store } of producer?.operands ?? []) {
        if (store.isConstant && isWide(store.dataType)) this.#constants.all(store);
      }
    }
  }

  #stores(): Store[] {
    const all = new Set<Store>();
    const visit = (store: Store) => {
      const waiting = [store];
      while (waiting.length > 0) {
        const top = waiting.pop()!;
        if (top.isConstant || all.has(top)) continue;
        all.add(top);
        for (const operand of top.producer?.operands ?? []) waiting.push(operand.store);
      }
    };
    for (const { store } of this.#values.values()) visit(store);
    return [...all];
  }
}

/** Operators that say of which type their output is; of all others it is that of what they read. */
const typed = new Set(['Cast', 'CastLike', 'DequantizeLinear', 'com.microsoft:DequantizeLinear']);

/** What a step computes, rounded where it is of 16 bits: inside a step, values are of 32 bits. */
function rounded(context: StepContext, value: StoredValue, output: number): StoredValue {
  const { store, layout } = value;
  const read = context.inputs.find((input) => input !== undefined && !isInteger(input.store.dataType));
  const isOfInput = output === 0 && store.dataType === FLOAT && !typed.has(context.step.key);
  const dataType = isOfInput && read !== undefined ? read.store.dataType : store.dataType;
  const round = halfRoundings.get(dataType);
  const { producer } = store;
  // What is only moved has been rounded.
  const isMoved = producer === undefined || producer instanceof Movement;
  const isRead = context.inputs.some((input) => input?.store === store);
  if (round === undefined || isMoved || isRead) return value;
  const result = context.value(layout, [value], dataType);
  new Elementwise(result, [value], (x) => round(x!));
  return result;
}

/** The base layer at the beginning of what a step has made of it: its bias, its activation. */
function baseOf(value: StoredValue | undefined): BaseOperation | undefined {
  let producer = value?.store.producer;
  while (producer !== undefined && !(producer instanceof BaseOperation)) {
    producer = producer.operands[0]?.store.producer;
  }
  return producer;
}
