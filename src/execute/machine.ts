import type { TileRange } from '../map/tile-range.ts';
import { BaseOperation } from './base-operation.ts';
import { BaseRunner, SharedRoom } from './base-runner.ts';
import { isInteger, isWide } from './data-types.ts';
import { ExecutionMemory } from './execution-memory.ts';
import { valueWords } from './execution-size.ts';
import { halfRoundings } from './half-floats.ts';
import { type LayerMachine, MissingValue } from './layer-machine.ts';
import type { CellVisitor, Operation } from './operation.ts';
import type { Plan } from './plan.ts';
import type { Store, StoredValue, Values } from './stored-value.ts';
import { storedPlaces } from './value-layout.ts';
import type { Wasm } from './wasm.ts';

/** Values of the inputs of an inference, by name, in row-major order. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** How a machine runs. */
export interface MachineOptions {
  /** Per inference: its inputs. */
  readonly feeds: readonly Feeds[];
  /** Inferences whose values lie in memory at a time: as many as are in flight, at most. */
  readonly slots: number;
  /** Joins that are published, by the names of their layers; all others are computed when they are read. */
  readonly joins: ReadonlySet<string>;
}

/** Words of what stands for parameters that are left out. */
const PARAMETERS = 2;

/** An operation whose cell is to be computed. */
interface Wanted {
  readonly operation: Operation;
  readonly cell: number;
}

/** Runs the plan of a program, set by set as it is told to. */
export class Machine implements LayerMachine {
  readonly #plan: Plan;
  readonly #options: MachineOptions;
  readonly #memory = new ExecutionMemory();
  readonly #runners = new Map<string, BaseRunner>();
  /** By layer: the input, and per stored value its index in row-major order. */
  readonly #inputs = new Map<string, { readonly name: string; readonly indices: Int32Array }>();
  /** Per inference: values of the outputs. */
  readonly #outputs: Values[][] = [];
  /** Per slot: the inference that lies in it. */
  readonly #inFlight: number[];
  /** By inference: what of its inputs came before there was room for it. */
  readonly #early = new Map<number, { readonly layer: string; readonly positions: Int32Array }[]>();
  readonly #waiting: Wanted[] = [];
  /** Stores that are published by this machine, not by every one of the plan. */
  readonly #joins: Store[] = [];
  /** Constants that lie in the memory of Wasm. */
  readonly #placed: Store[] = [];
  readonly #wasm: Wasm;
  /** Looks at a cell that {@link #wanting} reads. */
  readonly #visitor: CellVisitor = (operand, read) => this.#look(operand, read);
  #wanting: Operation | undefined;
  #isMissing = false;
  #epoch = 0;
  #slot = 0;

  /** @throws ClsaCimError where there is not enough memory. */
  constructor(plan: Plan, options: MachineOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#inFlight = new Array<number>(options.slots).fill(-1);
    for (const name of options.joins) {
      const join = plan.layers.get(name);
      if (join === undefined || join.store.layer !== undefined) continue;
      join.store.layer = name;
      this.#joins.push(join.store);
    }
    const rooms = plan.stores.map((store) => this.#roomsOf(store));
    const shared = new SharedRoom(this.#memory);
    for (const [name, operation] of plan.bases) {
      this.#runners.set(name, new BaseRunner(operation, this.#memory, plan.constants, shared));
    }
    shared.layOut();
    const constants = [...constantsInWasm(plan)].map((store) => ({
      store,
      room: this.#memory.room(store.size),
    }));
    const extras = this.#memory.room(PARAMETERS);
    const tableWords = plan.stores.reduce(
      (most, { producer }) => Math.max(most, producer?.tableWords ?? 0),
      0,
    );
    const table = this.#memory.room(tableWords);
    this.#memory.reserve();
    shared.take();
    this.#wasm = this.#wasmOf(extras, table, tableWords);
    plan.stores.forEach((store, i) => {
      this.#layOut(store, rooms[i]!);
    });
    this.#prepareConstants();
    for (const { store, room } of constants) this.#place(store, room);
    for (const { name, value } of plan.inputs) {
      this.#inputs.set(value.store.layer!, { name, indices: inverse(storedPlaces(value.layout)) });
    }
  }

  /** Bytes of weights that were read so far. */
  get weightBytesRead(): number {
    let bytes = 0;
    for (const { weightsRead } of this.#runners.values()) bytes += weightsRead;
    return bytes;
  }

  /** Bytes of memory that everything lies in. */
  get memoryBytes(): number {
    return this.#memory.bytes;
  }

  has(layer: string): boolean {
    return this.#plan.layers.get(layer)?.store.layer === layer;
  }

  run(layer: string, inference: number, positions: Int32Array, pes: readonly TileRange[]): void {
    const { store } = this.#layer(layer);
    const { producer } = store;
    // An input reads nothing, and may come while its room is still taken.
    if (producer === undefined) return;
    this.#enter(inference);
    for (const cell of positions) this.#provide(producer, cell);
    if (producer instanceof BaseOperation) {
      this.#clear(store, positions);
      this.#runners.get(layer)!.run(positions, this.#slot, pes);
    } else for (const cell of positions) producer.run(cell, this.#slot, this.#wasm);
  }

  publish(layer: string, inference: number, positions: Int32Array): void {
    const { store } = this.#layer(layer);
    const isInput = store.producer === undefined;
    if (isInput && this.#inFlight[inference % this.#options.slots] !== inference) {
      const early = this.#early.get(inference) ?? [];
      early.push({ layer, positions: positions.slice() });
      this.#early.set(inference, early);
      return;
    }
    this.#enter(inference);
    if (isInput) this.#feed(layer, store, inference, positions);
    const { epochs } = store.slots[this.#slot]!;
    for (const cell of positions) epochs[cell] = this.#epoch;
  }

  unload(layer: string): void {
    this.#runners.get(layer)?.unload();
  }

  /**
   * The values of the outputs of an inference, in row-major order and in the order of {@link Plan.outputs}.
   *
   * @throws MissingValue where something that they are made of has not been published.
   */
  outputs(inference: number): readonly Values[] {
    if (this.#outputs[inference] === undefined) {
      this.#enter(inference);
      this.#outputs[inference] = this.#plan.outputs.map(({ value }) => this.#rowMajor(value));
    }
    return this.#outputs[inference]!;
  }

  /**
   * The values of a tensor of an inference whose values still lie in memory, in row-major order.
   *
   * @throws MissingValue where something that it is made of has not been published.
   */
  tensor(value: StoredValue, inference: number): Values {
    this.#enter(inference);
    return this.#rowMajor(value);
  }

  /** What all MVMs of a base layer read, position by position: for each group the rows of its matrix. */
  vectorsOf(layer: string, inference: number): Float32Array {
    this.#enter(inference);
    const operation = this.#plan.bases.get(layer)!;
    const { cells } = operation.output.layout;
    const { groups, rows } = operation.weights;
    const vectors = new Float32Array(cells * groups * rows);
    for (let cell = 0; cell < cells; cell++) {
      this.#provide(operation, cell);
      operation.gatherMatrixRows(cell, this.#slot, vectors, cell * groups * rows);
    }
    return vectors;
  }

  /** What all MVMs of a base layer have computed, position by position; may be written to. */
  sumsOf(layer: string, inference: number): Float32Array {
    this.#enter(inference);
    return this.#plan.bases.get(layer)!.output.store.values(this.#slot) as Float32Array;
  }

  /** Gives the memory back. A plan has one machine at a time: the next may be made then. */
  release(): void {
    for (const store of this.#joins) store.layer = undefined;
    // Their memory is dropped.
    for (const store of this.#placed) store.constant = store.constant?.slice();
    this.#memory.drop();
  }

  #layer(name: string): StoredValue {
    const value = this.#plan.layers.get(name);
    if (value === undefined) throw new Error(`the program has no layer ${name}`);
    return value;
  }

  #roomsOf(store: Store) {
    return Array.from({ length: this.#options.slots }, () => ({
      values: this.#memory.room(valueWords(store)),
      epochs: this.#memory.room(2 * store.cells),
    }));
  }

  #layOut(store: Store, rooms: readonly { readonly values: number; readonly epochs: number }[]): void {
    store.slots = rooms.map(({ values, epochs }) => ({
      values: this.#valuesAt(values, store),
      epochs: this.#memory.integers(epochs, store.cells),
      begun: this.#memory.integers(epochs + 4 * store.cells, store.cells),
    }));
    for (const { epochs, begun } of store.slots) {
      epochs.fill(0);
      begun.fill(0);
    }
  }

  #valuesAt(offset: number, { dataType, size }: Store): Values {
    if (isWide(dataType)) return this.#memory.doubles(offset, size);
    return isInteger(dataType) ? this.#memory.integers(offset, size) : this.#memory.floats(offset, size);
  }

  #wasmOf(parameters: number, table: number, words: number): Wasm {
    this.#memory.floats(parameters, PARAMETERS).set([0, 1]);
    return {
      kernels: this.#memory.kernels,
      zero: this.#memory.address(parameters),
      one: this.#memory.address(parameters) + 4,
      table: this.#memory.integers(table, words),
      tableAddress: this.#memory.address(table),
    };
  }

  /** Moves a constant to where Wasm reads it. */
  #place(store: Store, room: number): void {
    const values = this.#memory.floats(room, store.size);
    values.set(this.#plan.constants.all(store));
    store.constant = values;
    this.#placed.push(store);
  }

  /** Constants that are read cell by cell are computed before anything runs; weights of base layers are not. */
  #prepareConstants(): void {
    for (const { producer } of this.#plan.stores) {
      if (producer === undefined) continue;
      for (const { store } of producer.operands) if (store.isConstant) this.#plan.constants.all(store);
    }
  }

  /** Makes an inference the one whose values are read and written. The outputs of the one in its place are kept. */
  #enter(inference: number): void {
    if (this.#epoch === inference + 1) return;
    const slot = inference % this.#options.slots;
    const before = this.#inFlight[slot]!;
    if (before !== inference && before >= 0) {
      this.#select(before, slot);
      this.#outputs[before] ??= this.#plan.outputs.map(({ value }) => this.#rowMajor(value));
    }
    this.#inFlight[slot] = inference;
    this.#select(inference, slot);
    const early = this.#early.get(inference) ?? [];
    this.#early.delete(inference);
    for (const { layer, positions } of early) this.publish(layer, inference, positions);
  }

  #select(inference: number, slot: number): void {
    this.#epoch = inference + 1;
    this.#slot = slot;
  }

  #feed(layer: string, store: Store, inference: number, positions: Int32Array): void {
    const { name, indices } = this.#inputs.get(layer)!;
    const feed = this.#options.feeds[inference]?.[name];
    if (feed === undefined) throw new Error(`input ${name} of inference ${inference} has no values`);
    const values = store.values(this.#slot);
    const round = halfRoundings.get(store.dataType) ?? ((value: number) => value);
    for (const cell of positions) {
      for (let place = cell * store.channels; place < (cell + 1) * store.channels; place++) {
        values[place] = round(feed[indices[place]!]!);
      }
    }
  }

  /** Sums begin with 0, unless another slice of this inference has begun. */
  #clear(store: Store, cells: Int32Array): void {
    const { values, begun } = store.slots[this.#slot]!;
    for (const cell of cells) {
      if (begun[cell] === this.#epoch) continue;
      begun[cell] = this.#epoch;
      values.fill(0, cell * store.channels, (cell + 1) * store.channels);
    }
  }

  /** Computes all that a cell reads. */
  #provide(operation: Operation, cell: number): void {
    this.#want(operation, cell);
    this.#finish();
  }

  /** Computes all that is on the list. */
  #finish(): void {
    const waiting = this.#waiting;
    while (waiting.length > 0) {
      const { operation: next, cell: at } = waiting.at(-1)!;
      const { store } = next.output;
      const { epochs } = store.slots[this.#slot]!;
      if (epochs[at] === this.#epoch) {
        waiting.pop();
        continue;
      }
      this.#isMissing = false;
      this.#want(next, at);
      if (this.#isMissing) continue;
      waiting.pop();
      next.run(at, this.#slot, this.#wasm);
      if (next.isWhole) epochs.fill(this.#epoch);
      else epochs[at] = this.#epoch;
    }
  }

  /** Puts what a cell reads, and what is not there, on the list. */
  #want(operation: Operation, cell: number): void {
    this.#wanting = operation;
    operation.visit(cell, this.#visitor);
  }

  #look(operand: number, read: number): void {
    const { store } = this.#wanting!.operands[operand]!;
    if (store.isConstant) return;
    const found = store.slots[this.#slot]!.epochs[read]!;
    if (found === this.#epoch) return;
    if (store.layer !== undefined) {
      this.#waiting.length = 0;
      throw new MissingValue(store.layer, read, found - 1);
    }
    this.#waiting.push({ operation: store.producer!, cell: read });
    this.#isMissing = true;
  }

  #rowMajor({ layout, store }: StoredValue): Values {
    if (store.isConstant) this.#plan.constants.all(store);
    else for (let cell = 0; cell < store.cells; cell++) this.#read(store, cell);
    const values = store.values(this.#slot);
    const ordered = store.array();
    storedPlaces(layout).forEach((place, i) => {
      ordered[i] = values[place]!;
    });
    return ordered;
  }

  /** Makes a cell of a value be there. */
  #read(store: Store, cell: number): void {
    const found = store.slots[this.#slot]!.epochs[cell]!;
    if (found === this.#epoch) return;
    if (store.layer !== undefined) throw new MissingValue(store.layer, cell, found - 1);
    this.#waiting.push({ operation: store.producer!, cell });
    this.#finish();
  }
}

/** Constants that operations read in Wasm. */
function constantsInWasm({ stores }: Plan): ReadonlySet<Store> {
  const read = stores.flatMap(({ producer }) => (producer?.isInWasm ? producer.operands : []));
  return new Set(read.map(({ store }) => store).filter(({ isConstant }) => isConstant));
}

/** Where each number of a permutation is. */
function inverse(permutation: Int32Array): Int32Array {
  const indices = new Int32Array(permutation.length);
  permutation.forEach((place, i) => {
    indices[place] = i;
  });
  return indices;
}
