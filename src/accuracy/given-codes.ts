import type { BaseOperation } from '../execute/base-operation.ts';
import { valuesAsWeights } from '../execute/base-runner.ts';
import type { ConstantValues } from '../execute/constant-values.ts';
import { isInteger, rangeOf } from '../execute/data-types.ts';
import type { Store, Values } from '../execute/stored-value.ts';

/** The code of what a layer reads, as the file gives it. */
export interface GivenActivation {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly bits: number;
  /** Whether its whole numbers may be below 0. */
  readonly isSigned: boolean;
}

/** The code of the weights of a layer, of the columns of all its groups, as the file gives it. */
export interface GivenWeights {
  /** What a step of q is worth. */
  readonly scales: Float64Array;
  /** What the file has for 0, less the least that it may have. */
  readonly zeroPoints: Float64Array;
  /** Bits of q. */
  readonly bits: number;
}

/** The code of what a layer reads; undefined where the file has none that is the same of all values. */
export function givenActivation(
  { operands, zeroPoint, integers }: BaseOperation,
  constants: ConstantValues,
): GivenActivation | undefined {
  const { store } = operands[0]!;
  // Its zero point is taken off when it is read.
  if (integers !== undefined) return { scale: 1, zeroPoint, ...integersOf(store) };
  const { code } = store;
  if (code === undefined || code.scale.store.size !== 1) return undefined;
  const { bits, isSigned } = code;
  const [scale, zero] = [
    constants.all(code.scale.store)[0]!,
    code.zero && constants.all(code.zero.store)[0]!,
  ];
  const isCode = scale > 0 && Number.isInteger(zero ?? 0);
  return isCode ? { scale, zeroPoint: zero ?? 0, bits, isSigned } : undefined;
}

/** The code of the weights of a layer; undefined where the file has none, or another one within a column. */
export function givenWeights(operation: BaseOperation, constants: ConstantValues): GivenWeights | undefined {
  const { store } = operation.places.tensor;
  if (operation.integers !== undefined) return ofIntegers(operation, operation.integers.zeroPoints, store);
  const { code } = store;
  if (code === undefined) return undefined;
  const { bits, isSigned } = code;
  const scales = ofColumns(operation, valuesAsWeights(operation, constants, code.scale.store));
  const zeros =
    code.zero === undefined
      ? scales?.map(() => 0)
      : ofColumns(operation, valuesAsWeights(operation, constants, code.zero.store));
  if (scales === undefined || zeros === undefined || !zeros.every(Number.isInteger)) return undefined;
  if (!scales.every((scale) => scale > 0)) return undefined;
  return { scales, zeroPoints: zeros.map((zero) => zero - leastOf(bits, isSigned)), bits };
}

function ofIntegers(
  { weights: { groups, columns } }: BaseOperation,
  zeros: ArrayLike<number>,
  store: Store,
): GivenWeights {
  const { bits, isSigned } = integersOf(store);
  const ones = new Float64Array(groups * columns).fill(1);
  const zeroPoints = ones.map((_, out) => zeros[zeros.length === 1 ? 0 : out]! - leastOf(bits, isSigned));
  return { scales: ones, zeroPoints, bits };
}

function integersOf({ dataType }: Store): { readonly bits: number; readonly isSigned: boolean } {
  if (!isInteger(dataType)) throw new Error('a layer of integers reads something else');
  const [low, high] = rangeOf(dataType);
  return { bits: Math.log2(high - low + 1), isSigned: low < 0 };
}

function leastOf(bits: number, isSigned: boolean): number {
  return isSigned ? -(2 ** (bits - 1)) : 0;
}

/** What all weights of a column have in common, group by group. */
function ofColumns({ weights }: BaseOperation, values: Values): Float64Array | undefined {
  const { groups, rows, columns } = weights;
  const common = new Float64Array(groups * columns);
  for (let i = 0; i < values.length; i++) {
    const out = Math.floor(i / (rows * columns)) * columns + (i % columns);
    const isFirst = Math.floor(i / columns) % rows === 0;
    if (isFirst) common[out] = values[i]!;
    else if (common[out] !== values[i]) return undefined;
  }
  return common;
}
