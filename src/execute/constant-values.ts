import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import { hasPayload, readPayload } from '../load/onnx/payload.ts';
import type { TensorData } from '../load/onnx/tensor-data.ts';
import type { WeightSource } from '../load/weight-source.ts';
import { isInteger, isLimit, isWide, rangeOf } from './data-types.ts';
import { randomIntegers, randomValues } from './random-values.ts';
import type { Role, Store, Values } from './stored-value.ts';

/** What floats without values are, of which no operator has said more. */
const BIAS: Role = { kind: 'bias' };

/** Where the values of constants come from. */
export interface ConstantSource {
  /** The files of the model. */
  readonly files: WeightSource;
  /** Seed of the values that the files do not have. */
  readonly seed: number;
  /** True where weights, scales and tables are made up even if the files have them. */
  readonly isRandom: boolean;
}

/** The values of what does not depend on the inputs of a network. */
export class ConstantValues {
  readonly #source: ConstantSource;
  /** Names of tensors whose values were made up. */
  readonly madeUp = new Set<string>();

  constructor(source: ConstantSource) {
    this.#source = source;
  }

  /** All values of a constant, which are kept until they are dropped. */
  all(store: Store): Values {
    if (store.constant === undefined) this.#compute(store);
    return store.constant!;
  }

  /** Reads values of a constant, as they are stored, without keeping those of a tensor of the file. */
  read(store: Store, from: number, count: number, into: Values): void {
    if (store.constant === undefined && store.tensor !== undefined)
      this.#readTensor(store, from, count, into);
    else into.set(this.all(store).subarray(from, from + count));
  }

  /** Says what a constant is for, in case that its values have to be made up. */
  static use(store: Store, role: Role): void {
    for (let at: Store | undefined = store; at?.isConstant; at = at.producer?.operands[0]?.store)
      at.role ??= role;
  }

  /** Computes a constant and all constants that it is made of, each behind those that it reads. */
  #compute(store: Store): void {
    const waiting = [store];
    while (waiting.length > 0) {
      const top = waiting.at(-1)!;
      const missing = (top.producer?.operands ?? []).map((operand) => operand.store);
      const next = missing.find(({ constant }) => constant === undefined);
      if (top.constant === undefined && next !== undefined) {
        waiting.push(next);
        continue;
      }
      waiting.pop();
      top.constant ??= this.#own(top);
    }
  }

  #own(store: Store): Values {
    const values = store.array();
    const { producer } = store;
    if (producer === undefined) {
      this.#readTensor(store, 0, store.size, values);
      return values;
    }
    store.constant = values;
    for (let cell = 0; cell < store.cells; cell++) {
      producer.compute(cell, 0);
      if (producer.isWhole) break;
    }
    return values;
  }

  #readTensor(store: Store, from: number, count: number, into: Values): void {
    const { tensor } = store;
    if (tensor === undefined) throw new Error('a constant has neither a tensor nor an operation');
    const { files, seed, isRandom } = this.#source;
    const isMissing = !hasPayload(tensor);
    const role = store.role ?? (isMissing && !isInteger(tensor.dataType) ? BIAS : undefined);
    if (role === undefined || (!isMissing && !(isRandom && store.role !== undefined))) {
      readPayload(tensor, files, from, count, into);
      if (isWide(tensor.dataType)) demandExact(tensor, into, count);
      return;
    }
    this.madeUp.add(tensor.name);
    const { name, dataType } = tensor;
    if (isInteger(dataType)) randomIntegers(rangeOf(dataType), { seed, name }, from, count, into);
    else randomValues(role, { seed, name }, from, count, into);
  }
}

/** @throws ClsaCimError (`NOT_EXECUTABLE`) where an integer is none of those that doubles hold exactly. */
function demandExact({ name }: TensorData, values: Values, count: number): void {
  const wrong = values.subarray(0, count).find((value) => !Number.isSafeInteger(value) && !isLimit(value));
  if (wrong === undefined) return;
  throw new ClsaCimError(
    `the model cannot be executed: tensor ${show(name)} has the value ${wrong}, and integers beyond 2^53 are not executed`,
    'input',
    { code: 'NOT_EXECUTABLE' },
  );
}
