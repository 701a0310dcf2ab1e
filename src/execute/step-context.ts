import type { Attribute } from '../load/onnx/model.ts';
import type { NodeContext } from '../load/onnx/node-context.ts';
import type { ProgramStep } from '../load/program.ts';
import { elements } from '../network/tensor.ts';
import type { ConstantValues } from './constant-values.ts';
import { FLOAT } from './data-types.ts';
import type { ValueRoom } from './execution-size.ts';
import { FILLED, firstPlaces, Movement } from './movement.ts';
import { NotExecutable, unfit } from './not-executable.ts';
import { type FileCode, Store, type StoredValue, type Values } from './stored-value.ts';
import { isStoredAlike, plainLayout, storedLayout, storedPlaces, type ValueLayout } from './value-layout.ts';

/** Lowers a step of a program to operations, and returns its outputs: those that are wanted. */
export type Lowering = (step: StepContext) => readonly (StoredValue | undefined)[];

/** Lowerings by the keys of the loader's operators. */
export type Lowerings = Readonly<Record<string, Lowering>>;

/** What all steps of a program share while they are lowered. */
export interface Lowered {
  /** Where the values of constants come from. */
  readonly constants: ConstantValues;
  /** Counts what values take. */
  readonly room: ValueRoom;
}

/** A step of a program while it is lowered. */
export class StepContext {
  readonly step: ProgramStep;
  /** The node as the loader's helpers read it: its attributes, and the dimensions of its inputs. */
  readonly node: NodeContext;
  /** What it reads. */
  readonly inputs: readonly (StoredValue | undefined)[];
  /** Layers whose values are not those of the first output. */
  readonly layers: Map<string, StoredValue>;
  readonly #shared: Lowered;
  readonly #arrange: (layout: ValueLayout) => ValueLayout;

  constructor(
    step: ProgramStep,
    node: NodeContext,
    inputs: readonly (StoredValue | undefined)[],
    shared: Lowered,
    arrange: (layout: ValueLayout) => ValueLayout = (layout) => layout,
    layers = new Map<string, StoredValue>(),
  ) {
    this.step = step;
    this.node = node;
    this.inputs = inputs;
    this.#shared = shared;
    this.#arrange = arrange;
    this.layers = layers;
  }

  /** The same step with further attributes. */
  with(attributes: readonly Partial<Attribute>[]): StepContext {
    return this.as({ node: this.node.as({ attributes }) });
  }

  /** The same step as another one: its node, its inputs, or how it sees its outputs. Their layers are one list. */
  as(change: {
    readonly node?: NodeContext;
    readonly inputs?: readonly (StoredValue | undefined)[];
    readonly layout?: (layout: ValueLayout) => ValueLayout;
  }): StepContext {
    const { node = this.node, inputs = this.inputs, layout = this.#arrange } = change;
    return new StepContext(this.step, node, inputs, this.#shared, layout, this.layers);
  }

  /** Where the values of constants come from, for operations that read some of them when they are needed. */
  get values(): ConstantValues {
    return this.#shared.constants;
  }

  /** Stops: the step cannot be executed, for this reason. */
  fail(reason: string): never {
    throw new NotExecutable(reason);
  }

  /** Input `index`, which must be there. */
  input(index: number): StoredValue {
    return this.inputs[index] ?? this.fail(`input ${index} is missing`);
  }

  /** The inputs that are there. */
  present(): StoredValue[] {
    return this.inputs.filter((value) => value !== undefined);
  }

  /** All values of a constant input, as they are stored; undefined where it is left out. */
  constants(index: number): Values | undefined {
    const value = this.inputs[index];
    if (value === undefined) return undefined;
    if (!value.store.isConstant)
      this.fail(`input ${index} is computed, and only constants are executed there`);
    return this.#shared.constants.all(value.store);
  }

  /** All values of a constant input, which must be there. */
  given(index: number): Values {
    return this.constants(index) ?? this.fail(`input ${index} is missing`);
  }

  /** The first value of a constant input, or a default where it is left out. */
  scalar(index: number, byDefault: number): number {
    return this.constants(index)?.[0] ?? byDefault;
  }

  /** How output `index` is stored. */
  layout(index = 0): ValueLayout {
    return this.#arrange(storedLayout(this.step.outputs[index]!));
  }

  /**
   * A new value, which is a constant where all that it is made of is.
   *
   * @throws ClsaCimError where there is not enough memory for it.
   */
  value(
    layout: ValueLayout,
    operands: readonly StoredValue[],
    dataType = operands[0]?.store.dataType ?? FLOAT,
  ): StoredValue {
    const isConstant = operands.every(({ store }) => store.isConstant);
    const store = new Store(layout, dataType, { isConstant });
    this.#shared.room.add(store);
    return { layout, store };
  }

  /** A constant of small numbers. */
  constant(dims: readonly number[], values: ArrayLike<number>, dataType = FLOAT): StoredValue {
    const layout = plainLayout(dims);
    const store = new Store(layout, dataType, { isConstant: true });
    store.constant = store.array();
    store.constant.set(values);
    return { layout, store };
  }

  /** The same values in the layout of an output, moved where they are stored in another way. */
  arranged(value: StoredValue, layout: ValueLayout): StoredValue {
    if (isStoredAlike(value.layout, layout)) return { layout, store: value.store };
    const [places, wanted] = [storedPlaces(value.layout), storedPlaces(layout)];
    const isInPlace = value.layout.cells === layout.cells && places.length === wanted.length;
    if (isInPlace && places.every((place, i) => place === wanted[i])) return { layout, store: value.store };
    return this.moved(layout, [value], places);
  }

  /** Values of operands in another order; see {@link Movement}. */
  moved(layout: ValueLayout, operands: readonly StoredValue[], places: Int32Array, fill = 0): StoredValue {
    if (places.length !== elements(layout.dims)) unfit();
    const output = this.value(layout, operands);
    new Movement(output, operands, places, fill);
    const code = operands.length === 1 ? operands[0]!.store.code : undefined;
    output.store.code = code && this.#movedCode(code, layout, places);
    return output;
  }

  /** The code of values that were moved: where every value has its own, these are moved, too. */
  #movedCode(code: FileCode, layout: ValueLayout, places: Int32Array): FileCode {
    const { scale, zero } = code;
    if (scale.store.size === 1) return code;
    const moved = (parameter: StoredValue) => this.moved(layout, [parameter], places);
    return { ...code, scale: moved(scale), zero: zero && moved(zero) };
  }
}

export { FILLED, firstPlaces };
