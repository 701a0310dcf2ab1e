import { ClsaCimError } from '../errors.ts';
import { type BaseOperation, padded } from './base-operation.ts';
import { isWide } from './data-types.ts';
import type { Plan } from './plan.ts';
import type { Store } from './stored-value.ts';

/** Addresses of Wasm end there; the last MiB is left to what is not counted. */
const MOST_BYTES = 65535 * 65536 - 2 ** 20;

/** Words that the values of a store take for one inference. */
export function valueWords({ size, dataType }: Pick<Store, 'size' | 'dataType'>): number {
  return size * (isWide(dataType) ? 2 : 1);
}

/** Words of the weights of a base layer, as they are multiplied: rows of whole vectors. */
export function weightWords({ weights, isDepthwise }: BaseOperation): number {
  const { groups, rows, columns } = weights;
  return isDepthwise ? rows * padded(groups * columns) : groups * rows * padded(columns);
}

/** @throws ClsaCimError (`TOO_LARGE`) where executing a network takes more memory than there can be. */
export function demandRoom(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new ClsaCimError(
    `executing the network takes ${Math.ceil(bytes / 2 ** 20)} MiB or more, and there are 4095 MiB at most; ` +
      'verify fewer inferences at a time, or a part of the model',
    'input',
    { code: 'TOO_LARGE' },
  );
}

/** What the values of one inference take, known while a network is planned: before anything of its size is made. */
export class ValueRoom {
  #words = 0;

  /**
   * Counts a store in.
   *
   * @throws ClsaCimError where there is not enough memory.
   */
  add(store: Store): void {
    if (store.isConstant) return;
    // Of each cell there are two more words.
    this.#words += valueWords(store) + 2 * store.cells;
    demandRoom(4 * this.#words);
  }

  /** @throws ClsaCimError where there is not enough memory for weights besides. */
  addWeights(operation: BaseOperation): void {
    this.#words += weightWords(operation);
    demandRoom(4 * this.#words);
  }
}

/**
 * Looks at what executing takes, before anything is read.
 *
 * @param inFlight Inferences whose values lie in memory at a time.
 * @throws ClsaCimError (`TOO_LARGE`) where there is not enough memory.
 */
export function demandMemory({ stores, bases }: Pick<Plan, 'stores' | 'bases'>, inFlight: number): void {
  let words = 0;
  for (const store of stores) words += inFlight * (valueWords(store) + 2 * store.cells);
  for (const base of bases.values()) words += weightWords(base);
  demandRoom(4 * words);
}
